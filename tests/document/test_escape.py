"""No text from upstream is ever active, in any medium, and none is lost without need."""

import csv
import io
import unicodedata
import zipfile
from datetime import date
from decimal import Decimal
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from python_calamine import CalamineWorkbook

from slipwatch.document.escape import (
    FORMULA_STARTERS,
    XLSX_MOST_CHARACTERS,
    clean_header,
    clean_line,
    clean_terminal,
    clean_text,
    clean_url,
    escape_csv_cell,
    escape_html,
    escape_markdown,
    escape_xlsx_cell,
    restore_csv_cell,
)
from tests.document.reading import read_html
from tests.hostile import HOSTILE

texts = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=60))
each = pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:40]))


def assert_inert(text):
    """No control, direction or invisible character, no half pair; a line end is the only control left."""
    for sign in text:
        assert unicodedata.category(sign) not in ("Cc", "Cf", "Cs") or sign in "\n\t\u200c\u200d", ascii(sign)


def test_the_corpus_is_large_enough():
    assert len(set(HOSTILE)) >= 80


class TestText:
    @given(texts)
    def test_cleaned_text_is_inert_and_clean_already(self, text):
        assert_inert(clean_text(text))
        assert clean_text(clean_text(text)) == clean_text(text)

    @given(st.text(alphabet=st.characters(categories=("L", "N", "P", "S", "Zs")), max_size=40))
    def test_ordinary_text_stays_as_it_is(self, text):
        assert clean_text(text) == text

    def test_signs_of_other_scripts_keep_their_joiners(self):
        family = "👩‍👩‍👧‍👦 می‌خواهم"

        assert clean_text(family) == family

    @given(texts, st.integers(1, 30))
    def test_line_is_one_line_of_at_most_its_length(self, text, limit):
        line = clean_line(text, limit)

        assert len(line.splitlines()) <= 1
        assert len(line) <= limit


class TestHtml:
    @each
    def test_text_is_text_in_an_element_and_in_an_attribute(self, text):
        escaped = escape_html(text)
        reader = read_html(f"<p title=\"{escaped}\" class='{escaped}'>{escaped}</p>")

        assert [danger for danger in reader.dangers if "title" not in danger] == []
        assert reader.text == " ".join(clean_text(text).split())


class TestMarkdown:
    @given(texts)
    def test_nothing_becomes_markup(self, text):
        markdown = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])

        tokens = markdown.parse(escape_markdown(text))

        kinds = {token.type for token in tokens} | {child.type for token in tokens for child in token.children or ()}
        assert kinds <= {"paragraph_open", "inline", "paragraph_close", "text", "text_special"}

    @given(texts)
    def test_the_words_are_those_of_the_text(self, text):
        tokens = MarkdownIt("commonmark").parse(escape_markdown(text))

        shown = "".join(child.content for token in tokens for child in token.children or ())
        assert shown.split() == clean_line(text).split()

    @given(texts)
    def test_cell_of_a_table_stays_one_cell(self, text):
        markdown = MarkdownIt("commonmark", {"html": True}).enable("table")

        tokens = markdown.parse(f"| a | b |\n|---|---|\n| {escape_markdown(text)} | end |\n")

        cells = [token for token in tokens if token.type == "td_open"]
        assert len(cells) == 2

    @pytest.mark.parametrize("text", ["see https://evil.example", "WWW.evil.example", "a@b.example"])
    def test_no_address_links_by_itself(self, text):
        escaped = escape_markdown(text)

        assert "://" not in escaped.replace("\\://", "")
        assert "www." not in escaped.lower()
        assert "@" not in escaped.replace("\\@", "")


class TestCsv:
    @given(texts)
    def test_no_cell_is_a_formula(self, text):
        cell = str(escape_csv_cell(text))

        assert cell.lstrip()[:1] not in FORMULA_STARTERS or not cell.strip()

    @given(texts)
    def test_escape_can_be_taken_back(self, text):
        assert restore_csv_cell(str(escape_csv_cell(text))) == clean_text(text)

    @each
    def test_file_read_with_another_delimiter_holds_no_formula_either(self, text):
        file = io.StringIO()
        csv.writer(file, quoting=csv.QUOTE_ALL).writerow(["key", escape_csv_cell(text), "end"])

        for delimiter in ",;\t|":
            for row in csv.reader(io.StringIO(file.getvalue()), delimiter=delimiter):
                assert all(cell.strip()[:1] not in ("=", "+", "-", "@", "＝") for cell in row), row

    @pytest.mark.parametrize("value", [-5, 3.5, Decimal("-1.2"), None, date(2026, 4, 13)])
    def test_numbers_and_dates_stay_what_they_are(self, value):
        assert escape_csv_cell(value) is value


class TestXlsx:
    def test_every_text_is_a_string_cell_and_reads_back(self, tmp_path):
        path = tmp_path / "cells.xlsx"
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet("texts")
            for row, text in enumerate(HOSTILE):
                sheet.write_string(row, 0, escape_xlsx_cell(text))
                sheet.write_string(row, 1, "end")

        with zipfile.ZipFile(path) as archive:
            sheet_xml = archive.read("xl/worksheets/sheet1.xml").decode()
        rows = CalamineWorkbook.from_path(path).get_sheet_by_name("texts").to_python(skip_empty_area=False)
        assert "<f>" not in sheet_xml
        assert "<hyperlink" not in sheet_xml
        for text, (cell, _end) in zip(HOSTILE, rows, strict=True):
            assert cell.split() == escape_xlsx_cell(text).split()

    def test_cell_is_cut_to_what_a_cell_can_hold(self):
        assert len(escape_xlsx_cell("x" * 40_000)) == XLSX_MOST_CHARACTERS


class TestHeader:
    @each
    @pytest.mark.parametrize("name", ["Subject", "X-Slipwatch-Project"])
    def test_no_text_adds_a_header_or_a_body(self, text, name):
        mail = EmailMessage(policy=policy.SMTP)
        mail[name] = clean_header(text)
        mail.set_content("body")

        back = message_from_bytes(mail.as_bytes(), policy=policy.SMTP)
        assert sorted(back.keys()) == sorted([name, "Content-Type", "Content-Transfer-Encoding", "MIME-Version"])
        assert back.get_content().strip() == "body"
        assert back.get_content_type() == "text/plain"

    @given(texts)
    def test_header_is_one_inert_line_without_encoded_words(self, text):
        header = clean_header(text, 78)

        assert_inert(header)
        assert len(header) <= 78
        assert "\n" not in header
        assert "=?" not in header

    def test_encoded_words_are_read_before_they_are_cleaned(self):
        assert clean_header("=?UTF-8?B?w4l0w6k=?= 2026") == "Été 2026"


class TestTerminal:
    @given(texts)
    def test_no_escape_sequence_can_start(self, text):
        shown = clean_terminal(text)

        assert not set(shown) & {"\x1b", "\x9b", "\x90", "\r", "\b", "\x07", "\t", "\x00"}
        assert_inert(shown)


class TestUrl:
    @pytest.mark.parametrize(
        "url",
        [
            "https://tracker.example/issues/1?x=1&y=2#note",
            "http://localhost:4200/runs",
            "mailto:pmo@meridor.example",
            "https://tracker.example/%C3%A9t%C3%A9",
        ],
    )
    def test_plain_addresses_pass(self, url):
        assert clean_url(url) == url

    @pytest.mark.parametrize(
        "url",
        [
            None,
            "",
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "java\nscript:alert(1)",
            "data:text/html,<script>",
            "vbscript:x",
            "file:///etc/passwd",
            "//evil.example",
            "/relative",
            "https://",
            "https:// evil.example",
            "https://user:secret@tracker.example/",
            "https://evil.example\\@tracker.example",
            "https://tracker.example/\u202etxt.exe",
            "https://[broken",
            "\x01https://tracker.example",
        ],
    )
    def test_anything_else_is_no_link(self, url):
        assert clean_url(url) is None

    @pytest.mark.parametrize("sign", ['"', "'", "<", ">", "`"])
    def test_signs_that_end_an_attribute_are_encoded(self, sign):
        assert sign not in (clean_url(f"https://tracker.example/{sign}x") or sign)
