"""How much of each project and concern was looked at: what the lights of a report rest on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from slipwatch.check import Check
from slipwatch.engine.reporting.placing import Places
from slipwatch.model.finding import Assessment, Concern, GreyReason, Message, NotJudged
from slipwatch.reports.facts import Blind, DimensionFacts

APART = frozenset({GreyReason.NOT_PRACTISED, GreyReason.OUT_OF_RULE, GreyReason.BEFORE_FREEZE})
"""Reasons for which a subject was never due to be judged."""

Key = tuple[str, Concern]


@dataclass(kw_only=True)
class Coverage:
    """Subjects of one project and concern. `blind` and `apart` are by reason and text."""

    evaluated: set[int] = field(default_factory=set)
    blind: dict[tuple[GreyReason, str], set[int]] = field(default_factory=lambda: defaultdict(set))
    apart: dict[tuple[GreyReason, str], set[int]] = field(default_factory=lambda: defaultdict(set))
    texts: dict[str, Message] = field(default_factory=dict)
    is_broken: bool = False

    def add_grey(self, grey: NotJudged, subjects: set[int]) -> None:
        """Take over what a rule did not judge; `subjects` are those of this project that the rule is about."""
        self.texts.setdefault(grey.text.id, grey.text)
        groups = self.apart if grey.reason in APART else self.blind
        groups[grey.reason, grey.text.id] |= subjects

    def summarise(self, concern: Concern, gates: set[int]) -> DimensionFacts:
        blind = set().union(*self.blind.values()) if self.blind else set()
        return DimensionFacts(
            concern=concern,
            evaluated=len(self.evaluated - blind),
            blind=self._list(self.blind),
            blind_total=len(blind),
            blind_gates=len(blind & gates),
            set_apart=self._list(self.apart),
            is_broken=self.is_broken,
        )

    def _list(self, groups: Mapping[tuple[GreyReason, str], set[int]]) -> tuple[Blind, ...]:
        return tuple(
            Blind(reason=reason, count=len(subjects), text=count_text(self.texts[id], len(subjects)))
            for (reason, id), subjects in groups.items()
        )


def count_text(text: Message, count: int) -> Message:
    """The same text with another number."""
    return replace(text, arguments={**text.arguments, "count": count}) if "count" in text.arguments else text


def measure_coverage(
    checks: Iterable[Check], assessments: Iterable[Assessment], places: Places, *, gates: set[int]
) -> dict[str, tuple[DimensionFacts, ...]]:
    """Per project, one entry for each concern that has a rule. `gates` are subject ids of the gates."""
    by_rule = {assessment.rule: assessment for assessment in assessments}
    found: dict[Key, Coverage] = {}
    projects = tuple(places.supply.programme.portfolio.projects)
    for check in checks:
        for project in projects:
            found.setdefault((project, check.concern), Coverage())
        if check.id in by_rule:
            _add_rule(found, check, by_rule[check.id], places)
    summaries: dict[str, list[DimensionFacts]] = {project: [] for project in projects}
    for (project, concern), coverage in found.items():
        summaries[project].append(coverage.summarise(concern, gates))
    return {project: tuple(entries) for project, entries in summaries.items()}


def _add_rule(found: dict[Key, Coverage], check: Check, assessment: Assessment, places: Places) -> None:
    for project, subjects in split_subjects(assessment.evaluated, check.entity, places).items():
        found[project, check.concern].evaluated |= subjects
    for grey in assessment.not_judged:
        if grey.reason is GreyReason.BROKEN_CHECK:
            _add_broken(found, check, grey, places)
        for project, subjects in split_subjects(grey.subjects, check.entity, places).items():
            found[project, check.concern].add_grey(grey, subjects)


def _add_broken(found: dict[Key, Coverage], check: Check, grey: NotJudged, places: Places) -> None:
    """A rule that failed leaves every project in the dark."""
    for project in places.supply.programme.portfolio.projects:
        coverage = found[project, check.concern]
        coverage.is_broken = True
        coverage.add_grey(grey, set())


def split_subjects(subjects: Iterable[int], entity: str, places: Places) -> dict[str, set[int]]:
    """Subjects of an entity by project; what a rule counts beside its own subjects is left out."""
    known = places.of(entity)
    split: dict[str, set[int]] = defaultdict(set)
    for subject in subjects:
        for project in known.get(subject, ()):
            split[project].add(subject)
    return split
