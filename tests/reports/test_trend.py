"""The trend chart: every line where the ledger puts it, nothing drawn over the edge, text that stays text."""

from dataclasses import replace
from datetime import date
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from slipwatch.reports.canvas import NARROW, WIDE, Plot, Scale
from slipwatch.reports.drawing import list_months, name_month
from slipwatch.reports.facts import MilestoneFacts
from slipwatch.reports.labels import spread
from slipwatch.reports.sections import build_words
from slipwatch.reports.trend import MOST_LINES, choose_milestones, find_start, trace_trend, write_trend
from tests.hostile import HOSTILE
from tests.reports import story

SVG = "{http://www.w3.org/2000/svg}"
SIT = next(point for point in story.list_milestones("ERP-CORE", story.MAY) if point.key == "EC-40")


def words(language="en"):
    return build_words(story.tell_story(story.MAY), story.open_catalogue(), language)


def chart(day=story.JUNE, project="ERP-CORE"):
    (part,) = write_trend(story.list_milestones(project, day), day, words())
    return part


def texts(svg):
    return ["".join(node.itertext()) for node in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_line_is_a_staircase_of_what_was_expected():
    trend = trace_trend(SIT, story.MAY, words())

    assert trend.expected == (
        (date(2026, 1, 2), date(2026, 4, 30)),
        (date(2026, 1, 2), date(2026, 4, 30)),
        (date(2026, 4, 8), date(2026, 4, 30)),
        (date(2026, 4, 8), date(2026, 5, 13)),
        (date(2026, 5, 6), date(2026, 5, 13)),
        (date(2026, 5, 6), date(2026, 5, 29)),
        (date(2026, 5, 7), date(2026, 5, 29)),
        (date(2026, 5, 15), date(2026, 5, 29)),
        (date(2026, 5, 25), date(2026, 5, 29)),
    )


def test_plan_is_dotted_while_it_lags_behind_the_tracker():
    trend = trace_trend(SIT, story.MAY, words())

    assert trend.lagging == (
        ((date(2026, 4, 8), date(2026, 4, 30)), (date(2026, 5, 7), date(2026, 4, 30))),
        ((date(2026, 5, 7), date(2026, 5, 13)), (date(2026, 5, 15), date(2026, 5, 13))),
    )


def test_each_baseline_lasts_until_the_next():
    june = next(point for point in story.list_milestones("ERP-CORE", story.JUNE) if point.key == "EC-60")

    assert trace_trend(june, story.JUNE, words()).baselines == (
        ((story.BASELINE_1, date(2026, 7, 1)), (story.BASELINE_2, date(2026, 7, 1))),
        ((story.BASELINE_2, date(2026, 10, 1)), (story.JUNE, date(2026, 10, 1))),
    )


def test_accepted_milestone_ends_on_the_diagonal():
    signed = next(point for point in story.list_milestones("ERP-CORE", story.MAY) if point.key == "EC-10")
    trend = trace_trend(signed, story.MAY, words())

    assert trend.expected[-2:] == ((date(2026, 2, 11), date(2026, 1, 30)), (date(2026, 2, 11), date(2026, 2, 11)))


def test_history_before_the_first_baseline_is_cut_off_at_it():
    early = [story.build_statement("TRK", date(2025, 9, 1), None, date(2026, 3, 31))]
    early.append(story.build_statement("TRK", date(2025, 10, 1), date(2026, 3, 31), date(2026, 4, 30)))
    trend = trace_trend(
        replace(SIT, statements=(*early, *SIT.statements[1:])), story.MAY, words(), start=story.BASELINE_1
    )

    assert trend.expected[0] == (story.BASELINE_1, date(2026, 4, 30))
    assert all(day >= story.BASELINE_1 for (day, _), _ in trend.moves)


@pytest.mark.parametrize("day", [story.MAY, story.JUNE])
@pytest.mark.parametrize("project", story.NAMES)
def test_nothing_is_drawn_outside_the_plot(project, day):
    part = chart(day, project)
    for svg, sheet in ((part.wide, WIDE), (part.narrow, NARROW)):
        for line in ElementTree.fromstring(svg).iter(f"{SVG}polyline"):
            points = [tuple(map(float, point.split(","))) for point in line.get("points").split()]
            assert all(sheet.left <= x <= sheet.width - sheet.right for x, _ in points)
            assert all(sheet.top <= y <= sheet.height - sheet.bottom for _, y in points)


def test_every_milestone_is_named_on_the_wide_sheet_and_numbered_on_the_narrow_one():
    part = chart()

    names = {point.name for point in story.list_milestones("ERP-CORE", story.JUNE)}
    assert names <= set(texts(part.wide))
    assert {str(number) for number in range(1, 8)} <= set(texts(part.narrow))
    assert len(part.legend) == 7


def test_new_baseline_is_an_event_of_the_chart():
    assert "baseline 2" in texts(chart(story.JUNE).wide)
    assert "baseline 2" not in texts(chart(story.MAY).wide)


def test_later_is_higher_and_further_right():
    scale = Scale(
        Plot(first=date(2026, 1, 1), last=date(2026, 6, 1), low=date(2026, 2, 1), high=date(2026, 9, 1)), WIDE
    )

    assert scale.x(date(2026, 1, 1)) == WIDE.left
    assert scale.x(date(2026, 6, 1)) == WIDE.width - WIDE.right
    assert WIDE.top < scale.y(date(2026, 9, 1)) < scale.y(date(2026, 2, 1)) < WIDE.height - WIDE.bottom


def test_one_day_and_one_date_are_enough_for_a_chart():
    said = story.build_statement("PLAN", date(2026, 1, 2), None, date(2026, 4, 30))
    point = MilestoneFacts(key="M", name="Kick-off", statements=(said,), forecast_on=date(2026, 4, 30))
    (part,) = write_trend([point], date(2026, 1, 2), words())

    assert "Kick-off" in texts(part.wide)


def test_no_dates_no_chart():
    assert write_trend([MilestoneFacts(key="M", name="M")], story.MAY, words()) == ()


def test_of_too_many_milestones_those_that_say_something_are_drawn():
    quiet = replace(SIT, statements=SIT.statements[:1], accepted_on=date(2026, 4, 30))
    calm = [replace(quiet, key=f"C{number}", name=f"C{number}") for number in range(20)]
    chosen = choose_milestones([*calm, SIT])

    assert [point.key for point in chosen] == ["EC-40"]
    assert len(choose_milestones(calm[:MOST_LINES])) == MOST_LINES


def test_labels_keep_their_distance_and_stay_inside():
    placed = spread([10, 11, 12, 95, 96], 10, 0, 100)

    assert all(low - high >= 10 for high, low in pairwise(placed))
    assert placed[-1] <= 100


def test_months_are_named_in_the_language_of_the_reader():
    months = list_months(date(2026, 1, 15), date(2026, 3, 31))

    assert [name_month(day, "fr") for day in months] == ["févr.", "mars"]
    assert name_month(date(2026, 1, 1), "en") == "Jan 2026"


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:40]))
def test_hostile_name_is_text_in_the_drawing(text):
    point = replace(SIT, name=text)
    (part,) = write_trend([point], story.MAY, words())
    (calm,) = write_trend([SIT], story.MAY, words())

    for hostile, plain in ((part.wide, calm.wide), (part.narrow, calm.narrow)):
        drawn, expected = (
            [(node.tag, sorted(node.keys())) for node in ElementTree.fromstring(svg).iter()] for svg in (hostile, plain)
        )
        assert drawn == expected


def reconstruct(point, until):
    """The milestone as if its first statements up to a day had come from old copies."""
    said = [replace(one, is_reconstructed=one.at.date() <= until) for one in point.statements]
    return replace(point, statements=tuple(said))


def dashes(part):
    lines = ElementTree.fromstring(part.wide).iter(f"{SVG}polyline")
    return [line.get("points") for line in lines if line.get("stroke-dasharray") == "9 4"]


def test_what_was_reconstructed_is_dashed_up_to_the_day_of_the_first_watch():
    past = reconstruct(SIT, date(2026, 4, 10))
    trend = trace_trend(past, story.MAY, words())

    assert trend.watched_from == date(2026, 5, 6)
    assert trend.reconstructed[-1] == trend.watched[0] == (date(2026, 5, 6), date(2026, 5, 13))
    assert trend.told_later == {(date(2026, 4, 8), date(2026, 5, 13))}
    (part,) = write_trend([past], story.MAY, words())
    (watched,) = write_trend([SIT], story.MAY, words())
    assert len(dashes(part)) == 1
    assert dashes(watched) == []
    assert "watched from here" in texts(part.wide)
    assert ("Long dashes" in part.caption, "Long dashes" in watched.caption) == (True, False)


def test_a_chart_of_old_copies_alone_is_all_dashes():
    past = reconstruct(SIT, date.max)
    trend = trace_trend(past, story.MAY, words())

    assert (trend.reconstructed, trend.watched, trend.watched_from) == (trend.expected, (), None)
    (part,) = write_trend([past], story.MAY, words())
    assert "watched from here" not in texts(part.wide)


def test_a_baseline_younger_than_the_watch_leaves_reconstructed_history_in_the_chart():
    late = (replace(SIT.baselines[0], since=date(2026, 5, 12)),)
    past = replace(reconstruct(SIT, date(2026, 4, 10)), baselines=late)

    assert find_start([past]) == date.min
    assert find_start([replace(SIT, baselines=late)]) == date(2026, 5, 12)
    assert find_start([reconstruct(SIT, date(2026, 4, 10))]) == SIT.baselines[0].since


def test_the_first_date_seen_is_drawn_where_nobody_approved_a_baseline():
    unapproved = replace(SIT, baselines=())
    (part,) = write_trend([unapproved], story.MAY, words())

    assert trace_trend(unapproved, story.MAY, words()).reference == (
        (date(2026, 1, 2), date(2026, 4, 30)),
        (story.MAY, date(2026, 4, 30)),
    )
    assert "a reference that nobody approved" in part.caption
    assert trace_trend(SIT, story.MAY, words()).reference == ()
