"""A process that has imported everything and forks a run for each line it reads, so that 400 runs start in no time.

Lines are JSON: {"config", "home", "at": ISO instant, "kill_after": seconds or null, "point": statement or null}. The
answer is a line too: {"killed", "seconds", "failed"}. Ends at the end of its input.
"""

import json
import os
import select
import signal
import sys
import time
from datetime import datetime
from pathlib import Path

import babel.dates
import babel.messages.pofile
import css_inline
import holidays
import pyarrow.parquet

import slipwatch.store.expectations
import slipwatch.store.reader
from connectors.files import FilesConnector
from slipwatch.alerts.transports.smtp import SmtpTransport
from slipwatch.engine.run import run_once
from slipwatch.engine.wiring import open_programme, skip_pause
from slipwatch.locales import Catalogue
from slipwatch.registry import find_catalogues, find_checks
from tests.end_to_end.small import START
from tests.store.killing import Countdown


def run_here(order: dict) -> None:
    at = datetime.fromisoformat(order["at"])
    if order["point"] is not None:
        watch(order["point"])
    programme = open_programme(
        Path(order["config"]), environ={}, now=lambda: at, home=Path(order["home"]), sleep=skip_pause
    )
    run_once(programme)
    programme.close()


def watch(point: int) -> None:
    """Besides every statement and commit: just before and just after the mail server is spoken to."""
    countdown = Countdown(point)
    countdown.watch()
    send = SmtpTransport.send

    def send_counted(*arguments):
        countdown.tick()
        reply = send(*arguments)
        countdown.tick()
        return reply

    SmtpTransport.send = send_counted


def obey(order: dict) -> dict:
    """Fork, wait for the end of the run or the moment of the kill, and say what became of it."""
    started = time.monotonic()
    readable, writable = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(readable)
        run_and_leave(order)
    os.close(writable)
    kill_after = order["kill_after"]
    ended, _, _ = select.select([readable], [], [], kill_after)  # the pipe closes when the child ends
    if not ended:
        os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
    os.close(readable)
    killed = os.WIFSIGNALED(status)
    failed = not killed and os.waitstatus_to_exitcode(status) != 0
    return {"killed": killed, "seconds": time.monotonic() - started, "failed": failed}


def run_and_leave(order: dict) -> None:
    status = 1
    try:
        run_here(order)
        status = 0
    except BaseException as error:  # noqa: BLE001 — told to whoever asked; a fork must not return
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        sys.stderr.flush()
    finally:
        os._exit(status)


PRELOADED = (babel.messages.pofile, css_inline, holidays, pyarrow.parquet, slipwatch.store, FilesConnector)
"""Imported here, once, so that no run has to."""


def warm_up() -> None:
    """Whatever a run would load or work out anew, as far as no thread and no database is needed for it."""
    find_checks()
    holidays.country_holidays("FR", years=range(2025, 2030))
    for language in ("en", "fr"):
        catalogue = Catalogue(find_catalogues())
        catalogue.say("mail.subject.notes", language, count=2, programme="Small")
        babel.dates.format_date(START, locale=language)


def main() -> None:
    warm_up()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(obey(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
