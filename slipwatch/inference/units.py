"""Currencies and thousands that stand in headers, titles and cells: k€, T€, in Tsd. EUR, en milliers."""

from __future__ import annotations

import re
from functools import cache

from slipwatch.inference.words import fold_text, load_words


@cache
def load_currencies() -> dict[str, str | None]:
    return {str(sign).casefold(): code for sign, code in load_words("values")["currencies"].items()}


@cache
def load_factors() -> dict[str, int]:
    return {fold_text(str(word)): factor for factor, words in load_words("values")["factors"].items() for word in words}


_SCALE = re.compile(r"[\d\s\-–.…à]+")
"""What a header says of a scale: probability (1-5)."""

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
    bare = _BRACKETS.sub(lambda found: "" if read_unit(found[1]) or _SCALE.fullmatch(found[1]) else found[0], header)
    for tail in _list_tails(bare):
        if read_unit(tail):
            bare = bare.rstrip()[: -len(tail)]
            break
    bare = bare.strip(" ,;:-") if bare != header else bare
    return re.sub(r"\s+(?:en|in)$", "", bare, flags=re.IGNORECASE)
