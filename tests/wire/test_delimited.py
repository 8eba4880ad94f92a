"""Delimited texts: the encoding is proved or declared, quotation marks may be broken, nothing is lost in silence."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slipwatch.errors import ConfigError, ContractError, IncompleteError, PermanentError
from slipwatch.wire.delimited import check_encoding, find_encoding, read_lines
from slipwatch.wire.tables import Header, HeaderDeclaration, find_header, read_table_rows


@pytest.fixture
def path(tmp_path):
    return tmp_path / "orders.csv"


def read(path, content, *, delimiter=";", **options):
    path.write_bytes(content)
    return [tuple(line) for line in read_lines(path, delimiter=delimiter, **options)]


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", None),
        ("utf-8", "windows-1252"),
        ("utf-8-sig", None),
        ("utf-8-sig", "windows-1252"),
        ("utf-16", None),
        ("utf-16-le", "utf-16-le"),
        ("windows-1252", "windows-1252"),
        ("iso-8859-15", "iso-8859-15"),
    ],
)
def test_the_encoding_by_its_mark_by_proof_or_as_declared(path, encoding, declared):
    lines = read(path, "N°;Qté\r\n1;prévu à Zürich\r\n".encode(encoding), encoding=declared)
    assert lines == [(1, 1, ["N°", "Qté"]), (2, 2, ["1", "prévu à Zürich"])]


@pytest.mark.parametrize("declared", [None, "utf-8"])
def test_a_text_that_is_not_utf_8_needs_a_declaration(path, declared):
    with pytest.raises(PermanentError, match="not in UTF-8") as refused:
        read(path, "Qté\n".encode("windows-1252"), encoding=declared)
    assert "encoding" in refused.value.cure


@given(st.text(min_size=1).filter(lambda text: not text.isascii()))
def test_accents_of_windows_1252_are_never_taken_for_utf_8_nor_the_other_way(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("encoding") / "f"
    content = text.encode("utf-8", "replace")
    path.write_bytes(content)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or content.isascii():
        return
    assert find_encoding(path, "windows-1252") in ("utf-8", "utf-8-sig")


def test_a_sign_cut_in_two_by_the_size_of_a_chunk_is_still_utf_8(path):
    path.write_bytes(b"a" * 3 + "é".encode() * 700_000)
    assert find_encoding(path, None) == "utf-8"


def test_an_encoding_that_does_not_exist_stops_the_configuration():
    check_encoding("windows-1252")
    with pytest.raises(ConfigError, match="no encoding windows-1525"):
        check_encoding("windows-1525")


def test_quoted_delimiters_line_breaks_and_doubled_marks(path):
    content = b'a;b\r\n"x;y";"say ""no"""\r\n"two\r\nlines";2\r\n'
    assert read(path, content) == [(1, 1, ["a", "b"]), (2, 2, ["x;y", 'say "no"']), (3, 4, ["two\r\nlines", "2"])]


def test_another_quotation_mark(path):
    assert read(path, b"'a;b';2\n", quote="'") == [(1, 1, ["a;b", "2"])]


def test_a_broken_quotation_mark_damages_its_own_line_only(path):
    content = b'a;b\n"x"y;1\nz;2\n'
    assert read(path, content) == [(1, 1, ["a", "b"]), (2, 2, None), (3, 3, ["z", "2"])]


@pytest.mark.parametrize(
    "content", [b'a;b\n1;"x\n2;y\n3;z\n', b'a;b\n1;"x\n2;y\n3;"z\n4;w\n', b'a;b\n"1;x\n2;y\n3";z;w\n4;v\n']
)
def test_an_open_quotation_mark_that_swallows_rows_makes_the_file_incomplete(path, content):
    path.write_bytes(content)
    lines = read_lines(path, delimiter=";")
    header = Header.build(next(lines).cells, subject="orders.csv")
    with pytest.raises(IncompleteError, match="swallows the lines"):
        list(read_table_rows(lines, header, place="orders.csv", unit="line"))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"PK\x03\x04zip", "workbook"),
        (b"%PDF-1.4", "PDF"),
        (b"<!doctype html>Login", "web page"),
        (b"", "empty"),
    ],
)
def test_what_is_no_text_is_named(path, content, message):
    with pytest.raises(PermanentError, match=message):
        read(path, content)


def test_half_a_sign_of_utf_16_is_refused(path):
    with pytest.raises(PermanentError, match="not in utf-16"):
        read(path, "a;b\n".encode("utf-16") + b"\x00")


def test_a_wrong_delimiter_is_told_by_the_header(path):
    path.write_bytes(b"a;b\n1;2\n")
    with pytest.raises(ContractError, match="all stands in one cell") as wrong:
        find_header(read_lines(path, delimiter=","), HeaderDeclaration(find=[["a"], ["b"]]), subject="orders.csv")
    assert "1: a;b" in str(wrong.value)


@given(
    st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"), max_size=8), min_size=3, max_size=3
        ),
        min_size=1,
        max_size=6,
    )
)
def test_whatever_a_csv_writer_wrote_is_read_back(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("round") / "f.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows([["h1", "h2", "h3"], *rows])
    assert [line.cells for line in read_lines(path, delimiter=";")] == [["h1", "h2", "h3"], *rows]
