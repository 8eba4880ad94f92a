"""Everything that was found about one table, put together to a reading: every conclusion with its reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from slipwatch.errors import PermanentError
from slipwatch.inference.assign import Given, assign_columns, is_figure
from slipwatch.inference.column_findings import describe_plain, read_column
from slipwatch.inference.customs import find_customs
from slipwatch.inference.facts import ColumnFacts
from slipwatch.inference.findings import Findings
from slipwatch.inference.keys import KeyGuess, guess_keys
from slipwatch.inference.kinds import KindGuess, KindScore, guess_kind, list_kinds
from slipwatch.inference.money import complete_money
from slipwatch.inference.opening import Opened
from slipwatch.inference.presets import PresetMatch, match_presets
from slipwatch.inference.preview import build_preview
from slipwatch.inference.reading import (
    LEAVE_OUT,
    FileReading,
    OtherSheet,
)
from slipwatch.inference.repeats import find_repeats
from slipwatch.inference.rows import Scan, locate_cells
from slipwatch.inference.tables import TableSketch, list_facts
from slipwatch.inference.words import repair_accents
from slipwatch.wire.workbook import BROKEN

if TYPE_CHECKING:
    from slipwatch.inference.read import Inquiry


def compose_reading(
    opened: Opened,
    sketch: TableSketch,
    inquiry: Inquiry,
    places: Mapping[str, str],
    others: Sequence[OtherSheet],
) -> FileReading:
    """Raises `SourceError` for a table without rows, or one that breaks off."""
    found = Findings(inquiry.asked_as, notices=list(opened.notices))
    preset = match_presets(sketch.header.names, inquiry.presets, form=opened.form, records=sketch.table.records)
    told = preset.repeats if preset and preset.fits else ()
    scan, repeats = find_repeats(sketch, inquiry.lexicon, told=told)
    facts = list_facts(sketch, scan)
    if scan.rows == 0:
        raise PermanentError(
            f"holds a header (row {sketch.guess.rows[-1]}) and no row below it",
            subject=inquiry.path.name, cure="export it again, without the filter that left nothing",
        )  # fmt: skip
    given = _list_given(preset, inquiry.answers)
    kind = guess_kind(facts, inquiry.lexicon, places=places, given=given)
    chosen = _choose_kind(kind, preset, facts, inquiry, given=given, found=found)
    base = _describe_file(opened, sketch, inquiry, scan, others=others, found=found)
    base = _add_preset(base, preset, found)
    if chosen is None:
        columns = tuple(describe_plain(one) for one in facts)
        return _finish(replace(base, columns=columns), sketch, scan, facts, found)
    figures = [one.facts.name for one in chosen.assignments.columns if is_figure(chosen.entity, one.field)]
    customs = find_customs(facts, sketch.list_titles(), figures)
    columns = tuple(
        read_column(one, chosen.entity, customs, repeats, today=inquiry.today, answers=inquiry.answers, found=found)
        for one in chosen.assignments.columns
    )
    keys = _conclude_keys(chosen, scan, inquiry.answers, found, first=preset.keys if preset and preset.fits else ())
    reading = replace(base, kind=chosen.kind, entity=chosen.entity, columns=columns, keys=keys)  # type: ignore[arg-type]  # — kinds.yaml holds the words of Kind
    reading = complete_money(reading, found, inquiry.answers)
    return build_preview(_finish(reading, sketch, scan, facts, found), scan.first, today=inquiry.today)


def _list_given(preset: PresetMatch | None, answers: Mapping[str, str]) -> dict[str, Given]:
    given = dict(preset.given) if preset and preset.fits else {}
    for topic, answer in answers.items():
        if topic.startswith("column/"):
            name = topic.removeprefix("column/")
            given[name] = Given(None if answer == LEAVE_OUT else answer, "as answered", is_answer=True)
    return given


def _choose_kind(
    guess: KindGuess,
    preset: PresetMatch | None,
    facts: Sequence[ColumnFacts],
    inquiry: Inquiry,
    *,
    given: Mapping[str, Given],
    found: Findings,
) -> KindScore | None:
    if inquiry.answers.get("header") == "no":
        found.notices.append("its header is another row: delete the rows above it, and read the file again")
        return None
    told, why = inquiry.answers.get("kind"), "as answered"
    if told is None and preset and preset.fits:
        told, why = preset.preset.kind, f"preset {preset.preset.name}"
    if told is not None and told in list_kinds():
        entity = list_kinds()[told]["entity"]
        found.conclude("kind", told, why)
        return KindScore(told, entity, 0.0, assign_columns(facts, entity, inquiry.lexicon, given), why)
    if guess.best is not None and guess.is_sure:
        found.conclude("kind", guess.best.kind, guess.why)
        return guess.best
    if told is None:
        likely = [one.kind for one in guess.rivals] or list(list_kinds())
        proposed = guess.best.kind if guess.best else None
        text = f"What is one row of {found.file}?"
        found.conclude("kind", proposed or "unknown", guess.why, sure=False)
        found.ask("kind", text, [*likely, *(one for one in list_kinds() if one not in likely)], proposed=proposed,
                  why=guess.why)  # fmt: skip
    return None


def _describe_file(
    opened: Opened,
    sketch: TableSketch,
    inquiry: Inquiry,
    scan: Scan,
    *,
    others: Sequence[OtherSheet],
    found: Findings,
) -> FileReading:
    table, guess = sketch.table, sketch.guess
    if not table.is_document:
        found.conclude("header", list(guess.rows), guess.why, sure=guess.is_sure)
        if not guess.is_sure and "header" not in inquiry.answers:
            names = ", ".join(sketch.header.names[:5])
            found.ask("header", f"Is row {guess.rows[-1]} ({names} …) the header?", ("yes", "no"), why=guess.why)
    if opened.encoding and opened.form == "csv":
        found.conclude("encoding", opened.encoding, "every byte fits it" if "utf" in opened.encoding else "not UTF-8")
    if table.sheet and others:
        found.conclude("sheet", table.sheet, "it looks most like a list")
    if scan.short_rows:
        found.conclude("short_rows", scan.short_rows, "rows that end before the last column: the rest is empty")
        found.notices.append(f"{scan.short_rows} rows end before the last column: what is missing is read as empty")
    return FileReading(
        file=inquiry.path.name, path=inquiry.path, sheet=table.sheet, other_sheets=tuple(others), format=opened.form,
        encoding=opened.encoding if opened.form == "csv" else None, delimiter=opened.delimiter, quote=opened.quote,
        records=table.records, header_rows=() if table.is_document else guess.rows, rows=scan.rows,
        part=inquiry.part, today=inquiry.today, short_rows=scan.short_rows > 0,
    )  # fmt: skip


def _add_preset(reading: FileReading, preset: PresetMatch | None, found: Findings) -> FileReading:
    if preset is None:
        return reading
    title = preset.preset.title
    if preset.fits:
        found.conclude("preset", preset.preset.name, f"{title}: {len(preset.given)} columns, in {preset.language}")
        if preset.preset.note:
            found.notices.append(preset.preset.note)
        return replace(reading, preset=preset.preset.name, preset_missed=preset.missed)
    found.notices.append(
        f"looks like {title}, but the columns {', '.join(preset.missed)} are missing: it was read without the preset"
    )
    return replace(reading, preset_missed=preset.missed)


def _conclude_keys(
    chosen: KindScore, scan: Scan, answers: Mapping[str, str], found: Findings, *, first: Sequence[str] = ()
) -> tuple[str, ...]:
    """`first` is the key that the preset of the program names."""
    if answer := answers.get("keys"):
        names = {one.facts.name for one in chosen.assignments.columns}
        keys = tuple(part for part in (one.strip() for one in answer.split(" + ")) if part in names)
        found.conclude("keys", list(keys), "as answered")
        return keys
    guess: KeyGuess = guess_keys(chosen.assignments, scan.rows, first=first)
    found.conclude("keys", list(guess.columns), guess.why, sure=not guess.asks)
    if guess.asks:
        options = [" + ".join(one) for one in (guess.columns, *guess.options) if one]
        found.ask(
            "keys", f"Which columns of {found.file} together tell its rows apart?", options,
            proposed=options[0] if guess.columns else None, why=guess.why,
        )  # fmt: skip
    return guess.columns


def _finish(
    reading: FileReading, sketch: TableSketch, scan: Scan, facts: Sequence[ColumnFacts], found: Findings
) -> FileReading:
    _find_errors(facts, found)
    if any(map(_has_broken_accents, facts)):
        found.notices.append(
            "accents are broken (Ã©): UTF-8 was taken for another encoding on the way; export it again"
        )
    damaged = list(scan.damaged)
    if found.wanted:
        damaged += locate_cells(sketch.read_lines(), sketch.header, found.wanted, ordinary=sketch.ordinary)
    titles = _list_title_rows(sketch)
    if damaged:
        found.notices.append(f"{len(damaged)} cells cannot be read, and are set aside")
    return replace(
        reading,
        ignored_rows=(*titles, *scan.ignored[:500]),
        damaged=tuple(sorted(damaged, key=lambda one: (one.row, one.column))[:500]),
        inferences=tuple(found.inferences),
        questions=tuple(found.questions),
        notices=tuple(dict.fromkeys(found.notices)),
    )


def _find_errors(facts: Sequence[ColumnFacts], found: Findings) -> None:
    """Cells with an error of the spreadsheet, in any column."""
    for one in facts:
        bad: dict[Any, str] = dict.fromkeys(one.profile.errors, "an error of the spreadsheet")
        if one.profile.kinds["error"]:
            bad[BROKEN] = "an error of the spreadsheet, or a formula that was never calculated"
        if bad:
            found.wanted[one.position] = {**found.wanted.get(one.position, {}), **bad}


def _has_broken_accents(facts: ColumnFacts) -> bool:
    texts = [facts.name, *(text for text, _ in facts.profile.list_texts(200))]
    return any(repair_accents(text) != text for text in texts)


def _list_title_rows(sketch: TableSketch) -> list[Any]:
    from slipwatch.inference.reading import IgnoredRow
    from slipwatch.wire.tables import is_blank

    first = sketch.guess.rows[0]
    rows = []
    for line in sketch.table.read():
        if line.first >= first:
            break
        rows.append(IgnoredRow(row=line.first, why="blank" if is_blank(line.cells or []) else "title"))
    return rows
