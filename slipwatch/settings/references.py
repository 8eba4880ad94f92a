"""Names that one file uses and another declares: each must exist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from slipwatch.model.tables import ENTITIES
from slipwatch.settings.baselines import CostProposal, ScheduleProposal, ScopeProposal
from slipwatch.settings.links import DECLARED, Identity
from slipwatch.settings.marks import MarkedFile, YamlPath, write_path
from slipwatch.settings.problems import Problem, list_words, suggest

if TYPE_CHECKING:
    from slipwatch.settings.configuration import Settings

Use = tuple[str, YamlPath, str | None, str]
"""File, path, the name that is used there (None: nothing is), and the kind of thing that must be called so."""

_PORTFOLIO_USES = (
    ("projects", (("site", "site"), ("accountable", "role"), ("integrator", "role"), ("sponsor", "role"))),
    ("milestones", (("project", "project"), ("site", "site"), ("accountable", "role"))),
    ("suppliers", (("accountable", "role"),)),
    ("roles", (("supplier", "supplier"), ("site", "site"))),
)
_RECORD_FIELDS = ("label", "source", "source_id")
_EVIDENCE_FIELDS = ("project", "milestone", "site", "source", "label")


def find_dangling(settings: Settings) -> Iterator[Problem]:
    """A problem for each name that nothing is called by."""
    known = _list_known(settings)
    for file, path, name, kind in _list_uses(settings):
        if name is not None and name not in known[kind]:
            yield build_unknown(settings.marks[file], path, name, sorted(known[kind]), kind=kind)
    yield from _find_unknown_columns(settings)
    yield from _find_foreign_milestones(settings)
    yield from _find_repeated_baselines(settings)
    yield from _find_unreachable_pmo(settings)


def build_unknown(file: MarkedFile, path: YamlPath, name: str, known: Sequence[str], *, kind: str) -> Problem:
    """A name that nothing is called by, with the closest one that exists."""
    close = suggest(name, known)
    return Problem(
        file=file.name,
        line=file.find_line(path),
        key=write_path(path),
        found=f"the unknown {kind} {name!r}",
        allowed=list_words(list(known)),
        cure=f"did you mean {close!r}?" if close else f"declare the {kind} or correct its name",
    )


def _list_known(settings: Settings) -> dict[str, Iterable[str]]:
    portfolio = settings.portfolio
    return {
        "project": portfolio.projects,
        "site": portfolio.sites,
        "milestone": portfolio.milestones,
        "supplier": portfolio.suppliers,
        "role": portfolio.roles,
        "source": settings.sources,
        "entity": ENTITIES,
        "entity or '*'": ("*", *ENTITIES),
    }


def _list_uses(settings: Settings) -> Iterator[Use]:
    yield from _list_portfolio_uses(settings)
    yield from _list_source_uses(settings)
    yield from _list_link_uses(settings)
    yield from _list_baseline_uses(settings)
    yield from _list_routing_uses(settings)
    for project in settings.tolerances.projects:
        yield "tolerances.yaml", ("projects", project), project, "project"


def _list_portfolio_uses(settings: Settings) -> Iterator[Use]:
    for group, fields in _PORTFOLIO_USES:
        for key, part in getattr(settings.portfolio, group).items():
            for field, kind in fields:
                yield "portfolio.yaml", (group, key, field), getattr(part, field), kind
    for key, committee in settings.portfolio.committees.items():
        for index, project in enumerate(committee.projects):
            yield "portfolio.yaml", ("committees", key, "projects", index), project, "project"


def _list_source_uses(settings: Settings) -> Iterator[Use]:
    for key, source in settings.sources.items():
        yield "sources.yaml", ("sources", key, "owner"), source.owner, "role"
        yield "sources.yaml", ("sources", key, "site"), source.site, "site"
        for index, evidence in enumerate(source.evidence):
            path: YamlPath = ("sources", key, "evidence", index)
            yield "sources.yaml", (*path, "entity"), evidence.entity, "entity"
            for column in ("site", "project", "milestone"):
                yield "sources.yaml", (*path, "where", column), evidence.where.get(column), column


def _list_link_uses(settings: Settings) -> Iterator[Use]:
    for index, identity in enumerate(settings.links.identities):
        yield from _list_identity_uses(("identities", index), identity)
    for index, rule in enumerate(settings.links.assignments):
        path: YamlPath = ("assignments", index)
        yield "links.yaml", (*path, "entity"), rule.entity, "entity or '*'"
        yield "links.yaml", (*path, "project"), rule.project, "project"
        yield "links.yaml", (*path, "milestone"), rule.milestone, "milestone"
        if rule.field == "source":
            yield "links.yaml", (*path, "equals"), rule.equals, "source"


def _list_identity_uses(path: YamlPath, identity: Identity) -> Iterator[Use]:
    yield "links.yaml", (*path, "entity"), identity.entity, "entity"
    yield "links.yaml", (*path, "source"), identity.source, "source"
    for place, source in enumerate(identity.sources):
        yield "links.yaml", (*path, "sources", place), source, "source"
    if identity.entity in DECLARED:
        yield "links.yaml", (*path, "is"), identity.is_, identity.entity


def _list_baseline_uses(settings: Settings) -> Iterator[Use]:
    for index, proposal in enumerate(settings.baselines):
        path: YamlPath = ("baselines", index)
        if isinstance(proposal, ScheduleProposal):
            for place, item in enumerate(proposal.items):
                yield "baselines.yaml", (*path, "items", place, "milestone"), item.milestone, "milestone"
        if isinstance(proposal, ScopeProposal):
            yield "baselines.yaml", (*path, "entity"), proposal.entity, "entity"
        if isinstance(proposal, ScopeProposal | CostProposal):
            yield "baselines.yaml", (*path, "project"), proposal.project, "project"


def _list_routing_uses(settings: Settings) -> Iterator[Use]:
    routing = settings.routing
    yield "routing.yaml", ("pmo",), routing.pmo, "role"
    yield "routing.yaml", ("deferral", "site"), routing.deferral.site, "site"
    for role in routing.roles:
        yield "routing.yaml", ("roles", role), role, "role"


def _find_unknown_columns(settings: Settings) -> Iterator[Problem]:
    for index, rule in enumerate(settings.links.assignments):
        columns = _list_columns(rule.entity, _RECORD_FIELDS)
        if columns and rule.field not in columns:
            path: YamlPath = ("assignments", index, "field")
            yield build_unknown(settings.marks["links.yaml"], path, rule.field, columns, kind="column")
    for key, source in settings.sources.items():
        for place, evidence in enumerate(source.evidence):
            columns = _list_columns(evidence.entity, _EVIDENCE_FIELDS)
            for column in evidence.where:
                if columns and column not in columns:
                    path = ("sources", key, "evidence", place, "where", column)
                    yield build_unknown(settings.marks["sources.yaml"], path, column, columns, kind="column")


def _list_columns(entity: str, besides: Sequence[str]) -> list[str]:
    """Columns of an entity and of every record, of all entities for `*`. An unknown entity has none: told elsewhere."""
    entities = ENTITIES.values() if entity == "*" else [ENTITIES[entity]] if entity in ENTITIES else []
    names = dict.fromkeys(name for known in entities for name in known.by_name)
    return [*besides, *names] if names else []


def _find_foreign_milestones(settings: Settings) -> Iterator[Problem]:
    """A record cannot go to a project and to a milestone of another one."""
    milestones = settings.portfolio.milestones
    for index, rule in enumerate(settings.links.assignments):
        named = milestones.get(rule.milestone or "")
        if named is not None and named.project != rule.project:
            own = sorted(key for key, milestone in milestones.items() if milestone.project == rule.project)
            path: YamlPath = ("assignments", index, "milestone")
            kind = f"milestone of {rule.project}"
            yield build_unknown(settings.marks["links.yaml"], path, str(rule.milestone), own, kind=kind)


def _find_repeated_baselines(settings: Settings) -> Iterator[Problem]:
    seen: dict[tuple[str, str | None, int], int] = {}
    for index, proposal in enumerate(settings.baselines):
        first = seen.setdefault((proposal.kind, proposal.project, proposal.number), index)
        if first != index:
            file, path = settings.marks["baselines.yaml"], ("baselines", index, "number")
            yield Problem(
                file=file.name,
                line=file.find_line(path),
                key=write_path(path),
                found=f"the number {proposal.number} a second time",
                allowed="each number once per kind and project",
                cure=f"the first is baselines[{first}]: give this one the next number",
            )


def _find_unreachable_pmo(settings: Settings) -> Iterator[Problem]:
    """Every message goes to the PMO first: without a mailbox nothing is told to anybody."""
    role = settings.portfolio.roles.get(settings.routing.pmo)
    if role is not None and role.address is None:
        file, path = settings.marks["portfolio.yaml"], ("roles", settings.routing.pmo, "address")
        yield Problem(
            file=file.name,
            line=file.find_line(path),
            key=write_path(path),
            found="nothing",
            allowed="the mailbox of the role that routing.yaml names as the PMO",
            cure="add the key 'address'",
        )
