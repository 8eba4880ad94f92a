"""Ending a piece of work with kill -9 at its n-th SQL statement.

The work runs in a fork of this process: importing everything anew for each kill would take minutes. No ledger may be
open meanwhile, because SQLite's locks do not survive a fork.
"""

import os
import signal

from sqlalchemy import event
from sqlalchemy.engine import Engine

from slipwatch.store import bulk


class Countdown:
    """Counts statements, SQLAlchemy's and those that go through the driver; at `point` it ends this process."""

    def __init__(self, point):
        self.left = point

    def tick(self, *_arguments):
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self):
        event.listen(Engine, "before_cursor_execute", self.tick)
        event.listen(Engine, "commit", self.tick)
        for kind in (bulk.SqliteBulk, bulk.PostgresBulk):
            for name in ("run", "run_many", "fetch", "insert"):
                setattr(kind, name, self.count(getattr(kind, name)))

    def count(self, method):
        def counted(*arguments, **options):
            self.tick()
            return method(*arguments, **options)

        return counted


def run_and_kill(work, point) -> bool:
    """Run `work()` in a fork that kills itself before its `point`-th statement; False when it ended before that."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            Countdown(point).watch()
            work()
            status = 0
        finally:
            os._exit(status)
    status = os.waitpid(child, 0)[1]
    assert os.WIFSIGNALED(status) or os.waitstatus_to_exitcode(status) == 0, "the work failed by itself"
    return os.WIFSIGNALED(status)


def kill_everywhere(work, check, *, step=1) -> int:
    """Kill `work` at its first statement, at the one `step` further on, and so forth, until it gets through.

    `check()` follows each kill. Returns the number of kills.
    """
    kills = 0
    while run_and_kill(work, 1 + kills * step):
        kills += 1
        check()
    return kills
