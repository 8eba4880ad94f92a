"""links.yaml: which records of two systems are the same thing, and which project a record belongs to."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from slipwatch.settings.values import Key, Part, Text

DECLARED = ("project", "milestone", "supplier")
"""Entities that the portfolio declares."""

_SINGLE = ({"source", "source_id", "is_"}, {"source", "label", "is_"})


class Identity(Part):
    """Three kinds: `by: label` (equal labels are the same thing), `by: portfolio` (a record called like something that
    the portfolio declares is that thing), or one record named by `source`, `source_id` or `label`, and `is`."""

    entity: Text = Field(description="Entity, such as order_line")
    by: Literal["label", "portfolio"] | None = Field(
        default=None,
        description="label: equal labels are the same thing; portfolio: equal to a declared key, name or code",
    )
    sources: tuple[Key, ...] = Field(
        default=(), description="With by: label, the sources that share labels; empty: all"
    )
    source: Key | None = Field(default=None, description="Source of the one record")
    source_id: Text | None = Field(default=None, description="Immutable id of the one record in its source")
    label: Text | None = Field(default=None, description="Label of the one record, where people know no id")
    is_: Text | None = Field(default=None, alias="is", description="Key of the thing that the one record is")

    @model_validator(mode="after")
    def demand_one_kind(self) -> Self:
        """The keys of one kind, and no others."""
        written = self.model_fields_set - {"entity"}
        if self.by is None and written not in _SINGLE:
            raise ValueError("`by`, or `source`, `is` and one of `source_id` and `label`")
        if self.by == "label" and written - {"by", "sources"}:
            raise ValueError("with `by: label` only `entity` and `sources`")
        if self.by == "portfolio" and (written != {"by"} or self.entity not in DECLARED):
            raise ValueError(f"with `by: portfolio` only `entity`, one of {', '.join(DECLARED)}")
        return self


class Assignment(Part):
    """Records whose field equals, starts with or is listed go to a project, and to a milestone where one is named."""

    entity: Text = Field(description="Entity, or '*' for all")
    field: Text = Field(description="label, source, source_id, or a column of the entity")
    equals: Text | None = Field(default=None, description="The whole value")
    prefix: Text | None = Field(default=None, description="How the value begins")
    list_: tuple[Text, ...] = Field(default=(), alias="list", description="Several whole values")
    project: Key = Field(description="Project of the portfolio")
    milestone: Key | None = Field(default=None, description="Milestone that waits for the record")

    @model_validator(mode="after")
    def demand_one_test(self) -> Self:
        """Exactly one of the three tests is written."""
        if sum(bool(test) for test in (self.equals, self.prefix, self.list_)) != 1:
            raise ValueError("exactly one of equals, prefix and list")
        return self


DEFAULT_IDENTITIES = tuple(Identity(entity=entity, by="portfolio") for entity in DECLARED)


class LinksFile(Part):
    """The file links.yaml. Rules are tried in order; the first that catches wins."""

    identities: tuple[Identity, ...] = Field(
        default=DEFAULT_IDENTITIES, description="Which records are the same thing; the portfolio's names by default"
    )
    assignments: tuple[Assignment, ...] = Field(
        default=(), description="Which project a record belongs to; what no rule catches is counted as unassigned"
    )
