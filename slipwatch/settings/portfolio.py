"""portfolio.yaml: projects, sites with their calendars, milestones, suppliers, roles, committees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from slipwatch.model import portfolio as model
from slipwatch.settings.programme import ProgrammeFile
from slipwatch.settings.sources import SourceSetting
from slipwatch.settings.values import Day, Flag, Key, Language, Mailbox, Part, Text, Whole, Zone

Weekday = Annotated[Whole, Field(ge=0, le=6)]


class Site(Part):
    """A place with a calendar: working days are counted there."""

    name: Text
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] = Field(description="ISO 3166 code, such as FR")
    subdivision: Text | None = Field(default=None, description="ISO 3166-2 code of the part, such as BW or DE-BW")
    time_zone: Zone = Field(default="UTC", description="IANA name, such as Europe/Paris")
    codes: tuple[Text, ...] = Field(default=(), description="Codes of this site in the sources (plant, warehouse)")
    extra_holidays: tuple[Day, ...] = Field(default=(), description="Closed days beside the public holidays")
    working: tuple[Day, ...] = Field(default=(), description="Days that are worked although they are public holidays")
    weekend: tuple[Weekday, ...] = Field(default=(5, 6), max_length=6, description="Days off each week, 0 is Monday")

    @model_validator(mode="after")
    def demand_calendar(self) -> Self:
        """Public holidays must be known, or every working day would be counted wrongly."""
        import holidays

        parts = holidays.list_supported_countries().get(self.country)
        if parts is None:
            raise ValueError("a country whose public holidays are known, by its ISO 3166 code")
        if self.subdivision and self.subdivision.removeprefix(f"{self.country}-") not in parts:
            raise ValueError(f"subdivision: one of {', '.join(parts) or 'none for this country'}")
        return self


class Role(Part):
    """Somebody accountable. A role, never a person."""

    name: Text
    side: Literal["owner", "integrator", "supplier", "pmo"] = Field(
        description="Whose interests the role has: it decides what it may read"
    )
    language: Language = "en"
    time_zone: Zone = "UTC"
    channel: Text = Field(default="mail", description="How it is reached")
    address: Mailbox | None = Field(default=None, description="Its mailbox; without one the PMO forwards")
    supplier: Key | None = Field(default=None, description="Supplier whose lines alone it may read")
    site: Key | None = Field(default=None, description="Site whose holidays hold back its messages")


class Milestone(Part):
    """A dated point that a committee follows. Its dates come from the sources and the approved baseline."""

    name: Text
    project: Key
    gate: Flag = Field(default=False, description="A gate has the tighter tolerance")
    site: Key | None = Field(default=None, description="Site whose calendar counts; else the project's")
    accountable: Key | None = Field(default=None, description="Role that answers for it")
    aliases: tuple[Text, ...] = Field(default=(), description="Other names and ids of it in the sources")


class Project(Part):
    """A project of the portfolio."""

    name: Text
    site: Key | None = Field(default=None, description="Site whose calendar counts where nothing nearer is named")
    accountable: Key | None = Field(default=None, description="Role that leads it on the owner's side")
    integrator: Key | None = Field(default=None, description="Role that leads it on the integrator's side")
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = Field(default="EUR", description="ISO 4217")
    scope_freeze: Day | None = Field(default=None, description="After this day scope needs an approved change request")
    sponsor: Key | None = Field(default=None, description="Role that decides about it")


class Supplier(Part):
    """A company that promised something."""

    name: Text
    codes: tuple[Text, ...] = Field(default=(), description="Its numbers in the sources (vendor, creditor)")
    transit_days: Annotated[Whole, Field(ge=0, le=365)] | None = Field(
        default=None, description="Working days from despatch to arrival"
    )
    accountable: Key | None = Field(default=None, description="Role that is asked about its lines")


class Committee(Part):
    """A committee and the days on which it meets."""

    name: Text
    kind: Text = Field(description="steering, project, architecture or your own word")
    dates: tuple[Day, ...] = Field(default=(), description="Days on which it meets")
    projects: tuple[Key, ...] = Field(default=(), description="Projects that it follows; empty means all")


class PortfolioFile(Part):
    """The file portfolio.yaml."""

    projects: Mapping[Key, Project] = Field(min_length=1, description="Projects by key")
    sites: Mapping[Key, Site] = Field(default_factory=dict, description="Sites by key")
    milestones: Mapping[Key, Milestone] = Field(default_factory=dict, description="Milestones by key")
    suppliers: Mapping[Key, Supplier] = Field(default_factory=dict, description="Suppliers by key")
    roles: Mapping[Key, Role] = Field(min_length=1, description="Roles by key")
    committees: Mapping[Key, Committee] = Field(default_factory=dict, description="Committees by key")


def build_portfolio(
    programme: ProgrammeFile, file: PortfolioFile, sources: Mapping[str, SourceSetting]
) -> model.Portfolio:
    """The portfolio as checks and calendars take it."""
    named = programme.programme
    return model.Portfolio(
        name=named.name,
        language=named.language,
        time_zone=named.time_zone,
        projects={key: model.Project(key=key, **dict(part)) for key, part in file.projects.items()},
        sites={key: _build_site(key, part) for key, part in file.sites.items()},
        milestones={key: model.Milestone(key=key, **dict(part)) for key, part in file.milestones.items()},
        suppliers={key: model.SupplierProfile(key=key, **dict(part)) for key, part in file.suppliers.items()},
        roles={key: model.Role(key=key, **dict(part)) for key, part in file.roles.items()},
        committees={key: model.Committee(key=key, **dict(part)) for key, part in file.committees.items()},
        sources={key: part.build_profile(key) for key, part in sources.items()},
    )


def _build_site(key: str, part: Site) -> model.Site:
    days = {name: frozenset(getattr(part, name)) for name in ("extra_holidays", "working")}
    return model.Site(key=key, **{**dict(part), **days})
