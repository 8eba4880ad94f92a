"""What the lights rest on: who was looked at, in which project, and why not."""

from dataclasses import replace
from types import SimpleNamespace

from slipwatch.engine.reporting.coverage import measure_coverage
from slipwatch.engine.reporting.placing import Places
from slipwatch.model.finding import Assessment, Concern, GreyReason, Message, NotJudged
from tests.reports.ledger_frames import Supply, answer, build_frame, build_lines, receive

LINES = SimpleNamespace(id="supply.demo", concern=Concern.SUPPLY, entity="order_line")
SOURCES = SimpleNamespace(id="quality.demo", concern=Concern.QUALITY, entity="source")
PROJECTS = SimpleNamespace(id="scope.demo", concern=Concern.SCOPE, entity="project")
GREY = NotJudged(
    rule="supply.demo",
    reason=GreyReason.MISSING_VALUE,
    subjects=(2,),
    counted=("B",),
    text=Message(id="not_judged.demo", arguments={"count": 9}, plural="count"),
)


def places(*projects):
    lines = build_lines(*({"project": project} for project in projects))
    receipts = build_frame([receive(1, "WMS", "2026-05-12", 1)])
    return Places(supply=Supply(order_line=lines, confirmation=build_frame([answer(300, 2)]), receipt=receipts))


def measure(check, assessment, *projects, gates=()):
    found = measure_coverage([check], [assessment], places(*projects), gates=set(gates))
    return {key: facts for key, (facts,) in found.items()}


def test_subjects_count_for_their_own_project():
    found = measure(LINES, Assessment(rule="supply.demo", evaluated={1, 2, 3}), "WMS-DC", "WMS-DC", "ERP-CORE")

    assert {key: facts.evaluated for key, facts in found.items()} == {"WMS-DC": 2, "ERP-CORE": 1}


def test_unassigned_subject_counts_for_none():
    found = measure(LINES, Assessment(rule="supply.demo", evaluated={1, 2}), "WMS-DC", None)

    assert {key: facts.evaluated for key, facts in found.items()} == {"WMS-DC": 1, "ERP-CORE": 0}


def test_unjudged_is_counted_by_project_and_not_among_the_evaluated():
    given = Assessment(rule="supply.demo", evaluated={1, 2}, not_judged=[GREY])
    facts = measure(LINES, given, "WMS-DC", "WMS-DC", gates={2})["WMS-DC"]

    assert (facts.evaluated, facts.blind_total, facts.blind_gates) == (1, 1, 1)
    assert (facts.blind[0].count, facts.blind[0].text.arguments) == (1, {"count": 1})


def test_one_reason_of_two_rules_counts_each_subject_once():
    other = SimpleNamespace(id="supply.other", concern=Concern.SUPPLY, entity="order_line")
    given = [
        Assessment(rule="supply.demo", not_judged=[GREY]),
        Assessment(rule="supply.other", not_judged=[replace(GREY, rule="supply.other", subjects=(1, 2))]),
    ]
    facts = measure_coverage([LINES, other], given, places("WMS-DC", "WMS-DC"), gates=set())["WMS-DC"][0]

    assert (facts.blind_total, [entry.count for entry in facts.blind]) == (2, [2])


def test_what_is_not_practised_was_never_due():
    apart = replace(GREY, reason=GreyReason.NOT_PRACTISED)
    facts = measure(LINES, Assessment(rule="supply.demo", not_judged=[apart]), "WMS-DC", "WMS-DC")["WMS-DC"]

    assert (facts.blind_total, [entry.count for entry in facts.set_apart]) == (0, [1])


def test_things_that_a_rule_counts_beside_its_subjects_blind_nobody():
    tickets = replace(GREY, rule="scope.demo", subjects=(4711,))
    facts = measure(PROJECTS, Assessment(rule="scope.demo", evaluated={81}, not_judged=[tickets]), "WMS-DC")["WMS-DC"]

    assert (facts.evaluated, facts.blind_total) == (1, 0)


def test_rule_that_failed_leaves_every_project_in_the_dark():
    broken = replace(GREY, reason=GreyReason.BROKEN_CHECK, subjects=())
    found = measure(LINES, Assessment(rule="supply.demo", not_judged=[broken]), "WMS-DC")

    assert [facts.is_broken for facts in found.values()] == [True, True]


def test_source_counts_for_the_projects_that_it_feeds():
    found = measure(SOURCES, Assessment(rule="quality.demo", evaluated={93}), "WMS-DC", "ERP-CORE")

    assert {key: facts.evaluated for key, facts in found.items()} == {"WMS-DC": 1, "ERP-CORE": 0}


def test_answers_and_receipts_feed_the_project_of_their_order_line():
    assert places("WMS-DC", "ERP-CORE").feeds == {
        "ERP": ("WMS-DC", "ERP-CORE"),
        "SUP": ("ERP-CORE",),
        "WMS": ("WMS-DC",),
        "NEW": ("WMS-DC", "ERP-CORE"),  # it has never spoken: nobody knows whom it would concern
    }
