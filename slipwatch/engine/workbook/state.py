"""What stands in the workbook: the rows of each sheet as the configuration and the ledger say them now."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from slipwatch.engine.baselines import APPROVAL
from slipwatch.engine.workbook import desk_rows, register_rows
from slipwatch.engine.workbook.columns import Sheet
from slipwatch.engine.workbook.rows import Row, build_row
from slipwatch.engine.workbook.sheets import (
    AMOUNTS,
    BASELINES,
    COMMITTEES,
    DATES,
    DAYS,
    MEETINGS,
    MILESTONES,
    PROJECTS,
    ROLES,
    RULES,
    SHEETS,
    SITES,
    STATED,
    SUPPLIERS,
    TOLERANCES,
)
from slipwatch.engine.workbook.wording import Wording
from slipwatch.registry import find_checks
from slipwatch.settings.baselines import CostProposal, Proposal, ScheduleProposal, ScopeProposal
from slipwatch.store.acts import Act, list_acts
from slipwatch.store.reader import read_entity

if TYPE_CHECKING:
    from slipwatch.engine.wiring import Programme

TABLES = (PROJECTS, MILESTONES, ROLES, SITES, SUPPLIERS, COMMITTEES)
"""Sheets whose rows are the entries of one group of portfolio.yaml."""

WEEK = SITES.by_field["weekend"].words[:7]
Approved = dict[tuple[str, str, int], Act]


@dataclass
class State:
    """`rows` by sheet; `names` are the keys that references may use, by sheet or list."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    names: dict[str, list[str]] = field(default_factory=dict)

    def index(self, sheet: str) -> dict[tuple[str, ...], Row]:
        return {row.identity: row for row in self.rows[sheet]}


def build_state(programme: Programme, wording: Wording) -> State:
    """Every row of every sheet, and the names that may be used."""
    approved = list_approved(programme)
    makers: dict[str, Callable[[], Iterator[Row]]] = {
        **{sheet.id: _bind_table(programme, sheet, wording) for sheet in TABLES},
        MEETINGS.id: lambda: _list_meetings(programme, wording),
        DAYS.id: lambda: _list_days(programme, wording),
        BASELINES.id: lambda: _list_baselines(programme, wording, approved),
        DATES.id: lambda: _list_dates(programme, wording, approved),
        AMOUNTS.id: lambda: _list_amounts(programme, wording, approved),
        TOLERANCES.id: lambda: _list_tolerances(programme, wording),
        RULES.id: lambda: _list_rules(programme, wording),
        **desk_rows.bind(programme, wording),
        **register_rows.bind(programme, wording),
    }
    state = State(rows={sheet.id: list(makers[sheet.id]()) for sheet in SHEETS})
    state.names = {sheet.id: [row.identity[0] for row in state.rows[sheet.id]] for sheet in TABLES}
    limits = {name for check in find_checks() for name in list_limits(check.thresholds)}
    state.names |= {
        "stated": list(STATED),
        "rules": [check.id for check in find_checks()],
        "thresholds": sorted(limits),
        "deciders": [*state.names["committees"], *state.names["roles"]],
    }
    return state


def list_approved(programme: Programme) -> Approved:
    """The act that approved each baseline, by kind, project (empty for none) and number."""
    return {
        (str(act.detail["kind"]), act.detail["project"] or "", int(act.detail["number"])): act
        for act in list_acts(programme.ledger, APPROVAL)
    }


def list_limits(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """The thresholds of a rule that are single numbers: those that a cell can hold."""
    return {
        name: info
        for name, info in model.model_fields.items()
        if isinstance(info.default, (int, float)) and not isinstance(info.default, bool)
    }


def _bind_table(programme: Programme, sheet: Sheet, wording: Wording) -> Callable[[], Iterator[Row]]:
    return lambda: _list_table(programme, sheet, wording)


def _list_table(programme: Programme, sheet: Sheet, wording: Wording) -> Iterator[Row]:
    for key, part in getattr(programme.settings.portfolio, sheet.group).items():
        values = {name: value for name, value in dict(part).items() if name in sheet.by_field}
        if "weekend" in values:
            values["weekend"] = tuple(WEEK[number] for number in values["weekend"])
        yield build_row(sheet, {"key": key, **values}, wording)


def _list_meetings(programme: Programme, wording: Wording) -> Iterator[Row]:
    for key, committee in programme.settings.portfolio.committees.items():
        for day in dict.fromkeys(committee.dates):
            yield build_row(MEETINGS, {"committee": key, "day": day}, wording)


def _list_days(programme: Programme, wording: Wording) -> Iterator[Row]:
    for key, site in programme.settings.portfolio.sites.items():
        kinds: dict[date, str] = dict.fromkeys(site.extra_holidays, "closed") | dict.fromkeys(site.working, "worked")
        for day, kind in kinds.items():
            yield build_row(DAYS, {"site": key, "day": day, "kind": kind}, wording)


def _list_baselines(programme: Programme, wording: Wording, approved: Approved) -> Iterator[Row]:
    for proposal in programme.settings.baselines:
        act = approved.get(name_proposal(proposal))
        values = {name: getattr(proposal, name) for name in ("kind", "number", "project", "name", "reason")}
        values |= {
            "effective_on": date.fromisoformat(act.detail["on"]) if act else proposal.effective_on,
            "entity": proposal.entity if isinstance(proposal, ScopeProposal) else None,
            "state": wording.word("approved" if act else "proposed"),
            "approved": wording.say("shown.approved", author=act.author, day=act.at.date()) if act else None,
        }
        yield build_row(BASELINES, values, wording, frozen=act is not None)


def name_proposal(proposal: Proposal) -> tuple[str, str, int]:
    """Kind, project (empty for none) and number: what tells one proposal from another."""
    return proposal.kind, proposal.project or "", proposal.number


def _list_dates(programme: Programme, wording: Wording, approved: Approved) -> Iterator[Row]:
    forecasts = _read_forecasts(programme)
    milestones = programme.settings.portfolio.milestones
    for proposal in programme.settings.baselines:
        if not isinstance(proposal, ScheduleProposal):
            continue
        is_approved = name_proposal(proposal) in approved
        for item in proposal.items:
            values = {
                "number": proposal.number,
                "milestone": item.milestone,
                "date": item.date,
                "name": milestones[item.milestone].name,
                "state": wording.word("approved" if is_approved else "proposed"),
                "forecast": forecasts.get(item.milestone),
            }
            yield build_row(DATES, values, wording, frozen=is_approved)


def _read_forecasts(programme: Programme) -> Mapping[str, date]:
    """What the sources expect today, by milestone; the newest statement where several systems speak."""
    frame = read_entity(programme.ledger, "milestone")
    frame = frame[frame["forecast_on"].notna() & frame["vanished_at"].isna()].sort_values("known_at")
    return {str(key): day.date() for key, day in zip(frame["subject_key"], frame["forecast_on"], strict=True)}


def _list_amounts(programme: Programme, wording: Wording, approved: Approved) -> Iterator[Row]:
    for proposal in programme.settings.baselines:
        if not isinstance(proposal, CostProposal):
            continue
        is_approved = name_proposal(proposal) in approved
        for item in proposal.items:
            values: dict[str, Any] = {"number": proposal.number, "project": proposal.project, **dict(item)}
            values["state"] = wording.word("approved" if is_approved else "proposed")
            yield build_row(AMOUNTS, values, wording, frozen=is_approved)


def _list_tolerances(programme: Programme, wording: Wording) -> Iterator[Row]:
    tolerances = programme.settings.tolerances
    for check in find_checks():
        chosen = {"": tolerances.rules, **{key: own.rules for key, own in tolerances.projects.items()}}
        for name, info in list_limits(check.thresholds).items():
            for project, rules in chosen.items():
                value = rules.get(check.id, {}).get(name)
                if not project or value is not None:
                    yield build_row(
                        TOLERANCES,
                        {
                            "project": project or None,
                            "rule": check.id,
                            "threshold": name,
                            "value": value,
                            "default": info.default,
                            "limits": describe_limits(info),
                            "meaning": info.description,
                        },
                        wording,
                    )


def describe_limits(info: FieldInfo) -> str:
    """`0 … 250`, as the declaration of a threshold bounds it."""
    least = next((getattr(limit, name) for limit in info.metadata for name in ("ge", "gt") if hasattr(limit, name)), "")
    most = next((getattr(limit, name) for limit in info.metadata for name in ("le", "lt") if hasattr(limit, name)), "")
    return f"{least} … {most}"


def _list_rules(programme: Programme, wording: Wording) -> Iterator[Row]:
    off = set(programme.settings.tolerances.off)
    for check in find_checks():
        title = " ".join(check.manual.strip().split("\n\n")[0].split())
        values: dict[str, Any] = {"rule": check.id, "title": f"{check.alias}  {title}".strip()}
        values |= {"concern": wording.word(check.concern.value), "used": not off & {check.id, check.alias}}
        yield build_row(RULES, values, wording)
