"""A letter becomes a mail: complete plain text, HTML beside it, headers that thread, filter and stay the same."""

from __future__ import annotations

from dataclasses import dataclass

from slipwatch.alerts.routing import Letter
from slipwatch.locales import Catalogue
from slipwatch.model.alert import OutboxMessage
from slipwatch.model.portfolio import Portfolio


@dataclass(frozen=True, kw_only=True)
class Letterhead:
    """What every mail of a programme carries. `sender` and `reply_to` are addresses, `domain` the right-hand side of
    Message-IDs; `prefect_url` and `report` are linked where given (`report` may be a path)."""

    programme: str
    sender: str
    domain: str
    reply_to: str | None = None
    prefect_url: str | None = None
    report: str | None = None


def compose(
    letter: Letter, letterhead: Letterhead, *, run: int, portfolio: Portfolio, catalogue: Catalogue
) -> OutboxMessage:
    """The message as it will be sent, byte for byte; the same letter gives the same bytes."""
    raise NotImplementedError
