"""From what was found in files of one kind to the columns of a mapping, each with the reason why it stands there.

Several files of one layout in several languages make one mapping: a canonical column then has a name in each of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from slipwatch.inference.facts import VOCABULARIES
from slipwatch.inference.reading import ColumnFormat, ColumnGuess, FileReading
from slipwatch.inference.role_words import is_role_list
from slipwatch.inference.words import load_words
from slipwatch.model.columns import Column, Kind
from slipwatch.model.tables import ENTITIES
from slipwatch.settings.commented import Noted

ORDER_PARTS = ("order_number", "line_number")
"""Fields that together name an order line, where a confirmation, notice or receipt refers to one."""

_FIGURES = {Kind.MONEY, Kind.QUANTITY, Kind.INTEGER, Kind.RATIO}
_SCALED = {Kind.MONEY, Kind.QUANTITY}
_KNOWN = {"confirmation": "confirmed_on", "shipment": "noticed_on"}
"""The day on which the world knew the record, by entity."""

Guesses = Mapping[str, Sequence[ColumnGuess]]
"""The columns of the files, by canonical column."""


def collect_guesses(readings: Iterable[FileReading]) -> dict[str, list[ColumnGuess]]:
    """The mapped columns of all readings by canonical name; one of the same name in two files stands once."""
    found: dict[str, list[ColumnGuess]] = {}
    for reading in readings:
        for column in reading.columns:
            if column.field and column.name not in [one.name for one in found.get(column.field, ())]:
                found.setdefault(column.field, []).append(column)
    return found


def build_columns(entity: str, guesses: Guesses, *, shared: Mapping[str, Any]) -> dict[str, Any]:
    """Our columns and where each comes from. `shared` are the conventions that the stream states for all."""
    known = ENTITIES[entity].by_name
    columns = {name: _build_column(entity, known[name], of, shared) for name, of in guesses.items() if name in known}
    if "order_line" in known and "order_line" not in columns and ORDER_PARTS[0] in guesses:
        parts = [_name_part(guesses[name]) for name in ORDER_PARTS if name in guesses]
        columns["order_line"] = Noted({"join": parts}, "order and line together name what is answered or received")
    if "status" in columns and "status_raw" in known and "status_raw" not in columns:
        columns["status_raw"] = Noted(list_names(guesses["status"]), "the same, as it is written")
    return {name: columns[name] for name in [*known, *columns] if name in columns}


def _build_column(entity: str, column: Column, guesses: Sequence[ColumnGuess], shared: Mapping[str, Any]) -> Noted:
    options = {name: value for name, value in _list_options(entity, column, guesses, shared) if value}
    names = list_names(guesses)
    value: Any = {"from": names, **options} if options else names
    return Noted(value, _explain(guesses, options))


def _explain(guesses: Sequence[ColumnGuess], options: Mapping[str, Any]) -> str:
    why = guesses[0].why
    if options.get("person"):
        why = f"{why}; names of persons become pseudonyms (roles? then person: false)".lstrip("; ")
    return why


def list_names(guesses: Sequence[ColumnGuess]) -> Any:
    """One name as it is, several as a list."""
    names = [guess.name for guess in guesses]
    return names[0] if len(names) == 1 else names


def _list_options(
    entity: str, column: Column, guesses: Sequence[ColumnGuess], shared: Mapping[str, Any]
) -> Iterator[tuple[str, Any]]:
    if column.kind in (Kind.DAY, Kind.INSTANT):
        formats = list_formats(guesses)
        if formats and (column.kind is Kind.INSTANT or formats != shared.get("formats")):
            yield "formats", formats
    elif column.kind in _FIGURES:
        yield from _list_figure_options(column, guesses[0], shared)
    elif column.choices or column.kind is Kind.FLAG:
        seen = {word: meaning for guess in guesses for word, meaning in guess.choices}
        yield "choices", {**seen, **list_further_words(entity, column.name, seen)}
    elif guesses[0].width:
        yield "width", guesses[0].width
    elif column.name == "responsible_code" and not is_role_list([text for text, _ in guesses[0].values]):
        yield "person", True
    yield "as_above", any(guess.as_above for guess in guesses)
    yield "empty", sorted({text for guess in guesses if guess.format for text in guess.format.empty})


def _list_figure_options(column: Column, first: ColumnGuess, shared: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    form = first.format or ColumnFormat(kind="number")
    if form.decimal and form.decimal != shared.get("decimal"):
        yield "decimal", form.decimal
    if form.group and form.group != shared.get("thousands"):
        yield "thousands", form.group
    if form.affixes:
        yield "affixes", list(form.affixes)
    if first.unit_factor and column.kind in _SCALED:
        yield "factor", first.unit_factor
    if column.kind is Kind.RATIO and form.kind == "percent" and first.unit_factor != 1:
        yield "factor", 0.01
    if first.unit and column.kind in _SCALED:
        yield "unit", first.unit


def list_further_words(entity: str, column: str, seen: Mapping[str, Any]) -> dict[str, str]:
    """What the source may write next week: the other words of this vocabulary, in the languages of those seen."""
    vocabulary = VOCABULARIES.get((entity, column))
    if not vocabulary or not seen:
        return {}
    listed: Mapping[str, Any] = load_words("values")[vocabulary]
    entries = {meaning: languages for meaning, languages in listed.items() if isinstance(languages, Mapping)}
    known = {word.casefold() for word in seen}
    spoken = [set(languages) for languages in entries.values()]
    chosen = [
        language
        for language in sorted(set().union(*spoken))
        if any(str(word).casefold() in known for one in entries.values() for word in one.get(language, ()))
    ]
    return {
        str(word): meaning
        for meaning, languages in entries.items()
        for language in chosen
        for word in languages.get(language, ())
        if str(word).casefold() not in known
    }


def list_formats(guesses: Iterable[ColumnGuess]) -> list[Any]:
    """Every form of a date in these columns, as the files connector wants them; weeks carry the day that is meant."""
    listed: list[Any] = []
    for form in (guess.format for guess in guesses if guess.format):
        for pattern in form.formats:
            written = {"week": pattern, "day": form.weekday} if form.kind == "week" and "%V" in pattern else pattern
            if written not in listed:
                listed.append(written)
    return listed


def find_shared(entity: str, guesses: Guesses) -> dict[str, Any]:
    """Date formats and signs of numbers that most columns share: said once for the stream."""
    known = ENTITIES[entity].by_name
    days = [list_formats(of) for name, of in guesses.items() if name in known and known[name].kind is Kind.DAY]
    shared: dict[str, Any] = {}
    if formats := _choose_most([tuple(map(_freeze, one)) for one in days if one]):
        shared["formats"] = next(one for one in days if tuple(map(_freeze, one)) == formats)
    figures = [
        guess.format for name, of in guesses.items() if name in known and known[name].kind in _FIGURES
        for guess in of if guess.format
    ]  # fmt: skip
    for option, mark in (("decimal", "decimal"), ("thousands", "group")):
        if chosen := _choose_most([getattr(form, mark) for form in figures if getattr(form, mark)]):
            shared[option] = chosen
    return shared


def _freeze(form: Any) -> Any:
    return tuple(form.items()) if isinstance(form, dict) else form


def _choose_most(values: Sequence[Any]) -> Any:
    return Counter(values).most_common(1)[0][0] if values else None


def build_key(entity: str, readings: Sequence[FileReading], guesses: Guesses) -> Any:
    """What identifies a record: by our column where it has a fixed width, so that lost zeros are found out."""
    known = ENTITIES[entity].by_name
    of_name = {guess.name: name for name, of in guesses.items() for guess in of}
    parts: list[Any] = []
    for key in readings[0].keys:
        name = of_name.get(key, "")
        if name in known and guesses[name][0].width:
            parts.append({"column": name})
        else:
            parts.append(_name_all(key, readings, guesses.get(name, ())))
    return parts[0] if len(parts) == 1 and isinstance(parts[0], str) else parts


def _name_all(key: str, readings: Sequence[FileReading], guesses: Sequence[ColumnGuess]) -> Any:
    """A key column in every language of the files; by its place in the key where it is not mapped."""
    if guesses:
        names = list_names(guesses)
    else:
        place = readings[0].keys.index(key)
        others = dict.fromkeys(one.keys[place] for one in readings if place < len(one.keys))
        names = list(others) if len(others) > 1 else key
    return {"from": names} if isinstance(names, list) else names


def _name_part(guesses: Sequence[ColumnGuess]) -> dict[str, Any]:
    width = {"width": guesses[0].width} if guesses[0].width else {}
    return {"from": list_names(guesses), **width}


def build_known_at(entity: str, guesses: Guesses) -> Any:
    """Where a record says itself when it was stated; None where the date of the file counts."""
    of = guesses.get(_KNOWN.get(entity, ""))
    if not of or "serial" in list_formats(of):
        return None
    formats = ["%Y-%m-%d" if form == "iso" else form for form in list_formats(of) if isinstance(form, str)]
    value = {"from": list_names(of), **({"formats": formats} if formats else {})}
    return Noted(value, "the day on which it was said, not the day on which the file came")


def find_gaps(entity: str, columns: Mapping[str, Any]) -> list[str]:
    """Columns without which no record of this entity can be made, and that no column of the file feeds."""
    return [column.name for column in ENTITIES[entity].columns if column.required and column.name not in columns]


def drop_priceless(entity: str, columns: dict[str, Any]) -> list[str]:
    """Take out amounts whose currency nobody states: no figure is better than one without a currency."""
    known = ENTITIES[entity].by_name
    if "currency" in columns:
        return []
    bare = [
        name for name, noted in columns.items()
        if known[name].kind is Kind.MONEY and not (isinstance(noted.value, dict) and "unit" in noted.value)
    ]  # fmt: skip
    for name in bare:
        del columns[name]
    return bare
