"""Asks a person: one question at a time, with the reason, the choices and what Enter means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from slipwatch.cli.call import Call

if TYPE_CHECKING:
    from slipwatch.inference.reading import Question

SKIP = "?"
_AGREED = {"", "y", "yes", "o", "oui", "j", "ja"}


@dataclass
class Asker:
    """`skipped` are the ids of questions that were left open."""

    call: Call
    skipped: set[str] = field(default_factory=set)
    _asked: int = 0

    def ask(self, question: Question, *, left: int) -> str | None:
        """The answer, one that the question allows; None where it is left open."""
        from slipwatch.engine.start import check_answer, list_choices

        self._asked += 1
        say = self.call.console.note
        say("")
        say(f"Question {self._asked}, {left} left · {question.file}")
        say(f"  {question.text}")
        if question.why:
            say(f"  Why it is asked: {question.why}")
        choices = list_choices(question)
        for number, choice in enumerate(choices, 1):
            say(f"    {number}  {choice}")
        while True:
            answer = self._read(question.proposed)
            if answer in (None, SKIP):
                self.skipped.add(question.id)
                return None
            chosen = _pick(str(answer), choices)
            allowed = check_answer(question, chosen)
            if allowed is None:
                return chosen
            say(f"  Not that: {allowed}; {SKIP} leaves it open.")

    def agree(self, text: str) -> bool:
        """Whether somebody agrees; Enter does."""
        given = self._read_line(f"{text} [Y/n]")
        return given is not None and given.casefold() in _AGREED

    def _read(self, proposed: str | None) -> str | None:
        """One answer; None at the end of the input, and for Enter where nothing is proposed."""
        shown = proposed if proposed is not None else f"Enter or {SKIP} leaves it open"
        given = self._read_line(f"  Answer [{shown}]")
        return given if given is None else given or proposed

    def _read_line(self, prompt: str) -> str | None:
        from rich.console import Console
        from rich.prompt import Prompt
        from rich.text import Text

        from slipwatch.document.escape import clean_terminal

        terminal = Console(file=self.call.console.err, markup=False, highlight=False, soft_wrap=True)
        try:
            given = Prompt.ask(
                Text(clean_terminal(prompt)), console=terminal, stream=self.call.stdin, default="", show_default=False
            )
        except EOFError:
            return None
        return given.strip()


def _pick(answer: str, choices: Sequence[str]) -> str:
    """A choice by its number or its word, whatever its case; any other text as it is."""
    if answer.isdigit() and 1 <= int(answer) <= len(choices):
        return choices[int(answer) - 1]
    return next((one for one in choices if one.casefold() == answer.casefold()), answer)
