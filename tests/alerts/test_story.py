"""The sample programme's 26 polls: 24 alerts, 23 messages, each line in its week, nothing invented.

What the rules would say is written here by hand, week by week, so that only the life and the routing of
alerts are tested.
"""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from slipwatch.alerts.lifecycle import Circumstances, advance
from slipwatch.alerts.routing import RoutingRules, Surroundings, route
from slipwatch.model.alert import AlertState, Change
from slipwatch.model.finding import Assessment, Concern, GreyReason, Message, NotJudged, Severity
from slipwatch.model.portfolio import Portfolio, Role
from tests.alerts.build import at_week, finding, subject

WEEKS = range(1, 27)
HOLIDAYS = {date(2026, 4, 6), date(2026, 5, 25)}
FIRST_LOAD = range(500, 531)
END = 99


@dataclass(frozen=True)
class Reason:
    """A rule that fires from one week until before another; `figures` are the facts that move its figure, by week."""

    rule: str
    first: int
    until: int
    figures: tuple[tuple[int, float], ...] = ()

    def figure(self, week: int) -> float | None:
        return next((figure for since, figure in reversed(self.figures) if since <= week), None)


@dataclass(frozen=True)
class Case:
    number: int
    key: str
    concern: Concern
    role: str
    reasons: tuple[Reason, ...]
    entity: str = "milestone"
    episode: int = 1
    stale: tuple[int, ...] = ()

    @property
    def id(self) -> int:
        return IDS[self.key, self.concern]


T, S, Q, G = Concern.TIME, Concern.SUPPLY, Concern.QUALITY, Concern.GOVERNANCE
R = Reason
CASES = (
    Case(1, "design sign-off", T, "owner_lead", (R("TIME-06", 5, 7),)),
    Case(2, "4500031870/10", S, "buyer", (R("SUP-01", 6, 7),), "order_line"),
    Case(3, "ERP", Q, "buyer", (R("DQ-03", 8, 9),), "source"),
    Case(4, "WMS-DC", G, "sponsor", (R("GOV-01", 9, 12),), "project"),
    Case(5, "data feed", T, "norvane", (R("TIME-06", 9, 10),)),
    Case(
        6,
        "4500032015/10",
        S,
        "buyer",
        (R("SUP-02", 10, 21, ((10, 9), (12, 18))), R("SUP-04", 17, 19), R("OVERDUE", 19, 21)),
        "order_line",
        stale=(20,),
    ),
    Case(7, "PLAN", Q, "planner", (R("DQ-02", 10, 11, ((10, 5),)),), "source"),
    Case(8, "ERP-CORE", Concern.SCOPE, "owner_lead", (R("SCOPE-01", 11, 14, ((11, 9),)),), "project"),
    Case(9, "ERP", Q, "buyer", (R("DQ-02", 11, 12),), "source", 2),
    Case(
        10,
        "4500031402/10",
        S,
        "buyer",
        (R("SUP-02", 13, 17, ((13, 4), (14, 8), (15, 13), (16, 18))),),
        "order_line",
    ),
    Case(11, "E-40", Concern.COST, "owner_lead", (R("COST-03", 13, 18, ((13, 28450),)),), "budget_line"),
    Case(12, "handhelds on site", T, "buyer", (R("TIME-01", 14, 21, ((14, 14), (19, 27))), R("TIME-06", 15, 21))),
    Case(
        13,
        "SIT exit",
        T,
        "norvane",
        (
            R("TIME-01", 15, 22, ((15, 7), (19, 17))),
            R("TIME-03", 15, 22, ((15, 1), (19, 2))),
            R("TIME-06", 18, 22),
        ),
    ),
    Case(14, "ERP-CORE", Concern.SCOPE, "norvane", (R("SCOPE-03", 15, 18, ((15, 14),)),), "project", 2),
    Case(15, "mechanical acceptance", T, "buyer", (R("TIME-01", 16, 20, ((16, 11),)), R("TIME-06", 17, 20))),
    Case(16, "migration rehearsal", T, "data_lead", (R("TIME-06", 17, 21), R("TIME-01", 18, 21, ((18, 15),)))),
    Case(17, "WMS", Q, "kestrix", (R("DQ-01", 20, 21),), "source"),
    Case(18, "UAT exit", T, "sponsor", (R("TIME-01", 21, 22, ((21, 64),)),)),
    Case(19, "ERP go-live", T, "sponsor", (R("TIME-01", 21, 22, ((21, 65),)),)),
    Case(20, "integrated test", T, "sponsor", (R("TIME-01", 21, 22, ((21, 48),)), R("TIME-06", 21, 22))),
    Case(21, "DC go-live", T, "sponsor", (R("TIME-01", 21, 22, ((21, 59),)),)),
    Case(22, "pilot cycle", T, "previsia", (R("TIME-01", 22, 26, ((22, 20),)), R("TIME-06", 22, 26))),
    Case(23, "regular running", T, "previsia", (R("TIME-01", 23, END, ((23, 19),)), R("TIME-06", 26, END))),
    Case(24, "ERP", Q, "buyer", (R("DQ-01", 24, 25),), "source", 3),
)
IDS = {pair: number for number, pair in enumerate(dict.fromkeys((case.key, case.concern) for case in CASES), start=1)}
RULE_IDS = sorted({reason.rule for case in CASES for reason in case.reasons})
REBASED = {"SIT exit", "UAT exit", "ERP go-live", "integrated test", "DC go-live"}

OPENED, WORSE, RESOLVED, REBASELINED = Change.OPENED, Change.WORSENED, Change.RESOLVED, Change.REBASELINED
EXPECTED = {
    5: {1: OPENED},
    6: {2: OPENED},
    7: {1: RESOLVED, 2: RESOLVED},
    8: {3: OPENED},
    9: {3: RESOLVED, 4: OPENED, 5: OPENED},
    10: {5: RESOLVED, 6: OPENED, 7: OPENED},
    11: {7: RESOLVED, 8: OPENED, 9: OPENED},
    12: {4: RESOLVED, 6: WORSE, 9: RESOLVED},
    13: {10: OPENED, 11: OPENED},
    14: {8: RESOLVED, 10: WORSE, 12: OPENED},
    15: {10: WORSE, 12: WORSE, 13: OPENED, 14: OPENED},
    16: {10: WORSE, 15: OPENED},
    17: {6: WORSE, 10: RESOLVED, 15: WORSE, 16: OPENED},
    18: {11: RESOLVED, 13: WORSE, 14: RESOLVED, 16: WORSE},
    19: {6: WORSE, 12: WORSE, 13: WORSE},
    20: {15: RESOLVED, 17: OPENED},
    21: {6: RESOLVED, 12: RESOLVED, 16: RESOLVED, 17: RESOLVED, 18: OPENED, 19: OPENED, 20: OPENED, 21: OPENED},
    22: {13: REBASELINED, 18: REBASELINED, 19: REBASELINED, 20: REBASELINED, 21: REBASELINED, 22: OPENED},
    23: {23: OPENED},
    24: {24: OPENED},
    25: {24: RESOLVED},
    26: {22: RESOLVED, 23: WORSE},
}
NEW_LINES = {5: 1, 6: 1, 8: 1, 9: 2, 10: 2, 11: 2, 13: 2, 14: 1, 15: 2, 16: 1, 17: 1, 20: 1, 21: 4, 22: 1, 23: 1, 24: 1}

ROLE_KEYS = sorted({case.role for case in CASES})
PORTFOLIO = Portfolio(
    name="Confluence",
    roles={
        "pmo": Role(key="pmo", name="PMO", side="pmo", time_zone="Europe/Paris", address="pmo@meridor.example"),
        **{key: Role(key=key, name=key, side="owner") for key in ROLE_KEYS},
    },
)


def judge(week):
    """One assessment per rule: every subject of the story is evaluated each week, unless its source is stale."""
    for rule in RULE_IDS:
        judged = {case.id for case in CASES if any(reason.rule == rule for reason in case.reasons)}
        stale = {case.id for case in CASES if week in case.stale}
        found = [
            _find(case, reason, week)
            for case in CASES
            for reason in case.reasons
            if reason.rule == rule and reason.first <= week < reason.until and case.id not in stale
        ]
        if rule == "OVERDUE":
            judged |= set(FIRST_LOAD)
            found += [_find_first_load(id) for id in FIRST_LOAD if week < 5]
        yield Assessment(
            rule=rule,
            findings=found,
            evaluated=judged - stale,
            not_judged=[
                NotJudged(
                    rule=rule,
                    reason=GreyReason.STALE_SOURCE,
                    subjects=tuple(sorted(judged & stale)),
                    counted=("handhelds",),
                    text=Message(id="stale"),
                )
            ],
        )


def _find(case, reason, week):
    about = subject(case.id, entity=case.entity, key=case.key, name=case.key)
    figure = reason.figure(week)
    return finding(
        about,
        rule=reason.rule,
        concern=case.concern,
        value=figure if figure is not None else week,
        gravity=figure,
        accountable=case.role,
        audience="owner",
    )


def _find_first_load(id):
    line = subject(id, entity="order_line", key=f"45000288{id}/10")
    return finding(
        line, rule="OVERDUE", concern=Concern.SUPPLY, value=210, severity=Severity.WARNING, accountable="buyer"
    )


@pytest.fixture(scope="module")
def polls():
    """(outcome, letters) by week, as the engine would carry them from one to the next."""
    alerts, ended, told, played = [], [], {"pmo": {}}, {}
    for week in WEEKS:
        at = at_week(week)
        assessments = list(judge(week))
        now = Circumstances(
            at=at,
            rules=set(RULE_IDS),
            first_rules=set(RULE_IDS) if week == 1 else set(),
            baselines={case.id: 2 if week >= 22 and case.key in REBASED else 1 for case in CASES},
        )
        episodes = [(alert.key.subject, alert.key.concern) for alert in ended]
        outcome = advance(
            alerts, assessments, now, next_episode=lambda id, concern, known=episodes: known.count((id, concern)) + 1
        )
        ended += [alert for alert in outcome.alerts if alert.state is AlertState.ENDED]
        alerts = [alert for alert in outcome.alerts if alert.state is not AlertState.ENDED]
        around = Surroundings(
            portfolio=PORTFOLIO,
            is_working_day=lambda role, day: day.weekday() < 5 and day not in HOLIDAYS,
            told=told,
            open_alerts=alerts,
        )
        letters = route(outcome.transitions, assessments, RoutingRules(pmo="pmo"), at=at, around=around)
        for letter in letters:
            for line in letter.lines:
                told["pmo"].setdefault(line.key, f"<w{week}@meridor.example>")
        played[week] = outcome, letters
    return played


def number_of(transition):
    alert = transition.alert
    return next(
        case.number
        for case in CASES
        if (case.id, case.concern, case.episode) == (alert.key.subject, alert.key.concern, alert.key.episode)
    )


@pytest.mark.parametrize("week", WEEKS)
def test_exactly_the_expected_lines(polls, week):
    seen = {number_of(t): t.change for t in polls[week][0].transitions if t.change is not Change.INVENTORIED}

    assert seen == EXPECTED.get(week, {})


def test_first_load_is_one_group_of_31_keys_and_no_alert(polls):
    (letter,) = polls[1][1]

    assert letter.lines == ()
    assert [(group.rule, len(group.keys), group.worst) for group in letter.inventory] == [("OVERDUE", 31, 210)]


def test_23_messages_all_to_the_pmo(polls):
    weeks = [week for week in WEEKS if polls[week][1]]

    assert weeks == [1, *range(5, 27)]
    assert {letter.recipient.key for week in weeks for letter in polls[week][1]} == {"pmo"}
    assert all(len(polls[week][1]) == 1 for week in weeks)


@pytest.mark.parametrize("week", WEEKS)
def test_new_lines_of_each_monday(polls, week):
    assert sum(len(letter.new) + len(letter.more) for letter in polls[week][1]) == NEW_LINES.get(week, 0)


def test_24_alerts_with_their_episodes(polls):
    opened = [t for week in WEEKS for t in polls[week][0].transitions if t.change is Change.OPENED]

    assert sorted(map(number_of, opened)) == list(range(1, 25))


def test_each_new_or_worse_alert_has_a_draft_for_its_role(polls):
    roles = {case.number: case.role for case in CASES}
    for week in WEEKS:
        drafts = {number_of(line.transition) for letter in polls[week][1] for line in letter.drafts}
        wanted = {number for number, change in EXPECTED.get(week, {}).items() if change in (OPENED, WORSE)}
        assert drafts == wanted
        for letter in polls[week][1]:
            assert all(line.transition.alert.accountable == roles[number_of(line.transition)] for line in letter.drafts)


@pytest.mark.parametrize(("week", "day"), [(14, date(2026, 4, 7)), (21, date(2026, 5, 26)), (15, date(2026, 4, 13))])
def test_message_of_a_holiday_leaves_on_the_next_working_day(polls, week, day):
    (letter,) = polls[week][1]
    local = letter.not_before.astimezone(ZoneInfo("Europe/Paris"))

    assert (local.date(), local.hour) == (day, 6)
    assert letter.at == at_week(week), "judged on the day itself"


def test_one_alert_is_open_at_the_end(polls):
    (left,) = [alert for alert in polls[26][0].alerts if alert.state is AlertState.OPEN]

    assert (left.subject.key, sorted(left.reasons)) == ("regular running", ["TIME-01", "TIME-06"])


def test_handhelds_are_frozen_not_resolved_while_receipts_are_stale(polls):
    (line,) = [alert for alert in polls[20][0].alerts if alert.subject.key == "4500032015/10"]

    assert (line.state, line.frozen, sorted(line.reasons)) == (AlertState.OPEN, True, ["OVERDUE", "SUP-02"])
