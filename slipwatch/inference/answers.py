"""What a person answered, carried into a reading: the file is read again where an answer concerns it, for the kind of a
file decides its columns, and a column its format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from slipwatch.inference.read import read_answered
from slipwatch.inference.reading import FileReading

_KEPT = 32


def apply_answers(reading: FileReading, answers: Mapping[str, str]) -> FileReading:
    """The reading with these answers, by id of the question; those about other files change nothing."""
    prefix = f"{reading.asked_as}/"
    mine = {key: told for key, told in answers.items() if key.startswith(prefix)}
    if reading.status == "refused" or not mine:
        return reading
    modified = reading.path.stat().st_mtime_ns
    return _read_again(reading.path, modified, reading.today, reading.part, tuple(sorted(mine.items())))


@lru_cache(maxsize=_KEPT)
def _read_again(
    path: Path, modified: int, today: date | None, part: str | None, answers: tuple[tuple[str, str], ...]
) -> FileReading:
    """Read once for each state of the file (when it was `modified`) and each set of answers."""
    return read_answered(path, dict(answers), today=today, part=part)


def leave_out_open(reading: FileReading) -> FileReading:
    """The reading without what is still asked: such columns stay unmapped, and are listed as questions."""
    open_columns = {one.detail for one in reading.questions if one.topic in ("column", "format", "unit")}
    if any(one.topic == "kind" for one in reading.questions):
        return replace(reading, kind="unknown", entity=None)
    columns = tuple(
        replace(one, field=None, why=f"{one.why}; left out until it is answered") if one.name in open_columns else one
        for one in reading.columns
    )
    return replace(reading, columns=columns)
