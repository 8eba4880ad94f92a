"""What the PMO declares: projects, sites, milestones, suppliers, roles, committees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, kw_only=True)
class Site:
    """A place with a calendar. `country` and `subdivision` are ISO 3166 codes; `extra_holidays` are closed days beside
    the public ones (or local ones), `working` days that are worked although public holidays."""

    key: str
    name: str
    country: str
    subdivision: str | None = None
    time_zone: str = "UTC"
    codes: tuple[str, ...] = ()
    extra_holidays: frozenset[date] = frozenset()
    working: frozenset[date] = frozenset()
    weekend: tuple[int, ...] = (5, 6)


@dataclass(frozen=True, kw_only=True)
class Role:
    """Somebody accountable, as a role. `side` is owner, integrator, supplier or pmo; `address` is a mailbox or None;
    `supplier` limits what a supplier's role may read to its own lines."""

    key: str
    name: str
    side: str
    language: str = "en"
    time_zone: str = "UTC"
    channel: str = "mail"
    address: str | None = None
    supplier: str | None = None
    site: str | None = None


@dataclass(frozen=True, kw_only=True)
class Milestone:
    """A milestone that a committee follows. `gate` selects the tighter tolerance."""

    key: str
    name: str
    project: str
    gate: bool = False
    site: str | None = None
    accountable: str | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Project:
    """A project of the portfolio. `scope_freeze` is the day after which scope needs an approved change request."""

    key: str
    name: str
    site: str | None = None
    accountable: str | None = None
    integrator: str | None = None
    currency: str = "EUR"
    scope_freeze: date | None = None
    sponsor: str | None = None


@dataclass(frozen=True, kw_only=True)
class SupplierProfile:
    """What is known of a supplier beforehand. `codes` are its numbers in the sources; `transit_days` are working days
    from despatch to arrival; `accountable` the role that is asked about its lines."""

    key: str
    name: str
    codes: tuple[str, ...] = ()
    transit_days: int | None = None
    accountable: str | None = None


@dataclass(frozen=True, kw_only=True)
class Committee:
    """A committee and the days on which it meets."""

    key: str
    name: str
    kind: str
    dates: tuple[date, ...] = ()
    projects: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SourceProfile:
    """What the judges must know of a source. `rhythm_days` is counted in working days of `site` where one is given,
    else in calendar days; None means that it comes when it comes and is never stale.

    `evidence` lists (entity, column, value) triples: the records of other sources that are judged with this one's help.
    """

    key: str
    name: str
    rhythm_days: float | None = None
    site: str | None = None
    owner: str | None = None
    evidence: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Portfolio:
    """Everything the PMO declares, by key."""

    name: str
    language: str = "en"
    time_zone: str = "UTC"
    projects: Mapping[str, Project] = field(default_factory=dict)
    sites: Mapping[str, Site] = field(default_factory=dict)
    milestones: Mapping[str, Milestone] = field(default_factory=dict)
    suppliers: Mapping[str, SupplierProfile] = field(default_factory=dict)
    roles: Mapping[str, Role] = field(default_factory=dict)
    committees: Mapping[str, Committee] = field(default_factory=dict)
    sources: Mapping[str, SourceProfile] = field(default_factory=dict)
