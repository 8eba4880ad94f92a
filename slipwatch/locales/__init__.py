"""Texts by id, in the reader's language: gettext catalogues (`en.po`, `fr.po`) read at run time.

A text is found by its id and filled with typed arguments, which are formatted for the language. In a `.po` file `msgid`
is the id and `msgstr` the words, with fields in braces; a text that depends on a number has a `msgid_plural`, which is
"<id>.plural".

| field | argument | English | French |
|---|---|---|---|
| `{name}` | text | as it is | as it is |
| `{name}` | whole number, Decimal, float | 1,234.5 | 1 234,5 |
| `{name}` | date | 13 Apr 2026 | 13 avr. 2026 |
| `{name}` | aware instant, shown in the reader's zone | 13 Apr 2026, 06:00 | 13 avr. 2026, 06:00 |
| `{name}` | None | – | – |
| `{name:long}` | date | 13 April 2026 | 13 avril 2026 |
| `{name:short}` | date | 13/04/2026 | 13/04/2026 |
| `{name:weekday}` | date | Monday 13 April 2026 | lundi 13 avril 2026 |
| `{name:signed}` | number | +9 | +9 |
| `{name:percent}` | number of percent | 15% | 15 % |
| `{name:money:currency}` | number; `currency` names the argument with the ISO code | €28,450.00 | 28 450,00 € |
| `{name:measure:unit}` | number; `unit` names the argument with a unit of `Finding` | 9 working days | 9 jours ouvrés |
| `{name:word}` | text with a text of its own under `word.<value>` | critical | critique |
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from functools import cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Protocol

from slipwatch.locales.formats import count_form, format_value

FALLBACK = "en"


class Text(Protocol):
    """A text by id with its arguments; `plural` names the argument that selects the plural (model.finding.Message)."""

    @property
    def id(self) -> str: ...
    @property
    def arguments(self) -> Mapping[str, object]: ...
    @property
    def plural(self) -> str | None: ...


@dataclass(frozen=True, kw_only=True)
class Term:
    """A text of the kernel's own; the same shape as a finding's message, so that either can be translated."""

    id: str
    arguments: Mapping[str, object]
    plural: str | None = None


Forms = tuple[str, ...]


class Catalogue:
    """Every text of every registered catalogue. Where an id is in two folders, the later one wins.

    Files are read when a language is first asked for. `languages` are those of the kernel's folder or any other.
    """

    def __init__(self, folders: Sequence[Traversable]) -> None:
        self.folders = tuple(folders)
        self._texts: dict[str, dict[str, Forms]] = {}

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """Codes of the languages that have at least one file, sorted."""
        return tuple(sorted({entry.name[:-3] for folder in self.folders for entry in _list_files(folder)}))

    def choose_language(self, language: str) -> str:
        """The language itself, else its part before the hyphen ("fr-CA" is "fr"), else English."""
        short = language.replace("_", "-").split("-")[0].lower()
        return next((code for code in (language, short) if code in self.languages), FALLBACK)

    def translate(self, message: Text, language: str, *, zone: tzinfo = UTC) -> str:
        """The text in `language`, else in English, else its id. Instants are shown in `zone`."""
        chosen = self.choose_language(language)
        for code in dict.fromkeys((chosen, FALLBACK)):
            forms = self._load(code).get(message.id)
            if forms:
                return self._fill(forms, message, code, zone)
        return message.id

    def say(self, id: str, language: str, /, **arguments: object) -> str:
        """`translate` for a text of the kernel's own; an argument called `count` selects the plural."""
        plural = "count" if "count" in arguments else None
        return self.translate(Term(id=id, arguments=arguments, plural=plural), language)

    def has(self, id: str) -> bool:
        """True where the text exists in English."""
        return id in self._load(FALLBACK)

    def find_gaps(self) -> tuple[str, ...]:
        """One sentence per id that a language lacks, or whose fields differ between two languages; empty when sound."""
        return tuple(
            gap
            for folder in self.folders
            for gap in find_gaps({code: read_folder(folder, code) for code in _codes(folder)})
        )

    def _load(self, language: str) -> dict[str, Forms]:
        if language not in self._texts:
            merged: dict[str, Forms] = {}
            for folder in self.folders:
                merged.update(read_folder(folder, language))
            self._texts[language] = merged
        return self._texts[language]

    def _fill(self, forms: Forms, message: Text, language: str, zone: tzinfo) -> str:
        number = message.arguments.get(message.plural) if message.plural else None
        text = forms[count_form(number, language, len(forms))]
        return "".join(self._fill_parts(text, message.arguments, language, zone))

    def _fill_parts(self, text: str, arguments: Mapping[str, object], language: str, zone: tzinfo) -> Iterator[str]:
        for literal, name, spec, _conversion in string.Formatter().parse(text):
            yield literal
            if name is None:
                continue
            if name not in arguments:
                yield f"{{{name}}}"
                continue
            yield self._fill_field(arguments[name], (spec or "", arguments), language, zone)

    def _fill_field(self, value: object, how: tuple[str, Mapping[str, object]], language: str, zone: tzinfo) -> str:
        spec, arguments = how
        kind, _, companion = spec.partition(":")
        if kind == "word":
            return (
                self.translate(Term(id=f"word.{value}", arguments={}), language)
                if self.has(f"word.{value}")
                else str(value)
            )
        if kind == "measure":
            return self.measure(value, str(arguments.get(companion, "")), language)
        return format_value(value, kind=kind, currency=str(arguments.get(companion, "")), language=language, zone=zone)

    def measure(self, value: object, unit: str, language: str) -> str:
        """A figure with its unit in words: 9 working days, 15 %, 28 450 €; a unit that is no word is a currency."""
        if value is None or not unit:
            return format_value(value, language=language)
        if unit == "%":
            return format_value(value, kind="percent", language=language)
        if self.has(f"unit.{unit}"):
            return self.translate(Term(id=f"unit.{unit}", arguments={"count": value}, plural="count"), language)
        return format_value(value, kind="money", currency=unit, language=language)


def open_kernel_catalogue() -> Catalogue:
    """The texts of the kernel alone: enough for the command line and for messages that name no rule."""
    return Catalogue([files("slipwatch.locales")])


def read_folder(folder: Traversable, language: str) -> dict[str, Forms]:
    """Id to forms (one, or singular and plural) of one folder's file; empty where the folder lacks the language."""
    from babel.messages.pofile import read_po

    path = folder / f"{language}.po"
    if not path.is_file():
        return {}
    with path.open("rb") as file:
        entries = read_po(file, locale=language)
    return {key: forms for key, forms in map(_read_entry, entries) if key and all(forms)}


def _read_entry(entry: object) -> tuple[str, Forms]:
    id, text = getattr(entry, "id"), getattr(entry, "string")  # noqa: B009 — Babel's Message has no typed attributes here
    key = id[0] if isinstance(id, (tuple, list)) else id
    return key, tuple(text) if isinstance(text, (tuple, list)) else (text,)


def find_gaps(languages: Mapping[str, Mapping[str, Forms]]) -> Iterator[str]:
    """Sentences about ids that are not the same in every language, by id then language."""
    for id in sorted({id for texts in languages.values() for id in texts}):
        forms = {code: texts[id] for code, texts in sorted(languages.items()) if id in texts}
        yield from (f"{id}: no text in {code}" for code in sorted(languages.keys() - forms.keys()))
        yield from _find_differences(id, forms)


def _find_differences(id: str, forms: Mapping[str, Forms]) -> Iterator[str]:
    fields = {code: sorted(_list_fields(each)) for code, each in forms.items()}
    if len(set(map(tuple, fields.values()))) > 1:
        yield f"{id}: fields differ: " + "; ".join(f"{code} {names}" for code, names in fields.items())
    if len({len(each) > 1 for each in forms.values()}) > 1:
        yield f"{id}: a plural in one language only"


def _list_fields(forms: Iterable[str]) -> set[str]:
    return {name for text in forms for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def _list_files(folder: Traversable) -> list[Traversable]:
    return [entry for entry in folder.iterdir() if entry.name.endswith(".po")]


def _codes(folder: Traversable) -> list[str]:
    return [entry.name[:-3] for entry in _list_files(folder)]
