"""A loopback API that lists purchase order lines page by page, in a process of its own.

`GET /order_lines?after=ID&limit=N&changed_since=INSTANT&until=INSTANT` answers {"items": [...], "total": N}, by id.
Pages are written before the first request, so that serving costs next to nothing beside reading.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

PAGE_ROWS = 100
"""As many as Redmine, GitLab and Jira give at most."""

LAST_CHANGE = datetime(2026, 6, 1, tzinfo=UTC)
"""No record was changed after this instant."""

FIRST_DAY = date(2026, 1, 5)


def make_record(number: int) -> dict[str, Any]:
    """Line `number` (from 1), with 12 columns as an order book has them."""
    ordered = FIRST_DAY + timedelta(days=number % 120)
    return {
        "id": number,
        "order": f"45{number // 10:08d}",
        "line": str(number % 10 * 10),
        "material": f"Handheld scanner, model {number % 977}",
        "project": f"ERP-{number % 7}",
        "plant": f"P{number % 12:03d}",
        "vendor": f"{100_000 + number % 211:010d}",
        "ordered_on": ordered.isoformat(),
        "needed_on": (ordered + timedelta(days=60 + number % 30)).isoformat(),
        "promised_on": (ordered + timedelta(days=55 + number % 41)).isoformat(),
        "quantity": number % 500 + 1,
        "received": number % 3,
        "price": f"{number % 900 + 1}.{number % 100:02d}",
        "changed_at": (LAST_CHANGE - timedelta(minutes=number % 100_000)).isoformat(),
    }


def write_pages(size: int, rows: int) -> list[bytes]:
    """The whole list as the bodies of its pages; one more, empty, ends it."""
    bodies = []
    for first in range(1, size + 1, rows):
        items = [make_record(number) for number in range(first, min(first + rows, size + 1))]
        bodies.append(json.dumps({"items": items, "total": size}).encode())
    return [*bodies, json.dumps({"items": [], "total": size}).encode()]


class Handler(BaseHTTPRequestHandler):
    """Connections stay open, as those of a real server do."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    pages: tuple[bytes, ...] = ()
    rows = PAGE_ROWS

    def do_GET(self) -> None:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        body = self.choose_page(asked)
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def choose_page(self, asked: dict[str, str]) -> bytes:
        since = asked.get("changed_since")
        if since and datetime.fromisoformat(since) > LAST_CHANGE:
            return b'{"items": [], "total": 0}'
        return self.pages[-(-int(asked.get("after", 0)) // self.rows)]

    def log_message(self, *_arguments: object) -> None:
        """Nothing is logged."""


def serve(size: int, rows: int) -> None:
    """Serve until standard input is closed; the first line printed is the port."""
    Handler.pages, Handler.rows = tuple(write_pages(size, rows)), rows
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    print(server.server_address[1], flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()
    server.shutdown()


@contextmanager
def open_api(size: int, rows: int = PAGE_ROWS) -> Iterator[str]:
    """The address of a server with `size` records in pages of `rows`; it ends with the block, or with this process."""
    command = [sys.executable, "-m", "benchmarks.paged_api", str(size), str(rows)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.stdin.close()
            process.wait(timeout=20)


if __name__ == "__main__":
    serve(int(sys.argv[1]), int(sys.argv[2]))
