"""How a column of figures is written: decimal mark, sign between thousands, percent, currency around the figure."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from slipwatch.inference.profile import Profile, Shape
from slipwatch.inference.units import read_unit
from slipwatch.inference.words import fold_text, load_list

SPACES = "\u00a0\u2009\u202f"

_FIGURE = re.compile(
    r"(?P<before>[^\d\s+\-−'’.,]{1,5}\s?)??[+\-−]?\s?"
    r"(?P<figure>[.,]?9[9.,'’ \u00a0\u2009\u202f]*?)"
    r"(?P<after>\s?[^\d\s+\-−'’.,][^\d+\-−'’,]{0,6})?-?"
)


@dataclass(frozen=True)
class NumberForms:
    """`decimal` and `group` are None where no value shows such a mark. `open_mark` is a mark before three digits that
    may be either; `conflict` says where two values contradict each other. `affixes` are signs around the figure."""

    readable: int = 0
    texts: int = 0
    decimal: str | None = None
    group: str | None = None
    open_mark: str | None = None
    percent: int = 0
    affixes: tuple[str, ...] = ()
    factor: int | None = None
    unit: str | None = None
    why: str = ""
    conflict: str = ""


@dataclass
class _Marks:
    decimals: Counter[str]
    groups: Counter[str]
    opens: Counter[str]


def find_number_forms(profile: Profile, *, decimal: str | None = None) -> NumberForms:
    """The marks of all texts of a column. `decimal` is the decimal mark where other columns of the file settle it."""
    marks = _Marks(Counter(), Counter(), Counter())
    affixes: Counter[str] = Counter()
    readable = percent = 0
    for text, shape in profile.shapes.items():
        found = _FIGURE.fullmatch(text)
        if not found or not _is_known_sign(found["before"], found["after"]):
            continue
        if not _weigh(found["figure"].strip(), shape, marks):
            continue
        readable += shape.count
        signs = [one.strip() for one in (found["before"], found["after"]) if one and one.strip()]
        percent += shape.count if signs == ["%"] else 0
        affixes.update({sign: shape.count for sign in signs if sign != "%"})
    texts = sum(shape.count for shape in profile.shapes.values()) + profile.other_shapes
    return _judge(marks, affixes, (readable, texts, percent), decimal)


def _is_known_sign(before: str | None, after: str | None) -> bool:
    """Currencies stand before or after a figure, units and percent signs after it; other words make it a text."""
    first, last = (before or "").strip(), (after or "").strip()
    if first and read_unit(first) is None:
        return False
    return not last or last == "%" or read_unit(last) is not None or fold_text(last) in load_list("units")


def _weigh(figure: str, shape: Shape, marks: _Marks) -> bool:
    """Note what the marks of one shape can be; false for a figure that is none."""
    for space in SPACES:
        figure = figure.replace(space, " ")
    signs = re.findall(r"[^9]", figure)
    if not signs:
        return True
    kinds = list(dict.fromkeys(signs))
    if len(kinds) > 2 or (len(kinds) == 2 and signs.count(kinds[1]) > 1):
        return False
    last = figure.rpartition(signs[-1])[2]
    if len(kinds) == 2:
        grouped = figure.rpartition(kinds[1])[0]
        if not _is_grouped(grouped, kinds[0]) or kinds[1] not in ".,":
            return False
        marks.groups[kinds[0]] += shape.count
        marks.decimals[kinds[1]] += shape.count
        return True
    return _weigh_one(figure, kinds[0], len(last), shape, marks)


def _weigh_one(figure: str, mark: str, last: int, shape: Shape, marks: _Marks) -> bool:
    is_grouped = _is_grouped(figure, mark)
    if mark not in ".,":
        marks.groups[mark] += shape.count if is_grouped else 0
        return is_grouped
    if figure.count(mark) > 1:
        marks.groups[mark] += shape.count if is_grouped else 0
        return is_grouped
    if last != 3 or not is_grouped or shape.leading_zeros:
        marks.decimals[mark] += shape.count
    else:
        marks.opens[mark] += shape.count
    return True


def _is_grouped(figure: str, mark: str) -> bool:
    return bool(re.fullmatch(rf"9{{1,3}}(?:{re.escape(mark)}999)+", figure))


def _judge(marks: _Marks, affixes: Counter[str], counts: tuple[int, int, int], settled: str | None) -> NumberForms:
    decimal = next(iter(marks.decimals), None)
    group = next(iter(marks.groups), None)
    conflict = _find_conflict(marks)
    why = f"{marks.decimals[decimal]} values have the decimal mark “{decimal}”" if decimal else ""
    if group:
        why = f"{why}; thousands are separated by “{group}”".lstrip("; ")
    opens = list(marks.opens)
    open_mark = opens[0] if opens and not conflict else None
    if open_mark and open_mark in (decimal, group):
        open_mark = None
    elif open_mark and decimal and not group:
        group, open_mark = open_mark, None
    elif open_mark and group and not decimal:
        decimal, open_mark = open_mark, None
    elif open_mark and settled:
        why = f"“{settled}” is the decimal mark in the other columns of this file"
        decimal, group = (open_mark, group) if open_mark == settled else (decimal, open_mark)
        open_mark = None
    units = [found for sign in affixes if (found := read_unit(sign))]
    factors = {one for one, _ in units if one}
    currencies = {found[1] or sign for sign in affixes if (found := read_unit(sign)) and not found[0]}
    named = {one for _, one in units if one}
    return NumberForms(
        readable=counts[0], texts=counts[1], percent=counts[2], decimal=decimal, group=group, open_mark=open_mark,
        affixes=tuple(affixes), factor=next(iter(factors), None), unit=next(iter(named), None), why=why,
        conflict=conflict or _find_mixture(affixes, factors, currencies),
    )  # fmt: skip


def _find_conflict(marks: _Marks) -> str:
    both = set(marks.decimals) & set(marks.groups)
    if len(marks.decimals) > 1 or both:
        return f"“{'” and “'.join([*marks.decimals, *both][:2])}” are both decimal marks, or one separates thousands"
    if len(marks.groups) > 1:
        return f"thousands are separated by “{'” and by “'.join(marks.groups)}”"
    return "“,” and “.” both stand before three digits" if len(marks.opens) > 1 else ""


def _find_mixture(affixes: Counter[str], factors: set[int], currencies: set[str]) -> str:
    if len(currencies) > 1:
        return f"amounts in {' and in '.join(sorted(currencies))} stand in one column"
    if len(factors) > 1 or (factors and sum(read_unit(sign) is not None for sign in affixes) > 1):
        return "some figures are in thousands or millions, others are not"
    return ""
