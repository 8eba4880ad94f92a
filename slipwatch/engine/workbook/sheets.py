"""The sheets of the portfolio workbook and their columns: the one declaration that writing and reading follow."""

from __future__ import annotations

from slipwatch.engine.workbook.columns import Area, Column, Kind, Sheet
from slipwatch.model.tables import ENTITIES, SIDES


def _text(name: str, width: int = 24, *, required: bool = False) -> Column:
    return Column(field=name, width=width, required=required)


def _key(name: str = "key", width: int = 16, *, kind: Kind = Kind.TEXT, names: str = "") -> Column:
    return Column(field=name, width=width, key=True, required=True, kind=kind, names=names)


def _hide(name: str) -> Column:
    return Column(field=name, key=True, hidden=True, width=10)


def _show(name: str, width: int = 18, kind: Kind = Kind.TEXT) -> Column:
    return Column(field=name, width=width, shown=True, kind=kind)


def _name(field: str, names: str, width: int = 18, *, required: bool = False) -> Column:
    return Column(field=field, kind=Kind.NAME, width=width, names=names, required=required)


def _day(field: str, *, required: bool = False) -> Column:
    return Column(field=field, kind=Kind.DAY, width=13, required=required)


def _choose(
    field: str, words: tuple[str, ...], width: int = 15, *, required: bool = False, default: object = None
) -> Column:
    return Column(field=field, kind=Kind.WORD, width=width, words=words, required=required, default=default)


_REMOVE = _choose("mark", ("remove",), 12)
_REASON = _text("act_reason", 40)
_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

INVENTORY = Sheet(
    id="inventory",
    area=Area.DECIDE,
    spare=0,
    columns=(
        _choose("mark", ("accept",), 13), _REASON, _show("project", 14), _show("subject", 18), _show("name", 32),
        _show("concern", 14), _show("severity", 14), _show("rules", 30), _show("text", 60),
        _show("since", 13, Kind.DAY),
        _show("accountable", 16), _hide("ref"),
    ),
)  # fmt: skip
ALERTS = Sheet(
    id="alerts",
    area=Area.DECIDE,
    spare=0,
    columns=(
        _choose("mark", ("acknowledge",), 16), _REASON, _show("project", 14), _show("subject", 18), _show("name", 32),
        _show("concern", 14), _show("severity", 14), _show("text", 60), _show("since", 13, Kind.DAY),
        _show("accountable", 16), _show("acknowledged", 40), _hide("ref"),
    ),
)  # fmt: skip
UNASSIGNED = Sheet(
    id="unassigned",
    area=Area.DECIDE,
    spare=0,
    columns=(
        _name("project", "projects"), _name("milestone", "milestones"), _text("prefix", 20), _REASON,
        _show("what", 16), _show("count", 10, Kind.WHOLE), _show("proposed", 20), _show("examples", 46),
        Column(field="value", key=True, width=26), _hide("entity"), _hide("field"),
    ),
)  # fmt: skip
STATED = tuple(sorted({f"{entity.name}.{column.name}" for entity in ENTITIES.values() for column in entity.watched}))
STATEMENTS = Sheet(
    id="statements",
    area=Area.DECIDE,
    spare=100,
    columns=(
        _key("number", 10), _text("subject", 20, required=True),
        Column(field="field", width=22, kind=Kind.NAME, names="stated", required=True),
        Column(field="value", kind=Kind.ANY, width=22, required=True),
        _name("role", "roles", required=True), _day("said_on", required=True), _text("meeting", 34, required=True),
        _text("note", 46), _show("entered_by", 20), _show("entered_at", 14, Kind.DAY),
    ),
)  # fmt: skip
RECIPIENTS = Sheet(
    id="recipients",
    area=Area.DECIDE,
    spare=0,
    columns=(
        _key("role", 18), _show("name", 30), _show("side", 14), _show("address", 34), _show("state", 24),
        _choose("mark", ("release", "withdraw"), 14), _REASON,
    ),
)  # fmt: skip
PROJECTS = Sheet(
    id="projects",
    area=Area.DECLARE,
    group="projects",
    columns=(
        _key(), _text("name", 38, required=True), _name("accountable", "roles"), _name("integrator", "roles"),
        _name("sponsor", "roles"), _name("site", "sites"), _text("currency", 10), _day("scope_freeze"), _REMOVE,
    ),
)  # fmt: skip
MILESTONES = Sheet(
    id="milestones",
    area=Area.DECLARE,
    group="milestones",
    spare=60,
    columns=(
        _key(), _text("name", 38, required=True), _name("project", "projects", required=True),
        Column(field="gate", kind=Kind.FLAG, width=9, default=False), _name("accountable", "roles"),
        _name("site", "sites"), Column(field="aliases", kind=Kind.TEXTS, width=44), _REMOVE,
    ),
)  # fmt: skip
BASELINES = Sheet(
    id="baselines",
    area=Area.DECIDE,
    group="baselines",
    spare=12,
    columns=(
        Column(field="kind", kind=Kind.WORD, words=("schedule", "scope", "cost"), key=True, required=True, width=13),
        _key("number", 9, kind=Kind.WHOLE),
        Column(field="project", kind=Kind.NAME, names="projects", key=True, width=16),
        _text("name", 30, required=True), _day("effective_on", required=True),
        _text("entity", 14), _text("reason", 44), _show("state", 14), _show("approved", 34),
        _choose("mark", ("approve", "remove"), 12), _REASON,
    ),
)  # fmt: skip
DATES = Sheet(
    id="dates",
    area=Area.DECLARE,
    group="baselines",
    spare=80,
    columns=(
        _key("number", 9, kind=Kind.WHOLE), _key("milestone", 16, kind=Kind.NAME, names="milestones"),
        _show("name", 38),
        _day("date", required=True), _show("state", 14), _show("forecast", 16, Kind.DAY), _REMOVE,
    ),
)  # fmt: skip
AMOUNTS = Sheet(
    id="amounts",
    area=Area.DECLARE,
    group="baselines",
    columns=(
        _key("number", 9, kind=Kind.WHOLE), _key("project", 16, kind=Kind.NAME, names="projects"),
        _key("budget_line", 24),
        Column(field="amount", kind=Kind.NUMBER, width=16, required=True), _text("currency", 10), _show("state", 14),
        _REMOVE,
    ),
)  # fmt: skip
TOLERANCES = Sheet(
    id="tolerances",
    area=Area.DECLARE,
    group="tolerances",
    columns=(
        Column(field="project", kind=Kind.NAME, names="projects", key=True, width=16),
        _key("rule", 30, kind=Kind.NAME, names="rules"), _key("threshold", 20, kind=Kind.NAME, names="thresholds"),
        Column(field="value", kind=Kind.NUMBER, width=12), _show("default", 12, Kind.NUMBER), _show("limits", 24),
        _show("meaning", 60),
    ),
)  # fmt: skip
RULES = Sheet(
    id="rules",
    area=Area.DECLARE,
    group="tolerances",
    spare=0,
    columns=(
        _key("rule", 30), _show("title", 60), _show("concern", 16),
        Column(field="used", kind=Kind.FLAG, width=10, default=True),
    ),
)  # fmt: skip
ROLES = Sheet(
    id="roles",
    area=Area.DECLARE,
    group="roles",
    columns=(
        _key("key", 18), _text("name", 34, required=True), _choose("side", SIDES, required=True),
        _choose("language", ("en", "fr", "de"), 12, default="en"), _text("address", 34),
        Column(field="supplier", kind=Kind.NAME, names="suppliers", width=16), _name("site", "sites"),
        Column(field="time_zone", width=18, default="UTC"), Column(field="channel", width=10, default="mail"), _REMOVE,
    ),
)  # fmt: skip
COMMITTEES = Sheet(
    id="committees",
    area=Area.DECLARE,
    group="committees",
    spare=12,
    columns=(
        _key(), _text("name", 34, required=True), _text("kind", 18, required=True),
        Column(field="projects", kind=Kind.NAMES, names="projects", width=40), _REMOVE,
    ),
)  # fmt: skip
MEETINGS = Sheet(
    id="meetings",
    area=Area.DECLARE,
    group="committees",
    columns=(_key("committee", 18, kind=Kind.NAME, names="committees"), _key("day", 16, kind=Kind.DAY), _REMOVE),
)
SUPPLIERS = Sheet(
    id="suppliers",
    area=Area.DECLARE,
    group="suppliers",
    columns=(
        _key(), _text("name", 38, required=True), Column(field="codes", kind=Kind.TEXTS, width=30),
        Column(field="transit_days", kind=Kind.WHOLE, width=14), _name("accountable", "roles"), _REMOVE,
    ),
)  # fmt: skip
SITES = Sheet(
    id="sites",
    area=Area.DECLARE,
    group="sites",
    spare=20,
    columns=(
        _key(), _text("name", 34, required=True), Column(field="country", width=10, required=True),
        _text("subdivision", 14), Column(field="time_zone", width=18, default="UTC"),
        Column(field="codes", kind=Kind.TEXTS, width=24),
        Column(field="weekend", kind=Kind.WORDS, words=(*_WEEK, "none"), width=24, default=("saturday", "sunday")),
        _REMOVE,
    ),
)  # fmt: skip
DAYS = Sheet(
    id="days",
    area=Area.DECLARE,
    group="sites",
    columns=(
        _key("site", 18, kind=Kind.NAME, names="sites"), _key("day", 16, kind=Kind.DAY),
        _choose("kind", ("closed", "worked"), 16, required=True), _REMOVE,
    ),
)  # fmt: skip
ACTIONS = Sheet(
    id="actions",
    area=Area.KEEP,
    group="action",
    columns=(
        _key("number", 10), _text("name", 54, required=True), _name("project_code", "projects", required=True),
        _name("responsible_code", "roles"), _day("due_on"), _day("done_on"), _text("origin", 34),
    ),
)  # fmt: skip
DECISIONS = Sheet(
    id="decisions",
    area=Area.KEEP,
    group="decision",
    columns=(
        _key("number", 10), _text("name", 54, required=True), _name("project_code", "projects", required=True),
        _name("responsible_code", "deciders"), _day("needed_by"), _day("taken_on"), _text("outcome", 44),
    ),
)  # fmt: skip
RISKS = Sheet(
    id="risks",
    area=Area.KEEP,
    group="risk",
    columns=(
        _key("number", 10), _text("name", 54, required=True), _name("project_code", "projects", required=True),
        Column(field="probability", kind=Kind.WHOLE, width=13), Column(field="impact", kind=Kind.WHOLE, width=10),
        _choose("response", ("avoid", "reduce", "transfer", "accept", "none"), 14), _name("responsible_code", "roles"),
        _day("reviewed_on"), _day("closed_on"),
    ),
)  # fmt: skip

SHEETS = (
    INVENTORY, ALERTS, UNASSIGNED, STATEMENTS, BASELINES, RECIPIENTS,
    ACTIONS, DECISIONS, RISKS,
    PROJECTS, MILESTONES, DATES, AMOUNTS, TOLERANCES, RULES, ROLES, COMMITTEES, MEETINGS, SUPPLIERS, SITES, DAYS,
)  # fmt: skip
"""In the order of a PMO's week: what waits for a decision, the registers, then what is declared once and kept."""

BY_ID = {sheet.id: sheet for sheet in SHEETS}
LISTS = ("stated", "rules", "thresholds", "deciders", "budget_lines")
"""Lists of allowed names that are no sheet of their own: they stand on the hidden sheet."""

GUIDE, FIX, MEMORY = "guide", "fix", "memory"
"""The first sheet, the list of what to correct, and the hidden one that remembers what was exported."""
