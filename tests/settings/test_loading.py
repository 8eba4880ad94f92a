"""A right configuration as a program sees it, and wrong ones as the person sees them who has to correct them."""

from datetime import date

import pytest

from slipwatch.errors import ConfigError
from slipwatch.model.finding import Concern
from slipwatch.settings import SettingsError, explain, load_settings
from tests.settings.small_configuration import FILES, edit, write_configuration


def load_problems(folder, environ=None, **changed):
    with pytest.raises(SettingsError) as caught:
        load_settings(write_configuration(folder, **changed), environ)
    return caught.value.problems


def load_problem(folder, **changed):
    problems = load_problems(folder, **changed)
    assert len(problems) == 1, [str(problem) for problem in problems]
    return problems[0]


def test_a_right_configuration_is_loaded_whole(tmp_path):
    settings = load_settings(write_configuration(tmp_path))
    assert settings.programme.programme.name == "Confluence"
    assert settings.programme.ledger == "sqlite"
    assert settings.programme.mail.transport == "eml_folder"
    assert list(settings.sources) == ["PLAN", "WMS"]
    assert settings.sources["WMS"].guard.drop_percent == 30
    assert settings.sources["WMS"].guard.rise_percent == 50
    assert settings.sources["PLAN"].options["streams"]["milestones"]["title_rows"] == 3
    assert settings.links.identities[2].is_ == "DESIGN"
    assert settings.links.assignments[0].prefix == "C-"
    assert [proposal.kind for proposal in settings.baselines] == ["schedule", "scope"]
    assert settings.baselines[0].items[0].date == date(2026, 1, 30)
    assert settings.tolerances.off == ("supply.promise_churn",)
    assert settings.routing.roles["lead"].concerns == (Concern.TIME, Concern.COST)
    assert settings.suites["order_line"].expectations[0].severity == "critical"


def test_nothing_can_be_changed_after_loading(tmp_path):
    settings = load_settings(write_configuration(tmp_path))
    with pytest.raises(ValueError, match="frozen"):
        settings.programme.programme.name = "other"


def test_the_portfolio_is_what_the_model_declares(tmp_path):
    portfolio = load_settings(write_configuration(tmp_path)).build_portfolio()
    assert (portfolio.name, portfolio.language, portfolio.time_zone) == ("Confluence", "fr", "Europe/Paris")
    assert portfolio.sites["PLANT"].codes == ("100", "0200")
    assert portfolio.sites["DC"].extra_holidays == frozenset({date(2026, 12, 24)})
    assert portfolio.sites["DC"].working == frozenset({date(2026, 5, 8)})
    assert portfolio.milestones["DESIGN"].gate is True
    assert portfolio.milestones["DESIGN"].aliases == ("Design",)
    assert portfolio.suppliers["SCAN"].transit_days == 8
    assert portfolio.roles["pmo"].address == "pmo@example.org"
    assert portfolio.committees["COPIL"].dates == (date(2026, 1, 29),)
    assert portfolio.sources["WMS"].rhythm_days == 1
    assert portfolio.sources["WMS"].evidence == (("order_line", "site", "DC"),)
    assert {key: part.key for key, part in portfolio.projects.items()} == {"CORE": "CORE", "DEPOT": "DEPOT"}


def test_optional_files_may_be_missing(tmp_path):
    settings = load_settings(write_configuration(tmp_path, links=None, baselines=None, tolerances=None))
    assert [rule.entity for rule in settings.links.identities] == ["project", "milestone", "supplier"]
    assert settings.baselines == ()
    assert settings.tolerances.rules == {}


@pytest.mark.parametrize("name", ["slipwatch", "sources", "portfolio", "routing"])
def test_a_required_file_is_asked_for_by_name(tmp_path, name):
    problem = load_problem(tmp_path, **{name: None})
    assert problem.file == f"{name}.yaml"
    assert problem.found == "no such file"


def test_a_missing_folder_says_what_makes_one(tmp_path):
    with pytest.raises(ConfigError, match="slipwatch init"):
        load_settings(tmp_path / "nowhere")


def test_the_fingerprint_follows_every_character(tmp_path):
    before = load_settings(write_configuration(tmp_path / "one"))
    same = load_settings(write_configuration(tmp_path / "two"))
    other = load_settings(write_configuration(tmp_path / "three", **edit("routing.yaml", "pmo: pmo", "pmo:  pmo")))
    assert before.fingerprint == same.fingerprint != other.fingerprint
    assert len(before.fingerprint) == 64
    assert before.texts == FILES


def test_files_that_sources_name_are_part_of_the_fingerprint(tmp_path):
    write_configuration(tmp_path)
    before = load_settings(tmp_path).fingerprint
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings" / "plan.yaml").write_text("sheet: Plan\n")
    after = load_settings(tmp_path)
    assert "mappings/plan.yaml" in after.texts
    assert after.fingerprint != before


def test_a_configuration_of_its_own_in_a_sub_folder_is_none_of_ours(tmp_path):
    before = load_settings(write_configuration(tmp_path))
    example = tmp_path / "examples" / "another"
    example.mkdir(parents=True)
    write_configuration(example, sources="sources: {BROKEN: 1}")
    (example / "maps").mkdir()
    (example / "maps" / "field.yaml").write_text("a: {password: open-secret}")
    assert load_settings(tmp_path, {}).texts == before.texts


WRONG = [
    pytest.param(
        edit("sources.yaml", "rhythm_days: 7", "rythm_days: 7"),
        ("sources.yaml:6", "sources.PLAN.rythm_days", "an unknown key", "did you mean 'rhythm_days'?"),
        id="misspelt key",
    ),
    pytest.param(
        edit("sources.yaml", "rhythm_days: 7", "rhythm_hours: 7"),
        ("sources.yaml:6", "sources.PLAN.rhythm_hours", "an unknown key", "calendar days: 'rhythm_days'"),
        id="right word in a wrong unit",
    ),
    pytest.param(
        edit("sources.yaml", "rhythm_days: 7", "rhythm_days: 7 days"),
        ("sources.yaml:6", "sources.PLAN.rhythm_days", "'7 days'", "the key already says calendar days"),
        id="number with its unit",
    ),
    pytest.param(
        edit("sources.yaml", "drop_percent: 30", "drop_percent: 130"),
        ("sources.yaml:18", "sources.WMS.guard.drop_percent", "130", "write what is allowed"),
        id="percentage above 100",
    ),
    pytest.param(
        edit("sources.yaml", "    name: Warehouse\n", ""),
        ("sources.yaml:11", "sources.WMS.name", "nothing", "add the key 'name'"),
        id="missing key",
    ),
    pytest.param(
        edit("portfolio.yaml", "gate: true", "gate: yes"),
        ("portfolio.yaml:8", "milestones.DESIGN.gate", "'yes'", "write what is allowed"),
        id="yes is not true",
    ),
    pytest.param(
        edit("portfolio.yaml", "transit_days: 8", "transit_days: true"),
        ("portfolio.yaml:11", "suppliers.SCAN.transit_days", "true", "write what is allowed"),
        id="true is no number",
    ),
    pytest.param(
        edit("portfolio.yaml", "side: owner", "side: ownr"),
        ("portfolio.yaml:14", "roles.lead.side", "'ownr'", "did you mean 'owner'?"),
        id="word outside of its list",
    ),
    pytest.param(
        edit("portfolio.yaml", "country: FR, time_zone", "country: XX, time_zone"),
        ("portfolio.yaml:5", "sites.PLANT", "a group", "write what is allowed"),
        id="country without known holidays",
    ),
    pytest.param(
        edit("portfolio.yaml", 'subdivision: "57"', "subdivision: BW"),
        ("portfolio.yaml:6", "sites.DC", "a group", "write what is allowed"),
        id="part of another country",
    ),
    pytest.param(
        edit("portfolio.yaml", "time_zone: Europe/Paris", "time_zone: Europe/Pari"),
        ("portfolio.yaml:5", "sites.PLANT.time_zone", "'Europe/Pari'", "write what is allowed"),
        id="unknown time zone",
    ),
    pytest.param(
        edit("portfolio.yaml", "extra_holidays: [2026-12-24]", "extra_holidays: [24/12/2026]"),
        ("portfolio.yaml:6", "sites.DC.extra_holidays[0]", "'24/12/2026'", "write what is allowed"),
        id="date in another form",
    ),
    pytest.param(
        edit("portfolio.yaml", "name: Owner lead", "name: 3.50"),
        ("portfolio.yaml:14", "roles.lead.name", "3.5", "put it in quotes"),
        id="number where text is meant",
    ),
    pytest.param(
        edit("portfolio.yaml", ", address: pmo@example.org", ""),
        ("portfolio.yaml:13", "roles.pmo.address", "nothing", "add the key 'address'"),
        id="PMO without a mailbox",
    ),
    pytest.param(
        edit("portfolio.yaml", "accountable: lead}\n  DEPOT", "accountable: laed}\n  DEPOT"),
        ("portfolio.yaml:2", "projects.CORE.accountable", "the unknown role 'laed'", "did you mean 'lead'?"),
        id="role that nobody declared",
    ),
    pytest.param(
        edit("portfolio.yaml", "projects: [CORE]", "projects: [CORE, SOP]"),
        ("portfolio.yaml:16", "committees.COPIL.projects[1]", "the unknown project 'SOP'", "declare the project"),
        id="project that nobody declared",
    ),
    pytest.param(
        edit("sources.yaml", "    site: DC\n", "    site: DC2\n"),
        ("sources.yaml:15", "sources.WMS.site", "the unknown site 'DC2'", "did you mean 'DC'?"),
        id="site that nobody declared",
    ),
    pytest.param(
        edit("sources.yaml", "entity: order_line", "entity: order_lines"),
        ("sources.yaml:17", "sources.WMS.evidence[0].entity", "the unknown entity 'order_lines'", "'order_line'"),
        id="entity that does not exist",
    ),
    pytest.param(
        edit("sources.yaml", "where: {site: DC}", "where: {sites: DC}"),
        ("sources.yaml:17", "sources.WMS.evidence[0].where.sites", "the unknown column 'sites'", "'site'"),
        id="column that does not exist",
    ),
    pytest.param(
        edit("links.yaml", "field: project_code", "field: project"),
        ("links.yaml:6", "assignments[0].field", "the unknown column 'project'", "did you mean 'project_code'?"),
        id="assignment by a column that does not exist",
    ),
    pytest.param(
        edit("links.yaml", "prefix: C-", "prefix: C-, equals: C-1"),
        ("links.yaml:6", "assignments[0]", "a group", "write what is allowed"),
        id="two tests in one assignment",
    ),
    pytest.param(
        edit("links.yaml", "milestone: DESIGN", "milestone: DOCK"),
        ("links.yaml:6", "assignments[0].milestone", "the unknown milestone of CORE 'DOCK'", "declare"),
        id="milestone of another project",
    ),
    pytest.param(
        edit("links.yaml", "is: DESIGN", "is: DESING"),
        ("links.yaml:4", "identities[2].is", "the unknown milestone 'DESING'", "did you mean 'DESIGN'?"),
        id="identity with something undeclared",
    ),
    pytest.param(
        edit("links.yaml", "by: label, sources: [WMS]", "by: label, sources: [WMS, ERP]"),
        ("links.yaml:3", "identities[1].sources[1]", "the unknown source 'ERP'", "declare the source"),
        id="identity over an unknown source",
    ),
    pytest.param(
        edit("links.yaml", "- {entity: milestone, by: portfolio}", "- {entity: order_line, by: portfolio}"),
        ("links.yaml:2", "identities[0]", "a group", "write what is allowed"),
        id="entity that the portfolio does not declare",
    ),
    pytest.param(
        edit("links.yaml", 'source_id: "17"', "source_id: 017, label: x"),
        ("links.yaml:4", "identities[2]", "a group", "write what is allowed"),
        id="two handles of one record",
    ),
    pytest.param(
        edit("baselines.yaml", "- {milestone: DESIGN", "- {milestone: DESIG"),
        ("baselines.yaml:7", "baselines[0].items[0].milestone", "the unknown milestone 'DESIG'", "'DESIGN'"),
        id="baseline of an unknown milestone",
    ),
    pytest.param(
        edit("baselines.yaml", "project: CORE, ", ""),
        ("baselines.yaml:8", "baselines[1].project", "nothing", "add the key 'project'"),
        id="scope baseline of no project",
    ),
    pytest.param(
        edit("baselines.yaml", "- number: 1\n", "- number: 2\n"),
        ("baselines.yaml:2", "baselines[0]", "a group", "write what is allowed"),
        id="second baseline without a reason",
    ),
    pytest.param(
        edit("baselines.yaml", "effective_on: 2025-12-18", "effective_on: 2025-12-18T00:00"),
        ("baselines.yaml:5", "baselines[0].effective_on", "'2025-12-18T00:00'", "write what is allowed"),
        id="instant where a day is meant",
    ),
    pytest.param(
        edit("tolerances.yaml", "  CORE:", "  CORES:"),
        ("tolerances.yaml:4", "projects.CORES", "the unknown project 'CORES'", "did you mean 'CORE'?"),
        id="tolerances of an unknown project",
    ),
    pytest.param(
        edit("routing.yaml", "concerns: [time, cost]", "concerns: [time, money]"),
        ("routing.yaml:3", "roles.lead.concerns[1]", "'money'", "write what is allowed"),
        id="unknown concern",
    ),
    pytest.param(
        edit("routing.yaml", "pmo: pmo", "pmo: PMO"),
        ("routing.yaml:1", "pmo", "the unknown role 'PMO'", "did you mean 'pmo'?"),
        id="role in other letters",
    ),
    pytest.param(
        {"order_line": FILES["suites/order_line.yaml"].replace("expect_column", "check_column")},
        ("suites/order_line.yaml:2", "expectations[0].type", "'check_column_values_to_not_be_null'", "write"),
        id="expectation outside of the vocabulary",
    ),
    pytest.param(
        edit("slipwatch.yaml", "Europe/Paris\n", "Europe/Paris\nprivacy: {assignees: keep}\n"),
        ("slipwatch.yaml:5", "privacy", "a group", "write what is allowed"),
        id="names kept without a purpose",
    ),
    pytest.param(
        edit("slipwatch.yaml", "language: fr", "language: it"),
        ("slipwatch.yaml:3", "programme.language", "'it'", "write what is allowed"),
        id="language without a catalogue",
    ),
]


@pytest.mark.parametrize(("changed", "expected"), WRONG)
def test_a_mistake_is_told_with_file_line_key_and_cure(tmp_path, changed, expected):
    place, key, found, cure = expected
    problem = load_problem(tmp_path, **changed)
    assert (problem.place, problem.key) == (place, key)
    assert found in problem.found
    assert cure in problem.cure
    assert problem.allowed


def test_what_is_allowed_is_listed(tmp_path):
    misspelt = load_problem(tmp_path / "a", **edit("sources.yaml", "rejects_percent", "reject_percent"))
    assert "rejects_percent" in misspelt.allowed
    assert "guard" in misspelt.allowed
    outside = load_problem(tmp_path / "b", **edit("sources.yaml", "drop_percent: 30", "drop_percent: 130"))
    assert outside.allowed == "a number from 0 to 100"
    word = load_problem(tmp_path / "c", **edit("portfolio.yaml", "side: owner", "side: boss"))
    assert word.allowed == "one of owner, integrator, supplier, pmo"
    day = load_problem(tmp_path / "d", **edit("portfolio.yaml", "[2026-12-24]", "[soon]"))
    assert day.allowed == "a day as 2026-01-31"
    names = load_problem(tmp_path / "e", **edit("routing.yaml", "site: PLANT", "site: HQ"))
    assert names.allowed == "DC, PLANT"


def test_all_mistakes_are_told_at_once_in_the_order_of_the_files(tmp_path):
    changed = edit("sources.yaml", "rhythm_days: 7", "rhythm: 7") | edit("portfolio.yaml", "gate: true", "gate: 1")
    problems = load_problems(tmp_path, **changed, **edit("slipwatch.yaml", "language: fr", "langue: fr"))
    assert [problem.place for problem in problems] == ["portfolio.yaml:8", "slipwatch.yaml:3", "sources.yaml:6"]


def test_names_are_kept_for_a_purpose(tmp_path):
    privacy = "privacy: {assignees: keep, purpose: agreed with the works council}\n"
    settings = load_settings(
        write_configuration(tmp_path, **edit("slipwatch.yaml", "Europe/Paris\n", f"Europe/Paris\n{privacy}"))
    )
    assert (settings.programme.privacy.assignees, settings.programme.privacy.purpose) == (
        "keep",
        "agreed with the works council",
    )


def test_the_error_names_the_first_and_counts_the_rest(tmp_path):
    changed = edit("sources.yaml", "rhythm_days: 7", "rhythm: 7") | edit("portfolio.yaml", "gate: true", "gate: 1")
    with pytest.raises(SettingsError) as caught:
        load_settings(write_configuration(tmp_path, **changed))
    assert str(caught.value).startswith("portfolio.yaml:8: milestones.DESIGN.gate: found 1; allowed: true or false")
    assert "and 1 more" in str(caught.value)
    assert explain(caught.value).splitlines()[1].startswith("sources.yaml:6: sources.PLAN.rhythm: found an unknown key")


def test_a_misspelt_file_is_never_ignored(tmp_path):
    write_configuration(tmp_path)
    (tmp_path / "tolerance.yaml").write_text("rules: {}\n")
    with pytest.raises(SettingsError) as caught:
        load_settings(tmp_path)
    assert caught.value.problems[0].file == "tolerance.yaml"
    assert "tolerances.yaml" in caught.value.problems[0].cure


def test_a_suite_of_no_entity_is_never_ignored(tmp_path):
    write_configuration(tmp_path)
    (tmp_path / "suites" / "order_lines.yaml").write_text("expectations: []\n")
    with pytest.raises(SettingsError, match=r"suites/order_lines\.yaml:1: .*did you mean 'order_line\.yaml'"):
        load_settings(tmp_path)
