"""What only a plug-in understands is checked later, and still told with file and line."""

from datetime import date
from typing import Literal

import pytest
from pydantic import Field

from slipwatch.check import Thresholds
from slipwatch.connector import Options
from slipwatch.settings import SettingsError, load_settings, verify_rules
from tests.settings.small_configuration import edit, write_configuration


class StreamOptions(Options):
    title_rows: int = Field(default=0, ge=0)
    since: date | None = None


class DropOptions(Options):
    folder: str
    encoding: Literal["utf-8", "windows-1252"] = "utf-8"
    streams: dict[str, StreamOptions] = Field(default_factory=dict)


class SlipThresholds(Thresholds):
    gate_wd: int = Field(default=5, ge=0, le=60)
    other_wd: int = Field(default=10, ge=0, le=60)


@pytest.fixture
def load(tmp_path):
    return lambda **changed: load_settings(write_configuration(tmp_path, **changed))


def read_options(settings):
    path = ("sources", "PLAN", "options")
    return settings.validate_at(DropOptions, settings.sources["PLAN"].options, *path)


def refuse_options(settings):
    with pytest.raises(SettingsError) as caught:
        read_options(settings)
    (problem,) = caught.value.problems
    return problem


def test_options_are_read_by_the_model_of_the_connector(load):
    assert read_options(load()).streams["milestones"].title_rows == 3


def test_an_unknown_option_has_file_line_and_cure(load):
    problem = refuse_options(load(**edit("sources.yaml", "folder: drop", "folder: drop\n      encodng: utf-8")))
    assert (problem.place, problem.key) == ("sources.yaml:9", "sources.PLAN.options.encodng")
    assert problem.allowed == "folder, encoding, streams"
    assert problem.cure == "did you mean 'encoding'?"


def test_a_nested_option_has_its_own_line(load):
    problem = refuse_options(load(**edit("sources.yaml", "title_rows: 3", "title_rows: -3")))
    assert (problem.place, problem.key) == ("sources.yaml:10", "sources.PLAN.options.streams.milestones.title_rows")
    assert (problem.found, problem.allowed) == ("-3", "a whole number of at least 0")


class ListOptions(Options):
    streams: tuple[StreamOptions, ...] = Field(min_length=1)


def test_a_list_is_not_blamed_for_its_items(load):
    settings = load(**edit("sources.yaml", "      streams:\n        milestones: {title_rows: 3}\n", STREAMS))
    data = {"streams": settings.sources["PLAN"].options["streams"]}
    with pytest.raises(SettingsError) as caught:
        settings.validate_at(ListOptions, data, "sources", "PLAN", "options")
    (problem,) = caught.value.problems
    assert problem.key == "sources.PLAN.options.streams[0].title_row"


STREAMS = "      streams:\n        - {title_row: 3}\n"


def test_a_word_outside_of_the_options_list(load):
    problem = refuse_options(load(**edit("sources.yaml", "folder: drop", "folder: drop\n      encoding: windows-1251")))
    assert problem.allowed == "one of utf-8, windows-1252"
    assert problem.cure == "did you mean 'windows-1252'?"


def test_a_missing_option_points_at_the_group(load):
    problem = refuse_options(load(**edit("sources.yaml", "      folder: drop\n", "")))
    assert (problem.place, problem.key) == ("sources.yaml:7", "sources.PLAN.options.folder")


def test_thresholds_point_at_the_tolerances(load):
    settings = load(**edit("tolerances.yaml", "gate_wd: 5,", "gate_days: 5,"))
    rules = settings.tolerances.rules
    with pytest.raises(SettingsError) as caught:
        settings.validate_at(SlipThresholds, rules["schedule.milestone_slip"], "rules", "schedule.milestone_slip")
    (problem,) = caught.value.problems
    assert problem.place == "tolerances.yaml:2"
    assert problem.cure == "'gate_days' would be in calendar days; here it is working days: 'gate_wd'"


def test_a_key_of_two_files_is_found_in_the_right_one(load):
    settings = load()
    assert settings.locate("projects", "CORE", "rules", "schedule.milestone_slip", "gate_wd") == "tolerances.yaml:6"
    assert settings.locate("projects", "CORE", "site") == "portfolio.yaml:2"
    assert settings.locate("sources", "WMS", "guard", "drop_percent") == "sources.yaml:18"
    assert settings.locate("mail", "options") == "slipwatch.yaml:1"


def test_a_merged_threshold_points_at_the_project(load):
    settings = load(**edit("tolerances.yaml", "gate_wd: 3", "gate_wd: 99"))
    merged = {**settings.tolerances.rules["schedule.milestone_slip"], "gate_wd": 99}
    path = ("projects", "CORE", "rules", "schedule.milestone_slip")
    with pytest.raises(SettingsError, match=r"tolerances\.yaml:6: .*gate_wd: found 99; allowed: .*from 0 to 60"):
        settings.validate_at(SlipThresholds, merged, *path)


def test_a_name_that_only_a_plug_in_knows_is_refused_in_the_same_way(load):
    error = load().refuse_name("fils", ["files", "redmine"], "sources", "PLAN", "type", kind="type of source")
    assert str(error) == (
        "sources.yaml:3: sources.PLAN.type: found the unknown type of source 'fils'; "
        "allowed: files, redmine (did you mean 'files'?)"
    )


NUMBERS = {"schedule.milestone_slip": "TIME-01", "supply.promise_churn": "SUP-03", "supply.receipt_overdue": ""}


def test_rules_that_exist_pass(load):
    verify_rules(load(), NUMBERS)
    verify_rules(load(**edit("tolerances.yaml", "off: [supply.promise_churn]", "off: [SUP-03]")), NUMBERS)


@pytest.mark.parametrize(
    ("old", "new", "place", "cure"),
    [
        ("off: [supply.promise_churn]", "off: [supply.promis_churn]", "tolerances.yaml:7", "'supply.promise_churn'"),
        ("off: [supply.promise_churn]", "off: [SUP-33]", "tolerances.yaml:7", "declare the rule or correct its name"),
        (
            "  schedule.milestone_slip: {gate_wd: 5",
            "  schedule.slip: {gate_wd: 5",
            "tolerances.yaml:2",
            "milestone_slip",
        ),
        ("  schedule.milestone_slip: {gate_wd: 5", "  TIME-01: {gate_wd: 5", "tolerances.yaml:2", "declare the rule"),
        ("      schedule.milestone_slip:", "      schedule.milestone_slips:", "tolerances.yaml:6", "milestone_slip"),
    ],
)
def test_a_rule_that_nothing_is_called_by_is_never_ignored(load, old, new, place, cure):
    with pytest.raises(SettingsError) as caught:
        verify_rules(load(**edit("tolerances.yaml", old, new)), NUMBERS)
    (problem,) = caught.value.problems
    assert problem.place == place
    assert cure in problem.cure


def test_thresholds_under_a_number_name_the_id(load):
    settings = load(**edit("tolerances.yaml", "  schedule.milestone_slip: {gate_wd: 5", "  TIME-01: {gate_wd: 5"))
    with pytest.raises(SettingsError) as caught:
        verify_rules(settings, NUMBERS)
    assert caught.value.problems[0].allowed == "schedule.milestone_slip"
