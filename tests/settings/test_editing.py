"""A file that is edited in place stays what its author wrote, but for what was changed."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import slipwatch.sample
from slipwatch.errors import ConfigError
from slipwatch.settings.editing import Draft
from slipwatch.settings.marks import read_marked
from tests.hostile import HOSTILE

TEXT = (Path(slipwatch.sample.__file__).parent / "config" / "portfolio.yaml").read_text(encoding="utf-8")
DATA = read_marked("portfolio.yaml", TEXT).data
KEYS = [(group, key) for group in DATA for key in DATA[group]]


def is_yaml(text):
    """Halves of surrogate pairs stand in no file."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


TEXTS = st.sampled_from([text for text in HOSTILE if is_yaml(text)]) | st.sampled_from(
    ["007", "no", "null", "~", "", " a ", "2026-01-31", "2026-02-30", "1.0", "true", "a: b", "a #b", "- x", "é"]
)
VALUES = TEXTS | st.booleans() | st.integers(0, 999) | st.dates(date(1900, 1, 1)) | st.lists(TEXTS, max_size=3)


@settings(max_examples=40)
@given(place=st.sampled_from(KEYS), name=st.sampled_from(["name", "site", "accountable", "more"]), value=VALUES)
def test_one_value_changes_its_own_line_and_reads_as_it_was_meant(place, name, value):
    draft = Draft("portfolio.yaml", TEXT)
    draft.put((*place, name), value)
    text = draft.render()
    read = read_marked("portfolio.yaml", text).data
    assert read[place[0]][place[1]][name] == value
    read[place[0]][place[1]] = DATA[place[0]][place[1]]
    assert read == DATA
    lost = [line for line in TEXT.splitlines() if line not in text.splitlines()]
    assert len(lost) <= 1
    assert not [line for line in lost if line.lstrip().startswith("#")]


@settings(max_examples=15)
@given(places=st.lists(st.sampled_from(KEYS), unique=True, min_size=1, max_size=6))
def test_what_is_removed_takes_nothing_with_it(places):
    draft = Draft("portfolio.yaml", TEXT)
    for place in places:
        draft.remove(place)
    text = draft.render()
    wanted = {group: {key: part for key, part in DATA[group].items() if (group, key) not in places} for group in DATA}
    assert read_marked("portfolio.yaml", text).data == wanted
    assert [line for line in text.splitlines() if line.startswith("#")] == [
        line for line in TEXT.splitlines() if line.startswith("#")
    ]


def test_a_new_entry_stands_with_its_kind_and_looks_like_it():
    draft = Draft("portfolio.yaml", TEXT)
    draft.put(("sites", "NEW"), {"name": "New", "country": "FR"})
    draft.put(("milestones", "N-1"), {"name": 'Né: "x"', "project": "WMS-DC", "aliases": ["=1+1", "0042"]})
    text = draft.render()
    assert "    codes: [M300]\n  NEW:\n    name: New\n    country: FR\n\n# Names in English" in text
    assert '  N-1: {name: "Né: \\"x\\"", project: WMS-DC, aliases: ["=1+1", "0042"]}\n\n# Numbers' in text
    assert text.replace("  NEW:\n    name: New\n    country: FR\n", "").count("\n") == TEXT.count("\n") + 1


def test_another_author_indents_in_another_way():
    text = "baselines:\n- number: 1   # the first\n  kind: schedule\n  items:\n    - {milestone: A, date: 2026-01-30}\n"
    draft = Draft("baselines.yaml", text)
    draft.put(("baselines", 0, "items", 1), {"milestone": "B", "date": date(2026, 2, 1)})
    draft.put(("baselines", 1), {"number": 2, "items": [{"milestone": "A", "date": date(2026, 3, 1)}]})
    changed = draft.render()
    assert changed.startswith(text.rpartition("      - ")[0].rpartition("items")[0])
    assert read_marked("baselines.yaml", changed).data["baselines"][1]["number"] == 2
    assert "# the first" in changed


def test_an_empty_file_and_an_empty_group():
    draft = Draft("tolerances.yaml", "")
    draft.put(("rules", "a.b", "limit_wd"), Decimal("2.5"))
    draft.put(("off",), ["x.y"])
    assert read_marked("t", draft.render()).data == {"rules": {"a.b": {"limit_wd": 2.5}}, "off": ["x.y"]}
    draft = Draft("portfolio.yaml", "projects: {}\nroles:\n  a: {name: A}\n")
    draft.put(("projects", "P"), {"name": "P"})
    draft.remove(("roles", "a"))
    assert read_marked("p", draft.render()).data == {"projects": {"P": {"name": "P"}}, "roles": {}}


def test_what_cannot_be_written_is_refused():
    with pytest.raises(ConfigError):
        Draft("portfolio.yaml", "projects: [broken")
