"""What was said in calls and meetings, beside what the systems show: two sides that differ are shown, not settled."""

from __future__ import annotations

from datetime import date

from slipwatch.document import blocks as b
from slipwatch.document.escape import clean_line
from slipwatch.model.columns import Kind
from slipwatch.model.tables import ENTITIES
from slipwatch.reports.blocks import Chip, Grid, Part, Row
from slipwatch.reports.desk_facts import SpokenFacts
from slipwatch.reports.facts import ProjectFacts
from slipwatch.reports.given import ReportInput
from slipwatch.reports.words import NOTHING, Words, build_columns

MOST_TEXT = 200


def write_spoken(project: ProjectFacts, given: ReportInput, words: Words) -> tuple[Part, ...]:
    """One row per statement about something of the project, newest first; nothing where nobody said anything."""
    said = [one for one in reversed(given.spoken) if project.key in one.projects]
    if not said:
        return ()
    names = ("spoken.on", "spoken.by", "about", "spoken.value", "spoken.shown", "spoken.where")
    grid = Grid(columns=build_columns(words, *names), rows=tuple(_write_row(one, words) for one in said), kind="spoken")
    return (b.Heading(3, words.say("spoken")), grid)


def _write_row(said: SpokenFacts, words: Words) -> Row:
    field = words.name_word("column", said.column)
    where = [b.Span(clean_line(said.meeting, MOST_TEXT))]
    if said.note:
        where.append(b.Span(f"\n{clean_line(said.note, MOST_TEXT)}", muted=True))
    return Row(
        cells=(
            words.day(said.said_on),
            words.name_role(said.role),
            (b.Span(clean_line(said.name, MOST_TEXT), strong=True), b.Span(f"\n{field}", muted=True)),
            words.say("spoken.taken_back")
            if said.taken_back
            else (b.Span(_show(said, said.value, words), strong=True),),
            _show_systems(said, words),
            tuple(where),
        ),
        tone="warning" if said.disputed else "neutral",
    )


def _show_systems(said: SpokenFacts, words: Words) -> b.Text:
    if not said.shown:
        return NOTHING
    spans = [b.Span("; ".join(f"{_show(said, value, words)} {source}" for source, value in said.shown))]
    if said.disputed:
        spans += [b.Span("\n"), Chip(words.say("spoken.differs"), tone="warning")]
    return tuple(spans)


def _show(said: SpokenFacts, value: str, words: Words) -> str:
    """A day as the reader writes it; anything else as it stands in the ledger."""
    column = ENTITIES[said.entity].by_name[said.column]
    return words.day(date.fromisoformat(value)) if column.kind is Kind.DAY else clean_line(value, MOST_TEXT)
