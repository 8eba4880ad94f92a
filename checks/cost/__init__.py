"""Money: what was ordered beyond what was approved."""

from __future__ import annotations

from checks.cost.uncovered_commitment import judge_uncovered_commitment
from slipwatch.check import Check

RULES: tuple[Check, ...] = (judge_uncovered_commitment,)
