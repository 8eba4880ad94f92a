"""`baseline`, `recipients`, `release`, `outbox`: decisions of the PMO, each with an author and a reason."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

from slipwatch.cli.call import Call
from slipwatch.cli.shown import show_instant
from slipwatch.errors import ConfigError

if TYPE_CHECKING:
    from slipwatch.engine.wiring import Programme


def list_baselines(call: Call) -> None:
    """Every proposal with what became of it, and the references of milestones that have no baseline."""
    with call.open_programme() as programme:
        rows, references = _describe_baselines(programme), _describe_references(programme)
    if call.get("json"):
        call.console.show_json([*rows, *references])
        return
    call.console.show_table(
        ("number", "kind", "project", "name", "in force from", "approved", "author", "reason"),
        [[*row.values()] for row in rows],
    )
    if references:
        call.console.say("\nReferences: the first date seen of a milestone without a baseline. Nobody approved them.")
        columns = ("project", "name", "date", "effective_on", "reason")
        titles = ("project", "milestone", "date", "known since", "from")
        call.console.show_table(titles, [[row[column] for column in columns] for row in references])


def _describe_references(programme: Programme) -> list[dict[str, Any]]:
    from slipwatch.engine.references import list_references

    return [
        {
            "number": None,
            "kind": "reference",
            "project": one.project,
            "name": one.milestone if one.name == one.milestone else f"{one.milestone} {one.name}",
            "effective_on": one.seen_at.astimezone(programme.zone).date().isoformat(),
            "approved_at": None,
            "author": None,
            "reason": f"first version seen in {one.source}{', reconstructed' if one.is_reconstructed else ''}",
            "date": one.day.isoformat(),
        }
        for one in list_references(programme)
    ]


def _describe_baselines(programme: Programme) -> list[dict[str, Any]]:
    from slipwatch.engine.baselines import APPROVAL
    from slipwatch.store.acts import list_acts

    acts = {
        (act.detail["kind"], act.detail["number"], act.detail["project"]): act
        for act in list_acts(programme.ledger, APPROVAL)
    }
    rows = []
    for proposal in programme.settings.baselines:
        act = acts.get((proposal.kind, proposal.number, proposal.project))
        rows.append(
            {
                "number": proposal.number,
                "kind": proposal.kind,
                "project": proposal.project,
                "name": proposal.name,
                "effective_on": act.detail["on"] if act else proposal.effective_on.isoformat(),
                "approved_at": show_instant(act.at, programme.zone) if act else None,
                "author": act.author if act else None,
                "reason": act.reason if act else proposal.reason,
            }
        )
    return rows


def approve_baseline(call: Call) -> None:
    """Freeze every proposal of a number."""
    from slipwatch.engine.baselines import approve_baseline as act

    day = _read_day(call.get("on"))
    with call.open_programme() as programme:
        approvals = act(programme, call.get("number"), author=call.author, reason=call.get("reason"), effective_on=day)
    if call.get("json"):
        call.console.show_json([approval.as_json() for approval in approvals])
        return
    for approval in approvals:
        items = f"{approval.items} items" if approval.items else "filled on its freeze day"
        project = f" of {approval.project}" if approval.project else ""
        call.console.say(f"{approval.kind} baseline {approval.number}{project}: {items}, from {approval.effective_on}")


def _read_day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise ConfigError(f"{text!r} is no day", subject="--on", cure="write it as 2026-05-28") from error


def list_recipients(call: Call) -> None:
    """Every role: whether it is written to, or the PMO gets drafts for it."""
    from slipwatch.store.acts import released_recipients

    with call.open_programme() as programme:
        released = released_recipients(programme.ledger)
        pmo = programme.settings.routing.pmo
        rows = [
            {
                "role": key,
                "name": role.name,
                "side": role.side,
                "language": role.language,
                "address": role.address,
                "state": "reads everything" if key == pmo else "released" if key in released else "drafts to the PMO",
            }
            for key, role in programme.portfolio.roles.items()
        ]
    if call.get("json"):
        call.console.show_json(rows)
    else:
        call.console.show_table([*rows[0]], [[*row.values()] for row in rows])


def release_recipient(call: Call) -> None:
    """From the next run on, this role is written to."""
    from slipwatch.engine.desk import release_recipient as act

    with call.open_programme() as programme:
        act(programme, call.get("role"), author=call.author, reason=call.get("reason"))
    call.console.say(f"{call.get('role')} gets its own messages from the next run on.")


def withdraw_recipient(call: Call) -> None:
    """From the next run on, this role's messages are drafts again."""
    from slipwatch.engine.desk import withdraw_recipient as act

    with call.open_programme() as programme:
        act(programme, call.get("role"), author=call.author, reason=call.get("reason"))
    call.console.say(f"Messages for {call.get('role')} go to the PMO as drafts from the next run on.")


def release_window(call: Call) -> None:
    """Let a held window in at the next run, or list what is held."""
    from slipwatch.engine.desk import release_window as act

    with call.open_programme() as programme:
        if call.get("window") is None:
            _list_held(call, programme)
            return
        if not call.get("reason"):
            raise ConfigError("a release needs a reason", cure="give --reason: why is the jump right?")
        act(programme, call.get("window"), author=call.author, reason=call.get("reason"))
    call.console.say(f"Window {call.get('window')} is let in at the next run.")


def _list_held(call: Call, programme: Programme) -> None:
    from slipwatch.store.windows import held_windows

    rows = [asdict(row) for row in held_windows(programme.ledger)]
    if call.get("json"):
        call.console.show_json(rows)
    elif not rows:
        call.console.say("Nothing is held.")
    else:
        names = ("id", "source", "stream", "rows", "detail")
        call.console.show_table(
            ("window", *names[1:], "read at"),
            [(*(row[name] for name in names), show_instant(row["at"], programme.zone)) for row in rows],
        )


def list_outbox(call: Call) -> None:
    """Messages and what became of them."""
    from slipwatch.model.alert import OutboxState
    from slipwatch.store.outbox import list_messages

    state = OutboxState(call.get("state")) if call.get("state") else None
    with call.open_programme() as programme:
        rows = [
            {
                "id": row.message.id,
                "recipient": row.message.recipient,
                "address": row.message.address,
                "state": row.state,
                "attempts": row.attempts,
                "not_before": show_instant(row.message.not_before, programme.zone),
                "sent_at": show_instant(row.sent_at, programme.zone),
                "error": row.error,
            }
            for row in reversed(list_messages(programme.ledger, state=state))
        ]
    if call.get("json"):
        call.console.show_json(rows)
    elif not rows:
        call.console.say("None.")
    else:
        call.console.show_table([*rows[0]], [[*row.values()] for row in rows])


def send_outbox(call: Call) -> int:
    """Send what is due; exit code 4 when something could not be delivered."""
    from slipwatch.engine.notify import deliver

    with call.open_programme() as programme:
        delivery = deliver(programme)
    if call.get("json"):
        call.console.show_json(asdict(delivery))
    else:
        call.console.say(f"{delivery.sent} sent, {delivery.waiting} waiting")
        for problem in delivery.problems:
            call.console.note(problem)
    return 4 if delivery.problems or delivery.waiting else 0
