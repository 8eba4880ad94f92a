"""The purchase order lines of the sample programme: what was ordered, promised, announced and delivered, and when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from slipwatch.sample.calendars import shift_working_days
from slipwatch.sample.cast import SUPPLIERS


@dataclass(frozen=True, kw_only=True)
class Promise:
    """A delivery date, and the day from which whoever states it knew it."""

    stated_on: date
    promised_on: date


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A shipping notice. Its day of arrival is an announcement, no promise."""

    sent_on: date
    expected_on: date
    quantity: int


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """Goods on the dock, and the day on which the ERP books them."""

    day: date
    booked_on: date
    quantity: int


@dataclass(frozen=True, kw_only=True)
class OrderLine:
    """One line. `buyer_dates` are the promise column of the ERP over time, `confirmations` what the supplier wrote.

    `flagged_on` is the day on which the buyer sets the completion flag without a booking. The export lists the line
    from `listed_from` until before `listed_until` (None: always). `reference` is the WBS element; without `needed_on`
    it is a framework order. `price_cents` is the price of one unit in euro cents.
    """

    order: str
    line: int
    supplier: str
    site: str
    text: str
    unit: str
    quantity: int
    price_cents: int
    reference: str
    sent_on: date | None
    needed_on: date | None
    buyer_dates: tuple[Promise, ...]
    confirmations: tuple[Promise, ...] = ()
    notices: tuple[Notice, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    flagged_on: date | None = None
    listed_from: date | None = None
    listed_until: date | None = None

    @property
    def key(self) -> str:
        """The business key: order and line as people write it."""
        return f"{self.order}/{self.line}"

    def is_listed(self, day: date) -> bool:
        """Whether an export of that day shows the line."""
        early = self.listed_from is not None and day < self.listed_from
        return not early and not (self.listed_until is not None and day >= self.listed_until)

    def find_promise(self, day: date) -> date | None:
        """The date that the ERP holds at the end of a day: the last one entered, older ones are overwritten."""
        known = [promise.promised_on for promise in self.buyer_dates if promise.stated_on <= day]
        return known[-1] if known else None

    def has_buyer_spoken(self, day: date) -> bool:
        """Whether the date that the ERP holds at the end of a day is the buyer's; else the ERP planned it itself."""
        known = [promise.stated_on for promise in self.buyer_dates if promise.stated_on <= day]
        answered = any(answer.stated_on <= known[-1] for answer in self.confirmations) if known else False
        return answered or len(known) > 1

    def list_booked(self, day: date) -> list[Delivery]:
        """Deliveries that the ERP has booked by the end of a day, oldest first."""
        return [delivery for delivery in self.deliveries if delivery.booked_on <= day]

    def is_complete(self, day: date) -> bool:
        """Whether the completion flag stands: all booked, or set by the buyer."""
        flagged = self.flagged_on is not None and self.flagged_on <= day
        return flagged or sum(delivery.quantity for delivery in self.list_booked(day)) >= self.quantity


def deliver(supplier: str, site: str, parts: Iterable[tuple[date, int]]) -> tuple[Delivery, ...]:
    """Deliveries of (day, quantity), each booked with the lag that this supplier's deliveries always have."""
    lag = SUPPLIERS[supplier].lag_days
    return tuple(
        Delivery(day=day, booked_on=shift_working_days(site, day, lag), quantity=quantity) for day, quantity in parts
    )


def promise(*statements: tuple[date, date]) -> tuple[Promise, ...]:
    """Promises of (day stated, day promised)."""
    return tuple(Promise(stated_on=stated, promised_on=promised) for stated, promised in statements)


@lru_cache(maxsize=4)
def list_order_lines(seed: int) -> tuple[OrderLine, ...]:
    """Every line that any export shows, ordered by order and line."""
    from slipwatch.sample.orders_quiet import list_quiet_lines
    from slipwatch.sample.orders_told import list_told_lines

    lines = (*list_told_lines(seed), *list_quiet_lines(seed))
    return tuple(sorted(lines, key=lambda line: (line.order, line.line)))
