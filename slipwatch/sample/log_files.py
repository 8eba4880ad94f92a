"""The PMO's log (`log/`): actions, decisions, changes, budget lines and the training register in one workbook."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from slipwatch.sample.cast import ROLES
from slipwatch.sample.log_actions import list_actions
from slipwatch.sample.log_budget import list_budget
from slipwatch.sample.log_changes import list_changes
from slipwatch.sample.log_decisions import list_decisions, list_trainings
from slipwatch.sample.workbooks import Cell, Sheet, write_workbook

ACTION_SHEET = "Actions"
ACTION_HEADER = ("N°", "Projet", "Action", "Responsable", "Ouverte le", "Échéance", "Statut", "Clôturée le")
DECISION_SHEET = "Décisions"
DECISION_HEADER = ("N°", "Projet", "Décision", "Instance", "Prise le", "Résultat")
CHANGE_SHEET = "Changements"
CHANGE_HEADER = (
    "N°",
    "Type",
    "Projet",
    "Objet",
    "Éléments",
    "Nouvelle date",
    "Montant",
    "Devise",
    "Enregistré le",
    "Décision",
    "Décidé le",
)
BUDGET_SHEET = "Budget"
BUDGET_HEADER = ("Ligne", "Projet", "Libellé", "Budget approuvé", "Réalisé", "Engagé", "Devise", "Responsable")
TRAINING_SHEET = "Formations"
TRAINING_HEADER = (
    "N°",
    "Projet",
    "Division",
    "Formation",
    "Prévue le",
    "À former",
    "Formés",
    "Terminée le",
    "Responsable",
)


def write_log_file(day: date, seed: int) -> bytes:
    """The workbook of a Friday."""
    tables = (
        (ACTION_SHEET, ACTION_HEADER, _write_actions(day, seed)),
        (DECISION_SHEET, DECISION_HEADER, _write_decisions(day)),
        (CHANGE_SHEET, CHANGE_HEADER, _write_changes(day)),
        (BUDGET_SHEET, BUDGET_HEADER, _write_budget(day)),
        (TRAINING_SHEET, TRAINING_HEADER, _write_trainings(day)),
    )
    sheets = [
        Sheet(name=name, title=f"Programme Confluence – Journal du PMO : {name.lower()}", header=header, rows=rows)
        for name, header, rows in tables
    ]
    return write_workbook(sheets, edition=day)


def _write_actions(day: date, seed: int) -> Sequence[Sequence[Cell]]:
    rows: list[list[Cell]] = []
    for number, action in enumerate(list_actions(seed), start=1):
        if action.opened_on <= day:
            done = action.done_on if action.done_on and action.done_on <= day else None
            rows.append(
                [
                    f"A-{number:04d}",
                    action.project,
                    action.subject,
                    ROLES[action.responsible][0],
                    action.opened_on,
                    action.due_on,
                    "Clôturée" if done else "Ouverte",
                    done,
                ]
            )
    return rows


def _write_decisions(day: date) -> Sequence[Sequence[Cell]]:
    return [
        [decision.number, decision.project, decision.subject, "COPIL", decision.taken_on, decision.outcome]
        for decision in list_decisions(day)
    ]


def _write_changes(day: date) -> Sequence[Sequence[Cell]]:
    return [
        [
            change.number,
            change.kind,
            change.project,
            change.subject,
            ", ".join(change.items) or None,
            change.new_date,
            change.amount,
            "EUR" if change.amount else None,
            change.recorded_on,
            change.decision,
            change.decided_on,
        ]
        for change in list_changes(day)
    ]


def _write_budget(day: date) -> Sequence[Sequence[Cell]]:
    return [
        [
            line.key,
            line.project,
            line.label,
            line.approved,
            line.actual,
            line.committed,
            "EUR",
            ROLES[line.responsible][0],
        ]
        for line in list_budget(day)
    ]


def _write_trainings(day: date) -> Sequence[Sequence[Cell]]:
    return [
        [
            training.number,
            training.project,
            training.plant,
            training.subject,
            training.planned_on,
            training.expected,
            training.count_trained(day),
            training.find_end(day),
            ROLES["hr-training"][0],
        ]
        for training in list_trainings()
    ]
