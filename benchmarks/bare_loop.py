"""What collecting is compared with: read the pages with `requests`, hash each row, insert by `executemany`.

Nothing else: no checks of the values, no archive, no history, no retry."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import sys
import time
from pathlib import Path

import requests

COLUMNS = (
    "id", "order", "line", "material", "project", "plant", "vendor", "ordered_on", "needed_on", "promised_on",
    "quantity", "received", "price", "changed_at",
)  # fmt: skip


def read_all(address: str, path: Path) -> int:
    """Read everything into a new database; returns the number of rows."""
    names = ", ".join(f'"{name}"' for name in COLUMNS)
    insert = f"INSERT INTO line ({names}, hash) VALUES ({', '.join('?' * (len(COLUMNS) + 1))})"  # noqa: S608 — fixed names
    after = count = 0
    with requests.Session() as session, sqlite3.connect(path) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute(f'CREATE TABLE line ({names}, hash, PRIMARY KEY ("id"))')
        while True:
            answer = session.get(f"{address}/order_lines", params={"after": after, "limit": 1000}, timeout=60)
            items = answer.json()["items"]
            if not items:
                return count
            rows = [(*(item[name] for name in COLUMNS), sign(item)) for item in items]
            database.executemany(insert, rows)
            after, count = items[-1]["id"], count + len(items)


def sign(item: dict[str, object]) -> str:
    """A hash of the row, to find out later whether it changed."""
    return hashlib.sha256(json.dumps(item).encode()).hexdigest()


if __name__ == "__main__":
    started, used = time.perf_counter(), time.process_time()
    rows = read_all(sys.argv[1], Path(sys.argv[2]))
    seconds, cpu = time.perf_counter() - started, time.process_time() - used
    print(json.dumps({"rows": rows, "seconds": seconds, "cpu": cpu}))
