"""`import`: old copies of a file become the history of its source."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from slipwatch.cli.call import Call
from slipwatch.cli.shown import show_instant

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from slipwatch.engine.copies import HistoryReport, Outcome

STATES = {
    "imported": "imported",
    "ready": "would be imported",
    "known": "already there",
    "same": "same as another",
    "watched": "not needed",
    "left_out": "left out",
    "undated": "NO DATE",
    "set_aside": "SET ASIDE",
}
FOREIGN = "foreign"
COLUMNS = ("file", "date", "date from", "rows", "unreadable", "what")


def import_history(call: Call) -> int:
    """Bring dated copies into the ledger. Exit code 1 when some of them wait for a person."""
    from slipwatch.engine.copies import DateRule, read_dates_file
    from slipwatch.engine.copies import import_history as bring

    rule = DateRule.parse(call.get("date_from"), call.get("date_order"))
    declared = read_dates_file(Path(call.get("dates"))) if call.get("dates") else {}
    with call.open_programme() as programme, call.console.count("Reading old copies") as progress:
        report = bring(
            programme,
            Path(call.get("history")),
            source=call.get("source"),
            stream=call.get("stream"),
            rule=rule,
            declared=declared,
            is_rehearsal=bool(call.get("dry_run")),
            progress=progress,
        )
        zone = programme.zone
    if call.get("json"):
        call.console.show_json(report.as_json())
    else:
        _show_report(call, report, zone)
    return 1 if report.open else 0


def _show_report(call: Call, report: HistoryReport, zone: tzinfo) -> None:
    files: dict[str, list[Outcome]] = {}
    for one in report.outcomes:
        files.setdefault(one.file, []).append(one)
    foreign = [name for name, outcomes in files.items() if outcomes[0].state == FOREIGN]
    shown = [outcomes for name, outcomes in files.items() if name not in foreign]
    if shown:
        call.console.show_table(COLUMNS, [_describe(outcomes, zone) for outcomes in shown])
    call.console.say(f"{report.source}: {_sum_up(shown) or 'no copies in this folder'}.")
    for one in report.open:
        place = f"{one.file} ({one.stream})" if one.stream else one.file
        call.console.note(f"{place}: {one.detail}{f'. Cure: {one.cure}' if one.cure else ''}")
    if foreign:
        call.console.note(f"Of other kinds: {', '.join(foreign)}")


def _describe(outcomes: Sequence[Outcome], zone: tzinfo) -> Sequence[object]:
    """One row per file; its streams share it."""
    first = outcomes[0]
    day = (show_instant(first.as_of, zone) or "")[:10] or None
    rows = ", ".join(f"{one.stream} {one.rows}" for one in outcomes if one.rows)
    rejects = sum(one.rejects for one in outcomes)
    details = dict.fromkeys(one.detail for one in outcomes if one.detail and not one.waits)
    what = "; ".join([", ".join(_list_states(outcomes)), *details])
    return first.file, day, first.dated_by or None, rows or None, rejects or None, what


def _list_states(outcomes: Sequence[Outcome]) -> list[str]:
    """The state of a file, or of each of its streams where they differ."""
    states = dict.fromkeys(str(one.state) for one in outcomes)
    if len(states) == 1:
        return [STATES[state] for state in states]
    return [f"{one.stream} {STATES[str(one.state)]}" for one in outcomes]


def _sum_up(files: Sequence[Sequence[Outcome]]) -> str:
    """How many files, by state; those with two states count as the one that needs a person."""
    order = list(STATES)
    worst = [max((str(one.state) for one in outcomes), key=order.index) for outcomes in files]
    return ", ".join(f"{worst.count(state)} {words.lower()}" for state, words in STATES.items() if state in worst)
