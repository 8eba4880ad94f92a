"""`init`, `schema`, `docs`, `rules`: what works before there is any programme."""

import json
import re
from pathlib import Path

import pytest

from slipwatch.cli.commands import COMMANDS
from slipwatch.cli.reference import build_pages
from slipwatch.inference.presets import load_presets
from slipwatch.model.tables import ENTITIES
from slipwatch.registry import find_checks, list_names
from slipwatch.settings import FILES, load_settings

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def pages():
    return {path.stem: text for path, text in build_pages(Path("docs")).items()}


def test_init_writes_a_configuration_that_loads(call, tmp_path):
    ended = call("init", tmp_path / "config")
    assert ended.code == 0
    assert "doctor" in ended.out
    settings = load_settings(tmp_path / "config", {})
    assert settings.programme.ledger == "sqlite"
    assert (tmp_path / "config" / "examples" / "plan.csv").is_file()
    written = sorted(path.relative_to(tmp_path / "config").as_posix() for path in tmp_path.rglob("*.yaml"))
    assert written == sorted([*FILES, "suites/order_line.yaml"]), "and no configuration of something else"
    assert f"{len(written)} files" in ended.out
    assert json.loads((tmp_path / "config" / "schemas" / "sources.schema.json").read_text())["properties"]


def test_init_takes_the_folder_of_the_environment(call, tmp_path):
    assert call("init", environ={"SLIPWATCH_CONFIG": str(tmp_path / "mine")}).code == 0
    assert (tmp_path / "mine" / "slipwatch.yaml").is_file()


def test_init_overwrites_nothing(call, tmp_path):
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "sources.yaml").write_text("mine")
    ended = call("init", tmp_path / "config")
    assert ended.code == 2
    assert (tmp_path / "config" / "sources.yaml").read_text() == "mine"


def test_schema_writes_into_the_configuration(call, tmp_path):
    ended = call("schema", "--config", tmp_path)
    assert ended.code == 0
    assert len(ended.out.splitlines()) == len(FILES) + 1
    assert (tmp_path / "schemas" / "tolerances.schema.json").is_file()


def test_every_rule_is_listed_with_its_title(call):
    rules = json.loads(call("rules", "list", "--json").out)
    assert [rule["id"] for rule in rules] == [check.id for check in find_checks()]
    assert all(rule["title"] and "\n" not in rule["title"] for rule in rules)
    assert call("rules", "list").out.startswith("rule ")


def test_a_rule_is_explained_by_number_too(call):
    ended = call("rules", "explain", "time-01")
    assert ended.out.startswith("schedule.milestone_slip (TIME-01), time\n")
    assert "gate_wd: 5 (at least 0, at most" in ended.out
    assert json.loads(call("rules", "explain", "TIME-01", "--json").out)["thresholds"]["gate_wd"] == 5


def test_a_rule_without_a_number_shows_no_empty_brackets(call):
    assert call("rules", "explain", "supply.receipt_overdue").out.startswith("supply.receipt_overdue, supply\n")


def test_an_unknown_rule_says_how_to_find_one(call):
    ended = call("rules", "explain", "TIME-99")
    assert ended.code == 2
    assert "slipwatch rules list" in ended.err


def test_docs_are_written_and_then_fresh(call, tmp_path):
    assert call("docs", tmp_path, "--check").code == 1
    assert call("docs", tmp_path).code == 0
    assert call("docs", tmp_path, "--check").code == 0
    page = tmp_path / "reference" / "cli.md"
    page.write_text(page.read_text().replace("history", "histories"))
    stale = call("docs", tmp_path, "--check")
    assert stale.code == 1
    assert str(page) in stale.err
    assert stale.err.count("stale") == 1


def test_the_pages_of_the_checkout_are_fresh(pages):
    for name, text in pages.items():
        assert (ROOT / "docs" / "reference" / f"{name}.md").read_text() == text, "run `slipwatch docs`"


def test_every_command_is_in_the_docs(pages):
    def walk(commands, above):
        for command in commands:
            yield " ".join((*above, command.name))
            yield from walk(command.commands, (*above, command.name))

    for name in walk(COMMANDS, ("slipwatch",)):
        assert re.search(rf"^#+ {name}$", pages["cli"], re.MULTILINE), name


def test_every_column_is_in_the_dictionary(pages):
    for entity in ENTITIES.values():
        section = pages["data-dictionary"].split(f"\n## {entity.name}\n")[1].split("\n## ")[0]
        for column in entity.columns:
            assert f"`{column.name}`" in section, (entity.name, column.name)


def test_every_rule_and_threshold_is_in_the_catalogue(pages):
    for check in find_checks():
        section = pages["rules"].split(f"\n## {check.id}\n")[1].split("\n## ")[0]
        assert "**What it asks**" in section
        assert "**What to do**" in section
        for name in check.thresholds.model_fields:
            assert f"`{name}`" in section


def test_every_file_and_connector_is_in_the_configuration_page(pages):
    for name in FILES:
        assert f"\n## {name}\n" in pages["configuration"]
    for name in list_names("slipwatch.connectors"):
        assert f"\n### type: {name}\n" in pages["configuration"]
    for name in list_names("slipwatch.transports"):
        assert f"\n### transport: {name}\n" in pages["configuration"]


def test_no_page_has_an_empty_cell_where_words_belong(pages):
    for line in pages["data-dictionary"].splitlines():
        assert not line.endswith("|  |"), line


def test_the_page_of_the_presets_has_every_maker_language_and_column(pages):
    for preset in load_presets():
        section = pages["presets"].split(f"## {preset.name}\n")[1].split("\n## ")[0]
        assert preset.maker in section
        for column, names in preset.columns.items():
            assert f"`{column}`" in section
            assert all(name.replace("|", "\\|") in section for words in names.values() for name in words)
        assert section.count("\\*") >= len({one for one in preset.unconfirmed if one in str(preset.columns)})
