"""Exports of trackers: Jira (CSV, XML), Azure DevOps, Redmine and GitLab. Their columns and sources: exports.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from benchmarks.messy.invented import Invention, invent_tracker
from benchmarks.messy.makers import Draw, Heading, build_export, choose_headings, write_moment
from benchmarks.messy.texts import make_csv, make_rss
from benchmarks.messy.truth import MessyFile, Value
from benchmarks.messy.words import LANGUAGES
from benchmarks.messy.writing import SHORT_MONTHS, FigureStyle

TRACKER = ("tracker",)


def invent_issues(language: str, chance: Draw, count: int) -> dict[str, list[Value]]:
    """Issues with everything that any tracker exports."""
    one = Invention(language, chance, count)
    records = invent_tracker(one)
    return records | {
        "code": [f"ERP-{n}" for n in range(101, 101 + count)],
        "number": [str(10_400 + n) for n in range(count)],
        "project": ["ERP"] * count,
        "project name": ["Confluence ERP"] * count,
        "priority": one.pick("severities"),
        "reporter": ["pmo.office"] * count,
        "updated": one.after(records["created"], least=1, most=70),
        "start": one.after(records["created"], least=0, most=4),
        "label": ["uat" if n % 3 else None for n in range(count)],
        "label 2": ["label" if n % 5 == 0 else None for n in range(count)],
        "comment": [
            f'{SHORT_MONTHS["en"][3]};first line\nsecond "line", done' if n % 4 == 0 else None for n in range(count)
        ],
        "estimate": one.draw(lambda: Decimal(chance.randint(1, 80)) / 2),
        "spent": one.draw(lambda: Decimal(chance.randint(0, 80)) / 2),
        "ratio": one.draw(lambda: Decimal(chance.randint(0, 10)) / 10),
        "sprint": [f"Sprint {n // 8 + 1}" for n in range(count)],
        "parent": [str(10_400 + n - 1) if n % 4 == 3 else None for n in range(count)],
        "link": [f"https://git.example.org/erp/-/issues/{10_400 + n}" for n in range(count)],
        "title": [f"[ERP-{101 + n}] {name}" for n, name in enumerate(records["name"])],
        "description": [f"Steps:\n1. open\n2. {n}" for n in range(count)],
        "confidential": ["No"] * count,
    }


def make_tracker_exports(seed: int, *, held_out: bool) -> Iterator[MessyFile]:
    for language in LANGUAGES:
        chance = Draw(f"{seed}/trackers/{language}", held_out=held_out)
        count = 26 + held_out * 9
        yield make_jira(language, chance, invent_issues(language, chance, count))
        yield make_redmine(language, chance, invent_issues(language, chance, count))
        yield make_azure(language, chance, invent_issues(language, chance, count))
        yield make_gitlab(language, chance, invent_issues(language, chance, count))
        yield make_jira_xml(language, chance, invent_issues(language, chance, count))


def make_jira(language: str, chance: Draw, records: dict[str, list[Value]]) -> MessyFile:
    layout = build_export(
        choose_headings("jira_csv", chance),
        records,
        language=language,
        kinds=TRACKER,
        keys=(["code"], ["number"]),
        preset="jira_csv",
        day="jira",
    )
    layout.messes |= {"duplicate column names", "line breaks in quotes", "text dates with month names", "seconds"}
    return make_csv(layout, f"60_Jira_{language}.csv", delimiter="," if language == "en" else ";")


def make_redmine(language: str, chance: Draw, records: dict[str, list[Value]]) -> MessyFile:
    day, moment = {
        "en": ("iso", "{day:%Y-%m-%d} {hour:02d}:{minute:02d}"),
        "fr": ("slash", "{day:%d/%m/%Y} {hour:02d}:{minute:02d}"),
        "de": ("dot", "{day:%d.%m.%Y} {hour:02d}:{minute:02d}"),
    }[language]
    decimal = "." if language == "en" else ","
    headings = with_moments(choose_headings("redmine_csv", chance), moment, chance)
    style = FigureStyle(decimal=decimal, places=2)
    build = {"language": language, "kinds": TRACKER, "keys": (["number"],), "preset": "redmine_csv"}
    layout = build_export(headings, records, day=day, figures=style, **build)
    delimiter = "," if language == "en" else ";"
    encoding = "utf-8" if language == "en" else "cp1252"
    return make_csv(layout, f"61_issues_{language}.csv", delimiter=delimiter, encoding=encoding)


def make_azure(language: str, chance: Draw, records: dict[str, list[Value]]) -> MessyFile:
    pattern = {
        "en": "{month}/{day.day}/{day:%Y} {hour12}:{minute:02d}:07 AM",
        "fr": "{day:%d/%m/%Y} {hour:02d}:{minute:02d}:07",
        "de": "{day:%d.%m.%Y} {hour:02d}:{minute:02d}:07",
    }[language]
    records["project"] = [f"Confluence\\{name}" for name in ["Core", "WMS"] * (len(records["name"]) // 2 + 1)][
        : len(records["name"])
    ]
    records["sprint"] = [f"Confluence\\{name}" for name in records["sprint"]]
    headings = with_moments(choose_headings("azure_devops_csv", chance), pattern, chance, also_days=True)
    build = {"language": language, "kinds": TRACKER, "keys": (["number"],), "preset": "azure_devops_csv"}
    layout = build_export(headings, records, figures=FigureStyle(places=1), **build)
    return make_csv(layout, f"62_query_{language}.csv", delimiter=",", encoding="utf-8-sig", quote_all=True)


def make_gitlab(language: str, chance: Draw, records: dict[str, list[Value]]) -> MessyFile:
    headings = with_moments(choose_headings("gitlab_csv", chance), "{day:%Y-%m-%d} {hour:02d}:{minute:02d}:31", chance)
    build = {"language": language, "kinds": TRACKER, "keys": (["number"], ["link"]), "preset": "gitlab_csv"}
    layout = build_export(headings, records, day="iso", **build)
    layout.messes |= {"line breaks in quotes", "seconds"}
    return make_csv(layout, f"63_erp_issues_{language}.csv", delimiter=",")


def make_jira_xml(language: str, chance: Draw, records: dict[str, list[Value]]) -> MessyFile:
    headings = with_moments(
        choose_headings("jira_xml", chance, plain=True), "", chance, write=write_rss_day, also_days=True
    )
    build = {"language": language, "kinds": TRACKER, "keys": (["code"], ["link"]), "preset": "jira_xml"}
    layout = build_export(headings, records, **build)
    layout.messes.add("XML")
    return make_rss(layout, f"64_SearchRequest_{language}.xml", title="Confluence ERP (Jira)")


def write_rss_day(day: date) -> str:
    """Tue, 14 Apr 2026 00:00:00 +0200, always in English."""
    name = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][day.weekday()]
    return f"{name}, {day.day} {SHORT_MONTHS['en'][day.month - 1]} {day.year} 00:00:00 +0200"


def with_moments(headings: tuple[Heading, ...], pattern: str, chance: Draw, *, write=None, also_days: bool = False):
    """The headings, with instants written as moments (and days too where the maker does so)."""
    kinds = ("instant", "date") if also_days else ("instant",)
    writer = write or write_moment(pattern, chance)
    return tuple(
        Heading(one.slot, one.fields, one.names, one.kind, writer) if one.kind in kinds and one.write is None else one
        for one in headings
    )
