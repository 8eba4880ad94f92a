"""What the words in headers and cells mean, in three languages: data of `words/*.yaml`, compared without case, accents,
umlauts, signs and small words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from slipwatch.model.tables import ENTITIES

KEY = "key"
"""Stands for a column that names the record: it has no canonical column of its own."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PARTS = re.compile(r"\s+/\s+|[/|\n()\[\]]|\s[-–—:]\s")
_NUMBER_SIGN = re.compile(r"\b[nN]\s?[°ºo]\b\.?|[nN][°º]|№|#")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SMALL = frozenset("de du des d l la les of the der die das den dem a s".split())  # noqa: SIM905 — one line


def repair_accents(text: str) -> str:
    """A text that was written in UTF-8 and read in another encoding on its way (Ã‰chÃ©ance), as it was."""
    if "Ã" not in text and "Â" not in text:
        return text
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text


def fold_text(text: str) -> str:
    """Lower case without accents; ä, ae and a are one letter, so are ö and ü."""
    return _fold_umlauts(_fold_accents(text))


def _fold_accents(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("œ", "oe")).casefold()
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def _fold_umlauts(text: str) -> str:
    return text.replace("ae", "a").replace("oe", "o").replace("ue", "u")


def list_tokens(text: str) -> list[str]:
    """The words of a header: n°, number and # are `nr`, abbreviations are written out, small words are left out."""
    text = _NUMBER_SIGN.sub(" nr ", _CAMEL.sub(" ", text) if " " not in text.strip() else text)
    words = re.findall(r"[^\W_]+", _fold_accents(text.replace("%", " percent ")))
    return [_shorten(_fold_umlauts(word)) for word in words if word not in _SMALL]


def _shorten(word: str) -> str:
    word = _load_abbreviations().get(word, word)
    for ending in ("nummer", "number"):
        if word.endswith(ending):
            word = word[: -len(ending)] + "nr"
    return word[:-1] if len(word) > 3 and word.endswith("s") else word


def join_tokens(text: str) -> str:
    """The text by which headers and words are compared."""
    return "".join(list_tokens(text))


_ENDINGS = re.compile(r"(?:e[rnsm]?|s)+$")


def stem_word(word: str) -> str:
    """A word without the endings of gender and number."""
    return _ENDINGS.sub("", word) if len(word) > 4 else word


def stem_tokens(text: str) -> str:
    """A looser comparison: words in any order, without the endings of gender and number (genehmigtes Budget)."""
    stems = {stem_word(word) for word in list_tokens(text)}
    return " ".join(sorted(stems - {""}))


@cache
def load_words(name: str) -> Any:
    """The data of `words/<name>.yaml` that is installed with the product."""
    text = (files("slipwatch") / "defaults" / "words" / f"{name}.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=_LOADER)  # noqa: S506 — a safe loader, the faster one where it was built


@cache
def _load_abbreviations() -> Mapping[str, str]:
    return {fold_text(short): fold_text(long) for short, long in load_words("columns")["abbreviations"].items()}


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
        from slipwatch.inference.concepts import understand_name

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


def is_column(entity: str, column: str) -> bool:
    return column in (KEY, "order_number", "line_number") or column in ENTITIES[entity].by_name


def list_words(words: Mapping[str, Iterable[Any]] | Iterable[Any]) -> list[str]:
    """All words of a list, or of lists by language."""
    lists = words.values() if isinstance(words, Mapping) else [words]
    return [str(word) for one in lists for word in one]


@cache
def load_vocabulary(name: str) -> dict[str, str | bool]:
    """What the words of a closed column mean: folded word to our own."""
    entries = load_words("values")[name]
    return {join_tokens(word): meaning for meaning, words in entries.items() for word in list_words(words)}


@cache
def load_list(name: str) -> frozenset[str]:
    """The folded words of a plain list, such as `empty` or `totals`."""
    return frozenset(fold_text(str(word)).strip() for word in load_words("values")[name])


@cache
def load_currencies() -> dict[str, str | None]:
    return {str(sign).casefold(): code for sign, code in load_words("values")["currencies"].items()}


@cache
def load_factors() -> dict[str, int]:
    return {fold_text(str(word)): factor for factor, words in load_words("values")["factors"].items() for word in words}


_BRACKETS = re.compile(r"[(\[]([^)\]]*)[)\]]")


def find_units(header: str) -> tuple[int | None, str | None]:
    """Factor and currency that a header names, as in `Budget (k€)` or `Montant en milliers EUR`."""
    factor, currency = None, None
    for part in (*_BRACKETS.findall(header), *_list_tails(header)):
        found = read_unit(part)
        if found:
            factor, currency = factor or found[0], currency or found[1]
    return factor, currency


def read_unit(text: str) -> tuple[int | None, str | None] | None:
    """Factor and currency of a text that says nothing else; None for any other text."""
    folded = fold_text(text).strip(" .:")
    factors, currencies = load_factors(), load_currencies()
    if folded in factors:
        return factors[folded], _find_sign(folded)
    plain = text.strip(" .:").casefold()
    if plain in currencies:
        return None, currencies[plain]
    words = [word for word in re.split(r"[\s,]+", folded) if word not in ("en", "in", "")]
    found = [(factors.get(word), currencies.get(word)) for word in words]
    if not words or any(one == (None, None) for one in found):
        return None
    return next((one for one, _ in found if one), None), next((one for _, one in found if one), None)


def _find_sign(folded: str) -> str | None:
    for sign, code in load_currencies().items():
        if code and folded.endswith(sign):
            return code
    return None


def _list_tails(header: str) -> list[str]:
    """The last words of a header, longest first; never all of it."""
    words = header.split()
    return [" ".join(words[-count:]) for count in (3, 2, 1) if count < len(words)]


def strip_units(header: str) -> str:
    """The header without the units that it names."""
    bare = _BRACKETS.sub(lambda found: "" if read_unit(found[1]) else found[0], header)
    for tail in _list_tails(bare):
        if read_unit(tail):
            bare = bare.rstrip()[: -len(tail)]
            break
    bare = bare.strip(" ,;:-") if bare != header else bare
    return re.sub(r"\s+(?:en|in)$", "", bare, flags=re.IGNORECASE)
