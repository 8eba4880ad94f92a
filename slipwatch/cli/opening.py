"""`inventory` and `links`: what stood there on the first day, group by group, and rules that would place records."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slipwatch.cli.alerting import show_alerts
from slipwatch.cli.call import Call

if TYPE_CHECKING:
    from slipwatch.engine.wiring import Programme
    from slipwatch.reports.desk_facts import OpeningGroup

MOST_EXAMPLES = 3


def list_opening(call: Call) -> None:
    """Every group with what is proposed for it; with --each the findings one by one."""
    from slipwatch.engine.opening import list_opening as gather

    with call.open_programme() as programme:
        if call.get("each"):
            _list_each(call, programme)
            return
        groups = gather(programme)
        if call.get("json"):
            call.console.show_json([_to_json(programme, group) for group in groups])
        elif not groups:
            call.console.say("None.")
        else:
            _show_groups(call, programme, groups)


def _list_each(call: Call, programme: Programme) -> None:
    from slipwatch.model.alert import AlertState
    from slipwatch.store.alerts import load_alerts

    shown = (AlertState.INVENTORY, AlertState.ACCEPTED)
    show_alerts(call, programme, [alert for alert in load_alerts(programme.ledger) if alert.state in shown])


def _show_groups(call: Call, programme: Programme, groups: Sequence[OpeningGroup]) -> None:
    call.console.show_table(
        ("group", "count", "worst", "examples", "proposed", "state"),
        [
            (
                group.name,
                group.count,
                programme.catalogue.measure(group.worst, group.unit, programme.portfolio.language)
                if group.worst is not None
                else None,
                ", ".join(group.keys[:MOST_EXAMPLES]) + (" …" if group.count > MOST_EXAMPLES else ""),
                tell_proposal(programme, group),
                _tell_state(group),
            )
            for group in groups
        ],
    )


def _tell_state(group: OpeningGroup) -> str:
    if group.accepted_on is None:
        return "waits"
    return f"accepted, {len(group.fresh)} new since" if group.fresh else f"accepted {group.accepted_on}"


def tell_proposal(programme: Programme, group: OpeningGroup) -> str | None:
    """What would make an end of it, in the programme's language."""
    from slipwatch.reports.opening import tell_rule

    if group.rule is not None:
        return tell_rule(group)
    language, zone = programme.portfolio.language, programme.zone
    return programme.catalogue.translate(group.cure, language, zone=zone) if group.cure else None


def _to_json(programme: Programme, group: OpeningGroup) -> dict[str, Any]:
    language, zone = programme.portfolio.language, programme.zone
    return {
        "name": group.name,
        "kind": group.kind,
        "count": group.count,
        "keys": group.keys,
        "rules": group.rules,
        "severity": group.severity.name.lower() if group.severity else None,
        "age": group.age,
        "oldest_on": group.oldest_on.isoformat() if group.oldest_on else None,
        "worst": group.worst,
        "unit": group.unit,
        "text": programme.catalogue.translate(group.text, language, zone=zone) if group.text else None,
        "proposed": tell_proposal(programme, group),
        "link_rule": group.rule,
        "state": "waits" if group.waits else "accepted",
        "accepted_by": group.accepted_by,
        "accepted_on": group.accepted_on.isoformat() if group.accepted_on else None,
        "fresh": group.fresh,
    }


def accept_groups(call: Call) -> int:
    """One mark per group; exit code 1 when nothing that waits is called so."""
    from slipwatch.engine.opening import accept_groups as act

    with call.open_programme() as programme:
        done = act(programme, call.get("groups"), author=call.author, reason=call.get("reason"))
    if call.get("json"):
        call.console.show_json([{"name": one.name, "keys": one.keys} for one in done])
    elif not done:
        call.console.note("Nothing that waits is called so: `list` shows the groups, `list --each` the keys.")
    else:
        total = sum(len(one.keys) for one in done)
        call.console.say(f"{total} accepted: {', '.join(one.name for one in done)}")
    return 0 if done else 1


def propose_links(call: Call) -> int:
    """Rules ready to paste; exit code 1 while a project must be chosen."""
    from slipwatch.engine.opening import list_opening as gather
    from slipwatch.engine.proposals import write_rules
    from slipwatch.engine.reporting.writing import save_whole

    with call.open_programme() as programme:
        groups = [group for group in gather(programme) if group.rule is not None]
        text = write_rules(programme, groups)
    if call.get("json"):
        rows = [{"rule": group.rule, "count": group.count, "examples": group.keys[:MOST_EXAMPLES]} for group in groups]
        call.console.show_json(rows)
    elif not groups:
        call.console.say("Every record belongs to a project.")
    elif call.get("output"):
        save_whole(Path(call.get("output")), text)
        call.console.say(call.get("output"))
    else:
        call.console.say(text.rstrip())
    return 1 if any(group.project is None for group in groups) else 0
