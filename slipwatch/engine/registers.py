"""The PMO's own registers: actions, decisions and risks that no system holds, kept in the ledger like any other fact.
They are no configured source: nobody has to deliver them.

A line is never deleted: it is closed by its date. Every change of a date or an outcome enters the promise ledger, with
the PMO as the one who stated it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from slipwatch.engine.links import REGISTER
from slipwatch.engine.run import hold_lease
from slipwatch.model.records import Batch, Completeness, Record, Window, WindowKind
from slipwatch.store.reader import read_entity
from slipwatch.store.runs import finish_run, start_run
from slipwatch.store.spool import spool_window
from slipwatch.store.writer import merge_window

if TYPE_CHECKING:
    import pandas as pd

    from slipwatch.engine.wiring import Programme

ENTITIES = ("action", "decision", "risk")
PREFIXES = {"action": "A", "decision": "D", "risk": "R"}
PAGE = 500


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a register as it is from now on: its number and every value of its entity."""

    number: str
    values: Mapping[str, Any]


def read_register(programme: Programme, entity: str) -> pd.DataFrame:
    """The lines of a register, closed ones included, in the order of their numbers."""
    frame = read_entity(programme.ledger, entity)
    return frame[frame["source"].eq(REGISTER)].sort_values("label", kind="stable")


def number_line(entity: str, position: int) -> str:
    """`A-007`: the number of a line."""
    return f"{PREFIXES[entity]}-{position:03d}"


def write_lines(programme: Programme, entity: str, lines: Sequence[Line], *, stated_by: str) -> None:
    """Take new and changed lines into the ledger, known as of now. Raises `LeaseError` while a run goes on."""
    if not lines:
        return
    at = programme.now()
    with hold_lease(programme) as lease:
        run = start_run(programme.ledger, kind="desk", at=at, configuration={})
        spooled = spool_window(
            _build_batches(entity, lines, at, stated_by),
            programme.home / "spool",
            source=REGISTER,
            most_rejects_percent=0,
        )
        merge_window(
            programme.ledger,
            spooled,
            run=run,
            at=at,
            subject_keys=lambda _entity, _source, records: list(records.labels),
            lease=lease,
        )
        summary = {"register": entity, "lines": [line.number for line in lines]}
        finish_run(programme.ledger, run, at=programme.now(), state="done", summary=summary)


def _build_batches(entity: str, lines: Sequence[Line], at: datetime, stated_by: str) -> Iterator[Batch]:
    window = Window(stream=f"{entity}s", kind=WindowKind.INCREMENTAL, until=at)
    for start in range(0, len(lines), PAGE):
        part = lines[start : start + PAGE]
        records = [
            Record(source_id=line.number, label=line.number, values=line.values, stated_by=stated_by) for line in part
        ]
        raw = [json.dumps({"number": line.number, **line.values}, default=str) for line in part]
        done = start + PAGE >= len(lines)
        proof = Completeness(read=len(lines), expected=len(lines), proof="end_of_file") if done else None
        yield Batch(
            stream=window.stream, entity=entity, window=window, as_of=at, records=records, raw=raw, completeness=proof
        )
