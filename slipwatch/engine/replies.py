"""Questions before a committee: a finding is sent for reply to the side that it is about, and what comes back is kept.

The answer is that side's own word: it ends no alert and overwrites nothing, and is printed beside the finding.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING

from slipwatch.engine.desk import find_alerts, require_act
from slipwatch.errors import ConfigError
from slipwatch.model.alert import Alert, AlertState
from slipwatch.model.finding import Concern
from slipwatch.model.portfolio import Role
from slipwatch.reports.desk_facts import QuestionFacts
from slipwatch.reports.given import ReplyFacts
from slipwatch.store.acts import Act, list_acts, record_act
from slipwatch.store.alerts import load_alerts

if TYPE_CHECKING:
    from slipwatch.engine.wiring import Programme

ASKED, ANSWERED = "ask_reply", "record_reply"
STANDING = (AlertState.OPEN, AlertState.INVENTORY, AlertState.ACCEPTED)


def choose_alert(programme: Programme, key: str, concern: str | None) -> Alert:
    """The one alert about a subject that has not ended. Raises `ConfigError` where there is none, or more than one."""
    found = [
        alert
        for state in STANDING
        for alert in find_alerts(programme, [key], state=state)
        if concern in (None, str(alert.key.concern)) and key != str(alert.key.concern)
    ]
    if len(found) == 1:
        return found[0]
    if not found:
        raise ConfigError("no alert is about this", subject=key, cure="`slipwatch alerts list` shows the keys")
    concerns = ", ".join(sorted({str(alert.key.concern) for alert in found}))
    raise ConfigError("several alerts are about this", subject=key, cure=f"give --concern, one of: {concerns}")


def find_role(programme: Programme, key: str | None) -> Role:
    """Raises `ConfigError` for a role that is not declared."""
    role = programme.portfolio.roles.get(key or "")
    if role is None:
        known = ", ".join(programme.portfolio.roles)
        problem = "unknown role" if key else "nobody is accountable"
        raise ConfigError(problem, subject=key or "", cure=f"give --to, one of: {known}")
    return role


def record_reply(
    programme: Programme, key: str, *, role: str, text: str, said_on: date, author: str, concern: str | None = None
) -> Alert:
    """Keep what a role answered to a finding; returns its alert. Raises `ConfigError` for an unknown role, an empty
    answer, a day in the future, and where no alert or several are meant."""
    require_act(ANSWERED, author, text)
    alert, answering = choose_alert(programme, key, concern), find_role(programme, role)
    if said_on > programme.now().astimezone(programme.zone).date():
        raise ConfigError("lies in the future", subject=said_on.isoformat(), cure="give the day on which it was said")
    detail = identify_alert(alert) | {"role": answering.key, "said_on": said_on.isoformat(), "text": text.strip()}
    record_act(
        programme.ledger, kind=ANSWERED, subject=alert.subject.key, author=author, reason=f"reply of {answering.key}",
        at=programme.now(), detail=detail,
    )  # fmt: skip
    return alert


def identify_alert(alert: Alert) -> dict[str, object]:
    """What an act keeps of it, beside its subject."""
    return {"concern": str(alert.key.concern), "episode": alert.key.episode}


def list_replies(programme: Programme, at: datetime, alerts: Iterable[Alert] | None = None) -> tuple[ReplyFacts, ...]:
    """Answers that were kept up to `at`, to the episodes of `alerts` (all alerts, where none are given)."""
    return tuple(
        ReplyFacts(
            subject=act.subject,
            concern=Concern(act.detail["concern"]),
            role=act.detail["role"],
            said_on=date.fromisoformat(act.detail["said_on"]),
            text=act.detail["text"],
        )
        for act in _list_acts(programme, ANSWERED, at, alerts)
    )


def list_questions(
    programme: Programme, at: datetime, alerts: Iterable[Alert] | None = None
) -> tuple[QuestionFacts, ...]:
    """Questions that were sent up to `at`, about the episodes of `alerts` (all alerts, where none are given)."""
    return tuple(
        QuestionFacts(
            subject=act.subject,
            concern=Concern(act.detail["concern"]),
            role=act.detail["role"],
            asked_on=act.at.astimezone(programme.zone).date(),
            answer_by=date.fromisoformat(act.detail["answer_by"]),
        )
        for act in _list_acts(programme, ASKED, at, alerts)
    )


def _list_acts(programme: Programme, kind: str, at: datetime, alerts: Iterable[Alert] | None) -> list[Act]:
    """An answer to an episode that is over says nothing of the next one."""
    every = load_alerts(programme.ledger, include_ended=True) if alerts is None else alerts
    episodes = {(alert.subject.key, str(alert.key.concern), alert.key.episode) for alert in every}
    acts = (act for act in list_acts(programme.ledger, kind) if act.at <= at)
    return [act for act in acts if (act.subject, act.detail["concern"], act.detail["episode"]) in episodes]
