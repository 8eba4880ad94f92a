"""Records that belong to no project, by what their codes or numbers begin with, and the link rule that would catch
them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from slipwatch.engine.links import REGISTER, assign, name_declared
from slipwatch.inference.portfolio import PortfolioDraft, find_milestone
from slipwatch.inference.words import fold_text
from slipwatch.model.records import SPOKEN
from slipwatch.model.tables import ENTITIES
from slipwatch.store.reader import read_entity
from slipwatch.store.subjects import list_entities

if TYPE_CHECKING:
    import pandas as pd

    from slipwatch.engine.wiring import Programme
    from slipwatch.model.columns import Entity

PLACED = ("project", "milestone")
"""Entities that the portfolio declares: no rule is needed for them."""

SHORTEST = 4
"""Signs by which numbers are first grouped; longer where records of a project begin alike."""


@dataclass(frozen=True, kw_only=True)
class Pattern:
    """Records whose `field` begins with `prefix`, or is it where `whole`. `project` and `milestone` are a guess."""

    entity: str
    field: str
    prefix: str
    whole: bool
    keys: tuple[str, ...]
    project: str | None = None
    milestone: str | None = None


def list_patterns(programme: Programme, known_by: datetime | None = None) -> list[Pattern]:
    """Groups of open records without project, the largest first; with `known_by`, of those known then."""
    found: list[Pattern] = []
    there = list_entities(programme.ledger)
    for entity in ENTITIES.values():
        if entity.name in there and "project_code" in entity.by_name and entity.name not in PLACED:
            found += _list_of(programme, entity, known_by)
    return sorted(found, key=lambda one: (-len(one.keys), one.entity, one.prefix))


def _list_of(programme: Programme, entity: Entity, known_by: datetime | None) -> Iterator[Pattern]:
    frame = read_entity(programme.ledger, entity.name, open_only=True, known_by=known_by)
    frame = frame[frame["vanished_at"].isna() & ~frame["source"].isin([REGISTER, SPOKEN])]
    frame = assign(frame, entity.name, programme.settings.links.assignments, programme.portfolio)
    placed, loose = frame[frame["project"].notna()], frame[frame["project"].isna()]
    if loose.empty:
        return
    coded = loose["project_code"].notna() & loose["project_code"].ne("")
    for field, rows in (("project_code", loose[coded]), ("label", loose[~coded])):
        values = rows[field].astype(str)
        taken = set(placed[field].dropna().astype(str))
        for prefix, whole, members in group_texts(values, taken):
            own = rows[values.isin(members)]
            keys = tuple(dict.fromkeys(own["label"].astype(str)))
            project, milestone = _guess(programme, placed, own, prefix if field == "project_code" else "")
            yield Pattern(
                entity=entity.name, field=field, prefix=prefix, whole=whole, keys=keys,
                project=project, milestone=milestone,
            )  # fmt: skip


def group_texts(texts: Iterable[str], taken: Iterable[str] = ()) -> list[tuple[str, bool, tuple[str, ...]]]:
    """Texts by how they begin: prefix, whether it is the whole text, and members. No prefix catches a text of `taken`.

    >>> group_texts(["4700012/10", "4700013/10", "4700013/20", "4500044/10"], taken=["4500031/10"])
    [('4500044/10', True, ('4500044/10',)), ('4700', False, ('4700012/10', '4700013/10', '4700013/20'))]
    """
    return sorted(_split(sorted(set(texts)), sorted(set(taken)), SHORTEST))


def _split(texts: Sequence[str], taken: Sequence[str], length: int) -> Iterator[tuple[str, bool, tuple[str, ...]]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for text in texts:
        groups[text[:length]].append(text)
    for prefix, members in groups.items():
        if len(members) == 1:
            yield members[0], True, tuple(members)
            continue
        rivals = [text for text in taken if text.startswith(prefix)]
        if rivals or len(prefix) < length:
            yield from _split(members, rivals, length + 1) if len(prefix) == length else _end(members)
        else:
            yield _lengthen(prefix, members), False, tuple(members)


def _lengthen(prefix: str, members: Sequence[str]) -> str:
    """What all members share up to a separator, as in CF-WD-10 and CF-WD-20: a longer prefix catches less by chance."""
    first, last = min(members), max(members)
    differs = next(
        (place for place, pair in enumerate(zip(first, last, strict=False)) if pair[0] != pair[1]), len(first)
    )
    heads = [place + 1 for place, sign in enumerate(first[:differs]) if not sign.isalnum()]
    return first[: max(heads, default=0)] if max(heads, default=0) > len(prefix) else prefix


def _end(members: Sequence[str]) -> Iterator[tuple[str, bool, tuple[str, ...]]]:
    """Texts that are shorter than any prefix that would be safe."""
    return ((text, True, (text,)) for text in members)


def _guess(programme: Programme, placed: pd.DataFrame, own: pd.DataFrame, code: str) -> tuple[str | None, str | None]:
    """Project and milestone: those that the code names, else the one project that the suppliers of the group deliver
    to. Never the only project there is: what is of no project may well stay so."""
    portfolio = programme.portfolio
    points = {key: {"project": one.project} for key, one in portfolio.milestones.items()}
    draft = PortfolioDraft(language=portfolio.language, time_zone=portfolio.time_zone, milestones=points)
    milestone = find_milestone(draft, code) if code else None
    if milestone:
        return portfolio.milestones[milestone].project, milestone
    return _find_named(programme, code) or _find_neighbours(placed, own), None


def _find_named(programme: Programme, code: str) -> str | None:
    """The one project whose key or name stands in a code, or that the code begins."""
    plain = fold_text(code)
    if len(plain) < 2:
        return None
    names = name_declared(programme.portfolio, "project")
    found = {key for name, key in names.items() if fold_text(name) in plain or fold_text(name).startswith(plain)}
    return found.pop() if len(found) == 1 else None


def _find_neighbours(placed: pd.DataFrame, own: pd.DataFrame) -> str | None:
    """Where every supplier of the group delivers to one project and no other, that project."""
    if "supplier" not in own or own["supplier"].isna().any() or own.empty:
        return None
    others = placed[placed["supplier"].isin(own["supplier"])]
    projects = set(others["project"].dropna().astype(str))
    is_covered = set(own["supplier"]) <= set(others["supplier"])
    return projects.pop() if is_covered and len(projects) == 1 else None
