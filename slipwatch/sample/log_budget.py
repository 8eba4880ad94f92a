"""Budget lines of the log: what was approved, spent and committed, week by week.

What is spent moves from committed to actual over the half year; the sum of both changes only where the story says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

EXTRA_TESTS_ORDERED = date(2026, 3, 25)
EXTRA_TESTS = 38_950
"""41 test days at 950 €, signed by the owner lead; finance was not told."""
TRANSFER_APPROVED = date(2026, 4, 30)
TRANSFER = 30_000
LICENCES_FILLED_IN = date(2026, 2, 6)

_FIRST_DAY, _LAST_DAY = date(2025, 11, 3), date(2026, 7, 31)


@dataclass(frozen=True)
class BudgetLine:
    """Amounts in euros; `approved` is None where nobody entered it."""

    key: str
    project: str
    label: str
    responsible: str
    approved: int | None
    actual: int
    committed: int


_LINES: tuple[tuple[str, str, str, str, int, int], ...] = (
    ("E-10", "ERP-CORE", "Licences ERP", "owner-lead", 410_000, 402_500),
    ("E-20", "ERP-CORE", "Intégration Norvane", "owner-lead", 1_280_000, 1_196_400),
    ("E-30", "ERP-CORE", "Formation et supports", "hr-training", 145_000, 121_700),
    ("E-40", "ERP-CORE", "Tests et migration", "owner-lead", 240_000, 229_500),
    ("W-10", "WMS-DC", "Convoyeurs", "buyer", 265_000, 259_300),
    ("W-20", "WMS-DC", "Terminaux portables", "buyer", 130_000, 124_850),
    ("W-30", "WMS-DC", "Rayonnages et protection", "buyer", 88_000, 79_600),
    ("W-40", "WMS-DC", "Licences et intégration WMS", "sponsor", 320_000, 301_200),
    ("S-10", "SOP-PLAN", "Modélisation", "sponsor", 150_000, 138_000),
    ("S-20", "SOP-PLAN", "Intégration des données", "sponsor", 62_000, 57_400),
    ("S-30", "SOP-PLAN", "Licences S&OP", "sponsor", 84_000, 80_500),
)
"""Key, project, label, role, approved amount, amount spent or committed."""

_TESTS_ACTUAL = 131_200
"""Booked on E-40 from the day of the extra order until the transfer."""


def list_budget(day: date) -> list[BudgetLine]:
    """What a file of that day shows."""
    return [
        _write_tests_line(day)
        if key == "E-40"
        else _write_line((key, project, label, responsible), _find_approved(key, approved, day), _split(spent, day))
        for key, project, label, responsible, approved, spent in _LINES
    ]


def _write_line(names: tuple[str, str, str, str], approved: int | None, amounts: tuple[int, int]) -> BudgetLine:
    return BudgetLine(*names, approved, *amounts)


def _find_approved(key: str, approved: int, day: date) -> int | None:
    """The licences of SOP-PLAN were forgotten until 6 February."""
    return None if key == "S-30" and day < LICENCES_FILLED_IN else approved


def _split(spent: int, day: date) -> tuple[int, int]:
    """Actual and committed: invoices arrive evenly over the half year, in hundreds of euros."""
    share = (day - _FIRST_DAY) / (_LAST_DAY - _FIRST_DAY)
    actual = int(spent * share) // 100 * 100
    return actual, spent - actual


def _write_tests_line(day: date) -> BudgetLine:
    """E-40: 98,300 € committed and then 38,950 € more, until the committee transfers 30,000 €."""
    names = ("E-40", "ERP-CORE", "Tests et migration", "owner-lead")
    spent, approved = 229_500, 240_000
    if day < EXTRA_TESTS_ORDERED:
        actual = min(_split(spent, day)[0], _TESTS_ACTUAL)
        return _write_line(names, approved, (actual, spent - actual))
    if day < TRANSFER_APPROVED:
        return _write_line(names, approved, (_TESTS_ACTUAL, spent + EXTRA_TESTS - _TESTS_ACTUAL))
    total = spent + EXTRA_TESTS
    actual = max(_TESTS_ACTUAL, _split(total, day)[0])
    return _write_line(names, approved + TRANSFER, (actual, total - actual))
