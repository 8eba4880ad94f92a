"""Exports of planning tools: Microsoft Project and Planner. Their columns and sources: exports.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from benchmarks.messy.invented import Invention, invent_actions, invent_plan
from benchmarks.messy.makers import Draw, Heading, build_export, choose_headings
from benchmarks.messy.messes import insert
from benchmarks.messy.texts import make_csv
from benchmarks.messy.truth import MessyFile, Value
from benchmarks.messy.words import LANGUAGES
from benchmarks.messy.workbooks import Extra, make_workbook

WEEKDAYS = {"en": "Mon Tue Wed Thu Fri Sat Sun", "fr": "Lun Mar Mer Jeu Ven Sam Dim", "de": "Mo Di Mi Do Fr Sa So"}


STATES = {
    "en": ("Not started", "In progress", "Completed"),
    "fr": ("Non commencé", "En cours", "Terminé"),
    "de": ("Nicht begonnen", "In Bearbeitung", "Abgeschlossen"),
}
PLAN_ROWS = {
    "en": ("Plan name", "Plan ID", "Date of export"),
    "fr": ("Nom du plan", "ID du plan", "Date d'exportation"),
    "de": ("Planname", "Plan-ID", "Exportdatum"),
}


def make_planning_exports(seed: int, *, held_out: bool) -> Iterator[MessyFile]:
    for language in LANGUAGES:
        chance, count = Draw(f"{seed}/planning/{language}", held_out=held_out), 25 + 6 * held_out
        yield make_project(language, chance, count)
        yield make_pasted_project(language, chance, count)
        yield make_planner(language, chance, count)


def invent_tasks(language: str, chance: Draw, count: int) -> dict[str, list[Value]]:
    one = Invention(language, chance, count)
    plan, days = invent_plan(one), {"en": "days", "fr": "jours", "de": "Tage"}[language]
    start = [day - timedelta(days=chance.randint(2, 30)) if isinstance(day, date) else None for day in plan["forecast"]]
    return plan | {
        "number": [str(n + 1) for n in range(count)],
        "unique": [str(n + 101) for n in range(count)],
        "outline": ["1" if n % 6 == 0 else "2" for n in range(count)],
        "start": list(start),
        "duration": [f"{chance.randint(1, 40)} {days}" for _ in range(count)],
        "finish": plan["forecast"],
        "actual": plan["accepted"],
        "before": [str(n) if n % 3 else None for n in range(count)],
    }


def make_project(language: str, chance: Draw, count: int) -> MessyFile:
    layout = build_export(
        choose_headings("ms_project", chance),
        invent_tasks(language, chance, count),
        language=language,
        kinds=("plan",),
        keys=(["number"], ["unique"]),
        preset="ms_project",
    )
    sheet = {"en": "Task_Table1", "fr": "Tableau_Tâches1", "de": "Vorgangstabelle1"}[language]
    layout.messes.add("percent")
    return make_workbook(layout, f"73_plan_{language}.xlsx", sheet=sheet)


def make_pasted_project(language: str, chance: Draw, count: int) -> MessyFile:
    """Rows copied from the Gantt chart into a text: the weekday stands before each day."""
    slots = ("number", "name", "duration", "start", "finish", "progress", "owner")
    names = WEEKDAYS[language].split()
    pattern = {"en": "{0} {1:%m/%d/%y}", "fr": "{0} {1:%d/%m/%y}", "de": "{0} {1:%d.%m.%y}"}[language]

    def write_day(day: date) -> str:
        return pattern.format(names[day.weekday()], day)

    headings = tuple(
        Heading(
            one.slot,
            one.fields,
            one.names,
            one.kind,
            write_day if one.kind == "date" else show_percent if one.kind == "share" else one.write,
        )
        for one in choose_headings("ms_project", chance)
        if one.slot in slots
    )
    layout = build_export(
        headings,
        invent_tasks(language, chance, count),
        language=language,
        kinds=("plan",),
        keys=(["number"],),
        preset=None,
    )
    layout.messes |= {"weekday before the day", "percent"}
    return make_csv(layout, f"74_planning_{language}.txt", delimiter="\t")


def show_percent(share: object) -> str:
    return f"{float(str(share)) * 100:.0f}%"


def make_planner(language: str, chance: Draw, count: int) -> MessyFile:
    one = Invention(language, chance, count)
    records = invent_actions(one)
    records |= {
        "id": [f"{chance.getrandbits(64):016x}" for _ in range(count)],
        "bucket": records["project"],
        "state": one.draw(lambda: chance.choice(STATES[language])),
        "priority": ["Medium"] * count,
        "author": ["PMO office"] * count,
        "created": one.days(spread=60),
        "start": one.days(spread=90),
        "late": ["false" if n % 3 else "true" for n in range(count)],
        "labels": ["go-live" if n % 4 else None for n in range(count)],
    }
    layout = build_export(
        choose_headings("ms_planner", chance),
        records,
        language=language,
        kinds=("tracker", "actions"),
        keys=(["id"],),
        preset="ms_planner",
        day="slash_us",
    )
    insert(layout, 0, [None], "title")
    for text, value in zip(reversed(PLAN_ROWS[language]), ("06/26/2026", "pR9_sXq0aUSt", "Confluence"), strict=True):
        insert(layout, 0, [text, value], "title")
    layout.messes |= {"title rows", "American dates"}
    extras = (Extra(name="Info", rows=[["Confluence"], ["06/26/2026"]], hidden=False),)
    return make_workbook(layout, f"75_Confluence_{language}.xlsx", sheet="Tasks", extras=extras)
