"""Relations: each once, whichever of its issues is read, and none without the proof that all issues were."""

import pytest

from connectors.redmine import RedmineConnector
from connectors.redmine.relations import RelationReader, map_relations
from slipwatch.errors import ContractError, IncompleteError, RecordError
from slipwatch.testing.fault_server import Fault, FaultServer, reply_json
from slipwatch.testing.harness import Harness, collect_records, is_proven
from tests.connectors.redmine.double import KEY, RedmineDouble, build_issue, build_project, build_relation


@pytest.fixture
def double():
    return RedmineDouble(
        projects=[build_project(1, "line-7"), build_project(2, "erp")],
        issues=[build_issue(number, 1 + number % 2) for number in range(1, 231)],
        relations=[build_relation(number, number, number + 1) for number in range(1, 230)],
    )


@pytest.fixture
def harness(double, tmp_path):
    with FaultServer(double) as server:
        options = {"address": server.url, "key": "env:KEY", "history": False}
        yield Harness(
            connector=RedmineConnector, options=options, secrets={"env:KEY": KEY}, server=server, folder=tmp_path
        )


def lose_rows(request, reply):
    return reply_json(reply.body | {"issues": reply.body["issues"][:10] + reply.body["issues"][20:]})


def test_every_relation_is_read_once_over_all_pages(harness):
    batches = harness.read("relations")
    assert [int(key) for key in collect_records(batches)] == list(range(1, 230))
    assert is_proven(batches)
    assert sum(request.query.get("include") == "relations" for request in harness.server.requests) == 3


def test_a_relation_into_a_project_that_is_not_read_is_kept(harness, double):
    harness.options = {**harness.options, "projects": ["erp"]}
    double.relations = [build_relation(1, 1, 2), build_relation(2, 4, 1), build_relation(3, 2, 4)]
    assert list(collect_records(harness.read("relations"))) == ["1", "2"]


def test_issues_that_never_come_leave_no_proof(harness):
    harness.server.play(Fault(lose_rows, where="/issues.json", skip=1))
    assert not is_proven(harness.read("relations"))


def test_a_sweep_without_all_issues_fails(harness):
    harness.server.play(Fault(lose_rows, where="/issues.json", skip=1))
    with harness.opened() as connector, pytest.raises(IncompleteError, match="230"):
        list(connector.sweep("relations"))


def test_a_redmine_that_tells_no_relations_is_no_redmine_without_relations(harness, double):
    double.list_relations = lambda number: None
    with pytest.raises(ContractError, match="relations"):
        harness.read("relations")


@pytest.mark.parametrize("relation", [None, {}, {"id": "1"}])
def test_a_relation_of_another_shape_is_a_broken_contract(relation):
    with pytest.raises(ContractError):
        list(RelationReader().read([[{"id": 1, "relations": [relation]}]]))


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("precedes", ("1", "2", "finish_to_start", 0)),
        ("blocks", ("1", "2", "blocks", None)),
        ("relates", ("1", "2", "relates", None)),
        ("copied_to", ("1", "2", "copies", None)),
        ("duplicates", ("2", "1", "duplicates", None)),
    ],
)
def test_directions(kind, expected):
    record = map_relations()(build_relation(7, 1, 2, kind))
    values = record.values
    assert (values["predecessor"], values["successor"], values["kind"], values["lag_days"]) == expected
    assert (record.source_id, record.label) == ("7", f"#1 {kind} #2")


def test_a_kind_that_a_plug_in_added_is_set_aside():
    with pytest.raises(RecordError, match="unknown_choice"):
        map_relations()(build_relation(7, 1, 2, "invoices"))


def test_what_precedes_may_overlap():
    assert map_relations()(build_relation(7, 1, 2, delay=-2)).values["lag_days"] == -2
