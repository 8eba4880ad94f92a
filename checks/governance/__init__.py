"""Governance: whether what was agreed is done."""

from __future__ import annotations

from checks.governance.overdue_actions import judge_overdue_actions
from slipwatch.check import Check

RULES: tuple[Check, ...] = (judge_overdue_actions,)
