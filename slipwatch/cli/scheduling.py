"""`schedule`: what the scheduler of this machine must be told, for the programme in this folder."""

from __future__ import annotations

import sys
from pathlib import Path

from slipwatch.cli.call import Call

CRON, TASK = "cron", "windows"


def show_schedule(call: Call) -> None:
    """Print the cron line, or the task for the Windows Task Scheduler; with --output write it as it must be saved."""
    from slipwatch.engine.schedule import Schedule, read_days, read_time, write_cron_line, write_task
    from slipwatch.engine.wiring import read_clock

    form = call.get("form") or (TASK if sys.platform == "win32" else CRON)
    schedule = Schedule(
        command=_find_command(call), folder=Path.cwd(), at=read_time(call.get("at")), days=read_days(call.get("days"))
    )
    if form == CRON:
        _give(call, write_cron_line(schedule) + "\n", encoding="utf-8")
        call.console.note("Add this line with `crontab -e`. It runs as you, whether you are logged on or not.")
        return
    today = (call.now or read_clock)().astimezone().date()
    _give(call, write_task(schedule, today=today), encoding="utf-16")
    name = call.get("output") or "slipwatch.xml"
    if not call.get("output"):
        call.console.note(f"The Task Scheduler wants a file in UTF-16: --output {name} writes it.")
    call.console.note(f"Register it with: schtasks /Create /TN Slipwatch /XML {name}")
    call.console.note("It runs with your own rights while you are logged on; no password is stored.")


def _give(call: Call, text: str, *, encoding: str) -> None:
    if not call.get("output"):
        call.console.say(text.rstrip("\n"))
        return
    path = Path(call.get("output"))
    path.write_text(text, encoding=encoding, newline="\r\n" if encoding == "utf-16" else "\n")
    call.console.say(path)


def _find_command(call: Call) -> list[str]:
    """This very installation, wherever the scheduler starts from; folders in full."""
    script = Path(sys.executable).with_name("slipwatch.exe" if sys.platform == "win32" else "slipwatch")
    program = [str(script)] if script.is_file() else [sys.executable, "-m", "slipwatch"]
    places = ["--config", str(call.config.absolute())]
    if call.home is not None:
        places += ["--home", str(call.home)]
    return [*program, *places, "run"]
