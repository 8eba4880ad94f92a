"""The files of every poll lead to the expected alerts, judged by the reference judge: nothing missed or invented."""

from datetime import date

import pytest

from slipwatch.sample.calendars import SITE_R, count_working_days, is_working_day
from slipwatch.sample.cast import ROLES
from slipwatch.sample.expectations import OVERDUE, ExpectedAlert
from slipwatch.sample.milestones import MILESTONES
from slipwatch.sample.programme import POLLS
from slipwatch.sample.truth import ACCEPTED_SLIP, BASELINE_1_SLIP_AT_END, STALE_POLLS, TRUTH
from tests.sample.reference_judge import Judge, SeenAlert


def describe_expected(alert: ExpectedAlert) -> dict:
    joined: dict[tuple[int, str], dict] = {}
    for reason in alert.reasons:
        kind = "worse" if reason.is_worse else "opened"
        joined.setdefault((reason.poll, kind), {})[reason.rule] = reason.value
    for reason in alert.reasons:
        if reason.ends:
            joined.setdefault((reason.ends, "reason_ended"), {})[reason.rule] = None
    for poll in alert.frozen:
        joined[poll, "frozen"] = {}
    if alert.closed:
        joined[alert.closed, alert.ending] = {}
    return joined


def describe_seen(alert: SeenAlert) -> dict:
    return {(event.poll, event.kind): event.rules for event in alert.events}


def identify(alert: ExpectedAlert | SeenAlert) -> tuple:
    return alert.entity, alert.subject, alert.concern, alert.episode


def test_exactly_the_expected_alerts_are_opened(judge: Judge) -> None:
    assert sorted(map(identify, judge.alerts)) == sorted(map(identify, TRUTH.alerts))


@pytest.mark.parametrize("expected", TRUTH.alerts, ids=lambda alert: f"{alert.number}-{alert.subject}")
def test_life_of_an_alert(judge: Judge, expected: ExpectedAlert) -> None:
    seen = next(alert for alert in judge.alerts if identify(alert) == identify(expected))
    assert describe_seen(seen) == describe_expected(expected)
    assert (seen.opened, seen.closed, seen.ending) == (expected.opened, expected.closed, expected.ending)


def test_opening_inventory(judge: Judge) -> None:
    assert {key for _, key, _ in judge.opening} == set(TRUTH.opening_inventory)
    assert all(list(rules) == [OVERDUE] for rules in judge.opening.values())
    assert len(TRUTH.opening_inventory) == 31
    assert judge.inventory_empty_at == 5


def test_messages_and_new_lines(judge: Judge) -> None:
    opened = [alert.opened for alert in judge.alerts]
    assert tuple(sorted(judge.messages)) == TRUTH.message_polls == (1, *range(5, 27))
    assert {poll: opened.count(poll) for poll in range(1, 27)} == TRUTH.new_lines
    assert max(TRUTH.new_lines.values()) <= 5, "the noise budget"


def test_new_lines_as_the_story_counts_them() -> None:
    told = dict.fromkeys((5, 6, 8, 14, 16, 17, 20, 22, 23, 24), 1) | dict.fromkeys((9, 10, 11, 13, 15), 2) | {21: 4}
    assert {poll: lines for poll, lines in TRUTH.new_lines.items() if lines} == told
    assert sum(told.values()) == len(TRUTH.alerts) == 24


def test_open_at_the_end(judge: Judge) -> None:
    assert [key[1] for key in judge.open] == ["SP-40"]
    assert TRUTH.open_at_end == ("23", "D")


COUNTED_BY_JUDGE = {
    "suppliers without shipping notices": "no notices",
    "projects without scope freeze": "no freeze",
    "budget lines without approved amount": "no approved amount",
    "milestones without baseline date": "no baseline date",
    "order lines without the day they were sent": "not sent",
    "actions of WMS-DC without due date": "no due date",
    "tickets of ERP-CORE without requirement, older than the freeze": "no requirement",
    "consumables without need date": "no need date",
    "order lines that no link rule catches": "unassigned",
}


@pytest.mark.parametrize("poll", range(1, 27))
def test_counted_instead_of_judged(judge: Judge, poll: int) -> None:
    expected = {COUNTED_BY_JUDGE[row.what]: row for row in TRUTH.counted if row.first <= poll <= row.last}
    seen = judge.counted[poll]
    assert {name: len(found) for name, found in seen.items()} == {name: row.count for name, row in expected.items()}
    for name, row in expected.items():
        assert not row.keys or set(row.keys) == seen[name]


def test_stale_polls(judge: Judge) -> None:
    stale = {alert.opened: alert.subject for alert in judge.alerts if "DQ-01" in alert.events[0].rules}
    assert stale == {poll: source for poll, (source, _) in STALE_POLLS.items()}


def test_every_draft_goes_to_a_role_of_the_cast() -> None:
    assert {alert.draft_for for alert in (*TRUTH.alerts, *TRUTH.later)} <= set(ROLES)


def test_messages_of_holidays_leave_on_the_next_working_day() -> None:
    for poll in POLLS:
        leaves = TRUTH.deferred_messages.get(poll.number, poll.day)
        assert is_working_day(SITE_R, leaves)
        assert (leaves != poll.day) == (not is_working_day(SITE_R, poll.day))


def test_the_sentence_that_the_demo_must_earn(judge: Judge) -> None:
    """The committee heard on 28 May; the first proof was there on 13 April, 45 days earlier."""
    proof = next(alert for alert in judge.alerts if alert.subject == "EC-40")
    assert (date(2026, 5, 28) - POLLS[proof.opened - 1].day).days == 45


@pytest.mark.parametrize(("key", "slip"), BASELINE_1_SLIP_AT_END.items())
def test_slip_against_the_first_baseline(judge: Judge, key: str, slip: int) -> None:
    milestone = MILESTONES[key]
    assert milestone.baseline_1
    assert count_working_days(milestone.site, milestone.baseline_1, judge.plan[key]["date"]) == slip
    assert judge.plan[key]["date"] == milestone.baseline_2


@pytest.mark.parametrize(("key", "slip"), ACCEPTED_SLIP.items())
def test_slip_of_accepted_milestones(judge: Judge, key: str, slip: int) -> None:
    milestone = MILESTONES[key]
    assert milestone.baseline_1
    assert count_working_days(milestone.site, milestone.baseline_1, judge.plan[key]["accepted"]) == slip


def test_both_go_lives_are_green_at_the_end(judge: Judge) -> None:
    assert {"EC-60", "WD-50"}.isdisjoint(key for _, key, _ in judge.open)
