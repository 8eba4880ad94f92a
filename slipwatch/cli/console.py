"""The one place that writes to the terminal. What comes from outside is text there, never a control sequence."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from rich.console import Console as RichConsole

Row = Sequence[object]


def _clean(value: object) -> str:
    from slipwatch.document.escape import clean_terminal

    return "–" if value is None else clean_terminal(str(value))


@dataclass
class Console:
    """Writes lines, tables and JSON to `out`, errors and progress to `err`.

    `rich` draws tables where `out` is a terminal; elsewhere they are plain columns, so that other programs can read
    them. Safe to use from several threads.
    """

    out: TextIO
    err: TextIO
    _lock: Lock = field(default_factory=Lock, repr=False)
    _watched: RichConsole | None = field(default=None, repr=False)

    def say(self, text: object = "") -> None:
        """One or more lines of result."""
        self._write(self.out, text)

    def note(self, text: object) -> None:
        """One or more lines beside the result: progress, warnings, where files were written."""
        self._write(self.err, text)

    def silence(self) -> Console:
        """A console that drops results, and still tells notes: for a command that is a step of another one."""
        return Console(io.StringIO(), self.err)

    @contextmanager
    def watch(self, title: str) -> Iterator[None]:
        """A spinner below the notes while something lasts, where somebody watches; elsewhere nothing."""
        if not self.err.isatty():
            yield
            return
        from rich.console import Console as Terminal

        self._watched = Terminal(file=self.err, markup=False, highlight=False)
        try:
            with self._watched.status(title):
                yield
        finally:
            self._watched = None

    @contextmanager
    def count(self, title: str) -> Iterator[Callable[[int, int], None]]:
        """A bar for work of known length, where somebody watches: it is called with what is done, and with how much
        there is."""
        if not self.err.isatty():
            yield lambda _done, _total: None
            return
        from rich.console import Console as Terminal
        from rich.progress import Progress

        with Progress(console=Terminal(file=self.err, markup=False, highlight=False), transient=True) as progress:
            task = progress.add_task(title, total=None)
            yield lambda done, total: progress.update(task, completed=done, total=total)

    def show_json(self, value: Any) -> None:
        """One JSON document, plain ASCII: nothing in it can move a cursor."""
        with self._lock:
            self.out.write(json.dumps(value, indent=2, default=str) + "\n")

    def show_table(self, columns: Sequence[str], rows: Iterable[Row]) -> None:
        """A table; a missing value is a dash."""
        cells = [[_clean(value).replace("\n", " ") for value in row] for row in rows]
        if self.out.isatty():
            self._draw(columns, cells)
        else:
            self._write(self.out, "\n".join(align([list(columns), *cells])))

    def _draw(self, columns: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
        from rich.box import SIMPLE_HEAD
        from rich.console import Console as Terminal
        from rich.table import Table
        from rich.text import Text

        table = Table(*columns, box=SIMPLE_HEAD, pad_edge=False)
        for row in cells:
            table.add_row(*(Text(cell) for cell in row))
        with self._lock:
            Terminal(file=self.out).print(table)

    def _write(self, stream: TextIO, text: object) -> None:
        clean = "\n".join(_clean(line) for line in str(text).split("\n"))
        with self._lock:
            if self._watched is not None and stream is self.err:
                self._watched.print(clean)
                return
            stream.write(clean + "\n")
            stream.flush()


def align(rows: Sequence[Sequence[str]]) -> list[str]:
    """Plain columns, two blanks between them; the last one is not padded."""
    widths = [max(len(row[index]) for row in rows) for index in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
