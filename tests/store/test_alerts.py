"""Alerts, transitions and messages are written together, and come back as they were."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from slipwatch.errors import LeaseError, LedgerError
from slipwatch.model.alert import Alert, AlertKey, AlertState, Change, OutboxMessage, Reason, Transition
from slipwatch.model.finding import (
    Assessment,
    Concern,
    Evidence,
    Finding,
    GreyReason,
    Message,
    NotJudged,
    Severity,
    Subject,
)
from slipwatch.model.records import SourceRef
from slipwatch.store.alerts import (
    commit_outcome,
    known_rules,
    known_sources,
    last_episode,
    last_episodes,
    load_alerts,
    read_judgements,
    read_transitions,
)
from slipwatch.store.outbox import list_messages
from slipwatch.store.runs import start_run, take_lease
from slipwatch.store.subjects import ensure_subjects
from tests.store.streams import day

NOW = day(0)


@pytest.fixture
def run(ledger):
    return start_run(ledger, kind="test", at=day(0), configuration={})


@pytest.fixture
def subject(ledger):
    (number,) = ensure_subjects(ledger, [("milestone", "M1", "Go-live")]).values()
    return Subject(id=number, entity="milestone", key="M1", name="Go-live", project="P1")


def make_finding(subject):
    source = SourceRef(source="PLAN", stream="plan", source_id="7", label="Go-live", url=None)
    arguments = {"slip": 5, "was": date(2026, 3, 1), "at": day(0), "cost": Decimal("12.50"), "share": 0.5, "who": None}
    return Finding(
        rule="schedule.milestone_slip",
        subject=subject,
        concern=Concern.TIME,
        severity=Severity.CRITICAL,
        value=5.0,
        threshold=None,
        unit="wd",
        text=Message(id="slip", arguments=arguments, plural="slip"),
        action=Message(id="ask"),
        gravity=5.0,
        since=date(2026, 3, 1),
        evidence=(Evidence(text=Message(id="said"), source=source, known_at=day(0)),),
        keys=("M1",),
    )


def make_alert(subject, *, episode=1, state=AlertState.OPEN, concern=Concern.TIME):
    finding = make_finding(subject)
    reason = Reason(
        rule=finding.rule,
        severity=finding.severity,
        gravity=5.0,
        first_seen=day(0),
        last_seen=day(1),
        finding=finding,
    )
    return Alert(
        key=AlertKey(subject=subject.id, concern=concern, episode=episode),
        subject=subject,
        state=state,
        reasons={finding.rule: reason},
        opened_at=day(0),
        changed_at=day(1),
        accountable="lead",
        baseline=1,
    )


def commit(ledger, run, *, at=NOW, alerts=(), transitions=(), assessments=(), messages=(), **more):
    commit_outcome(
        ledger,
        run,
        at=at,
        alerts=alerts,
        transitions=transitions,
        assessments=assessments,
        messages=messages,
        **more,
    )


def test_an_alert_comes_back_as_it_was(ledger, run, subject):
    alert = make_alert(subject)
    commit(ledger, run, alerts=[alert])
    assert load_alerts(ledger) == [alert]


def test_an_alert_is_brought_up_to_date_not_written_twice(ledger, run, subject):
    alert = make_alert(subject)
    commit(ledger, run, alerts=[alert])
    later = replace(alert, frozen=True, changed_at=day(2))
    commit(ledger, run, alerts=[later])
    assert load_alerts(ledger) == [later]


def test_ended_alerts_are_left_out_unless_asked_for(ledger, run, subject):
    ended = make_alert(subject, state=AlertState.ENDED)
    again = make_alert(subject, episode=2)
    commit(ledger, run, alerts=[ended, again])
    assert load_alerts(ledger) == [again]
    assert load_alerts(ledger, include_ended=True) == [ended, again]


def test_episodes_are_counted_per_subject_and_concern(ledger, run, subject):
    assert last_episode(ledger, subject.id, Concern.TIME) == 0
    commit(ledger, run, alerts=[make_alert(subject, state=AlertState.ENDED), make_alert(subject, episode=2)])
    commit(ledger, run, alerts=[make_alert(subject, concern=Concern.COST)])
    assert last_episode(ledger, subject.id, Concern.TIME) == 2
    assert last_episode(ledger, subject.id, Concern.SCOPE) == 0
    assert last_episodes(ledger) == {(subject.id, Concern.TIME): 2, (subject.id, Concern.COST): 1}


def test_transitions_come_back_in_order_and_since(ledger, run, subject):
    alert = make_alert(subject)
    opened = Transition(alert=alert, change=Change.OPENED, at=day(0), joined=("schedule.milestone_slip",))
    worse = Transition(alert=alert, change=Change.WORSENED, at=day(1), raised={"schedule.milestone_slip": (None, 7.0)})
    commit(ledger, run, transitions=[opened])
    commit(ledger, run, transitions=[worse])
    assert read_transitions(ledger) == [opened, worse]
    assert read_transitions(ledger, since=day(0)) == [worse]


def test_judgements_tell_which_rules_have_judged_and_what_they_could_not(ledger, run, subject):
    grey = NotJudged(
        rule="supply.receipt_overdue",
        reason=GreyReason.TOO_FEW_DATA,
        subjects=(subject.id,),
        counted=("S1",),
        text=Message(id="few", arguments={"n": 3}),
    )
    judged = Assessment(
        rule="supply.receipt_overdue",
        findings=[make_finding(subject)],
        evaluated={subject.id},
        not_judged=[grey],
        notes=[Message(id="note")],
    )
    assert known_rules(ledger) == set()
    commit(ledger, run, assessments=[judged])
    assert known_rules(ledger) == {"supply.receipt_overdue"}
    assert read_judgements(ledger, run) == [
        Assessment(rule="supply.receipt_overdue", not_judged=[grey], notes=[Message(id="note")])
    ]


def test_sources_are_known_once_they_were_read_well_and_judged(world):
    world.merge(0, {"a": {}})
    assert known_sources(world.ledger) == set()
    commit(world.ledger, world.run, assessments=[Assessment(rule="r")])
    assert known_sources(world.ledger) == {"ERP"}
    world.source = "PORTAL"
    world.run = start_run(world.ledger, kind="test", at=day(1), configuration={})
    world.merge(1, {"a": {}})
    assert known_sources(world.ledger) == {"ERP"}


def test_a_transition_without_its_message_cannot_exist(ledger, run, subject):
    alert = make_alert(subject)
    transition = Transition(alert=alert, change=Change.OPENED, at=day(0))
    stranger = AlertKey(subject=subject.id + 999, concern=Concern.TIME, episode=1)
    message = OutboxMessage(
        id="m1",
        recipient="pmo",
        address="pmo@example.test",
        channel="mail",
        payload=b"x",
        not_before=day(0),
        alerts=(stranger,),
    )
    with pytest.raises(LedgerError):
        commit(ledger, run, alerts=[alert], transitions=[transition], messages=[message])
    assert (load_alerts(ledger), read_transitions(ledger), list_messages(ledger)) == ([], [], [])


def test_whoever_lost_the_lease_concludes_nothing(ledger, run, subject):
    mine = take_lease(ledger, "run", owner="me", now=day(0), seconds=60)
    take_lease(ledger, "run", owner="other", now=day(1), seconds=60)
    with pytest.raises(LeaseError):
        commit(ledger, run, alerts=[make_alert(subject)], lease=mine)
    assert load_alerts(ledger) == []
