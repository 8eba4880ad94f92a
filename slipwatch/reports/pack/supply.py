"""Supplier exceptions: open lines that are late, overdue or cannot be judged, and what the supplier answered."""

from __future__ import annotations

from slipwatch.document import blocks as b
from slipwatch.model.finding import Concern
from slipwatch.reports.blocks import Grid, Part, Row
from slipwatch.reports.facts import LineFacts, LineState, ProjectFacts
from slipwatch.reports.pack.sheet import Desk
from slipwatch.reports.supply import TONES, is_exception, write_counts
from slipwatch.reports.words import Words, build_columns

COLUMNS = ("line", "supplier", "needed", "promise_first", "promise_last", "late", "state")


def list_exceptions(project: ProjectFacts) -> list[LineFacts]:
    return [line for line in project.supply.lines if is_exception(line)]


def write_exceptions(desk: Desk) -> tuple[Part, ...]:
    """One row per line; a column for replies where the ledger holds any. The other lines are counted."""
    words, lines = desk.words, list_exceptions(desk.project)
    counts = write_counts(desk.project.supply.others, words)
    if not lines:
        known = bool(desk.project.supply.lines or desk.project.supply.others)
        return (b.Paragraph(words.say("supply.no_exception" if known else "supply.none")), *counts)
    replies = {line.key: desk.tell_reply(line.key, Concern.SUPPLY) for line in lines}
    names = (*COLUMNS, "pack.reply_column") if any(replies.values()) else COLUMNS
    rows = tuple(_write_line(line, replies[line.key], len(names) > len(COLUMNS), words) for line in lines)
    return (Grid(columns=build_columns(words, *names, right=["late"]), rows=rows, kind="supply"), *counts)


def _write_line(line: LineFacts, reply: str | None, has_replies: bool, words: Words) -> Row:  # noqa: FBT001 — private
    cells: list[b.Text] = [
        (b.Span(line.label, strong=True, url=line.url), b.Span(f"\n{line.name}", muted=True)),
        line.supplier,
        words.day(line.needed_on),
        words.day(line.first_promise_on),
        _tell_promise(line, words),
        words.signed(line.late_wd),
        (b.Chip(words.name_word("line", line.state), tone=_tone(line)),),
    ]
    if has_replies:
        cells.append(reply or (b.Span(words.say("pack.no_reply"), muted=True),))
    return Row(cells=tuple(cells), tone=_tone(line))


def _tone(line: LineFacts) -> b.Tone:
    """A line with an alert is no calm line, whatever its state."""
    tone = TONES.get(line.state, "neutral")
    return "warning" if tone == "neutral" and line.state in (LineState.OPEN, LineState.PARTLY) else tone


def _tell_promise(line: LineFacts, words: Words) -> b.Text:
    spans = [b.Span(words.day(line.last_promise_on))]
    if line.moves:
        spans.append(b.Span(f"\n{words.say('supply.moves', count=line.moves)}", muted=True))
    return tuple(spans)
