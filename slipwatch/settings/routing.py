"""routing.yaml: who the PMO is, who follows which concerns once released, and on which days messages leave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from slipwatch.model.finding import Concern
from slipwatch.settings.values import Flag, Key, Part, Whole

Side = Literal["owner", "integrator", "supplier", "pmo"]


class Subscription(Part):
    """What is followed beside the alerts that a role is accountable for."""

    concerns: tuple[Concern, ...] = Field(min_length=1, description="Concerns that are followed")


class Deferral(Part):
    """Messages are held back on days off and leave on the next working day."""

    site: Key | None = Field(
        default=None, description="Site whose calendar counts for roles without a site of their own"
    )


class Reminders(Part):
    """An alert that does not change is told again."""

    enabled: Flag = Field(default=False, description="Off by default")
    after_wd: Annotated[Whole, Field(ge=1, le=260)] = Field(
        default=10, description="Working days without change before a reminder"
    )


class RoutingFile(Part):
    """The file routing.yaml. The PMO reads everything; until it releases a recipient it alone is written to."""

    pmo: Key = Field(description="Role that receives everything")
    most_new_lines: Annotated[Whole, Field(ge=1, le=50)] = Field(
        default=5, description="New lines that one message writes out; the rest is a count"
    )
    heartbeat: Flag = Field(default=False, description="true writes to the PMO even when nothing changed")
    roles: Mapping[Key, Subscription] = Field(default_factory=dict, description="What a role follows, once released")
    sides: Mapping[Side, Subscription] = Field(
        default_factory=dict, description="What every role of a side follows, once released"
    )
    deferral: Deferral = Deferral()
    reminders: Reminders = Reminders()
