"""What is written with comments is read back as the same values, whatever stands in a file."""

from datetime import date

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from slipwatch.settings.commented import Noted, NoteLine, strip_notes, write_commented
from slipwatch.settings.marks import read_marked
from tests.hostile import HOSTILE

TEXTS = st.text(st.characters(blacklist_categories=("Cs",)), max_size=30)
SCALARS = TEXTS | st.integers(-(10**6), 10**6) | st.booleans() | st.none() | st.dates()
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4) | st.builds(Noted, inner, TEXTS)
    ),
    max_leaves=12,
)


@given(st.dictionaries(TEXTS, VALUES, min_size=1, max_size=4), st.lists(TEXTS, max_size=2))
def test_every_value_is_read_back(content, head):
    assert yaml.safe_load(write_commented(content, head=head)) == strip_notes(content)


def test_a_hostile_name_of_a_column_adds_no_key():
    for text in HOSTILE:
        written = write_commented({"columns": Noted({text: Noted(text, text), "last": 1}, text)}, head=[text])
        assert yaml.safe_load(written) == {"columns": {text: text, "last": 1}}


def test_a_reason_stands_beside_its_value_and_a_long_one_above():
    written = write_commented(
        {
            "key": Noted("Code", "tells all rows apart"),
            "columns": {NoteLine("ours: theirs"): None, "name": Noted("Jalon", "header word " * 12)},
            "seen": [Noted({"day": date(2026, 1, 2)}, "first")],
        }
    )
    lines = written.splitlines()
    assert lines[0] == "key: Code  # tells all rows apart"
    assert lines[2] == "  # ours: theirs"
    assert lines[3].startswith("  # header word")
    assert "  name: Jalon" in lines
    assert "  - {day: 2026-01-02}  # first" in lines
    assert max(map(len, lines)) <= 120


@pytest.mark.parametrize("text", ["12E3", "0E0", "2026-02-30", "1_000", "0x1F", "yes", "~", "007", "1:30"])
def test_a_text_that_looks_like_something_else_comes_back_as_text(text):
    written = write_commented({"pmo": text, "codes": [text]})
    assert read_marked("pmo.yaml", written).data == {"pmo": text, "codes": [text]}
