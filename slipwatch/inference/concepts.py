"""Names of columns that no list holds, understood word by word: a name means something only where every word does.

Words and rules are data (`words/concepts.yaml`). `Bestätigtes Lieferdatum` is confirm + delivery + day; with the rule
`promised_on: promise delivery (day)` it is the promise of an order line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product

from slipwatch.inference.words import fold_text, is_column, list_tokens, load_words, stem_word

_SHORTEST_PART = 3
_MOST_READINGS = 64
_LINKING = ("", "s", "n", "en", "es")


@dataclass(frozen=True)
class Rule:
    """A combination of concepts: all of `needed`, and any of `allowed`."""

    field: str
    needed: frozenset[str]
    allowed: frozenset[str]

    def holds(self, concepts: frozenset[str]) -> bool:
        return self.needed <= concepts <= self.needed | self.allowed


@cache
def understand_name(name: str, entity: str) -> tuple[str, ...]:
    """The canonical columns of an entity that a name may mean, the closest rules only; none where a word is unknown."""
    readings = _read_words(name)
    found: dict[str, int] = {}
    for concepts in readings:
        for rule in _load_rules(entity):
            if rule.holds(concepts):
                found[rule.field] = max(found.get(rule.field, 0), len(rule.needed))
    best = max(found.values(), default=0)
    return tuple(field for field, size in found.items() if size == best)


def knows_words(name: str) -> bool:
    """Whether every word of a name is one that names of columns are made of."""
    return bool(_read_words(name))


@cache
def _read_words(name: str) -> tuple[frozenset[str], ...]:
    """The sets of concepts that a name can stand for; a word may have several meanings."""
    bare = re.sub(r"[\s_]*\d{1,2}$", "", name)
    choices: list[frozenset[str]] = []
    for token in list_tokens(bare):
        if token in _load_filler():
            continue
        meanings = _find_meanings(token)
        if not meanings:
            return ()
        choices += meanings
    if not choices:
        return ()
    return tuple(
        dict.fromkeys(frozenset(one) for one, _ in zip(product(*choices), range(_MOST_READINGS), strict=False))
    )


@cache
def _find_meanings(token: str) -> tuple[frozenset[str], ...]:
    """One set of concepts for each part of a word; a compound has several parts."""
    words = _load_concepts()
    if found := words.get(token) or words.get(stem_word(token)):
        return (found,)
    for parts in _split_compound(token):
        return parts
    return ()


def _split_compound(token: str) -> Iterator[tuple[frozenset[str], ...]]:
    words = _load_concepts()
    for cut in range(len(token) - _SHORTEST_PART, _SHORTEST_PART - 1, -1):
        head, tail = token[:cut], token[cut:]
        for link in _LINKING:
            start = words.get(head.removesuffix(link)) if head.endswith(link) else None
            if start and (rest := _find_meanings(tail)):
                yield (start, *rest)


@cache
def _load_concepts() -> dict[str, frozenset[str]]:
    """Folded word, and its stem, to the concepts that it may mean."""
    found: dict[str, set[str]] = {}
    for concept, words in load_words("concepts")["concepts"].items():
        for word in words:
            for token in list_tokens(str(word)) or [fold_text(str(word))]:
                found.setdefault(token, set()).add(concept)
                found.setdefault(stem_word(token), set()).add(concept)
    return {word: frozenset(concepts) for word, concepts in found.items()}


@cache
def _load_filler() -> frozenset[str]:
    return frozenset(token for word in load_words("concepts")["filler"] for token in list_tokens(str(word)))


@cache
def _load_rules(entity: str) -> tuple[Rule, ...]:
    data = load_words("concepts")["rules"]
    return tuple(
        _parse_rule(field, text)
        for part in (data.get(entity, {}), data["shared"])
        for field, texts in part.items()
        if is_column(entity, field) and not (part is data["shared"] and field in data.get(entity, {}))
        for text in texts
    )


def _parse_rule(field: str, text: str) -> Rule:
    needed, _, allowed = text.partition("(")
    return Rule(field, frozenset(needed.split()), frozenset(allowed.rstrip(") ").split()))
