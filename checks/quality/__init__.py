"""Quality of what is read: fresh, as agreed, and complete."""

from __future__ import annotations

from checks.quality.contract_break import judge_contract_break
from checks.quality.row_count_jump import judge_row_count_jump
from checks.quality.stale_source import judge_stale_source
from slipwatch.check import Check

RULES: tuple[Check, ...] = (judge_stale_source, judge_contract_break, judge_row_count_jump)
