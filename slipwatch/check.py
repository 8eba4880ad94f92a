"""The contract of a check: pure, named frames in, an `Assessment` out.

A check is a function with the `rule` decorator. Its docstring is its manual page: what it asks, why a committee cares,
formula and unit, source, what to do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict

from slipwatch.measures.workdays import Calendars
from slipwatch.model.finding import Assessment, Concern
from slipwatch.model.portfolio import Portfolio

if TYPE_CHECKING:
    import pandas as pd

CONTRACT_VERSION = 1

Scope = Literal["changed", "open", "all"]


class Thresholds(BaseModel):
    """Thresholds of a rule. Each field's unit ends its name (`_wd`, `_days`, `_percent`, `_count`). Bounds are declared
    so that a mis-set threshold is a `ConfigError` and never a finding."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, kw_only=True)
class CheckInput:
    """Everything a check may know.

    `frames` has one frame per entity that the rule declares in `reads`, with the columns of model/tables.py and of the
    reader (`subject`, `record`, `source`, `source_id`, `label`, `project`, `milestone`, `known_at`, `first_seen`,
    `absent_since`, `vanished_at`, `url`, `<reference>_subject`). `as_of` is an aware UTC instant, `day` the day in the
    programme's zone. `settings` gives the thresholds for a project (None: the programme's own).
    """

    rule: str
    as_of: datetime
    day: date
    frames: Mapping[str, pd.DataFrame]
    portfolio: Portfolio
    calendars: Calendars
    settings: Callable[[str | None], Thresholds]


Judge = Callable[[CheckInput], Assessment]


@dataclass(frozen=True, kw_only=True)
class Check:
    """A rule with everything the engine must know to feed it.

    `reads` are entities; a stale source of one freezes the subjects it speaks of. `views` are the derived frames
    of the engine that it needs beside them (`promise`, `baseline`, `scope_baseline`, `window`, `quarantine`,
    `expectation`). `scope` says which subjects it wants: those that changed, those still open, or all.
    """

    id: str
    alias: str
    concern: Concern
    judge: Judge
    reads: tuple[str, ...]
    views: tuple[str, ...] = ()
    scope: Scope = "open"
    thresholds: type[Thresholds] = Thresholds
    contract_version: int = CONTRACT_VERSION
    entity: str = ""
    manual: str = field(default="", repr=False)


def rule(
    *,
    id: str,
    alias: str = "",
    concern: Concern,
    entity: str,
    reads: tuple[str, ...],
    views: tuple[str, ...] = (),
    scope: Scope = "open",
    thresholds: type[Thresholds] = Thresholds,
) -> Callable[[Judge], Check]:
    """Declare a function to be a check. `entity` is the entity of its subjects (or `project`, `source`)."""

    def declare(judge: Judge) -> Check:
        return Check(
            id=id,
            alias=alias,
            concern=concern,
            judge=judge,
            reads=reads,
            views=views,
            scope=scope,
            thresholds=thresholds,
            entity=entity,
            manual=judge.__doc__ or "",
        )

    return declare
