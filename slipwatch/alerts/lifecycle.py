"""The life of alerts, pure: what was open and what was judged in, what is open and what changed out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime

from slipwatch.model.alert import Alert, Transition
from slipwatch.model.finding import Assessment, Concern


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


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """`alerts` are all that were given, as they are now, and the new ones; `transitions` what is worth telling."""

    alerts: tuple[Alert, ...]
    transitions: tuple[Transition, ...]


def advance(
    alerts: Sequence[Alert],
    assessments: Sequence[Assessment],
    circumstances: Circumstances,
    *,
    next_episode: Callable[[int, Concern], int],
    remind: Callable[[Alert], bool] | None = None,
) -> Outcome:
    """Take every alert that has not ended one run further.

    `alerts` are those that have not ended; `next_episode` gives one more than the last episode of a subject and
    concern, ended ones included. `remind` says whether an open alert that did not change is due for a reminder;
    None reminds of nothing.
    """
    raise NotImplementedError
