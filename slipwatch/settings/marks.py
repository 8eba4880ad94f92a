"""Reads YAML with the line of every key and item, so that an error can say where it is.

Plain words mean what YAML 1.2 says, which is what editors show: only `true` and `false` are flags (a country `NO` stays
text), a number with leading zeros stays text, `12:30` is text, a day is `2026-01-31`. Keys are always text. A key
written twice, an alias and a second document are refused: each hides a value from the reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from slipwatch.settings.problems import Problem, SettingsError

YamlPath = tuple[str | int, ...]

_FLAG = {"true": True, "false": False}
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]*)$")
_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}$")
_NOTHING = ("", "~", "null", "Null", "NULL")


@dataclass(frozen=True)
class MarkedFile:
    """One configuration file: its text, its data, and the line (from 1) of every key and list item by path."""

    name: str
    text: str
    data: Any
    lines: Mapping[YamlPath, int] = field(repr=False)

    def find_line(self, path: YamlPath) -> int:
        """The line of `path`, or of its nearest ancestor that is written in the file."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


_Nodes: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Composes nodes only; values are read by `_Reader`."""


class _Reader:
    """Turns nodes into plain data and remembers where each came from."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[YamlPath, int] = {(): 1}
        self.seen: set[int] = set()

    def read(self, node: yaml.Node, path: YamlPath) -> Any:
        self.lines.setdefault(path, node.start_mark.line + 1)
        self._refuse_tricks(node, path)
        if isinstance(node, yaml.MappingNode):
            return dict(self._read_pairs(node, path))
        if isinstance(node, yaml.SequenceNode):
            return [self.read(item, (*path, index)) for index, item in enumerate(node.value)]
        return self._read_scalar(node, path)

    def _read_pairs(self, node: yaml.MappingNode, path: YamlPath) -> Iterator[tuple[str, Any]]:
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise self._refuse(path, key.start_mark.line + 1, "a group as a key", "text as a key")
            name = str(key.value)
            line = key.start_mark.line + 1
            if (*path, name) in self.lines:
                first = self.lines[*path, name]
                raise self._refuse(
                    (*path, name), line, f"the key a second time (first in line {first})", "each key once"
                )
            self.lines[*path, name] = line
            yield name, self.read(value, (*path, name))

    def _read_scalar(self, node: yaml.Node, path: YamlPath) -> Any:
        text = str(node.value)
        if getattr(node, "style", None):
            return text
        try:
            return read_plain(text)
        except ValueError as error:
            raise self._refuse(
                path, node.start_mark.line + 1, f"{text!r} ({error})", "a day of the calendar"
            ) from error

    def _refuse_tricks(self, node: yaml.Node, path: YamlPath) -> None:
        if id(node) in self.seen:
            raise self._refuse(path, self.lines[path], "a YAML alias", "the value itself")
        if node.tag.startswith("!"):
            raise self._refuse(path, node.start_mark.line + 1, f"the YAML tag {node.tag}", "a plain value")
        self.seen.add(id(node))

    def _refuse(self, path: YamlPath, line: int, found: str, allowed: str) -> SettingsError:
        return SettingsError(
            [Problem(file=self.name, line=line, key=write_path(path), found=found, allowed=allowed, cure="correct it")]
        )


def read_plain(text: str) -> Any:
    """The value of an unquoted word: nothing, flag, whole number, number, day, else text.

    Raises `ValueError` for a day that no calendar has, such as 2026-02-30.
    """
    if text in _NOTHING:
        return None
    if text in _FLAG:
        return _FLAG[text]
    if _WHOLE.match(text):
        return int(text)
    if _NUMBER.match(text):
        return float(text)
    return date.fromisoformat(text) if _DAY.match(text) else text


def write_path(path: YamlPath) -> str:
    """`('sources', 'PLAN', 'evidence', 0)` as people write it: `sources.PLAN.evidence[0]`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def read_marked(name: str, text: str) -> MarkedFile:
    """Read one document. An empty file is an empty group. Raises `SettingsError`."""
    reader = _Reader(name)
    try:
        node = yaml.compose(text, _Nodes)
    except yaml.MarkedYAMLError as error:
        raise SettingsError([_explain_syntax(name, error)]) from error
    except yaml.YAMLError as error:
        raise SettingsError([_explain_reader(name, error)]) from error
    data = {} if node is None else reader.read(node, ())
    return MarkedFile(name=name, text=text, data={} if data is None else data, lines=reader.lines)


def read_text(path: Path, name: str) -> str:
    """The text of a file. Raises `SettingsError` when it cannot be read or is not UTF-8."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        found, cure = f"a byte that is not UTF-8 at position {error.start}", "save the file as UTF-8"
    except OSError as error:
        found, cure = f"it cannot be read: {error.strerror}", "check its place and its rights"
    raise SettingsError([Problem(file=name, line=1, key="", found=found, allowed="a UTF-8 text file", cure=cure)])


def _explain_syntax(name: str, error: yaml.MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    return Problem(
        file=name,
        line=mark.line + 1 if mark else 1,
        key="",
        found=f"text that is not YAML: {error.problem or error.context}",
        allowed="YAML",
        cure="look at indentation, quotes and colons here and in the line above",
    )


def _explain_reader(name: str, error: yaml.YAMLError) -> Problem:
    found = f"text that is not YAML: {getattr(error, 'reason', error)}"
    return Problem(file=name, line=1, key="", found=found, allowed="YAML", cure="remove control characters")
