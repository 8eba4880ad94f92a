"""What the words in headers and cells mean, in three languages: data of `words/*.yaml`, compared without case, accents,
umlauts, signs and small words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from slipwatch.model.tables import ENTITIES

KEY = "key"
"""Stands for a column that names the record: it has no canonical column of its own."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
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
