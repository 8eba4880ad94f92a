"""Changes values in a configuration file and leaves the rest of it as its author wrote it: comments, order, spelling.

Plain words are kept as the text they are: what a word means is decided by `slipwatch.settings.marks` alone.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from datetime import date
from decimal import Decimal
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.resolver import VersionedResolver
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from slipwatch.errors import ConfigError
from slipwatch.settings.marks import YamlPath, read_marked, read_plain

_NOTHING = [("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|Null|NULL|)$"))]
_SAFE = re.compile(r"[^\W\d_]([\w./ +()-]*[\w.)])?", re.UNICODE)
"""Text that may stand without quotes in a list, a group and a line of its own."""

_WIDE = 1_000_000


class _Words(VersionedResolver):
    """Knows nothing but the empty value: every other plain word stays the text that it is."""

    @property
    def versioned_resolver(self) -> Any:
        return dict.fromkeys(("~", "n", "N", ""), _NOTHING)


class Draft:
    """One file on its way to being changed: `put` and `remove` at paths, then `render`."""

    def __init__(self, name: str, text: str) -> None:
        self.name, self.text = name, text
        self.wanted: Any = deepcopy(read_marked(name, text).data)
        self._tree: Any = None
        self._before = ""

    def put(self, path: YamlPath, value: Any) -> None:
        """Set the value at a path; groups on the way are made. An index one past the end of a list adds an item."""
        _put_plain(self.wanted, path, value)
        _put_tree(self.tree, path, value)

    def remove(self, path: YamlPath) -> None:
        """Take away a key or an item, with the comment on its own lines."""
        text = self.render()
        del _pick(self.wanted, path[:-1])[path[-1]]
        self.text = _cut_lines(text, path) or self._render_without(path)
        self._tree = None

    def _render_without(self, path: YamlPath) -> str:
        group = _pick(self.tree, path[:-1])
        del group[_find_key(group, path[-1])]
        return self.render()

    @property
    def tree(self) -> Any:
        if self._tree is None:
            loaded = _build_writer(self.text).load(self.text)
            self._before = _dump(loaded, self.text)
            self._tree = CommentedMap() if loaded is None else loaded
        return self._tree

    def render(self) -> str:
        """The whole file. Raises `ConfigError` where what would be written is not what was meant."""
        if self._tree is None:
            return self.text
        after = _dump(self._tree, self.text)
        for text in (_carry_over(self.text, self._before, after), after):
            if _reads_as(self.name, text, self.wanted):
                return text
        raise ConfigError("this change cannot be written", subject=self.name, cure="edit the file by hand")


def _reads_as(name: str, text: str, wanted: Any) -> bool:
    try:
        return bool(_flatten(read_marked(name, text).data) == _flatten(wanted))
    except ConfigError:
        return False


def _flatten(value: Any) -> Any:
    """Plain data in one form: what was not yet written holds tuples and decimals."""
    if isinstance(value, Mapping):
        return {str(key): _flatten(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_flatten(part) for part in value]
    return float(value) if isinstance(value, Decimal) else value


def _build_writer(text: str) -> YAML:
    writer = YAML()
    writer.Resolver = _Words
    writer.preserve_quotes = True
    writer.width = _WIDE
    writer.allow_duplicate_keys = True  # `read_marked` has refused them already
    flush = re.search(r"^(?P<indent> *)[^\s#-][^\n]*:[^\S\n]*(#[^\n]*)?\n(?P=indent)- ", text, re.MULTILINE)
    writer.indent(mapping=2, sequence=2 if flush else 4, offset=0 if flush else 2)
    return writer


def _dump(tree: Any, text: str) -> str:
    out = io.StringIO()
    if tree is not None:
        _build_writer(text).dump(tree, out)
    return out.getvalue()


def _carry_over(text: str, before: str, after: str) -> str:
    """The difference between two renderings, applied to the text as its author wrote it."""
    own, old, new = (part.splitlines(keepends=True) for part in (text, before, after))
    if len(own) != len(old):
        return after
    lines: list[str] = []
    for kind, start, end, first, last in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if kind == "equal":
            lines += own[start:end]
        elif kind == "insert":
            place = _find_place(lines, new[first])
            lines[place:place] = new[first:last]
        else:
            lines += new[first:last]
    return "".join(lines)


def _find_place(lines: Sequence[str], line: str) -> int:
    """Where a new line goes: before the blank lines and comments above it that belong to what follows."""
    place, depth = len(lines), _indent(line)
    while place and (not lines[place - 1].strip() or _is_outer_comment(lines[place - 1], depth)):
        place -= 1
    return place


def _is_outer_comment(line: str, depth: int) -> bool:
    return line.lstrip().startswith("#") and _indent(line) < depth


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _put_plain(data: Any, path: YamlPath, value: Any) -> None:
    for here, following in pairwise(path):
        if isinstance(data, dict) and not data.get(str(here)):
            data[str(here)] = [] if isinstance(following, int) else {}
        data = data[here]
    _set(data, path[-1], value)


def _set(group: Any, part: str | int, value: Any) -> None:
    if isinstance(group, list) and part == len(group):
        group.append(value)
    else:
        group[part] = value


def _put_tree(tree: Any, path: YamlPath, value: Any) -> None:
    for here, following in pairwise(path):
        key = _find_key(tree, here)
        if isinstance(tree, dict) and not tree.get(key):
            tree[key] = CommentedSeq() if isinstance(following, int) else CommentedMap()
        tree = tree[key]
    key = _find_key(tree, path[-1])
    old = tree[key] if _holds(tree, key) else None
    if isinstance(old, CommentedSeq) and isinstance(value, (list, tuple)):
        old[:] = [_write_value(part, old) for part in value]
    else:
        _set(tree, key, _write_value(value, tree))


def _holds(tree: Any, key: Any) -> bool:
    return key in tree if isinstance(tree, dict) else key < len(tree)


def _find_key(group: Any, part: str | int) -> Any:
    """The key as it is written in the group: an empty one is read as nothing."""
    if isinstance(group, dict) and part not in group:
        return next((key for key in group if str(key) == part), _write_text(str(part)))
    return part


def _write_value(value: Any, beside: Any) -> Any:
    """A value as it will be written: lists in one line, groups in the manner of the groups beside them."""
    if isinstance(value, Mapping):
        made = CommentedMap({_write_text(str(key)): _write_value(part, {}) for key, part in value.items()})
        is_first = isinstance(beside, CommentedSeq) and not beside
        if _is_flow(beside) or (
            is_first and not any(isinstance(part, (CommentedMap, CommentedSeq)) for part in made.values())
        ):
            made.fa.set_flow_style()
        return made
    if isinstance(value, (list, tuple)):
        grouped = any(isinstance(part, Mapping) for part in value)
        listed = CommentedSeq([_write_item(part, grouped=grouped) for part in value])
        if not grouped:
            listed.fa.set_flow_style()
        return listed
    return _write_plain(value)


def _write_item(part: Any, *, grouped: bool) -> Any:
    item = _write_value(part, {})
    if grouped and isinstance(item, CommentedMap):
        item.fa.set_flow_style()
    return item


def _is_flow(group: Any) -> bool:
    """Whether most groups of a group are written in braces; a list of small groups is, where it says nothing else."""
    parts = [part for part in (group.values() if isinstance(group, dict) else group) if hasattr(part, "fa")]
    return sum(bool(part.fa.flow_style()) for part in parts) * 2 > len(parts)


def _write_plain(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return None if value is None else str(value).lower()
    if isinstance(value, date):
        return value.isoformat()
    return _write_text(value) if isinstance(value, str) else format(value, "f" if isinstance(value, Decimal) else "")


def _write_text(text: str) -> str:
    try:
        plain = bool(_SAFE.fullmatch(text)) and read_plain(text) == text
    except ValueError:  # looks like a day that no calendar has
        plain = False
    return text if plain else DoubleQuotedScalarString(text)


def _pick(data: Any, path: YamlPath) -> Any:
    for part in path:
        data = data[_find_key(data, part)]
    return data


def _cut_lines(text: str, path: YamlPath) -> str:
    """The text without the lines of one entry; empty where the entry shares them, or is the last of its group."""
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    for part in path[:-1]:
        node = next(value for name, _, value in _list_entries(node) if name == part)
    entries = list(_list_entries(node))
    start, end = next((key.start_mark.line, _find_last_line(value)) for name, key, value in entries if name == path[-1])
    if len(entries) == 1 or getattr(node, "flow_style", True):
        return ""
    lines = text.splitlines(keepends=True)
    return "".join(lines[:start] + lines[end + 1 :])


def _list_entries(node: Any) -> Iterator[tuple[str | int, yaml.Node, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        yield from ((str(key.value), key, value) for key, value in node.value)
    elif isinstance(node, yaml.SequenceNode):
        yield from ((index, item, item) for index, item in enumerate(node.value))


def _find_last_line(node: Any) -> int:
    """The last line that a value stands on; a block ends where its last value does."""
    parts: Sequence[Any] = node.value if isinstance(node, yaml.CollectionNode) else ()
    if not parts or node.flow_style:
        return int(node.end_mark.line) - int(getattr(node, "style", None) in ("|", ">"))
    last = parts[-1]
    return max(map(_find_last_line, last)) if isinstance(last, tuple) else _find_last_line(last)
