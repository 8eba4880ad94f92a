"""One column of a reading: what it is and how it is read, each with its reason, or the question that must be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from slipwatch.inference.assign import Assignment
from slipwatch.inference.customs import Customs, ReadAs
from slipwatch.inference.facts import ColumnFacts
from slipwatch.inference.findings import Findings
from slipwatch.inference.reading import LEAVE_OUT, ColumnGuess
from slipwatch.inference.repeats import Repeats
from slipwatch.inference.values import read_as
from slipwatch.inference.word_columns import tell_rounded


def describe_plain(facts: ColumnFacts, why: str = "") -> ColumnGuess:
    return ColumnGuess(
        name=facts.name, position=facts.position, filled=facts.filled, distinct=facts.profile.distinct,
        values=facts.list_values(), why=why,
    )  # fmt: skip


def read_column(
    one: Assignment,
    entity: str,
    customs: Customs,
    repeats: Repeats,
    *,
    today: date | None,
    answers: Mapping[str, str],
    found: Findings,
) -> ColumnGuess:
    facts, plain = one.facts, describe_plain(one.facts, one.why)
    if one.asks:
        _ask_column(one, found)
        return replace(plain, sure=False)
    if one.field is None or one.is_key:
        if one.is_key and facts.rounded:
            _note_rounded(facts, found)
        if one.why not in ("no known name", ""):
            found.conclude(f"columns.{facts.name}", None, one.why)
        return plain
    read = read_as(one, entity, customs, today=today, answers=answers)
    if read.refused:
        found.conclude(f"columns.{facts.name}", None, read.refused)
        found.notices.append(f"“{facts.name}” is left out: {read.refused}")
        return replace(plain, why=read.refused)
    return _conclude_column(one, plain, read, repeats, found)


def _conclude_column(
    one: Assignment, plain: ColumnGuess, read: ReadAs, repeats: Repeats, found: Findings
) -> ColumnGuess:
    name = one.facts.name
    target = read.becomes or one.field
    found.conclude(f"columns.{name}", target, one.why)
    for topic, text, choices, proposed, why in read.open:
        found.ask(topic, text, choices, proposed=proposed, why=why)
    is_open = any(topic.startswith("format/") for topic, *_ in read.open)
    if read.format and (read.format.kind != "text" or read.choices):
        found.conclude(f"formats.{name}", read.format.as_json(), read.why or "as its values show", sure=not is_open)
    if read.unit_factor or read.unit:
        found.conclude(f"units.{name}", [read.unit_factor, read.unit], "stands in the header, the title or the cells")
    found.notices += read.notices
    as_above = name in repeats.columns
    if as_above:
        found.conclude(f"as_above.{name}", value=True, why=repeats.columns[name])
    if read.damaged:
        found.wanted[one.facts.position] = read.damaged
    return replace(
        plain, field=target, format=read.format, unit_factor=read.unit_factor, unit=read.unit, choices=read.choices,
        width=read.width, as_above=as_above, why="; ".join(part for part in (one.why, read.why) if part),
        sure=not is_open,
    )  # fmt: skip


def _note_rounded(facts: ColumnFacts, found: Findings) -> None:
    found.wanted[facts.position] = dict.fromkeys(facts.rounded, "a spreadsheet rounded the number")
    found.notices.append(tell_rounded(facts))


def _ask_column(one: Assignment, found: Findings) -> None:
    name = one.facts.name
    found.conclude(f"columns.{name}", list(one.options), one.why, sure=False)
    examples = ", ".join(text for text, _ in one.facts.list_values(3))
    proposed = one.options[0] if len(one.options) == 1 and "may both" not in one.why else None
    found.ask(
        f"column/{name}", f"What is “{name}” ({examples})?", [*one.options, LEAVE_OUT], proposed=proposed, why=one.why
    )
