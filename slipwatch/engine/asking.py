"""Sends a finding for reply before a committee reads it: a draft, or a message where the role is written to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from slipwatch.alerts.addresses import is_usable_address
from slipwatch.alerts.audience import Audience
from slipwatch.alerts.question import Question, compose_question, draft_question
from slipwatch.alerts.reasons import rank_reason
from slipwatch.alerts.routing import Line, find_departure
from slipwatch.alerts.transports.eml_folder import write_whole
from slipwatch.engine.desk import require_act
from slipwatch.engine.frames import FrameSupply
from slipwatch.engine.notify import build_letterhead
from slipwatch.engine.replies import ASKED, choose_alert, find_role, identify_alert
from slipwatch.engine.reporting.standing import find_next_committee
from slipwatch.engine.standing import find_suppliers
from slipwatch.errors import ConfigError
from slipwatch.model.alert import Alert, Change, Reason, Transition
from slipwatch.model.portfolio import Role
from slipwatch.store.acts import record_act, released_recipients
from slipwatch.store.alerts import commit_outcome, read_roots
from slipwatch.store.runs import finish_run, start_run

if TYPE_CHECKING:
    from slipwatch.engine.wiring import Programme

USUAL_WD = 5
"""Working days to answer in, where the committee does not meet before."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question that was sent, or lies ready. `draft` is the file of a draft, `message` the id in the outbox."""

    alert: Alert
    role: str
    answer_by: date
    draft: str | None = None
    message: str | None = None

    def as_json(self) -> dict[str, object]:
        return {
            "key": self.alert.subject.key,
            "concern": str(self.alert.key.concern),
            "role": self.role,
            "answer_by": self.answer_by.isoformat(),
            "draft": self.draft,
            "message": self.message,
        }


def ask_reply(
    programme: Programme,
    key: str,
    *,
    author: str,
    reason: str,
    role: str | None = None,
    concern: str | None = None,
    answer_by: date | None = None,
) -> Asked:
    """Send a finding for reply: to `role`, else to the one accountable. A released role gets it through the outbox,
    for any other a draft is written.

    Raises `ConfigError` where no alert or several are meant, for a role that is not declared or may read nothing of the
    finding, and for a day that has passed.
    """
    require_act(ASKED, author, reason)
    alert = choose_alert(programme, key, concern)
    asked = find_role(programme, role or alert.accountable)
    at = programme.now()
    day = _find_answer_day(programme, alert, asked, answer_by, at)
    question = _build_question(programme, alert, asked, day, at)
    sent = _send(programme, question, at)
    detail = identify_alert(alert) | {"role": asked.key, "answer_by": day.isoformat(), "draft": sent.draft}
    record_act(
        programme.ledger, kind=ASKED, subject=alert.subject.key, author=author, reason=reason, at=at,
        detail=detail | {"message": sent.message},
    )  # fmt: skip
    return sent


def _find_answer_day(programme: Programme, alert: Alert, role: Role, wanted: date | None, at: datetime) -> date:
    """The day asked for; else some working days ahead, but before the next committee where there is time for that."""
    today = at.astimezone(programme.zone).date()
    if wanted is not None:
        if wanted < today:
            raise ConfigError("has passed", subject=wanted.isoformat(), cure="give a day from today on")
        return wanted
    calendar = programme.calendars.for_site(role.site)
    usual = calendar.shift(today, USUAL_WD)
    meeting = find_next_committee(programme, today)
    before = calendar.shift(meeting[1], -1) if meeting else usual
    return before if today < before < usual else usual


def _build_question(programme: Programme, alert: Alert, role: Role, answer_by: date, at: datetime) -> Question:
    readable = _list_readable(programme, alert, role, at)
    if not readable:
        raise ConfigError(
            "may read nothing of this finding",
            subject=role.key,
            cure="ask the side that it is about: a supplier reads its own lines, an integrator its own projects",
        )
    transition = Transition(alert=alert, change=Change.REMINDED, at=at)
    return Question(
        line=Line(transition=transition, reasons=readable, root=read_roots(programme.ledger, role.key).get(alert.key)),
        role=role,
        answer_by=answer_by,
        letterhead=build_letterhead(programme),
        portfolio=programme.portfolio,
        catalogue=programme.letters,
        pmo=programme.settings.routing.pmo,
    )


def _list_readable(programme: Programme, alert: Alert, role: Role, at: datetime) -> tuple[Reason, ...]:
    """What a letter to the role would say; and where the alert is about an order line of the role's own supplier, all
    of it, whoever is accountable for that supplier on our side."""
    pmo, supply = programme.settings.routing.pmo, FrameSupply(programme=programme, at=at)
    if role.key == pmo or role.side == "pmo":
        return ()
    supply.read("order_line")
    suppliers = find_suppliers(supply)
    if role.supplier is not None and suppliers.get(alert.subject.id) == role.supplier:
        return tuple(sorted(alert.reasons.values(), key=rank_reason))
    audience = Audience(pmo=pmo, portfolio=programme.portfolio, supplier_of=lambda subject: suppliers.get(subject.id))
    return audience.list_readable(role, alert)


def _send(programme: Programme, question: Question, at: datetime) -> Asked:
    role, alert = question.role, question.line.transition.alert
    if role.key in released_recipients(programme.ledger) and is_usable_address(role.address):
        message = compose_question(question, at=at, not_before=_find_departure(programme, role, at))
        run = start_run(programme.ledger, kind="desk", at=at, configuration={})
        commit_outcome(
            programme.ledger, run, at=at, alerts=[], transitions=[], assessments=[], messages=[message]
        )  # fmt: skip
        finish_run(programme.ledger, run, at=programme.now(), state="done", summary={"asked": role.key})
        return Asked(alert=alert, role=role.key, answer_by=question.answer_by, message=message.id)
    folder = programme.home / "drafts" / at.astimezone(programme.zone).date().isoformat()
    write_whole(folder / question.file_name, draft_question(question))
    return Asked(
        alert=alert, role=role.key, answer_by=question.answer_by, draft=str(folder / question.file_name)
    )  # fmt: skip


def _find_departure(programme: Programme, role: Role, at: datetime) -> datetime:
    site = role.site or programme.settings.routing.deferral.site
    return find_departure(role, at, lambda _role, day: programme.calendars.for_site(site).is_working(day))
