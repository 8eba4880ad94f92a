"""The order lines that nothing happens to: history of 2025, old open lines, Lienzo's services, and all the others.

Every line that is ordered here is confirmed within two days, announced in time where its supplier practises notices,
never moved and received on the day. Only the 31 old lines were never booked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from slipwatch.sample.calendars import DC_M, SITE_G, SITE_R, is_working_day, list_working_days, shift_working_days
from slipwatch.sample.cast import SUPPLIERS
from slipwatch.sample.catalogue import ARTICLES
from slipwatch.sample.milestones import MILESTONES
from slipwatch.sample.orders import Notice, OrderLine, deliver, promise

OLD_LINES_CLOSED = date(2026, 1, 30)
UNCAUGHT_REFERENCES = {SITE_R: "MR-ENTRETIEN-26", SITE_G: "MG-INSTAND-26"}
"""References of running costs, which no link rule of the programme catches."""

_LINES_PER_ORDER = 4
_HIDDEN = (
    (date(2026, 2, 13), date(2026, 2, 26)),
    (date(2026, 3, 6), date(2026, 3, 19)),
    (date(2026, 5, 29), date(2026, 6, 18)),
)
"""Days for which no good ERP file could show a receipt at Sites R and G in time."""
_OUTAGE = (date(2026, 5, 8), date(2026, 5, 22))
"""Days on which the WMS posts nothing: kept free of quiet deliveries at DC M."""
_RED_LINES_COUNTED = date(2026, 4, 17)
"""The file in which the ERP shows 63 red lines: consumables and cradles, no quiet one in its lag."""
_LATER = date(2026, 7, 1)


@dataclass(frozen=True)
class Batch:
    """`count` lines of one supplier for one site, in orders numbered from `first_order`."""

    supplier: str
    site: str
    count: int
    first_order: int


def _number(first_order: int, step: int, rows: str) -> tuple[Batch, ...]:
    """Batches from words like "norvane:R:8", each with a range of order numbers of its own."""
    sites = {"R": SITE_R, "G": SITE_G, "M": DC_M}
    words = [row.split(":") for row in rows.split()]
    return tuple(
        Batch(supplier, sites[site], int(count), first_order + step * position)
        for position, (supplier, site, count) in enumerate(words)
    )


_HISTORY = _number(
    4500025000,
    10,
    """norvane:R:8 norvane:G:6 kestrix:R:12 previsia:R:12 lienzo:R:12 hallstedt:M:12 telmar:M:12 imprilis:M:8
    imprilis:G:6 ferrolis:M:12""",
)
_ARCHIVED = Batch("norvane", SITE_R, 2, 4500024990)
_OLD = _number(4500026500, 10, "norvane:R:7 imprilis:R:6 kestrix:R:4 norvane:G:6 hallstedt:G:4 previsia:G:4")
_UNCAUGHT = _number(4500027000, 10, "norvane:R:3 imprilis:R:3 norvane:G:3 imprilis:G:3")
_QUIET = _number(
    4500030000,
    20,
    """imprilis:G:40 norvane:G:40 hallstedt:G:26 telmar:G:15 previsia:G:15 norvane:R:20 previsia:R:10 kestrix:R:10
    imprilis:R:5 hallstedt:M:8 imprilis:M:8 telmar:M:4 ferrolis:M:10""",
)
_LIENZO = Batch("lienzo", SITE_R, 7, 4500030990)
_LIENZO_DAYS = (
    date(2026, 1, 15),
    date(2026, 2, 5),
    date(2026, 3, 3),
    date(2026, 4, 9),
    date(2026, 5, 20),
    date(2026, 6, 24),
    date(2026, 7, 15),
)


def list_quiet_lines(seed: int) -> list[OrderLine]:
    """All 361 lines that no event tells of by number, and the two of 2025 that leave the export early in 2026."""
    rng = Random(f"{seed}:orders")
    return [
        *_order_history(rng),
        *_order_archived(rng),
        *_order_old(rng),
        *_order_uncaught(rng),
        *_order_lienzo(rng),
        *_order_coming(rng),
    ]


def list_old_keys() -> tuple[str, ...]:
    """Business keys of the 31 lines delivered in 2025 and never closed: the opening inventory, whatever the seed."""
    return tuple(
        f"{batch.first_order + position // _LINES_PER_ORDER}/{10 * (position % _LINES_PER_ORDER + 1)}"
        for batch in _OLD
        for position in range(batch.count)
    )


def _order_history(rng: Random) -> list[OrderLine]:
    days = list_working_days(DC_M, date(2025, 5, 5), date(2025, 12, 12))
    return [line for batch in _HISTORY for line in _fill(rng, batch, _choose_days(rng, batch, days))]


def _order_archived(rng: Random) -> list[OrderLine]:
    """They leave the export when the printers and the handhelds are ordered, so that it keeps its 431 lines."""
    lines = _fill(rng, _ARCHIVED, [date(2025, 5, 13), date(2025, 5, 20)])
    leaving = (date(2026, 1, 30), date(2026, 2, 3))
    return [replace(line, listed_until=day) for line, day in zip(lines, leaving, strict=True)]


def _order_old(rng: Random) -> list[OrderLine]:
    """Due from 6 June to 28 November 2025; delivered, never booked, flagged as complete at the end of January."""
    counts = [batch.count for batch in _OLD]
    first, last = date(2025, 6, 6), date(2025, 11, 28)
    pace = (last - first) / (sum(counts) - 1)
    due = [first + pace * position for position in range(sum(counts))]
    lines = []
    for position, batch in enumerate(_OLD):
        start = sum(counts[:position])
        days = [_find_open_day(batch.site, day) for day in due[start : start + batch.count]]
        lines += _fill(rng, batch, days)
    return [replace(line, needed_on=_due(line), deliveries=(), flagged_on=OLD_LINES_CLOSED) for line in lines]


def _order_uncaught(rng: Random) -> list[OrderLine]:
    days = list_working_days(SITE_R, date(2026, 8, 3), date(2026, 9, 30))
    lines = [line for batch in _UNCAUGHT for line in _fill(rng, batch, _choose_days(rng, batch, days))]
    return [replace(line, reference=UNCAUGHT_REFERENCES[line.site]) for line in lines]


def _order_lienzo(rng: Random) -> list[OrderLine]:
    return _fill(rng, _LIENZO, _LIENZO_DAYS)


def _order_coming(rng: Random) -> list[OrderLine]:
    """Due between January and September 2026; every third only after the last poll."""
    days = list_working_days(SITE_R, date(2026, 1, 7), date(2026, 9, 30))
    later = [day for day in days if day >= _LATER]
    lines = []
    for batch in _QUIET:
        choice = _choose_days(rng, batch, days)
        choice[::3] = _choose_days(rng, batch, later)[: len(choice[::3])]
        lines += _fill(rng, batch, choice)
    return lines


def _choose_days(rng: Random, batch: Batch, days: Sequence[date]) -> list[date]:
    open_days = [day for day in days if _can_arrive(batch, day)]
    return [rng.choice(open_days) for _ in range(batch.count)]


def _can_arrive(batch: Batch, day: date) -> bool:
    """Whether a delivery on that day can be seen before the poll that would miss it."""
    if not is_working_day(batch.site, day):
        return False
    booked = shift_working_days(batch.site, day, SUPPLIERS[batch.supplier].lag_days)
    if day <= _RED_LINES_COUNTED < booked:
        return False
    if batch.site == DC_M:
        return not _OUTAGE[0] <= day <= _OUTAGE[1]
    hidden = any(first <= seen <= last for first, last in _HIDDEN for seen in (day, booked))
    return not hidden and booked != date(2026, 5, 8)


def _find_open_day(site: str, day: date) -> date:
    while not is_working_day(site, day):
        day += timedelta(days=1)
    return day


def _due(line: OrderLine) -> date:
    return line.buyer_dates[-1].promised_on


def _fill(rng: Random, batch: Batch, days: Sequence[date]) -> list[OrderLine]:
    """One line for each day, four to an order, all lines of an order sent on the same day."""
    lines = []
    for first in range(0, len(days), _LINES_PER_ORDER):
        due = days[first : first + _LINES_PER_ORDER]
        order = str(batch.first_order + first // _LINES_PER_ORDER)
        sent = _choose_sending(rng, batch, min(due))
        lines += [_write_line(rng, batch, order, (position, day, sent)) for position, day in enumerate(due, start=1)]
    return lines


def _choose_sending(rng: Random, batch: Batch, first_due: date) -> date:
    """At least fifteen working days before the first delivery, and before the end of 2025."""
    latest = min(first_due, date(2026, 1, 9))
    return shift_working_days(batch.site, latest, -rng.randint(15, 60))


def _write_line(rng: Random, batch: Batch, order: str, when: tuple[int, date, date]) -> OrderLine:
    position, due, sent = when
    article = rng.choice(ARTICLES[batch.supplier])
    quantity = max(1, round(article.quantity * rng.uniform(0.5, 1.5)))
    needed = shift_working_days(batch.site, due, rng.randint(0, 15))
    confirmed = shift_working_days(batch.site, sent, rng.randint(1, 2))
    return OrderLine(
        order=order,
        line=10 * position,
        supplier=batch.supplier,
        site=batch.site,
        text=article.text,
        unit=article.unit,
        quantity=quantity,
        price_cents=round(article.price_cents * rng.uniform(0.95, 1.05)),
        reference=_refer(batch, needed),
        sent_on=sent,
        needed_on=needed,
        buyer_dates=promise((confirmed, due)),
        confirmations=promise((confirmed, due)),
        notices=_announce(rng, batch, due, quantity=quantity),
        deliveries=deliver(batch.supplier, batch.site, [(due, quantity)]),
    )


def _announce(rng: Random, batch: Batch, due: date, *, quantity: int) -> tuple[Notice, ...]:
    transit = SUPPLIERS[batch.supplier].transit_days
    if transit is None:
        return ()
    sent = shift_working_days(batch.site, due, -transit - rng.randint(0, 1))
    return (Notice(sent_on=sent, expected_on=due, quantity=quantity),)


def _refer(batch: Batch, needed: date) -> str:
    """WBS element of the first milestone that the line is in time for, else of the project as a whole."""
    prefix = _find_project_prefix(batch)
    dated = [m for key, m in MILESTONES.items() if key.startswith(prefix) and m.baseline_1 and m.baseline_1 >= needed]
    in_time = needed.year == 2026 and dated
    return f"CF-{dated[0].key}" if in_time else f"CF-{prefix}-00"


def _find_project_prefix(batch: Batch) -> str:
    if batch.supplier == "previsia":
        return "SP"
    return "WD" if batch.site == DC_M or batch.supplier == "kestrix" else "EC"
