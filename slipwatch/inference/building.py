"""From one reading and the answers of a person to the options with which the files connector reads that file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slipwatch.inference.answers import apply_answers, leave_out_open
from slipwatch.inference.reading import FileReading
from slipwatch.inference.streams import draft_stream


def build_source(reading: FileReading, answers: Mapping[str, str] | None = None, *, base: str = ".") -> dict[str, Any]:
    """An entry of sources.yaml whose one stream reads the file exactly as it was interpreted; what is still asked stays
    out. Values come with their reasons (`settings.commented`): `strip_notes` takes them off, `write_commented` writes
    them as comments. `base` is the folder as the configuration names it.

    Raises `LookupError` with the sentence to show where no stream can be made of the file.
    """
    told = leave_out_open(apply_answers(reading, answers or {}))
    if told.status == "refused" or told.entity is None:
        raise LookupError(told.error or f"it is not clear what one row of {told.file} is")
    if not told.keys:
        raise LookupError(f"no columns tell the rows of {told.file} apart")
    stream = draft_stream([told])
    return {"type": "files", "name": told.file, "options": {"folder": base, "streams": [dict(stream.options)]}}
