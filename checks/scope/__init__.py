"""Scope after the freeze: what was added and what disappeared without a decision."""

from __future__ import annotations

from checks.scope.orphan_scope import judge_orphan_scope
from checks.scope.vanished_scope import judge_vanished_scope
from slipwatch.check import Check

RULES: tuple[Check, ...] = (judge_orphan_scope, judge_vanished_scope)
