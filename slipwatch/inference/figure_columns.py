"""How a column of amounts, quantities or shares is read, and what must be asked for that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from slipwatch.inference.customs import Customs, ReadAs
from slipwatch.inference.facts import ColumnFacts
from slipwatch.inference.numbers import NumberForms, find_number_forms
from slipwatch.inference.reading import ColumnFormat
from slipwatch.model.columns import Column, Kind


def read_figures(facts: ColumnFacts, column: Column, customs: Customs, answers: Mapping[str, str]) -> ReadAs:
    forms, why = _choose_marks(facts, customs, answers)
    found = ReadAs(why=why)
    if forms.conflict:
        return ReadAs(refused=f"{forms.conflict}: it is not read")
    if forms.open_mark:
        example = next((text for text, _ in facts.profile.list_texts() if forms.open_mark in text), "")
        text = f"In “{facts.name}”, does “{forms.open_mark}” in {example} mark decimals, or stand between thousands?"
        why = f"every value has three digits after “{forms.open_mark}”, and no other column settles it"
        found.open.append((f"format/{facts.name}", text, ("decimal mark", "between thousands"), None, why))
    kind = "number"
    if column.kind is Kind.RATIO and not column.name.endswith("_hours"):
        kind, found.refused = _judge_share(facts, forms)
    found.format = ColumnFormat(
        kind=kind, decimal=forms.decimal, group=forms.group, empty=tuple(facts.profile.empties), affixes=forms.affixes
    )
    if column.kind in (Kind.MONEY, Kind.QUANTITY):
        _find_unit(facts, column, forms, customs, found)
    found.damaged = dict.fromkeys(_list_no_figures(facts), "is no figure")
    return found


def _choose_marks(facts: ColumnFacts, customs: Customs, answers: Mapping[str, str]) -> tuple[NumberForms, str]:
    forms = facts.numbers
    native = facts.profile.kinds["number"] + facts.profile.kinds["whole"]
    if not forms.open_mark:
        return forms, forms.why or ("numbers of the spreadsheet" if native else "")
    answer = answers.get(f"format/{facts.name}")
    if answer == "decimal mark":
        return replace(forms, decimal=forms.open_mark, open_mark=None), "as answered"
    if answer == "between thousands":
        return replace(forms, group=forms.open_mark, open_mark=None), "as answered"
    if customs.decimal and customs.decimal_in != facts.name:
        settled = find_number_forms(facts.profile, decimal=customs.decimal)
        return settled, f"the decimal mark is “{customs.decimal}”, as in “{customs.decimal_in}”"
    return forms, forms.why


def _judge_share(facts: ColumnFacts, forms: NumberForms) -> tuple[str, str]:
    """`percent` where the figures go up to 100, `number` where they are shares of 1; and why it cannot be read."""
    values = [_to_float(value, forms) for value in facts.profile.values if value not in facts.profile.empties]
    largest = max((abs(one) for one in values if one is not None), default=0.0)
    if forms.percent:
        return "percent", ""
    if largest > 100:
        return "number", f"{largest:g} is no share"
    return ("percent" if largest > 1 else "number"), ""


def _to_float(value: Any, forms: NumberForms) -> float | None:
    if isinstance(value, int | float):
        return float(value)
    text = str(value).replace("%", "").strip()
    if forms.group:
        text = text.replace(forms.group, "")
    try:
        return float(text.replace(forms.decimal or ".", "."))
    except ValueError:
        return None


def _find_unit(facts: ColumnFacts, column: Column, forms: NumberForms, customs: Customs, found: ReadAs) -> None:
    factor, unit = facts.units
    found.unit_factor = factor or forms.factor
    if column.kind is Kind.MONEY:
        found.unit = unit or forms.unit
        if not found.unit_factor and customs.factor:
            found.unit_factor = customs.factor
            found.why = f"{found.why}; a title above says so".lstrip("; ")
        found.unit = found.unit or customs.unit
    elif forms.affixes:
        if len(forms.affixes) > 1:
            found.refused = f"quantities in {' and in '.join(forms.affixes)} stand in one column"
        found.unit = forms.affixes[0]


def _list_no_figures(facts: ColumnFacts) -> Iterator[Any]:
    """Texts without a digit in a column of figures."""
    for text, _ in facts.profile.list_texts():
        if not any(sign.isdigit() for sign in text):
            yield text
