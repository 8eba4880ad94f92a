"""`alerts`: what is open, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from slipwatch.cli.call import Call
from slipwatch.cli.shown import show_instant

if TYPE_CHECKING:
    from slipwatch.engine.wiring import Programme
    from slipwatch.model.alert import Alert, Reason


def list_alerts(call: Call) -> None:
    """Alerts that have not ended and were not in the inventory, the gravest first."""
    from slipwatch.model.alert import AlertState
    from slipwatch.store.alerts import load_alerts

    shown = (AlertState.OPEN, AlertState.ENDED)
    with call.open_programme() as programme:
        alerts = load_alerts(programme.ledger, include_ended=bool(call.get("all")))
        chosen = [alert for alert in alerts if alert.state in shown and _is_wanted(call, alert)]
        show_alerts(call, programme, chosen)


def _is_wanted(call: Call, alert: Alert) -> bool:
    concern, project = call.get("concern"), call.get("project")
    return (not concern or alert.key.concern == concern) and (not project or alert.subject.project == project)


def show_alerts(call: Call, programme: Programme, alerts: Sequence[Alert]) -> None:
    """A table, the gravest first."""
    ordered = sorted(alerts, key=lambda alert: (-alert.severity, alert.opened_at, alert.subject.key))
    if call.get("json"):
        call.console.show_json([_to_json(programme, alert) for alert in ordered])
        return
    if not ordered:
        call.console.say("None.")
        return
    call.console.show_table(
        ("severity", "concern", "project", "key", "name", "state", "rules", "since", "asked"),
        [
            (
                alert.severity.name.lower(),
                alert.key.concern,
                alert.subject.project,
                alert.subject.key,
                alert.subject.name,
                f"{alert.state}, frozen" if alert.frozen else alert.state,
                ", ".join(sorted(alert.reasons)),
                show_instant(alert.opened_at, programme.zone),
                alert.accountable,
            )
            for alert in ordered
        ],
    )


def show_alert(call: Call) -> int:
    """Alerts of one subject with reasons and evidence; exit code 1 when it has none."""
    from slipwatch.store.alerts import load_alerts

    wanted = str(call.get("key")).casefold()
    with call.open_programme() as programme:
        alerts = load_alerts(programme.ledger, include_ended=True)
        found = [alert for alert in alerts if wanted in (alert.subject.key.casefold(), alert.subject.name.casefold())]
        if call.get("json"):
            call.console.show_json([_to_json(programme, alert) for alert in found])
        elif not found:
            call.console.note(f"No alert is about {call.get('key')!r}.")
        for alert in found if not call.get("json") else ():
            _show_alert(call, programme, alert)
    return 0 if found else 1


def _show_alert(call: Call, programme: Programme, alert: Alert) -> None:
    subject = alert.subject
    call.console.say(f"{alert.severity.name.lower()}: {subject.entity} {subject.key}, {subject.name}")
    facts = {
        "concern": f"{alert.key.concern}, episode {alert.key.episode}",
        "project": subject.project,
        "state": f"{alert.state}{', frozen: a source is stale' if alert.frozen else ''}",
        "since": show_instant(alert.opened_at, programme.zone),
        "asked": alert.accountable,
    }
    for name, value in facts.items():
        call.console.say(f"  {name}: {value or '–'}")
    for reason in alert.reasons.values():
        for line in _list_lines(programme, reason):
            call.console.say(f"  {line}")
    for line in _list_replies(programme, alert):
        call.console.say(f"  {line}")
    call.console.say()


def _list_replies(programme: Programme, alert: Alert) -> Iterable[str]:
    """Who was asked about it, and what was answered."""
    from slipwatch.engine.replies import list_questions, list_replies

    at = programme.now()
    for question in list_questions(programme, at, [alert]):
        yield f"asked {question.asked_on}: {question.role}, answer by {question.answer_by}"
    for reply in list_replies(programme, at, [alert]):
        yield f"replied {reply.said_on}: {reply.role}: {reply.text}"


def _list_lines(programme: Programme, reason: Reason) -> Iterable[str]:
    finding = reason.finding
    yield f"{reason.rule}: {_say(programme, finding.text)}"
    for evidence in finding.evidence:
        source = f" [{evidence.source.source} {evidence.source.label}]" if evidence.source else ""
        yield f"  – {_say(programme, evidence.text)}{source}"
    yield f"  → {_say(programme, finding.action)}"


def _say(programme: Programme, message: Any) -> str:
    return programme.catalogue.translate(message, programme.portfolio.language, zone=programme.zone)


def _to_json(programme: Programme, alert: Alert) -> dict[str, Any]:
    return {
        "key": alert.subject.key,
        "entity": alert.subject.entity,
        "name": alert.subject.name,
        "project": alert.subject.project,
        "concern": alert.key.concern,
        "episode": alert.key.episode,
        "severity": alert.severity.name.lower(),
        "state": alert.state,
        "frozen": alert.frozen,
        "opened_at": alert.opened_at.isoformat(),
        "changed_at": alert.changed_at.isoformat(),
        "accountable": alert.accountable,
        "reasons": [_reason_to_json(programme, reason) for reason in alert.reasons.values()],
    }


def _reason_to_json(programme: Programme, reason: Reason) -> dict[str, Any]:
    finding = reason.finding
    return {
        "rule": reason.rule,
        "value": finding.value,
        "threshold": finding.threshold,
        "unit": finding.unit,
        "since": finding.since.isoformat() if finding.since else None,
        "text": _say(programme, finding.text),
        "action": _say(programme, finding.action),
        "keys": finding.keys,
        "evidence": [_say(programme, evidence.text) for evidence in finding.evidence],
    }


def acknowledge(call: Call) -> int:
    """Note that somebody works on alerts; exit code 1 when nothing open is called so."""
    from slipwatch.engine.desk import acknowledge as act

    with call.open_programme() as programme:
        keys = act(programme, call.get("keys"), author=call.author, reason=call.get("reason"))
    return _report_act(call, keys, "acknowledged")


def _report_act(call: Call, keys: Sequence[str], word: str) -> int:
    if not keys:
        call.console.note("Nothing is called so: `list` shows the keys.")
        return 1
    call.console.say(f"{len(keys)} {word}: {', '.join(keys)}")
    return 0
