"""`status`, `history`, `sources`, `rules`: questions that change nothing."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from slipwatch.cli.call import Call
from slipwatch.cli.shown import describe_field, show_instant
from slipwatch.errors import ConfigError

if TYPE_CHECKING:
    from slipwatch.check import Check
    from slipwatch.connector import CheckReport
    from slipwatch.engine.history import SubjectHistory
    from slipwatch.engine.wiring import Programme

_AGE = re.compile(r"([0-9]+)(m|h|d)$")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def read_age(text: str) -> timedelta:
    """`36h`, `2d` or `90m` as a duration. Raises `ConfigError` for anything else."""
    found = _AGE.match(text)
    if not found:
        raise ConfigError(f"{text!r} is no age", subject="--max-age", cure="write a number and m, h or d, such as 36h")
    return timedelta(**{_UNITS[found.group(2)]: int(found.group(1))})


def show_history(call: Call) -> int:
    """Every value of one subject; exit code 1 when nothing is called so."""
    from slipwatch.engine.history import trace

    with call.open_programme() as programme:
        found = trace(programme, call.get("key"))
        if call.get("json"):
            call.console.show_json([history.as_json() for history in found])
        elif not found:
            call.console.note(f"Nothing is called {call.get('key')!r}: keys, labels and source ids are searched.")
        else:
            for history in found:
                _show_history(call, programme, history)
    return 0 if found else 1


def _show_history(call: Call, programme: Programme, history: SubjectHistory) -> None:
    names = dict.fromkeys((history.entity, history.key, history.name))
    call.console.say(" ".join(name for name in names if name))
    call.console.show_table(
        ("known", "first seen", "what", "from", "to", "moved", "source", "record", "stated by", "cause"),
        [
            (
                show_instant(stated.known_at, programme.zone),
                show_instant(stated.first_seen, programme.zone),
                f"{stated.entity}.{stated.column}",
                stated.old,
                stated.new,
                None if stated.moved_days is None else f"{stated.moved_days:+d} d",
                stated.source,
                stated.label,
                stated.stated_by,
                stated.cause,
            )
            for stated in history.statements
        ],
    )
    call.console.say()


def list_sources(call: Call) -> None:
    """State and age of every source."""
    from slipwatch.engine.sources import describe_sources

    with call.open_programme() as programme:
        rows = describe_sources(programme, programme.now()).to_dict("records")
        if call.get("json"):
            names = ("key", "name", "state", "cause", "last_good_at", "data_as_of", "rhythm_days", "site", "owner")
            call.console.show_json([{name: _to_plain(row[name]) for name in names} for row in rows])
            return
        call.console.show_table(
            ("source", "name", "state", "cause", "last good read", "facts of", "asked"),
            [
                (
                    row["key"],
                    row["name"],
                    row["state"],
                    row["cause"] or None,
                    show_instant(row["last_good_at"], programme.zone),
                    show_instant(row["data_as_of"], programme.zone),
                    row["owner"],
                )
                for row in rows
            ],
        )


def _to_plain(value: Any) -> Any:
    """A value of a frame as JSON takes it: missing ones are null, instants ISO text."""
    if value is None or value != value:  # only NaN and NaT differ from themselves
        return None
    return value.isoformat() if hasattr(value, "isoformat") else value


def check_sources(call: Call) -> int:
    """Try every source named, or all; exit code 1 when one cannot be read."""
    from slipwatch.engine.run import choose_sources

    with call.open_programme() as programme:
        reports = {key: _check_source(programme, key) for key in choose_sources(programme, call.get("source"))}
        if call.get("json"):
            call.console.show_json({key: asdict(report) for key, report in reports.items()})
        else:
            for key, report in reports.items():
                _show_check(call, programme, key, report)
    return 0 if all(report.ok for report in reports.values()) else 1


def _check_source(programme: Programme, key: str) -> CheckReport:
    """A configuration that its connector refuses is a problem of this source only."""
    from slipwatch.connector import CheckReport
    from slipwatch.settings import explain

    try:
        connector = programme.open_connector(key)
        try:
            return connector.check()
        finally:
            connector.close()
    except ConfigError as error:
        return CheckReport(ok=False, problems=tuple(("", line) for line in explain(error).splitlines()))


def _show_check(call: Call, programme: Programme, key: str, report: CheckReport) -> None:
    version = f", {report.version}" if report.version else ""
    call.console.say(f"{key}: {'can be read' if report.ok else 'cannot be read'}{version}")
    for stream, problem in report.problems:
        call.console.say(programme.redact(f"  {stream + ': ' if stream else ''}{problem}"))
    for note in report.notes:
        call.console.say(programme.redact(f"  {note}"))


def discover_source(call: Call) -> None:
    """The streams of one source with their entity, kind of window and key."""
    from slipwatch.engine.run import choose_sources

    with call.open_programme() as programme:
        (key,) = choose_sources(programme, [call.get("source")])
        connector = programme.open_connector(key)
        try:
            streams = connector.discover()
        finally:
            connector.close()
    if call.get("json"):
        call.console.show_json([asdict(stream) for stream in streams])
        return
    call.console.show_table(
        ("stream", "entity", "window", "key", "history", "deletions", "records"),
        [
            (stream.name, stream.entity, stream.kind, stream.key, stream.history, stream.deletes, stream.count)
            for stream in streams
        ],
    )


def list_rules(call: Call) -> None:
    """The catalogue of rules."""
    from slipwatch.registry import find_checks

    checks = find_checks()
    if call.get("json"):
        call.console.show_json([_to_json(check) for check in checks])
        return
    call.console.show_table(
        ("rule", "number", "concern", "judges", "title"),
        [(check.id, check.alias, check.concern, check.entity, title_rule(check)) for check in checks],
    )


def explain_rule(call: Call) -> None:
    """The manual page of one rule."""
    from slipwatch.registry import find_check

    check = find_check(call.get("rule"))
    if call.get("json"):
        call.console.show_json(_to_json(check) | {"manual": check.manual})
        return
    call.console.say(f"{check.id}{f' ({check.alias})' if check.alias else ''}, {check.concern}")
    call.console.say()
    call.console.say(check.manual.strip())
    call.console.say()
    call.console.say("Thresholds (tolerances.yaml):")
    for name, field in check.thresholds.model_fields.items():
        call.console.say(f"  {name}: {describe_field(field)}")


def title_rule(check: Check) -> str:
    """The title of a rule's manual page."""
    return " ".join(check.manual.strip().split("\n\n")[0].split())


def _to_json(check: Check) -> dict[str, Any]:
    fields = check.thresholds.model_fields
    return {
        "id": check.id,
        "alias": check.alias,
        "concern": check.concern,
        "entity": check.entity,
        "reads": check.reads,
        "title": title_rule(check),
        "thresholds": {name: field.default for name, field in fields.items()},
    }


def show_status(call: Call) -> int:
    """Age of the last good run and of each source; exit code 1 when one is too old or not good."""
    from slipwatch.engine.status import summarise as summarise_status

    most = read_age(call.get("max_age")) if call.get("max_age") else None
    with call.open_programme() as programme:
        status = summarise_status(programme, max_age=most)
        if call.get("json"):
            call.console.show_json(status.as_json())
        else:
            call.console.say(f"last good run: {show_instant(status.last_good_run, programme.zone) or 'never'}")
            call.console.say(f"raw archive: {status.archive_told}")
            for problem in status.problems:
                call.console.say(f"  {problem}")
            call.console.say("All is well." if status.ok else "Something needs a person.")
    return 0 if status.ok else 1
