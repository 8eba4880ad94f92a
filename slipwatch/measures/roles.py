"""Who is accountable for a finding, as a role key, and which side may read it beside the PMO."""

from __future__ import annotations

from slipwatch.model.portfolio import Portfolio, SupplierProfile

BUYER = "buyer"
"""Key of the role that is asked about an order line whose supplier names nobody."""


def find_milestone_role(portfolio: Portfolio, *, milestone: str | None, project: str | None) -> str | None:
    """The milestone's accountable role, else its project's."""
    point = portfolio.milestones.get(milestone or "")
    owner = portfolio.projects.get(project or "")
    return (point.accountable if point else None) or (owner.accountable if owner else None)


def find_supplier_role(portfolio: Portfolio, *, supplier: str | None, project: str | None) -> str | None:
    """The role that the supplier's profile names, else the buyer, else the project's accountable role."""
    profile = portfolio.suppliers.get(supplier or "")
    if profile and profile.accountable:
        return profile.accountable
    if BUYER in portfolio.roles:
        return BUYER
    owner = portfolio.projects.get(project or "")
    return owner.accountable if owner else None


def find_side(portfolio: Portfolio, role: str | None) -> str:
    """Side of a role; the owner's where there is no role, and where it is the PMO, who reads all anyway."""
    known = portfolio.roles.get(role or "")
    return known.side if known and known.side != "pmo" else "owner"


def map_supplier_names(portfolio: Portfolio) -> dict[str, SupplierProfile]:
    """Every way in which a source may call a declared supplier (key, name, codes), case-folded."""
    return {
        name.casefold(): profile
        for profile in portfolio.suppliers.values()
        for name in (*profile.codes, profile.name, profile.key)
    }
