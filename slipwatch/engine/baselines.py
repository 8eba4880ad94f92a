"""Turns what the configuration proposes into baselines that somebody approved, and freezes scope on its day."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from slipwatch.engine.links import assign
from slipwatch.errors import ConfigError
from slipwatch.settings.baselines import ScheduleProposal, ScopeProposal
from slipwatch.store.acts import list_acts, record_act
from slipwatch.store.baselines import approve_baseline as freeze_baseline
from slipwatch.store.baselines import list_baselines
from slipwatch.store.reader import read_entity
from slipwatch.store.subjects import ensure_subjects

if TYPE_CHECKING:
    from slipwatch.engine.wiring import Programme

APPROVAL = "approve_baseline"


@dataclass(frozen=True, kw_only=True)
class Approval:
    """What an approval froze: kind, number, the day it is in force from, and how many items (0: at its freeze day)."""

    kind: str
    number: int
    project: str | None
    effective_on: date
    items: int

    def as_json(self) -> dict[str, object]:
        return asdict(self) | {"effective_on": self.effective_on.isoformat()}


def approve_baseline(
    programme: Programme,
    number: int,
    *,
    author: str,
    reason: str,
    effective_on: date | None = None,
    only: tuple[str, str | None] | None = None,
) -> list[Approval]:
    """Freeze every proposal of this number, or the one of a kind and project (`only`). A scope baseline is filled at
    its freeze day, by what is known then.

    Raises `ConfigError` when nothing of this number is proposed, `LedgerError` when it was approved with other items.
    """
    proposals = [
        proposal
        for proposal in programme.settings.baselines
        if proposal.number == number and only in (None, (proposal.kind, proposal.project))
    ]
    if not proposals:
        known = sorted({proposal.number for proposal in programme.settings.baselines})
        raise ConfigError(
            f"no baseline {number} is proposed", subject="baselines.yaml", cure=f"proposed: {known or 'none'}"
        )
    at = programme.now()
    approvals = []
    for proposal in proposals:
        frozen = isinstance(proposal, ScopeProposal)  # its day of freeze is what was agreed, whenever it is approved
        day = proposal.effective_on if frozen else effective_on or proposal.effective_on
        detail = {"number": number, "kind": proposal.kind, "project": proposal.project, "on": day.isoformat()}
        items = 0
        if isinstance(proposal, ScheduleProposal):
            items = _freeze_schedule(programme, proposal, author=author, reason=reason, day=day)
        record_act(
            programme.ledger, kind=APPROVAL, subject=str(number), author=author, reason=reason, at=at, detail=detail
        )
        approvals.append(
            Approval(kind=proposal.kind, number=number, project=proposal.project, effective_on=day, items=items)
        )
    freeze_due_scopes(programme, at)
    return approvals


def _freeze_schedule(programme: Programme, proposal: ScheduleProposal, *, author: str, reason: str, day: date) -> int:
    names = programme.portfolio.milestones
    items = [(item.milestone, item.date) for item in proposal.items]
    subjects = ensure_subjects(programme.ledger, [("milestone", key, names[key].name) for key, _ in items])
    freeze_baseline(
        programme.ledger,
        kind="schedule",
        number=proposal.number,
        name=proposal.name,
        author=author,
        reason=reason,
        approved_at=programme.now(),
        effective_from=day,
        items=[(subjects["milestone", key], "forecast_on", value.isoformat()) for key, value in items],
    )
    return len(items)


def _end_of(programme: Programme, day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59), tzinfo=programme.zone).astimezone(UTC)


def freeze_due_scopes(programme: Programme, at: datetime) -> list[str]:
    """Fill the approved scope baselines whose freeze day has passed. Returns the projects frozen now."""
    acts = [act for act in list_acts(programme.ledger, APPROVAL) if act.detail["kind"] == "scope"]
    approved = {(int(act.subject), act.detail["project"]): act for act in acts}
    done = {(row.number, row.project) for row in list_baselines(programme.ledger) if row.kind == "scope"}
    frozen = []
    for proposal in programme.settings.baselines:
        if not isinstance(proposal, ScopeProposal):
            continue
        name = (proposal.number, proposal.project)
        if name not in approved or name in done:
            continue
        moment = _end_of(programme, proposal.freeze_on)
        if moment >= at:
            continue
        act = approved[name]
        records = read_entity(programme.ledger, proposal.entity, known_by=moment)
        records = assign(records, proposal.entity, programme.settings.links.assignments, programme.portfolio)
        inside = records[records["project"].eq(proposal.project) & records["vanished_at"].isna()]
        freeze_baseline(
            programme.ledger,
            kind="scope",
            number=proposal.number,
            name=proposal.name,
            author=act.author,
            reason=act.reason,
            approved_at=act.at,
            effective_from=proposal.freeze_on,
            project=proposal.project,
            items=[
                (int(subject), "label", str(label))
                for subject, label in zip(inside["subject"], inside["label"], strict=True)
            ],
        )
        frozen.append(proposal.project)
    return frozen
