"""`record`: what a side said by telephone or in a meeting, entered as its own statement."""

from __future__ import annotations

from slipwatch.cli.call import Call
from slipwatch.cli.shown import read_day


def record_statement(call: Call) -> None:
    """Enter one statement, and show it beside what the systems state."""
    from slipwatch.engine.spoken import complete_field, list_spoken
    from slipwatch.engine.statements import record_statement as act

    said_on = read_day(call.get("said_on"), "--said-on")
    with call.open_programme() as programme:
        number = act(
            programme,
            subject=call.get("key"),
            field=complete_field(programme, call.get("key"), call.get("field")),
            value=call.get("value"),
            role=call.get("by_role"),
            said_on=said_on,
            meeting=call.get("where"),
            author=call.author,
            reason=call.get("reason") or call.get("where"),
            note=call.get("note") or "",
        )
        said = next(one for one in list_spoken(programme, programme.now()) if one.number == number)
    if call.get("json"):
        call.console.show_json(said.as_json())
        return
    value = "taken back" if said.taken_back else said.value
    call.console.say(f"{said.name}: {said.column} {value}, said by {said.role} on {said.said_on}, {said.meeting}")
    for source, shown in said.shown:
        differs = said.disputed and shown != said.value
        call.console.say(f"  {source} states {shown}{': they disagree' if differs else ''}")
