"""Relations between issues, as Redmine lists them with the issues: on both of them, and without any date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from slipwatch.errors import ContractError
from slipwatch.model.records import Completeness, Value
from slipwatch.wire.amounts import Integer
from slipwatch.wire.mapping import Field, Key, MapRecord, RecordMap, compile_map
from slipwatch.wire.values import Choice, Reference

Item = dict[str, Any]

KINDS: Mapping[str, str | None] = {
    "precedes": "finish_to_start",
    "blocks": "blocks",
    "relates": "relates",
    "duplicates": "duplicates",
    "copied_to": "copies",
}
"""Redmine stores every relation from this side, whichever side it was entered from."""

FIELDS = (
    Field("predecessor", "issue_id", read=Reference()),
    Field("successor", "issue_to_id", read=Reference()),
    Field("kind", "relation_type", read=Choice(words=KINDS)),
    Field("lag_days", "delay", read=Integer(), optional=True),
)


def map_relations() -> MapRecord:
    """Relations as dependencies. The one that duplicates another is the successor: it ends with the other."""

    def finish(_item: Any, values: dict[str, Value]) -> None:
        if values["kind"] == "duplicates":
            values["predecessor"], values["successor"] = values["successor"], values["predecessor"]

    return compile_map(
        RecordMap(
            entity="dependency",
            key=Key(paths=("id",)),
            label=lambda item: f"#{item['issue_id']} {item['relation_type']} #{item['issue_to_id']}",
            finish=finish,
            fields=FIELDS,
        )
    )


class RelationReader:
    """Takes the relations out of pages of issues, each once, and counts the issues that they came with."""

    def __init__(self) -> None:
        self.issues = 0
        self._seen: set[int] = set()

    def read(self, pages: Iterable[Sequence[Item]]) -> Iterator[list[Item]]:
        """The relations of each page that no page before had. Raises `ContractError` where an issue tells none."""
        for page in pages:
            self.issues += len(page)
            yield [relation for issue in page for relation in self._take_new(issue)]

    def _take_new(self, issue: Item) -> Iterator[Item]:
        relations = issue.get("relations")
        if not isinstance(relations, list):
            raise ContractError("issues without relations: is this a Redmine of another version?", subject="relations")
        for relation in relations:
            if not isinstance(relation, dict) or not isinstance(relation.get("id"), int):
                raise ContractError("relations without id: is this a Redmine of another version?", subject="relations")
            if relation["id"] not in self._seen:
                self._seen.add(relation["id"])
                yield relation


def prove_relations(read: int, issues: Completeness) -> Completeness:
    """Redmine counts no relations: they are complete where the issues are, and short of at least one for each other."""
    missing = 0 if issues.expected is None else issues.expected - issues.read
    return Completeness(read=read, expected=read + missing, proof="count")
