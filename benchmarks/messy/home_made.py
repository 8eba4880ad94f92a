"""The home-made half of the corpus: every dress in every language."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from benchmarks.messy.cells import put_hostile
from benchmarks.messy.dresses import Dress, dress
from benchmarks.messy.lists import build_list
from benchmarks.messy.truth import MessyFile
from benchmarks.messy.wardrobe import DRESSES
from benchmarks.messy.words import LANGUAGES

OTHER = {"en": "fr", "fr": "en", "de": "en"}


def make_home_made(seed: int, *, held_out: bool) -> Iterator[MessyFile]:
    """Files without any preset. The held-out ones have other words, other lists per language and other lengths."""
    for number, one in enumerate(DRESSES, 1):
        for place, language in enumerate(LANGUAGES):
            kind = one.kinds[(place + held_out) % len(LANGUAGES)]
            yield make_one(one, kind, language, Random(f"{seed}/{number}/{language}"), held_out=held_out, number=number)


def make_one(one: Dress, kind: str, language: str, chance: Random, *, held_out: bool, number: int) -> MessyFile:
    count = one.count + (chance.randrange(1, 9) if held_out else 0)
    build = {"style": one.style(language), "held_out": held_out, "count": count, "without": one.without}
    layout = build_list(kind, language, chance, **build)
    other = build_list(kind, OTHER[language], Random(1), **build) if one.other_language else None
    return dress(one, layout, other, f"{number:02d}_{language}")


def make_hostile(seed: int, *, held_out: bool) -> Iterator[MessyFile]:
    """Lists whose names hold what upstream systems may hold, as text and as workbook."""
    from benchmarks.messy.grid import lay_out
    from benchmarks.messy.lists import Style
    from benchmarks.messy.texts import make_csv
    from benchmarks.messy.workbooks import make_workbook
    from tests.hostile import FORMULAS, HEADERS, INVISIBLE, MARKDOWN, MARKUP, TEMPLATES, TERMINALS

    groups = (MARKUP + FORMULAS, MARKDOWN + TEMPLATES, INVISIBLE + TERMINALS + HEADERS)
    for place, language in enumerate(LANGUAGES):
        texts = tuple(text for text in groups[(place + held_out) % 3] if keep(text))
        for kind, suffix in (("actions", ".csv"), ("plan", ".xlsx")):
            chance = Random(f"{seed}/hostile/{language}/{kind}")
            style = Style(days=("iso",), share="percent_text") if suffix == ".csv" else Style()
            layout = lay_out(build_list(kind, language, chance, style=style, held_out=held_out, count=len(texts) + 4))
            put_hostile(texts)(layout)
            name = f"80_{language}{suffix}"
            yield make_csv(layout, name) if suffix == ".csv" else make_workbook(layout, name)


def keep(text: str) -> bool:
    """What can stand in a file at all: no half pairs, no NUL, no control signs that XML forbids, no empty name."""
    return (
        bool(text.strip())
        and len(text) < 4000
        and not any(sign in text for sign in "\ud83d\x00\ufffe\uffff")
        and not any(ord(sign) < 32 and sign not in "\t\n\r" for sign in text)
    )
