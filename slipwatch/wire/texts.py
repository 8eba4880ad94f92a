"""Converters for texts that carry more than their letters: keys with a declared shape, joined parts, names of persons,
amounts with a sign of their unit around them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from slipwatch.model.columns import Kind
from slipwatch.model.records import Value
from slipwatch.wire.values import Converter, Read, Reason, Text, refuse


@dataclass(frozen=True, kw_only=True)
class Code:
    """A number or code with a declared shape: `width` is its exact length, `pattern` a regular expression for all.

    A spreadsheet that opens a file and saves it again writes 4,5E+09 for an order number and drops leading zeros: such
    codes are refused, never repaired, because a repaired key may be another record's.
    """

    kind: ClassVar[Kind] = Kind.TEXT
    width: int | None = None
    pattern: str | None = None
    empty: frozenset[str] = frozenset()

    def build(self) -> Read:
        read_text, width = Text(empty=self.empty).build(), self.width
        shape = re.compile(self.pattern) if self.pattern else None

        def read(value: Any) -> Value:
            code = read_text(value)
            if not isinstance(code, str):
                return None
            if (width is not None and len(code) != width) or (shape is not None and not shape.fullmatch(code)):
                raise refuse(Reason.BAD_KEY, code)
            return code

        return read


@dataclass(frozen=True, kw_only=True)
class Joined:
    """Several values of a record as one text: order and line as 4500031870/10. Empty where one of the parts is.

    It reads the whole record (path `()`); `parts` pair a function that fetches a value with its converter.
    """

    kind: ClassVar[Kind] = Kind.TEXT
    parts: tuple[tuple[Callable[[Any], Any], Converter], ...]
    separator: str = "/"

    def build(self) -> Read:
        reads = tuple((fetch, converter.build()) for fetch, converter in self.parts)
        separator = self.separator

        def read(item: Any) -> Value:
            texts = [None if (raw := fetch(item)) is None else read_part(raw) for fetch, read_part in reads]
            return None if None in texts else separator.join(map(str, texts))

        return read


@dataclass(frozen=True, kw_only=True)
class Fixed:
    """The same text for every record, whatever stands in it."""

    kind: ClassVar[Kind] = Kind.TEXT
    text: str

    def build(self) -> Read:
        text = self.text
        return lambda item: text


@dataclass(frozen=True, kw_only=True)
class Person:
    """A name of a person, replaced by its pseudonym (the same name always gives the same one)."""

    kind: ClassVar[Kind] = Kind.TEXT
    pseudonymise: Callable[[str], str] = field(repr=False)
    empty: frozenset[str] = frozenset()

    def build(self) -> Read:
        read_text, pseudonymise = Text(empty=self.empty).build(), self.pseudonymise

        def read(value: Any) -> Value:
            name = read_text(value)
            return pseudonymise(name) if isinstance(name, str) else None

        return read


@dataclass(frozen=True, kw_only=True)
class Affixed:
    """A value with one declared sign before or after it: `38 950 €`, `12 Stk`. Another sign refuses the record."""

    inner: Converter
    affixes: tuple[str, ...]

    @property
    def kind(self) -> Kind:
        return self.inner.kind

    def build(self) -> Read:
        read_inner, affixes = self.inner.build(), self.affixes

        def read(value: Any) -> Value:
            return read_inner(strip_affix(value.strip(), affixes) if isinstance(value, str) else value)

        return read


def strip_affix(text: str, affixes: tuple[str, ...]) -> str:
    """The text without the first of these signs that stands at its beginning or end."""
    for affix in affixes:
        if text.endswith(affix):
            return text[: -len(affix)].rstrip()
        if text.startswith(affix):
            return text[len(affix) :].lstrip()
    return text
