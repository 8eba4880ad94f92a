"""sources.yaml: the systems that hold the facts, what they are good for, and how much change is believed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from slipwatch.model.portfolio import SourceProfile
from slipwatch.settings.values import Key, Number, Part, Percent, Text


class Evidence(Part):
    """Records of other sources that are judged with the help of this one: they turn grey when it is stale."""

    entity: Text = Field(description="Entity of those records, such as order_line")
    where: Mapping[Text, Text] = Field(
        min_length=1, description="Columns and values that select them, such as site: DC-M"
    )


class Guard(Part):
    """A window whose size jumps is held until the next good read confirms it or a person releases it."""

    drop_percent: Percent = Field(default=20.0, description="Held when rows fall by more; 100 switches it off")
    rise_percent: Annotated[Number, Field(gt=0)] = Field(
        default=50.0, description="Held when rows grow by more; a very large number switches it off"
    )


class SourceSetting(Part):
    """One source. `options` belong to its connector and are checked by it."""

    type: Text = Field(description="Connector: files, sql_view, redmine, tryton, or one that you installed")
    name: Text = Field(description="Name that readers know it by")
    owner: Key | None = Field(default=None, description="Role that is asked when it is late or damaged")
    every: Text | None = Field(
        default=None, description="When it is filled, in words or as a cron line; shown to readers, not a schedule"
    )
    rhythm_days: Annotated[Number, Field(gt=0, le=366)] | None = Field(
        default=None,
        description="Days between two fillings: older than twice this is stale; working days where a site is named, "
        "else calendar days; without it the source comes when it comes and is never stale",
    )
    site: Key | None = Field(default=None, description="Site whose calendar counts the rhythm")
    evidence: tuple[Evidence, ...] = Field(default=(), description="What is judged with the help of this source")
    guard: Guard = Guard()
    rejects_percent: Percent = Field(
        default=10.0, description="A window with more unreadable records than this is set aside as a whole"
    )
    options: Mapping[str, Any] = Field(default_factory=dict, description="What the connector needs: see its page")

    def build_profile(self, key: str) -> SourceProfile:
        """What the judges must know of this source."""
        return SourceProfile(
            key=key,
            name=self.name,
            rhythm_days=self.rhythm_days,
            site=self.site,
            owner=self.owner,
            evidence=tuple(
                (evidence.entity, column, value)
                for evidence in self.evidence
                for column, value in evidence.where.items()
            ),
        )


class SourcesFile(Part):
    """The file sources.yaml."""

    sources: Mapping[Key, SourceSetting] = Field(min_length=1, description="Sources by their short key, such as PLAN")
