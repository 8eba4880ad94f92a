"""How each proposed column is read: formats, marks, units and vocabularies; and what must be asked for that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from slipwatch.errors import RecordError
from slipwatch.inference.assign import Assignment, find_canonical
from slipwatch.inference.dates import DateForms, find_date_forms
from slipwatch.inference.facts import VOCABULARIES, ColumnFacts
from slipwatch.inference.numbers import NumberForms, find_number_forms
from slipwatch.inference.reading import ColumnFormat
from slipwatch.inference.words import load_vocabulary
from slipwatch.model.columns import Column, Kind
from slipwatch.wire.dates import DayFormat, FileDay

WEEK_DAY = "friday"
"""The day that is proposed for a date given as a week: its last working day."""

SET_ASIDE = "set aside"
_CHECKED = 3_000
"""So many values are read one by one to find days that do not exist; of the others, the shape is looked at."""

_INSTANT_FORMS = {"instant": "iso", "iso": "%Y-%m-%d"}


@dataclass(frozen=True)
class Customs:
    """What the columns of a file have in common, as their program writes it: which of two numbers of a date is the day
    (by separator), the decimal mark, and the column each was seen in. `factor` and `unit` stand in the titles."""

    day_order: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    decimal: str | None = None
    decimal_in: str = ""
    factor: int | None = None
    unit: str | None = None


@dataclass
class ReadAs:
    """How a column is read. `open` tells what must be asked before it can be: topic, text, choices, proposed, why."""

    format: ColumnFormat | None = None
    unit_factor: int | None = None
    unit: str | None = None
    choices: tuple[tuple[str, str | bool | None], ...] = ()
    width: int | None = None
    why: str = ""
    refused: str = ""
    becomes: str | None = None
    open: list[tuple[str, str, tuple[str, ...], str | None, str]] = field(default_factory=list)
    damaged: dict[Any, str] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)


def find_customs(columns: Sequence[ColumnFacts], titles: Sequence[str]) -> Customs:
    """What is settled beyond doubt by the values of some column holds for the columns beside it."""
    orders: dict[str, set[tuple[str, str]]] = {}
    for facts in columns:
        if facts.is_days and facts.dates.family and not facts.dates.is_ambiguous:
            form = facts.dates.formats[0]
            orders.setdefault(form[2:3], set()).add((facts.dates.family, facts.name))
    settled = {
        sign: min(found, key=lambda one: one[1])
        for sign, found in orders.items()
        if len({one for one, _ in found}) == 1
    }
    marks = {facts.numbers.decimal: facts.name for facts in columns if facts.is_figures and facts.numbers.decimal}
    decimal = next(iter(marks)) if len(marks) == 1 else None
    factor, unit = _find_title_units(titles)
    return Customs(settled, decimal, marks[decimal] if decimal else "", factor, unit)


def _find_title_units(titles: Sequence[str]) -> tuple[int | None, str | None]:
    """Units that a title states for all amounts, as in `Montants en k€`."""
    from slipwatch.inference.words import find_units, read_unit

    for title in titles:
        found = find_units(title)
        if found == (None, None):
            words = title.replace(":", " ").split()
            found = next((one for word in words if (one := read_unit(word)) and one[0]), (None, None))
        if found != (None, None):
            return found
    return None, None


def read_as(
    one: Assignment, entity: str, customs: Customs, *, today: date | None, answers: Mapping[str, str]
) -> ReadAs:
    """How the column is read as the field that it was given. `answers` are by topic and detail: `format/Fin`."""
    facts, name = one.facts, str(one.field)
    column = find_canonical(entity, name)
    if column is None:
        return ReadAs(format=ColumnFormat(kind="text"))
    if column.kind in (Kind.DAY, Kind.INSTANT):
        return _read_days(facts, column, customs, today=today, answers=answers)
    if column.kind in (Kind.MONEY, Kind.QUANTITY, Kind.INTEGER, Kind.RATIO):
        return _read_figures(facts, column, customs, answers)
    if column.kind is Kind.FLAG:
        return _read_words(facts, column, "flag", answers)
    if vocabulary := VOCABULARIES.get((entity, name)):
        return _read_words(facts, column, vocabulary, answers)
    return _read_text(facts, column)


# ------------------------------------------------------------------------------------------------------------- days


def _read_days(
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


# ---------------------------------------------------------------------------------------------------------- figures


def _read_figures(facts: ColumnFacts, column: Column, customs: Customs, answers: Mapping[str, str]) -> ReadAs:
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


# ------------------------------------------------------------------------------------------------------------ words


def _read_words(facts: ColumnFacts, column: Column, vocabulary: str, answers: Mapping[str, str]) -> ReadAs:
    known, unknown = facts.split_words(vocabulary)
    unknown = [word for word in unknown if word not in facts.profile.empties or vocabulary == "status"]
    choices: dict[str, str | bool | None] = dict(known)
    found = ReadAs(format=ColumnFormat(kind="flag" if vocabulary == "flag" else "text"))
    if vocabulary == "status" and (len(unknown) > len(known) or len(unknown) > 5):
        found.becomes, found.why = "status_raw", f"{len(unknown)} of its words are not known: kept as they are"
        return found
    for word in unknown:
        topic = f"word/{facts.name}/{word}"
        options = tuple(dict.fromkeys(map(str, load_vocabulary(vocabulary).values())))
        answer = answers.get(topic)
        choices[word] = _read_answer(answer, vocabulary) if answer in options else None
        if answer is None:
            text = f"What does “{word}” in “{facts.name}” mean?"
            found.open.append(
                (topic, text, (*options, "nothing"), None, f"{column.name} is one of {', '.join(options)}")
            )
    found.choices = tuple(choices.items())
    found.why = f"{len(known)} of {len(known) + len(unknown)} words are known"
    return found


def _read_answer(answer: str | None, vocabulary: str) -> str | bool | None:
    return answer == "True" if vocabulary == "flag" else answer


def _read_text(facts: ColumnFacts, column: Column) -> ReadAs:
    found = ReadAs(format=ColumnFormat(kind="text"))
    lengths = facts.profile.lengths
    digits = [text for text, _ in facts.profile.list_texts() if text.isdigit()]
    if column.name in ("order_number", "supplier", "requirement", "budget_line") and digits:
        _judge_width(facts, found, digits)
    if facts.rounded:
        found.damaged = dict.fromkeys(facts.rounded, "a spreadsheet rounded the number")
        found.notices.append(tell_rounded(facts))
    if not lengths and facts.profile.kinds["whole"] and column.name == "supplier":
        found.notices.append(f"“{facts.name}” holds numbers, not texts: leading zeros are gone, if there were any")
    return found


def tell_rounded(facts: ColumnFacts) -> str:
    count = sum(facts.profile.values.get(one, 1) for one in facts.rounded)
    return f"“{facts.name}”: {count} numbers were rounded by a spreadsheet ({facts.rounded[0]}), and are set aside"


def _judge_width(facts: ColumnFacts, found: ReadAs, digits: Sequence[str]) -> None:
    """The exact length of a code, where all have it; shorter ones may have lost their zeros."""
    widths = {len(text) for text in digits}
    longest = max(widths)
    others = [text for text, _ in facts.profile.list_texts() if not text.isdigit() and text not in facts.rounded]
    if len(widths) == 1 and longest >= 6 and not others and not facts.profile.overflows:
        found.width = longest
    elif longest >= 8 and len(widths) > 1 and min(widths) < longest:
        short = sum(len(text) < longest for text in digits)
        found.notices.append(
            f"“{facts.name}”: {short} codes are shorter than {longest} digits; leading zeros may have been lost"
        )
