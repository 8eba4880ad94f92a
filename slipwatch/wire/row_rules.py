"""Which rows of a source count: subtotals are left out, rows of other streams too."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from slipwatch.errors import RecordError
from slipwatch.wire.declaration import RecordsDeclaration, RowRule
from slipwatch.wire.fields import Fields, fetch_path
from slipwatch.wire.values import write_choice

Accept = Callable[[Any], bool]


def build_filter(declared: RecordsDeclaration, fields: Fields) -> Accept:
    """A function that tells whether a row counts: no `skip` rule holds for it, and every `only` rule does.

    Raises `ContractError` for a field that the source does not have.
    """
    skips = [_build_rule(rule, fields) for rule in declared.skip]
    keeps = [_build_rule(rule, fields) for rule in declared.only]

    def accept(item: Any) -> bool:
        return not any(holds(item) for holds in skips) and all(holds(item) for holds in keeps)

    return accept


def _build_rule(rule: RowRule, fields: Fields) -> Accept:
    fetch = fetch_path(fields.locate(rule.from_, column="rows"))
    wanted = frozenset(word.casefold() for word in rule.equals)
    shape = re.compile(rule.matches) if rule.matches else None

    def holds(item: Any) -> bool:
        text = write_cell(fetch(item))
        if rule.empty:
            return not text
        return bool(shape.search(text)) if shape else text.casefold() in wanted

    return holds


def write_cell(value: Any) -> str:
    """What a rule compares: the text without spaces around it, whole numbers as their digits."""
    if value is None or isinstance(value, str):
        return (value or "").strip()
    try:
        return write_choice(value)
    except RecordError:
        return str(value)
