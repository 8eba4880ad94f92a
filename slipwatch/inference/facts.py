"""What the cells of a column can be: days, figures, flags, codes, words; from all of its values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from slipwatch.inference.dates import SERIALS, DateForms, find_date_forms
from slipwatch.inference.numbers import NumberForms, find_number_forms
from slipwatch.inference.profile import Profile
from slipwatch.inference.units import find_units
from slipwatch.inference.words import join_tokens, load_vocabulary
from slipwatch.model.columns import Column, Kind

ENOUGH = 0.6
"""The share of cells that must fit a column of days or words; the others are set aside one by one."""

VOCABULARIES = {
    ("milestone", "status"): "status", ("work_item", "status"): "status", ("requirement", "status"): "status",
    ("work_item", "kind"): "kind", ("work_item", "result"): "result", ("risk", "response"): "response",
    ("confirmation", "response"): "confirmation_response", ("cost_entry", "kind"): "cost_kind",
    ("change_request", "decision"): "decision",
}  # fmt: skip
"""The words (words/values.yaml) of each column with a closed vocabulary."""

_MOST_WORDS = 40
_CODE = re.compile(r"(?=.*\d)[\w\-./#]{1,24}")


@dataclass
class ColumnFacts:
    """One column of the file: its name, its place, and what all of its cells have in common. `words` are what the
    words of a known program in it mean, beyond the usual ones."""

    name: str
    position: int
    profile: Profile
    words: Mapping[str, str | bool] = field(default_factory=dict)

    @cached_property
    def dates(self) -> DateForms:
        return find_date_forms(self.profile)

    @cached_property
    def numbers(self) -> NumberForms:
        return find_number_forms(self.profile)

    @property
    def filled(self) -> int:
        return self.profile.filled

    @property
    def native_days(self) -> int:
        return self.profile.kinds["date"] + self.profile.kinds["instant"]

    @cached_property
    def days(self) -> int:
        """Cells that are read as a day or a week."""
        return self.native_days + self.dates.readable

    @cached_property
    def is_days(self) -> bool:
        return self.filled > 0 and self.days >= ENOUGH * self.filled

    @cached_property
    def is_serials(self) -> bool:
        """Whole numbers that may be a spreadsheet's days: only the name of the column can tell."""
        numbers = self.profile.kinds["number"] + self.profile.kinds["whole"]
        low, high = self.profile.smallest, self.profile.largest
        if numbers and numbers == self.filled and low is not None and high is not None:
            return SERIALS[0] <= low and high <= SERIALS[1]
        shape = self.profile.shapes.get("99999")
        if not shape or shape.count != self.filled:
            return False
        return SERIALS[0] <= shape.smallest[0] and shape.largest[0] <= SERIALS[1]

    @cached_property
    def figures(self) -> int:
        return self.profile.kinds["number"] + self.profile.kinds["whole"] + self.numbers.readable

    @cached_property
    def is_figures(self) -> bool:
        return self.filled > 0 and self.figures >= 0.8 * self.filled

    @cached_property
    def is_flags(self) -> bool:
        words = self._list_words("flag")
        values = [one for one in self.profile.values if one not in self.profile.empties]
        return 0 < len(values) <= 6 and all(
            isinstance(one, bool) or join_tokens(_write(one)) in words or _write(one).casefold() in words
            for one in values
        )

    @cached_property
    def is_text(self) -> bool:
        """Words of people: neither days nor figures."""
        return self.filled > 0 and not self.is_days and not self.is_figures

    @cached_property
    def is_code(self) -> bool:
        """Short texts with digits, or whole numbers: what identifies something."""
        texts = self.profile.list_texts()
        if self.profile.kinds["whole"] >= ENOUGH * max(1, self.filled):
            return True
        codes = sum(
            count for text, count in texts if re.fullmatch(r"(?=.*\d)[\w\-./# ]{1,24}", text) and " " not in text
        )
        return bool(texts) and codes >= ENOUGH * max(1, sum(count for _, count in texts)) and not self.is_days

    @cached_property
    def units(self) -> tuple[int | None, str | None]:
        """Factor and currency in the name of the column."""
        return find_units(self.name)

    @cached_property
    def rounded(self) -> list[str]:
        """Numbers that a spreadsheet has rounded: 4,5E+09."""
        return sorted(self.profile.rounded)

    def _list_words(self, vocabulary: str) -> Mapping[str, str | bool]:
        own = {join_tokens(word) or word.casefold(): meaning for word, meaning in self.words.items()}
        return {**load_vocabulary(vocabulary), **own}

    def split_words(self, vocabulary: str) -> tuple[dict[str, str | bool], list[str]]:
        """The words of the column that are known, with their meaning, and those that are not; most frequent first."""
        words = self._list_words(vocabulary)
        known: dict[str, str | bool] = {}
        unknown: list[str] = []
        for value, _ in self.profile.values.most_common(_MOST_WORDS + 1):
            text = _write(value)
            meaning = words.get(join_tokens(text), words.get(text.casefold()))
            if meaning is None:
                unknown.append(text)
            else:
                known[text] = meaning
        return known, unknown

    def fits(self, entity: str, column: Column) -> bool:
        """Whether the cells can be what this canonical column holds; an empty column fits everything."""
        if self.filled == 0:
            return True
        if column.kind in (Kind.DAY, Kind.INSTANT):
            return self.is_days or self.is_serials
        if column.kind in (Kind.MONEY, Kind.QUANTITY, Kind.RATIO, Kind.INTEGER):
            return self.is_figures and not self.is_days
        if column.kind is Kind.FLAG:
            return self.is_flags
        if vocabulary := VOCABULARIES.get((entity, column.name)):
            return self._fits_words(vocabulary)
        return self._fits_text(column)

    def _fits_words(self, vocabulary: str) -> bool:
        if self.is_days or len(self.profile.values) > _MOST_WORDS:
            return False
        if vocabulary == "status":
            return not self.is_figures
        known, _ = self.split_words(vocabulary)
        return sum(self.profile.values[one] for one in known if one in self.profile.values) >= ENOUGH * self.filled

    def _fits_text(self, column: Column) -> bool:
        if self.is_days:
            return False
        if column.name in ("name", "outcome", "origin"):
            return not self.is_figures
        if column.name in ("currency",):
            return bool(self.profile.longest and self.profile.longest <= 4)
        return not (self.profile.kinds["number"] > 0.2 * self.filled)

    def count_texts(self) -> int:
        """Texts that are counted by `list_texts`."""
        return sum(count for _, count in self.profile.list_texts())

    def list_values(self, most: int = 60) -> tuple[tuple[str, int], ...]:
        return tuple((_write(value), count) for value, count in self.profile.values.most_common(most))


def _write(value: Any) -> str:
    """A cell as the engine writes it where it compares words: whole numbers as their digits."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return str(value)


write_cell = _write
