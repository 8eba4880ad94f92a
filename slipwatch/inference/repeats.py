"""Columns whose empty cells repeat the one above: merged cells, or names written once per group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from slipwatch.inference.lexicon import Lexicon
from slipwatch.inference.rows import Scan
from slipwatch.inference.tables import TableSketch, find_merged_columns, is_grouped
from slipwatch.wire.tables import is_blank

_GROUPING = frozenset({"project_code", "order_number", "site_code", "supplier"})
_EMPTY_SHARE = 0.2


@dataclass(frozen=True)
class Repeats:
    """The columns by name, and why an empty cell is read as the one above."""

    columns: dict[str, str] = field(default_factory=dict)


def find_repeats(sketch: TableSketch, lexicon: Lexicon, *, told: Sequence[str] = ()) -> tuple[Scan, Repeats]:
    """All rows, read with the columns that repeat. `told` are columns that the program of the file writes in the first
    row of a group alone, the one that names the group first."""
    merged = find_merged_columns(sketch)
    names = sketch.header.names
    reasons = {names[position]: "its cells are merged: an empty one is as above" for position in merged}
    scan = sketch.scan(as_above=merged)
    grouped = [
        position for position in range(len(names))
        if position not in merged and _may_head_groups(sketch, scan, position, lexicon)
    ]  # fmt: skip
    for position in grouped:
        if is_grouped(sketch, position):
            reasons[names[position]] = "each value stands once, at the head of its rows: an empty cell is as above"
    if told and _has_gaps(scan, names.index(told[0])):
        reasons |= dict.fromkeys(told, "its program writes it in the first row of a group: an empty cell is as above")
    positions = sorted(names.index(name) for name in reasons)
    if len(positions) > len(merged):
        scan = sketch.scan(as_above=positions)
    return scan, Repeats(reasons)


def _has_gaps(scan: Scan, position: int) -> bool:
    """Whether the first row is filled, and another one is not."""
    return bool(scan.first) and not is_blank(scan.first[0][1][position : position + 1]) and (
        scan.profiles[position].kinds["blank"] > 0
    )  # fmt: skip


def _may_head_groups(sketch: TableSketch, scan: Scan, position: int, lexicon: Lexicon) -> bool:
    """A column that groups rows, is filled in the first one, and empty in many others."""
    profile = scan.profiles[position]
    if scan.rows < 3 or not _EMPTY_SHARE <= profile.kinds["blank"] / scan.rows < 1 or not scan.first:
        return False
    if is_blank(scan.first[0][1][position : position + 1]):
        return False
    name = sketch.header.names[position]
    return any(
        match is not None and not match.doubtful and set(match.fields) & _GROUPING
        for match in (lexicon.find(name, entity) for entity in lexicon.names)
    )
