"""tolerances.yaml: thresholds of the rules, for all and per project. Each rule checks its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from slipwatch.settings.values import Key, Part, Text

Thresholds = Mapping[str, Any]


class ProjectTolerances(Part):
    """Thresholds of one project, where they differ."""

    rules: Mapping[Text, Thresholds] = Field(description="Thresholds by rule id, such as schedule.milestone_slip")


class TolerancesFile(Part):
    """The file tolerances.yaml. What is not written keeps the default of the rule."""

    rules: Mapping[Text, Thresholds] = Field(default_factory=dict, description="Thresholds by rule id")
    projects: Mapping[Key, ProjectTolerances] = Field(default_factory=dict, description="What differs, by project")
    off: tuple[Text, ...] = Field(default=(), description="Ids of rules that are not used")
