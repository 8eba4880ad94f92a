"""A report between two runs: it shows what is found, also what nobody was told yet."""

from dataclasses import replace
from datetime import date, timedelta

from slipwatch.engine.reporting.freshening import UNTOLD, freshen
from slipwatch.model.alert import AlertState
from slipwatch.model.finding import Assessment, Concern, Severity
from tests.reports import story

AT = story.instant(story.MAY)
SLIP = story.find_slip(story.GO_LIVE, date(2026, 10, 1), date(2026, 7, 1), 65, "sponsor")
OPEN = story.build_alert(story.GO_LIVE, Concern.TIME, SLIP, opened=date(2026, 5, 18))


def judge(*findings, evaluated=(), rule="story.slip"):
    return Assessment(rule=rule, findings=list(findings), evaluated={*evaluated, *(one.subject.id for one in findings)})


def test_finding_that_was_never_told_is_an_open_alert():
    (alert,) = freshen([], [judge(SLIP)], at=AT)

    assert (alert.state, alert.key.episode, alert.opened_at) == (AlertState.OPEN, UNTOLD, AT)
    assert (alert.subject, alert.accountable, alert.severity) == (story.GO_LIVE, "sponsor", Severity.CRITICAL)


def test_known_alert_shows_the_figures_of_today_and_keeps_its_life():
    worse = replace(SLIP, value=70, severity=Severity.WARNING)
    (alert,) = freshen([OPEN], [judge(worse)], at=AT)

    assert alert.reasons["story.slip"].finding.value == 70
    assert (alert.severity, alert.opened_at, alert.frozen) == (Severity.WARNING, OPEN.opened_at, False)


def test_new_reason_joins_the_alert_of_its_subject():
    past = story.find_past_due(story.GO_LIVE, date(2026, 7, 1), "sponsor", gate=True)
    (alert,) = freshen([OPEN], [judge(SLIP), judge(past, rule="story.past_due")], at=AT)

    assert sorted(alert.reasons) == ["story.past_due", "story.slip"]


def test_alert_that_nobody_could_judge_is_frozen():
    (alert,) = freshen([OPEN], [judge()], at=AT)

    assert alert.frozen


def test_alert_that_was_judged_without_finding_stands_until_a_run_ends_it():
    (alert,) = freshen([replace(OPEN, frozen=True)], [judge(evaluated=[story.GO_LIVE.id])], at=AT)

    assert (alert.state, alert.frozen) == (AlertState.OPEN, False)


def test_accepted_finding_stays_accepted():
    (alert,) = freshen([replace(OPEN, state=AlertState.ACCEPTED)], [judge(SLIP)], at=AT + timedelta(days=7))

    assert alert.state is AlertState.ACCEPTED


def test_subject_that_is_gone_raises_nothing_new():
    assert freshen([], [judge(SLIP)], at=AT, gone={story.GO_LIVE.id}) == []
