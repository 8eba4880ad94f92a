"""A clock that moves only when somebody sleeps."""

from __future__ import annotations

from datetime import datetime, timedelta


class Clock:
    """`now` and `sleep` for a `Context`: sleeping moves the clock, nobody waits. `slept` keeps the waits in seconds."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment
        self.slept: list[float] = []

    def now(self) -> datetime:
        """The instant at which the clock stands."""
        return self.moment

    def sleep(self, seconds: float) -> None:
        """Move on."""
        self.slept.append(seconds)
        self.moment += timedelta(seconds=seconds)
