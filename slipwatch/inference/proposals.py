"""Puts all together: the files of a configuration with a reason beside each inference, and what is still open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from slipwatch.inference.companies import list_company_roles
from slipwatch.inference.links import (
    Pair,
    draft_assignments,
    draft_identities,
    find_pairs,
    list_unassigned,
)
from slipwatch.inference.portfolio import (
    PortfolioDraft,
    count_project_sites,
    draft_portfolio,
    list_accounts,
    list_dates,
    list_site_codes,
)
from slipwatch.inference.reading import Question
from slipwatch.inference.role_words import is_buyer
from slipwatch.inference.sources import SourceDraft, write_source
from slipwatch.inference.stream_records import Facts
from slipwatch.settings.commented import Noted, NoteLine

PROGRAMME = "programme"
"""Stands in the id of a question where the name of a file stands in others."""

NOBODY = "nobody"
YES, NO = "yes", "no"
_LONGEST_NOTE = 300
_MOST_ACCOUNTS = 10


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """What would be written. `files` are the contents of the configuration by name, `open` what a person must still
    tell, `notes` what was left out or unassigned, in sentences."""

    files: Mapping[str, Mapping[str, Any]]
    open: tuple[Question, ...] = ()
    notes: tuple[str, ...] = ()
    summary: Mapping[str, Any] = field(default_factory=dict)


def list_questions(
    facts: Facts, answers: Mapping[str, str], *, language: str, country: str | None = None
) -> list[Question]:
    """What the files cannot tell about the programme as a whole; an answer may bring up another question."""
    proposed = country
    questions = [
        _ask("pmo", "Which mailbox does the PMO read?", why="every message goes there first; nothing is sent yet"),
    ]
    questions += [
        _ask(
            f"site/{code}", f"Where is site {code}? Country, or part of it with holidays of its own (FR, FR-57, DE-BW)",
            proposed=proposed,
            why=f"{count} records name it; its public holidays count working days"
        )
        for code, count in list_site_codes(facts).items()
    ]  # fmt: skip
    if accounts := list_accounts(facts):
        why = f"no file names projects; the order list has {', '.join(list(accounts)[:5])}"
        questions.append(_ask("accounts", "Is each account of the order list a project?", choices=(YES, NO), why=why))
    told = {"accounts": answers.get(f"{PROGRAMME}/accounts", "")}
    draft = draft_portfolio(facts, told, language=language)
    questions += _ask_calendars(draft, facts)
    companies = sorted(set(list_company_roles(facts).values()))
    if companies:
        why = f"{', '.join(sorted(list_company_roles(facts)))}: an integrator is told of scope too"
        questions.append(
            _ask("integrator", "Which company integrates?", choices=[*companies, NOBODY], why=why)
        )  # fmt: skip
    by_source: dict[str, list[Pair]] = {}
    for pair in find_pairs(facts, draft):
        by_source.setdefault(pair.source, []).append(pair)
    questions += [_ask_pairs(source, pairs, draft) for source, pairs in by_source.items()]
    return questions


def _ask(topic: str, text: str, *, choices: Sequence[str] = (), proposed: str | None = None, why: str = "") -> Question:
    return Question(
        id=f"{PROGRAMME}/{topic}", file=PROGRAMME, text=text, choices=tuple(choices), proposed=proposed, why=why
    )


def _ask_calendars(draft: PortfolioDraft, facts: Facts) -> list[Question]:
    """Where there are several sites, the one that most records name is a hint, no more."""
    sites = list(list_site_codes(facts))
    if len(sites) < 2 or not draft.codes:
        return []
    counts = count_project_sites(draft, facts)
    guessed = {code: found.most_common(1)[0][0] for code, found in counts.items() if found}
    told = "; ".join(
        f"{code}: {', '.join(f'{site} {count}' for site, count in found.most_common())}"
        for code, found in counts.items()
        if found
    )
    return [
        _ask(
            "calendars", "Which site's calendar does each project follow?",
            proposed=", ".join(f"{code}={site}" for code, site in guessed.items()) or None,
            why=f"records that name a site: {told}; sites are {', '.join(sites)}",
        )
    ]  # fmt: skip


def _ask_pairs(source: str, pairs: Sequence[Pair], draft: PortfolioDraft) -> Question:
    told = "; ".join(
        f"{pair.label} ({pair.name}) = {pair.milestone} ({draft.milestones[pair.milestone]['name']})" for pair in pairs
    )
    return _ask(
        f"same/{source}", f"Are these milestones of {source} and of the plan the same? {told}",
        choices=(YES, NO), proposed=YES, why="same project and same date, but another name",
    )  # fmt: skip


def propose(
    facts: Facts,
    sources: Sequence[SourceDraft],
    answers: Mapping[str, str],
    *,
    language: str,
    bases: Mapping[str, str],
    today: date,
    name: str | None = None,
) -> Proposal:
    """The configuration as far as the answers go. `answers` by full id of the question; `bases` the folder of each
    source as the configuration names it; what is not answered stays out and is listed in `open`."""
    told = {key.removeprefix(f"{PROGRAMME}/"): text for key, text in answers.items() if key.startswith(PROGRAMME)}
    told["roles/integrator"] = told.get("integrator", NOBODY)
    told["programme/pmo"] = told.get("pmo", "")
    draft = draft_portfolio(facts, told, language=language)
    pairs = [pair for pair in find_pairs(facts, draft) if told.get(f"same/{pair.source}") == YES]
    dates = list_dates(facts, draft)
    files = {
        "slipwatch.yaml": _write_programme(name, draft),
        "sources.yaml": _write_sources(sources, draft, bases),
        "portfolio.yaml": _write_portfolio(draft),
        "links.yaml": {
            "identities": draft_identities(facts, pairs), "assignments": draft_assignments(facts, draft) or [],
        },
        "baselines.yaml": _write_baselines(dates, facts, today),
        "tolerances.yaml": _write_tolerances(),
        "routing.yaml": _write_routing(draft),
    }  # fmt: skip
    asked = list_questions(facts, answers, language=language)
    return Proposal(
        files=files,
        open=tuple(one for one in asked if not answers.get(one.id)),
        notes=(*_list_dropped(sources), *_list_notes(facts, draft)),
        summary=_summarise(draft, pairs, dates, facts),
    )


def _write_programme(name: str | None, draft: PortfolioDraft) -> dict[str, Any]:
    programme = {
        "name": name or Noted("My programme", "as it stands on reports and mails: start --name says another"),
        "language": Noted(draft.language, "most headers of the files are in it; fr or en"),
        "time_zone": Noted(draft.time_zone, "that of the first site; a day begins and ends there"),
    }
    return {
        "programme": programme,
        NoteLine("Ledger, mails and reports; SLIPWATCH_HOME in the environment wins."): None,
        "home": "../slipwatch-home",
        "mail": {"transport": Noted("eml_folder", "each message is a file in home: nothing leaves this machine")},
        "privacy": {"assignees": Noted("pseudonymise", "names of persons never enter the ledger")},
    }


def _write_sources(sources: Sequence[SourceDraft], draft: PortfolioDraft, bases: Mapping[str, str]) -> dict[str, Any]:
    owners = {"ORDERS": draft.find_role(is_buyer) or ("buyer" if "buyer" in draft.roles else None)}
    return {
        "sources": {
            source.key: write_source(
                source, base=bases[source.key], time_zone=draft.time_zone, owner=owners.get(source.key) or "pmo"
            )
            for source in sources
        }
    }


def _write_portfolio(draft: PortfolioDraft) -> dict[str, Any]:
    parts: dict[str, Any] = {"projects": draft.projects}
    if draft.sites:
        parts["sites"] = draft.sites
    if draft.milestones:
        parts[NoteLine("As the plan lists them. gate: true gives the tighter tolerance.")] = None
        parts["milestones"] = draft.milestones
    if draft.suppliers:
        parts[NoteLine("transit_days (despatch to arrival) only where shipping notices are sent.")] = None
        parts["suppliers"] = draft.suppliers
    parts[NoteLine("Roles, never persons. Without an address the PMO forwards the draft.")] = None
    parts["roles"] = draft.roles
    return parts


def _write_baselines(dates: Mapping[str, Any], facts: Facts, today: date) -> dict[str, Any]:
    if not dates:
        return {"baselines": []}
    plan = facts.find_plan()
    seen = (plan.as_of if plan else None) or today
    return {
        "baselines": [
            {
                "number": 1,
                "kind": "schedule",
                "name": "First version seen",
                "effective_on": Noted(seen, "the date of the plan that was read"),
                "items": [{"milestone": key, "date": day} for key, day in dates.items()],
            }
        ]
    }


def _write_tolerances() -> dict[str, Any]:
    return {
        "rules": {
            "schedule.milestone_slip": Noted({"gate_wd": 5, "other_wd": 10}, "working days; the defaults of the rule")
        }
    }


def _write_routing(draft: PortfolioDraft) -> dict[str, Any]:
    routing: dict[str, Any] = {
        "pmo": Noted("pmo", "alone reads every message, with a draft for whoever is accountable"),
        "most_new_lines": Noted(5, "one message writes out this many new lines and counts the rest"),
    }
    homes = [_plain(project.get("site")) for project in draft.projects.values() if project.get("site")]
    if homes:
        most = max(dict.fromkeys(homes), key=homes.count)
        why = "where most projects are: what is found on a day off is told on the next working day"
        routing["deferral"] = {"site": Noted(most, why)}
    return routing


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Noted) else value


def _list_dropped(sources: Sequence[SourceDraft]) -> Iterator[str]:
    for source in sources:
        for stream in source.streams:
            if stream.dropped:
                yield f"{source.key} {stream.name}: {', '.join(stream.dropped)} left out, no currency is known"
            yield from stream.uneven


def _list_notes(facts: Facts, draft: PortfolioDraft) -> list[str]:
    notes = [f"{stream.source} {stream.stream}: {_shorten(stream.error)}" for stream in facts.streams if stream.error]
    for stream in facts.streams:
        if stream.rejects:
            first = stream.rejects[0]
            notes.append(
                f"{stream.source} {stream.stream}: {len(stream.rejects)} rows cannot be read, the first is "
                f"{first.where} ({first.reason.replace('_', ' ')}{f' in {first.column}' if first.column else ''})"
            )
    unassigned = list(list_unassigned(facts, draft).items())
    for code, count in unassigned[:_MOST_ACCOUNTS]:
        lines = "1 order line" if count == 1 else f"{count} order lines"
        notes.append(f"{lines} with {f'account {code}' if code else 'no account'}: of no project")
    if more := unassigned[_MOST_ACCOUNTS:]:
        notes.append(f"{sum(count for _, count in more)} order lines with {len(more)} more accounts: of no project")
    if draft.homeless:
        notes.append(f"{len(draft.homeless)} rows of the plan name no project: {', '.join(draft.homeless[:5])}")
    return notes


def _shorten(text: str) -> str:
    return text if len(text) <= _LONGEST_NOTE else f"{text[:_LONGEST_NOTE]} ..."


def _summarise(draft: PortfolioDraft, pairs: Sequence[Pair], dates: Mapping[str, Any], facts: Facts) -> dict[str, Any]:
    """The proposal in plain values, for scripts."""
    parts = ("projects", "sites", "suppliers", "roles")
    plain = {
        part: {
            key: {name: _plain(value) for name, value in entry.items()} for key, entry in getattr(draft, part).items()
        }
        for part in parts
    }
    return {
        "language": draft.language,
        "time_zone": draft.time_zone,
        **plain,
        "milestones": {key: {**one, "date": dates.get(key)} for key, one in draft.milestones.items()},
        "same": [vars(pair) for pair in pairs],
        "unassigned": list_unassigned(facts, draft),
    }
