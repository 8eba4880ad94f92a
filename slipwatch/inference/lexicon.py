"""What a name of a column means for one kind of file: by the lists of names, else word by word; by its whole, else by
its parts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from slipwatch.inference.concepts import understand_name
from slipwatch.inference.units import strip_units
from slipwatch.inference.words import is_column, join_tokens, list_words, load_words, repair_accents, stem_tokens

_PARTS = re.compile(r"\s+/\s+|[/|\n()\[\]]|\s[-–—:]\s")


@cache
def _load_groups() -> frozenset[str]:
    """Names over several columns that say nothing of each."""
    return frozenset(join_tokens(str(word)) for word in load_words("columns")["groups"])


@dataclass(frozen=True)
class Match:
    """What a header may mean for one entity. `fields` has several where it is doubtful, none where it means nothing we
    keep; `word` is what was recognised; `whole` is false where only a part of the header was."""

    fields: tuple[str, ...]
    word: str
    whole: bool = True
    doubtful: bool = False


@dataclass
class Lexicon:
    """The names of columns by entity; `names` are the keys of `join_tokens`."""

    names: dict[str, dict[str, str]] = field(default_factory=dict)
    doubtful: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    all_names: frozenset[str] = frozenset()

    def find(self, header: str, entity: str) -> Match | None:
        """By the whole header, else by its parts (two languages, a group above). None for an unknown name."""
        bare = strip_units(repair_accents(header))
        if found := self._find_name(bare, entity):
            return found
        parts = [part.strip() for part in _PARTS.split(bare) if part.strip()]
        found_parts = [match for part in parts if (match := self._find_name(part, entity))]
        if len(parts) < 2 or not found_parts:
            return None
        if " / " in bare and self._find_name(parts[-1], entity) is None:
            return None  # a group says nothing of the column below it
        if len(found_parts) > 1 and join_tokens(parts[0]) in _load_groups():
            found_parts = found_parts[1:]
        return _join_matches(found_parts, whole=len(found_parts) == len(parts))

    def _find_name(self, name: str, entity: str) -> Match | None:
        """By all of its words in order, then in any order and form; a number behind (Termin 2) makes no difference."""
        word = " ".join(name.split()).casefold()
        for key in _list_keys(name):
            if key in self.doubtful[entity]:
                return Match(self.doubtful[entity][key], word, doubtful=True)
            if key in self.names[entity]:
                return Match((self.names[entity][key],), word)
        fields = understand_name(name, entity)
        return Match(fields, word, doubtful=len(fields) > 1) if fields else None

    def knows(self, header: str) -> bool:
        """Whether any kind of file has a column of this name."""
        bare = strip_units(repair_accents(header))
        parts = [part for part in (bare, *_PARTS.split(bare)) if part.strip()]
        return any(key in self.all_names for part in parts for key in _list_keys(part))


def _list_keys(name: str) -> list[str]:
    """The forms under which a name is sought, strictest first; looser ones have a mark before them."""
    bare = re.sub(r"[\s_]*\d{1,2}$", "", name) or name
    keys = [join_tokens(name), join_tokens(bare), f"~{stem_tokens(bare)}"]
    return [key for key in dict.fromkeys(keys) if key.strip("~")]


def _join_matches(matches: list[Match], *, whole: bool) -> Match:
    """What all parts agree on; parts that contradict each other are doubtful."""
    sure = [match for match in matches if not match.doubtful]
    fields = {match.fields[0]: match for match in sure}
    word = " / ".join(match.word for match in (sure or matches))
    if len(fields) == 1:
        return Match(tuple(fields), word, whole)
    if len(fields) > 1:
        return Match(tuple(fields), word, whole, doubtful=True)
    common = set.intersection(*(set(match.fields) for match in matches))
    if not common:
        return Match((), word, whole, doubtful=True)
    return Match(tuple(name for name in matches[0].fields if name in common), word, whole, doubtful=len(common) > 1)


@cache
def load_lexicon() -> Lexicon:
    data = load_words("columns")
    lexicon, everything = Lexicon(), set()
    for entity, columns in data.items():
        if entity in ("shared", "abbreviations", "groups"):
            continue
        names: dict[str, str] = {}
        for column, words in (*columns.items(), *data["shared"].items()):
            if column != "doubtful" and is_column(entity, column):
                for word in list_words(words):
                    names.setdefault(join_tokens(word), column)
        doubtful = {
            join_tokens(word): (str(word), tuple(case["means"]))
            for case in columns.get("doubtful", ())
            for word in case["words"]
        }
        lexicon.names[entity] = names | _loosen(words_by_name(columns, data["shared"], entity), names)
        lexicon.doubtful[entity] = {key: means for key, (_, means) in doubtful.items()}
        lexicon.doubtful[entity] |= {f"~{stem_tokens(word)}": means for word, means in doubtful.values()}
        everything |= {*names, *lexicon.doubtful[entity]}
    lexicon.all_names = frozenset(everything - {""})
    return lexicon


def words_by_name(columns: Mapping[str, Any], shared: Mapping[str, Any], entity: str) -> Iterator[tuple[str, str]]:
    """Every word with the column that it names."""
    for column, words in (*columns.items(), *shared.items()):
        if column != "doubtful" and is_column(entity, column):
            yield from ((word, column) for word in list_words(words))


def _loosen(pairs: Iterable[tuple[str, str]], names: Mapping[str, str]) -> dict[str, str]:
    """The looser keys; one that would name two columns names none."""
    loose: dict[str, set[str]] = {}
    for word, column in pairs:
        if names[join_tokens(word)] == column:
            loose.setdefault(f"~{stem_tokens(word)}", set()).add(column)
    return {key: next(iter(columns)) for key, columns in loose.items() if len(columns) == 1 and key != "~"}
