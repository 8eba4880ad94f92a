"""suites/*.yaml: expectations on the data in the vocabulary of Great Expectations, one file per entity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from slipwatch.settings.values import Part, Text


class Expectation(Part):
    """One expectation."""

    type: Annotated[str, StringConstraints(pattern=r"^(expect|unexpected)_[a-z0-9_]+$")] = Field(
        description="Name of the expectation, such as expect_column_values_to_not_be_null"
    )
    kwargs: Mapping[str, Any] = Field(default_factory=dict, description="Its arguments, such as column and mostly")
    severity: Literal["critical", "warning", "info"] = Field(default="warning", description="What a failure means")
    meta: Mapping[str, Any] = Field(default_factory=dict, description="Notes of your own")


class Suite(Part):
    """The file suites/<entity>.yaml. It extends what is generated from the data dictionary."""

    name: Text | None = Field(default=None, description="Name of the suite; the file's by default")
    expectations: tuple[Expectation, ...] = Field(default=(), description="Expectations on this entity")
    meta: Mapping[str, Any] = Field(default_factory=dict, description="Notes of your own")
