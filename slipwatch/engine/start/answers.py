"""Answers to the questions of a start, kept in a file so that the same start can be repeated."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

from slipwatch.errors import ConfigError
from slipwatch.inference.places import read_place
from slipwatch.inference.portfolio import read_calendars
from slipwatch.inference.proposals import PROGRAMME
from slipwatch.inference.reading import LEAVE_OUT, Question
from slipwatch.model.tables import ENTITIES

_MAILBOX = "<>,; \t"
_COLUMNS = frozenset(column for entity in ENTITIES.values() for column in entity.by_name)
"""Whoever knows the file may call a column by any of our names, offered or not."""


def load_answers(path: Path) -> dict[str, str]:
    """Question id to answer. Raises `ConfigError` for a file that is missing or holds something else."""
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigError(
            f"cannot be read: {error.strerror}", subject=str(path), cure="name a file of answers"
        ) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"is no YAML: {error}", subject=str(path), cure="one line each: 'id': answer") from None
    if found is None:
        return {}
    if not isinstance(found, dict) or any(isinstance(answer, dict | list) for answer in found.values()):
        raise ConfigError("holds no answers", subject=str(path), cure="one line each: 'id': answer")
    return {str(question): _write(answer) for question, answer in found.items() if answer is not None}


def _write(answer: object) -> str:
    """YAML reads yes, no and NO (Norway) as true or false: a question that offers them means the words."""
    return {True: "yes", False: "no"}[answer] if isinstance(answer, bool) else str(answer)


def save_answers(path: Path, answers: Mapping[str, str], questions: Mapping[str, Question]) -> None:
    """Write answers with the text of their questions as comments."""
    from slipwatch.settings.commented import NoteLine, write_commented

    listed: dict[str, object] = {}
    for key, answer in answers.items():
        if key in questions:
            listed[NoteLine(questions[key].text)] = None
        listed[key] = answer
    head = ("Answers of `slipwatch start`: with --answers and this file it asks none of these again.",)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(write_commented(listed, head=head) if listed else "{}\n", encoding="utf-8", newline="\n")


def list_choices(question: Question) -> list[str]:
    """What may be answered; a table may always be left out. Empty where any text will do."""
    if question.topic == "kind" and LEAVE_OUT not in question.choices:
        return [*question.choices, LEAVE_OUT]
    return list(question.choices)


def check_answer(question: Question, answer: str) -> str | None:
    """What is wrong with an answer, as a sentence that says what is allowed; None where it will do."""
    topic = question.id.removeprefix(f"{PROGRAMME}/").partition("/")[0] if question.file == PROGRAMME else ""
    choices = list_choices(question)
    if choices and answer not in choices and not (question.topic == "column" and answer in _COLUMNS):
        return f"one of {', '.join(choices)}"
    if topic == "site" and read_place(answer) is None:
        return "a country whose public holidays are known, as FR, or a part of it, as FR-57 or DE-BW"
    if topic == "calendars" and not read_calendars(answer):
        return "projects and sites, such as ERP=R100, WMS=M300"
    if topic == "pmo" and (answer.count("@") != 1 or answer.strip("@") != answer or set(answer) & set(_MAILBOX)):
        return "one mailbox, such as pmo@example.org"
    return None


def refuse_answer(question: Question, answer: str, allowed: str, path: Path | None) -> ConfigError:
    """The error for an answer of a file that cannot be taken."""
    return ConfigError(
        f"{answer!r} is no answer to {question.id!r} ({question.text})",
        subject=str(path) if path else "answers",
        cure=allowed,
    )
