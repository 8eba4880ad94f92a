"""What can go wrong with an answer, each as a change of a good one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from email.utils import format_datetime

from slipwatch.testing.fault_server import Change, Reply, Request, reply_json

LOGIN_PAGE = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body><form>password</form></body></html>"


def answer_status(status: int, *, headers: Mapping[str, str] | None = None) -> Change:
    """Another status, with a JSON body that is none of the system's."""
    return lambda request, reply: reply_json({"errors": [f"status {status}"]}, status=status, headers=headers)


def answer_login_page(request: Request, reply: Reply) -> Reply:
    """A login page with status 200, as a proxy or an ended session sends it."""
    return Reply(content=LOGIN_PAGE, headers={"Content-Type": "text/html; charset=utf-8"})


def answer_nothing(request: Request, reply: Reply) -> Reply:
    """Status 200 and an empty body."""
    return replace(reply, content=b"")


def cut_json(request: Request, reply: Reply) -> Reply:
    """A body that ends in the middle, though its length is the announced one."""
    return replace(reply, content=reply.content[: len(reply.content) // 2])


def break_off(request: Request, reply: Reply) -> Reply:
    """A connection that ends before the announced length."""
    return replace(reply, sent=len(reply.content) // 2)


def hang_up(request: Request, reply: Reply) -> Reply:
    """A connection that ends without a word."""
    return replace(reply, hang_up=True)


def stall(seconds: float) -> Change:
    """An answer that begins late."""
    return lambda request, reply: replace(reply, wait=seconds)


def drip(seconds: float) -> Change:
    """An answer that comes byte by byte."""
    return lambda request, reply: replace(reply, drip=seconds)


def redirect(address: str, *, status: int = 302) -> Change:
    """A redirect; a path in it stays on the same origin."""
    return lambda request, reply: Reply(status=status, headers={"Location": address})


def show_clock(moment: datetime) -> Change:
    """A server whose clock stands at this instant, in UTC."""
    date = format_datetime(moment, usegmt=True)
    return lambda request, reply: replace(reply, headers={**reply.headers, "Date": date})


def hide_clock(request: Request, reply: Reply) -> Reply:
    """The server does not tell its clock."""
    return replace(reply, headers={**reply.headers, "Date": ""})


def lose_rows(name: str, *, keep: int = 1) -> Change:
    """A page whose list `name` holds fewer rows than the source counts."""

    def change(request: Request, reply: Reply) -> Reply:
        body = reply.body
        if isinstance(body, dict) and isinstance(body.get(name), list):
            body = {**body, name: body[name][:keep]}
        return replace(reply, content=json.dumps(body).encode())

    return change


def replace_text(old: str, new: str) -> Change:
    """A body in which one text stands for another: a renamed field, an impossible date, NaN."""
    return lambda request, reply: replace(reply, content=reply.content.replace(old.encode(), new.encode()))


class Repeat:
    """Answers with the first answer it saw, whatever is asked: a page token, or an offset, that is ignored."""

    def __init__(self) -> None:
        self._first: Reply | None = None

    def __call__(self, request: Request, reply: Reply) -> Reply:
        self._first = self._first or reply
        return self._first
