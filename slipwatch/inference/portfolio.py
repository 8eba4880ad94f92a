"""Proposes the portfolio: projects, sites, milestones, suppliers and roles, each with the reason why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from slipwatch.inference.companies import RESPONSIBLE, list_responsible, name_suppliers
from slipwatch.inference.places import find_zone, read_place
from slipwatch.inference.role_words import find_company, is_buyer, is_pmo, is_sponsor
from slipwatch.inference.stream_records import (
    Facts,
    StreamFacts,
    make_key,
    make_name,
    make_slug,
    read_day,
    read_text,
)
from slipwatch.model.records import Record
from slipwatch.settings.commented import Noted

WHOLE_PROGRAMME = "PROGRAMME"
"""Key of the one project where no file tells projects apart."""

PMO_ADDRESS = "pmo@example.org"
"""Stands where the mailbox of the PMO belongs, until somebody says it."""

_ACCOUNTS = ("order_line", "cost_entry")
_MOST_PROJECTS = 20
"""More accounts than this are not projects."""

Answers = Mapping[str, str]
"""Answers to questions about the whole, without the prefix of their id: `site/R100` to `FR`."""


@dataclass(kw_only=True)
class PortfolioDraft:
    """The parts of portfolio.yaml by key. `codes` says which project a source's project code stands for, `role_names`
    which role a source's name; `homes` the project of each record that names one."""

    language: str
    time_zone: str
    codes: dict[str, str] = field(default_factory=dict)
    role_names: dict[str, str] = field(default_factory=dict)
    projects: dict[str, Any] = field(default_factory=dict)
    sites: dict[str, Any] = field(default_factory=dict)
    milestones: dict[str, Any] = field(default_factory=dict)
    suppliers: dict[str, Any] = field(default_factory=dict)
    roles: dict[str, Any] = field(default_factory=dict)
    homeless: list[str] = field(default_factory=list)

    def find_role(self, test: Any) -> str | None:
        """The first role whose name passes a test."""
        return next((key for name, key in self.role_names.items() if test(name)), None)


def draft_portfolio(facts: Facts, answers: Answers, *, language: str) -> PortfolioDraft:
    """What the files tell, completed by the answers given so far."""
    zones = [zone for code in list_site_codes(facts) if (zone := _find_site_zone(answers.get(f"site/{code}")))]
    draft = PortfolioDraft(language=language, time_zone=max(zones, key=zones.count, default="UTC"))
    draft.codes = find_projects(facts, answers)
    names = name_suppliers(facts)
    _add_sites(draft, facts, answers)
    _add_roles(draft, facts, answers, [name for _, name in names.values()])
    _add_suppliers(draft, names)
    _add_milestones(draft, facts)
    _add_projects(draft, facts, answers)
    return draft


def _find_site_zone(answer: str | None) -> str | None:
    place = read_place(answer) if answer else None
    return find_zone(place.country) if place else None


def find_projects(facts: Facts, answers: Answers) -> dict[str, str]:
    """Project code of the sources to key: those of the plan, else of all but the order lines, whose codes are accounts,
    else the accounts where somebody said so. Empty where no file names any: then one project stands for all.
    """
    plan = facts.find_plan()
    in_plan = Counter(read_text(record, "project_code") for record in plan.records) if plan else Counter()
    counts: Mapping[str, int] = {code: count for code, count in in_plan.items() if code}
    counts = counts or facts.count_values("project_code", without=_ACCOUNTS)
    if answers.get("accounts") == "yes":
        counts = counts or list_accounts(facts)
    return {code: make_key(code) for code in counts}


def list_accounts(facts: Facts) -> dict[str, int]:
    """Accounts of order lines that may stand for projects, because nothing else does; too many are none."""
    if facts.find_plan() or facts.count_values("project_code", without=_ACCOUNTS):
        return {}
    counts = facts.count_values("project_code")
    return dict(counts.most_common()) if len(counts) <= _MOST_PROJECTS else {}


def list_site_codes(facts: Facts) -> dict[str, int]:
    """Codes of sites and how many records name each, the most frequent first."""
    return dict(facts.count_values("site_code").most_common())


def _add_sites(draft: PortfolioDraft, facts: Facts, answers: Answers) -> None:
    for code, count in list_site_codes(facts).items():
        answer = answers.get(f"site/{code}")
        place = read_place(answer) if answer else None
        if place is None:
            continue
        entry: dict[str, Any] = {
            "name": make_name(code),
            "country": Noted(place.country, f"as answered; {count} records name it"),
        }
        if place.subdivision:
            entry["subdivision"] = place.subdivision
        entry |= {"time_zone": find_zone(place.country) or draft.time_zone, "codes": [code]}
        draft.sites[make_key(code)] = entry


def _add_roles(draft: PortfolioDraft, facts: Facts, answers: Answers, companies: Sequence[str]) -> None:
    base = {"language": draft.language, "time_zone": draft.time_zone}
    address = answers.get("programme/pmo")
    draft.roles["pmo"] = {
        "name": "PMO", "side": "pmo", **base,
        "address": Noted(address or PMO_ADDRESS, "as answered" if address else "CORRECT THIS: the mailbox of the PMO"),
    }  # fmt: skip
    for name, count in list_responsible(facts).most_common():
        if is_pmo(name):
            draft.role_names[name] = "pmo"
            continue
        company = find_company(name, companies)
        key = _free(draft.roles, make_slug(name))
        draft.role_names[name] = key
        side = _find_side(company, answers)
        entry: dict[str, Any] = {
            "name": make_name(name),
            "side": Noted(side, _explain_side(company, side, count)),
            **base,
        }
        if company and side == "supplier":
            entry["supplier"] = make_slug(company)
        draft.roles[key] = entry
    if facts.count_values("order_number") and not draft.find_role(is_buyer):
        why = "no file names one: asked about order lines"
        draft.roles.setdefault("buyer", {"name": "Buyer", "side": Noted("owner", why), **base})


def _find_side(company: str | None, answers: Answers) -> str:
    if company is None:
        return "owner"
    return "integrator" if company == answers.get("roles/integrator") else "supplier"


def _explain_side(company: str | None, side: str, count: int) -> str:
    who = f"{company} is a {side}" if company else "bears no supplier's name"
    return f"{who}; named {count} times in the files"


def _free(taken: Mapping[str, Any], key: str) -> str:
    number = 2
    chosen = key
    while chosen in taken:
        chosen, number = f"{key}-{number}", number + 1
    return chosen


def _add_suppliers(draft: PortfolioDraft, names: Mapping[str, tuple[int, str]]) -> None:
    asked = draft.find_role(is_buyer) or ("buyer" if "buyer" in draft.roles else None)
    for code, (count, name) in names.items():
        key = make_slug(name) if name != code else make_key(code)
        entry: dict[str, Any] = {"name": make_name(name)}
        if name != code:
            entry["codes"] = Noted([code], f"its number on {count} order lines")
        if asked:
            entry["accountable"] = asked
        draft.suppliers[_free(draft.suppliers, key)] = entry


def _add_milestones(draft: PortfolioDraft, facts: Facts) -> None:
    """Every row of the plan that names a project, or every row where there is only one project."""
    plan = facts.find_plan()
    if plan is None:
        return
    only = next(iter(draft.codes.values()), WHOLE_PROGRAMME) if len(draft.codes) <= 1 else None
    for record in plan.records:
        project = draft.codes.get(read_text(record, "project_code")) or only
        if project is None:
            draft.homeless.append(record.label)
            continue
        draft.milestones[_free(draft.milestones, make_key(record.label))] = _write_milestone(
            draft, plan, record, project
        )


def _write_milestone(draft: PortfolioDraft, plan: StreamFacts, record: Record, project: str) -> dict[str, Any]:
    key, name = make_key(record.label), make_name(read_text(record, "name")) or make_name(record.label)
    entry: dict[str, Any] = {"name": name, "project": project}
    if plan.marks.get("gate", {}).get(record.source_id):
        entry["gate"] = True
    if role := draft.role_names.get(read_text(record, RESPONSIBLE)):
        entry["accountable"] = role
    if key != record.label and make_name(record.label) == record.label:
        entry["aliases"] = [record.label]
    return entry


def _add_projects(draft: PortfolioDraft, facts: Facts, answers: Answers) -> None:
    sponsor = draft.find_role(is_sponsor)
    calendars = read_calendars(answers.get("calendars", ""))
    for code, key in (draft.codes or {"": WHOLE_PROGRAMME}).items():
        entry: dict[str, Any] = {"name": make_name(code) or "The whole programme"}
        if site := _find_calendar(draft, calendars.get(code)):
            entry["site"] = Noted(site, "its calendar counts working days, as answered or because there is no other")
        if role := _find_lead(draft, facts, code, side="owner"):
            entry["accountable"] = Noted(role, "answers for most of its milestones on the owner's side")
        elif sponsor:
            entry["accountable"] = Noted(sponsor, "no role of the owner's side answers for a milestone of it")
        if role := _find_lead(draft, facts, code, side="integrator"):
            entry["integrator"] = Noted(role, "answers for most of its milestones on the integrator's side")
        if sponsor:
            entry["sponsor"] = Noted(sponsor, "called so in the files")
        entry["currency"] = Noted(*_find_currency(facts))
        draft.projects[key] = entry


def read_calendars(text: str) -> dict[str, str]:
    """What `ERP=R100, WMS=M300` says: project code to site code.

    >>> read_calendars("ERP=R100, WMS = M300")
    {'ERP': 'R100', 'WMS': 'M300'}
    """
    pairs = (part.partition("=") for part in text.split(",") if "=" in part)
    return {project.strip(): site.strip() for project, _, site in pairs}


def _find_calendar(draft: PortfolioDraft, code: str | None) -> str | None:
    """The site that was answered; the only one where there is no other."""
    codes = {site["codes"][0]: key for key, site in draft.sites.items()}
    return codes.get(code or "") if len(codes) > 1 else next(iter(codes.values()), None)


def count_project_sites(draft: PortfolioDraft, facts: Facts) -> dict[str, Counter[str]]:
    """How many records of each project (by its code) name each site (by its code)."""
    counts: dict[str, Counter[str]] = {code: Counter() for code in draft.codes}
    for stream in facts.streams:
        for record in stream.records:
            if (site := read_text(record, "site_code")) and (code := find_code(draft, record)):
                counts[code][site] += 1
    return counts


def find_code(draft: PortfolioDraft, record: Record) -> str:
    """The project code of a record as the plan writes it: its own, or the one whose milestone its account ends with."""
    code = read_text(record, "project_code")
    if code in draft.codes:
        return code
    milestone = find_milestone(draft, code)
    project = draft.milestones[milestone]["project"] if milestone else None
    return next((own for own, key in draft.codes.items() if key == project), "")


def find_milestone(draft: PortfolioDraft, code: str) -> str | None:
    """The milestone whose key an account ends with, as CF-WD-40 ends with WD-40."""
    return next((key for key in draft.milestones if len(key) > 2 and code.endswith(key) and _is_apart(code, key)), None)


def _is_apart(code: str, key: str) -> bool:
    before = code[: -len(key)]
    return not before or not before[-1].isalnum()


def _find_lead(draft: PortfolioDraft, facts: Facts, code: str, *, side: str) -> str | None:
    """The role of one side that answers for most milestones of a project."""
    counts = Counter(
        draft.role_names.get(read_text(record, RESPONSIBLE), "")
        for record in facts.list_records("milestone")
        if not code or read_text(record, "project_code") == code
    )
    return next((role for role, _ in counts.most_common() if role and _read_side(draft, role) == side), None)


def _read_side(draft: PortfolioDraft, role: str) -> str:
    side = draft.roles[role]["side"]
    return str(side.value if isinstance(side, Noted) else side)


def _find_currency(facts: Facts) -> tuple[str, str]:
    counts = facts.count_values("currency").most_common(1)
    if counts and len(counts[0][0]) == 3 and counts[0][0].isalpha():
        return counts[0][0].upper(), "the currency of most amounts in the files"
    return "EUR", "no file names a currency: correct it"


def list_dates(facts: Facts, draft: PortfolioDraft) -> dict[str, Any]:
    """Milestone to the date that the plan states today: the first version seen."""
    plan = facts.find_plan()
    dates = {make_key(record.label): read_day(record, "forecast_on") for record in (plan.records if plan else ())}
    return {key: dates[key] for key in draft.milestones if dates.get(key)}
