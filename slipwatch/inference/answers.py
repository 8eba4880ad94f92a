"""What a person answered, carried into a reading: the file is read again where an answer concerns it, for the kind of a
file decides its columns, and a column its format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from slipwatch.inference.presets import Preset
from slipwatch.inference.read import read_answered
from slipwatch.inference.reading import FileReading


def apply_answers(
    reading: FileReading, answers: Mapping[str, str], *, presets: Sequence[Preset] | None = None
) -> FileReading:
    """The reading with these answers, by id of the question; those about other files change nothing."""
    prefix = f"{reading.asked_as}/"
    mine = {key: told for key, told in answers.items() if key.startswith(prefix)}
    if reading.status == "refused" or not mine:
        return reading
    return read_answered(reading.path, mine, presets=presets, today=reading.today, part=reading.part)


def leave_out_open(reading: FileReading) -> FileReading:
    """The reading without what is still asked: such columns stay unmapped, and are listed as questions."""
    open_columns = {one.detail for one in reading.questions if one.topic in ("column", "format", "unit")}
    topics = {one.topic for one in reading.questions}
    if "kind" in topics or "header" in topics:
        return replace(reading, kind="unknown", entity=None)
    columns = tuple(
        replace(one, field=None, why=f"{one.why}; left out until it is answered") if one.name in open_columns else one
        for one in reading.columns
    )
    return replace(reading, columns=columns, keys=() if "keys" in topics else reading.keys)
