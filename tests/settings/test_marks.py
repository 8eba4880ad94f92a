"""How YAML is read: plain words mean what an editor shows, and every value knows its line."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slipwatch.settings.marks import read_marked, read_plain, read_text, write_path
from slipwatch.settings.problems import SettingsError


def refuse(text):
    with pytest.raises(SettingsError) as caught:
        read_marked("sources.yaml", text)
    return caught.value.problems[0]


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("NO", "NO"),
        ("yes", "yes"),
        ("on", "on"),
        ("true", True),
        ("~", None),
        ("", None),
        ("007", "007"),
        ("0", 0),
        ("-12", -12),
        ("12.50", 12.5),
        ("1e3", 1000.0),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        ("12:30", "12:30"),
        ("2026-01-31", date(2026, 1, 31)),
        ("2026-1-31", "2026-1-31"),
        ("4500031870/10", "4500031870/10"),
        (".inf", ".inf"),
        ("nan", "nan"),
    ],
)
def test_a_plain_word_is_what_it_looks_like(word, value):
    found = read_plain(word)
    assert found == value
    assert type(found) is type(value)


@given(st.text(alphabet="0123456789", min_size=2, max_size=18).filter(lambda text: text.startswith("0")))
def test_no_leading_zero_is_ever_lost(digits):
    assert read_plain(digits) == digits


def test_quotes_keep_text():
    assert read_marked("x.yaml", "a: '12'\nb: \"true\"\n").data == {"a": "12", "b": "true"}


def test_keys_are_always_text():
    assert read_marked("x.yaml", "007: a\nno: b\n2026-01-31: c\n").data == {"007": "a", "no": "b", "2026-01-31": "c"}


def test_every_key_and_item_knows_its_line():
    file = read_marked("x.yaml", "# first\na:\n  b: 1\n  c:\n    - d\n    - {e: 2}\n")
    assert file.find_line(("a", "b")) == 3
    assert file.find_line(("a", "c", 0)) == 5
    assert file.find_line(("a", "c", 1, "e")) == 6
    assert file.find_line(("a", "missing", "deeper")) == 2
    assert file.find_line(("nowhere",)) == 1


def test_an_empty_file_is_an_empty_group():
    assert read_marked("x.yaml", "").data == {}
    assert read_marked("x.yaml", "# only a comment\n").data == {}


def test_paths_are_written_as_people_do():
    assert write_path(("sources", "PLAN", "evidence", 0, "where")) == "sources.PLAN.evidence[0].where"


def test_a_key_written_twice_is_refused():
    problem = refuse("sources:\n  PLAN: {a: 1}\n  ERP: {}\n  PLAN: {a: 2}\n")
    assert (problem.line, problem.key) == (4, "sources.PLAN")
    assert "first in line 2" in problem.found


def test_aliases_and_tags_are_refused():
    assert refuse("a: &x [1]\nb: *x\n").line == 2
    assert "!!python/name" in refuse("a: !<!!python/name:os.system> x\n").found
    assert "!secret" in refuse("a: !secret x\n").found


def test_an_alias_that_contains_itself_ends():
    assert refuse("a: &x\n  - *x\n").found == "a YAML alias"


def test_a_day_that_no_calendar_has_is_refused_with_its_line():
    problem = refuse("a: 1\nb: 2026-02-30\n")
    assert (problem.line, problem.key) == (2, "b")
    assert "2026-02-30" in problem.found


@pytest.mark.parametrize("text", ["a: [1\nb: 2\n", "a: b: c\n", "\ta: 1\n", "a: 'x\n", "a: 1\n---\nb: 2\n"])
def test_text_that_is_not_yaml_is_refused_with_a_line(text):
    problem = refuse(text)
    assert problem.found.startswith("text that is not YAML")
    assert problem.line >= 1


def test_a_control_character_is_refused():
    assert refuse("a: \x00\n").found.startswith("text that is not YAML")


def test_a_byte_order_mark_is_no_text(tmp_path):
    (tmp_path / "x.yaml").write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert read_text(tmp_path / "x.yaml", "x.yaml") == "a: 1\n"


def test_another_encoding_is_refused(tmp_path):
    (tmp_path / "x.yaml").write_bytes("a: Méridor\n".encode("cp1252"))
    with pytest.raises(SettingsError, match="save the file as UTF-8"):
        read_text(tmp_path / "x.yaml", "x.yaml")
