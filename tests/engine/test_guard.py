"""When a window may enter the ledger."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slipwatch.engine.guard import FEWEST_SIZES, Limits, judge_window
from slipwatch.model.records import WindowKind, WindowState

LIMITS = Limits(drop_percent=20, rise_percent=50, rejects_percent=10)


def judge(rows, *, rejects=0, previous=(), kind=WindowKind.COMPLETE, proven=True, released=False):
    return judge_window(
        kind=kind, rows=rows, rejects=rejects, proven=proven, previous_sizes=previous, limits=LIMITS, released=released
    )


@pytest.mark.parametrize(
    ("rows", "state"),
    [
        (80, WindowState.MERGED),
        (79, WindowState.HELD),
        (150, WindowState.MERGED),
        (151, WindowState.HELD),
        (0, WindowState.HELD),
    ],
)
def test_a_jump_beyond_the_limits_is_held(rows, state):
    assert judge(rows, previous=[100]).state is state


def test_a_held_window_says_both_sizes():
    verdict = judge(168, previous=[431])
    assert (verdict.reason, verdict.detail) == ("row_count_jump", "168 after 431")


def test_rejected_records_count_as_read():
    """Five damaged rows are no drop: they are there."""
    assert judge(75, rejects=5, previous=[100]).state is WindowState.MERGED


def test_an_incremental_window_never_jumps():
    assert judge(1, previous=[1000], kind=WindowKind.INCREMENTAL).state is WindowState.MERGED


def test_too_many_rejects_set_the_window_aside_before_its_size_is_compared():
    assert judge(0, rejects=431, previous=[431]).state is WindowState.SET_ASIDE


def test_what_is_not_proven_is_incomplete_even_when_released():
    assert judge(100, previous=[100], proven=False, released=True).state is WindowState.INCOMPLETE


def test_a_person_lets_a_jump_in():
    assert judge(10, previous=[100], released=True).state is WindowState.MERGED


def test_the_first_window_has_nothing_to_jump_from():
    assert judge(3).state is WindowState.MERGED


def test_a_list_that_always_swings_is_not_held_for_swinging():
    swinging = [100, 160] * (FEWEST_SIZES // 2)
    assert judge(70, previous=swinging).state is WindowState.MERGED
    assert judge(70, previous=swinging[:4]).state is WindowState.HELD


@given(rows=st.integers(0, 10_000), size=st.integers(1, 10_000))
def test_every_window_has_exactly_one_fate(rows, size):
    change = (rows - size) * 100 / size
    held = judge(rows, previous=[size]).state is WindowState.HELD
    assert held == (change < -20 or change > 50)
