"""Every block in every medium: the words are there, nothing in them acts, the layout holds."""

import re

import pytest
from markdown_it import MarkdownIt

from slipwatch.document import blocks as b
from slipwatch.document.escape import clean_line
from slipwatch.document.html import PAGE, render_html
from slipwatch.document.mail import LETTER, MAIL, MOST_BYTES, Frame, render_mail
from slipwatch.document.markdown import render_markdown
from slipwatch.document.text import WIDTH, render_text
from tests.document.reading import read_html
from tests.document.samples import SVG, build_document
from tests.hostile import HOSTILE

each = pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:40]))
FRAME = Frame(head="Confluence", foot=(b.Paragraph("why"),))

RENDERERS = {
    "text": render_text,
    "markdown": render_markdown,
    "page": render_html,
    "mail": lambda document: render_mail(document, FRAME),
    "letter": render_mail,
}
every_medium = pytest.mark.parametrize("render", RENDERERS.values(), ids=RENDERERS)


def words(block, render):
    return render(b.Document(title="", language="en", blocks=(block,)))


@every_medium
def test_every_block_says_its_words(render):
    cases = {
        b.Heading(2, "Ended"): ["Ended"],
        b.Paragraph((b.Span("late by "), b.Span("9 wd", strong=True))): ["late by", "9 wd"],
        b.Facts((("Accountable", "Norvane"),)): ["Accountable", "Norvane"],
        b.Counters((("2", "new", "critical"),)): ["2", "new"],
        b.Table((b.Column("Subject"), b.Column("Days")), (("SIT exit", "7"),), caption="Moves"): [
            "Subject",
            "SIT exit",
            "7",
            "Moves",
        ],
        b.Bullets(("one", "two")): ["one", "two"],
        b.Link("Open it", "https://tracker.example/77"): ["Open it", "https://tracker.example/77"],
        b.Picture(SVG, "moved four times", "Trend"): ["moved four times", "Trend"],
        b.Banner("Critical", "SIT exit", "critical"): ["Critical", "SIT exit"],
        b.Details("Not judged", (b.Paragraph("62 lines"),)): ["Not judged", "62 lines"],
        b.Panel((b.Paragraph("inside"),), "warning"): ["inside"],
    }
    for block, expected in cases.items():
        shown = words(block, render)
        assert all(word in shown for word in expected), (block, shown)


def test_every_medium_knows_every_block():
    kinds = set(b.Block.__args__)

    assert set(PAGE) == set(MAIL) == set(LETTER) == kinds
    assert {type(block) for block in build_document("x").blocks} == kinds


@each
@pytest.mark.parametrize("medium", ["page", "mail", "letter"])
def test_hostile_text_is_text_in_html(medium, text):
    reader = read_html(RENDERERS[medium](build_document(text)))

    assert reader.dangers == []
    assert set(reader.links) <= {"https://tracker.example/1"}
    shown = clean_line(text)
    assert reader.text.count(shown) >= 10 or not shown


@each
def test_hostile_address_is_no_link_anywhere(text):
    document = build_document("words", url=text)

    for medium in ("page", "mail", "letter"):
        reader = read_html(RENDERERS[medium](document))
        assert reader.dangers == []
    assert "javascript:" not in render_text(document)
    assert "](javascript:" not in render_markdown(document).lower()


@each
def test_hostile_text_is_text_in_markdown(text):
    markdown = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])

    hostile = _count_kinds(markdown.parse(render_markdown(build_document(text))))
    tame = _count_kinds(markdown.parse(render_markdown(build_document("tame" if clean_line(text) else ""))))

    assert {kind: count for kind, count in hostile.items() if count > tame.get(kind, 0)} == {}


def _count_kinds(tokens):
    kinds = [token.type for token in tokens if token.type not in ("inline", "paragraph_open", "paragraph_close")]
    kinds += [
        child.type for token in tokens for child in token.children or () if child.type.endswith(("_open", "image"))
    ]
    kinds += [child.type for token in tokens for child in token.children or () if child.type.startswith("html")]
    return {kind: kinds.count(kind) for kind in kinds}


@each
def test_hostile_text_is_inert_in_plain_text(text):
    shown = render_text(build_document(text))

    assert not set(shown) & set("\x1b\x9b\x07\x08\x00\r\u202e\u2066\u2028\u0085")


def test_plain_text_wraps_at_its_width_but_never_cuts_an_address():
    url = "https://tracker.example/" + "x" * 100
    document = b.Document(
        title="T", language="en", blocks=(b.Paragraph("word " * 60), b.Link("Open", url), b.Bullets(("item " * 40,)))
    )

    lines = render_text(document).split("\n")

    assert url in lines
    assert all(len(line) <= WIDTH for line in lines if url not in line)


def test_table_is_drawn_and_long_cells_are_wrapped():
    narrow = b.Table((b.Column("A"), b.Column("Days", "right")), (("x", "7"), ("longer", "12")))
    wide = b.Table((b.Column("A"), b.Column("N", "right"), b.Column("B")), (("x " * 60, "7", "y " * 60),))

    shown = words(wide, render_text).split("\n")

    assert words(narrow, render_text) == "A       Days\n------  ----\nx          7\nlonger    12\n"
    assert all(len(line) <= WIDTH for line in shown)
    assert shown[2].count("x") > 10
    assert shown[2].count("7") == 1
    assert "".join(shown).count("y") == 60


def test_table_with_too_many_columns_for_a_line_is_listed():
    titles = tuple(b.Column(f"Column {number}") for number in range(8))
    table = b.Table(titles, (tuple(f"a long cell with number {number}" for number in range(8)),))

    shown = words(table, render_text)

    assert shown.startswith("- a long cell with number 0\n  Column 1  a long cell with number 1\n")


def test_address_in_a_table_is_never_cut():
    url = "https://tracker.example/" + "x" * 60
    table = b.Table((b.Column("A"), b.Column("B")), (((b.Span("item", url=url),), "word " * 30),))

    assert url in words(table, render_text)


@every_medium
def test_rows_beyond_the_bound_are_counted(render):
    rows = tuple((f"row-{number}",) for number in range(150))
    table = b.Table((b.Column("Key"),), rows, more="and {count} more")

    shown = words(table, render)

    assert "row-99" in shown
    assert "row-100" not in shown
    assert "and 50 more" in shown


class TestMail:
    def test_styles_are_in_the_elements_and_nothing_is_loaded(self):
        html = render_mail(build_document("words"), FRAME)

        assert "<style" not in html
        assert "<link" not in html
        assert re.search(r"<h1 [^>]*style=", html)
        assert "url(" not in html
        assert "@import" not in html

    def test_layout_is_a_table_of_600_pixels_with_language_and_direction(self):
        html = render_mail(build_document("words"), FRAME)

        assert '<html lang="en" dir="ltr">' in html
        assert 'width="600"' in html
        assert 'role="presentation"' in html

    def test_long_tables_give_way_until_the_mail_is_not_clipped(self):
        wide = "word " * 60
        rows = tuple((f"{number} {wide}",) * 4 for number in range(100))
        columns = tuple(b.Column(name) for name in "abcd")
        blocks = (b.Panel((b.Table(columns, rows, more="and {count} more"),)),)

        html = render_mail(b.Document(title="T", language="en", blocks=blocks), FRAME)

        assert len(html.encode()) <= MOST_BYTES
        hidden = re.search(r"and (\d+) more", html)
        assert hidden is not None
        assert int(hidden[1]) + len(re.findall(r">\d+ word", html)) // 4 == 100

    def test_hundred_ordinary_rows_fit(self):
        rows = tuple((f"PO 45000{number:05}/10", "supply", "Resolved", "6 Apr 2026") for number in range(100))
        table = b.Table(tuple(b.Column(name) for name in "abcd"), rows)

        html = render_mail(b.Document(title="T", language="en", blocks=(table,)), FRAME)

        assert len(html.encode()) <= MOST_BYTES
        assert html.count("PO 45000") == 100

    def test_preview_is_there_and_not_seen(self):
        html = render_mail(b.Document(title="T", language="en", blocks=(), preview="SIT exit slips"), FRAME)

        assert re.search(r"<div [^>]*display: ?none[^>]*>SIT exit slips</div>", html)

    def test_letter_has_neither_frame_nor_buttons(self):
        letter = render_mail(build_document("words"))

        assert "Confluence" not in letter
        assert "inline-block" not in letter


class TestPage:
    def test_page_stands_alone(self):
        html = render_html(build_document("words"), style="p { color: red }")

        assert "p { color: red }" in html
        assert html.count("<h1>words</h1>") == 1
        assert "data:image/svg+xml;base64," in html

    def test_heading_can_be_linked_to(self):
        assert '<h2 id="part">' in render_html(build_document("words"))
