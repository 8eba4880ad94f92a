"""What is concluded, asked and said about one table, in the order in which it was found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from slipwatch.inference.reading import Inference, Question


@dataclass
class Findings:
    """What is concluded, asked and said on the way."""

    file: str
    inferences: list[Inference] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    wanted: dict[int, dict[Any, str]] = field(default_factory=dict)

    def conclude(self, what: str, value: Any, why: str, *, sure: bool = True) -> None:
        self.inferences.append(Inference(what=what, value=value, why=why, sure=sure))

    def ask(self, topic: str, text: str, choices: Iterable[str], *, proposed: str | None = None, why: str = "") -> None:
        identity = f"{self.file}/{topic}"
        if identity not in [one.id for one in self.questions]:
            question = Question(
                id=identity, file=self.file, text=text, choices=tuple(choices), proposed=proposed, why=why
            )
            self.questions.append(question)
