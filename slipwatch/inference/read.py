"""From a path to what the file is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from slipwatch.inference.reading import FileReading, refuse_file


def read_file(path: Path, *, presets: Sequence[Any] = (), today: date | None = None) -> FileReading:
    """Read an unknown file as it is. It never raises for what stands in the file: a refused reading says why.

    `presets` are tried before anything is inferred (`load_presets`); `today` is the day around which weeks without a
    year are sought, without it they are a question.
    """
    if not path.is_file():
        return refuse_file(path, "is no file", "give the path of a file")
    return FileReading(file=path.name, path=path)
