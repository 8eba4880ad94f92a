"""What is wrong in the configuration, said so that a person can correct it without asking."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from slipwatch.errors import ConfigError, SlipwatchError


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One mistake. `line` counts from 1; `key` is the dotted path, empty where the file as a whole is meant."""

    file: str
    line: int
    key: str
    found: str
    allowed: str
    cure: str

    @property
    def place(self) -> str:
        """`sources.yaml:12`, as editors open it."""
        return f"{self.file}:{self.line}"

    @property
    def statement(self) -> str:
        """What was found where, and what is allowed."""
        head = f"{self.key}: " if self.key else ""
        return f"{head}found {self.found}; allowed: {self.allowed}"

    def __str__(self) -> str:
        return f"{self.place}: {self.statement} ({self.cure})"


class SettingsError(ConfigError):
    """Everything that is wrong in the configuration; the first problem is the message."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(problems, key=lambda problem: (problem.file, problem.line)))
        first, more = self.problems[0], len(self.problems) - 1
        message = first.statement + (f", and {more} more" if more else "")
        super().__init__(message, subject=first.place, cure=first.cure)


def explain(error: SlipwatchError) -> str:
    """All that an error has to say, a line per problem."""
    if isinstance(error, SettingsError):
        return "\n".join(str(problem) for problem in error.problems)
    return str(error)


def suggest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant, or None. Upper and lower case do not matter."""
    by_folded = {name.casefold(): name for name in known}
    close = get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[close[0]] if close else None


def list_words(words: Sequence[str], *, most: int = 12) -> str:
    """Words separated by commas, the rest as a count."""
    shown = ", ".join(words[:most])
    return f"{shown} and {len(words) - most} more" if len(words) > most else shown or "none is declared"
