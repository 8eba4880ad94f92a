"""The steering plan workbook (`plan/`): milestones, and what suppliers claim in the follow-up.

The file of 6 March was saved by a German colleague: the column of dates is called "Termin", and every date of the week
of 24 April is written as "KW 17".
"""

from __future__ import annotations

from datetime import date

from slipwatch.sample.cast import ROLES, SUPPLIERS
from slipwatch.sample.milestones import MILESTONES, Milestone
from slipwatch.sample.plan import claim_progress, claim_tests, find_acceptance, find_date
from slipwatch.sample.workbooks import Cell, Sheet, write_workbook

GERMAN_FILE = date(2026, 3, 6)
GERMAN_COLUMN = "Termin"
WEEK_WRITTEN = "KW 17"
WEEK_DAYS = (date(2026, 4, 20), date(2026, 4, 26))

MILESTONE_SHEET = "Jalons"
MILESTONE_HEADER = (
    "Code",
    "Projet",
    "Jalon",
    "Porte",
    "Date actuelle",
    "Date d'acceptation",
    "Avancement déclaré",
    "Responsable",
    "Mis à jour par",
)
FOLLOW_UP_SHEET = "Suivi fournisseurs"
FOLLOW_UP_HEADER = (
    "Réf.",
    "Projet",
    "Fournisseur",
    "Objet",
    "Date annoncée",
    "Avancement annoncé",
    "Remis le",
    "Accepté le",
)
SIT_CLAIM_KEY = "SF-02"
DESIGN_DOCUMENTS_KEY = "SF-01"

_FOLLOW_UP: tuple[tuple[str, str, str, str, date], ...] = (
    (DESIGN_DOCUMENTS_KEY, "ERP-CORE", "norvane", "Dossiers de conception", date(2026, 1, 29)),
    (SIT_CLAIM_KEY, "ERP-CORE", "norvane", "Campagne SIT : cas passés", date(2026, 4, 30)),
    ("SF-03", "ERP-CORE", "norvane", "Jeux de données, répétition n° 2", date(2026, 4, 24)),
    ("SF-04", "WMS-DC", "hallstedt", "Dossier de conformité CE", date(2026, 4, 23)),
    ("SF-05", "WMS-DC", "kestrix", "Interface réception, lot 2", date(2026, 4, 22)),
    ("SF-06", "WMS-DC", "telmar", "Configuration des terminaux", date(2026, 4, 10)),
    ("SF-07", "WMS-DC", "imprilis", "Modèles d'étiquettes", date(2026, 3, 20)),
    ("SF-08", "WMS-DC", "ferrolis", "Plan de protection des rayonnages", date(2026, 3, 31)),
    ("SF-09", "SOP-PLAN", "previsia", "Paramétrage du modèle", date(2026, 4, 17)),
    ("SF-10", "SOP-PLAN", "previsia", "Cycle pilote", date(2026, 5, 29)),
    ("SF-11", "ERP-CORE", "lienzo", "Flux EDI clients", date(2026, 6, 24)),
    ("SF-12", "ERP-CORE", "norvane", "Support de recette UAT", date(2026, 6, 12)),
)
_DESIGN_DELIVERED = date(2026, 1, 29)
_DESIGN_ACCEPTED = date(2026, 2, 11)


def write_plan_file(day: date) -> bytes:
    """The workbook of a Friday."""
    title = "Programme Confluence – Plan de pilotage"
    milestones = Sheet(
        name=MILESTONE_SHEET,
        title=f"{title} : jalons",
        header=_rename(MILESTONE_HEADER, day),
        rows=[_write_milestone(milestone, day) for milestone in MILESTONES.values()],
    )
    follow_up = Sheet(
        name=FOLLOW_UP_SHEET,
        title=f"{title} : annonces des fournisseurs",
        header=_rename(FOLLOW_UP_HEADER, day),
        rows=[_write_follow_up(row, day) for row in _FOLLOW_UP],
    )
    return write_workbook([milestones, follow_up], edition=day)


def _rename(header: tuple[str, ...], day: date) -> list[str]:
    renamed = {header[4]: GERMAN_COLUMN} if day == GERMAN_FILE else {}
    return [renamed.get(name, name) for name in header]


def _write_milestone(milestone: Milestone, day: date) -> list[Cell]:
    accepted = find_acceptance(milestone, day)
    return [
        milestone.key,
        milestone.project,
        milestone.label,
        "G" if milestone.gate else None,
        _write_date(find_date(milestone, day), day, is_typed=milestone.key.endswith("30")),
        accepted,
        claim_progress(milestone, day),
        ROLES[milestone.accountable][0],
        ROLES["client-planner"][0],
    ]


def _write_follow_up(row: tuple[str, str, str, str, date], day: date) -> list[Cell]:
    key, project, supplier, subject, announced = row
    is_design = key == DESIGN_DOCUMENTS_KEY
    return [
        key,
        project,
        SUPPLIERS[supplier].name,
        subject,
        _write_date(announced, day, is_typed=key in ("SF-06", "SF-09", "SF-12")),
        claim_tests(day) if key == SIT_CLAIM_KEY else None,
        _DESIGN_DELIVERED if is_design and day >= _DESIGN_DELIVERED else None,
        _DESIGN_ACCEPTED if is_design and day >= _DESIGN_ACCEPTED else None,
    ]


def _write_date(value: date, day: date, *, is_typed: bool) -> Cell:
    """A date as its author left it: a real one, text, or the calendar week of the German colleague."""
    if day == GERMAN_FILE and WEEK_DAYS[0] <= value <= WEEK_DAYS[1]:
        return WEEK_WRITTEN
    return f"{value:%d/%m/%Y}" if is_typed else value
