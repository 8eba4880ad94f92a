"""What a PMO does, from wherever: every act is recorded with author and reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from slipwatch.errors import ConfigError, LedgerError
from slipwatch.model.alert import Alert, AlertState
from slipwatch.store.acts import record_act, released_recipients
from slipwatch.store.alerts import commit_outcome, load_alerts
from slipwatch.store.runs import finish_run, start_run
from slipwatch.store.windows import held_windows
from slipwatch.store.windows import release_window as mark_released

if TYPE_CHECKING:
    from slipwatch.engine.wiring import Programme


def release_recipient(programme: Programme, role: str, *, author: str, reason: str) -> None:
    """From the next run on, this role gets its own messages. Raises `ConfigError` for a role without an address."""
    found = programme.portfolio.roles.get(role)
    if found is None or not found.address:
        with_address = sorted(key for key, known in programme.portfolio.roles.items() if known.address)
        raise ConfigError(
            "unknown role" if found is None else "this role has no address",
            subject=role,
            cure=f"roles with an address: {', '.join(with_address) or 'none'}",
        )
    _record(programme, "release_recipient", role, author, reason)


def withdraw_recipient(programme: Programme, role: str, *, author: str, reason: str) -> None:
    """This role's messages go to the PMO as drafts again. Raises `ConfigError` when it was not released."""
    if role not in released_recipients(programme.ledger):
        raise ConfigError("was not released", subject=role, cure="`slipwatch recipients list` shows who is")
    _record(programme, "withdraw_recipient", role, author, reason)


def release_window(programme: Programme, window: int, *, author: str, reason: str) -> None:
    """Let a held window in at the next run. Raises `LedgerError` for a window that is not held."""
    held = [row.id for row in held_windows(programme.ledger)]
    if window not in held:
        raise LedgerError("this window is not held", subject=str(window), cure=f"held: {held or 'none'}")
    run = start_run(programme.ledger, kind="desk", at=programme.now(), configuration={})
    mark_released(programme.ledger, window, run=run, at=programme.now(), author=author, reason=reason)
    finish_run(programme.ledger, run, at=programme.now(), state="done", summary={"released": window})
    _record(programme, "release_window", str(window), author, reason)


def find_alerts(programme: Programme, names: Sequence[str], *, state: AlertState) -> list[Alert]:
    """Alerts in a state whose subject key, name or concern is among `names`; all of them for `all`."""
    alerts = [alert for alert in load_alerts(programme.ledger) if alert.state is state]
    if "all" in names:
        return alerts
    wanted = {name.casefold() for name in names}
    return [
        alert
        for alert in alerts
        if wanted & {alert.subject.key.casefold(), alert.subject.name.casefold(), str(alert.key.concern)}
    ]


def accept_inventory(programme: Programme, names: Sequence[str], *, author: str, reason: str) -> list[str]:
    """Accept what the first load found as known. Returns the keys accepted; only a new fact makes them speak again."""
    found = find_alerts(programme, names, state=AlertState.INVENTORY)
    return accept_alerts(programme, found, author=author, reason=reason)


def accept_alerts(programme: Programme, found: Sequence[Alert], *, author: str, reason: str) -> list[str]:
    """The same for entries of the inventory that were chosen one by one."""
    require_act("accept_known", author, reason)
    at = programme.now()
    run = start_run(programme.ledger, kind="desk", at=at, configuration={})
    accepted = [replace(alert, state=AlertState.ACCEPTED, changed_at=at) for alert in found]
    commit_outcome(programme.ledger, run, at=at, alerts=accepted, transitions=[], assessments=[], messages=[])
    finish_run(programme.ledger, run, at=at, state="done", summary={"accepted": len(accepted)})
    for alert in found:
        _record(programme, "accept_known", alert.subject.key, author, reason)
    return [alert.subject.key for alert in found]


def acknowledge(programme: Programme, names: Sequence[str], *, author: str, reason: str) -> list[str]:
    """Note that somebody works on these open alerts. Returns the keys acknowledged."""
    found = find_alerts(programme, names, state=AlertState.OPEN)
    return acknowledge_alerts(programme, found, author=author, reason=reason)


def acknowledge_alerts(programme: Programme, found: Sequence[Alert], *, author: str, reason: str) -> list[str]:
    """The same for open alerts that were chosen one by one."""
    for alert in found:
        _record(programme, "acknowledge", alert.subject.key, author, reason, concern=str(alert.key.concern))
    return [alert.subject.key for alert in found]


def require_act(kind: str, author: str, reason: str) -> None:
    """Raises `ConfigError` for an act that nobody signs, or without a reason."""
    if not author.strip() or not reason.strip():
        raise ConfigError("an act needs an author and a reason", subject=kind, cure="give --author and --reason")


def _record(programme: Programme, kind: str, subject: str, author: str, reason: str, **detail: object) -> None:
    require_act(kind, author, reason)
    record_act(
        programme.ledger, kind=kind, subject=subject, author=author, reason=reason, at=programme.now(), detail=detail
    )
