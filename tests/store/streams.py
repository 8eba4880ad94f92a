"""A small world to read from: one stream, records as {source id: values}, one window per day."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from slipwatch.model.records import Batch, Completeness, Record, Reject, Statement, Window, WindowKind
from slipwatch.store.ledger import Ledger
from slipwatch.store.reader import read_entity, read_promises
from slipwatch.store.runs import start_run
from slipwatch.store.spool import spool_window
from slipwatch.store.writer import merge_window

START = datetime(2026, 1, 5, 6, 0, tzinfo=UTC)


def day(number: float) -> datetime:
    """The instant at which the window of a day is read."""
    return START + timedelta(days=number)


def on(text: str) -> date:
    return date.fromisoformat(text)


def make_record(key: str, values: Mapping[str, object], **more) -> Record:
    """An order line that has a number, whatever else it has."""
    return Record(key, more.pop("label", f"line {key}"), {"order_number": "4500", **values}, **more)


def state(column: str, old, new, at: datetime, by: str | None = None) -> Statement:
    return Statement(column, old, new, at, by)


def make_batches(
    records: Sequence[Record],
    *,
    as_of: datetime,
    kind: WindowKind = WindowKind.COMPLETE,
    rejects: Sequence[Reject] = (),
    entity: str = "order_line",
    stream: str = "lines",
    position: str | None = None,
    size: int = 1000,
    proven: bool = True,
) -> list[Batch]:
    """One window in batches of `size` records; rejects come with the last one."""
    window = Window(stream=stream, kind=kind, until=as_of, position=position)
    pieces = [records[start : start + size] for start in range(0, len(records), size)] or [[]]
    batches = []
    for piece in pieces:
        raw = [json.dumps({"id": record.source_id}) for record in piece]
        batches.append(Batch(stream=stream, entity=entity, window=window, as_of=as_of, records=list(piece), raw=raw))
    batches[-1].rejects = list(rejects)
    batches[-1].raw += ["damaged"] * len(rejects)
    read = len(records) + len(rejects)
    batches[-1].completeness = Completeness(read=read, expected=read if proven else read + 1, proof="count")
    return batches


def name_by_label(entity, source, rows):
    """Records with the same label are the same subject."""
    return list(rows.labels)


@dataclass
class World:
    """Reads and merges windows of one source; days number the windows."""

    ledger: Ledger
    spool: Path
    source: str = "ERP"
    run: int = field(init=False)

    def __post_init__(self):
        self.run = start_run(self.ledger, kind="test", at=START, configuration={})

    def read(self, number: float, records=(), **options):
        """Spool a window; `records` is {key: values} or a list of records."""
        if isinstance(records, Mapping):
            records = [make_record(key, values) for key, values in records.items()]
        batches = make_batches(list(records), as_of=day(number), **options)
        return spool_window(batches, self.spool, source=self.source, most_rejects_percent=100)

    def merge(self, number: float, records=(), *, at: float | None = None, cause=None, **options):
        """Spool and merge a window; `at` is the day on which it is recorded, its own day unless told otherwise."""
        return self.put(self.read(number, records, **options), at=number if at is None else at, cause=cause)

    def put(self, spooled, *, at: float, cause=None, subject_keys=name_by_label, lease=None):
        more = {} if cause is None else {"cause": cause}
        return merge_window(
            self.ledger, spooled, run=self.run, at=day(at), subject_keys=subject_keys, lease=lease, **more
        )

    def show(self, *columns, entity="order_line", **options) -> dict[str, object]:
        """{source id: value} or {source id: (values)} of the records that are there and not vanished."""
        frame = read_entity(self.ledger, entity, **options)
        frame = frame[frame["vanished_at"].isna()]
        rows = {}
        for row in frame.itertuples():
            cells = tuple(plain(getattr(row, column)) for column in columns)
            rows[row.source_id] = cells[0] if len(cells) == 1 else cells
        return rows

    def show_moves(self, *columns, **options) -> list[tuple]:
        """(source id, column, old, new, day known) of the promises, oldest first."""
        frame = read_promises(self.ledger, columns=columns or None, **options)
        return [
            (row.source_id, row.column, plain(row.old_text), plain(row.new_text), to_day(row.known_at))
            for row in frame.itertuples()
        ]


def plain(value):
    """A cell as a test writes it: None where missing, ISO days."""
    if value is None or str(value) in ("<NA>", "NaT", "nan"):
        return None
    if hasattr(value, "to_pydatetime"):
        value = value.to_pydatetime()
        return value if value.tzinfo else value.date().isoformat()
    return value


def to_day(instant) -> float:
    """The number of the day of an instant; the inverse of `day`."""
    return (instant.to_pydatetime() - START) / timedelta(days=1)


def amount(text: str) -> Decimal:
    return Decimal(text)
