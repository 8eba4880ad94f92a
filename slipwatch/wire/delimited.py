"""Lines of delimited text (CSV): encoding by mark or proof, delimiter and quotation as declared."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path

from slipwatch.errors import ConfigError, PermanentError
from slipwatch.wire.signature import require_contents
from slipwatch.wire.tables import Line

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CHUNK_BYTES = 1 << 20


def check_encoding(name: str) -> None:
    """Raises `ConfigError` for an encoding that does not exist."""
    try:
        codecs.lookup(name)
    except LookupError:
        raise ConfigError(f"there is no encoding {name}", cure="write utf-8 or windows-1252") from None


def find_encoding(path: Path, declared: str | None) -> str:
    """The encoding by the file's mark; else UTF-8 where every byte fits it; else the declared one.

    A text in Windows-1252 with accents is never valid UTF-8, so the proof cannot be wrong. Raises `PermanentError`
    where the text is neither UTF-8 nor anything declared.
    """
    with path.open("rb") as file:
        head = file.read(4)
        for mark, encoding in _MARKS:
            if head.startswith(mark):
                return encoding
        if b"\0" in head and declared and codecs.lookup(declared).name.startswith("utf-16"):
            return declared  # without a mark it would pass for UTF-8 with every other sign a NUL
        decoder, chunk = codecs.getincrementaldecoder("utf-8")(), head
        try:
            while chunk:
                decoder.decode(chunk)
                chunk = file.read(_CHUNK_BYTES)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            if declared is None or codecs.lookup(declared).name in ("utf-8", "utf-8-sig"):
                raise PermanentError(
                    "is not in UTF-8", subject=path.name, cure="declare its `encoding`, such as windows-1252"
                ) from None
            return declared
    return "utf-8"


def read_lines(path: Path, *, delimiter: str, encoding: str | None = None, quote: str = '"') -> Iterator[Line]:
    """The rows of a file with the lines they stand on. A byte that the encoding does not have refuses its row later.

    Raises `PermanentError` for what is no text.
    """
    require_contents(path, "text")
    found = find_encoding(path, encoding)
    with path.open(encoding=found, errors="surrogateescape", newline="") as file:
        reader = csv.reader(file, delimiter=delimiter, quotechar=quote, strict=True)
        while True:
            before = reader.line_num
            cells: list[str] | None = None
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                pass  # the row is damaged: its line is all that can be told
            except UnicodeDecodeError as error:
                raise PermanentError(f"is not in {found}: {error}", subject=path.name) from None
            yield Line(before + 1, reader.line_num, cells)
