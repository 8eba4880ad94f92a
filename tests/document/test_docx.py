"""A pack as a text document: the same words, real tables, the chart with its figures, and nothing that acts."""

import io

import pytest
from docx import Document

from slipwatch.document import blocks as b
from slipwatch.document.docx import render_docx
from tests.document import packs
from tests.document.samples import build_chart
from tests.hostile import HOSTILE


@pytest.fixture(scope="module")
def data():
    return render_docx(packs.build_pack())


def test_sections_are_headings_in_their_order(data):
    document = Document(io.BytesIO(data))
    titles = [paragraph.text for paragraph in document.paragraphs if paragraph.style.name == "Heading 1"]

    assert titles == ["Status SIT exit", "Milestones", "Decisions"]
    assert document.paragraphs[0].text == "Pack SIT exit"
    assert document.sections[0].page_width > document.sections[0].page_height


def test_rows_are_all_there_and_titles_are_repeated_on_each_page():
    data = render_docx(packs.build_pack(rows=400))
    tables = Document(io.BytesIO(data)).tables

    assert max(len(table.rows) for table in tables) == 401
    assert b"w:tblHeader" in packs.read_parts(data)["word/document.xml"]


def test_chart_is_a_chart_with_a_sheet_of_figures(data):
    parts = packs.read_parts(data)

    assert b"<c:lineChart>" in parts["word/charts/chart1.xml"]
    assert "word/embeddings/chart1.xlsx!xl/worksheets/sheet1.xml" in parts
    assert b"charts/chart1.xml" in parts["word/_rels/document.xml.rels"]
    assert b"embeddings/chart1.xlsx" in parts["word/charts/_rels/chart1.xml.rels"]


def test_notes_that_all_sections_share_stand_once_at_the_end():
    sections = tuple(
        b.Section(key=key, title=key, blocks=(b.Paragraph(key),), notes=("As of May", f"Of {key}")) for key in "ab"
    )
    text = packs.read_document(render_docx(b.Pack(title="Pack", language="en", sections=sections, words={})))

    assert text.count("As of May") == 1
    assert text.index("Of a") < text.index("Of b") < text.index("As of May")


def test_the_same_pack_is_the_same_bytes(data):
    assert render_docx(packs.build_pack()) == data


def test_hostile_texts_are_texts():
    table = b.Table((b.Column("Text"), b.Column("Other")), tuple((text, (b.Chip(text),)) for text in HOSTILE))
    lines = tuple(build_chart(text).lines[0] for text in HOSTILE)
    chart = b.DateChart(lines=lines, same_day="=1+1", target="@SUM(1)", picture=b.Picture("<svg/>", HOSTILE[0]))
    links = tuple(b.Link(text, text) for text in HOSTILE)
    section = b.Section(key="all", title=HOSTILE[0], blocks=(table, b.Bullets(HOSTILE), chart, *links), notes=HOSTILE)
    data = render_docx(b.Pack(title=HOSTILE[0], language="en", sections=(section,), words={"footer": HOSTILE[0]}))
    text = packs.read_document(data)

    assert packs.list_dangers(data) == []
    assert "<script>alert(1)</script>" in text
    assert "=cmd|' /C calc'!A0" in text
    assert not set(text) & {"\u202e", "\x1b", "\x00"}
