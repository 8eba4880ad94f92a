"""Column headers as people write them, by kind of list and language (words.yaml), and what each means."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

LANGUAGES = ("en", "fr", "de")
FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Slot:
    """One column of a kind of list. `kind` is text, date, number or share; `fields` what it may become."""

    name: str
    kind: str
    fields: tuple[str | None, ...]
    wordings: dict[str, list[str]]

    def choose(self, language: str, *, held_out: bool, turn: int) -> str:
        """One wording; the last one is that of the held-out files, and theirs alone where there are others."""
        wordings = self.wordings[language]
        if held_out or len(wordings) == 1:
            return wordings[-1]
        return wordings[turn % (len(wordings) - 1)]


def read_yaml(name: str) -> dict[str, Any]:
    """The contents of a file of this folder."""
    found: dict[str, Any] = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    return found


def make_slot(fact: dict[str, Any]) -> Slot:
    wordings = {language: fact[language] for language in LANGUAGES}
    return Slot(fact["name"], fact.get("kind", "text"), tuple(fact["fields"]), wordings)


SLOTS: dict[str, tuple[Slot, ...]] = {
    kind: tuple(make_slot(fact) for fact in facts) for kind, facts in read_yaml("words.yaml").items()
}
