"""Strict converters from a source's value to a canonical one: nothing is guessed, what cannot be read is refused.

Each converter is a frozen description with the `kind` of its result; `build()` compiles it to a function of one value.
That function is never called with None, returns None for an empty value and raises `RecordError` whose message is a
`Reason`. It keeps nothing between calls: what repeats on a page is read once, and a page that holds a bad record twice.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar, Protocol

from slipwatch.errors import RecordError
from slipwatch.model.columns import Kind
from slipwatch.model.records import Value

Read = Callable[[Any], Value]


class Reason(StrEnum):
    """Why a record was set aside; the words are stable, because they are counted over time."""

    MISSING_KEY = "missing_key"
    MISSING_VALUE = "missing_value"
    BAD_KEY = "bad_key"
    DUPLICATE_KEY = "duplicate_key"
    BAD_ROW = "bad_row"
    BAD_TEXT = "bad_text"
    BAD_DATE = "bad_date"
    BAD_INSTANT = "bad_instant"
    BAD_NUMBER = "bad_number"
    UNKNOWN_CHOICE = "unknown_choice"
    WRONG_TYPE = "wrong_type"


def refuse(reason: Reason, value: object) -> RecordError:
    """The error for a value that cannot be read; whoever catches it adds key and column."""
    return RecordError(reason, excerpt=value if isinstance(value, str) else repr(value))


class Converter(Protocol):
    """Anything with a `kind` and a `build`: a source may bring its own."""

    @property
    def kind(self) -> Kind: ...

    def build(self) -> Read: ...


@dataclass(frozen=True, kw_only=True)
class Text:
    """Text, stripped; a whole number becomes its digits (a workbook turns order numbers into floats).

    Characters that no database keeps (NUL, lone surrogates) refuse the record.
    """

    kind: ClassVar[Kind] = Kind.TEXT
    empty: frozenset[str] = frozenset()

    def build(self) -> Read:
        empty = self.empty | {""}

        def read(value: Any) -> Value:
            text = (value if isinstance(value, str) else write_number(value)).strip()
            if not text.isprintable() and _UNSTORABLE.search(text):
                raise refuse(Reason.BAD_TEXT, ascii(value))
            return None if text in empty else text

        return read

    def build_texts(self) -> Callable[[Sequence[str]], list[Value]]:
        """The same for many texts."""
        read, empty = self.build(), self.empty | {""}

        def read_texts(values: Sequence[str]) -> list[Value]:
            texts: list[Value] = [value.strip() for value in values]
            plain = "".join(values).isprintable() and empty.isdisjoint(texts)
            return texts if plain else list(map(read, values))

        return read_texts


_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def write_number(value: object) -> str:
    """The digits of a number as people write them: 4500031870.0 is 4500031870. Raises `RecordError` for other types."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, float) and math.isfinite(value):
        return str(int(value)) if value == int(value) and abs(value) < 2**53 else repr(value)
    if isinstance(value, Decimal) and value.is_finite() and math.isfinite(value):
        return format(value.to_integral_value() if value == value.to_integral_value() else value, "f")
    raise refuse(Reason.WRONG_TYPE, value)


@dataclass(frozen=True, kw_only=True)
class Reference(Text):
    """Label or source id of another record: read as `Text`, bound later."""

    kind: ClassVar[Kind] = Kind.REFERENCE


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A word of a closed vocabulary. `words` maps what the source writes, in any case, to ours."""

    kind: ClassVar[Kind] = Kind.TEXT
    words: Mapping[str, str | None] = field(default_factory=dict)
    empty: frozenset[str] = frozenset()

    def build(self) -> Read:
        words: dict[str, str | None] = {word.casefold(): ours for word, ours in self.words.items()}
        words |= dict.fromkeys((*(word.casefold() for word in self.empty), ""))

        def read(value: Any) -> Value:
            text = value if isinstance(value, str) else write_choice(value)
            try:
                return words[text.strip().casefold()]
            except KeyError:
                raise refuse(Reason.UNKNOWN_CHOICE, text) from None

        return read


def write_choice(value: object) -> str:
    """A flag is `true` or `false`, a number its digits: so that both can stand in a vocabulary."""
    return str(value).lower() if isinstance(value, bool) else write_number(value)


_YES = frozenset({"true", "1", "yes", "y", "x"})
_NO = frozenset({"false", "0", "no", "n"})


@dataclass(frozen=True, kw_only=True)
class Flag:
    """True or false. `yes` and `no` are what the source writes, in any case; all else is refused."""

    kind: ClassVar[Kind] = Kind.FLAG
    yes: frozenset[str] = _YES
    no: frozenset[str] = _NO
    empty: frozenset[str] = frozenset()

    def build(self) -> Read:
        words: dict[str, bool | None] = dict.fromkeys((*(word.casefold() for word in self.empty), ""))
        words |= dict.fromkeys((word.casefold() for word in self.no), False)
        words |= dict.fromkeys((word.casefold() for word in self.yes), True)

        def read(value: Any) -> Value:
            if isinstance(value, bool):
                return value
            text = value if isinstance(value, str) else write_number(value)
            try:
                return words[text.strip().casefold()]
            except KeyError:
                raise refuse(Reason.UNKNOWN_CHOICE, text) from None

        return read
