"""Writes configuration as YAML that explains itself: a comment beside what was concluded, in an order chosen by hand.

PyYAML writes no comments; here each value may carry its reason. Texts from files go through PyYAML's own quoting, and
lose their line breaks and control characters in comments: no name of a column can add a key.
"""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from slipwatch.settings.marks import read_plain

WIDTH = 118
_UNLIMITED = 1 << 30
_MANY = 8
"""More plain pairs than this are written side by side."""

_LONGEST_KEY = 120
"""YAML reads a key of more than 1,024 signs only where it is marked as one."""


@dataclass(frozen=True)
class Noted:
    """A value and why it is so."""

    value: Any
    why: str = ""


class NoteLine(str):
    """An entry of a list, or a key of a group, that is a comment only."""

    __slots__ = ()


def write_commented(value: Mapping[str, Any], *, head: Sequence[str] = ()) -> str:
    """The text of a YAML file. `head` are comment lines above it; groups are blocks, plain lists stand in one line."""
    lines = [f"# {line}" if line else "" for line in map(clean_comment, head)]
    body = list(_write_group(value, 0))
    return "\n".join([*lines, *([""] if lines else []), *body]) + "\n"


def strip_notes(value: Any) -> Any:
    """The same configuration as plain values, without any reason."""
    if isinstance(value, Noted):
        return strip_notes(value.value)
    if isinstance(value, Mapping):
        return {key: strip_notes(part) for key, part in value.items() if not isinstance(key, NoteLine)}
    if isinstance(value, list | tuple):
        return [strip_notes(part) for part in value if not isinstance(part, NoteLine)]
    return value


def clean_comment(text: str) -> str:
    """One line without control characters, whatever a file holds."""
    kept = "".join(" " if unicodedata.category(sign)[0] in "CZ" else sign for sign in text)
    return " ".join(kept.split())


def _write_group(group: Mapping[str, Any], depth: int) -> Iterator[str]:
    for key, value in group.items():
        if isinstance(key, NoteLine):
            yield from _wrap(key, depth)
            continue
        why, plain = _unfold(value)
        indent, name = "  " * depth, _write_scalar(key)
        if len(name) > _LONGEST_KEY:
            yield f"{indent}? {name}"
            name = ""
        yield from _write_entry(f"{indent}{name}:", plain, why, depth)


def _unfold(value: Any) -> tuple[str, Any]:
    """The reasons of a value, one inside the other, and the value itself."""
    whys = []
    while isinstance(value, Noted):
        whys.append(value.why)
        value = value.value
    return "; ".join(filter(None, whys)), value


def _write_entry(head: str, value: Any, why: str, depth: int) -> Iterator[str]:
    """One entry: in one line where nothing in it is a block or carries a reason of its own."""
    if not _is_block(value):
        yield from _comment_line(f"{head} {_write_flow(value)}", why, depth)
        return
    yield from _comment_line(head, why, depth)
    if isinstance(value, Mapping) and len(value) > _MANY and not any(map(_is_deep, value.values())):
        yield from _wrap_flow(value, depth + 1)
    elif isinstance(value, Mapping):
        yield from _write_group(value, depth + 1)
    else:
        yield from _write_list(value, depth + 1)


def _write_list(items: Sequence[Any], depth: int) -> Iterator[str]:
    for item in items:
        if isinstance(item, NoteLine):
            yield from _wrap(item, depth)
            continue
        why, plain = _unfold(item)
        if not isinstance(plain, Mapping) or not _is_block(plain):
            yield from _comment_line(f"{'  ' * depth}- {_write_flow(strip_notes(plain))}", why, depth)
            continue
        if why:
            yield from _wrap(why, depth)
        first, *rest = _write_group(plain, depth + 1)
        yield f"{'  ' * depth}- {first.lstrip()}"
        yield from rest


def _wrap_flow(value: Mapping[str, Any], depth: int) -> Iterator[str]:
    """Many short pairs, such as a vocabulary, in as few lines as they need."""
    indent = "  " * depth
    line = indent + "{"
    for number, (key, part) in enumerate(value.items(), 1):
        pair = f"{_write_scalar(key)}: {_write_flow(part)}" + ("," if number < len(value) else "}")
        if len(line) + len(pair) + 1 > WIDTH and line.strip() != "{":
            yield line
            line = indent
        line += pair if line.endswith("{") or line == indent else f" {pair}"
    yield line


def _is_block(value: Any) -> bool:
    """Whether a value needs lines of its own: it holds reasons, groups, or is too long for one line."""
    if isinstance(value, Mapping):
        return any(isinstance(key, NoteLine) or _is_deep(part) for key, part in value.items()) or _is_long(value)
    if isinstance(value, list | tuple):
        return any(isinstance(part, NoteLine | Noted | Mapping) or _is_block(part) for part in value)
    return False


def _is_deep(part: Any) -> bool:
    return isinstance(part, Noted | Mapping) or (isinstance(part, list | tuple) and _is_block(part))


def _is_long(value: Mapping[str, Any]) -> bool:
    return len(_write_flow(value)) > WIDTH - 14


def _write_flow(value: Any) -> str:
    if isinstance(value, Mapping):
        pairs = (f"{_write_scalar(key)}: {_write_flow(part)}" for key, part in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_write_flow, value)) + "]"
    return _write_scalar(value)


def _write_scalar(value: Any) -> str:
    """As PyYAML writes it inside a list: quoted where a sign of YAML, or another type, would be read into it. We read
    more words as numbers than PyYAML does: 12E3 is one."""
    style = '"' if isinstance(value, str) and (clean_comment(value) != value or is_other(value)) else None
    listed: str = yaml.safe_dump(
        [value], default_flow_style=True, default_style=style, allow_unicode=True, width=_UNLIMITED
    )
    return listed.strip()[1:-1]


def is_other(text: str) -> bool:
    """Whether a text without quotes would be read as something else, or refused."""
    try:
        return bool(read_plain(text) != text)
    except ValueError:
        return True


def _comment_line(text: str, why: str, depth: int) -> Iterator[str]:
    """The reason at the end of the line where it fits, else above it."""
    why = clean_comment(why)
    if not why:
        yield text
    elif len(text) + len(why) + 4 <= WIDTH:
        yield f"{text}  # {why}"
    else:
        yield from _wrap(why, depth)
        yield text


def _wrap(why: str, depth: int) -> Iterator[str]:
    indent = "  " * depth + "# "
    yield from textwrap.wrap(
        clean_comment(why), WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
    )
