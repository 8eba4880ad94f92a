"""What Redmine calls things, and what we call them. The only file with its field names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import Any, cast

from slipwatch.errors import ConfigError
from slipwatch.model.columns import Kind
from slipwatch.model.records import Statement, Value
from slipwatch.model.tables import ENTITIES
from slipwatch.wire.amounts import PERCENT, Ratio
from slipwatch.wire.days import Day, Instant
from slipwatch.wire.defaults import find_converter
from slipwatch.wire.mapping import Field, Key, MapRecord, RecordMap, compile_map
from slipwatch.wire.values import Choice, Converter, Read, Reference

Item = dict[str, Any]

KINDS: Mapping[str, str] = {
    "Bug": "defect", "Defect": "defect", "Anomalie": "defect", "Fehler": "defect",
    "Feature": "story", "Story": "story", "User story": "story", "Evolution": "story",
    "Epic": "epic", "Test": "test", "Test case": "test",
    "Task": "task", "Support": "task", "Tâche": "task", "Aufgabe": "task", "Assistance": "task",
}  # fmt: skip
"""Trackers as Redmine's default data and common practice name them; the option `kinds` adds others."""

STATUSES: Mapping[str, str] = {
    "Rejected": "cancelled", "Cancelled": "cancelled", "Canceled": "cancelled",
    "Rejeté": "cancelled", "Annulé": "cancelled", "Abgewiesen": "cancelled", "Abgelehnt": "cancelled",
}  # fmt: skip
"""Statuses whose name says more than whether they are closed; the option `statuses` adds others."""

VERSION_STATUSES: Mapping[str, str | None] = {"open": "doing", "locked": "doing", "closed": "done"}

ISSUE_FIELDS = (
    Field("name", "subject"),
    Field("status_raw", ("status", "name")),
    Field("parent", ("parent", "id"), read=Reference(), optional=True),
    Field("milestone", ("fixed_version", "id"), read=Reference(), optional=True),
    Field("starts_on", "start_date", read=Day(), optional=True),
    Field("due_on", "due_date", read=Day(), optional=True),
    Field("created_at", "created_on", read=Instant()),
    Field("updated_at", "updated_on", read=Instant()),
    Field("done_at", "closed_on", read=Instant(), optional=True),
    Field("progress_claimed", "done_ratio", read=PERCENT, optional=True),
    Field("estimate_hours", "estimated_hours", read=Ratio(), optional=True),
    Field("spent_hours", "spent_hours", read=Ratio(), optional=True),
    Field("assignee", ("assigned_to", "name"), optional=True),
)
"""Redmine leaves out what is empty, what a tracker does not use and what our role may not see: these are optional."""

HISTORY: Mapping[str, tuple[str, Converter]] = {
    "due_date": ("due_on", Day()),
    "start_date": ("starts_on", Day()),
    "estimated_hours": ("estimate_hours", Ratio()),
    "done_ratio": ("progress_claimed", PERCENT),
    "fixed_version_id": ("milestone", Reference()),
    "status_id": ("status_raw", Reference()),
}
"""Attributes in journals; those whose column the model watches are kept."""


@dataclass(frozen=True, kw_only=True)
class Lookups:
    """What reading a record takes besides the record: names by id, and the words of the options (names case-folded).

    `custom_fields` maps, for each entity, a canonical column to the name of a custom field; `zone` says on which day an
    instant is.
    """

    address: str
    projects: Mapping[int, str] = field(default_factory=dict)
    status_names: Mapping[int, str] = field(default_factory=dict)
    closed: frozenset[int] = frozenset()
    first_statuses: Mapping[int, int] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    status_words: Mapping[str, str] = field(default_factory=dict)
    custom_fields: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    zone: tzinfo = UTC


def map_projects(lookups: Lookups) -> MapRecord:
    """Projects as they are listed. Raises `ConfigError` for custom fields that do not fit the model."""
    return compile_map(
        RecordMap(
            entity="project",
            key=Key(paths=("id",)),
            label=Key(paths=("identifier",)),
            known_at=Field("known_at", "updated_on", read=Instant(), optional=True),
            url=lambda key: f"{lookups.address}projects/{key}",
            fields=(
                Field("name", "name"),
                Field("project_code", "identifier"),
                *list_custom_fields("project", lookups),
            ),
        )
    )


def map_versions(lookups: Lookups) -> MapRecord:
    """Versions are Redmine's milestones: `due_date` is the date at which they are expected today.

    Redmine keeps no day on which a version was reached: a closed one was claimed on the day it was last touched, unless
    a custom field tells it. Raises `ConfigError` for custom fields that do not fit the model.
    """

    def finish(item: Any, values: dict[str, Value]) -> None:
        values["project_code"] = find_project_code(item, lookups)
        if values["status"] == "done" and values.get("claimed_on") is None and item.get("updated_on"):
            values["claimed_on"] = read_stamp(item["updated_on"]).astimezone(lookups.zone).date()

    return compile_map(
        RecordMap(
            entity="milestone",
            key=Key(paths=("id",)),
            label=Key(paths=("name",)),
            known_at=Field("known_at", "updated_on", read=Instant(), optional=True),
            url=lambda key: f"{lookups.address}versions/{key}",
            finish=finish,
            fields=(
                Field("name", "name"),
                Field("forecast_on", "due_date", read=Day(), optional=True),
                Field("status_raw", "status"),
                Field("status", "status", read=Choice(words=VERSION_STATUSES)),
                *list_custom_fields("milestone", lookups),
            ),
        )
    )


def map_issues(lookups: Lookups) -> MapRecord:
    """Issues, with the history that their journals tell. Raises `ConfigError` for custom fields that do not fit."""

    def finish(item: Any, values: dict[str, Value]) -> None:
        values["project_code"] = find_project_code(item, lookups)
        values["kind"] = lookups.kinds.get(item["tracker"]["name"].casefold())
        values["status"] = judge_status(item, lookups)
        if values["status"] not in ("done", "cancelled"):
            values["done_at"] = None  # a reopened issue keeps the stamp of its former end
        if values["kind"] == "defect":
            values["severity"] = (item.get("priority") or {}).get("name")

    readers = build_history_readers(lookups)
    return compile_map(
        RecordMap(
            entity="work_item",
            key=Key(paths=("id",)),
            label=Key(paths=("id",), prefix="#"),
            known_at=Field("known_at", "updated_on", read=Instant()),
            url=lambda key: f"{lookups.address}issues/{key}",
            finish=finish,
            history=lambda item, values: read_history(item, values, readers),
            fields=(*ISSUE_FIELDS, *list_custom_fields("work_item", lookups)),
        )
    )


def find_project_code(item: Item, lookups: Lookups) -> str:
    """The identifier that people use, or the number where the project itself is not visible."""
    number = item["project"]["id"]
    return lookups.projects.get(number, str(number))


def judge_status(item: Item, lookups: Lookups) -> str:
    """Our word for a status: by its name where the options or common practice tell it, else closed is done, the
    tracker's first status is to do, and everything between is doing."""
    status = item["status"]
    known = lookups.status_words.get(status["name"].casefold())
    if known is not None:
        return known
    if status["id"] in lookups.closed:
        return "done"
    return "todo" if lookups.first_statuses.get(item["tracker"]["id"]) == status["id"] else "doing"


HistoryReaders = Mapping[str, tuple[str, Callable[[Any], Value]]]


def build_history_readers(lookups: Lookups) -> HistoryReaders:
    """For each attribute of a journal: the watched column, and how its old and new values are read."""
    watched = {column.name for column in ENTITIES["work_item"].watched}
    readers = {name: (column, read_or_none(by.build())) for name, (column, by) in HISTORY.items() if column in watched}
    column, read_id = readers["status_id"]
    names = {str(number): name for number, name in lookups.status_names.items()}
    readers["status_id"] = (column, lambda value: names.get(str(value), read_id(value)))
    return readers


def read_or_none(read: Read) -> Callable[[Any], Value]:
    """A converter that lets None, a journal's sign for empty, pass."""
    return lambda value: None if value is None else read(value)


def read_history(item: Item, values: Mapping[str, Value], readers: HistoryReaders) -> tuple[Statement, ...]:
    """What the journals say of watched columns, oldest first, opened by what each column held at the creation.

    Nothing where the journals were not asked for.
    """
    if "journals" not in item:
        return ()
    changes = []
    for stamp, author, detail in list_details(item):
        column, read = readers.get(detail["name"], (None, None))
        if column is not None and read is not None:
            old, new = read(detail.get("old_value")), read(detail.get("new_value"))
            changes.append(Statement(column, old, new, stamp, author))
    start = {column: values.get(column) for column, _ in readers.values()}
    start |= {change.column: change.old for change in reversed(changes)}
    created, author = read_stamp(item["created_on"]), find_name(item, "author")
    opening = [Statement(column, None, value, created, author) for column, value in start.items() if value is not None]
    return (*opening, *changes)


def list_details(item: Item) -> Iterator[tuple[Any, str | None, Item]]:
    """Instant, author and detail of every change of an attribute, in the order in which they were made."""
    for journal in sorted(item["journals"], key=lambda journal: (journal["created_on"], journal["id"])):
        stamp, author = read_stamp(journal["created_on"]), find_name(journal, "user")
        for detail in journal.get("details") or ():
            if detail.get("property") == "attr":
                yield stamp, author, detail


read_stamp = cast(Callable[[Any], Any], Instant().build())


def find_name(item: Item, role: str) -> str | None:
    """The name (or pseudonym) of a person, or None where Redmine names nobody."""
    person = item.get(role)
    return person.get("name") if isinstance(person, dict) else None


def hide_names(item: Item, pseudonymise: Callable[[str], str]) -> None:
    """Replace, in place, the names of persons in an issue and its journals: before mapping and before archiving."""
    persons = [item.get("assigned_to"), item.get("author"), *(entry.get("user") for entry in item.get("journals", ()))]
    for person in persons:
        if isinstance(person, dict) and isinstance(person.get("name"), str):
            person["name"] = pseudonymise(person["name"])


@dataclass(frozen=True, kw_only=True)
class CustomField:
    """Reads one of an item's custom fields, which Redmine lists with their names; several values are joined."""

    name: str
    read: Converter

    @property
    def kind(self) -> Kind:
        return self.read.kind

    @property
    def words(self) -> Mapping[str, str | None] | None:
        return getattr(self.read, "words", None)

    def build(self) -> Read:
        read, name = self.read.build(), self.name

        def read_field(rows: Any) -> Value:
            for row in rows:
                if row["name"] == name:
                    value = ", ".join(row["value"]) if isinstance(row.get("value"), list) else row.get("value")
                    return None if value is None else read(value)
            return None

        return read_field


def list_custom_fields(entity: str, lookups: Lookups) -> list[Field]:
    """The rows that the option `custom_fields` adds. Raises `ConfigError` for a column that is none of the entity."""
    columns = ENTITIES[entity].by_name
    rows = []
    for column, name in lookups.custom_fields.get(entity, {}).items():
        if column not in columns:
            raise ConfigError(f"unknown column {column}", subject=entity, cure=f"one of {', '.join(columns)}")
        by = CustomField(name=name, read=find_converter(columns[column]))
        rows.append(Field(column, "custom_fields", read=by, optional=True))
    return rows
