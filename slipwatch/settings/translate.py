"""Turns what pydantic says into problems with file, line, key, what was found, what is allowed, and the cure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from slipwatch.settings.allowed import Schema, describe, find_schema, list_choices, list_keys
from slipwatch.settings.marks import MarkedFile, YamlPath, write_path
from slipwatch.settings.problems import Problem, list_words, suggest
from slipwatch.settings.values import HIDDEN_FORMATS

UNITS = {"wd": "working days", "days": "calendar days", "percent": "percent", "count": "a count", "hours": "hours"}
_NUMBER_WITH_UNIT = re.compile(r"\s*[-+]?[0-9][0-9.,]*\s*[^\W\d]+|.*%\s*$")


def translate(
    error: ValidationError, *, model: type[BaseModel], file: MarkedFile, prefix: YamlPath = ()
) -> list[Problem]:
    """One problem per place. `prefix` is where the validated data stand in the file."""
    root = model.model_json_schema(by_alias=True)
    problems: dict[YamlPath, Problem] = {}
    details = error.errors(include_url=False)
    for detail in details:
        if detail["type"] == "too_short" and _has_deeper(details, detail["loc"]):
            continue  # only because its wrong items do not count
        path = _find_path(detail, file.data, prefix)
        problems.setdefault(path, _Translation(detail, root, file, path).write())
    return list(problems.values())


def _has_deeper(details: Sequence[ErrorDetails], loc: tuple[int | str, ...]) -> bool:
    return any(len(other["loc"]) > len(loc) and other["loc"][: len(loc)] == loc for other in details)


def _find_path(detail: ErrorDetails, data: Any, prefix: YamlPath) -> YamlPath:
    """The place in the file: pydantic's own, without the names of union branches, which nobody wrote."""
    here = _descend(data, prefix)
    path, loc = list(prefix), detail["loc"]
    for position, part in enumerate(loc):
        if _holds(here, part):
            path.append(part)
            here = here[part]
        elif detail["type"] == "missing" and position == len(loc) - 1:
            path.append(part)
    return tuple(path)


def _descend(data: Any, path: YamlPath) -> Any:
    """What is written at a path; None where nothing is."""
    for part in path:
        data = data[part] if _holds(data, part) else None
    return data


def _holds(here: Any, part: str | int) -> bool:
    if isinstance(here, Mapping):
        return part in here
    return isinstance(here, list) and isinstance(part, int) and part < len(here)


class _Translation:
    """One error of pydantic on its way to a problem."""

    def __init__(self, detail: ErrorDetails, root: Schema, file: MarkedFile, path: YamlPath) -> None:
        self.detail = detail
        self.kind = detail["type"]
        self.root = root
        self.file = file
        self.path = path
        loc = detail["loc"]
        self.parent = find_schema(root, loc[:-1]) or {}
        self.schema = find_schema(root, loc) or {}

    def write(self) -> Problem:
        found, allowed, cure = self._say()
        return Problem(
            file=self.file.name,
            line=self.file.find_line(self.path),
            key=write_path(self.path),
            found=found,
            allowed=allowed,
            cure=cure,
        )

    def _say(self) -> tuple[str, str, str]:
        if self.kind == "extra_forbidden":
            keys = list_keys(self.parent, self.root)
            return "an unknown key", list_words(keys), advise_key(str(self.path[-1]), keys)
        if self.kind == "missing":
            return "nothing", describe(self.schema, self.root), f"add the key {self.path[-1]!r}"
        return self._find_value(), self._allow_value(), self._cure_value()

    def _find_value(self) -> str:
        if self.schema.get("format") in HIDDEN_FORMATS:
            return "a literal value, not shown here"
        return describe_value(self.detail["input"])

    def _allow_value(self) -> str:
        if self.kind == "value_error":
            return str(self.detail.get("ctx", {}).get("error", self.detail["msg"]))
        return describe(self.schema, self.root) if self.schema else self.detail["msg"].lower()

    def _cure_value(self) -> str:
        value, allowed = self.detail["input"], self._allow_value()
        if word := suggest(str(value), list_choices(self.schema, self.root)):
            return f"did you mean {word!r}?"
        if self.schema.get("format") in HIDDEN_FORMATS:
            return "keep the secret outside of the configuration and name it"
        if isinstance(value, str) and _NUMBER_WITH_UNIT.match(value):
            return advise_unit(self.path)
        if allowed == "text" and isinstance(value, (bool, float, date)):
            return "put it in quotes"
        return "write what is allowed"


def advise_key(key: str, known: Sequence[str]) -> str:
    """The cure for an unknown key: the same word in its right unit, the closest word, or none."""
    stem, _, unit = key.rpartition("_")
    for name in known:
        other_stem, _, other_unit = name.rpartition("_")
        if stem and stem == other_stem and unit in UNITS and other_unit in UNITS:
            return f"{key!r} would be in {UNITS[unit]}; here it is {UNITS[other_unit]}: {name!r}"
    close = suggest(key, known)
    return f"did you mean {close!r}?" if close else "remove it"


def advise_unit(path: YamlPath) -> str:
    """The cure for a number that was written with a unit."""
    unit = str(path[-1]).rpartition("_")[2] if path else ""
    if unit in UNITS:
        return f"write the number alone: the key already says {UNITS[unit]}"
    return "write the number alone"


def describe_value(value: Any) -> str:
    """What was found, short and on one line."""
    if isinstance(value, Mapping):
        return f"a group with the keys {list_words([str(key) for key in value], most=5)}" if value else "an empty group"
    if isinstance(value, (list, tuple)):
        return f"a list of {len(value)}"
    text = _describe_plain(value)
    return text if len(text) <= 80 else text[:77] + "..."


def _describe_plain(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return "nothing" if value is None else str(value).lower()
    if isinstance(value, date):
        return f"the day {value.isoformat()}"
    return str(value) if isinstance(value, (int, float)) else repr(str(value))


def walk(data: Any, path: YamlPath = ()) -> Iterator[tuple[YamlPath, Any]]:
    """Every value with its path, groups and lists included."""
    yield path, data
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield from walk(value, (*path, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from walk(value, (*path, index))
