"""Supplier lines of a project: required, first and last promise, received."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import filterfalse

from slipwatch.document import blocks as b
from slipwatch.reports.blocks import Chip, Fold, Grid, Part, Row
from slipwatch.reports.facts import LineFacts, LineState, SupplyFacts
from slipwatch.reports.words import NOTHING, Words, build_columns

EXCEPTIONS = frozenset({LineState.PROMISED_LATE, LineState.OVERDUE, LineState.STALE})

TONES: Mapping[LineState, b.Tone] = {
    LineState.RECEIVED: "good",
    LineState.PROMISED_LATE: "warning",
    LineState.OVERDUE: "critical",
    LineState.STALE: "grey",
}

COLUMNS = ("line", "supplier", "needed", "promise_first", "promise_last", "received", "late", "state")


def is_exception(line: LineFacts) -> bool:
    """What a reader should see first: a line with an alert, late, overdue, or that cannot be judged now."""
    return line.is_flagged or line.state in EXCEPTIONS


def is_late_receipt(line: LineFacts) -> bool:
    """Received, but after the day on which it was needed."""
    return line.state is LineState.RECEIVED and (line.late_wd or 0) > 0


def write_supply(supply: SupplyFacts, words: Words) -> tuple[Part, ...]:
    """Exceptions and late receipts in full, lines needed soon folded away, the rest as counts."""
    if not supply.lines and not supply.others:
        return (b.Paragraph(words.say("supply.none"), muted=True),)
    exceptions = list(filter(is_exception, supply.lines))
    calm = list(filterfalse(is_exception, supply.lines))
    late, soon = list(filter(is_late_receipt, calm)), list(filterfalse(is_late_receipt, calm))
    return (
        _write_lines(exceptions, words) if exceptions else b.Paragraph(words.say("supply.no_exception")),
        *((b.Heading(4, words.say("supply.late")), _write_lines(late, words)) if late else ()),
        *((Fold(words.say("supply.others", count=len(soon)), (_write_lines(soon, words),)),) if soon else ()),
        *write_counts(supply.others, words),
    )


def write_counts(others: Mapping[LineState, int], words: Words) -> tuple[Part, ...]:
    counts = _count_others(others, words)
    return (b.Paragraph(words.say("supply.counted", counts=counts), muted=True),) if counts else ()


def _count_others(others: Mapping[LineState, int], words: Words) -> str:
    return ", ".join(words.say(f"lines.{state}", count=count) for state, count in others.items() if count)


def _write_lines(lines: list[LineFacts], words: Words) -> Grid:
    columns = build_columns(words, *COLUMNS, right=["late"])
    return Grid(columns=columns, rows=tuple(_write_line(line, words) for line in lines), kind="supply")


def _write_line(line: LineFacts, words: Words) -> Row:
    tone = TONES.get(line.state, "neutral")
    cells = (
        (b.Span(line.label, strong=True, url=line.url), b.Span(f"\n{line.name}", muted=True)),
        line.supplier,
        words.day(line.needed_on),
        words.day(line.first_promise_on),
        _write_promise(line, words),
        _write_receipt(line, words),
        words.signed(line.late_wd),
        (Chip(words.name_word("line", line.state), tone=tone),),
    )
    return Row(cells=cells, tone=tone if is_exception(line) else "neutral")


def _write_promise(line: LineFacts, words: Words) -> b.Text:
    spans = [b.Span(words.day(line.last_promise_on))]
    if line.promise_source:
        spans.append(b.Span(f"\n{line.promise_source}", muted=True))
    if line.moves:
        spans.append(b.Span(f" · {words.say('supply.moves', count=line.moves)}", muted=True))
    return tuple(spans)


def _write_receipt(line: LineFacts, words: Words) -> b.Text:
    """Day of the last receipt, and how much of what was ordered where that is not all of it."""
    if not line.received:
        return NOTHING
    spans = [b.Span(words.day(line.received_on))]
    if line.ordered and line.received < line.ordered:
        amount = words.say("supply.of", received=line.received, ordered=line.ordered, unit=line.unit)
        spans.append(b.Span(f"\n{amount}"))
    if line.received_source:
        spans.append(b.Span(f"\n{line.received_source}", muted=True))
    return tuple(spans)
