"""Tables in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def write_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> Iterator[str]:
    """A table and the empty line below it; bars and line ends in cells do no harm."""
    yield "| " + " | ".join(columns) + " |"
    yield "|" + "---|" * len(columns)
    for row in rows:
        yield "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in row) + " |"
    yield ""
