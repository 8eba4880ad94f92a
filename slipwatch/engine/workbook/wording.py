"""The words of the workbook in the reader's language, and what a reader's words mean in either language."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, cached_property
from importlib.resources import files

from slipwatch.engine.workbook.columns import Column, Sheet
from slipwatch.engine.workbook.sheets import SHEETS
from slipwatch.locales import Catalogue, Term
from slipwatch.model.finding import Concern, Severity

LANGUAGES = ("en", "fr")


@cache
def open_workbook_catalogue() -> Catalogue:
    """The texts of the workbook, over those of the kernel."""
    return Catalogue([files("slipwatch.locales"), files("slipwatch.engine.workbook.texts")])


def fold_name(text: str) -> str:
    """A heading as it is compared: blanks of any kind and capitals do not matter."""
    return " ".join(text.split()).casefold()


class Wording:
    """Texts of one language. A workbook is read in either: somebody may have typed the other one's word."""

    def __init__(self, language: str, catalogue: Catalogue | None = None) -> None:
        self.catalogue = catalogue or open_workbook_catalogue()
        self.language = language if language in LANGUAGES else "en"

    def say(self, id: str, /, **arguments: object) -> str:
        return self.catalogue.say(f"workbook.{id}", self.language, **arguments)

    def tell(self, text: Term) -> str:
        return self.catalogue.translate(text, self.language)

    def word(self, word: str) -> str:
        """A word of a choice; a word without a text stands for itself."""
        return self._words.get(word, {}).get(self.language, word)

    def find_word(self, text: str, allowed: Iterable[str]) -> str | None:
        """The word that a reader's text stands for, in whatever language; None for none of those allowed."""
        folded = text.strip().casefold()
        for word in allowed:
            if folded in {word.casefold(), *(said.casefold() for said in self._words.get(word, {}).values())}:
                return word
        return None

    def title(self, sheet: str, language: str | None = None) -> str:
        """The name on the tab."""
        return self.catalogue.say(f"workbook.sheet.{sheet}", language or self.language)

    def titles(self, sheet: str) -> set[str]:
        return {self.title(sheet, language).casefold() for language in LANGUAGES}

    def head(self, sheet: Sheet, column: Column, language: str | None = None) -> str:
        """The name of a column."""
        return self.catalogue.say(self._find_id(sheet, column, ""), language or self.language)

    def heads(self, sheet: Sheet, column: Column) -> set[str]:
        return {fold_name(self.head(sheet, column, language)) for language in LANGUAGES}

    def explain(self, sheet: Sheet, column: Column) -> str:
        """What a column means and what may stand in it."""
        return self.catalogue.say(self._find_id(sheet, column, ".note"), self.language)

    def name_entity(self, entity: str) -> str:
        """What an entity is called: an order line, an action."""
        id = f"workbook.entity.{entity}"
        return self.catalogue.say(id, self.language) if self.catalogue.has(id) else entity

    def _find_id(self, sheet: Sheet, column: Column, end: str) -> str:
        own = f"workbook.{sheet.id}.{column.field}{end}"
        return own if self.catalogue.has(own) else f"workbook.any.{column.field}{end}"

    @cached_property
    def _words(self) -> dict[str, dict[str, str]]:
        """What each word is called, by language."""
        words = {word for sheet in SHEETS for column in sheet.columns for word in column.words}
        words |= {"yes", "no", "proposed", "approved", "released", "drafts", "unreachable", "reads all"}
        words |= {*Concern, *(severity.name.lower() for severity in Severity)}
        found = {}
        for word in words:
            for id in (f"workbook.word.{word}", f"word.{word}"):
                if self.catalogue.has(id):
                    found[word] = {language: self.catalogue.say(id, language) for language in LANGUAGES}
                    break
        return found
