"""Decides whether a window that was read may enter the ledger."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from slipwatch.model.records import WindowKind, WindowState

FEWEST_SIZES = 10
"""With fewer good windows than this the limits of an individuals chart mean nothing: only the percentage is used."""

LIMIT_FACTOR = 2.66
"""Individuals chart: mean +- 2.66 x mean moving range (Wheeler; the same constant as in measures of lead time)."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """When a window is not merged. `drop_percent` and `rise_percent` compare with the last good window of a complete
    stream; `rejects_percent` is the share of records that may be set aside one by one."""

    drop_percent: float = 20.0
    rise_percent: float = 50.0
    rejects_percent: float = 10.0


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """State that the window gets, a stable word for the reason, and the figures behind it."""

    state: WindowState
    reason: str = ""
    detail: str = ""


def judge_window(
    *,
    kind: WindowKind,
    rows: int,
    rejects: int,
    proven: bool,
    previous_sizes: Sequence[int],
    limits: Limits,
    released: bool = False,
) -> Verdict:
    """Accept a window, or say why it waits. `previous_sizes` are the sizes of good windows, newest first.

    A window that was released by the PMO passes the jump test; nothing releases one that is incomplete.
    """
    read = rows + rejects
    if not proven:
        return Verdict(state=WindowState.INCOMPLETE, reason="count_differs", detail=f"{read} records read")
    if released:
        return Verdict(state=WindowState.MERGED, reason="released")
    if read and rejects * 100 > limits.rejects_percent * read:
        return Verdict(state=WindowState.SET_ASIDE, reason="too_many_rejects", detail=f"{rejects} of {read}")
    if kind is WindowKind.COMPLETE and previous_sizes and _jumps(read, previous_sizes, limits):
        return Verdict(state=WindowState.HELD, reason="row_count_jump", detail=f"{read} after {previous_sizes[0]}")
    return Verdict(state=WindowState.MERGED)


def _jumps(size: int, previous: Sequence[int], limits: Limits) -> bool:
    last = previous[0]
    if last == 0:
        return False
    change_percent = (size - last) * 100 / last
    if -limits.drop_percent <= change_percent <= limits.rise_percent:
        return False
    return not (len(previous) >= FEWEST_SIZES and _within_usual(size, previous))


def _within_usual(size: int, previous: Sequence[int]) -> bool:
    """A list that always swings widely is not held for swinging: inside the limits of its own history it passes."""
    mean = sum(previous) / len(previous)
    ranges = [abs(later - earlier) for later, earlier in itertools.pairwise(previous)]
    spread = LIMIT_FACTOR * sum(ranges) / len(ranges)
    return mean - spread <= size <= mean + spread


def describe_rejects(rejects: Sequence[Mapping[str, str | None]]) -> str:
    """The commonest reason with its column and the first record that shows it: "8 x bad_key (orders.csv, line 2: 4,5)".

    A reject has `reason`, `column`, `where` and `excerpt`.
    """
    if not rejects:
        return ""
    ((reason, column), count), *others = Counter((one["reason"], one["column"]) for one in rejects).most_common()
    first = next(one for one in rejects if (one["reason"], one["column"]) == (reason, column))
    example = ": ".join(part for part in (first["where"], first["excerpt"]) if part)
    named = f"{count} x {reason}{f' in {column}' if column else ''}{f' ({example})' if example else ''}"
    return f"{named}, and {len(others)} other reasons" if others else named
