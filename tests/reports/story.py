"""Facts of a fictional rollout as the engine would gather them, at two moments: 25 May 2026, when four gates had moved,
and 29 June 2026, when a new baseline had made most of it green again."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

from slipwatch.locales import Catalogue
from slipwatch.measures.workdays import WorkCalendar
from slipwatch.model.alert import Alert, AlertKey, AlertState, Change, Reason, Transition
from slipwatch.model.finding import Concern, Evidence, Finding, GreyReason, Message, Severity, Subject
from slipwatch.model.portfolio import Site
from slipwatch.model.records import SourceRef
from slipwatch.reports.facts import (
    ActionFacts,
    BaselineDate,
    Blind,
    BudgetFacts,
    DimensionFacts,
    LineFacts,
    LineState,
    MilestoneFacts,
    ProjectFacts,
    ScopeFacts,
    SourceDate,
    Statement,
    SupplyFacts,
)
from slipwatch.reports.given import (
    ApprovalFacts,
    GreyFacts,
    RejectFacts,
    ReportInput,
    RuleFacts,
    SinceKind,
    SourceFacts,
    WindowFacts,
)

PARIS = ZoneInfo("Europe/Paris")
MAY, JUNE = date(2026, 5, 25), date(2026, 6, 29)
BASELINE_1, BASELINE_2 = date(2025, 12, 18), date(2026, 5, 28)
SITE_R = WorkCalendar.of_site(Site(key="SITE-R", name="Site R", country="FR"))
DC_M = WorkCalendar.of_site(Site(key="DC-M", name="DC M", country="FR", subdivision="57"))
CALENDARS = {"ERP-CORE": SITE_R, "WMS-DC": DC_M, "SOP-PLAN": SITE_R}
NAMES = {"ERP-CORE": "ERP core, order to cash", "WMS-DC": "Warehouse system, DC M", "SOP-PLAN": "S&OP planning"}
NORVANE = "Norvane project manager"

ROLES = {
    "sponsor": "Sponsor",
    "owner-lead": "Owner lead",
    "buyer": "Buyer",
    "data-lead-g": "Data lead Site G",
    "norvane": NORVANE,
    "kestrix": "Kestrix project manager",
    "previsia": "Previsia project manager",
}

MILESTONES = """
EC-10|ERP-CORE|Design sign-off|G|owner-lead|2026-01-30||2026-02-11
EC-20|ERP-CORE|Build complete|G|norvane|2026-03-27||2026-03-27
EC-30|ERP-CORE|Migration rehearsal two||data-lead-g|2026-04-24||2026-05-20
EC-40|ERP-CORE|SIT exit|G|norvane|2026-04-30|2026-06-19|2026-06-17
EC-45|ERP-CORE|Cutover rehearsal||norvane|||
EC-50|ERP-CORE|UAT exit|G|sponsor|2026-06-12|2026-09-11|
EC-60|ERP-CORE|ERP go-live|G|sponsor|2026-07-01|2026-10-01|
WD-10|WMS-DC|Interface specification signed|G|kestrix|2026-02-13||2026-02-13
WD-20|WMS-DC|Handhelds on site||buyer|2026-04-10||2026-05-22
WD-30|WMS-DC|Conveyor mechanical acceptance||buyer|2026-04-24||2026-05-13
WD-40|WMS-DC|Integrated test ERP–WMS|G|sponsor|2026-05-22|2026-07-31|
WD-50|WMS-DC|DC go-live|G|sponsor|2026-06-15|2026-09-07|
SP-10|SOP-PLAN|Data feed accepted||norvane|2026-02-27||2026-03-04
SP-20|SOP-PLAN|Forecast model accepted||previsia|2026-04-17||2026-04-14
SP-30|SOP-PLAN|Pilot S&OP cycle|G|previsia|2026-05-29||2026-06-26
SP-40|SOP-PLAN|Regular running||previsia|2026-06-26||
"""
"""Key, project, name, gate, accountable, baseline 1, baseline 2, accepted."""

MOVES = """
EC-30|PLAN|2026-04-30|2026-04-24|2026-05-20
EC-40|TRK|2026-04-08|2026-04-30|2026-05-13
EC-40|TRK|2026-05-06|2026-05-13|2026-05-29
EC-40|PLAN|2026-05-07|2026-04-30|2026-05-13
EC-40|PLAN|2026-05-15|2026-05-13|2026-05-29
EC-40|TRK|2026-05-28|2026-05-29|2026-06-19
EC-40|PLAN|2026-05-28|2026-05-29|2026-06-19
EC-50|PLAN|2026-05-22|2026-06-12|2026-09-11
EC-60|PLAN|2026-05-22|2026-07-01|2026-10-01
WD-20|PLAN|2026-04-03|2026-04-10|2026-04-30
WD-20|PLAN|2026-05-07|2026-04-30|2026-05-22
WD-30|PLAN|2026-04-17|2026-04-24|2026-05-13
WD-40|PLAN|2026-05-22|2026-05-22|2026-07-31
WD-50|PLAN|2026-05-22|2026-06-15|2026-09-07
SP-30|PLAN|2026-05-29|2026-05-29|2026-06-26
SP-40|PLAN|2026-06-05|2026-06-26|2026-07-24
"""
"""Milestone, source, day stated, from, to."""

IN_TRACKER = {"EC-10", "EC-20", "EC-40", "SP-10"}


def open_catalogue() -> Catalogue:
    """The texts that a report needs, with findings of the story instead of those of the rules."""
    return Catalogue([files("slipwatch.locales"), files("slipwatch.reports.texts"), Path(__file__).parent / "texts"])


def instant(day: date, hour: int = 6) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=PARIS).astimezone(UTC)


def read_day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def tell_milestone(row: str, day: date) -> MilestoneFacts:
    key, project, name, gate, role, first, second, accepted = row.split("|")
    baselines = [BaselineDate(number=1, day=date.fromisoformat(first), since=BASELINE_1)] if first else []
    if second and day >= BASELINE_2:
        baselines.append(BaselineDate(number=2, day=date.fromisoformat(second), since=BASELINE_2))
    accepted_on = read_day(accepted)
    accepted_on = accepted_on if accepted_on and accepted_on <= day else None
    statements = tell_statements(key, read_day(first) or date(2026, 8, 21), day)
    current = {said.source: said.new for said in statements}
    forecast = max(filter(None, current.values()), default=None)
    reached = accepted_on or forecast
    calendar = CALENDARS[project]
    return MilestoneFacts(
        key=key,
        name=name,
        is_gate=gate == "G",
        accountable=role,
        baselines=tuple(baselines),
        current=tuple(SourceDate(source=source, label=key, day=said) for source, said in current.items()),
        forecast_on=forecast,
        accepted_on=accepted_on,
        tolerance_wd=5 if gate else 10,
        slips={baseline.number: calendar.count(baseline.day, reached) for baseline in baselines if reached},
        statements=tuple(statements),
    )


def tell_statements(key: str, first: date, day: date) -> list[Statement]:
    sources = ["PLAN", "TRK"] if key in IN_TRACKER else ["PLAN"]
    said = [build_statement(source, date(2026, 1, 2), None, first) for source in sources]
    for row in MOVES.strip().splitlines():
        milestone, source, stated, old, new = row.split("|")
        if milestone == key and date.fromisoformat(stated) <= day:
            said.append(build_statement(source, *map(date.fromisoformat, (stated, old, new))))
    return said


def build_statement(source: str, day: date, old: date | None, new: date) -> Statement:
    moment = instant(day, 17 if source == "PLAN" else 10)
    return Statement(
        at=moment,
        first_seen=moment,
        source=source,
        stated_by=NORVANE if source == "TRK" and old else None,
        old=old,
        new=new,
    )


def list_milestones(project: str, day: date) -> tuple[MilestoneFacts, ...]:
    rows = [row for row in MILESTONES.strip().splitlines() if row.split("|")[1] == project]
    return tuple(tell_milestone(row, day) for row in rows)


def build_alert(
    subject: Subject,
    concern: Concern,
    *findings: Finding,
    opened: date,
    state: AlertState = AlertState.OPEN,
    episode: int = 1,
    frozen: bool = False,
) -> Alert:
    reasons = {
        finding.rule: Reason(
            rule=finding.rule,
            severity=finding.severity,
            gravity=finding.gravity,
            first_seen=instant(opened),
            last_seen=instant(opened),
            finding=finding,
        )
        for finding in findings
    }
    return Alert(
        key=AlertKey(subject=subject.id, concern=concern, episode=episode),
        subject=subject,
        state=state,
        reasons=reasons,
        opened_at=instant(opened),
        changed_at=instant(opened),
        accountable=findings[0].accountable,
        frozen=frozen,
    )


def find_slip(subject: Subject, forecast: date, baseline: date, slip: int, role: str, *, gate: bool = True) -> Finding:
    source = SourceRef(source="PLAN", stream="plan", source_id=subject.key, label=subject.key)
    proof = Evidence(
        text=Message(id="story.states", arguments={"day": forecast}), source=source, known_at=instant(forecast)
    )
    return Finding(
        rule="story.slip",
        subject=subject,
        concern=Concern.TIME,
        severity=Severity.CRITICAL if gate else Severity.WARNING,
        value=slip,
        threshold=5 if gate else 10,
        unit="wd",
        text=Message(
            id="story.slip", arguments={"forecast": forecast, "slip": slip, "baseline": baseline, "unit": "wd"}
        ),
        action=Message(id="story.slip.action"),
        accountable=role,
        stake_days=slip,
        gravity=slip,
        evidence=(proof,),
    )


def find_past_due(subject: Subject, baseline: date, role: str, *, gate: bool) -> Finding:
    return Finding(
        rule="story.past_due",
        subject=subject,
        concern=Concern.TIME,
        severity=Severity.CRITICAL if gate else Severity.WARNING,
        value=1,
        threshold=0,
        unit="wd",
        text=Message(id="story.past_due", arguments={"baseline": baseline}),
        action=Message(id="story.past_due.action"),
        accountable=role,
        stake_days=1,
    )


def name_milestone(id: int, key: str) -> Subject:
    row = next(row.split("|") for row in MILESTONES.strip().splitlines() if row.startswith(key))
    return Subject(id=id, entity="milestone", key=key, name=row[2], project=row[1])


UAT, GO_LIVE, TEST, DC_LIVE, RUNNING, PILOT, SIT = (
    name_milestone(id, key)
    for id, key in enumerate(("EC-50", "EC-60", "WD-40", "WD-50", "SP-40", "SP-30", "EC-40"), start=11)
)
HANDHELDS = Subject(id=31, entity="order_line", key="4500032015/10", name="120 handhelds", project="WMS-DC")
OLD_LINE = Subject(id=32, entity="order_line", key="4500028114/10", name="Cable ducts", project="WMS-DC")


def list_alerts(day: date) -> list[Alert]:
    if day == MAY:
        return [
            build_alert(
                UAT, Concern.TIME, find_slip(UAT, date(2026, 9, 11), date(2026, 6, 12), 64, "sponsor"), opened=MAY
            ),
            build_alert(
                GO_LIVE,
                Concern.TIME,
                find_slip(GO_LIVE, date(2026, 10, 1), date(2026, 7, 1), 65, "sponsor"),
                opened=MAY,
            ),
            build_alert(
                TEST,
                Concern.TIME,
                find_slip(TEST, date(2026, 7, 31), date(2026, 5, 22), 48, "sponsor"),
                find_past_due(TEST, date(2026, 5, 22), "sponsor", gate=True),
                opened=MAY,
            ),
            build_alert(
                DC_LIVE,
                Concern.TIME,
                find_slip(DC_LIVE, date(2026, 9, 7), date(2026, 6, 15), 59, "sponsor"),
                opened=MAY,
            ),
            build_alert(
                SIT,
                Concern.TIME,
                find_slip(SIT, date(2026, 5, 29), date(2026, 4, 30), 17, "norvane"),
                find_past_due(SIT, date(2026, 4, 30), "norvane", gate=True),
                opened=date(2026, 4, 13),
            ),
            build_alert(
                OLD_LINE,
                Concern.SUPPLY,
                find_overdue(OLD_LINE),
                opened=date(2026, 1, 5),
                state=AlertState.ACCEPTED,
            ),
        ]
    slip = find_slip(RUNNING, date(2026, 7, 24), date(2026, 6, 26), 19, "previsia", gate=False)
    past = find_past_due(RUNNING, date(2026, 6, 26), "previsia", gate=False)
    return [build_alert(RUNNING, Concern.TIME, slip, past, opened=date(2026, 6, 8))]


def find_overdue(subject: Subject) -> Finding:
    return Finding(
        rule="story.overdue",
        subject=subject,
        concern=Concern.SUPPLY,
        severity=Severity.WARNING,
        value=40,
        threshold=0,
        unit="wd",
        text=Message(id="story.overdue", arguments={"overdue": 40, "unit": "wd"}),
        action=Message(id="story.overdue.action"),
        accountable="buyer",
    )


def list_transitions(day: date) -> tuple[Transition, ...]:
    alerts = list_alerts(day)
    if day == MAY:
        line = build_alert(
            HANDHELDS, Concern.SUPPLY, find_overdue(HANDHELDS), opened=date(2026, 3, 9), state=AlertState.ENDED
        )
        opened = [alert for alert in alerts if alert.opened_at == instant(MAY)]
        ended = Transition(alert=line, change=Change.RESOLVED, at=instant(MAY))
        return (*(Transition(alert=alert, change=Change.OPENED, at=instant(MAY)) for alert in opened), ended)
    pilot = build_alert(
        PILOT,
        Concern.TIME,
        find_slip(PILOT, date(2026, 6, 26), date(2026, 5, 29), 20, "previsia"),
        opened=date(2026, 6, 1),
        state=AlertState.ENDED,
    )
    worse = Transition(alert=alerts[0], change=Change.WORSENED, at=instant(JUNE), joined=("story.past_due",))
    return (worse, Transition(alert=pilot, change=Change.RESOLVED, at=instant(JUNE)))


NO_FREEZE = Message(id="story.no_freeze")
NO_BASELINE = Message(id="story.no_baseline")
NO_NEED = Message(id="story.no_need")


def list_dimensions(project: str, milestones: int) -> tuple[DimensionFacts, ...]:
    core = project == "ERP-CORE"
    lines = {"ERP-CORE": 61, "WMS-DC": 214, "SOP-PLAN": 9}[project]
    blind = (Blind(reason=GreyReason.NO_BASELINE, count=1, text=NO_BASELINE),) if core else ()
    apart = () if core else (Blind(reason=GreyReason.NOT_PRACTISED, count=1, text=NO_FREEZE),)
    outside = (Blind(reason=GreyReason.OUT_OF_RULE, count=62, text=NO_NEED),) if project == "WMS-DC" else ()
    return (
        DimensionFacts(concern=Concern.TIME, evaluated=milestones - len(blind), blind=blind, blind_total=len(blind)),
        DimensionFacts(concern=Concern.SCOPE, evaluated=int(core), set_apart=apart),
        DimensionFacts(concern=Concern.COST, evaluated=3),
        DimensionFacts(concern=Concern.SUPPLY, evaluated=lines, set_apart=outside),
        DimensionFacts(concern=Concern.QUALITY, evaluated=6),
        DimensionFacts(concern=Concern.GOVERNANCE, evaluated=1),
    )


def list_lines(day: date) -> SupplyFacts:
    june = day == JUNE
    handhelds = LineFacts(
        label="4500032015/10",
        name="120 handhelds",
        supplier="Telmar Mobile",
        state=LineState.RECEIVED,
        needed_on=date(2026, 4, 2),
        first_promise_on=date(2026, 3, 27),
        last_promise_on=date(2026, 4, 30),
        promise_source="SUP",
        moves=2,
        ordered=Decimal(120),
        received=Decimal(120),
        unit="PC",
        received_on=date(2026, 5, 22),
        received_source="WMS",
        late_wd=33,
        milestone="WD-20",
    )
    conveyors = LineFacts(
        label="4500031402/10",
        name="Conveyors, pallet line",
        supplier="Hallstedt Fördertechnik",
        state=LineState.RECEIVED,
        needed_on=date(2026, 3, 27),
        first_promise_on=date(2026, 3, 27),
        last_promise_on=date(2026, 4, 24),
        promise_source="ERP",
        moves=4,
        ordered=Decimal(1),
        received=Decimal(1),
        unit="PC",
        received_on=date(2026, 4, 24),
        received_source="WMS",
        late_wd=18,
    )
    labels = LineFacts(
        label="4500032502/20",
        name="Label rolls, dock 3",
        supplier="Imprilis",
        state=LineState.OVERDUE if june else LineState.PARTLY,
        needed_on=date(2026, 6, 22),
        first_promise_on=date(2026, 6, 15),
        last_promise_on=date(2026, 6, 26),
        promise_source="ERP",
        moves=1,
        ordered=Decimal(400),
        received=Decimal(150),
        unit="PC",
        received_on=date(2026, 5, 21),
        received_source="WMS",
        late_wd=4,
    )
    soon = LineFacts(
        label="4500030240/30",
        name="Guard rail panels",
        supplier="Ferrolis",
        state=LineState.OPEN,
        needed_on=date(2026, 8, 13),
        first_promise_on=date(2026, 8, 3),
        last_promise_on=date(2026, 8, 3),
        promise_source="ERP",
        ordered=Decimal(60),
        unit="PC",
        late_wd=-8,
    )
    return SupplyFacts(
        lines=(labels, handhelds, conveyors, soon), others={LineState.RECEIVED: 148, LineState.NO_NEED: 62}
    )


BUDGET = """
E-10|Licences|310000|42500|255000
E-40|Testing and migration|270000|137250|131200
E-50|Hypercare|60000|61500|0
E-60|Contingency||0|0
"""


def list_budget(project: str) -> tuple[BudgetFacts, ...]:
    if project != "ERP-CORE":
        return ()
    rows = [row.split("|") for row in BUDGET.strip().splitlines()]
    return tuple(
        BudgetFacts(
            label=label,
            name=name,
            currency="EUR",
            approved=Decimal(approved) if approved else None,
            committed=Decimal(committed),
            actual=Decimal(actual),
        )
        for label, name, approved, committed, actual in rows
    )


def tell_project(key: str, day: date) -> ProjectFacts:
    milestones = list_milestones(key, day)
    late = ActionFacts(
        label="ACT-118",
        name="Room for operator training",
        responsible="kestrix",
        due_on=date(2026, 6, 19),
        overdue_wd=6,
    )
    asked = ActionFacts(
        label="DEC-31",
        name="Second shift during ramp-up?",
        responsible="sponsor",
        due_on=date(2026, 6, 25),
        overdue_wd=2,
        is_decision=True,
    )
    return ProjectFacts(
        key=key,
        name=NAMES[key],
        manager="owner-lead" if key == "ERP-CORE" else "sponsor",
        integrator={"ERP-CORE": "norvane", "WMS-DC": "kestrix", "SOP-PLAN": "previsia"}[key],
        milestones=milestones,
        dimensions=list_dimensions(key, len(milestones)),
        alerts=tuple(alert for alert in list_alerts(day) if alert.subject.project == key),
        supply=list_lines(day) if key == "WMS-DC" else SupplyFacts(others={LineState.RECEIVED: 34, LineState.OPEN: 12}),
        scope=tell_scope(key, day),
        budget=list_budget(key),
        actions=(late, asked) if key == "WMS-DC" and day == JUNE else (),
    )


def tell_scope(key: str, day: date) -> ScopeFacts | None:
    if key == "SOP-PLAN":
        return None
    if key == "WMS-DC":
        return ScopeFacts(present=41, done=22)
    done = 76 if day == JUNE else 68
    return ScopeFacts(
        present=91,
        done=done,
        frozen_on=date(2026, 2, 27),
        frozen=87,
        gone=11,
        added=15,
        changes={"approved": 9, "open": 1},
    )


SOURCES = (
    ("PLAN", "Steering plan", "wd", 7, "client-planner"),
    ("ERP", "Order lines of the ERP", "d", 7, "buyer"),
    ("TRK", "Tracker of Norvane", "d", 1, "norvane"),
    ("SUP", "Confirmations and shipping notices", "d", None, "buyer"),
    ("WMS", "Receipts at DC M", "wd", 1, "kestrix"),
    ("LOG", "Action log of the PMO", "d", 7, "pmo"),
)


def list_sources(day: date) -> tuple[SourceFacts, ...]:
    read = instant(day)
    friday = instant(date.fromordinal(day.toordinal() - 3), 17)
    return tuple(
        SourceFacts(
            key=key,
            name=name,
            owner=owner,
            state="good",
            last_good_at=read,
            data_as_of=friday,
            age=1 if unit == "wd" else 3,
            rhythm_days=rhythm,
            unit=unit,
            projects=tuple(NAMES),
        )
        for key, name, unit, rhythm, owner in SOURCES
    )


def list_grey() -> tuple[GreyFacts, ...]:
    supply = ("story.overdue", "story.promise", "story.notice")
    return (
        GreyFacts(
            reason=GreyReason.NOT_PRACTISED,
            rules=("story.notice",),
            names=("ferrolis", "kestrix", "lienzo", "norvane", "previsia"),
            text=Message(id="story.no_notices"),
        ),
        GreyFacts(
            reason=GreyReason.OUT_OF_RULE,
            rules=supply,
            names=tuple(f"4500030{number:03}/10" for number in range(1, 63)),
            text=NO_NEED,
            cure=Message(id="story.no_need.cure"),
        ),
        GreyFacts(
            reason=GreyReason.NO_BASELINE, rules=("story.slip", "story.past_due"), names=("EC-45",), text=NO_BASELINE
        ),
    )


def list_windows(day: date) -> tuple[WindowFacts, ...]:
    friday = instant(date.fromordinal(day.toordinal() - 3), 17)
    rows = (
        ("PLAN", "milestones", "milestone", "merged", 16, 16, 0),
        ("ERP", "order lines", "order_line", "merged", 431, 431, 0),
        ("TRK", "items", "work_item", "merged", 1106, 1104, 0),
        ("WMS", "receipts", "receipt", "unchanged", 388, 388, 2),
    )
    return tuple(
        WindowFacts(
            source=source,
            stream=stream,
            entity=entity,
            state=state,
            rows=count,
            previous_rows=before,
            rejects=rejects,
            at=instant(day),
            as_of=friday,
        )
        for source, stream, entity, state, count, before, rejects in rows
    )


RULES = (
    RuleFacts(id="story.slip", alias="TIME-01", concern=Concern.TIME, thresholds={"gate_wd": 5, "other_wd": 10}),
    RuleFacts(
        id="story.overdue",
        alias="",
        concern=Concern.SUPPLY,
        thresholds={"least_count": 5},
        own={"WMS-DC": {"least_count": 8}},
    ),
)


def list_approvals(day: date) -> tuple[ApprovalFacts, ...]:
    first = ApprovalFacts(
        kind="schedule",
        number=1,
        name="Programme baseline",
        project=None,
        author="steering committee",
        reason="kick-off of the programme",
        approved_at=instant(BASELINE_1, 18),
        since=BASELINE_1,
    )
    second = ApprovalFacts(
        kind="schedule",
        number=2,
        name="Programme baseline 2",
        project=None,
        author="steering committee",
        reason="go-live moved after the summer",
        approved_at=instant(BASELINE_2, 18),
        since=BASELINE_2,
    )
    return (first, second) if day >= BASELINE_2 else (first,)


def tell_story(day: date) -> ReportInput:
    """The facts of `MAY` or `JUNE`."""
    june = day == JUNE
    reject = RejectFacts(
        source="WMS",
        label="GR-7731",
        column="received_on",
        reason="bad_date",
        place="row 7731",
        excerpt="2026-02-30",
        first_seen=instant(date(2026, 6, 22)),
    )
    return ReportInput(
        programme="Confluence",
        at=instant(day),
        recorded_at=instant(day),
        zone=PARIS,
        zone_name="Europe/Paris",
        since=instant(date(2026, 6, 22)) if june else instant(date(2026, 4, 30), 12),
        since_kind=SinceKind.REPORT if june else SinceKind.COMMITTEE,
        next_committee=None if june else ("Steering committee", BASELINE_2),
        projects=tuple(tell_project(key, day) for key in NAMES),
        transitions=list_transitions(day),
        sources=list_sources(day),
        grey=list_grey(),
        windows=list_windows(day),
        rejects=(reject,) if june else (),
        rules=RULES,
        approvals=list_approvals(day),
        roles=ROLES,
        fingerprint="5f0c" * 16,
        run=26,
    )
