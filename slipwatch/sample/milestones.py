"""The milestones of the sample programme, with the baselines that the steering committee approved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from slipwatch.sample.cast import PROJECTS

BASELINE_1_APPROVED = date(2025, 12, 18)
BASELINE_2_APPROVED = date(2026, 5, 28)
BASELINE_2_POLL = 22
"""The first poll at which baseline 2 is in force."""

GATE_TOLERANCE_DAYS = 5
OTHER_TOLERANCE_DAYS = 10
"""Working days of slip that a milestone may have."""


@dataclass(frozen=True, kw_only=True)
class Milestone:
    """`label` is its name in the steering plan, `tracker_id` its id in the tracker where Norvane keeps it there too.

    `baseline_1` is None for the one without a baseline date, `baseline_2` where number 1 stays in force.
    """

    key: str
    project: str
    name: str
    label: str
    accountable: str
    baseline_1: date | None
    baseline_2: date | None
    gate: bool
    tracker_id: str | None

    @property
    def site(self) -> str:
        return PROJECTS[self.project]

    @property
    def tolerance_days(self) -> int:
        return GATE_TOLERANCE_DAYS if self.gate else OTHER_TOLERANCE_DAYS

    def find_baseline(self, poll: int) -> date | None:
        """The date in force at a poll."""
        return self.baseline_2 if self.baseline_2 and poll >= BASELINE_2_POLL else self.baseline_1


_TABLE = """
EC-10|ERP-CORE|Design sign-off|Signature de la conception|owner-lead|2026-01-30||G|MS-101
EC-20|ERP-CORE|Build complete|Fin de réalisation|norvane|2026-03-27||G|MS-102
EC-30|ERP-CORE|Migration rehearsal two|Répétition de migration n° 2|data-lead-g|2026-04-24|||
EC-40|ERP-CORE|SIT exit|Sortie des tests d'intégration (SIT)|norvane|2026-04-30|2026-06-19|G|MS-103
EC-45|ERP-CORE|Cutover rehearsal|Répétition de bascule|norvane||||
EC-50|ERP-CORE|UAT exit|Sortie de recette utilisateurs (UAT)|sponsor|2026-06-12|2026-09-11|G|
EC-60|ERP-CORE|ERP go-live|Mise en production ERP|sponsor|2026-07-01|2026-10-01|G|
WD-10|WMS-DC|Interface specification signed|Spécification d'interface signée|kestrix|2026-02-13||G|
WD-20|WMS-DC|Handhelds on site|Terminaux portables sur site|buyer|2026-04-10|||
WD-30|WMS-DC|Conveyor mechanical acceptance|Réception mécanique des convoyeurs|buyer|2026-04-24|||
WD-40|WMS-DC|Integrated test ERP–WMS|Test intégré ERP–WMS|sponsor|2026-05-22|2026-07-31|G|
WD-50|WMS-DC|DC go-live|Mise en service de la plateforme|sponsor|2026-06-15|2026-09-07|G|
SP-10|SOP-PLAN|Data feed accepted|Flux de données accepté|norvane|2026-02-27|||MS-104
SP-20|SOP-PLAN|Forecast model accepted|Modèle de prévision accepté|previsia|2026-04-17|||
SP-30|SOP-PLAN|Pilot S&OP cycle|Cycle S&OP pilote|previsia|2026-05-29||G|
SP-40|SOP-PLAN|Regular running|Fonctionnement régulier|previsia|2026-06-26|||
"""


def _read_day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _read_milestone(row: str) -> Milestone:
    key, project, name, label, accountable, first, second, gate, tracker_id = row.split("|")
    return Milestone(
        key=key,
        project=project,
        name=name,
        label=label,
        accountable=accountable,
        baseline_1=_read_day(first),
        baseline_2=_read_day(second),
        gate=gate == "G",
        tracker_id=tracker_id or None,
    )


MILESTONES: dict[str, Milestone] = {
    milestone.key: milestone for milestone in map(_read_milestone, _TABLE.strip().splitlines())
}
"""Every milestone by key, in the order of the steering plan."""
