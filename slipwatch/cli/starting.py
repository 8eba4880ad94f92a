"""`start`: from files as they are to a configuration and a first report, with as few questions as can be."""

from __future__ import annotations

import glob
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

from slipwatch.cli.call import Call
from slipwatch.cli.starting_asked import Asker
from slipwatch.cli.starting_shown import show_files, show_open, show_proposal
from slipwatch.errors import ConfigError

if TYPE_CHECKING:
    from slipwatch.engine.start import Session
    from slipwatch.inference.proposals import Proposal
    from slipwatch.inference.reading import Question

ANSWERS = "start-answers.yaml"
_WILD = "*?["
_LISTS = (".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods", ".json", ".xml")
"""What is looked at where a whole folder is named; a file that is named itself always is."""


def start(call: Call) -> int:
    """Read files, ask what is ambiguous, write the configuration, run once where wanted. Exit code 1 while something
    is open."""
    from slipwatch.engine.start import Session, find_existing

    if (existing := find_existing(call.config)) and not call.get("force"):
        raise ConfigError(
            f"there is a configuration already ({', '.join(existing)})",
            subject=str(call.config),
            cure="name another folder with --config, or replace it with --force (the old files are kept as .bak)",
        )
    call = replace(call, now=_choose_clock(call))
    assert call.now is not None  # noqa: S101 — just chosen
    session = Session(paths=_find_paths(call), config=call.config, now=call.now, name=call.get("name"))
    session.answers.update(_load_answers(call))
    with call.console.watch("Reading the files"):
        readings = session.readings
    if not call.get("json"):
        show_files(call.console, readings)
    asker = Asker(call)
    _settle(call, session, asker, session.list_file_questions)
    with call.console.watch("Trying what was found"):
        session.facts  # noqa: B018 — as above
    _settle(call, session, asker, session.list_programme_questions)
    return _conclude(call, session)


def _choose_clock(call: Call) -> Callable[[], datetime]:
    """The machine's clock, or the end of a day in the past: for a rehearsal with old files."""
    from slipwatch.engine.wiring import read_clock

    given = call.get("on")
    if not given:
        return call.now or read_clock
    try:
        day = datetime.strptime(given, "%Y-%m-%d").date()  # noqa: DTZ007 — a day has no zone
    except ValueError:
        raise ConfigError(f"{given!r} is no day", subject="--on", cure="write it as 2026-01-05") from None
    moment = datetime.combine(day, time(18), tzinfo=UTC)
    return lambda: moment


def _find_paths(call: Call) -> list[Path]:
    """The files named, patterns and folders unfolded: a Windows shell leaves that to us."""
    found: list[Path] = []
    for name in call.get("files"):
        path = Path(name)
        if path.is_dir():
            found += _list_folder(call, path)
        elif any(sign in name for sign in _WILD) and not path.exists():
            found += sorted(map(Path, glob.glob(name)))
        else:
            found.append(path)
    if not found:
        raise ConfigError("no file is called so", subject=" ".join(call.get("files")), cure="name files that exist")
    return list(dict.fromkeys(found))


def _list_folder(call: Call, folder: Path) -> list[Path]:
    """The files of a folder that may hold a list; the others are said, for a name was perhaps forgotten."""
    files = sorted(one for one in folder.iterdir() if one.is_file() and not one.name.startswith((".", "~$")))
    wanted = [one for one in files if one.suffix.casefold() in _LISTS]
    if others := [one.name for one in files if one not in wanted]:
        call.console.note(f"Not looked at in {folder}: {', '.join(others)}")
    return wanted


def _load_answers(call: Call) -> dict[str, str]:
    from slipwatch.engine.start import load_answers

    path = _answers_path(call)
    if path and (path.exists() or not call.is_interactive or call.get("yes")):
        return load_answers(path)
    return {}


def _answers_path(call: Call) -> Path | None:
    return Path(call.get("answers")) if call.get("answers") else None


def _settle(call: Call, session: Session, asker: Asker, list_questions: Callable[[], Sequence[Question]]) -> None:
    """Check the answers that are there, and ask for the others where somebody can answer."""
    everything = session.list_all_questions_so_far()
    session.check_answers(everything, _answers_path(call))
    if call.get("yes") or call.get("json") or not call.is_interactive:
        return
    while question := next((one for one in list_questions() if one.id not in asker.skipped), None):
        answer = asker.ask(question, left=len(list_questions()) - len(asker.skipped))
        if answer is not None:
            session.answers[question.id] = answer


def _conclude(call: Call, session: Session) -> int:
    """Write what is clear; without --yes only when nothing is open, or somebody left it open on purpose."""
    _tell_idle_answers(call, session)
    proposal = session.propose()
    still_open = session.list_open_questions()
    refused = [reading for reading in session.readings if reading.status == "refused"]
    wanted = bool(call.get("yes")) or call.is_interactive or not still_open
    if not session.sources.sources:
        _show_result(call, session, None)
        return 1
    if wanted:
        session.write(proposal, force=bool(call.get("force")))
        _write_schemas(call)
        _save_answers(call, session)
    _show_result(call, session, proposal)
    ran = _run_first(call, session) if session.written else 0
    return ran or (1 if still_open or refused else 0)


def _tell_idle_answers(call: Call, session: Session) -> None:
    """An answer to nothing is a slip of the pen, or the question of another file."""
    for key in session.list_idle_answers():
        call.console.note(f"{_answers_path(call)}: {key!r} answers no question of these files.")


def _write_schemas(call: Call) -> None:
    from slipwatch.cli.setup import write_schemas

    write_schemas(replace(call, console=call.console.silence()))


def _save_answers(call: Call, session: Session) -> None:
    """After a conversation the answers are kept, so that the same start can be repeated."""
    from slipwatch.engine.start import save_answers

    if not call.is_interactive or call.get("yes") or call.get("json"):
        return
    path = _answers_path(call) or call.config.absolute().parent / ANSWERS
    save_answers(path, session.answers, session.list_all_questions())
    call.console.note(f"Your answers are in {path}: with --answers they are not asked again.")


def _show_result(call: Call, session: Session, proposal: Proposal | None) -> None:
    if call.get("json"):
        call.console.show_json(session.as_json(proposal))
        return
    if proposal is not None:
        show_proposal(call.console, proposal, session)
    show_open(call.console, session, proposal)


def _run_first(call: Call, session: Session) -> int:
    """The first run and its report, where it was asked for or is agreed to."""
    if not call.get("run"):
        asks = call.is_interactive and not call.get("yes") and not call.get("json")
        if not asks or not Asker(call).agree("Read everything now, and write the first report?"):
            if not call.get("json"):
                call.console.say(f"Next: slipwatch --config {call.config} run")
            return 0
    return run_and_report(call)


def run_and_report(call: Call) -> int:
    """One run and the report, as `slipwatch run` and `slipwatch report` do. Exit codes as there."""
    from slipwatch.cli.running import describe_stream
    from slipwatch.engine.reporting import write_report
    from slipwatch.engine.run import run_once

    with call.open_programme() as programme:
        with call.console.watch("Reading sources"):
            report = run_once(programme, progress=lambda stream: call.console.note(describe_stream(stream)))
        path = write_report(programme)
    inventoried = (report.as_json().get("changes") or {}).get("inventoried", 0)  # type: ignore[attr-defined]  # — a dict
    call.console.note(f"Run {report.run}: {inventoried} in the opening inventory; `slipwatch inventory list` shows it.")
    call.console.note(f"Report: {path}")
    return 3 if report.failed_sources else 0
