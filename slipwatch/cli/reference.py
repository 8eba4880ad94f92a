"""Builds the pages of docs/reference/ that are made from the code, so that they cannot drift from it."""

from __future__ import annotations

import argparse
import inspect
import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slipwatch.cli.commands import COMMANDS
from slipwatch.cli.declarations import EXIT_CODES, Command
from slipwatch.cli.parser import build_parser, find_parser
from slipwatch.cli.reference_presets import write_presets
from slipwatch.cli.reference_tables import write_table
from slipwatch.cli.shown import describe_limits

if TYPE_CHECKING:
    from pydantic import BaseModel

    from slipwatch.check import Check
    from slipwatch.model.columns import Column, Entity

LABELS = ("What it asks", "Why a committee cares", "Formula and unit", "Source", "What to do")
"""The parts of a rule's manual page."""

_LABEL = re.compile(rf"\s+(?=(?:{'|'.join(LABELS)}):)")

MADE = "<!-- Made by `slipwatch docs`; edit the code, not this page. -->"


def build_pages(folder: Path) -> dict[Path, str]:
    """Every generated page by its path below `folder`."""
    pages: Mapping[str, Callable[[], Iterator[str]]] = {
        "cli": _write_cli,
        "configuration": _write_configuration,
        "data-dictionary": _write_dictionary,
        "presets": write_presets,
        "rules": _write_rules,
    }
    return {
        folder / "reference" / f"{name}.md": "\n".join([MADE, "", *write()]).rstrip() + "\n"
        for name, write in pages.items()
    }


def _write_cli() -> Iterator[str]:
    yield "# Commands"
    yield ""
    yield "Every command takes `--config`, `--home` and `--debug`, before or after its name. Lists take `--json`."
    yield ""
    yield from write_table(("exit code", "meaning"), [(code, meaning) for code, meaning in EXIT_CODES.items()])
    parser = build_parser()
    for command in COMMANDS:
        yield from _write_command(parser, command, ("slipwatch",))


def _write_command(parser: argparse.ArgumentParser, command: Command, above: tuple[str, ...]) -> Iterator[str]:
    path = (*above, command.name)
    yield f"{'#' * len(path)} {' '.join(path)}"
    yield ""
    for child in command.commands:
        yield f"- `{' '.join((*path, child.name))}`: {child.summary}"
    if command.commands:
        yield ""
    else:
        yield "```text"
        yield find_parser(parser, path[1:]).format_help().rstrip()
        yield "```"
        yield ""
        codes = sorted({0, 2, *command.exits})
        yield f"Exit codes: {', '.join(str(code) for code in codes)}."
        yield ""
    for child in command.commands:
        yield from _write_command(parser, child, path)


def _write_configuration() -> Iterator[str]:
    from slipwatch.registry import find_connector, find_transport, list_names
    from slipwatch.settings import FILES
    from slipwatch.settings.suites import Suite

    yield "# Configuration"
    yield ""
    yield (
        "YAML files in one folder, `config` by default. An unknown key, a wrong unit, a name that nothing is called by "
        "or a missing secret stops with file, line, key, what was found, what is allowed, and the cure. Secrets are "
        "named, never written: `env:NAME`, `file:/path` or `block:name`."
    )
    yield ""
    files: dict[str, type[BaseModel]] = {**FILES, "suites/<entity>.yaml": Suite}
    for name, model in files.items():
        yield from _write_model(name, model, level=2)
    yield "## Options of the connectors"
    yield ""
    for name in list_names("slipwatch.connectors"):
        yield from _write_model(f"type: {name}", find_connector(name).Options, level=3)
    yield "## Options of the transports"
    yield ""
    for name in list_names("slipwatch.transports"):
        yield from _write_model(f"transport: {name}", find_transport(name).Options, level=3)


def _write_model(title: str, model: type[BaseModel], *, level: int) -> Iterator[str]:
    schema = model.model_json_schema(by_alias=True)
    definitions = schema.pop("$defs", {})
    yield f"{'#' * level} {title}"
    yield ""
    yield from _write_group(schema, schema | {"$defs": definitions})
    for name, part in definitions.items():
        if "properties" in part:
            yield f"{'#' * (level + 1)} {name}"
            yield ""
            yield from _write_group(part, schema | {"$defs": definitions})


def _write_group(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Iterator[str]:
    if schema.get("description"):
        yield inspect.cleandoc(schema["description"])
        yield ""
    required = set(schema.get("required", ()))
    rows = [
        (f"`{key}`", _describe_type(part, root), _describe_default(part, needed=key in required), _describe(part))
        for key, part in schema.get("properties", {}).items()
    ]
    if rows:
        yield from write_table(("key", "value", "default", "meaning"), rows)


def _describe(part: Mapping[str, Any]) -> str:
    return str(part.get("description", ""))


def _describe_type(part: Mapping[str, Any], root: Mapping[str, Any]) -> str:
    """The kind of value; a group is named by its own section."""
    if "$ref" in part:
        return _describe_reference(part["$ref"], root)
    if "items" in part and part.get("type") == "array":
        return f"list of {_describe_type(part['items'], root)}"
    if isinstance(part.get("additionalProperties"), dict):
        return f"keys with {_describe_type(part['additionalProperties'], root)}"
    branches = [*part.get("anyOf", ()), *part.get("oneOf", ())]
    if branches:
        words = dict.fromkeys(_describe_type(branch, root) for branch in branches if branch.get("type") != "null")
        return "text" if list(words) == ["text", "a whole number"] else " or ".join(words)
    return _describe_plain(part, root)


def _describe_reference(reference: str, root: Mapping[str, Any]) -> str:
    name = reference.rsplit("/", 1)[-1]
    part = root["$defs"][name]
    return f"[{name}](#{name.lower()})" if "properties" in part else _describe_type(part, root)


def _describe_plain(part: Mapping[str, Any], root: Mapping[str, Any]) -> str:
    from slipwatch.settings.allowed import describe

    return describe({key: value for key, value in part.items() if key != "pattern"}, root)


def _describe_default(part: Mapping[str, Any], *, needed: bool) -> str:
    if needed:
        return "**required**"
    default = part.get("default")
    if default is None or isinstance(default, dict) or default == []:
        return ""
    return f"`{json.dumps(default, ensure_ascii=False)}`" if not isinstance(default, str) else f"`{default}`"


def _write_dictionary() -> Iterator[str]:
    from slipwatch.model.columns import Kind
    from slipwatch.model.tables import ENTITIES

    yield "# Data dictionary"
    yield ""
    yield (
        "Every record has, beside these columns, its source, stream, immutable source id and label. A *watched* column "
        "is a promise: each change of it is kept with who stated it and when."
    )
    yield ""
    yield inspect.cleandoc(Kind.__doc__ or "")
    yield ""
    for entity in ENTITIES.values():
        yield from _write_entity(entity)


def _write_entity(entity: Entity) -> Iterator[str]:
    yield f"## {entity.name}"
    yield ""
    closed = (
        f" Open while {' and '.join(f'`{name}`' for name in entity.closed_when)} is empty or false."
        if entity.closed_when
        else ""
    )
    yield f"{entity.meaning[0].upper()}{entity.meaning[1:]}.{closed}"
    yield ""
    yield from write_table(("column", "kind", "", "meaning"), [_describe_column(column) for column in entity.columns])


def _describe_column(column: Column) -> tuple[str, ...]:
    marks = [word for word in ("required", "watched") if getattr(column, word)]
    if column.unit_column:
        marks.append(f"in `{column.unit_column}`")
    if column.refers_to:
        marks.append(f"refers to [{column.refers_to}](#{column.refers_to})")
    choices = f": {', '.join(column.choices)}" if column.choices else ""
    return f"`{column.name}`", column.kind, ", ".join(marks), column.meaning + choices


def _write_rules() -> Iterator[str]:
    from slipwatch.registry import find_checks

    yield "# Rules"
    yield ""
    yield (
        "What is judged, and how. Thresholds are set in `tolerances.yaml`, for all or per project. A rule that cannot "
        "judge says so: what is grey is counted with its reason, never green."
    )
    yield ""
    checks = find_checks()
    yield from write_table(
        ("rule", "number", "concern", "judges"),
        [(f"[{check.id}](#{check.id.replace('.', '')})", check.alias, check.concern, check.entity) for check in checks],
    )
    for check in checks:
        yield from _write_rule(check)


def _write_rule(check: Check) -> Iterator[str]:
    yield f"## {check.id}"
    yield ""
    yield f"{check.alias + ' · ' if check.alias else ''}{check.concern} · reads {', '.join(check.reads)}"
    yield ""
    for part in _list_parts(check.manual):
        yield part
        yield ""
    rows = [
        (f"`{name}`", field.default, describe_limits(field), field.description or "")
        for name, field in check.thresholds.model_fields.items()
    ]
    if rows:
        yield from write_table(("threshold", "default", "limits", "meaning"), rows)


def _list_parts(manual: str) -> Iterator[str]:
    """The paragraphs of a manual page, each on one line with its label in bold."""
    text = " ".join(inspect.cleandoc(manual).split())
    for part in _LABEL.split(text):
        label, colon, rest = part.partition(": ")
        yield f"**{label}**: {rest}" if colon and label in LABELS else part.strip()
