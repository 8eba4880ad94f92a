"""How a column of days, weeks or moments is read, and what must be asked for that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from slipwatch.errors import RecordError
from slipwatch.inference.customs import Customs, ReadAs
from slipwatch.inference.dates import DateForms, find_date_forms
from slipwatch.inference.facts import ColumnFacts
from slipwatch.inference.reading import ColumnFormat
from slipwatch.model.columns import Column, Kind
from slipwatch.wire.dates import DayFormat, FileDay

WEEK_DAY = "friday"
"""The day that is proposed for a date given as a week: its last working day."""

SET_ASIDE = "set aside"
_CHECKED = 3_000
"""So many values are read one by one to find days that do not exist; of the others, the shape is looked at."""

_INSTANT_FORMS = {"instant": "iso", "iso": "%Y-%m-%d"}


def read_days(
    facts: ColumnFacts, column: Column, customs: Customs, *, today: date | None, answers: Mapping[str, str]
) -> ReadAs:
    empty = tuple(facts.profile.empties)
    if not facts.filled:
        return ReadAs(format=ColumnFormat(kind="date", empty=empty), why="no value yet")
    if facts.is_serials and not facts.native_days and not facts.dates.readable:
        why = "whole numbers of a spreadsheet's days"
        return ReadAs(format=ColumnFormat(kind="date", formats=("serial",), empty=empty), why=why)
    forms, why = _choose_forms(facts, customs, answers)
    found = ReadAs(why=why)
    formats = forms.formats
    if forms.is_ambiguous:
        _ask_order(facts, forms, found)
        formats = ()
    kind, weekday = "date", None
    if forms.weeks:
        kind, weekday = _take_weeks(facts, forms, found, answers)
        formats = (*formats, *(forms.weeks if weekday else ()))
    if column.kind is Kind.INSTANT:
        kind, formats = "instant", tuple(_INSTANT_FORMS.get(form, form) for form in formats)
    found.format = ColumnFormat(kind=kind, formats=formats, weekday=weekday, empty=empty)
    if not forms.is_ambiguous:
        found.damaged = _find_unread(facts, forms, found.format, today)
    return found


def _choose_forms(facts: ColumnFacts, customs: Customs, answers: Mapping[str, str]) -> tuple[DateForms, str]:
    forms = facts.dates
    native = f"{facts.native_days} real dates" if facts.native_days else ""
    if not forms.is_ambiguous:
        return forms, "; ".join(one for one in (native, forms.why) if one)
    if (answer := answers.get(f"format/{facts.name}")) and "%" in answer:
        order = "day" if answer.find("%d") < answer.find("%m") else "month"
        return replace(find_date_forms(facts.profile, prefer=order), rivals=(), conflict=""), "as answered"
    if not forms.conflict and (settled := customs.day_order.get(forms.formats[0][2:3])):
        order, other = settled
        return find_date_forms(facts.profile, prefer=order), f"the {order} stands first, as in “{other}”"
    return forms, forms.why


def _ask_order(facts: ColumnFacts, forms: DateForms, found: ReadAs) -> None:
    example = next((text for text, _ in facts.profile.list_texts()), "")
    choices = tuple(dict.fromkeys((forms.formats[0], *forms.rivals, _swap(forms.formats[0]))))
    why = forms.conflict or "no value is above 12 in either place, and no other column of the file settles it"
    text = f"In “{facts.name}”, which comes first in {example}: the day (%d) or the month (%m)?"
    found.open.append((f"format/{facts.name}", text, choices, None, why))


def _swap(form: str) -> str:
    return form.replace("%d", "\0").replace("%m", "%d").replace("\0", "%m")


def _take_weeks(
    facts: ColumnFacts, forms: DateForms, found: ReadAs, answers: Mapping[str, str]
) -> tuple[str, str | None]:
    """Which day a week stands for is asked: the last working day is proposed where the column holds weeks alone."""
    answer = answers.get(f"format/{facts.name}")
    if answer in ("monday", "friday"):
        return "week", answer
    among = bool(forms.formats or facts.native_days)
    if answer == SET_ASIDE:
        return "date" if among else "week", None
    choices = ("friday", "monday", SET_ASIDE)
    where = " among its days" if among else ""
    text = f"“{facts.name}” holds weeks{where} ({forms.weeks[0]}): which day of the week is meant?"
    proposed = None if among else WEEK_DAY
    found.open.append((f"format/{facts.name}", text, choices, proposed, "a week is seven days"))
    found.why = f"weeks written as {forms.weeks[0]}"
    return ("date", None) if among else ("week", WEEK_DAY)


def _find_unread(facts: ColumnFacts, forms: DateForms, form: ColumnFormat, today: date | None) -> dict[Any, str]:
    """Values that the formats do not read, with the reason."""
    listed = tuple(
        DayFormat(form={"iso": "instant"}.get(one, one) if form.kind == "instant" else one,
                  weekday=form.weekday if "%V" in one else None)  # type: ignore[arg-type]  # — monday or friday
        for one in form.formats
    )  # fmt: skip
    read = FileDay(formats=listed, near=today, empty=frozenset(form.empty)).build()
    unread: dict[Any, str] = {}
    for index, value in enumerate(facts.profile.values):
        if isinstance(value, bool) or value in facts.profile.empties:
            continue
        if index > _CHECKED and _has_read_shape(facts, value):
            continue
        try:
            read(value)
        except RecordError:
            unread[value] = "is no day in the format of this column"
    return unread


def _has_read_shape(facts: ColumnFacts, value: Any) -> bool:
    """Whether the shape of a text is one of dates; real dates always are."""
    shape = facts.profile.find_shape(value) if isinstance(value, str) else None
    return not isinstance(value, str) or (shape is not None and shape.example not in facts.dates.unread)
