"""Change requests and change records of the log, with the items that they name and what was decided.

CR are requests that a committee decides, CP the client planner's own records of a moved date. Every move of a date in
the plan is recorded on the day of its file; the two moves of SIT exit that Norvane made in its tracker are not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from slipwatch.sample.milestones import BASELINE_2_APPROVED, MILESTONES
from slipwatch.sample.plan import MOVES, Move
from slipwatch.sample.tracker_items import DEFERRED_REQUIREMENTS, INVOICING_STORIES, RETURNS_STORIES

OPEN, APPROVED, REJECTED = "Ouvert", "Approuvé", "Refusé"


@dataclass(frozen=True, kw_only=True)
class Change:
    """`items` are labels of tracker items or the key of a milestone; `decided_on` None while nobody decided."""

    number: str
    kind: str
    project: str
    subject: str
    recorded_on: date
    decision: str = APPROVED
    decided_on: date | None = None
    items: tuple[str, ...] = ()
    new_date: date | None = None
    amount: int | None = None


_SCOPE, _DATE, _BUDGET = "Périmètre", "Date", "Budget"

_REQUESTS_2025 = """
CR-001|Périmètre|ERP-CORE|Codes TVA intracommunautaires|2025-10-06|2025-10-16|STO-0012, STO-0013
CR-002|Périmètre|ERP-CORE|Retour fournisseur simplifié|2025-10-13|2025-10-30|STO-0031
CR-003|Budget|WMS-DC|Alimentation secourue des bornes|2025-10-20|2025-10-30|
CR-004|Périmètre|ERP-CORE|Édition des bons en allemand|2025-11-03|2025-11-13|STO-0058, STO-0059
CR-005|Périmètre|SOP-PLAN|Horizon de prévision à 24 mois|2025-11-10|2025-11-27|
CR-006|Budget|ERP-CORE|Environnement de recette supplémentaire|2025-11-10|2025-11-27|
CR-007|Périmètre|WMS-DC|Contrôle de température au quai|2025-11-17|2025-11-27|
CR-008|Périmètre|ERP-CORE|Conditions de prix par région|2025-11-24|2025-12-04|STO-0091
CR-009|Périmètre|ERP-CORE|Blocage crédit par groupe|2025-12-01|2025-12-11|STO-0104
CR-010|Budget|SOP-PLAN|Licences de lecture|2025-12-01|2025-12-11|
CR-011|Périmètre|ERP-CORE|Signature électronique des bons|2025-12-08|2025-12-18|STO-0121
CR-012|Périmètre|WMS-DC|Étiquettes bilingues|2025-12-08|2025-12-18|
CR-013|Budget|WMS-DC|Protection de rayonnages, allée 7|2025-12-10|2025-12-18|
"""


def list_changes(day: date) -> list[Change]:
    """What a file of that day shows, in the order of recording; a decision shows from its day on."""
    known = [
        change for change in (*_read_old_requests(), *_list_requests(), *_list_moves()) if change.recorded_on <= day
    ]
    return sorted((_hide_later_decision(change, day) for change in known), key=lambda c: (c.recorded_on, c.number))


def _hide_later_decision(change: Change, day: date) -> Change:
    late = change.decided_on is not None and change.decided_on > day
    return replace(change, decision=OPEN, decided_on=None) if late else change


def _read_old_requests() -> list[Change]:
    rows = [row.split("|") for row in _REQUESTS_2025.strip().splitlines()]
    return [
        Change(
            number=number,
            kind=kind,
            project=project,
            subject=subject,
            recorded_on=date.fromisoformat(recorded),
            decided_on=date.fromisoformat(decided),
            items=tuple(items.split(", ")) if items else (),
        )
        for number, kind, project, subject, recorded, decided, items in rows
    ]


def _list_requests() -> list[Change]:
    """What was asked for in 2026 about scope and money."""
    copil_april, copil_end_april = date(2026, 4, 2), date(2026, 4, 30)
    return [
        Change(
            number="CR-014",
            kind=_SCOPE,
            project="ERP-CORE",
            subject="Retours clients : six récits",
            recorded_on=date(2026, 3, 12),
            decided_on=date(2026, 3, 19),
            items=RETURNS_STORIES,
        ),
        Change(
            number="CR-015",
            kind=_BUDGET,
            project="SOP-PLAN",
            subject="Connecteur météo",
            recorded_on=date(2026, 3, 19),
            decision=REJECTED,
            decided_on=copil_april,
            amount=18_000,
        ),
        Change(
            number="CR-016",
            kind=_SCOPE,
            project="WMS-DC",
            subject="Comptage par drone",
            recorded_on=date(2026, 3, 26),
            decision=REJECTED,
            decided_on=copil_april,
        ),
        Change(
            number="CR-017",
            kind=_SCOPE,
            project="ERP-CORE",
            subject="Facturation électronique : neuf récits",
            recorded_on=date(2026, 3, 31),
            decided_on=copil_april,
            items=INVOICING_STORIES,
        ),
        Change(
            number="CR-018",
            kind=_SCOPE,
            project="WMS-DC",
            subject="Inventaire tournant par zone",
            recorded_on=date(2026, 4, 9),
            decision=REJECTED,
            decided_on=copil_end_april,
        ),
        Change(
            number="CR-019",
            kind=_BUDGET,
            project="WMS-DC",
            subject="Bornes Wi-Fi, allées 9 à 12",
            recorded_on=date(2026, 4, 15),
            decided_on=copil_end_april,
            amount=9_600,
        ),
        Change(
            number="CR-020",
            kind=_BUDGET,
            project="ERP-CORE",
            subject="Virement de 30 000 € vers la ligne E-40",
            recorded_on=date(2026, 4, 29),
            decided_on=copil_end_april,
            amount=30_000,
        ),
        Change(
            number="CR-021",
            kind=_SCOPE,
            project="ERP-CORE",
            subject="Report de onze exigences après la mise en production",
            recorded_on=date(2026, 4, 30),
            decided_on=copil_end_april,
            items=DEFERRED_REQUIREMENTS,
        ),
    ]


def _list_moves() -> list[Change]:
    return [_record_move(move) for move in MOVES]


def _record_move(move: Move) -> Change:
    """The planner's own records stand at once; those of the gates wait for the steering committee of 28 May."""
    milestone = MILESTONES[move.milestone]
    return Change(
        number=move.record,
        kind=_DATE,
        project=milestone.project,
        subject=f"{milestone.label} : nouvelle date {move.new_date:%d/%m/%Y}",
        recorded_on=move.filed_on,
        decided_on=BASELINE_2_APPROVED if move.record.startswith("CR") else move.filed_on,
        items=(move.milestone,),
        new_date=move.new_date,
    )
