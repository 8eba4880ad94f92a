"""One HTTP answer: read up to a bound and within a time, as JSON where it is JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
import requests

from slipwatch.errors import PermanentError
from slipwatch.wire.pacing import Pacing

CHUNK = 65_536


class BrokenOff(Exception):
    """An answer that ends before its announced length, or not in time: worth asking again."""


@dataclass
class Answer:
    """What came back. `body` is the parsed JSON; `secrets` are the values to mask if the answer enters an error."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    body: Any = None
    secrets: tuple[str, ...] = field(default=(), repr=False)

    @property
    def is_html(self) -> bool:
        """True for a web page, by its type or by its first bytes; JSON never starts with `<`."""
        return "text/html" in self.headers.get("Content-Type", "").lower() or self.content.lstrip()[:1] == b"<"


def read_answer(response: requests.Response, pacing: Pacing, now: Callable[[], datetime]) -> Answer:
    """Read a streamed response to its end.

    Raises `BrokenOff`, `PermanentError` for a body above `largest_answer` bytes, and what urllib3 raises.
    """
    content, started = bytearray(), now()
    with response:
        while chunk := response.raw.read1(CHUNK, decode_content=True):
            content += chunk
            if len(content) > pacing.largest_answer:
                raise PermanentError(
                    f"an answer is larger than {pacing.largest_answer} bytes", cure="ask for smaller pages"
                )
            if (now() - started).total_seconds() > pacing.longest_answer:
                raise BrokenOff(f"an answer is not complete after {pacing.longest_answer:.0f} s")
    return Answer(status=response.status_code, headers=response.headers, content=bytes(content))


def read_json(content: bytes) -> Any:
    """The JSON value, or None for an empty, broken or null body.

    NaN and infinities are no JSON, but some sources write them: they are let through here, so that the one record with
    them is set aside by its converter and not the page.
    """
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        try:
            return json.loads(content)
        except ValueError:
            return None
    except RecursionError:
        return None


def write_json(value: Any) -> str:
    """The compact JSON text of a source's record, as the raw archive keeps it."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        return json.dumps(value, separators=(",", ":"), default=str)
