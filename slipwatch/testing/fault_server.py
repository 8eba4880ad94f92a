"""A loopback HTTP server with the data of a system and a script of faults: real sockets, as slow and rude as asked."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

PIECE = 4096


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a connector sent. `body` is its JSON, or None."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any = None


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What goes back, and how it fails on the wire.

    `wait` seconds pass before the first byte and `drip` seconds after each byte; only `sent` bytes of the body leave
    although the header announces all of them; `hang_up` closes the connection without an answer.
    """

    status: int = 200
    content: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    wait: float = 0.0
    drip: float = 0.0
    sent: int | None = None
    hang_up: bool = False

    @property
    def body(self) -> Any:
        """The JSON value of the content."""
        return json.loads(self.content)


System = Callable[[Request], Reply]
"""The double of a system: answers requests from its own data."""

Change = Callable[[Request, Reply], Reply]
"""What a fault makes of a good answer; see `slipwatch.testing.faults`."""


@dataclass
class Fault:
    """One line of a scenario: the change is made to requests whose path holds `where`, after `skip` of them, `times`
    times."""

    change: Change
    where: str = ""
    skip: int = 0
    times: int = 1

    def apply(self, request: Request, reply: Reply) -> Reply:
        """The reply, changed if it is this fault's turn."""
        if self.where not in request.path or self.times <= 0:
            return reply
        if self.skip > 0:
            self.skip -= 1
            return reply
        self.times -= 1
        return self.change(request, reply)


def reply_json(value: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    """An answer with a JSON body."""
    return Reply(
        status=status,
        content=json.dumps(value).encode(),
        headers={"Content-Type": "application/json", **(headers or {})},
    )


class FaultServer:
    """Serves a system on 127.0.0.1 while the `with` block lasts. `requests` is what was asked, in order.

    `now` is the clock that its `Date` headers show; the machine's where None. An error inside the double is raised at
    the end of the block.
    """

    def __init__(
        self, system: System, script: Sequence[Fault] = (), *, now: Callable[[], datetime] | None = None
    ) -> None:
        self.system = system
        self.now = now
        self.script = list(script)
        self.requests: list[Request] = []
        self.failures: list[BaseException] = []
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.owner = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        """The address, without a slash at its end."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        if self.failures and error is None:
            raise self.failures[0]

    def play(self, *script: Fault) -> None:
        """Forget what was asked and fail by another script from now on."""
        with self._lock:
            self.requests.clear()
            self.script = [replace(fault) for fault in script]

    def answer(self, request: Request) -> Reply:
        """The system's reply after the faults whose turn it is."""
        with self._lock:
            self.requests.append(request)
            reply = self.system(request)
            for fault in self.script:
                reply = fault.apply(request, reply)
        return reply


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    owner: FaultServer

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(address, handler)
        self.stopping = threading.Event()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is what many a scenario wants; a fault of the double itself is kept for the test."""
        error = sys.exc_info()[1]
        if error is not None and not isinstance(error, ConnectionError):
            self.owner.failures.append(error)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        parts = urlsplit(self.path)
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        reply = self.server.owner.answer(
            Request(
                method=self.command,
                path=parts.path,
                query=dict(parse_qsl(parts.query, keep_blank_values=True)),
                headers=dict(self.headers),
                body=json.loads(content) if content else None,
            )
        )
        self.server.stopping.wait(reply.wait)
        if reply.hang_up:
            self.close_connection = True
            return
        self._send_head(reply)
        self._send_content(reply)

    def _send_head(self, reply: Reply) -> None:
        self.send_response_only(reply.status)
        now = self.server.owner.now
        date = format_datetime(now(), usegmt=True) if now else self.date_time_string()
        headers = {"Date": date, "Content-Length": str(len(reply.content)), **reply.headers}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _send_content(self, reply: Reply) -> None:
        content = reply.content if reply.sent is None else reply.content[: reply.sent]
        step = 1 if reply.drip else PIECE
        for start in range(0, len(content), step):
            self.wfile.write(content[start : start + step])
            if reply.drip:
                self.wfile.flush()
                self.server.stopping.wait(reply.drip)
        self.wfile.flush()
        if reply.sent is not None:
            self.close_connection = True
