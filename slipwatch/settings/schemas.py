"""JSON Schemas of the configuration files, so that an editor completes keys and marks mistakes while one types."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from slipwatch.settings.configuration import FILES
from slipwatch.settings.suites import Suite

DIALECT = "https://json-schema.org/draft/2020-12/schema"

Models = Mapping[str, type[BaseModel]]


def build_schemas(*, options: Models | None = None, thresholds: Models | None = None) -> dict[str, dict[str, Any]]:
    """A JSON Schema per file by file name. `options` are the option models of the installed connectors by type,
    `thresholds` the threshold models of the installed rules by id: with them, editors complete these too."""
    models: dict[str, type[BaseModel]] = {**FILES, "suite.yaml": Suite}
    schemas = {_name_schema(name): _build_schema(model, name) for name, model in models.items()}
    if options:
        _add_options(schemas["sources.schema.json"], options)
    if thresholds:
        _add_thresholds(schemas["tolerances.schema.json"], thresholds)
    return schemas


def write_schemas(folder: Path, *, options: Models | None = None, thresholds: Models | None = None) -> list[Path]:
    """Write the schemas into a folder, which is made where needed. Returns the files written."""
    return write_files(folder, build_schemas(options=options, thresholds=thresholds))


def write_files(folder: Path, schemas: Mapping[str, dict[str, Any]]) -> list[Path]:
    """One file per schema, the same bytes on every machine."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in schemas.items():
        text = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return [folder / name for name in schemas]


def _name_schema(file: str) -> str:
    return file.replace(".yaml", ".schema.json")


def _build_schema(model: type[BaseModel], name: str) -> dict[str, Any]:
    title = "suites/<entity>.yaml of Slipwatch" if model is Suite else f"{name} of Slipwatch"
    return {"$schema": DIALECT, **model.model_json_schema(by_alias=True), "title": title}


def _embed(schema: dict[str, Any], model: type[BaseModel], prefix: str) -> dict[str, Any]:
    """The model's own schema, its definitions moved into those of `schema` under names of their own."""
    text = json.dumps(model.model_json_schema(by_alias=True)).replace("#/$defs/", f"#/$defs/{prefix}.")
    own: dict[str, Any] = json.loads(text)
    schema["$defs"].update({f"{prefix}.{name}": part for name, part in own.pop("$defs", {}).items()})
    return own


def _add_options(schema: dict[str, Any], options: Models) -> None:
    source = schema["$defs"]["SourceSetting"]
    source["properties"]["type"]["examples"] = sorted(options)
    source["allOf"] = [
        {
            "if": {"properties": {"type": {"const": name}}},
            "then": {"properties": {"options": _embed(schema, model, name)}},
        }
        for name, model in sorted(options.items())
    ]


def _add_thresholds(schema: dict[str, Any], thresholds: Models) -> None:
    schema.setdefault("$defs", {})
    rules = {name: _embed(schema, model, name) for name, model in sorted(thresholds.items())}
    for place in (schema, schema["$defs"]["ProjectTolerances"]):
        place["properties"]["rules"]["properties"] = rules
