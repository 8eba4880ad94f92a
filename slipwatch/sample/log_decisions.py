"""Decisions of the steering committee, entered when they are taken, and the training register."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from slipwatch.sample.cast import SITES


@dataclass(frozen=True)
class Decision:
    """One decision, already taken."""

    number: str
    project: str
    subject: str
    taken_on: date
    outcome: str


@dataclass(frozen=True, kw_only=True)
class Training:
    """`finished_on` is None where the group is never complete; then `trained` persons came on `planned_on`."""

    number: str
    project: str
    plant: str
    subject: str
    planned_on: date
    expected: int
    trained: int
    finished_on: date | None

    def count_trained(self, day: date) -> int:
        """All of a group that is finished, else those who came so far."""
        if self.finished_on is None:
            return self.trained if day >= date(2026, 5, 11) else 0
        return self.trained if day >= self.finished_on else 0

    def find_end(self, day: date) -> date | None:
        return self.finished_on if self.finished_on and self.finished_on <= day else None


_DECISIONS = """
2025-09-25|ERP-CORE|Périmètre de la version 1|Approuvé
2025-09-25|WMS-DC|Choix de Kestrix|Approuvé
2025-09-25|SOP-PLAN|Choix de Previsia|Approuvé
2025-09-25|ERP-CORE|Organisation des utilisateurs clés|Approuvé
2025-10-30|ERP-CORE|Plan de migration|Approuvé
2025-10-30|WMS-DC|Implantation des convoyeurs|Approuvé
2025-10-30|SOP-PLAN|Maille de prévision|Approuvé
2025-10-30|WMS-DC|Terminaux TM-55|Approuvé
2025-11-27|ERP-CORE|Stratégie de test|Approuvé
2025-11-27|WMS-DC|Protection des rayonnages|Approuvé
2025-11-27|SOP-PLAN|Horizon de 24 mois|Approuvé
2025-11-27|ERP-CORE|Plan de formation|Approuvé
2025-12-18|ERP-CORE|Référence n° 1|Approuvé
2025-12-18|WMS-DC|Référence n° 1|Approuvé
2025-12-18|SOP-PLAN|Référence n° 1|Approuvé
2025-12-18|ERP-CORE|Budget 2026|Approuvé
2026-01-29|ERP-CORE|Gel du périmètre au 27 février|Approuvé
2026-01-29|WMS-DC|Accès travaux du samedi|Approuvé
2026-02-26|ERP-CORE|Critères de sortie SIT|Approuvé
2026-02-26|SOP-PLAN|Familles pilotes|Approuvé
2026-04-02|ERP-CORE|CR-017 facturation électronique|Approuvé
2026-04-02|WMS-DC|CR-016 comptage par drone|Refusé
2026-04-02|SOP-PLAN|CR-015 connecteur météo|Refusé
2026-04-30|ERP-CORE|CR-021 report de onze exigences|Approuvé
2026-04-30|ERP-CORE|Virement vers E-40|Approuvé
2026-04-30|WMS-DC|Bornes Wi-Fi, allées 9 à 12|Approuvé
2026-05-28|ERP-CORE|Référence n° 2|Approuvé
2026-05-28|WMS-DC|Référence n° 2|Approuvé
2026-06-25|SOP-PLAN|Passage en fonctionnement régulier au 24 juillet|Approuvé
2026-06-25|WMS-DC|Sessions de formation en juillet|Approuvé
"""

_TRAININGS = (
    Training(
        number="FOR-01",
        project="ERP-CORE",
        plant=SITES["SITE-R"],
        subject="Utilisateurs clés, commande-encaissement",
        planned_on=date(2026, 2, 20),
        expected=24,
        trained=24,
        finished_on=date(2026, 2, 18),
    ),
    Training(
        number="FOR-02",
        project="ERP-CORE",
        plant=SITES["SITE-G"],
        subject="Key-User Bestandsführung",
        planned_on=date(2026, 3, 27),
        expected=16,
        trained=16,
        finished_on=date(2026, 3, 26),
    ),
    Training(
        number="FOR-03",
        project="WMS-DC",
        plant=SITES["DC-M"],
        subject="Opérateurs de la plateforme",
        planned_on=date(2026, 5, 29),
        expected=120,
        trained=46,
        finished_on=None,
    ),
    Training(
        number="FOR-04",
        project="SOP-PLAN",
        plant=SITES["SITE-R"],
        subject="Animateurs S&OP",
        planned_on=date(2026, 5, 22),
        expected=9,
        trained=9,
        finished_on=date(2026, 5, 20),
    ),
    Training(
        number="FOR-05",
        project="ERP-CORE",
        plant=SITES["SITE-R"],
        subject="Utilisateurs finaux, vague 1",
        planned_on=date(2026, 9, 18),
        expected=310,
        trained=0,
        finished_on=None,
    ),
)


def list_decisions(day: date) -> list[Decision]:
    """What a file of that day shows."""
    rows = [row.split("|") for row in _DECISIONS.strip().splitlines()]
    decisions = [
        Decision(f"D-{number:03d}", project, subject, date.fromisoformat(taken), outcome)
        for number, (taken, project, subject, outcome) in enumerate(rows, start=1)
    ]
    return [decision for decision in decisions if decision.taken_on <= day]


def list_trainings() -> tuple[Training, ...]:
    """The register: the same five groups in every file."""
    return _TRAININGS
