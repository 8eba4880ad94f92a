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
from itertools import islice
from typing import Any

from slipwatch.inference.words import load_list
from slipwatch.wire.patterns import MONTH_NAMES
from slipwatch.wire.workbook import BROKEN

MOST_VALUES = 20_000
"""So many different values of a column are remembered."""

_MOST_SHAPES = 400
_DIGITS = str.maketrans("012345678", "999999999")
_LONGEST_SHAPE = 40
_LONGEST_EMPTY = 16
_PROSE = 10_000
"""After so many texts of which hardly any can be a date or a figure, a column is one of words."""

_LONG = 100_000
"""A column of so many rows that has one value, empty cells or decimals is part of no key."""

_NUMBERS = re.compile(r"[0-9]{1,9}").findall
WEEKDAY_WORDS = frozenset(
    ("mon", "tue", "tues", "wed", "thu", "thur", "thurs", "fri", "sat", "sun", "monday", "tuesday", "wednesday",
     "thursday", "friday", "saturday", "sunday", "lun", "mar", "mer", "jeu", "ven", "sam", "dim", "lundi", "mardi",
     "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "mo", "di", "mi", "do", "fr", "sa", "so", "montag",
     "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag")
)  # fmt: skip
"""Names of weekdays that may stand before a date."""

_DATE_WORDS = MONTH_NAMES | WEEKDAY_WORDS | frozenset(
    ("kw", "s", "w", "sem", "semaine", "week", "wk", "cw", "t", "z", "am", "pm", "a", "p", "m", "e", "eur", "usd",
     "chf", "gbp", "k", "teur", "keur", "et", "no", "er")
)  # fmt: skip
"""Words beside the figures of a date, a week or an amount."""

ROUNDED = re.compile(r"\d(?:[.,]\d+)?E\+?\d{1,2}", re.IGNORECASE)
"""How a spreadsheet writes a long number that it has rounded: 4,5E+09."""


@dataclass
class Shape:
    """Texts of one shape: how many, and one of them; where they may be dates or figures (`is_tracked`), also the
    largest and smallest of each number in them, and how many begin with 0."""

    count: int = 0
    example: str = ""
    is_tracked: bool = False
    largest: list[int] = field(default_factory=list)
    smallest: list[int] = field(default_factory=list)
    leading_zeros: int = 0

    @classmethod
    def open(cls, shape: str, example: str) -> Shape:
        words = re.findall(r"[^\W\d_]+", shape)
        is_tracked = "9" in shape and all(word.casefold() in _DATE_WORDS for word in words)
        return cls(example=example, is_tracked=is_tracked)

    def track(self, text: str, count: int) -> None:
        numbers = [int(digits) for digits in _NUMBERS(text)]
        if self.largest:
            self.largest = list(map(max, self.largest, numbers))
            self.smallest = list(map(min, self.smallest, numbers))
        else:
            self.largest, self.smallest = numbers, numbers
        if text[0] == "0":
            self.leading_zeros += count


@dataclass
class Profile:
    """`kinds` counts cells by what they are: text, number, whole, date, instant, flag, error, blank. `hashes` has one
    number per row, for the search of keys; it is empty once the column is known to hold no key."""

    kinds: Counter[str] = field(default_factory=Counter)
    values: Counter[Any] = field(default_factory=Counter)
    shapes: dict[str, Shape] = field(default_factory=dict)
    other_shapes: int = 0
    lengths: dict[int, int] = field(default_factory=dict)
    hashes: array[int] = field(default_factory=lambda: array("q"))
    empties: Counter[str] = field(default_factory=Counter)
    overflows: bool = False
    smallest: float | None = None
    largest: float | None = None
    longest: int = 0
    is_prose: bool = False
    holds_no_key: bool = False
    rounded: set[str] = field(default_factory=set)
    errors: set[str] = field(default_factory=set)

    @property
    def filled(self) -> int:
        """Cells with a value; errors and words such as n/a are none."""
        return self.kinds.total() - self.kinds["blank"] - self.kinds["error"] - self.kinds["no value"]

    @property
    def distinct(self) -> int:
        return len(self.values)

    def add(self, cells: Sequence[Any]) -> None:
        """The cells of some rows, top down."""
        texts: dict[str, int] = {}
        for value, count in Counter(cells).items():
            if type(value) is str:
                text = value.strip()
                texts[text] = texts.get(text, 0) + count
            else:
                self._add_typed(value, count)
        if texts:
            self._add_texts(texts)
        self._add_hashes(cells)

    def _add_hashes(self, cells: Sequence[Any]) -> None:
        """One number per row, until a long column is known to be part of no key."""
        if self.holds_no_key:
            return
        self.hashes.extend(map(hash, cells))
        rows = len(self.hashes)
        if rows > _LONG and (len(self.values) <= 1 or self.kinds["blank"] > 0.05 * rows or self._shows_decimals()):
            self.holds_no_key, self.hashes = True, array("q")

    def _shows_decimals(self) -> bool:
        return self.kinds["number"] > 0 or any(re.fullmatch(r"9+[.,]9{1,2}", shape) for shape in self.shapes)

    def _add_typed(self, value: Any, count: int) -> None:
        kind = _KINDS.get(type(value))
        if kind is None:
            self.kinds["blank" if value is None else "error" if value is BROKEN else "other"] += count
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

    def _add_texts(self, texts: dict[str, int]) -> None:
        self.kinds["blank"] += texts.pop("", 0)
        for text in [text for text in texts if len(text) < _LONGEST_EMPTY and text.casefold() in load_list("empty")]:
            count = texts.pop(text)
            self._remember(text, count)
            self.kinds["no value"] += count
            self.empties[text] += count
        self.kinds["text"] += sum(texts.values())
        self.longest = max(self.longest, *map(len, texts), 0)
        for text, count in texts.items():
            self._remember(text, count)
            if "+" in text or text[0] == "#":
                self._suspect(text)
        if self.is_prose:
            self.other_shapes += sum(texts.values())
        else:
            self._add_shapes(texts)

    def _suspect(self, text: str) -> None:
        """Keep what a spreadsheet has spoilt, however many other values there are."""
        if ROUNDED.fullmatch(text):
            self.rounded.add(text)
        elif text.casefold() in load_list("errors"):
            self.errors.add(text)

    def _add_shapes(self, texts: dict[str, int]) -> None:
        shapes, lengths, others = self.shapes, self.lengths, 0
        for text, count in texts.items():
            length = len(text)
            if length > _LONGEST_SHAPE:
                others += count
                continue
            lengths[length] = lengths.get(length, 0) + count
            key = text.translate(_DIGITS)
            shape = shapes.get(key)
            if shape is None:
                if len(shapes) >= _MOST_SHAPES:
                    others += count
                    continue
                shape = shapes[key] = Shape.open(key, text)
            shape.count += count
            if shape.is_tracked:
                shape.track(text, count)
        self.other_shapes += others
        tracked = sum(shape.count for shape in shapes.values() if shape.is_tracked)
        self.is_prose = self.kinds["text"] > _PROSE and tracked < 0.02 * self.kinds["text"]

    def _remember(self, value: Any, count: int) -> None:
        known = self.values
        if value in known:
            known[value] += count
        elif len(known) < MOST_VALUES:
            known[value] = count
        else:
            self.overflows = True

    def find_shape(self, text: str) -> Shape | None:
        return self.shapes.get(text.translate(_DIGITS))

    def list_texts(self, most: int = 2_000) -> list[tuple[str, int]]:
        """Texts that are not words for no value, in the order in which they came, with their number."""
        found = (
            (value, count) for value, count in self.values.items() if type(value) is str and value not in self.empties
        )
        return list(islice(found, most))


_KINDS: dict[type, str] = {
    str: "text", float: "number", int: "whole", bool: "flag", date: "date", datetime: "instant",
}  # fmt: skip
