"""Lists that are told in groups: what a first load found, and what could not be judged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from slipwatch.model.alert import Change, Transition
from slipwatch.model.finding import Assessment, Finding, GreyReason, Message, NotJudged, Severity

WHOLE_REASONS = frozenset({GreyReason.UNASSIGNED, GreyReason.STALE_SOURCE})
"""Reasons that say the same for every rule: their subjects are one group however the rules put it."""

_ORDER = list(GreyReason)


@dataclass(frozen=True, kw_only=True)
class InventoryGroup:
    """What a first load found, by rule: told once, with the keys of the subjects. `worst` is the largest value, in
    `unit`."""

    rule: str
    severity: Severity
    keys: tuple[str, ...]
    worst: float | None
    unit: str
    action: Message


@dataclass(frozen=True, kw_only=True)
class GreyGroup:
    """What could not be judged, each thing counted once however many rules looked at it."""

    reason: GreyReason
    rules: tuple[str, ...]
    counted: tuple[str, ...]
    text: Message
    cure: Message | None = None


def group_inventory(transitions: Iterable[Transition]) -> tuple[InventoryGroup, ...]:
    """The findings of a first load by rule, the gravest and then the largest group first."""
    found: dict[str, list[Finding]] = defaultdict(list)
    for transition in transitions:
        if transition.change is Change.INVENTORIED:
            for rule in transition.joined:
                found[rule].append(transition.alert.reasons[rule].finding)
    groups = [_group_findings(rule, findings) for rule, findings in found.items()]
    return tuple(sorted(groups, key=lambda group: (-group.severity, -len(group.keys), group.rule)))


def _group_findings(rule: str, findings: list[Finding]) -> InventoryGroup:
    worst = max(findings, key=lambda finding: (finding.severity, finding.value or 0.0))
    return InventoryGroup(
        rule=rule,
        severity=worst.severity,
        keys=tuple(sorted({finding.subject.key for finding in findings})),
        worst=max((finding.value for finding in findings if finding.value is not None), default=None),
        unit=worst.unit,
        action=worst.action,
    )


def group_grey(assessments: Iterable[Assessment]) -> tuple[GreyGroup, ...]:
    """What no rule could judge: one group per reason and text, groups of the very same things made one."""
    by_text: dict[tuple[GreyReason, str], list[NotJudged]] = defaultdict(list)
    for assessment in assessments:
        for grey in assessment.not_judged:
            by_text[grey.reason, "" if grey.reason in WHOLE_REASONS else grey.text.id].append(grey)
    by_things: dict[tuple[GreyReason, tuple[str, ...]], list[NotJudged]] = defaultdict(list)
    for (reason, _), entries in by_text.items():
        counted = tuple(sorted({name for entry in entries for name in entry.counted}))
        by_things[reason, counted] += entries
    groups = [_join_entries(reason, counted, entries) for (reason, counted), entries in by_things.items()]
    return tuple(sorted(groups, key=lambda group: (_ORDER.index(group.reason), -len(group.counted), group.rules)))


def _join_entries(reason: GreyReason, counted: tuple[str, ...], entries: list[NotJudged]) -> GreyGroup:
    return GreyGroup(
        reason=reason,
        rules=tuple(sorted({entry.rule for entry in entries})),
        counted=counted,
        text=entries[0].text,
        cure=next((entry.cure for entry in entries if entry.cure), None),
    )
