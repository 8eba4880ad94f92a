"""Shows what was found in files: five rows as they stand and as they are read, and why each column is what it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from slipwatch.cli.console import Console

if TYPE_CHECKING:
    from slipwatch.engine.start import Session
    from slipwatch.inference.proposals import Proposal
    from slipwatch.inference.reading import ColumnGuess, FileReading

_ROWS = 5
_CELL = 24
_WHY = 110


def show_files(console: Console, readings: Iterable[FileReading]) -> None:
    """Each file: what it is, its first rows raw beside read, and the reasons; files of one layout show one of them."""
    shown: dict[tuple[str, ...], str] = {}
    for reading in readings:
        for line in describe_file(reading):
            console.say(line)
        layout = (reading.kind, *(column.name for column in reading.columns))
        if reading.preview and layout in shown:
            console.say(f"  the same columns as {shown[layout]}")
        elif reading.status == "read" and reading.preview:
            shown[layout] = reading.file
            _show_rows(console, reading)
        for notice in reading.notices:
            console.say(f"  ! {notice}")
        console.say()


def describe_file(reading: FileReading) -> Iterator[str]:
    """Name, kind, sheet, header and number of rows; a refused file with its cure."""
    if reading.status == "refused":
        yield f"{reading.file}: not read"
        yield f"  {reading.error}"
        if reading.cure:
            yield f"  → {reading.cure}"
        return
    place = f", {reading.sheet or reading.records}" if reading.sheet or reading.records else ""
    kind = reading.kind if reading.kind != "unknown" else "not clear what it is"
    yield f"{reading.file}{place}: {kind}{f', as {reading.preset} writes it' if reading.preset else ''}"
    yield f"  {', '.join(_list_facts(reading))}"
    if reading.preset_missed:
        yield f"  the preset misses {', '.join(reading.preset_missed)}: these were inferred"


def _list_facts(reading: FileReading) -> Iterator[str]:
    yield count(reading.rows, "rows")
    if reading.header_rows:
        yield f"header in row {' and '.join(map(str, reading.header_rows))}"
    if reading.keys:
        yield f"key {' + '.join(reading.keys)}"
    if reading.encoding:
        yield f"{reading.encoding}{f', separated by {reading.delimiter!r}' if reading.delimiter else ''}"
    counts: dict[str, int] = {}
    for row in reading.ignored_rows:
        counts[row.why] = counts.get(row.why, 0) + 1
    left = ", ".join(f"{count} {why}" for why, count in counts.items() if why not in ("title", "header", "blank"))
    if left:
        yield f"left out: {left}"
    if reading.damaged:
        yield f"{len(reading.damaged)} damaged cells"


def _show_rows(console: Console, reading: FileReading) -> None:
    """Five rows of each column, raw and as read where that differs; then what each is taken for, and why."""
    rows = reading.preview[:_ROWS]
    columns = ("column", "read as", *(f"row {row.row}" for row in rows))
    console.show_table(columns, [_write_column(column, rows, reading.keys) for column in reading.columns])
    console.show_table(("column", "why"), [(_cut(column.name), _cut(column.why, _WHY)) for column in reading.columns])


def _write_column(column: ColumnGuess, rows: Sequence[Any], keys: Sequence[str]) -> tuple[str, ...]:
    name = column.field or ("key" if column.name in keys else "–")
    cells = (_write_cell(row.raw.get(column.name, ""), row.read.get(column.field or "", "")) for row in rows)
    return (_cut(column.name), f"{name}{'' if column.sure else '?'}", *cells)


def _write_cell(raw: str, read: Any) -> str:
    """The cell as it stands, and as it is read where that is something else."""
    told = "" if read is None else str(read)
    if not told or told == raw:
        return _cut(raw)
    return f"{_cut(raw, _CELL // 2 + 2)} → {_cut(told, _CELL // 2 + 2)}"


def _cut(text: str, most: int = _CELL) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= most else f"{flat[: most - 1]}…"


def show_proposal(console: Console, proposal: Proposal, session: Session) -> None:
    """What is proposed, in counts, and what was written."""
    summary = proposal.summary
    console.say("Proposed:")
    for name in ("projects", "milestones", "suppliers", "sites", "roles"):
        keys = list(summary[name])
        told = f": {', '.join(keys[:8])}{' ...' if len(keys) > 8 else ''}" if keys else ""
        console.say(f"  {count(len(keys), name)}{told}")
    dated = sum(1 for one in summary["milestones"].values() if one.get("date"))
    console.say(f"  {count(dated, 'dates')} of the first version seen, proposed as baseline 1: not approved")
    for source in session.sources.sources:
        streams = ", ".join(stream.name for stream in source.streams)
        console.say(f"  source {source.key}: {streams}")
    for path in session.written:
        console.say(f"written  {path}")


def count(number: int, things: str) -> str:
    """`1 row`, `2 rows`."""
    return f"{number} {things.removesuffix('s') if number == 1 else things}"


def show_open(console: Console, session: Session, proposal: Proposal | None) -> None:
    """What was left out or is still to be told, so that nothing is missing silently."""
    from slipwatch.engine.start import list_choices

    lines = [f"{left.file}: {left.why}{f' → {left.cure}' if left.cure else ''}" for left in session.sources.left]
    lines += proposal.notes if proposal else ()
    if lines:
        console.say("Left out, and counted:")
        for line in lines:
            console.say(f"  {line}")
    questions = session.list_open_questions()
    if questions:
        told = count(len(questions), "questions")
        console.say(f"Open: {told}. Answer them in a file and give it with --answers FILE:")
        for question in questions:
            choices = list_choices(question)
            allowed = f" ({', '.join(choices)})" if choices else ""
            console.say(f"  '{question.id}': {question.proposed or ''}   # {question.text}{allowed}")
