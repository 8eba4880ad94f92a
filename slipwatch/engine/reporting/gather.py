"""Gathers everything that a report says from the ledger and a judgement: the only part that knows frames."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from slipwatch.alerts.inventory import group_grey
from slipwatch.check import Check
from slipwatch.engine.assess import Judgement, choose_thresholds, list_checks
from slipwatch.engine.opening import list_opening
from slipwatch.engine.replies import list_questions, list_replies
from slipwatch.engine.reporting.coverage import count_text, measure_coverage
from slipwatch.engine.reporting.freshening import freshen
from slipwatch.engine.reporting.lines import LineReader
from slipwatch.engine.reporting.milestones import MilestoneReader
from slipwatch.engine.reporting.placing import Places
from slipwatch.engine.reporting.requests import RequestReader
from slipwatch.engine.reporting.sources import list_approvals, list_rejects, list_rules, list_sources, list_windows
from slipwatch.engine.reporting.standing import Start, find_next_committee, find_start, read_alerts_at, read_changes
from slipwatch.engine.reporting.substance import SubstanceReader
from slipwatch.engine.spoken import list_spoken
from slipwatch.engine.standing import find_cancelled, find_left_scope
from slipwatch.model.alert import Alert, AlertState
from slipwatch.model.finding import Assessment, Concern, GreyReason
from slipwatch.reports.desk_facts import OpeningGroup
from slipwatch.reports.facts import DimensionFacts, ProjectFacts
from slipwatch.reports.given import GreyFacts, ReportInput, SinceKind
from slipwatch.store.runs import list_runs

if TYPE_CHECKING:
    from slipwatch.check import Thresholds
    from slipwatch.engine.frames import FrameSupply
    from slipwatch.engine.wiring import Programme

SLIP_RULE = "schedule.milestone_slip"
OVERDUE_RULE = "supply.receipt_overdue"
"""Rules whose tolerance and findings the tables of a report show; without them the tables say less."""


def gather_report(
    programme: Programme,
    judgement: Judgement,
    *,
    at: datetime,
    since: datetime | Start | None = None,
    only: str | None = None,
) -> ReportInput:
    """The facts of a report as of `at`, of all projects or `only` one. Without `since`, changes count from the last
    report, else committee."""
    gathering = Gathering(programme=programme, judgement=judgement, at=at)
    start = Start(moment=since, kind=SinceKind.DAY) if isinstance(since, datetime) else since
    start = start or find_start(programme, at)
    return ReportInput(
        programme=programme.portfolio.name,
        at=at,
        recorded_at=programme.now(),
        zone=programme.zone,
        zone_name=programme.portfolio.time_zone,
        since=start.moment,
        since_kind=start.kind,
        since_day=start.day,
        next_committee=find_next_committee(programme, gathering.day),
        projects=tuple(gathering.describe_project(key) for key in programme.portfolio.projects if only in (None, key)),
        transitions=read_changes(programme, start.moment, at),
        sources=list_sources(gathering.supply, gathering.day, gathering.places.feeds),
        grey=list_grey(judgement.assessments),
        windows=list_windows(gathering.supply),
        rejects=list_rejects(gathering.supply),
        rules=list_rules(programme, gathering.checks),
        approvals=list_approvals(programme, at),
        replies=list_replies(programme, at, gathering.alerts),
        questions=list_questions(programme, at, gathering.alerts),
        spoken=list_spoken(programme, at, gathering.places),
        opening=() if only else gathering.list_opening(),
        roles={key: role.name for key, role in programme.portfolio.roles.items()},
        fingerprint=programme.settings.fingerprint,
        run=next((run.id for run in list_runs(programme.ledger) if run.started_at <= at), None),
    )


@dataclass(kw_only=True)
class Gathering:
    """What the parts of one report share."""

    programme: Programme
    judgement: Judgement
    at: datetime

    @property
    def supply(self) -> FrameSupply:
        return self.judgement.supply

    @cached_property
    def day(self) -> date:
        return self.at.astimezone(self.programme.zone).date()

    @cached_property
    def places(self) -> Places:
        return Places(supply=self.supply)

    @cached_property
    def checks(self) -> tuple[Check, ...]:
        return list_checks(self.programme)

    @cached_property
    def alerts(self) -> list[Alert]:
        """Alerts that stand, with the findings of this judgement, told or not."""
        gone = find_cancelled(self.supply) | find_left_scope(self.supply)
        stood = read_alerts_at(self.programme, self.at)
        return freshen(stood, self.judgement.assessments, at=self.at, gone=gone)

    @cached_property
    def coverage(self) -> Mapping[str, tuple[DimensionFacts, ...]]:
        subjects = self.supply.subjects_of("milestone")
        gates = {subjects[key] for key, point in self.programme.portfolio.milestones.items() if point.gate}
        return measure_coverage(self.checks, self.judgement.assessments, self.places, gates=gates)

    @cached_property
    def milestones(self) -> MilestoneReader:
        return MilestoneReader(supply=self.supply, tolerances=self._list_tolerances())

    def _list_tolerances(self) -> Mapping[str, Thresholds]:
        rule = next((check for check in self.checks if check.id == SLIP_RULE), None)
        choose = choose_thresholds(self.programme, rule) if rule else None
        return {key: choose(key) for key in self.programme.portfolio.projects} if choose else {}

    @cached_property
    def lines(self) -> LineReader:
        supply_alerts = [alert for alert in self.alerts if alert.key.concern is Concern.SUPPLY]
        return LineReader(
            supply=self.supply,
            day=self.day,
            flagged={alert.key.subject for alert in supply_alerts if alert.state is AlertState.OPEN},
            overdue=find_found(self.judgement.assessments, OVERDUE_RULE),
            stale=self._find_stale_lines(),
            known={alert.key.subject for alert in supply_alerts if alert.state is not AlertState.OPEN},
        )

    def _find_stale_lines(self) -> set[int]:
        rules = {check.id for check in self.checks if check.entity == "order_line"}
        return {
            subject
            for assessment in self.judgement.assessments
            if assessment.rule in rules
            for grey in assessment.not_judged
            if grey.reason is GreyReason.STALE_SOURCE
            for subject in grey.subjects
        }

    @cached_property
    def substance(self) -> SubstanceReader:
        return SubstanceReader(supply=self.supply, day=self.day)

    def list_opening(self) -> tuple[OpeningGroup, ...]:
        """The opening inventory as it stood."""
        known_by, assessments = self.supply.known_by, self.judgement.assessments
        return list_opening(self.programme, at=self.at, assessments=assessments, alerts=self.alerts, known_by=known_by)

    def describe_project(self, key: str) -> ProjectFacts:
        project = self.programme.portfolio.projects[key]
        return ProjectFacts(
            key=key,
            name=project.name,
            manager=project.accountable,
            integrator=project.integrator,
            milestones=self.milestones.list_milestones(key),
            dimensions=self.coverage[key],
            alerts=tuple(alert for alert in self.alerts if key in self._find_projects(alert)),
            supply=self.lines.describe(key),
            scope=self.substance.describe_scope(key),
            budget=self.substance.list_budget(key),
            actions=self.substance.list_overdue(key),
            requests=RequestReader(supply=self.supply, day=self.day).list_requests(key),
            claimed=self.substance.find_claim(key),
        )

    def _find_projects(self, alert: Alert) -> Sequence[str]:
        subject = alert.subject
        return (subject.project,) if subject.project else self.places.find(subject.entity, subject.id)


def find_found(assessments: Iterable[Assessment], rule: str) -> set[int]:
    """Subjects on which a rule fires."""
    return {finding.subject.id for one in assessments if one.rule == rule for finding in one.findings}


def list_grey(assessments: Iterable[Assessment]) -> tuple[GreyFacts, ...]:
    """What no rule could judge, grouped as in the mails."""
    return tuple(
        GreyFacts(
            reason=group.reason,
            rules=group.rules,
            names=group.counted,
            text=count_text(group.text, len(group.counted)),
            cure=group.cure,
        )
        for group in group_grey(assessments)
    )
