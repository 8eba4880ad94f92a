"""The story of a date: who moved it first, who followed, what counts as a move."""

from dataclasses import replace
from datetime import date

from slipwatch.reports.facts import MilestoneFacts
from slipwatch.reports.moves import trace_moves
from tests.reports import story
from tests.reports.story import build_statement

SIT = next(point for point in story.list_milestones("ERP-CORE", story.JUNE) if point.key == "EC-40")


def tell(*statements):
    return trace_moves(MilestoneFacts(key="M", name="M", statements=tuple(statements)))


def test_sit_exit_moved_three_times_and_the_tracker_always_knew_first():
    moves = trace_moves(SIT)

    assert [(move.source, move.old, move.new) for move in moves] == [
        ("TRK", date(2026, 4, 30), date(2026, 5, 13)),
        ("TRK", date(2026, 5, 13), date(2026, 5, 29)),
        ("TRK", date(2026, 5, 29), date(2026, 6, 19)),
    ]
    assert [[(follow.source, follow.days) for follow in move.followed] for move in moves] == [
        [("PLAN", 29)],
        [("PLAN", 9)],
        [("PLAN", 0)],
    ]
    assert [move.days for move in moves] == [13, 16, 21]


def test_first_date_is_no_move():
    assert tell(build_statement("PLAN", date(2026, 1, 2), None, date(2026, 4, 30))) == []


def test_source_that_repeats_an_older_date_moves_nothing():
    moves = tell(
        build_statement("TRK", date(2026, 1, 2), None, date(2026, 4, 30)),
        build_statement("TRK", date(2026, 2, 2), date(2026, 4, 30), date(2026, 5, 29)),
        build_statement("PLAN", date(2026, 3, 2), None, date(2026, 4, 30)),
    )

    assert [(move.new, move.followed) for move in moves] == [(date(2026, 5, 29), ())]


def test_date_that_comes_back_is_a_move_with_a_minus():
    moves = tell(
        build_statement("PLAN", date(2026, 1, 2), None, date(2026, 4, 30)),
        build_statement("PLAN", date(2026, 2, 2), date(2026, 4, 30), date(2026, 5, 29)),
        build_statement("PLAN", date(2026, 3, 2), date(2026, 5, 29), date(2026, 4, 30)),
    )

    assert [move.days for move in moves] == [29, -29]


def test_repaired_mapping_is_no_move_and_later_moves_start_from_it():
    repaired = build_statement("PLAN", date(2026, 2, 2), date(2026, 4, 30), date(2026, 5, 1))
    moves = tell(
        build_statement("PLAN", date(2026, 1, 2), None, date(2026, 4, 30)),
        replace(repaired, is_drift=False),
        build_statement("PLAN", date(2026, 3, 2), date(2026, 5, 1), date(2026, 5, 8)),
    )

    assert [(move.old, move.new) for move in moves] == [(date(2026, 5, 1), date(2026, 5, 8))]


def test_source_that_has_not_followed_is_quoted_with_its_date():
    two = [build_statement(source, date(2026, 1, 2), None, date(2026, 4, 30)) for source in ("PLAN", "TRK")]
    (move,) = tell(*two, build_statement("TRK", date(2026, 4, 8), date(2026, 4, 30), date(2026, 5, 13)))

    (follow,) = move.followed
    assert (follow.source, follow.days, follow.says) == ("PLAN", None, date(2026, 4, 30))


def test_source_that_went_on_to_another_date_never_showed_this_one():
    two = [build_statement(source, date(2026, 1, 2), None, date(2026, 4, 30)) for source in ("PLAN", "TRK")]
    moves = tell(
        *two,
        build_statement("TRK", date(2026, 4, 8), date(2026, 4, 30), date(2026, 5, 13)),
        build_statement("TRK", date(2026, 5, 6), date(2026, 5, 13), date(2026, 5, 29)),
        build_statement("PLAN", date(2026, 5, 15), date(2026, 4, 30), date(2026, 5, 29)),
    )

    assert [(follow.days, follow.says) for move in moves for follow in move.followed] == [(None, None), (9, None)]
