"""Shares and hours as people write them: 0.92, 92 %, 3,5 h."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from slipwatch.model.columns import Kind
from slipwatch.model.records import Value
from slipwatch.wire.amounts import compile_number
from slipwatch.wire.values import Read, Reason, refuse

_PERCENT = Decimal("0.01")


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A figure times `factor`; a text with a percent sign is a hundredth, whatever the factor, so that cells typed as
    92 % and cells formatted as percent stand in one column. Refused below 0 and above `most`."""

    kind: ClassVar[Kind] = Kind.RATIO
    factor: Decimal = Decimal(1)
    most: float | None = None
    decimal: str = "."
    group: str = ""
    empty: frozenset[str] = frozenset()

    def build(self) -> Read:
        parse, empty, factor = compile_number(self.decimal, self.group), self.empty | {""}, self.factor
        most = float("inf") if self.most is None else self.most

        def read(value: Any) -> Value:
            times = factor
            if isinstance(value, str):
                text = value.strip()
                if text in empty:
                    return None
                if text.endswith("%"):
                    text, times = text[:-1].rstrip(), _PERCENT
                value = text
            figure = float(parse(value) * times)
            if not 0 <= figure <= most or figure == float("inf"):
                raise refuse(Reason.BAD_NUMBER, value)
            return figure

        return read
