"""Records of no project, grouped by how their numbers begin: a rule that is proposed catches its group and no other."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from slipwatch.engine.unassigned import group_texts
from slipwatch.reports.desk_facts import OpeningGroup, OpeningKind
from slipwatch.reports.opening import tell_rule

NUMBERS = st.lists(st.from_regex(r"(4[57]00|CF-|M)[0-9]{0,4}([/-][0-9]{1,2})?", fullmatch=True), max_size=25)


@given(NUMBERS, NUMBERS)
def test_every_record_is_in_one_group_and_no_rule_catches_another_project(texts, taken):
    texts = set(texts) - set(taken)
    groups = group_texts(texts, taken)
    assert sorted(member for _, _, members in groups for member in members) == sorted(texts)
    for prefix, whole, members in groups:
        if whole:
            assert members == (prefix,)
        else:
            assert [text for text in taken if text.startswith(prefix)] == []
            assert {text for text in texts if text.startswith(prefix)} == set(members)


def test_forty_one_lines_of_one_range_are_one_group():
    lines = [f"4700{number:06d}/10" for number in range(41)]
    assert group_texts(lines, ["4500031870/10"]) == [("4700", False, tuple(lines))]


def test_accounts_are_cut_at_a_separator():
    assert group_texts(["CF-WD-10", "CF-WD-20"], ["CF-EC-10"]) == [("CF-WD-", False, ("CF-WD-10", "CF-WD-20"))]


@pytest.mark.parametrize(
    "prefix", ["0012", "1e5", "no", "2027-01-04", "a: b", "x, project: OTHER}", '"#', "CF-{WD}", "é-ü"]
)
def test_a_proposed_rule_is_read_back_as_the_very_text(prefix):
    group = OpeningGroup(
        name="x",
        kind=OpeningKind.UNASSIGNED,
        keys=("1",),
        entity="order_line",
        field="label",
        prefix=prefix,
        project="P",
    )
    rule = {"entity": "order_line", "field": "label", "prefix": prefix, "project": "P"}
    assert yaml.safe_load(tell_rule(group)) == rule
