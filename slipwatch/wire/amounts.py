"""Strict converters for money, quantities, counts and shares: decimal mark and grouping are declared, never guessed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, ClassVar

from slipwatch.model.columns import MONEY_SCALE, QUANTITY_SCALE, Kind
from slipwatch.model.records import Value
from slipwatch.wire.days import remember
from slipwatch.wire.values import Read, Reason, refuse

MOST_SCALED = 2**63 - 1

_REMEMBERED = frozenset({str, int})
"""Types whose equal values are written alike; 1.0 and true equal 1, but are read otherwise."""


@dataclass(frozen=True, kw_only=True)
class _Amount:
    """`decimal` is the decimal mark, `group` the sign between thousands ("" for none; a space stands for every space
    of typography); `times` multiplies what the source states (1000 for a column in thousands). Finer digits than are
    stored are rounded half to even; NaN, infinities and what is too large to be stored are refused.
    """

    decimal: str = "."
    group: str = ""
    times: Decimal = Decimal(1)
    empty: frozenset[str] = frozenset()

    def build_scaled(self, scale: int) -> Read:
        step, most, times = Decimal(1) / scale, Decimal(MOST_SCALED) / scale, self.times
        parse, empty = compile_number(self.decimal, self.group), self.empty | {""}

        def read(value: Any) -> Value:
            if isinstance(value, str) and value.strip() in empty:
                return None
            number = parse(value) * times
            if abs(number) > most:
                raise refuse(Reason.BAD_NUMBER, value)
            return number.quantize(step, ROUND_HALF_EVEN)

        read_known = remember(read)
        return lambda value: read_known(value) if type(value) in _REMEMBERED else read(value)


@dataclass(frozen=True, kw_only=True)
class Money(_Amount):
    """An amount of money as Decimal; its currency is another column or the field's `unit`."""

    kind: ClassVar[Kind] = Kind.MONEY

    def build(self) -> Read:
        return self.build_scaled(MONEY_SCALE)


@dataclass(frozen=True, kw_only=True)
class Quantity(_Amount):
    """A quantity as Decimal; its unit is another column or the field's `unit`."""

    kind: ClassVar[Kind] = Kind.QUANTITY

    def build(self) -> Read:
        return self.build_scaled(QUANTITY_SCALE)


@dataclass(frozen=True, kw_only=True)
class Integer:
    """A whole number; 3.0 is one, 3.5 is refused."""

    kind: ClassVar[Kind] = Kind.INTEGER
    decimal: str = "."
    group: str = ""
    empty: frozenset[str] = frozenset()

    def build(self) -> Read:
        parse, empty = compile_number(self.decimal, self.group), self.empty | {""}

        def read(value: Any) -> Value:
            if isinstance(value, str) and value.strip() in empty:
                return None
            number = parse(value)
            if number != number.to_integral_value() or abs(number) > MOST_SCALED:
                raise refuse(Reason.BAD_NUMBER, value)
            return int(number)

        return read


@dataclass(frozen=True, kw_only=True)
class Ratio:
    """A floating-point figure: hours as they are, or a share with `per=100` for percent and `most=1`.

    A percent sign is accepted where `per` is 100. Figures below `least` or above `most`, after division, are refused.
    """

    kind: ClassVar[Kind] = Kind.RATIO
    per: int = 1
    least: float = 0.0
    most: float | None = None
    decimal: str = "."
    group: str = ""
    empty: frozenset[str] = frozenset()

    def build(self) -> Read:
        parse, empty = compile_number(self.decimal, self.group), self.empty | {""}
        per, least, most = self.per, self.least, float("inf") if self.most is None else self.most

        def read(value: Any) -> Value:
            if isinstance(value, str):
                value = value.strip().removesuffix("%").rstrip() if per == 100 else value.strip()
                if value in empty:
                    return None
            number = value if type(value) is float else float(parse(value))
            share = number / per
            if not least <= share <= most or share == float("inf"):
                raise refuse(Reason.BAD_NUMBER, value)
            return share

        return read


SHARE = Ratio(most=1.0)
PERCENT = Ratio(per=100, most=1.0)

_SPACES = re.compile("[ \u00a0\u2009\u202f]")


def compile_number(decimal: str, group: str) -> Callable[[Any], Decimal]:
    """A function from a number, or a text with these marks, to a finite Decimal. It raises `RecordError`.

    Thousands must be grouped by three, or not at all: 1.234 with `.` as the group is 1234, 1.23 is refused.
    """
    mark, space = re.escape(decimal), group.isspace()
    groups = rf"\d{{1,3}}(?:{re.escape(' ' if space else group)}\d{{3}})+|" if group else ""
    shape = re.compile(rf"(?:{groups}\d+)(?:{mark}\d+)?|{mark}\d+", re.ASCII)

    def parse_text(text: str) -> Decimal | None:
        text = _SPACES.sub(" ", text.strip()) if space else text.strip()
        sign, digits = ("-", text[1:].lstrip()) if text[:1] in ("-", "−") else ("", text.removeprefix("+"))
        if digits.endswith("-") and not sign:
            sign, digits = "-", digits[:-1].rstrip()
        if not shape.fullmatch(digits):
            return None
        plain = digits.replace(" " if space else group, "") if group else digits
        return Decimal(sign + plain.replace(decimal, "."))

    def parse(value: Any) -> Decimal:
        number = parse_text(value) if isinstance(value, str) else take_number(value)
        if number is None or not number.is_finite():
            raise refuse(Reason.BAD_NUMBER, value)
        return number

    return parse


def take_number(value: object) -> Decimal | None:
    """A native number as Decimal (a float by its shortest digits); None for a flag and for anything else."""
    if isinstance(value, Decimal):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(str(value))
    return None
