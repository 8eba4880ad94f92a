"""Presets: what the exports of one program look like, as its maker documents them. Data of `presets/*.yaml`, so that
one more program is one more file.

A preset says which columns the export has in each language, and what they are; how its cells are written is still found
in the file. One that misses a column it is recognised by is not used: the file is inferred, and the column is named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from slipwatch.errors import ConfigError
from slipwatch.inference.assign import ORDER_PARTS, Given
from slipwatch.inference.reading import ENTITY_OF_KIND
from slipwatch.inference.words import KEY, join_tokens
from slipwatch.model.tables import ENTITIES


def list_one(value: Any) -> Any:
    """A single word stands for a list of one."""
    return (value,) if isinstance(value, str) else value


Words = Annotated[tuple[str, ...], BeforeValidator(list_one)]
Names = dict[str, Words]
"""Names of one column by language: en, fr, de, and `any` for technical names that are the same everywhere."""

LANGUAGES = ("en", "fr", "de", "any")


class Preset(BaseModel):
    """One export of one program."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z0-9_]+$", description="Name, as in jira_csv")
    title: str = Field(description="What a person calls it: Jira, issues exported as CSV")
    maker: str
    source: str = Field(default="", description="Where the maker documents the columns")
    kind: str = Field(description="plan, tracker, orders ...")
    formats: Words = Field(default=(), description="File formats it comes in; none for all")
    records: str | None = Field(default=None, description="Path of the list in a JSON or XML document")
    recognised_by: tuple[str, ...] = Field(
        min_length=2,
        description="Columns and others of this preset that must all be in the file, in one language; the most telling "
        "one first",
    )
    signs: tuple[str, ...] = Field(
        default=(), description="Columns and others of which some must be there too: users leave out and add columns"
    )
    enough: int = Field(default=2, ge=1, description="How many of the signs")
    unless: Words = Field(default=(), description="Names of columns that show another list of the same program")
    columns: dict[str, Names] = Field(description="Canonical column, or `key`, to its names by language")
    others: dict[str, Names] = Field(
        default_factory=dict, description="Columns that are known and left out: what they are to their names"
    )
    keys: tuple[str, ...] = Field(min_length=1, description="Canonical columns, or `key`, that identify a row")
    repeats: tuple[str, ...] = Field(
        default=(),
        description="Columns that are written in the first row of a group alone, the one that names the group first",
    )
    words: dict[str, dict[str, str | bool]] = Field(
        default_factory=dict, description="Words of this program beyond the usual ones, by column"
    )
    unconfirmed: Words = Field(default=(), description="Names that no document and no file of the maker has confirmed")
    optional: tuple[str, ...] = Field(default=(), description="Columns that users often leave out: never missed")
    note: str = Field(default="", description="What to know about this export; printed where it is used")

    @model_validator(mode="after")
    def check_columns(self) -> Preset:
        if self.kind not in ENTITY_OF_KIND:
            raise ValueError(f"kind: one of {', '.join(ENTITY_OF_KIND)}")
        known = {*ENTITIES[ENTITY_OF_KIND[self.kind]].by_name, KEY, *ORDER_PARTS}
        named = {name for names in self._list_names() for words in names.values() for name in words}
        strange = [
            *(name for name in (*self.columns, *self.words) if name not in known),
            *(name for name in (*self.keys, *self.optional, *self.repeats) if name not in self.columns),
            *(name for name in (*self.recognised_by, *self.signs) if name not in {*self.columns, *self.others}),
            *({language for names in self._list_names() for language in names} - set(LANGUAGES)),
            *(name for name in self.unconfirmed if name not in named),
        ]
        if strange:
            raise ValueError(f"unknown: {', '.join(strange)}")
        return self

    def _list_names(self) -> list[Names]:
        return [*self.columns.values(), *self.others.values()]

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages whose names it knows; `any` where the names are the same in all."""
        return tuple(one for one in LANGUAGES if any(one in names for names in self.columns.values()))

    @property
    def entity(self) -> str:
        return ENTITY_OF_KIND[self.kind]


@dataclass(frozen=True)
class PresetMatch:
    """How a file fits a preset. `given` says what its columns are, by name in the file; `missed` are columns that the
    preset has and the file lacks, in the language of the file; `fits` is false where one is needed, `is_near` true
    where only one is. `found` counts its columns in the file, `own` those with a name of this very language. `keys` and
    `repeats` are those of the preset by their names in the file; no keys where one of them is missing."""

    preset: Preset
    language: str
    given: Mapping[str, Given]
    missed: tuple[str, ...]
    fits: bool
    found: int
    own: int = 0
    is_near: bool = False
    keys: tuple[str, ...] = ()
    repeats: tuple[str, ...] = ()


@cache
def load_presets() -> tuple[Preset, ...]:
    """The presets that are installed with the product. Raises `ConfigError` that names a wrong one."""
    folder = files("slipwatch") / "defaults" / "presets"
    texts = {one.name: one.read_text(encoding="utf-8") for one in folder.iterdir() if one.name.endswith(".yaml")}
    return tuple(parse_preset(texts[name], name) for name in sorted(texts))


def load_all_presets(folder: Path) -> tuple[Preset, ...]:
    """The presets of a folder of the user's own, and those installed that have no namesake there. Raises
    `ConfigError`."""
    own = load_preset_folder(folder)
    return (*own, *(one for one in load_presets() if one.name not in {mine.name for mine in own}))


def load_preset_folder(folder: Path) -> tuple[Preset, ...]:
    """The presets of a folder of the user's own. Raises `ConfigError`."""
    paths = sorted(folder.glob("*.yaml")) if folder.is_dir() else []
    return tuple(parse_preset(path.read_text(encoding="utf-8"), path.name) for path in paths)


def parse_preset(text: str, name: str) -> Preset:
    try:
        return Preset.model_validate(yaml.safe_load(text))
    except (yaml.YAMLError, ValidationError) as error:
        raise ConfigError(f"is no preset: {error}", subject=name, cure="compare it with the others") from None


def match_presets(
    names: Sequence[str], presets: Sequence[Preset], *, form: str, records: str | None = None
) -> PresetMatch | None:
    """The preset that fits these columns best; else the one that nearly does, with what it misses; else None."""
    matches = [
        match for preset in presets if (not preset.formats or form in preset.formats)
        and (preset.records is None or preset.records == records)
        for match in _match_languages(preset, names)
    ]  # fmt: skip
    likely = [match for match in matches if match.fits or match.is_near]
    return max(likely, key=lambda one: (one.fits, one.found, one.own, -len(one.missed)), default=None)


def _match_languages(preset: Preset, names: Sequence[str]) -> Iterator[PresetMatch]:
    by_token: dict[str, str] = {}
    for name in names:
        by_token.setdefault(join_tokens(name), name)
    if any(join_tokens(word) in by_token for word in preset.unless):
        return
    for language in LANGUAGES:
        if any(language in one for one in preset.columns.values()):
            yield _match_language(preset, by_token, language)


def _match_language(preset: Preset, by_token: Mapping[str, str], language: str) -> PresetMatch:
    names = {column: _find_name(words, by_token, language) for column, words in preset.columns.items()}
    given: dict[str, Given] = {}
    for column, name in names.items():
        if name is not None and name not in given:
            given[name] = Given(column, f"preset {preset.name}: “{name}”", words=preset.words.get(column, {}))
    count = len(given)
    own = sum(join_tokens(name) in map(join_tokens, preset.columns[str(one.field)].get(language, ()))
              for name, one in given.items())  # fmt: skip
    seen = {one.field for one in given.values()}
    for what, words in preset.others.items():
        for name in _list_found(words, by_token, language):
            seen.add(what)
            if name not in given:
                given[name] = Given(None, f"preset {preset.name}: {what}, left out")
    needed = [one in seen for one in preset.recognised_by]
    is_telling = sum(one in seen for one in preset.signs) >= min(preset.enough, len(preset.signs))
    is_near = sum(needed) >= len(needed) - 1 and (needed[0] or bool(preset.signs))
    return PresetMatch(
        preset, language, given, _list_missed(preset, seen, language), found=count, own=own,
        fits=is_telling and all(needed), is_near=is_telling and is_near,
        keys=_translate(preset.keys, given), repeats=_translate(preset.repeats, given, partly=True),
    )  # fmt: skip


def _list_candidates(words: Names, language: str) -> tuple[str, ...]:
    return (*words.get(language, ()), *words.get("any", ()))


def _list_found(words: Names, by_token: Mapping[str, str], language: str) -> list[str]:
    tokens = [join_tokens(word) for word in _list_candidates(words, language)]
    return [by_token[token] for token in tokens if token in by_token]


def _find_name(words: Names, by_token: Mapping[str, str], language: str) -> str | None:
    return next(iter(_list_found(words, by_token, language)), None)


def _list_missed(preset: Preset, seen: Set[str | None], language: str) -> tuple[str, ...]:
    """The first name in this language of every column that is needed, or commonly there, and missing."""
    wanted = {name: words for name, words in preset.columns.items() if name not in preset.optional}
    wanted |= {name: (preset.columns | preset.others)[name] for name in preset.recognised_by}
    missing = [_list_candidates(words, language)[:1] for name, words in wanted.items() if name not in seen]
    return tuple(name for names in missing for name in names)


def _translate(columns: Sequence[str], given: Mapping[str, Given], *, partly: bool = False) -> tuple[str, ...]:
    """The names in the file of canonical columns; none where one of them is missing, unless `partly`."""
    names = {one.field: name for name, one in given.items() if one.field}
    found = tuple(names[column] for column in columns if column in names)
    return found if partly or len(found) == len(columns) else ()
