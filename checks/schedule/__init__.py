"""Deadlines: milestones that slip, move in silence, or pass without acceptance."""

from __future__ import annotations

from checks.schedule.milestone_slip import judge_milestone_slip
from checks.schedule.past_due_open import judge_past_due_open
from checks.schedule.silent_move import judge_silent_move
from slipwatch.check import Check

RULES: tuple[Check, ...] = (judge_milestone_slip, judge_silent_move, judge_past_due_open)
