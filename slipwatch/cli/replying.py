"""`alerts ask` and `alerts reply`: a finding is sent for reply before a committee reads it, and the reply is kept."""

from __future__ import annotations

from slipwatch.cli.call import Call
from slipwatch.cli.shown import read_day

USUAL_REASON = "before the committee"


def ask_reply(call: Call) -> None:
    """Write a draft, or put a message into the outbox, and say which."""
    from slipwatch.engine.asking import ask_reply as act

    answer_by = call.get("answer_by")
    with call.open_programme() as programme:
        asked = act(
            programme,
            call.get("key"),
            role=call.get("to"),
            concern=call.get("concern"),
            answer_by=read_day(answer_by, "--answer-by") if answer_by else None,
            author=call.author,
            reason=call.get("reason") or USUAL_REASON,
        )
    if call.get("json"):
        call.console.show_json(asked.as_json())
        return
    call.console.say(f"{asked.role} is asked about {asked.alert.subject.key}; answer by {asked.answer_by}")
    place = f"draft, ready to send: {asked.draft}" if asked.draft else "in the outbox: it leaves with the next run"
    call.console.say(f"  {place}")


def record_reply(call: Call) -> None:
    """Keep the words of a role beside the finding."""
    from slipwatch.engine.replies import record_reply as act

    said_on = read_day(call.get("said_on"), "--said-on")
    with call.open_programme() as programme:
        alert = act(
            programme,
            call.get("key"),
            role=call.get("by_role"),
            text=call.get("text"),
            said_on=said_on,
            concern=call.get("concern"),
            author=call.author,
        )
    told = {"key": alert.subject.key, "concern": str(alert.key.concern), "role": call.get("by_role")}
    if call.get("json"):
        call.console.show_json(told | {"said_on": said_on.isoformat(), "text": call.get("text")})
    else:
        call.console.say(f"Reply of {told['role']} on {told['key']}, {told['concern']}: printed beside the finding.")
