"""What every mail of a programme carries."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Letterhead:
    """`sender` and `reply_to` are addresses, `domain` the right-hand side of Message-IDs (threads hang on it);
    `prefect_url` and `report` are linked where given, `report` may be a path."""

    programme: str
    sender: str
    domain: str
    reply_to: str | None = None
    prefect_url: str | None = None
    report: str | None = None
