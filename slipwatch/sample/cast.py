"""The cast of the sample programme: sites, projects, suppliers and roles. Everything is fictional."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from slipwatch.sample.calendars import DC_M, SITE_G, SITE_R

SITES: dict[str, str] = {SITE_R: "R100", SITE_G: "G200", DC_M: "M300"}
"""Site key to the plant code in the ERP and the WMS."""

PROJECTS: dict[str, str] = {"ERP-CORE": SITE_R, "WMS-DC": DC_M, "SOP-PLAN": SITE_R}
"""Project key to the site whose calendar it follows."""

SCOPE_FREEZE: dict[str, date] = {"ERP-CORE": date(2026, 2, 27)}


@dataclass(frozen=True, kw_only=True)
class Supplier:
    """`number` as the ERP keeps it, with leading zeros; `lag_days` working days from delivery to booking;
    `transit_days` working days from despatch to arrival, None where the supplier never sends shipping notices."""

    key: str
    name: str
    number: str
    lag_days: int = 1
    transit_days: int | None = None


SUPPLIERS: dict[str, Supplier] = {
    supplier.key: supplier
    for supplier in (
        Supplier(key="norvane", name="Norvane", number="0000100210"),
        Supplier(key="kestrix", name="Kestrix", number="0000100345"),
        Supplier(key="hallstedt", name="Hallstedt Fördertechnik", number="0000200118", transit_days=2),
        Supplier(key="telmar", name="Telmar Mobile", number="0000300127", transit_days=8),
        Supplier(key="imprilis", name="Imprilis", number="0000100562", transit_days=2),
        Supplier(key="ferrolis", name="Ferrolis", number="0000100734", lag_days=4),
        Supplier(key="previsia", name="Previsia", number="0000100851"),
        Supplier(key="lienzo", name="Lienzo", number="0000100907"),
    )
}

ROLES: dict[str, tuple[str, str]] = {
    "sponsor": ("Sponsor (directeur des opérations)", "owner"),
    "owner-lead": ("Responsable processus commande-encaissement", "owner"),
    "pmo": ("PMO", "pmo"),
    "client-planner": ("Planificateur client", "owner"),
    "buyer": ("Acheteur", "owner"),
    "data-lead-g": ("Responsable données Site G", "owner"),
    "key-users": ("Utilisateurs clés", "owner"),
    "hr-training": ("Responsable formation RH", "owner"),
    "change-lead": ("Responsable conduite du changement", "owner"),
    "norvane": ("Chef de projet Norvane", "integrator"),
    "kestrix": ("Chef de projet Kestrix", "supplier"),
    "previsia": ("Chef de projet Previsia", "supplier"),
}
"""Role key to its name in the workbooks and its side."""
