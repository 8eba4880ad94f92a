"""How far the figures can be trusted: freshness of the sources, what was not judged, what was set aside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from slipwatch.document import blocks as b
from slipwatch.model.finding import GreyReason
from slipwatch.reports.blocks import Chip, Grid, Note, Part, Row
from slipwatch.reports.given import GreyFacts, RejectFacts, ReportInput, SourceFacts, WindowFacts
from slipwatch.reports.words import NOTHING, Words, build_columns

MOST_NAMES = 6
"""Names written out per row; the others are counted."""

STATE_TONES: Mapping[str, b.Tone] = {
    "good": "good",
    "nothing_new": "good",
    "failed": "critical",
    "never_read": "grey",
    "merged": "good",
    "unchanged": "good",
    "released": "good",
    "older": "neutral",
}
"""Every other state (held, set aside, incomplete) is a warning."""


def mark_state(state: str, words: Words) -> Chip:
    return Chip(words.name_word("source_state", state), tone=STATE_TONES.get(state, "warning"))


def write_freshness(sources: Iterable[SourceFacts], words: Words) -> Grid:
    """One row per source: state, age of its newest facts against its rhythm, and the cause where something is wrong."""
    columns = build_columns(words, "source", "state", "data_as_of", "age", "rhythm", "last_good")
    return Grid(columns=columns, rows=tuple(_write_source(source, words) for source in sources), kind="sources")


def _write_source(source: SourceFacts, words: Words) -> Row:
    name = (b.Span(source.key, strong=True), b.Span(f"\n{source.name}", muted=True))
    state: list[b.Span] = [mark_state(source.state, words)]
    if source.is_stale:
        state = [Chip(words.say("stale"), tone="warning"), b.Span(" "), *([] if source.state == "good" else state)]
    cells = (
        name,
        tuple(state),
        words.instant(source.data_as_of),
        words.measure(source.age, source.unit),
        words.say("rhythm.every", rhythm=source.rhythm_days, unit=source.unit)
        if source.rhythm_days
        else words.say("rhythm.none"),
        words.instant(source.last_good_at),
    )
    notes = (Note(words.say("cause"), (source.cause,)),) if source.cause else ()
    return Row(cells=cells, notes=notes, tone="warning" if source.is_stale else "neutral")


def write_grey(grey: Iterable[GreyFacts], words: Words) -> tuple[Part, ...]:
    """What could not be judged: each thing counted once, with the reason, the rules and the cure."""
    rows = tuple(_write_grey(entry, words) for entry in grey)
    if not rows:
        return (b.Paragraph(words.say("grey.none")),)
    columns = build_columns(words, "why_grey", "count", "which", "rules", right=["count"])
    return (Grid(columns=columns, rows=rows, kind="grey"),)


def _write_grey(entry: GreyFacts, words: Words) -> Row:
    reason = [Chip(words.name_grey(entry.reason), tone="grey"), *_say_more(entry, words)]
    if entry.cure is not None:
        reason.append(b.Span(f"\n{words.say('cure', cure=words.translate(entry.cure))}", muted=True))
    rules = ", ".join(words.name_rule(rule) for rule in entry.rules)
    names = list_names(entry.names, words)
    return Row(cells=(tuple(reason), words.number(len(entry.names)), names, (b.Span(rules, muted=True),)))


def _say_more(entry: GreyFacts, words: Words) -> list[b.Span]:
    """What lacks; nothing where the reason has said it all."""
    if entry.reason in (GreyReason.UNASSIGNED, GreyReason.STALE_SOURCE):
        return []
    return [b.Span(f" {words.translate(entry.text)}.")]


def list_names(names: Iterable[str], words: Words) -> str:
    """The first names, and how many more there are."""
    ordered = sorted(names)
    shown = ", ".join(ordered[:MOST_NAMES])
    hidden = len(ordered) - MOST_NAMES
    return f"{shown} {words.say('and_more', count=hidden)}" if hidden > 0 else shown


def write_windows(windows: Iterable[WindowFacts], words: Words) -> Grid:
    """The last read of each stream, with its row count against the one before."""
    columns = build_columns(
        words, "stream", "state", "rows", "rows_before", "set_aside", "data_as_of", "read_at",
        right=["rows", "rows_before", "set_aside"],
    )  # fmt: skip
    return Grid(columns=columns, rows=tuple(_write_window(window, words) for window in windows), kind="windows")


def _write_window(window: WindowFacts, words: Words) -> Row:
    name = (
        b.Span(window.source, strong=True),
        b.Span(f" {window.stream}\n{words.name_word('entity', window.entity)}", muted=True),
    )
    cells = (
        name,
        (mark_state(window.state, words),),
        words.number(window.rows),
        words.number(window.previous_rows),
        words.number(window.rejects),
        words.instant(window.as_of),
        words.instant(window.at),
    )
    return Row(cells=cells, notes=(Note(words.say("cause"), (window.reason,)),) if window.reason else ())


def write_rejects(given: ReportInput, words: Words) -> tuple[Part, ...]:
    """Records set aside and not read since."""
    if not given.rejects:
        return (b.Paragraph(words.say("rejects.none"), muted=True),)
    columns = build_columns(words, "record", "reason", "place", "excerpt", "first_seen")
    return (
        Grid(columns=columns, rows=tuple(_write_reject(reject, words) for reject in given.rejects), kind="rejects"),
    )


def _write_reject(reject: RejectFacts, words: Words) -> Row:
    name = (b.Span(reject.source, strong=True), b.Span(f" {reject.label or NOTHING}"))
    reason = words.name_word("reject", reject.reason) + (f" ({reject.column})" if reject.column else "")
    excerpt = (b.Span(reject.excerpt[:80], code=True),)
    return Row(cells=(name, reason, reject.place, excerpt, words.local_day(reject.first_seen)))
