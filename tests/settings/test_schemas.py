"""The JSON Schemas that editors use say the same as the loader."""

import json
from pathlib import Path

import pytest
from pydantic import Field

from slipwatch.check import Thresholds
from slipwatch.connector import Options
from slipwatch.settings import FILES, write_schemas
from slipwatch.settings.schemas import build_schemas


class NestedOptions(Options):
    title_rows: int = 0


class DropOptions(Options):
    folder: str = Field(description="Where files are dropped")
    streams: dict[str, NestedOptions] = Field(default_factory=dict)


class SlipThresholds(Thresholds):
    gate_wd: int = 5


def test_there_is_a_schema_per_file(tmp_path):
    names = {path.name for path in write_schemas(tmp_path / "schemas")}
    assert names == {name.replace(".yaml", ".schema.json") for name in (*FILES, "suite.yaml")}
    for path in (tmp_path / "schemas").iterdir():
        assert json.loads(path.read_text())["$schema"].endswith("2020-12/schema")


def test_unknown_keys_are_marked_by_the_editor_too():
    for schema in build_schemas().values():
        assert schema["additionalProperties"] is False


def test_options_of_connectors_are_completed_by_type():
    schema = build_schemas(options={"files": DropOptions})["sources.schema.json"]
    source = schema["$defs"]["SourceSetting"]
    (rule,) = source["allOf"]
    assert rule["if"] == {"properties": {"type": {"const": "files"}}}
    options = rule["then"]["properties"]["options"]
    assert options["properties"]["folder"]["description"] == "Where files are dropped"
    assert options["properties"]["streams"]["additionalProperties"]["$ref"] == "#/$defs/files.NestedOptions"
    assert schema["$defs"]["files.NestedOptions"]["properties"]["title_rows"]["type"] == "integer"


def test_thresholds_of_rules_are_completed_by_id():
    schema = build_schemas(thresholds={"schedule.milestone_slip": SlipThresholds})["tolerances.schema.json"]
    for place in (schema, schema["$defs"]["ProjectTolerances"]):
        assert "gate_wd" in place["properties"]["rules"]["properties"]["schedule.milestone_slip"]["properties"]


def list_undescribed(schema, path=""):
    for name, part in schema.get("properties", {}).items():
        plain = {"name", "country", "language", "time_zone", "project", "milestone", "date", "amount"}
        if not {"description", "$ref", "allOf", "const"} & set(part) and name not in plain:
            yield f"{path}.{name}"


@pytest.mark.parametrize("name", sorted(FILES))
def test_every_key_that_does_not_speak_for_itself_is_described(name):
    schema = build_schemas()[Path(name).stem + ".schema.json"]
    silent = list(list_undescribed(schema))
    for title, part in schema.get("$defs", {}).items():
        silent += list_undescribed(part, title)
    assert silent == []
