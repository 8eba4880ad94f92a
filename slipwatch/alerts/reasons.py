"""The reasons of an alert, compared: what a run found of them against what was told before.

A rule that did not judge a subject says nothing about it: its reason lasts, and the alert is frozen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import datetime

from slipwatch.model.alert import Alert, AlertState, Change, Reason
from slipwatch.model.finding import Assessment, Concern, Finding, GreyReason

Identity = tuple[int, Concern]
Figures = tuple[float | None, float | None]

UNSAFE = frozenset({GreyReason.STALE_SOURCE, GreyReason.BROKEN_CHECK})
"""Grey for these reasons, a subject was not judged, whatever else is said of it."""


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """What the engine knows of a run beside its assessments.

    `rules` are the ids of all rules in the catalogue that are switched on, whether they could judge or not: a reason of
    any other rule is retired. `first_rules` judge for the first time; `first_sources` had their first good read in this
    run; `never_read` have not had one yet. `baselines` gives the number of the baseline in force per subject id (of the
    kind that the concern is measured against). `cancelled` and `left_scope` are subject ids whose record says so.
    """

    at: datetime
    rules: Set[str]
    first_rules: Set[str] = frozenset()
    first_sources: Set[str] = frozenset()
    never_read: Set[str] = frozenset()
    baselines: Mapping[int, int] = field(default_factory=dict)
    cancelled: Set[int] = frozenset()
    left_scope: Set[int] = frozenset()


@dataclass(frozen=True)
class Judged:
    """The assessments, turned by subject: findings by alert identity and rule, and who was judged by which rule."""

    findings: Mapping[Identity, Mapping[str, Finding]]
    evaluated: Mapping[str, Set[int]]
    not_practised: Mapping[str, Set[int]]

    @classmethod
    def read(cls, assessments: Iterable[Assessment]) -> Judged:
        findings: dict[Identity, dict[str, Finding]] = defaultdict(dict)
        evaluated: dict[str, set[int]] = defaultdict(set)
        unpractised: dict[str, set[int]] = defaultdict(set)
        unsafe: dict[str, set[int]] = defaultdict(set)
        for assessment in assessments:
            for grey in assessment.not_judged:
                if grey.reason is GreyReason.NOT_PRACTISED:
                    unpractised[assessment.rule].update(grey.subjects)
                elif grey.reason in UNSAFE:
                    unsafe[assessment.rule].update(grey.subjects)
            evaluated[assessment.rule] |= assessment.evaluated
            for finding in assessment.findings:
                rules = findings[finding.subject.id, finding.concern]
                rules[finding.rule] = max(rules.get(finding.rule, finding), finding, key=_weigh)
        fresh = {rule: subjects - unsafe[rule] for rule, subjects in evaluated.items()}
        return cls(findings, fresh, unpractised)

    def name_end(self, rule: str, subject: int, rules: Set[str]) -> Change | None:
        """What ended a reason without finding; None where the rule did not judge the subject, so that it lasts."""
        if rule not in rules:
            return Change.RULE_RETIRED
        if subject in self.evaluated.get(rule, ()):
            return Change.RESOLVED
        return Change.NOT_PRACTISED if subject in self.not_practised.get(rule, ()) else None


def _weigh(finding: Finding) -> tuple[int, float, float]:
    return finding.severity, finding.gravity or 0.0, finding.stake_days


def see_first(finding: Finding, at: datetime) -> Reason:
    return Reason(
        rule=finding.rule,
        severity=finding.severity,
        gravity=finding.gravity,
        first_seen=at,
        last_seen=at,
        finding=finding,
    )


def is_first_load(finding: Finding, now: Circumstances) -> bool:
    """Whether a finding only shows what was there before anybody looked.

    A source that was never read has no inventory to give: what is said of it is news, on the first day too.
    """
    if finding.subject.entity == "source":
        if finding.subject.key in now.never_read:
            return False
        if finding.subject.key in now.first_sources:
            return True
    sources = {evidence.source.source for evidence in finding.evidence if evidence.source is not None}
    return finding.rule in now.first_rules or bool(sources & now.first_sources)


def find_accountable(reasons: Iterable[Reason]) -> str | None:
    """Role of the gravest reason that names one: severity, then days at stake, then the older reason."""
    named = [reason for reason in reasons if reason.finding.accountable]
    return min(named, key=rank_reason).finding.accountable if named else None


def rank_reason(reason: Reason) -> tuple[int, float, datetime, str]:
    """Sorts the gravest reason first."""
    return -reason.severity, -reason.finding.stake_days, reason.first_seen, reason.rule


@dataclass(frozen=True)
class Comparison:
    """What a run says of the reasons of one alert.

    `news` are those of the `new` ones that no first load explains; `figures` pair what was told with what is true now.
    """

    reasons: Mapping[str, Reason]
    new: tuple[str, ...]
    news: tuple[str, ...]
    ended: Mapping[str, Change]
    figures: Mapping[str, Figures]
    frozen: bool

    @property
    def cleared(self) -> tuple[str, ...]:
        """Rules that were judged and found clear."""
        return tuple(sorted(rule for rule, end in self.ended.items() if end is Change.RESOLVED))

    @property
    def raised(self) -> dict[str, Figures]:
        """Figures that a new fact raised above what was told."""
        return {rule: pair for rule, pair in self.figures.items() if _rose(*pair)}

    @property
    def fallen(self) -> dict[str, Figures]:
        """Figures that are below what was told."""
        return {rule: pair for rule, pair in self.figures.items() if _rose(*reversed(pair))}


def compare(alert: Alert, judged: Judged, now: Circumstances) -> Comparison:
    """The reasons as they are now, and what became of those that are no more."""
    found = judged.findings.get((alert.key.subject, alert.key.concern), {})
    ends = {rule: judged.name_end(rule, alert.key.subject, now.rules) for rule in alert.reasons if rule not in found}
    held = {rule: alert.reasons[rule] for rule, end in ends.items() if end is None}
    seen = {rule: _see(alert, finding, now) for rule, finding in found.items()}
    new = tuple(sorted(found.keys() - alert.reasons.keys()))
    return Comparison(
        reasons=dict(sorted((held | seen).items())),
        new=new,
        news=_choose_news(alert, [found[rule] for rule in new], now),
        ended={rule: end for rule, end in ends.items() if end is not None},
        figures=_pair_figures(alert, found, now),
        frozen=bool(held),
    )


def _see(alert: Alert, finding: Finding, now: Circumstances) -> Reason:
    known = finding.rule in alert.reasons
    return _see_again(alert, finding, now) if known else see_first(finding, now.at)


def _choose_news(alert: Alert, findings: Iterable[Finding], now: Circumstances) -> tuple[str, ...]:
    """To an entry of the inventory everything is news that was not there at the first load."""
    is_entry = alert.state is AlertState.INVENTORY
    return tuple(finding.rule for finding in findings if is_entry or not is_first_load(finding, now))


def _pair_figures(alert: Alert, found: Mapping[str, Finding], now: Circumstances) -> dict[str, Figures]:
    if has_new_baseline(alert, now):
        return {}
    return {rule: (reason.gravity, found[rule].gravity) for rule, reason in alert.reasons.items() if rule in found}


def _rose(before: float | None, after: float | None) -> bool:
    return before is not None and after is not None and after > before


def has_new_baseline(alert: Alert, now: Circumstances) -> bool:
    """Figures against two baselines are not compared: neither is a new one an improvement, nor the old one a record."""
    number = now.baselines.get(alert.key.subject)
    return alert.baseline is not None and number is not None and number != alert.baseline


def _see_again(alert: Alert, finding: Finding, now: Circumstances) -> Reason:
    """The reason as it is now. Its gravity is the figure that readers were told last; while nobody is told of falls
    (inventory, accepted), the worst."""
    reason = alert.reasons[finding.rule]
    gravity = reason.gravity if finding.gravity is None else finding.gravity
    if alert.state is not AlertState.OPEN and not has_new_baseline(alert, now):
        gravity = max((figure for figure in (reason.gravity, gravity) if figure is not None), default=None)
    return replace(reason, severity=finding.severity, gravity=gravity, last_seen=now.at, finding=finding)
