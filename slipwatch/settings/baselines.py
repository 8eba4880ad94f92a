"""baselines.yaml: what is proposed as a baseline. Only `slipwatch baseline approve` puts one in force."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Discriminator, Field, StringConstraints, Tag, model_validator

from slipwatch.settings.values import Day, Key, Part, Text, Whole


def keep_exact(value: object) -> object:
    """A number as the decimal that is written, never as the nearest binary fraction."""
    return Decimal(str(value)) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


Amount = Annotated[Decimal, BeforeValidator(keep_exact, json_schema_input_type=float | str), Field(ge=0)]
Count = Annotated[Whole, Field(ge=1, le=999)]


class DatedItem(Part):
    """The date of one milestone."""

    milestone: Key
    date: Day


class PricedItem(Part):
    """The approved amount of one budget line."""

    budget_line: Text = Field(description="Label of the line in its source")
    amount: Amount
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = Field(default="EUR", description="ISO 4217")


class _Proposal(Part):
    number: Count = Field(description="1, 2, 3 ... per kind (and per project where one is named)")
    name: Text = Field(description="As committees call it")
    reason: Text | None = Field(default=None, description="Why it replaces the one before; not needed for number 1")

    @model_validator(mode="after")
    def demand_reason(self) -> Self:
        """Whoever moves a baseline says why."""
        if self.number > 1 and self.reason is None:
            raise ValueError("a reason for every baseline after number 1")
        return self


class ScheduleProposal(_Proposal):
    """Dates of milestones. What a later number does not name keeps its earlier date."""

    kind: Literal["schedule"]
    effective_on: Day = Field(description="Day from which it counts")
    items: tuple[DatedItem, ...] = Field(min_length=1, description="Milestones and their dates")

    @property
    def project(self) -> None:
        """Dates are approved for the programme as a whole."""
        return None


class ScopeProposal(_Proposal):
    """Everything of one entity that the project has on the freeze day."""

    kind: Literal["scope"]
    project: Key
    freeze_on: Day = Field(description="Day whose content is frozen")
    entity: Text = Field(default="requirement", description="Entity that scope is counted in")

    @property
    def effective_on(self) -> date:
        """Scope is in force from its freeze."""
        return self.freeze_on


class CostProposal(_Proposal):
    """Approved amounts of budget lines."""

    kind: Literal["cost"]
    project: Key
    effective_on: Day = Field(description="Day from which it counts")
    items: tuple[PricedItem, ...] = Field(min_length=1, description="Budget lines and their amounts")


def _pick_kind(data: object) -> str:
    kind = data.get("kind") if isinstance(data, dict) else getattr(data, "kind", None)
    return {"scope": "ScopeProposal", "cost": "CostProposal"}.get(str(kind), "ScheduleProposal")


Proposal = Annotated[
    Annotated[ScheduleProposal, Tag("ScheduleProposal")]
    | Annotated[ScopeProposal, Tag("ScopeProposal")]
    | Annotated[CostProposal, Tag("CostProposal")],
    Discriminator(_pick_kind),
]


class BaselinesFile(Part):
    """The file baselines.yaml."""

    baselines: tuple[Proposal, ...] = Field(default=(), description="Proposals, oldest first")
