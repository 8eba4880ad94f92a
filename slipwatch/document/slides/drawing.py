"""Draws placed pieces on a slide: text boxes, tables and charts that anybody can edit, in the fonts of the template.

Colours of text and lines are those of the template's theme; only the grounds of verdicts are ours, with dark words on
them, so that they are legible on a dark slide too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from lxml import etree
from pptx.dml.color import RGBColor
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt

from slipwatch.document import blocks as b
from slipwatch.document.arranging import HEAD_SHARE, INDENT, Area, Page, Placed, PlacedChart, PlacedTable, PlacedText
from slipwatch.document.charts import Look as ChartLook
from slipwatch.document.charts import add_chart
from slipwatch.document.escape import clean_line, clean_text, clean_url
from slipwatch.document.measuring import LEADING, split_lines
from slipwatch.document.pieces import Cell, Line, Look
from slipwatch.document.slides.template import EMU
from slipwatch.document.tabling import FIGURE_SHARE, PAD_X, PAD_Y, scale_cell

GROUNDS = {"critical": "F6D5D2", "warning": "FBE6BD", "good": "D8ECDF", "grey": "E1E5EA", "neutral": "EEF1F4"}
INKS = {"critical": "8A1A15", "warning": "6B4300", "good": "17502F", "grey": "3D4752", "neutral": "3D4752"}
"""Ground of a verdict, and the word on it; the word says the same."""

PLAIN_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
"""The table style without ground and lines that every office program knows."""

MUTED = 0.35
"""How much lighter than the text quiet words are, on a light ground and on a dark one."""


def draw_page(slide: Any, page: Page, *, name: str, language: str) -> None:
    """Put a page's pieces on a slide. Shapes are named after the section, to be found in a list of shapes."""
    for number, placed in enumerate(page, start=1):
        shape = _draw(slide.shapes, placed, language)
        shape.name = clean_run(f"slipwatch {name} {number}")


def _draw(shapes: Any, placed: Placed, language: str) -> Any:
    if isinstance(placed, PlacedText):
        return _draw_text(shapes, placed)
    if isinstance(placed, PlacedTable):
        return _draw_table(shapes, placed)
    return _draw_chart(shapes, placed, language)


def to_emu(area: Area) -> tuple[Emu, Emu, Emu, Emu]:
    return tuple(Emu(round(value * EMU)) for value in (area.left, area.top, area.width, area.height))  # type: ignore[return-value]  # — four of them


def _draw_text(shapes: Any, placed: PlacedText) -> Any:
    return write_box(shapes, placed.lines, placed.area, placed.size)


def write_box(shapes: Any, lines: Sequence[Line], area: Area, size: float) -> Any:
    """A text box without margins whose lines were measured before."""
    box = shapes.add_textbox(*to_emu(area))
    frame = box.text_frame
    frame.word_wrap, frame.auto_size = True, MSO_AUTO_SIZE.NONE
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    for number, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        _write_line(paragraph, line, size)
        if number and line.role == "heading":
            paragraph.space_before = Pt(size * HEAD_SHARE)
    return box


def _write_line(paragraph: Any, line: Line, size: float) -> None:
    _set_paragraph(paragraph, size)
    paragraph.space_after = Pt(size * 0.3)
    if line.role == "bullet":
        _add_bullet(paragraph)
    write_spans(paragraph, line.text, size, muted=line.role == "muted", strong=line.role == "heading")


def _set_paragraph(paragraph: Any, size: float) -> None:
    """Exact heights of lines: they do not depend on the font."""
    paragraph.line_spacing = Pt(round(size * LEADING, 1))
    paragraph.space_before = paragraph.space_after = Pt(0)
    paragraph.alignment = PP_ALIGN.LEFT


def _add_bullet(paragraph: Any) -> None:
    properties = paragraph._p.get_or_add_pPr()
    properties.set("marL", str(round(INDENT * EMU)))
    properties.set("indent", str(round(-INDENT * EMU)))
    etree.SubElement(properties, qn("a:buFont"), typeface="Arial")
    etree.SubElement(properties, qn("a:buChar"), char="•")


def write_spans(paragraph: Any, text: b.Text, size: float, *, muted: bool = False, strong: bool = False) -> None:
    """Runs of a paragraph; a newline is a line break."""
    for number, line in enumerate(filter(None, split_lines(text))):
        if number:
            paragraph.add_line_break()
        for span in line:
            _write_run(paragraph, span, size, muted=muted, strong=strong)


def _write_run(paragraph: Any, span: b.Span, size: float, *, muted: bool, strong: bool) -> None:
    run = paragraph.add_run()
    run.text = clean_run(span.text)
    run.font.size = Pt(round(size, 1))
    run.font.bold = strong or span.strong or isinstance(span, b.Chip)
    url = clean_url(span.url)
    if url:
        run.hyperlink.address = url
    elif isinstance(span, b.Chip) and span.tone in INKS and span.tone != "neutral":
        run.font.color.rgb = RGBColor.from_string(INKS[span.tone])
    elif muted or span.muted:
        run.font.color.theme_color = MSO_THEME_COLOR.TEXT_1
        run.font.color.brightness = MUTED


def clean_run(text: str) -> str:
    """Text that XML holds as it is, on one line."""
    spaced = clean_text(text).replace("\n", " ").replace("\t", " ")
    return "".join(sign for sign in spaced if sign not in "\ufffe\uffff")


def _draw_table(shapes: Any, placed: PlacedTable) -> Any:
    table, piece = placed.table, placed.table.piece
    rows = [*([piece.head] if piece.head else []), *piece.rows]
    heights = [*([table.head_height] if piece.head else []), *table.heights]
    frame = shapes.add_table(len(rows), len(table.widths), *to_emu(placed.area))
    drawn = frame.table
    _set_plain(drawn, has_head=bool(piece.head))
    for column, width in zip(drawn.columns, table.widths, strict=True):
        column.width = Emu(round(width * EMU))
    for row, height in zip(drawn.rows, heights, strict=True):
        row.height = Emu(round(height * EMU))
    for number, cells in enumerate(rows):
        is_head = bool(piece.head) and number == 0
        for column, cell in enumerate(cells):
            target = drawn.cell(number, column)
            _fill_cell(target, cell, table.size, piece.look, column, is_head=is_head)
            if piece.look in ("data", "facts"):
                _draw_bottom(target, strong=is_head)
    return frame


def _set_plain(table: Any, *, has_head: bool) -> None:
    table.first_row, table.horz_banding = has_head, False
    properties = table._tbl.tblPr
    style = properties.find(qn("a:tableStyleId"))
    if style is None:
        style = etree.SubElement(properties, qn("a:tableStyleId"))
    style.text = PLAIN_STYLE


def _fill_cell(target: Any, cell: Cell, size: float, look: Look, column: int, *, is_head: bool) -> None:
    target.margin_left = target.margin_right = Pt(PAD_X)
    target.margin_top = target.margin_bottom = Pt(PAD_Y)
    target.vertical_anchor = MSO_ANCHOR.MIDDLE if look in ("verdict", "figures") else MSO_ANCHOR.TOP
    if cell.tone:
        target.fill.solid()
        target.fill.fore_color.rgb = RGBColor.from_string(GROUNDS[cell.tone])
    lines = list(filter(None, split_lines(cell.text))) or [[]]
    for number, line in enumerate(lines):
        own = size * (FIGURE_SHARE if look == "figures" and number == 0 else scale_cell(look, column))
        paragraph = target.text_frame.paragraphs[0] if number == 0 else target.text_frame.add_paragraph()
        _set_paragraph(paragraph, own)
        paragraph.alignment = _align(cell, look, column)
        is_strong = is_head or (cell.tone is not None and number == 0)
        write_spans(paragraph, tuple(line), own, muted=is_head, strong=is_strong)
        if cell.tone:
            _paint(paragraph.runs, INKS[cell.tone])
        if not line:
            paragraph.font.size = Pt(own)


def _align(cell: Cell, look: Look, column: int) -> PP_ALIGN:
    if cell.right:
        return PP_ALIGN.RIGHT
    is_centred = look == "figures" or (look == "verdict" and column == 0)
    return PP_ALIGN.CENTER if is_centred else PP_ALIGN.LEFT


def _paint(runs: Iterable[Any], colour: str) -> None:
    for run in runs:
        run.font.color.rgb = RGBColor.from_string(colour)


def _draw_bottom(cell: Any, *, strong: bool) -> None:
    """A thin line under each row, a stronger one under the titles, in the colour of the theme's text."""
    properties = cell._tc.get_or_add_tcPr()
    line = etree.SubElement(properties, qn("a:lnB"), w=str(12_700 if strong else 6_350))
    properties.insert(0, line)
    colour = etree.SubElement(etree.SubElement(line, qn("a:solidFill")), qn("a:schemeClr"), val="tx1")
    for name, value in (("a:lumMod", "50000"), ("a:lumOff", "50000")) if strong else (
        ("a:lumMod", "15000"), ("a:lumOff", "85000"),
    ):  # fmt: skip
        etree.SubElement(colour, qn(name), val=value)


def _draw_chart(shapes: Any, placed: PlacedChart, language: str) -> Any:
    """The chart, and below it how to read it."""
    caption = write_box(shapes, (placed.piece.caption,), placed.below, placed.caption_size)
    caption.name = "slipwatch caption"
    frame = add_chart(shapes, placed.piece.chart, to_emu(placed.area), ChartLook(language=language, size=placed.size))
    frame._element.nvGraphicFramePr.cNvPr.set("descr", clean_run(clean_line(placed.piece.chart.picture.alt, 400)))
    return frame
