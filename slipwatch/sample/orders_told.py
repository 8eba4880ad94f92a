"""The order lines that the story tells of by number: handhelds, conveyors, printers, racking protection, cradles."""

from __future__ import annotations

from datetime import date
from random import Random

from slipwatch.sample.calendars import DC_M, list_working_days
from slipwatch.sample.catalogue import CONSUMABLES
from slipwatch.sample.orders import Notice, OrderLine, deliver, promise

CONSUMABLE_LINES = 62
_FRAMEWORK_ORDER = "4500029900"
_DEFAULT_DATE = date(2026, 3, 2)
_FRAMEWORK_DAYS = (date(2025, 9, 1), date(2026, 6, 26))


def list_told_lines(seed: int) -> list[OrderLine]:
    """The eight lines of the events, and the 62 lines of the framework order for consumables."""
    return [
        _order_printers(),
        _order_spare_parts(),
        _order_handhelds(),
        _order_conveyors(),
        *_order_racking_protection(),
        _order_cradles(),
        *_order_consumables(seed),
    ]


def _order_printers() -> OrderLine:
    """Sent to a salesman who had left. Until the answer, the ERP shows the date it planned itself."""
    return OrderLine(
        order="4500031870",
        line=10,
        supplier="imprilis",
        site=DC_M,
        text="Imprimante d'étiquettes industrielle ZX-410",
        unit="PCE",
        quantity=24,
        price_cents=138_900,
        reference="CF-WD-40",
        sent_on=date(2026, 1, 30),
        needed_on=date(2026, 3, 20),
        buyer_dates=promise((date(2026, 1, 30), date(2026, 3, 13)), (date(2026, 2, 12), date(2026, 3, 6))),
        confirmations=promise((date(2026, 2, 12), date(2026, 3, 6))),
        notices=(Notice(sent_on=date(2026, 3, 3), expected_on=date(2026, 3, 5), quantity=24),),
        deliveries=deliver("imprilis", DC_M, [(date(2026, 3, 5), 24)]),
        listed_from=date(2026, 1, 30),
    )


def _order_spare_parts() -> OrderLine:
    """In the ERP without the date on which it was sent, and never confirmed: nobody can say since when it waits."""
    return OrderLine(
        order="4500031990",
        line=10,
        supplier="hallstedt",
        site=DC_M,
        text="Ersatzteilpaket Erstausstattung",
        unit="LOT",
        quantity=1,
        price_cents=1_245_000,
        reference="CF-WD-00",
        sent_on=None,
        needed_on=date(2026, 9, 4),
        buyer_dates=promise((date(2025, 12, 19), date(2026, 8, 28))),
    )


def _order_handhelds() -> OrderLine:
    """Three promises; the one of 27 February reached the buyer by mail only, who then overwrote the ERP date."""
    first, second, third = date(2026, 3, 27), date(2026, 4, 17), date(2026, 4, 30)
    return OrderLine(
        order="4500032015",
        line=10,
        supplier="telmar",
        site=DC_M,
        text="Terminal portable TM-55, lecteur longue portée",
        unit="PCE",
        quantity=120,
        price_cents=96_400,
        reference="CF-WD-20",
        sent_on=date(2026, 2, 3),
        needed_on=date(2026, 4, 2),
        buyer_dates=promise((date(2026, 2, 5), first), (date(2026, 3, 6), second), (date(2026, 3, 20), third)),
        confirmations=promise((date(2026, 2, 5), first), (date(2026, 3, 19), third)),
        notices=(Notice(sent_on=date(2026, 5, 7), expected_on=date(2026, 5, 12), quantity=120),),
        deliveries=deliver("telmar", DC_M, [(date(2026, 5, 12), 80), (date(2026, 5, 22), 40)]),
        listed_from=date(2026, 2, 3),
    )


def _order_conveyors() -> OrderLine:
    """The overwritten promise: moved four times in the last days before it passed, so that it never looks late."""
    moves = (
        (date(2025, 9, 17), date(2026, 3, 27)),
        (date(2026, 3, 25), date(2026, 4, 2)),
        (date(2026, 4, 1), date(2026, 4, 10)),
        (date(2026, 4, 8), date(2026, 4, 17)),
        (date(2026, 4, 15), date(2026, 4, 24)),
    )
    return OrderLine(
        order="4500031402",
        line=10,
        supplier="hallstedt",
        site=DC_M,
        text="Förderanlage Wareneingang, 46 Module",
        unit="PCE",
        quantity=46,
        price_cents=412_000,
        reference="CF-WD-30",
        sent_on=date(2025, 9, 15),
        needed_on=date(2026, 3, 27),
        buyer_dates=promise(*moves),
        confirmations=promise(moves[0]),
        notices=(Notice(sent_on=date(2026, 4, 22), expected_on=date(2026, 4, 24), quantity=46),),
        deliveries=deliver("hallstedt", DC_M, [(date(2026, 4, 24), 46)]),
    )


def _order_racking_protection() -> list[OrderLine]:
    """Promised for Good Friday, when the dock is closed; delivered the day before, booked four working days later."""
    texts = ("Protection de pied de rack, angle", "Lisse de protection 2,7 m", "Butée de palette, paire")
    return [
        OrderLine(
            order="4500032207",
            line=10 * position,
            supplier="ferrolis",
            site=DC_M,
            text=text,
            unit="PCE",
            quantity=80 * position,
            price_cents=5_230 + 640 * position,
            reference="CF-WD-30",
            sent_on=date(2025, 12, 8),
            needed_on=date(2026, 4, 10),
            buyer_dates=promise((date(2025, 12, 10), date(2026, 4, 3))),
            confirmations=promise((date(2025, 12, 10), date(2026, 4, 3))),
            deliveries=deliver("ferrolis", DC_M, [(date(2026, 4, 2), 80 * position)]),
        )
        for position, text in enumerate(texts, start=1)
    ]


def _order_cradles() -> OrderLine:
    """Four weeks late against the first promise, and needed eight weeks after they arrive."""
    moves = ((date(2025, 12, 11), date(2026, 3, 20)), (date(2026, 3, 17), date(2026, 4, 17)))
    return OrderLine(
        order="4500032340",
        line=10,
        supplier="imprilis",
        site=DC_M,
        text="Berceau de charge pour imprimante mobile",
        unit="PCE",
        quantity=36,
        price_cents=12_480,
        reference="CF-WD-50",
        sent_on=date(2025, 12, 9),
        needed_on=date(2026, 6, 15),
        buyer_dates=promise(*moves),
        confirmations=promise(*moves),
        notices=(Notice(sent_on=date(2026, 4, 14), expected_on=date(2026, 4, 17), quantity=36),),
        deliveries=deliver("imprilis", DC_M, [(date(2026, 4, 21), 36)]),
    )


def _order_consumables(seed: int) -> list[OrderLine]:
    """A framework order with a default date and no need date, called off a little on every working day."""
    calls = _call_off(Random(f"{seed}:consumables"))
    return [
        OrderLine(
            order=_FRAMEWORK_ORDER,
            line=10 * position,
            supplier="imprilis",
            site=DC_M,
            text=f"{article.text}, réf. {position:03d}",
            unit=article.unit,
            quantity=article.quantity,
            price_cents=article.price_cents,
            reference="CF-WD-00",
            sent_on=date(2025, 8, 25),
            needed_on=None,
            buyer_dates=promise((date(2025, 8, 27), _DEFAULT_DATE)),
            confirmations=promise((date(2025, 8, 27), _DEFAULT_DATE)),
            deliveries=deliver("imprilis", DC_M, calls[position]),
        )
        for position in range(1, CONSUMABLE_LINES + 1)
        for article in (CONSUMABLES[position % len(CONSUMABLES)],)
    ]


def _call_off(rng: Random) -> dict[int, list[tuple[date, int]]]:
    """Position to (day, quantity): two to four positions on every working day of the distribution centre."""
    calls: dict[int, list[tuple[date, int]]] = {position: [] for position in range(1, CONSUMABLE_LINES + 1)}
    for day in list_working_days(DC_M, *_FRAMEWORK_DAYS):
        for position in sorted(rng.sample(sorted(calls), rng.randint(2, 4))):
            calls[position].append((day, 5 * rng.randint(2, 12)))
    return calls
