"""The starter configuration: the same in the checkout and in the wheel, right in every part, marked for editors."""

from datetime import date
from pathlib import Path

import jsonschema
import pytest

from slipwatch.registry import find_check, find_checks, find_connector, find_transport, list_names
from slipwatch.settings import FILES, load_settings
from slipwatch.settings.marks import read_marked
from slipwatch.settings.schemas import build_schemas

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "config"
DEFAULTS = ROOT / "slipwatch" / "defaults"


@pytest.fixture(scope="module")
def schemas():
    options = {name: find_connector(name).Options for name in list_names("slipwatch.connectors")}
    return build_schemas(options=options, thresholds={check.id: check.thresholds for check in find_checks()})


def list_contents(folder):
    paths = [path for path in folder.rglob("*") if path.is_file() and path.parent.name != "schemas"]
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def test_the_wheel_carries_the_configuration_of_the_checkout():
    assert list_contents(DEFAULTS) == list_contents(CONFIG), "copy config/ (without schemas) to slipwatch/defaults/"


def test_it_loads_without_any_environment():
    assert load_settings(CONFIG, {}).programme.mail.transport == "eml_folder"


def test_its_connectors_understand_their_options():
    settings = load_settings(CONFIG)
    for key, source in settings.sources.items():
        options = find_connector(source.type).Options
        assert settings.validate_at(options, source.options, "sources", key, "options").streams
    mail = settings.programme.mail
    assert settings.validate_at(find_transport(mail.transport).Options, mail.options, "mail", "options").folder


def test_its_rules_understand_their_thresholds():
    settings = load_settings(CONFIG)
    assert settings.tolerances.rules
    for rule, thresholds in settings.tolerances.rules.items():
        settings.validate_at(find_check(rule).thresholds, thresholds, "rules", rule)


@pytest.mark.parametrize("name", sorted(FILES))
def test_every_file_names_its_schema_and_fits_it(name, schemas):
    text = (CONFIG / name).read_text(encoding="utf-8")
    schema = name.replace(".yaml", ".schema.json")
    assert text.startswith(f"# yaml-language-server: $schema=schemas/{schema}\n")
    jsonschema.validate(to_json(read_marked(name, text).data), schemas[schema])


def test_an_editor_marks_a_wrong_option_too(schemas):
    data = to_json(read_marked("sources.yaml", (CONFIG / "sources.yaml").read_text(encoding="utf-8")).data)
    data["sources"]["PLAN"]["options"]["foldr"] = "x"
    with pytest.raises(jsonschema.ValidationError, match="foldr"):
        jsonschema.validate(data, schemas["sources.schema.json"])


def test_an_editor_marks_a_wrong_threshold_too(schemas):
    wrong = {"rules": {"schedule.milestone_slip": {"gate_days": 5}}}
    with pytest.raises(jsonschema.ValidationError, match="gate_days"):
        jsonschema.validate(wrong, schemas["tolerances.schema.json"])


def test_the_schemas_of_the_checkout_are_fresh(schemas, tmp_path):
    from slipwatch.settings.schemas import write_files

    write_files(tmp_path, schemas)
    for path in tmp_path.iterdir():
        assert (CONFIG / "schemas" / path.name).read_text() == path.read_text(), "run `slipwatch schema`"


def to_json(value):
    """What an editor sees: days are text."""
    if isinstance(value, dict):
        return {key: to_json(part) for key, part in value.items()}
    if isinstance(value, list):
        return [to_json(part) for part in value]
    return value.isoformat() if isinstance(value, date) else value
