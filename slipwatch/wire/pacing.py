"""How long to wait: what a source asks for, jitter, and a token bucket that all threads of a host share."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from random import SystemRandom

draw = SystemRandom().random


@dataclass(frozen=True, kw_only=True)
class Pacing:
    """Limits of one source. Waits and time-outs are in seconds.

    A wait that the source asks for is obeyed up to `longest_wait`; beyond it the run comes back later. `wait_budget`
    bounds all waits of one client together. `reset_header` names a header that holds when a quota is full again, as
    `epoch` seconds or as a `delta` (`reset_form`). `per_second` of 0 leaves the pace to the source's own answers.
    """

    connect_timeout: float = 10.0
    read_timeout: float = 60.0
    longest_answer: float = 180.0
    tries: int = 5
    first_wait: float = 0.5
    longest_wait: float = 120.0
    wait_budget: float = 240.0
    reset_header: str | None = None
    reset_form: str = "epoch"
    per_second: float = 0.0
    burst: int = 5
    largest_answer: int = 64 * 1024 * 1024


def find_asked_wait(pacing: Pacing, headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds that the source asks us to wait, or None. Dates are compared with the source's own clock, where it tells
    it, so that a skew of ours changes nothing."""
    clock = read_http_date(headers.get("Date")) or now
    waits = [read_retry_after(headers.get("Retry-After"), clock), read_reset(pacing, headers, clock)]
    known = [wait for wait in waits if wait is not None]
    return max(known) if known else None


def read_retry_after(text: str | None, clock: datetime) -> float | None:
    """RFC 9110 section 10.2.3: whole seconds or a date; None for neither, 0 for the past."""
    if text is None:
        return None
    if text.strip().isascii() and text.strip().isdigit():
        return float(text)
    moment = read_http_date(text)
    return None if moment is None else max(0.0, (moment - clock).total_seconds())


def read_reset(pacing: Pacing, headers: Mapping[str, str], clock: datetime) -> float | None:
    text = headers.get(pacing.reset_header) if pacing.reset_header else None
    try:
        figure = float(text) if text is not None else None
    except ValueError:
        return None
    if figure is None or not 0 <= figure < 1e11:
        return None
    return figure if pacing.reset_form == "delta" else max(0.0, figure - clock.timestamp())


def read_http_date(text: str | None) -> datetime | None:
    """An HTTP date as an aware instant in UTC; None for anything else."""
    try:
        moment = parsedate_to_datetime(text or "")
    except (ValueError, TypeError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def draw_wait(pacing: Pacing, attempt: int) -> float:
    """Exponential back-off with full jitter: anything from 0 to first_wait x 2^attempt, so that clients spread out."""
    return draw() * float(min(pacing.longest_wait, pacing.first_wait * 2.0**attempt))


class TokenBucket:
    """`burst` requests at once, then `per_second`. Shared by all threads; the waits are slept by the injected sleep."""

    def __init__(self, *, per_second: float, burst: int, now: Callable[[], datetime]) -> None:
        self._per_second, self._burst, self._now = per_second, float(burst), now
        self._tokens, self._seen = float(burst), now()
        self._lock = threading.Lock()

    def take(self) -> float:
        """Take one token and return the seconds to sleep before the request."""
        with self._lock:
            moment = self._now()
            elapsed = max(0.0, (moment - self._seen).total_seconds())
            self._seen = moment
            self._tokens = min(self._burst, self._tokens + elapsed * self._per_second) - 1.0
            return max(0.0, -self._tokens / self._per_second)


_buckets: dict[tuple[str, int, float], TokenBucket] = {}
_buckets_lock = threading.Lock()


def find_bucket(host: str, port: int, pacing: Pacing, now: Callable[[], datetime]) -> TokenBucket | None:
    """The bucket of a host in this process, or None where no pace is set."""
    if pacing.per_second <= 0:
        return None
    with _buckets_lock:
        return _buckets.setdefault(
            (host, port, pacing.per_second), TokenBucket(per_second=pacing.per_second, burst=pacing.burst, now=now)
        )
