"""What a file is to a PMO: the kind whose columns it has, with a clear lead over the next one, or a question."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from slipwatch.inference.assign import Assignments, Given, assign_columns
from slipwatch.inference.facts import ColumnFacts
from slipwatch.inference.lexicon import Lexicon
from slipwatch.inference.units import strip_units
from slipwatch.inference.words import fold_text, join_tokens, load_words


@dataclass(frozen=True)
class KindScore:
    """How much speaks for one kind; 0 where a column that it needs is missing."""

    kind: str
    entity: str
    score: float
    assignments: Assignments
    why: str


@dataclass(frozen=True)
class KindGuess:
    """`best` is None where nothing fits; `is_sure` is false where the next one is too close."""

    best: KindScore | None
    is_sure: bool
    rivals: tuple[KindScore, ...]
    why: str


def list_kinds() -> Mapping[str, Any]:
    kinds: Mapping[str, Any] = load_words("kinds")["kinds"]
    return kinds


def guess_kind(
    columns: Sequence[ColumnFacts], lexicon: Lexicon, *, places: Mapping[str, str], given: Mapping[str, Given]
) -> KindGuess:
    """`places` are texts beside the table by where they stand: the name of the file, the sheet, the titles.

    `given` says what some columns are.
    """
    data = load_words("kinds")
    scores = [_score_kind(kind, columns, lexicon, places, given) for kind in data["kinds"]]
    ranked = sorted(scores, key=lambda one: -one.score)
    best, second = ranked[0], ranked[1]
    rivals = tuple(one for one in ranked if one.score > max(0.0, best.score - 2 * data["margin"]))
    if best.score < data["enough"]:
        return KindGuess(None, is_sure=best.score <= 0, rivals=rivals, why="too few columns are known")
    lead = best.score - second.score
    why = best.why if lead >= data["margin"] else f"{best.why}; but {second.kind} fits nearly as well"
    return KindGuess(best, is_sure=lead >= data["margin"], rivals=rivals, why=why)


def _score_kind(
    kind: str,
    columns: Sequence[ColumnFacts],
    lexicon: Lexicon,
    places: Mapping[str, str],
    given: Mapping[str, Given],
) -> KindScore:
    facts = list_kinds()[kind]
    found = assign_columns(columns, facts["entity"], lexicon, given)
    fields = found.list_fields()
    sure = {one.field for one in found.columns if one.field}
    reasons = [one.facts.name for one in found.columns if one.field]
    if not all(any(name in fields for name in group) for group in facts["needs"]):
        return KindScore(kind, facts["entity"], 0.0, found, "")
    weights = facts["weights"]
    score = sum(weights.get(name, 0.3) * (1.0 if name in sure else 0.6) for name in fields if name)
    strong = [facts_of.name for facts_of in columns if _is_strong(facts_of.name, kind)]
    hints = [where for where, text in places.items() if _names_kind(text, kind)]
    if facts.get("needs_name") and not strong and not hints:
        return KindScore(kind, facts["entity"], 0.0, found, "")
    score += 1.5 * min(2, len(strong)) + 1.5 * len(hints)
    why = f"columns {', '.join(reasons[:4])}"
    if hints:
        why += f"; the {' and the '.join(hints)} says so"
    return KindScore(kind, facts["entity"], score, found, why)


@cache
def _list_strong(kind: str) -> frozenset[str]:
    return frozenset(join_tokens(str(word)) for word in list_kinds()[kind]["strong"])


def _is_strong(name: str, kind: str) -> bool:
    bare = strip_units(name)
    return any(join_tokens(part) in _list_strong(kind) for part in (bare, *bare.split(" / "), *bare.split("/")))


@cache
def _compile_words(kind: str) -> re.Pattern[str]:
    words = "|".join(re.escape(fold_text(str(word))) for word in list_kinds()[kind]["words"])
    return re.compile(rf"(?:^|[^a-z])(?:{words})(?:[^a-z]|$)")


def _names_kind(text: str, kind: str) -> bool:
    return bool(_compile_words(kind).search(fold_text(text)))
