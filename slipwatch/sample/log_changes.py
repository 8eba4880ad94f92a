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

OPEN, APPROVED = "Ouvert", "Approuvé"


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


_REQUESTS = """
CR-001|Périmètre|ERP-CORE|Codes TVA intracommunautaires|2025-10-06|2025-10-16|Approuvé||STO-0012, STO-0013
CR-002|Périmètre|ERP-CORE|Retour fournisseur simplifié|2025-10-13|2025-10-30|Approuvé||STO-0031
CR-003|Budget|WMS-DC|Alimentation secourue des bornes|2025-10-20|2025-10-30|Approuvé|4200|
CR-004|Périmètre|ERP-CORE|Édition des bons en allemand|2025-11-03|2025-11-13|Approuvé||STO-0058, STO-0059
CR-005|Périmètre|SOP-PLAN|Horizon de prévision à 24 mois|2025-11-10|2025-11-27|Approuvé||
CR-006|Budget|ERP-CORE|Environnement de recette supplémentaire|2025-11-10|2025-11-27|Approuvé|14500|
CR-007|Périmètre|WMS-DC|Contrôle de température au quai|2025-11-17|2025-11-27|Approuvé||
CR-008|Périmètre|ERP-CORE|Conditions de prix par région|2025-11-24|2025-12-04|Approuvé||STO-0091
CR-009|Périmètre|ERP-CORE|Blocage crédit par groupe|2025-12-01|2025-12-11|Approuvé||STO-0104
CR-010|Budget|SOP-PLAN|Licences de lecture|2025-12-01|2025-12-11|Approuvé|3600|
CR-011|Périmètre|ERP-CORE|Signature électronique des bons|2025-12-08|2025-12-18|Approuvé||STO-0121
CR-012|Périmètre|WMS-DC|Étiquettes bilingues|2025-12-08|2025-12-18|Approuvé||
CR-013|Budget|WMS-DC|Protection de rayonnages, allée 7|2025-12-10|2025-12-18|Approuvé|6800|
CR-014|Périmètre|ERP-CORE|Retours clients : six récits|2026-03-16|2026-03-19|Approuvé||RETURNS
CR-015|Budget|SOP-PLAN|Connecteur météo|2026-03-19|2026-04-02|Refusé|18000|
CR-016|Périmètre|WMS-DC|Comptage par drone|2026-03-26|2026-04-02|Refusé||
CR-017|Périmètre|ERP-CORE|Facturation électronique : neuf récits|2026-03-31|2026-04-02|Approuvé||INVOICING
CR-018|Périmètre|WMS-DC|Inventaire tournant par zone|2026-04-09|2026-04-30|Refusé||
CR-019|Budget|WMS-DC|Bornes Wi-Fi, allées 9 à 12|2026-04-15|2026-04-30|Approuvé|9600|
CR-020|Budget|ERP-CORE|Virement de 30 000 € vers la ligne E-40|2026-04-29|2026-04-30|Approuvé|30000|
CR-021|Périmètre|ERP-CORE|Report de onze exigences après la mise en production|2026-04-30|2026-04-30|Approuvé||DEFERRED
"""
"""Number, kind, project, subject, recorded on, decided on, decision, amount in euros, items or the name of a group."""

_GROUPS = {"RETURNS": RETURNS_STORIES, "INVOICING": INVOICING_STORIES, "DEFERRED": DEFERRED_REQUIREMENTS}


def list_changes(day: date) -> list[Change]:
    """What a file of that day shows, in the order of recording; a decision shows from its day on."""
    known = [change for change in _ALL if change.recorded_on <= day]
    return sorted((_hide_later_decision(change, day) for change in known), key=lambda c: (c.recorded_on, c.number))


def _hide_later_decision(change: Change, day: date) -> Change:
    late = change.decided_on is not None and change.decided_on > day
    return replace(change, decision=OPEN, decided_on=None) if late else change


def _read_request(row: str) -> Change:
    number, kind, project, subject, recorded, decided, decision, amount, items = row.split("|")
    return Change(
        number=number,
        kind=kind,
        project=project,
        subject=subject,
        recorded_on=date.fromisoformat(recorded),
        decision=decision,
        decided_on=date.fromisoformat(decided),
        items=_GROUPS.get(items, tuple(items.split(", ")) if items else ()),
        amount=int(amount) if amount else None,
    )


def _record_move(move: Move) -> Change:
    """The planner's own records stand at once; those of the gates wait for the steering committee of 28 May."""
    milestone = MILESTONES[move.milestone]
    return Change(
        number=move.record,
        kind="Date",
        project=milestone.project,
        subject=f"{milestone.label} : nouvelle date {move.new_date:%d/%m/%Y}",
        recorded_on=move.filed_on,
        decided_on=BASELINE_2_APPROVED if move.record.startswith("CR") else move.filed_on,
        items=(move.milestone,),
        new_date=move.new_date,
    )


_ALL: tuple[Change, ...] = (*map(_read_request, _REQUESTS.strip().splitlines()), *map(_record_move, MOVES))
