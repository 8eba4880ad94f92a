"""Lights: red, amber and grey for declared reasons, green only after looking."""

from dataclasses import replace
from datetime import date

import pytest

from slipwatch.model.alert import AlertState
from slipwatch.model.finding import Concern, GreyReason, Message, Severity, Subject
from slipwatch.reports.facts import Blind, DimensionFacts, MilestoneFacts, ProjectFacts
from slipwatch.reports.rag import DIMENSIONS, Colour, judge_dimension, judge_project
from tests.reports import story

SUBJECT = Subject(id=1, entity="milestone", key="EC-60", name="ERP go-live", project="ERP-CORE")
LOOKED = DimensionFacts(concern=Concern.TIME, evaluated=10)
TEXT = Message(id="story.no_baseline")


def find(severity, concern=Concern.TIME):
    finding = story.find_slip(SUBJECT, date(2026, 10, 1), date(2026, 7, 1), 65, "sponsor")
    return replace(finding, severity=severity, concern=concern)


def alert(severity=Severity.CRITICAL, state=AlertState.OPEN, concern=Concern.TIME, frozen=False, id=1):
    subject = replace(SUBJECT, id=id)
    finding = replace(find(severity, concern), subject=subject)
    return story.build_alert(subject, concern, finding, opened=date(2026, 5, 25), state=state, frozen=frozen)


def blind(count, reason=GreyReason.NO_BASELINE, **more):
    entry = Blind(reason=reason, count=count, text=TEXT)
    return replace(LOOKED, blind=(entry,), blind_total=count, **more)


def point(slip, tolerance=5, **more):
    baseline = story.BaselineDate(number=1, day=date(2026, 7, 1), since=date(2025, 12, 18))
    facts = MilestoneFacts(key="EC-60", name="ERP go-live", baselines=(baseline,), slips={1: slip}, **more)
    return replace(facts, tolerance_wd=tolerance)


def colour(facts=LOOKED, alerts=(), milestones=()):
    return judge_dimension(facts, alerts, milestones).colour


def test_critical_alert_is_red_and_any_other_amber():
    assert colour(alerts=[alert(Severity.CRITICAL)]) is Colour.RED
    assert colour(alerts=[alert(Severity.WARNING)]) is Colour.AMBER
    assert colour(alerts=[alert(Severity.WARNING), alert(Severity.CRITICAL, id=2)]) is Colour.RED


def test_a_note_colours_nothing():
    assert colour(alerts=[alert(Severity.NOTE)]) is Colour.GREEN


def test_opening_inventory_is_amber_until_it_is_accepted():
    entry = alert(state=AlertState.INVENTORY)

    assert colour(alerts=[entry]) is Colour.AMBER
    assert colour(alerts=[replace(entry, state=AlertState.ACCEPTED)]) is Colour.GREEN


def test_few_entries_of_the_inventory_are_written_out_and_many_counted():
    few = judge_dimension(LOOKED, [alert(state=AlertState.INVENTORY, id=id) for id in range(3)]).why
    many = judge_dimension(LOOKED, [alert(state=AlertState.INVENTORY, id=id) for id in range(4)]).why

    assert [why.text.id for why in few] == ["story.slip"] * 3 + ["report.why.inventory"]
    assert [(why.text.id, why.text.arguments["count"]) for why in many] == [("report.why.inventory", 4)]


def test_accepted_findings_are_still_said():
    why = judge_dimension(LOOKED, [alert(state=AlertState.ACCEPTED)]).why

    assert [(entry.text.id, entry.text.arguments) for entry in why] == [("report.why.accepted", {"count": 1})]


def test_frozen_alert_holds_its_colour_while_nobody_can_look():
    assert colour(blind(10, GreyReason.STALE_SOURCE), [alert(frozen=True)]) is Colour.RED


def test_nothing_looked_at_is_grey_never_green():
    light = judge_dimension(DimensionFacts(concern=Concern.COST), ())

    assert light.colour is Colour.GREY
    assert [why.text.id for why in light.why] == ["report.why.nothing"]


def test_everything_looked_at_without_finding_is_green():
    assert colour() is Colour.GREEN


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (blind(2), Colour.GREEN),  # 2 of 12
        (blind(3), Colour.GREY),  # 3 of 13
        (blind(1, blind_gates=1), Colour.GREY),
        (blind(1, GreyReason.STALE_SOURCE), Colour.GREY),
        (replace(LOOKED, is_broken=True), Colour.GREY),
        (replace(blind(4), evaluated=0), Colour.GREY),
    ],
)
def test_too_much_unjudged_is_grey(facts, expected):
    assert colour(facts) is expected


def test_what_was_not_judged_beside_a_green_light_is_said():
    (why,) = judge_dimension(blind(2), ()).why

    assert (why.text, why.unjudged) == (TEXT, 2)


def test_process_that_is_not_practised_has_no_light():
    apart = (Blind(reason=GreyReason.NOT_PRACTISED, count=1, text=TEXT),)
    light = judge_dimension(DimensionFacts(concern=Concern.SCOPE, set_apart=apart), ())

    assert (light.colour, light.why[0].text) == (Colour.NONE, TEXT)


@pytest.mark.parametrize(("slip", "expected"), [(2, Colour.GREEN), (3, Colour.AMBER), (5, Colour.AMBER)])
def test_milestone_near_its_tolerance_is_amber(slip, expected):
    assert colour(milestones=[point(slip)]) is expected


@pytest.mark.parametrize("more", [{"accepted_on": date(2026, 7, 8)}, {"is_stale": True}])
def test_milestone_that_is_accepted_or_unsure_colours_nothing(more):
    assert colour(milestones=[point(5, **more)]) is Colour.GREEN


def test_milestone_with_an_alert_is_said_once():
    told = judge_dimension(LOOKED, [alert()], [point(5)])

    assert [why.text.id for why in told.why] == ["story.slip"]


def judge(**colours):
    """Lights of a project where a dimension has an alert of that severity; None leaves it without a light."""
    dimensions = [replace(LOOKED, concern=concern) for concern in DIMENSIONS]
    alerts = tuple(alert(severity, concern=Concern(name), id=id) for id, (name, severity) in enumerate(colours.items()))
    return judge_project(ProjectFacts(key="P", name="P", dimensions=tuple(dimensions), alerts=alerts))


def test_own_light_is_the_worst_of_time_scope_and_cost():
    assert judge().own.colour is Colour.GREEN
    assert judge(cost=Severity.WARNING).own.colour is Colour.AMBER
    assert judge(cost=Severity.WARNING, scope=Severity.CRITICAL).own.colour is Colour.RED


@pytest.mark.parametrize("name", ["supply", "quality", "governance"])
def test_the_others_lower_a_project_to_amber_at_most(name):
    lights = judge(**{name: Severity.CRITICAL})

    assert lights.by_concern[Concern(name)].colour is Colour.RED
    assert lights.own.colour is Colour.AMBER
    assert lights.led_by == (Concern(name),)


def test_one_grey_dimension_keeps_a_project_from_green():
    dimensions = tuple(replace(LOOKED, concern=concern) for concern in DIMENSIONS if concern is not Concern.COST)

    assert judge_project(ProjectFacts(key="P", name="P", dimensions=dimensions)).own.colour is Colour.GREY


def test_what_is_not_practised_takes_no_part():
    apart = (Blind(reason=GreyReason.NOT_PRACTISED, count=1, text=TEXT),)
    dimensions = [replace(LOOKED, concern=concern) for concern in DIMENSIONS if concern is not Concern.SCOPE]
    dimensions.append(DimensionFacts(concern=Concern.SCOPE, set_apart=apart))

    assert judge_project(ProjectFacts(key="P", name="P", dimensions=tuple(dimensions))).own.colour is Colour.GREEN


def test_project_nobody_looked_at_is_grey():
    assert judge_project(ProjectFacts(key="P", name="P")).own.colour is Colour.GREY


def test_story_has_the_lights_that_a_pmo_expects():
    def colours(day):
        return [judge_project(project).own.colour for project in story.tell_story(day).projects]

    assert colours(story.MAY) == [Colour.RED, Colour.RED, Colour.GREEN]
    assert colours(story.JUNE) == [Colour.GREEN, Colour.GREEN, Colour.AMBER]
