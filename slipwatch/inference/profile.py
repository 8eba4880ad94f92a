"""What all cells of one column have in common, gathered in one pass within bounded memory.

Texts are counted by value as long as there are not too many, and always by shape: digits as 9. So formats, marks and
widths are judged on every row of a file, however long it is.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from slipwatch.inference.words import load_list
from slipwatch.wire.workbook import BROKEN

MOST_VALUES = 30_000
"""So many different values of a column are remembered."""

_MOST_SHAPES = 400
_DIGITS = str.maketrans("012345678", "999999999")
_LONGEST_SHAPE = 40

ROUNDED = re.compile(r"\d(?:[.,]\d+)?E\+?\d{1,2}", re.IGNORECASE)
"""How a spreadsheet writes a long number that it has rounded: 4,5E+09."""


@dataclass
class Shape:
    """Texts of one shape: how many, one of them, and the largest of each of its numbers in turn."""

    count: int = 0
    example: str = ""
    largest: list[int] = field(default_factory=list)
    smallest: list[int] = field(default_factory=list)
    leading_zeros: int = 0

    def add(self, text: str, count: int) -> None:
        self.count += count
        self.example = self.example or text
        numbers = [int(digits) for digits in re.findall(r"[0-9]{1,9}", text)]
        if not self.largest:
            self.largest, self.smallest = list(numbers), list(numbers)
        self.largest = list(map(max, self.largest, numbers))
        self.smallest = list(map(min, self.smallest, numbers))
        self.leading_zeros += count if text.startswith("0") else 0


@dataclass
class Profile:
    """`kinds` counts cells by what they are: text, number, whole, date, instant, flag, error, blank. `hashes` has one
    number per row, for the search of keys; it is empty once the column is known to hold no key."""

    kinds: Counter[str] = field(default_factory=Counter)
    values: Counter[Any] = field(default_factory=Counter)
    shapes: dict[str, Shape] = field(default_factory=dict)
    other_shapes: int = 0
    lengths: Counter[int] = field(default_factory=Counter)
    hashes: array[int] = field(default_factory=lambda: array("q"))
    empties: Counter[str] = field(default_factory=Counter)
    overflows: bool = False
    smallest: float | None = None
    largest: float | None = None
    longest: int = 0

    @property
    def filled(self) -> int:
        """Cells with a value; errors and words such as n/a are none."""
        return self.kinds.total() - self.kinds["blank"] - self.kinds["error"] - self.kinds["no value"]

    @property
    def distinct(self) -> int:
        return len(self.values)

    def add(self, cells: Sequence[Any]) -> None:
        """The cells of some rows, top down."""
        counted = Counter(cells)
        for value, count in counted.items():
            self._add_value(value, count)
        self.hashes.extend(map(hash, cells))

    def _add_value(self, value: Any, count: int) -> None:
        kind = _KINDS.get(type(value))
        if kind is None:
            self.kinds["blank" if value is None else "error" if value is BROKEN else "other"] += count
            return
        if kind == "text":
            self._add_text(value, count)
            return
        if kind == "number" and value == int(value):
            kind = "whole"
        if kind == "instant" and not (value.hour or value.minute or value.second):
            kind = "date"
        if kind in ("number", "whole"):
            self.smallest = value if self.smallest is None else min(self.smallest, value)
            self.largest = value if self.largest is None else max(self.largest, value)
        self.kinds[kind] += count
        self._remember(value, count)

    def _add_text(self, value: str, count: int) -> None:
        text = value.strip()
        if not text:
            self.kinds["blank"] += count
            return
        self._remember(text, count)
        if text.casefold() in load_list("empty"):
            self.kinds["no value"] += count
            self.empties[text] += count
            return
        self.kinds["text"] += count
        self.longest = max(self.longest, len(text))
        if len(text) > _LONGEST_SHAPE:
            self.other_shapes += count
            return
        self.lengths[len(text)] += count
        shape = text.translate(_DIGITS)
        if shape in self.shapes or len(self.shapes) < _MOST_SHAPES:
            self.shapes.setdefault(shape, Shape()).add(text, count)
        else:
            self.other_shapes += count

    def _remember(self, value: Any, count: int) -> None:
        if value in self.values or len(self.values) < MOST_VALUES:
            self.values[value] += count
        else:
            self.overflows = True

    def list_texts(self) -> list[tuple[str, int]]:
        """The texts that are not words for no value, most frequent first."""
        return [
            (value, count)
            for value, count in self.values.most_common()
            if isinstance(value, str) and value not in self.empties
        ]


_KINDS: dict[type, str] = {
    str: "text", float: "number", int: "whole", bool: "flag", date: "date", datetime: "instant",
}  # fmt: skip
