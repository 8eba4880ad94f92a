"""Ready-to-send drafts: what the PMO would write to the accountable role, to be opened, read and sent by a person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from slipwatch.alerts.message import Letterhead
from slipwatch.alerts.routing import Line
from slipwatch.locales import Catalogue
from slipwatch.model.alert import AlertKey
from slipwatch.model.finding import Subject
from slipwatch.model.portfolio import Portfolio


@dataclass(frozen=True, kw_only=True)
class Draft:
    """`name` is a file name, the same for the same alert and run; `payload` an RFC 5322 message with X-Unsent."""

    name: str
    role: str
    alert: AlertKey
    payload: bytes


def draft(
    line: Line,
    letterhead: Letterhead,
    *,
    run: int,
    portfolio: Portfolio,
    catalogue: Catalogue,
    supplier_of: Callable[[Subject], str | None] = lambda subject: None,
) -> Draft:
    """One mail to the accountable role of a new or worse alert, with only what its side and supplier may read.

    `line` comes from `Letter.drafts`. The addressee is left open where the role has no usable address.
    """
    raise NotImplementedError
