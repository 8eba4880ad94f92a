"""HTTP as every source behind it needs it: one origin, bounded answers, own retries, errors by what can be done.

One loop decides about each answer: take it, ask again, or raise the error that says who must act. `requests` itself
retries nothing, follows nothing and reads no settings of the machine (no netrc, no proxies from the environment).
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

from slipwatch.errors import AccessError, AuthError, PermanentError, RateLimited, SourceError, TransientError
from slipwatch.wire.answers import Answer, BrokenOff, read_answer, read_json
from slipwatch.wire.origin import GuardedAdapter, join_on_origin, split_origin
from slipwatch.wire.pacing import Pacing, draw_wait, find_asked_wait, find_bucket, read_http_date
from slipwatch.wire.redaction import redact

RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
MOST_REDIRECTS = 3
SKEW_SECONDS = 5.0
"""A difference to the source's clock that is no longer the time a request takes."""


class NothingThere(PermanentError):
    """404: nothing is at this address, or no longer."""


FAULTS: Mapping[int, tuple[type[SourceError], str, str]] = {
    401: (AuthError, "the source refuses our key", "renew the key and name it in the options"),
    403: (AccessError, "our key has no right to this", "give its user the right to read it"),
    404: (NothingThere, "there is nothing at this address", "correct the address in the options"),
    410: (PermanentError, "the source has given this address up", "a newer connector or address is needed"),
}

Judge = Callable[[Any], SourceError | None]
"""Looks into a body that came with 200: the error inside it, or None. A `TransientError` is asked again."""

Credentials = Callable[[], Mapping[str, str]]
"""Headers that prove who we are, resolved anew for each request; their values are masked in every error."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request. `idempotent` says that asking again does no harm (reading by POST); else nothing is retried.

    `renew` is false for the call that itself opens a session. `secrets` are values inside `body` that must never be
    seen in an error.
    """

    path: str
    parameters: Mapping[str, str | int] = field(default_factory=dict)
    method: str = "GET"
    body: Any = None
    idempotent: bool = True
    renew: bool = True
    judge: Judge | None = None
    secrets: tuple[str, ...] = field(default=(), repr=False)


@dataclass
class Metrics:
    """What reading cost the source and us."""

    requests: int = 0
    retries: int = 0
    bytes: int = 0
    waited_seconds: float = 0.0


class _Again(Exception):
    """This answer is worth another try; `asked` is the wait in seconds that the source named."""

    def __init__(self, words: str, *, asked: float | None = None, limited: bool = False) -> None:
        super().__init__(words)
        self.asked, self.limited = asked, limited


class HttpClient:
    """Requests to one origin. `address` may hold a path; the paths of calls are relative to it.

    `renew` is called once after a 401 and opens a fresh session; without it 401 is final at once, because more tries
    lock accounts out. `ca_file` is a PEM file of a private authority; verification cannot be switched off. Raises
    `ConfigError` for an address that is none.
    """

    def __init__(
        self,
        address: str,
        *,
        now: Callable[[], datetime],
        sleep: Callable[[float], None],
        pacing: Pacing | None = None,
        credentials: Credentials = dict,
        renew: Callable[[], None] | None = None,
        ca_file: str | None = None,
    ) -> None:
        _, self.host, port = split_origin(address)
        self.address = address.rstrip("/") + "/"
        self.metrics = Metrics()
        self.skew: timedelta | None = None
        self._now, self._sleep, self._pacing = now, sleep, pacing or Pacing()
        self._credentials, self._renew, self._verify = credentials, renew, ca_file or True
        self._bucket = find_bucket(self.host, port, self._pacing, now)
        self._local = threading.local()
        self._sessions: list[requests.Session] = []

    def fetch(self, call: Call) -> Answer:
        """Send a call until it is answered. Raises `SourceError`s: see the table in `slipwatch/errors.py`."""
        try:
            return self._fetch_patiently(call)
        except AuthError:
            if self._renew is None or not call.renew:
                raise
        self._renew()
        return self._fetch_patiently(call)

    def get_json(self, path: str, **parameters: str | int) -> Any:
        """The JSON body of a GET. Raises `SourceError`s."""
        return self.fetch(Call(path=path, parameters=parameters)).body

    def read_clock(self) -> datetime:
        """The source's clock in UTC, as its last answer told it.

        Ours where it tells none (`skew` is None then), or where the two differ by no more than a request explains.
        """
        now = self._now().astimezone(UTC)
        return now if self.skew is None or abs(self.skew.total_seconds()) <= SKEW_SECONDS else now + self.skew

    def close(self) -> None:
        """Release every connection."""
        while self._sessions:
            self._sessions.pop().close()
        self._local = threading.local()

    def _fetch_patiently(self, call: Call) -> Answer:
        attempt = 0
        while True:
            try:
                return self._follow(call)
            except _Again as again:
                attempt += 1
                self._wait(again, attempt, final=not call.idempotent or attempt >= self._pacing.tries)

    def _follow(self, call: Call) -> Answer:
        url = join_on_origin(self.address, call.path)
        parameters = dict(call.parameters)
        for _ in range(MOST_REDIRECTS + 1):
            answer = self._send(call, url, parameters)
            if answer.status not in REDIRECTS:
                return self._accept(call, answer)
            if call.method != "GET":
                raise PermanentError("the source redirects a request with a body", subject=self._name(call))
            url, parameters = join_on_origin(url, answer.headers.get("Location", "")), {}
        raise PermanentError("the source redirects in a circle", subject=self._name(call))

    def _send(self, call: Call, url: str, parameters: dict[str, str | int]) -> Answer:
        if self._bucket is not None:
            self._pause(self._bucket.take())
        proof = self._credentials()
        self.metrics.requests += 1
        try:
            response = self._find_session().request(
                call.method,
                url,
                params=parameters,
                json=call.body,
                headers=dict(proof),
                timeout=(self._pacing.connect_timeout, self._pacing.read_timeout),
                allow_redirects=False,
                stream=True,
                verify=self._verify,
            )
            answer = read_answer(response, self._pacing, self._now)
        except (requests.RequestException, HTTPError, OSError, BrokenOff) as error:
            raise self._explain_failure(call, error) from None
        answer.secrets = (*proof.values(), *call.secrets)
        self.metrics.bytes += len(answer.content)
        self._note_clock(answer)
        return answer

    def _accept(self, call: Call, answer: Answer) -> Answer:
        """The answer with its body; raises what it means instead. Nothing but a well-formed body is ever accepted."""
        if answer.status in RETRIED:
            asked = find_asked_wait(self._pacing, answer.headers, self._now())
            raise _Again(f"the source answered {answer.status}", asked=asked, limited=answer.status == 429)
        if not 200 <= answer.status < 300:
            raise self._explain_status(call, answer)
        if answer.is_html:
            raise AuthError(
                "a web page came instead of data, a login page most likely",
                subject=self._name(call),
                cure="check the key and the address",
            )
        answer.body = read_json(answer.content)
        if answer.body is None:
            raise _Again("the answer is empty or broken off")
        fault = call.judge(answer.body) if call.judge else None
        if type(fault) is TransientError:
            raise _Again(fault.message)
        if fault is not None:
            fault.message = redact(fault.message, answer.secrets)
            raise fault
        return answer

    def _explain_status(self, call: Call, answer: Answer) -> SourceError:
        kind, words, cure = FAULTS.get(answer.status, (PermanentError, f"the source answered {answer.status}", ""))
        excerpt = "" if answer.is_html else redact(answer.content[:200].decode("utf-8", "replace"), answer.secrets)
        return kind(f"{words}: {excerpt}" if excerpt.strip() else words, subject=self._name(call), cure=cure)

    def _explain_failure(self, call: Call, error: Exception) -> _Again | PermanentError:
        """Words of our own: the texts of the libraries hold addresses with their parameters."""
        causes = walk_causes(error)
        for cause in causes:
            if isinstance(cause, ssl.SSLCertVerificationError):
                words = f"its certificate is refused: {cause.verify_message}"
                return PermanentError(words, subject=self.host, cure="name the PEM file of its authority")
        if isinstance(error, ValueError):
            return PermanentError("the key or the address holds signs that no request may hold", subject=self.host)
        if isinstance(error, BrokenOff):
            return _Again(str(error))
        words = "the connection failed or broke off"
        for kind, known in (
            (requests.ConnectTimeout, f"no connection within {self._pacing.connect_timeout:.0f} s"),
            (socket.gaierror, "the name of the host is unknown"),
            (requests.ReadTimeout, f"no answer within {self._pacing.read_timeout:.0f} s"),
            (TimeoutError, f"no answer within {self._pacing.read_timeout:.0f} s"),
        ):
            if any(isinstance(cause, kind) for cause in causes):
                return _Again(known)
        return _Again(words)

    def _wait(self, again: _Again, attempt: int, *, final: bool) -> None:
        """Sleep before the next try, or raise: the last try, too long a wait, or the budget of waits is used up."""
        wait = max(again.asked or 0.0, draw_wait(self._pacing, attempt))
        too_long = wait > self._pacing.longest_wait
        if not (final or too_long or self.metrics.waited_seconds + wait > self._pacing.wait_budget):
            self.metrics.retries += 1
            self._pause(wait)
            return
        if again.limited or too_long:
            until = self._now().astimezone(UTC) + timedelta(seconds=wait)
            raise RateLimited("the source asks us to come back later", until=until, subject=self.host) from None
        raise TransientError(f"{again}, after {attempt} tries", subject=self.host) from None

    def _pause(self, seconds: float) -> None:
        if seconds > 0:
            self.metrics.waited_seconds += seconds
            self._sleep(seconds)

    def _note_clock(self, answer: Answer) -> None:
        theirs = read_http_date(answer.headers.get("Date"))
        if theirs is not None:
            self.skew = theirs - self._now().astimezone(UTC)

    def _name(self, call: Call) -> str:
        return f"{self.host} {call.method} {urlsplit(call.path).path}"

    def _find_session(self) -> requests.Session:
        session = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = open_session()
            self._sessions.append(session)
        return session


def open_session() -> requests.Session:
    """A session that reads nothing of the machine and keeps no cookie: who we are is said anew in each request."""
    session = requests.Session()
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers.update({"Accept": "application/json", "User-Agent": "slipwatch"})
    session.mount("http://", GuardedAdapter())
    session.mount("https://", GuardedAdapter())
    return session


def walk_causes(error: BaseException) -> list[BaseException]:
    """An error with everything it wraps, by cause, context, `reason` and arguments."""
    found: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting:
        one = waiting.pop()
        if isinstance(one, BaseException) and one not in found:
            found.append(one)
            waiting += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
    return found
