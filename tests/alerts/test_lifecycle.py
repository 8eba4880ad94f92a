"""What a run makes of alerts: opened once, worse by facts alone, frozen while nobody looked, ended by a true name."""

import pytest

from slipwatch.model.alert import AlertState, Change
from slipwatch.model.finding import Assessment, Concern, GreyReason, Message, NotJudged, Severity
from tests.alerts.build import assess, at_week, finding, proof, step, subject

SLIP = "schedule.milestone_slip"
PAST = "schedule.past_due_open"


def past_due(**options):
    return finding(rule=PAST, value=12, **options)


def grey(rule, *subjects, reason=GreyReason.STALE_SOURCE):
    entry = NotJudged(rule=rule, reason=reason, subjects=subjects, counted=("x",), text=Message(id="test.grey"))
    return Assessment(rule=rule, not_judged=[entry])


def open_alert(*findings, **options):
    found = findings or (finding(gravity=7),)
    return step([], *(assess(each) for each in found), week=5, **options).alerts


def changes(outcome):
    return [transition.change for transition in outcome.transitions]


def test_first_finding_opens_an_alert():
    outcome = step([], assess(finding(gravity=7)), week=5)

    (alert,) = outcome.alerts
    assert changes(outcome) == [Change.OPENED]
    assert (alert.state, alert.key.episode, alert.accountable) == (AlertState.OPEN, 1, "norvane")
    assert alert.reasons[SLIP].gravity == 7
    assert outcome.transitions[0].joined == (SLIP,)


def test_two_rules_on_one_subject_and_concern_are_one_alert():
    outcome = step([], assess(finding()), assess(past_due()))

    assert [sorted(alert.reasons) for alert in outcome.alerts] == [[SLIP, PAST]]
    assert len(outcome.transitions) == 1


def test_two_concerns_of_one_subject_are_two_alerts():
    quality = finding(rule="quality.conflict", concern=Concern.QUALITY)

    outcome = step([], assess(finding()), assess(quality))

    assert {alert.key.concern for alert in outcome.alerts} == {Concern.TIME, Concern.QUALITY}


def test_same_finding_again_says_nothing():
    outcome = step(open_alert(), assess(finding(gravity=7)), week=6)

    assert outcome.transitions == ()
    assert outcome.alerts[0].changed_at == at_week(5)
    assert outcome.alerts[0].reasons[SLIP].last_seen == at_week(6)


def test_days_that_merely_pass_never_make_it_worse():
    alerts = open_alert(past_due())

    outcome = step(alerts, assess(finding(rule=PAST, value=17, severity=Severity.CRITICAL)), week=6)

    assert outcome.transitions == ()


def test_new_fact_that_raises_a_figure_is_worse():
    outcome = step(open_alert(), assess(finding(value=17, gravity=17)), week=9)

    (transition,) = outcome.transitions
    assert transition.change is Change.WORSENED
    assert transition.raised == {SLIP: (7, 17)}
    assert transition.alert.reasons[SLIP].first_seen == at_week(5)


def test_reason_that_joins_is_worse():
    outcome = step(open_alert(), assess(finding(gravity=7)), assess(past_due()), week=8)

    (transition,) = outcome.transitions
    assert (transition.change, transition.joined) == (Change.WORSENED, (PAST,))


def test_figure_that_falls_is_better_and_counts_from_there():
    better = step(open_alert(finding(gravity=27)), assess(finding(gravity=14)), week=6)
    worse = step(better.alerts, assess(finding(gravity=20)), week=7)

    assert changes(better) == [Change.BETTER]
    assert better.transitions[0].raised == {SLIP: (27, 14)}
    assert changes(worse) == [Change.WORSENED]
    assert worse.transitions[0].raised == {SLIP: (14, 20)}


def test_reason_that_ends_while_another_lasts_ends_no_alert():
    alerts = open_alert(finding(gravity=7), past_due())

    outcome = step(alerts, assess(finding(gravity=7)), assess(rule=PAST, evaluated=[1]), week=6)

    (transition,) = outcome.transitions
    assert (transition.change, transition.left) == (Change.BETTER, (PAST,))
    assert sorted(outcome.alerts[0].reasons) == [SLIP]


def test_reason_that_ends_while_another_joins_is_worse():
    alerts = open_alert(finding(gravity=7))

    outcome = step(alerts, assess(rule=SLIP, evaluated=[1]), assess(past_due()), week=6)

    (transition,) = outcome.transitions
    assert (transition.change, transition.joined, transition.left) == (Change.WORSENED, (PAST,), (SLIP,))


def test_every_rule_clear_resolves():
    alerts = open_alert(finding(gravity=7), past_due())

    outcome = step(alerts, assess(rule=SLIP, evaluated=[1]), assess(rule=PAST, evaluated=[1]), week=6)

    assert changes(outcome) == [Change.RESOLVED]
    assert outcome.alerts[0].state is AlertState.ENDED
    assert sorted(outcome.alerts[0].reasons) == [SLIP, PAST], "the last reasons stay, so that the ending can name them"


@pytest.mark.parametrize(
    "assessments",
    [
        pytest.param([], id="no assessment at all"),
        pytest.param([assess(rule=SLIP, evaluated=[2])], id="another subject"),
        pytest.param([grey(SLIP, 1)], id="stale source"),
        pytest.param([grey(SLIP, 1, reason=GreyReason.BROKEN_CHECK)], id="broken check"),
        pytest.param([grey(SLIP, 1, reason=GreyReason.OUT_OF_RULE)], id="out of rule"),
        pytest.param([grey(SLIP, 1, reason=GreyReason.MISSING_VALUE)], id="a value is missing now"),
        pytest.param([assess(rule=SLIP, evaluated=[1]), grey(SLIP, 1)], id="evaluated, but on stale facts"),
    ],
)
def test_subject_that_was_not_judged_is_frozen(assessments):
    outcome = step(open_alert(), *assessments, week=6, rules={SLIP})

    (alert,) = outcome.alerts
    assert outcome.transitions == ()
    assert (alert.state, alert.frozen) == (AlertState.OPEN, True)


def test_one_stale_rule_keeps_the_alert_open():
    alerts = open_alert(finding(gravity=7), past_due())

    outcome = step(alerts, assess(rule=SLIP, evaluated=[1]), grey(PAST, 1), week=6)

    assert outcome.alerts[0].state is AlertState.OPEN
    assert sorted(outcome.alerts[0].reasons) == [PAST]


def test_thawed_alert_goes_on_in_silence():
    frozen = step(open_alert(), grey(SLIP, 1), week=6)

    outcome = step(frozen.alerts, assess(finding(gravity=7)), week=7)

    assert outcome.transitions == ()
    assert not outcome.alerts[0].frozen


def test_new_baseline_ends_as_rebaselined_never_as_resolved():
    alerts = open_alert(baselines={1: 1})

    outcome = step(alerts, assess(rule=SLIP, evaluated=[1]), week=6, baselines={1: 2})

    assert changes(outcome) == [Change.REBASELINED]


def test_ending_long_after_a_new_baseline_is_resolved():
    alerts = open_alert(baselines={1: 1})
    against_new = step(alerts, assess(finding(gravity=3)), week=6, baselines={1: 2})

    outcome = step(against_new.alerts, assess(rule=SLIP, evaluated=[1]), week=7, baselines={1: 2})

    assert changes(outcome) == [Change.RESOLVED]


def test_figures_against_two_baselines_are_not_compared():
    alerts = open_alert(finding(gravity=65), baselines={1: 1})

    rebased = step(alerts, assess(finding(gravity=7)), week=6, baselines={1: 2})
    worse = step(rebased.alerts, assess(finding(gravity=30)), week=7, baselines={1: 2})

    assert rebased.transitions == (), "a new baseline is no improvement"
    assert worse.transitions[0].raised == {SLIP: (7, 30)}, "65 days against the old one must not hide a new slip"


def test_baseline_that_changed_while_frozen_is_remembered():
    alerts = open_alert(baselines={1: 1})
    frozen = step(alerts, grey(SLIP, 1), week=6, baselines={1: 2})

    outcome = step(frozen.alerts, assess(rule=SLIP, evaluated=[1]), week=7, baselines={1: 2})

    assert changes(outcome) == [Change.REBASELINED]


@pytest.mark.parametrize(("gone", "change"), [("cancelled", Change.CANCELLED), ("left_scope", Change.LEFT_SCOPE)])
def test_subject_that_is_gone_ends_by_its_own_name_and_opens_no_more(gone, change):
    ended = step(open_alert(), assess(finding()), week=6, **{gone: {1}})
    again = step([], assess(finding()), week=7, **{gone: {1}})

    assert changes(ended) == [change]
    assert again.alerts == ()


def test_retired_rule_is_not_called_resolved():
    outcome = step(open_alert(), week=6, rules=set())

    assert changes(outcome) == [Change.RULE_RETIRED]


def test_retired_reason_leaves_in_silence_while_another_lasts():
    alerts = open_alert(finding(gravity=7), past_due())

    outcome = step(alerts, assess(finding(gravity=7)), week=6, rules={SLIP})

    assert outcome.transitions == ()
    assert sorted(outcome.alerts[0].reasons) == [SLIP]


def test_process_that_is_no_longer_practised_ends_by_that_name():
    outcome = step(open_alert(), grey(SLIP, 1, reason=GreyReason.NOT_PRACTISED), week=6)

    assert changes(outcome) == [Change.NOT_PRACTISED]


def test_next_episode_is_a_new_alert():
    outcome = step([], assess(finding()), next_episode=lambda subject, concern: 3)

    assert outcome.alerts[0].key.episode == 3


def test_worst_of_two_findings_of_one_rule_counts():
    outcome = step([], assess(finding(gravity=3), finding(gravity=9)))

    assert outcome.alerts[0].reasons[SLIP].gravity == 9


def test_role_that_was_asked_first_stays_accountable_while_a_reason_names_it():
    alerts = open_alert(finding(gravity=7, accountable="buyer"))
    graver = past_due(accountable="norvane", stake_days=30)

    joined = step(alerts, assess(finding(gravity=7, accountable="buyer")), assess(graver), week=6)
    handed_on = step(joined.alerts, assess(rule=SLIP, evaluated=[1]), assess(graver), week=7)

    assert joined.alerts[0].accountable == "buyer"
    assert handed_on.alerts[0].accountable == "norvane"


class TestFirstLoad:
    def test_first_run_of_a_rule_is_inventory(self):
        outcome = step([], assess(finding()), first_rules={SLIP})

        assert changes(outcome) == [Change.INVENTORIED]
        assert outcome.alerts[0].state is AlertState.INVENTORY

    def test_first_read_of_a_source_is_inventory(self):
        outcome = step([], assess(finding(evidence=(proof("x", source="WMS"),))), first_sources={"WMS"})

        assert changes(outcome) == [Change.INVENTORIED]

    def test_other_sources_stay_news(self):
        outcome = step([], assess(finding(evidence=(proof("x", source="ERP"),))), first_sources={"WMS"})

        assert changes(outcome) == [Change.OPENED]

    def test_source_that_was_never_read_is_news_on_the_first_day_too(self):
        stale = finding(subject(9, entity="source", key="WMS"), rule="quality.stale_source", concern=Concern.QUALITY)

        outcome = step([], assess(stale), first_rules={"quality.stale_source"}, never_read={"WMS"})

        assert changes(outcome) == [Change.OPENED]

    def test_source_that_was_read_for_the_first_time_is_inventory(self):
        rejects = finding(subject(9, entity="source", key="WMS"), rule="quality.contract_break")

        outcome = step([], assess(rejects), first_sources={"WMS"})

        assert changes(outcome) == [Change.INVENTORIED]

    def test_news_among_the_first_findings_opens(self):
        outcome = step([], assess(finding()), assess(past_due()), first_rules={PAST})

        assert changes(outcome) == [Change.OPENED]

    def test_entry_that_is_clear_ends_in_silence(self):
        entries = open_alert(first_rules={SLIP})

        outcome = step(entries, assess(rule=SLIP, evaluated=[1]), week=6)

        assert outcome.transitions == ()
        assert outcome.alerts[0].state is AlertState.ENDED

    @pytest.mark.parametrize("news", [[finding(gravity=9)], [finding(gravity=7), past_due()]])
    def test_entry_that_worsens_by_a_new_fact_opens(self, news):
        entries = open_alert(first_rules={SLIP})

        outcome = step(entries, *(assess(each) for each in news), week=6)

        assert changes(outcome) == [Change.OPENED]
        assert outcome.alerts[0].opened_at == at_week(6)
        assert set(outcome.transitions[0].joined) == {each.rule for each in news}

    def test_entry_that_opens_tells_todays_figures(self):
        entries = open_alert(finding(gravity=9), first_rules={SLIP})
        opened = step(entries, assess(finding(gravity=4)), assess(past_due()), week=6)

        same = step(opened.alerts, assess(finding(gravity=4)), assess(past_due()), week=7)
        worse = step(opened.alerts, assess(finding(gravity=8)), assess(past_due()), week=7)

        assert changes(opened) == [Change.OPENED]
        assert same.transitions == ()
        assert worse.transitions[0].raised == {SLIP: (4, 8)}

    def test_entry_that_gets_better_is_silent_and_its_old_figure_stays_the_measure(self):
        entries = open_alert(finding(gravity=9), first_rules={SLIP})
        better = step(entries, assess(finding(gravity=4)), week=6)

        outcome = step(better.alerts, assess(finding(gravity=8)), week=7)

        assert better.transitions == outcome.transitions == ()

    def test_new_rule_joins_an_open_alert_as_inventory(self):
        outcome = step(open_alert(), assess(finding(gravity=7)), assess(past_due()), week=6, first_rules={PAST})

        (transition,) = outcome.transitions
        assert (transition.change, transition.joined) == (Change.INVENTORIED, (PAST,))
        assert outcome.alerts[0].state is AlertState.OPEN


class TestAccepted:
    def accept(self, *findings):
        from dataclasses import replace

        return [replace(alert, state=AlertState.ACCEPTED) for alert in open_alert(*findings)]

    def test_accepted_alert_stays_silent_while_nothing_new_happens(self):
        outcome = step(self.accept(), assess(finding(gravity=7)), week=6)

        assert outcome.transitions == ()
        assert outcome.alerts[0].state is AlertState.ACCEPTED

    def test_accepted_alert_that_worsens_is_open_again(self):
        outcome = step(self.accept(), assess(finding(gravity=8)), week=6)

        assert changes(outcome) == [Change.WORSENED]
        assert outcome.alerts[0].state is AlertState.OPEN

    def test_accepted_alert_that_falls_and_rises_below_what_was_accepted_is_silent(self):
        fallen = step(self.accept(finding(gravity=9)), assess(finding(gravity=4)), week=6)
        risen = step(fallen.alerts, assess(finding(gravity=8)), week=7)

        assert fallen.transitions == risen.transitions == ()

    def test_end_of_an_accepted_alert_is_told(self):
        outcome = step(self.accept(), assess(rule=SLIP, evaluated=[1]), week=6)

        assert changes(outcome) == [Change.RESOLVED]


class TestReminders:
    def test_no_reminder_unless_asked_for(self):
        assert step(open_alert(), assess(finding(gravity=7)), week=9).transitions == ()

    def test_alert_without_change_is_reminded_once_it_is_due(self):
        outcome = step(open_alert(), assess(finding(gravity=7)), week=9, remind=lambda alert: True)

        assert changes(outcome) == [Change.REMINDED]
        assert outcome.alerts[0].changed_at == at_week(9)

    def test_change_of_its_own_frozen_alert_and_inventory_are_never_reminded(self):
        worse = step(open_alert(), assess(finding(gravity=9)), week=9, remind=lambda alert: True)
        frozen = step(open_alert(), grey(SLIP, 1), week=9, remind=lambda alert: True)
        entry = step(open_alert(first_rules={SLIP}), assess(finding(gravity=7)), week=9, remind=lambda alert: True)

        assert changes(worse) == [Change.WORSENED]
        assert changes(frozen) == changes(entry) == []
