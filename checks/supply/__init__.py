"""Suppliers: orders without answer, promises after the need, goods that are not announced or not there."""

from __future__ import annotations

from checks.supply.promise_after_need import judge_promise_after_need
from checks.supply.receipt_overdue import judge_receipt_overdue
from checks.supply.shipment_missing import judge_shipment_missing
from checks.supply.unacknowledged_order import judge_unacknowledged_order
from slipwatch.check import Check

RULES: tuple[Check, ...] = (
    judge_unacknowledged_order,
    judge_promise_after_need,
    judge_shipment_missing,
    judge_receipt_overdue,
)
