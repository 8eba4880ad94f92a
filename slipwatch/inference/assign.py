"""Which column of the file is which canonical one, for one kind of file: by its name and by what it holds."""

from __future__ import annotations

import dataclasses
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from slipwatch.inference.facts import ColumnFacts
from slipwatch.inference.lexicon import Lexicon, Match
from slipwatch.inference.words import KEY, join_tokens
from slipwatch.model.columns import Column, Kind
from slipwatch.model.tables import ENTITIES
from slipwatch.wire.tables import normalise_name

ORDER_PARTS = ("order_number", "line_number")
"""Columns that together name an order line where another entity refers to it."""

_LONGEST_CODE = 14
_CODES_FIRST = frozenset({"supplier", "project_code", "site_code", "budget_line", "requirement", "milestone", "parent"})
"""Where a code and its name stand side by side, the code is the reference."""

_NUMBERED = re.compile(r" \(column \d+\)$")
_JOINED = re.compile(r"[A-Z]{0,4}\d{4,12}\s?[/\-]\s?\d{1,5}")


@dataclass(frozen=True)
class Given:
    """What somebody said of a column: a person (`is_answer`), or the preset of its program; None leaves it out.
    `words` are what the words of the program in it mean."""

    field: str | None
    why: str
    is_answer: bool = False
    words: Mapping[str, str | bool] = dataclasses.field(default_factory=dict)


@dataclass
class Assignment:
    """The proposal for one column. `options` are the fields that it may be where it is not sure; `asks` is true where
    a person must tell."""

    facts: ColumnFacts
    field: str | None = None
    options: tuple[str, ...] = ()
    why: str = ""
    asks: bool = False
    is_whole: bool = True
    is_given: bool = False

    @property
    def is_key(self) -> bool:
        return self.field == KEY


@dataclass
class Assignments:
    """The proposals for all columns of a file, as rows of one entity."""

    entity: str
    columns: list[Assignment] = field(default_factory=list)

    def find(self, name: str) -> Assignment | None:
        return next((one for one in self.columns if one.field == name), None)

    def list_fields(self) -> set[str]:
        """What is found, or may be."""
        sure = {one.field for one in self.columns if one.field}
        return sure | {option for one in self.columns if one.asks for option in one.options}


def find_canonical(entity: str, name: str) -> Column | None:
    """The canonical column; parts of an order line are those of the order line, the key of a record has none."""
    if name in ENTITIES[entity].by_name:
        return ENTITIES[entity].by_name[name]
    return ENTITIES["order_line"].by_name[name] if name in ORDER_PARTS else None


def assign_columns(
    columns: Sequence[ColumnFacts], entity: str, lexicon: Lexicon, given: Mapping[str, Given] | None = None
) -> Assignments:
    """The proposals for a file of this entity. `given` says what some columns are, by name."""
    given = given or {}
    found = Assignments(entity)
    twice = _list_twice(columns)
    for facts in columns:
        if facts.position in twice:
            found.columns.append(Assignment(facts, why="two columns bear this name: rename one of them"))
            continue
        told = given.get(facts.name)
        if told and told.words:
            facts = replace(facts, words=told.words)
        if told and (told.is_answer or told.field is None or _fits(facts, entity, told.field)):
            found.columns.append(Assignment(facts, field=told.field, why=told.why, is_given=True))
        else:
            found.columns.append(_assign_one(facts, entity, lexicon.find(facts.name, entity)))
    _join_references(found)
    _settle_doubles(found)
    _doubt_prices(found)
    _eliminate(found)
    return found


def _list_twice(columns: Sequence[ColumnFacts]) -> set[int]:
    """Positions of columns that bear the same name: no mapping can tell them apart."""
    names = [normalise_name(_NUMBERED.sub("", facts.name)) for facts in columns]
    return {facts.position for facts, name in zip(columns, names, strict=True) if names.count(name) > 1}


def _join_references(found: Assignments) -> None:
    """One column that holds order and line (4500031870/10) refers to the line by itself."""
    order = found.find("order_number")
    if "order_line" not in ENTITIES[found.entity].by_name or order is None or found.find("line_number"):
        return
    texts = [text for text, _ in order.facts.profile.list_texts()]
    joined = sum(bool(_JOINED.fullmatch(text)) for text in texts)
    if texts and joined >= 0.6 * len(texts):
        order.field, order.why = "order_line", f"{order.why}; order and line stand in it together"


def _assign_one(facts: ColumnFacts, entity: str, match: Match | None) -> Assignment:
    if match is None:
        return Assignment(facts, why="no known name")
    if not match.fields:
        return Assignment(facts, why=f"“{match.word}” is nothing that is kept")
    fitting = [name for name in match.fields if _fits(facts, entity, name)]
    what = _describe(facts)
    if not fitting:
        wanted = " or ".join(match.fields)
        return Assignment(facts, why=f"“{match.word}” would be {wanted}, but {what}")
    if len(fitting) == 1 and (not match.doubtful or (len(match.fields) > 1 and facts.filled)):
        reason = f"header word “{match.word}”; {what}"
        return Assignment(facts, field=fitting[0], why=reason, is_whole=match.whole)
    return Assignment(
        facts, options=tuple(fitting), why=f"“{match.word}” may be {' or '.join(fitting)}", asks=True
    )  # fmt: skip


def _fits(facts: ColumnFacts, entity: str, name: str) -> bool:
    if name == KEY:
        return not facts.is_days and (facts.is_code or facts.profile.longest <= _LONGEST_CODE)
    column = find_canonical(entity, name)
    return column is not None and facts.fits(entity, column)


def _describe(facts: ColumnFacts) -> str:
    """What the cells are, with their share."""
    if not facts.filled:
        return "it holds no value yet"
    if facts.is_days:
        return f"{100 * facts.days // facts.filled} % are days"
    if facts.is_figures and not facts.is_code:
        return f"{100 * facts.figures // facts.filled} % are figures"
    return f"{facts.profile.distinct}{'+' if facts.profile.overflows else ''} different values in {facts.filled} cells"


@cache
def _list_price_units() -> frozenset[str]:
    """Columns that say for how many units a price is."""
    return frozenset(
        map(join_tokens, ("price unit", "base de prix", "preiseinheit", "unité de prix", "per", "par", "peinh"))
    )


def _doubt_prices(found: Assignments) -> None:
    """Where a price is per more than one unit, it cannot be read as the price of one."""
    price = found.find("unit_price")
    per = next((one for one in found.columns if join_tokens(one.facts.name) in _list_price_units()), None)
    if price is None or per is None or price.why == "as answered":
        return
    values = {str(value).strip().removesuffix(".0") for value in per.facts.profile.values}
    if values - {"1", ""}:
        price.field, price.options, price.asks = None, ("unit_price",), True
        price.why = f"“{per.facts.name}” is not always 1: some of these prices are for more than one unit"


def _settle_doubles(found: Assignments) -> None:
    """Two columns for one field: the code before the name, the filled before the empty; else a question for each."""
    groups: dict[str, list[Assignment]] = defaultdict(list)
    for one in found.columns:
        if one.field and one.field != KEY and not one.is_given:
            groups[one.field].append(one)
    taken = {one.field for one in found.columns if one.is_given}
    for name, rivals in groups.items():
        if name in taken:
            for one in rivals:
                _give_up(one, f"{name} is another column")
        elif len(rivals) > 1:
            _settle_rivals(name, rivals)


def _settle_rivals(name: str, rivals: list[Assignment]) -> None:
    kept = [one for one in rivals if one.facts.filled] or rivals
    kept = [one for one in kept if one.is_whole] or kept
    if len(kept) > 1 and name in _CODES_FIRST:
        kept = [one for one in kept if one.facts.is_code] or kept
    elif len(kept) > 1 and name == "name":
        kept = [one for one in kept if not one.facts.is_code] or kept
    if len(kept) == 1:
        for one in rivals:
            if one is not kept[0]:
                _give_up(one, f"{name} is “{kept[0].facts.name}”, which says it better")
        return
    names = " and ".join(f"“{one.facts.name}”" for one in kept)
    for one in rivals:
        one.field, one.options, one.asks = None, (name,), True
        one.why = f"{names} may both be {name}"


def _give_up(one: Assignment, why: str) -> None:
    one.field, one.options, one.asks, one.why = None, (), False, why


def _eliminate(found: Assignments) -> None:
    """A field that another column surely is, is no option any more; what is left is still asked."""
    taken = {one.field for one in found.columns if one.field}
    for one in found.columns:
        if not one.asks or len(one.options) < 2:
            continue
        left = tuple(name for name in one.options if name not in taken)
        gone = [name for name in one.options if name in taken]
        if not left:
            _give_up(one, f"{' and '.join(gone)} {'is' if len(gone) == 1 else 'are'} other columns")
        elif left in ((KEY,), ("name",)):
            one.field, one.options, one.asks = left[0], (), False
            one.why = f"{one.why}; {' and '.join(gone)} is another column" if gone else one.why
        elif gone:
            one.options = left
            one.why = f"{one.why}; {' and '.join(gone)} {'is' if len(gone) == 1 else 'are'} another column"


def is_figure(entity: str, name: str | None) -> bool:
    """Whether a field holds amounts, quantities or shares."""
    column = find_canonical(entity, name) if name else None
    return column is not None and column.kind in (Kind.MONEY, Kind.QUANTITY, Kind.RATIO, Kind.INTEGER)
