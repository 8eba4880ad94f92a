"""A pack as a text document: the same sections, with real headings, tables and charts that can be edited."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Emu, Mm, Pt, RGBColor
from lxml import etree

from slipwatch.document import blocks as b
from slipwatch.document.archive import settle_archive
from slipwatch.document.charts import MADE, Look, add_chart
from slipwatch.document.escape import clean_line, clean_url
from slipwatch.document.measuring import Ruler, split_lines
from slipwatch.document.pieces import Cell, ChartPiece, Line, Piece, TablePiece, TextPiece, join_parts, list_pieces
from slipwatch.document.slides.drawing import GROUNDS, INKS, clean_run
from slipwatch.document.tabling import find_widths

SIZE = 9.5
"""Points of the text; tables have as much room as on a slide, on a sheet that is held in the hand."""

MARGIN_MM = 18
SHEET_MM = (297, 210)
WIDTH = (SHEET_MM[0] - 2 * MARGIN_MM) / 25.4 * 72
CHART_POINTS = (WIDTH, 230.0)
COLOURS = ("24507C", "B0592A", "6F4A8E", "1F7F86", "8A7420", "A23B55")
"""Of the lines of a chart: a text document's theme has others than its slides."""
FONT = "Arial"
QUIET = RGBColor(0x5F, 0x63, 0x68)
ACCENT = RGBColor(0x24, 0x50, 0x7C)
CHART_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def render_docx(pack: b.Pack) -> bytes:
    """The pack as the bytes of a .docx; the same facts give the same bytes."""
    document = Document()
    _set_up(document, pack)
    _write_head(document, pack)
    sections = [join_parts(pack, section.key) for section in pack.sections if not section.part_of]
    shared = [note for note in sections[0].notes if all(note in section.notes for section in sections)]
    for section in sections:
        _write_section(document, section, pack)
        _write_notes(document, [note for note in section.notes if note not in shared])
    _write_notes(document, shared)
    properties = document.core_properties
    properties.title, properties.author, properties.last_modified_by = clean_run(pack.title)[:255], "Slipwatch", ""
    properties.created = properties.modified = MADE
    properties.language, properties.comments = pack.language, ""
    buffer = io.BytesIO()
    document.save(buffer)
    return settle_archive(buffer.getvalue())


def _set_up(document: Any, pack: b.Pack) -> None:
    """A4 across, one font that is everywhere, page number and source in the footer."""
    page = document.sections[0]
    page.orientation = WD_ORIENT.LANDSCAPE
    page.page_width, page.page_height = Mm(SHEET_MM[0]), Mm(SHEET_MM[1])
    page.left_margin = page.right_margin = Mm(MARGIN_MM)
    page.top_margin = page.bottom_margin = Mm(16)
    for name, size in (("Normal", SIZE), ("Title", 20.0), ("Heading 1", 15.0), ("Heading 2", 12.0)):
        _set_style(document.styles[name], size, is_title=name != "Normal")
    footer = page.footer.paragraphs[0]
    _write_run(footer, b.Span(pack.words.get("footer", ""), muted=True), 8)
    _write_run(footer, b.Span(" · ", muted=True), 8)
    _add_field(footer, "PAGE")


def _set_style(style: Any, size: float, *, is_title: bool) -> None:
    style.font.name, style.font.size = FONT, Pt(size)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for name in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(name), FONT)
    style.paragraph_format.space_after = Pt(4)
    if is_title:
        style.font.bold, style.font.color.rgb = True, ACCENT
        style.paragraph_format.space_before, style.paragraph_format.keep_with_next = Pt(10), True
        for border in style.element.xpath("./w:pPr/w:pBdr"):
            border.getparent().remove(border)


def _add_field(paragraph: Any, name: str) -> None:
    run = paragraph.add_run()
    run.font.size, run.font.color.rgb = Pt(8), QUIET
    for kind, text in (("begin", None), (None, name), ("end", None)):
        if kind:
            etree.SubElement(run._r, qn("w:fldChar")).set(qn("w:fldCharType"), kind)
        else:
            etree.SubElement(run._r, qn("w:instrText")).text = text


def _write_head(document: Any, pack: b.Pack) -> None:
    document.add_paragraph(clean_run(clean_line(pack.title)), style="Title")
    paragraph = document.add_paragraph()
    _write_run(paragraph, b.Span(pack.words.get("subtitle", ""), muted=True), SIZE)


def _write_section(document: Any, section: b.Section, pack: b.Pack) -> None:
    document.add_paragraph(clean_run(clean_line(section.title)), style="Heading 1")
    for piece in list_pieces(section.blocks, more=pack.more):
        _write_piece(document, piece, pack.language)


def _write_notes(document: Any, notes: Sequence[str]) -> None:
    """In small letters: a text document has no page for the one who presents."""
    for note in notes:
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(0)
        _write_run(paragraph, b.Span(note, muted=True), 7.5)


def _write_piece(document: Any, piece: Piece, language: str) -> None:
    if isinstance(piece, TextPiece):
        for line in piece.lines:
            _write_line(document, line)
    elif isinstance(piece, TablePiece):
        _write_table(document, piece)
    else:
        _write_chart(document, piece, language)


def _write_line(document: Any, line: Line) -> None:
    styles = {"heading": "Heading 2", "bullet": "List Bullet"}
    paragraph = document.add_paragraph(style=styles.get(line.role, "Normal"))
    _write_text(paragraph, line.text, muted=line.role == "muted")


def _write_text(paragraph: Any, text: b.Text, *, muted: bool = False, strong: bool = False) -> None:
    for number, spans in enumerate(filter(None, split_lines(text))):
        if number:
            paragraph.add_run().add_break()
        for span in spans:
            _write_run(paragraph, span, SIZE, muted=muted, strong=strong)


def _write_run(paragraph: Any, span: b.Span, size: float, *, muted: bool = False, strong: bool = False) -> None:
    url = clean_url(span.url)
    run = _add_link(paragraph, url) if url else paragraph.add_run()
    run.text = clean_run(clean_line(span.text) if span.text.strip() else " ")
    if span.text.strip():
        run.text = " " * span.text.startswith(" ") + run.text + " " * span.text.endswith(" ")
    run.font.size = Pt(size)
    run.font.bold = strong or span.strong or isinstance(span, b.Chip)
    if isinstance(span, b.Chip) and span.tone != "neutral":
        run.font.color.rgb = RGBColor.from_string(INKS[span.tone])
    elif muted or span.muted:
        run.font.color.rgb = QUIET


def _add_link(paragraph: Any, url: str) -> Any:
    """A run inside a link of the paragraph."""
    link = etree.SubElement(paragraph._p, qn("w:hyperlink"))
    link.set(qn("r:id"), paragraph.part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run = paragraph.add_run()
    link.append(run._r)
    return run


def _write_table(document: Any, piece: TablePiece) -> None:
    rows = [*([piece.head] if piece.head else []), *piece.rows]
    if not rows:
        return
    widths = find_widths(piece, WIDTH, SIZE, Ruler(FONT))
    table = document.add_table(rows=len(rows), cols=len(widths))
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.LEFT, False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Emu(round(width * 12_700))
    for number, (cells, row) in enumerate(zip(rows, table.rows, strict=True)):
        is_head = bool(piece.head) and number == 0
        if is_head:
            etree.SubElement(row._tr.get_or_add_trPr(), qn("w:tblHeader"))
        etree.SubElement(row._tr.get_or_add_trPr(), qn("w:cantSplit"))
        for cell, target, width in zip(cells, row.cells, widths, strict=True):
            target.width = Emu(round(width * 12_700))
            _fill_cell(target, cell, is_head=is_head)
    _draw_lines(table, inside=piece.look in ("data", "facts"))
    document.add_paragraph().paragraph_format.space_after = Pt(2)


def _fill_cell(target: Any, cell: Cell, *, is_head: bool) -> None:
    paragraph = target.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if cell.right else WD_ALIGN_PARAGRAPH.LEFT
    _write_text(paragraph, cell.text, muted=is_head, strong=is_head or cell.tone is not None)
    if cell.tone:
        shade = f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{GROUNDS[cell.tone]}"/>'
        target._tc.get_or_add_tcPr().append(parse_xml(shade))
        for run in paragraph.runs:
            run.font.color.rgb = RGBColor.from_string(INKS[cell.tone])


def _draw_lines(table: Any, *, inside: bool) -> None:
    """Thin lines between rows, none between columns."""
    kinds = {"bottom": inside, "insideH": inside}
    lines = "".join(
        f'<w:{name} w:val="single" w:sz="4" w:space="0" w:color="D0D5DB"/>' for name, wanted in kinds.items() if wanted
    )
    table._tbl.tblPr.append(parse_xml(f"<w:tblBorders {nsdecls('w')}>{lines}</w:tblBorders>"))


def _write_chart(document: Any, piece: ChartPiece, language: str) -> None:
    """The same chart as on the slide, with its sheet of figures."""
    part = _add_parts(document, piece.chart, language)
    identifier = document.part.relate_to(part, RELATIONSHIP_TYPE.CHART)
    width, height = (round(points * 12_700) for points in CHART_POINTS)
    number = len(document.element.xpath("//wp:inline")) + 1
    space = 'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
    inline = parse_xml(
        f'<wp:inline {nsdecls("wp", "a", "r")} {space} distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{width}" cy="{height}"/><wp:docPr id="{number}" name="chart {number}"/>'
        '<wp:cNvGraphicFramePr/><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
        f'<c:chart r:id="{identifier}"/></a:graphicData></a:graphic></wp:inline>'
    )
    inline.find(qn("wp:docPr")).set("descr", clean_run(clean_line(piece.chart.picture.alt, 400)))
    etree.SubElement(document.add_paragraph().add_run()._r, qn("w:drawing")).append(inline)
    _write_line(document, piece.caption)


def _add_parts(document: Any, chart: b.DateChart, language: str) -> Part:
    """The chart as a part of this document: drawn on a slide of nobody's, where the library can draw charts."""
    from pptx import Presentation

    deck = Presentation()
    shapes = deck.slides.add_slide(deck.slide_layouts[-1]).shapes
    look = Look(language=language, size=SIZE, font=FONT, colours=COLOURS)
    drawn = add_chart(shapes, chart, (0, 0, *_to_emu(CHART_POINTS)), look).chart.part
    package = document.part.package
    count = sum(str(part.partname).startswith("/word/charts/") for part in package.iter_parts()) + 1
    book = Part(
        PackURI(f"/word/embeddings/chart{count}.xlsx"), SHEET_TYPE, drawn.chart_workbook.xlsx_part.blob, package
    )
    element = etree.fromstring(drawn.blob)
    fresh = Part(PackURI(f"/word/charts/chart{count}.xml"), CHART_TYPE, b"", package)
    space = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
    element.find(f"{space}externalData").set(qn("r:id"), fresh.relate_to(book, RELATIONSHIP_TYPE.PACKAGE))
    fresh._blob = etree.tostring(element, xml_declaration=True, encoding="UTF-8", standalone=True)
    return fresh


def _to_emu(points: Sequence[float]) -> tuple[int, ...]:
    return tuple(round(value * 12_700) for value in points)
