"""Runs the checks over the ledger: the sources first, because a stale one freezes what depends on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from slipwatch.check import Check, CheckInput, Thresholds
from slipwatch.engine.frames import FrameSupply
from slipwatch.errors import ConfigError, SlipwatchError
from slipwatch.model.finding import Assessment, GreyReason, Message, NotJudged
from slipwatch.registry import find_checks
from slipwatch.settings import verify_rules

if TYPE_CHECKING:
    from slipwatch.engine.wiring import Programme

STALE_RULE = "quality.stale_source"

FAULTS = (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
"""What a broken check raises: it is reported as broken and freezes its subjects; the other checks go on."""


def list_checks(programme: Programme) -> tuple[Check, ...]:
    """The registered checks that the configuration leaves on. Raises `ConfigError` where it names one that is none."""
    verify_rules(programme.settings, {check.id: check.alias for check in find_checks()})
    off = set(programme.settings.tolerances.off)
    return tuple(check for check in find_checks() if not off & {check.id, check.alias})


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """One assessment per rule, and the frames they were made from."""

    assessments: tuple[Assessment, ...]
    supply: FrameSupply


def assess(programme: Programme, at: datetime, *, known_by: datetime | None = None) -> Judgement:
    """Run every check as of `at`. With `known_by`, judged only by what was known then.

    Raises `ConfigError` for a threshold outside its unit or range.
    """
    checks = list_checks(programme)
    supply = FrameSupply(programme=programme, at=at, known_by=known_by)
    first = [_judge(programme, check, supply) for check in checks if check.entity == "source"]
    supply.stale_sources = find_stale(first)
    rest = [_judge(programme, check, supply) for check in checks if check.entity != "source"]
    return Judgement(assessments=(*first, *rest), supply=supply)


def find_stale(assessments: Sequence[Assessment]) -> frozenset[str]:
    """Keys of the sources that are stale or failed: those on which the freshness rule fires."""
    return frozenset(
        finding.subject.key
        for assessment in assessments
        if assessment.rule == STALE_RULE
        for finding in assessment.findings
    )


def choose_thresholds(programme: Programme, check: Check) -> Callable[[str | None], Thresholds]:
    """Thresholds in force for a project: the rule's defaults, the programme's, the project's, in that order.

    Raises `ConfigError` with file and line when a value is outside its bounds.
    """
    tolerances = programme.settings.tolerances
    general = tolerances.rules.get(check.id, {})
    chosen: dict[str | None, Thresholds] = {
        None: programme.settings.validate_at(check.thresholds, general, "rules", check.id)
    }
    for project, own in tolerances.projects.items():
        if check.id in own.rules:
            merged = {**general, **own.rules[check.id]}
            chosen[project] = programme.settings.validate_at(
                check.thresholds, merged, "projects", project, "rules", check.id
            )

    def choose(project: str | None) -> Thresholds:
        return chosen.get(project, chosen[None])

    return choose


def _judge(programme: Programme, check: Check, supply: FrameSupply) -> Assessment:
    settings = choose_thresholds(programme, check)
    at = supply.known_by or supply.at
    try:
        return check.judge(
            CheckInput(
                rule=check.id,
                as_of=at,
                day=at.astimezone(programme.zone).date(),
                frames=supply.supply(check),
                portfolio=programme.portfolio,
                calendars=programme.calendars,
                settings=settings,
            )
        )
    except ConfigError:
        raise
    except (*FAULTS, SlipwatchError) as fault:
        return _report_broken(check, fault)


def _report_broken(check: Check, fault: Exception) -> Assessment:
    """A check that broke says nothing about its subjects, and never that the data are bad."""
    where = fault.__traceback__
    while where is not None and where.tb_next is not None:
        where = where.tb_next
    place = f"{where.tb_frame.f_code.co_name}:{where.tb_lineno}" if where is not None else ""
    text = Message(
        id="engine.broken_check", arguments={"rule": check.id, "fault": f"{type(fault).__name__}: {fault} ({place})"}
    )
    grey = NotJudged(
        rule=check.id, reason=GreyReason.BROKEN_CHECK, subjects=(), counted=(check.id,), text=text,
    )  # fmt: skip
    return Assessment(rule=check.id, not_judged=[grey])
