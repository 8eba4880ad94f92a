"""The configuration of the sample programme says what its generator does, and every part of it is understood."""

from collections import Counter
from datetime import UTC
from pathlib import Path

import pytest

import slipwatch.sample
from slipwatch.connector import Context
from slipwatch.registry import find_check, find_connector
from slipwatch.sample import cast, milestones
from slipwatch.sample.drop_folder import fill_folder
from slipwatch.sample.milestones import BASELINE_1_APPROVED, BASELINE_2_APPROVED, MILESTONES
from slipwatch.sample.orders import list_order_lines
from slipwatch.sample.programme import COMMITTEES, POLLS, SEED
from slipwatch.settings import load_settings

FOLDER = Path(slipwatch.sample.__file__).parent / "config"


@pytest.fixture(scope="module")
def settings():
    return load_settings(FOLDER, {})


@pytest.fixture(scope="module")
def portfolio(settings):
    return settings.build_portfolio()


def test_projects_and_sites_are_those_of_the_cast(portfolio):
    assert {key: project.site for key, project in portfolio.projects.items()} == cast.PROJECTS
    assert {key: site.codes[0] for key, site in portfolio.sites.items()} == cast.SITES
    freezes = {key: project.scope_freeze for key, project in portfolio.projects.items() if project.scope_freeze}
    assert freezes == cast.SCOPE_FREEZE


def test_milestones_are_those_of_the_cast(portfolio):
    declared = {key: (m.project, m.gate, m.accountable, m.name, m.aliases) for key, m in portfolio.milestones.items()}
    assert declared == {key: (m.project, m.gate, m.accountable, m.name, (m.label,)) for key, m in MILESTONES.items()}


def test_ids_of_the_tracker_are_bound_to_their_milestones(settings):
    bound = {rule.source_id: rule.is_ for rule in settings.links.identities if rule.source == "TRK"}
    assert bound == {m.tracker_id: key for key, m in MILESTONES.items() if m.tracker_id}


def test_suppliers_and_roles_are_those_of_the_cast(portfolio):
    suppliers = {key: (s.name, s.codes[0], s.transit_days) for key, s in portfolio.suppliers.items()}
    assert suppliers == {key: (s.name, s.number, s.transit_days) for key, s in cast.SUPPLIERS.items()}
    assert {key: role.side for key, role in portfolio.roles.items()} == {
        key: side for key, (_, side) in cast.ROLES.items()
    }


def test_both_baselines_are_those_of_the_committee(settings, portfolio):
    first, scope, second = settings.baselines
    assert {item.milestone: item.date for item in first.items} == {
        key: m.baseline_1 for key, m in MILESTONES.items() if m.baseline_1
    }
    assert {item.milestone: item.date for item in second.items} == {
        key: m.baseline_2 for key, m in MILESTONES.items() if m.baseline_2
    }
    assert (first.effective_on, second.effective_on) == (BASELINE_1_APPROVED, BASELINE_2_APPROVED)
    assert {scope.project: scope.freeze_on} == cast.SCOPE_FREEZE
    assert portfolio.committees["COPIL"].dates == COMMITTEES


def test_tolerances_are_those_of_the_story(settings):
    rule = find_check("TIME-01")
    limits = settings.validate_at(rule.thresholds, settings.tolerances.rules[rule.id], "rules", rule.id)
    assert (limits.gate_wd, limits.other_wd) == (milestones.GATE_TOLERANCE_DAYS, milestones.OTHER_TOLERANCE_DAYS)


def test_link_rules_catch_all_but_twelve_lines(settings):
    rules = [rule for rule in settings.links.assignments if rule.field == "project_code"]

    def find(code):
        return next((r for r in rules if r.equals == code or (r.prefix and code.startswith(r.prefix))), None)

    caught = {line.key: find(line.reference) for line in list_order_lines(SEED)}
    assert sum(rule is None for rule in caught.values()) == 12
    assert caught["4500031870/10"].milestone == "WD-40"
    assert caught["4500031402/10"].project == "WMS-DC"


def test_connectors_understand_their_options(settings):
    for key, source in settings.sources.items():
        options = find_connector(source.type).Options
        assert settings.validate_at(options, source.options, "sources", key, "options").streams


def test_nobody_outside_has_a_real_address(portfolio):
    assert all(role.address is None or role.address.endswith(".example") for role in portfolio.roles.values())


POLLS_READ = 12
"""Enough to meet every damage that the story tells of: weeks for dates, a filtered file, one saved by a spreadsheet."""


def read_everything(settings, folder, at):
    """Records read, and (stream, reason) of every reject and refusal, through the connectors themselves."""
    records, faults = Counter(), Counter()
    for key, source in settings.sources.items():
        connector = find_connector(source.type)
        options = settings.validate_at(connector.Options, source.options, "sources", key, "options")
        context = Context(
            source=key, resolve=str, now=lambda: at, sleep=lambda _: None, home=folder / "home",
            base=folder / "config", time_zone="Europe/Paris",
        )  # fmt: skip
        opened = connector(options, context)
        assert opened.check().ok, opened.check()
        for info in opened.discover():
            for window in opened.plan(info.name, None):
                for batch in opened.read(window):
                    records[info.name] = len(batch.records) + (records[info.name] if not info.deletes else 0)
                    faults.update((info.name, str(reject.reason)) for reject in batch.rejects)
        opened.close()
    return records, faults


def test_what_the_generator_writes_is_read_as_the_story_says(settings, tmp_path):
    fill_folder(tmp_path / "drop", POLLS[:POLLS_READ], seed=SEED)
    (tmp_path / "config").mkdir()
    records, faults = read_everything(settings, tmp_path, POLLS[POLLS_READ - 1].at.astimezone(UTC))
    assert faults == {
        ("milestones", "bad_date"): 2,
        ("claims", "bad_date"): 3,
        ("order_lines", "bad_key"): 431,
    }
    assert set(records) == {
        "milestones", "claims", "order_lines", "requirements", "work_items", "confirmations", "notices", "receipts",
        "actions", "decisions", "changes", "budget", "trainings",
    }  # fmt: skip
    assert records["order_lines"] == 431
    assert records["requirements"] == 87
    assert records["budget"] == 11
