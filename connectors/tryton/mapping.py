"""What Tryton calls things, and what we call them. The only file with its field names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from connectors.tryton.client import Domain, Item, Stamp, Typed, find_latest, list_dates, revive
from slipwatch.model.records import Value
from slipwatch.model.tables import ENTITIES
from slipwatch.wire.amounts import Money, Quantity
from slipwatch.wire.days import Day
from slipwatch.wire.defaults import find_converter
from slipwatch.wire.mapping import Field, Key, MapRecord, RecordMap, compile_map
from slipwatch.wire.values import Read, Reference

ORDERED = ["confirmed", "processing", "done", "cancelled"]
"""States of a purchase that is an order, or was one; drafts and quotations promise nothing."""

ORDERS: Domain = [["state", "in", ORDERED], ["number", "!=", None]]


DAY, MONEY, QUANTITY = Typed(read=Day()), Typed(read=Money()), Typed(read=Quantity())


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the mapping takes from the options.

    `zone` is where an instant is counted as a day, `web_address` that of the web client with its database, or None.
    `fields` are, by entity and column, Tryton's own fields that join or replace the built-in ones. `requests` is true
    where the orders name the purchase requests that they serve, and our user may read them.
    """

    zone: str = "UTC"
    web_address: str | None = None
    fields: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    requests: bool = False


@dataclass(frozen=True, kw_only=True)
class Listing:
    """How one stream is read: model, domain of what counts, stamps that tell of a change, fields asked for, mapping.

    `keep` leaves out records that are no facts of the entity; they are counted as read.
    """

    model: str
    domain: Domain
    stamps: tuple[Stamp, ...]
    names: tuple[str, ...]
    map_record: MapRecord
    keep: Callable[[Item], bool] | None = None


OWN_STAMPS = (("write_date",), ("create_date",))
LINE_STAMPS = (*OWN_STAMPS, ("purchase.write_date",), ("moves.write_date",), ("moves.create_date",))
MOVE_STAMPS = (*OWN_STAMPS, ("shipment.write_date", "stock.shipment.in"))

FROM_ORDER_LINE = ["origin", "like", "purchase.line,%"]


def list_suppliers(settings: Settings) -> Listing:
    """Parties; which of them are suppliers, the orders tell."""

    def finish(item: Any, values: dict[str, Value]) -> None:
        values["status_raw"] = "active" if item["active"] else "inactive"

    record_map = RecordMap(
        entity="supplier",
        key=Key(paths=("id",)),
        label=lambda item: item["code"],
        known_at=find_last_stamp,
        url=link("party.party", settings),
        finish=finish,
        fields=join_fields("supplier", (Field("name", "rec_name"),), settings),
    )
    return describe("party.party", record_map, domain=[], stamps=OWN_STAMPS, extra=("code", "active", *SELF))


def list_order_lines(settings: Settings) -> Listing:
    """Lines of orders. The promise is `delivery_date_store`: `delivery_date` becomes the actual date once received."""
    read_day = Day(zone=settings.zone).build()

    def finish(item: Any, values: dict[str, Value]) -> None:
        computed = describe_line(item) | describe_deliveries(item, read_day)
        if settings.requests:
            computed["needed_on"] = min(list_dates(row["supply_date"] for row in item["requests."]), default=None)
        for column, value in computed.items():
            values.setdefault(column, value)

    record_map = RecordMap(
        entity="order_line",
        key=Key(paths=("id",)),
        label=lambda item: f"{item['purchase.']['number']}/{find_line_number(item)}",
        known_at=find_last_stamp,
        url=link("purchase.line", settings),
        finish=finish,
        fields=join_fields("order_line", LINE_FIELDS, settings),
    )
    extra = (*LINE_EXTRA, *(("requests.supply_date",) if settings.requests else ()))
    domain = [["type", "=", "line"], ["purchase.state", "in", ORDERED], ["purchase.number", "!=", None]]
    return describe("purchase.line", record_map, domain=domain, stamps=LINE_STAMPS, extra=extra)


def list_shipments(settings: Settings) -> Listing:
    """Moves of announced shipments: a shipment entered before the goods came is the supplier's notice, one that was
    entered when they came is only their receipt."""
    rows = (
        Field("order_line", ("origin.", "id"), read=Reference()),
        Field("supplier", ("shipment.", "supplier"), read=Reference()),
        Field("noticed_on", ("shipment.", "create_date"), read=Typed(read=Day(zone=settings.zone))),
        Field("expected_on", ("shipment.", "planned_date"), read=DAY),
        Field("shipped_quantity", "quantity", read=QUANTITY),
        Field("unit", ("unit.", "symbol")),
    )
    read_day = Day(zone=settings.zone).build()

    def is_notice(item: Item) -> bool:
        came = item["effective_date"]
        return came is None or read_day(revive(item["shipment."]["create_date"])) < revive(came)  # type: ignore[operator]  # — two dates

    record_map = RecordMap(
        entity="shipment",
        key=Key(paths=("id",)),
        label=write_move_label,
        known_at=find_last_stamp,
        url=link("stock.move", settings),
        fields=join_fields("shipment", rows, settings),
    )
    domain = [FROM_ORDER_LINE, ["shipment", "like", "stock.shipment.in,%"], ["state", "!=", "cancelled"]]
    extra = ("shipment.number", "effective_date", *SELF)
    return describe("stock.move", record_map, domain=domain, stamps=MOVE_STAMPS, extra=extra, keep=is_notice)


def list_receipts(settings: Settings) -> Listing:
    """Moves that were done: goods received for an order line; what went back to the supplier is negative."""

    def finish(item: Any, values: dict[str, Value]) -> None:
        quantity = values["received_quantity"]
        if isinstance(quantity, Decimal) and is_return(item):
            values["received_quantity"] = -quantity

    rows = (
        Field("order_line", ("origin.", "id"), read=Reference()),
        Field("supplier", ("origin.", "purchase.", "party"), read=Reference()),
        Field("site_code", ("origin.", "purchase.", "warehouse.", "code")),
        Field("received_on", "effective_date", read=DAY),
        Field("booked_on", "write_date", read=Typed(read=Day(zone=settings.zone))),
        Field("received_quantity", "quantity", read=QUANTITY),
        Field("unit", ("unit.", "symbol")),
    )
    record_map = RecordMap(
        entity="receipt",
        key=Key(paths=("id",)),
        label=write_move_label,
        known_at=find_last_stamp,
        url=link("stock.move", settings),
        finish=finish,
        fields=join_fields("receipt", rows, settings),
    )
    domain = [FROM_ORDER_LINE, ["state", "=", "done"]]
    extra = ("shipment.number", "to_location.type", *SELF)
    return describe("stock.move", record_map, domain=domain, stamps=OWN_STAMPS, extra=extra)


SELF = ("write_date", "create_date")

LINE_FIELDS = (
    Field("order_number", ("purchase.", "number")),
    Field("project_code", ("purchase.", "reference")),
    Field("site_code", ("purchase.", "warehouse.", "code")),
    Field("supplier", ("purchase.", "party"), read=Reference()),
    Field("ordered_on", ("purchase.", "purchase_date"), read=DAY),
    Field("promised_on", "delivery_date_store", read=DAY),
    Field("ordered_quantity", "quantity", read=QUANTITY),
    Field("unit", ("unit.", "symbol")),
    Field("unit_price", "unit_price", read=MONEY),
    Field("currency", ("purchase.", "currency.", "code")),
)

LINE_EXTRA = (
    "purchase.state", "purchase.shipment_state", "purchase.write_date", "purchase.create_date",
    "sequence", "description", "product.rec_name", "moves_progress", *SELF,
    "moves.state", "moves.quantity", "moves.unit", "moves.effective_date", "moves.write_date", "moves.create_date",
    "moves.to_location.type",
)  # fmt: skip


def describe_line(item: Item) -> dict[str, Value]:
    """What a line is called, and how its order stands."""
    order, product = item["purchase."], item["product."] or {}
    return {
        "line_number": find_line_number(item),
        "name": product.get("rec_name") or item["description"],
        "status_raw": f"{order['state']} / {order['shipment_state']}",
        "cancelled": order["state"] == "cancelled",
        "completed": order["state"] == "done" or (item["moves_progress"] or 0) >= 1,
        "updated_at": find_last_stamp(item),
    }


def describe_deliveries(item: Item, read_day: Read) -> dict[str, Value]:
    """What came for a line, and when; `read_day` tells the day of an instant."""
    done = [move for move in item["moves."] if move["state"] == "done"]
    arrived = [move for move in done if not is_return(move)]
    booked = find_latest(move["write_date"] for move in arrived)
    return {
        "received_quantity": sum_received(item, done),
        "delivered_on": find_latest(move["effective_date"] for move in arrived),
        "booked_on": None if booked is None else read_day(booked),
    }


def describe(
    model: str,
    record_map: RecordMap,
    *,
    domain: Domain,
    stamps: tuple[Stamp, ...],
    extra: Iterable[str],
    keep: Callable[[Item], bool] | None = None,
) -> Listing:
    """A listing that asks for the fields of its map and for those that only its functions read."""
    names = {write_path(row.path) for row in record_map.fields if row.path is not None} | set(extra)
    return Listing(
        model=model,
        domain=domain,
        stamps=stamps,
        names=tuple(sorted(names)),
        map_record=compile_map(record_map),
        keep=keep,
    )


def join_fields(entity: str, built_in: Sequence[Field], settings: Settings) -> tuple[Field, ...]:
    """The built-in rows, with those of the options beside them or in their place."""
    own = settings.fields.get(entity, {})
    added = (
        Field(column, split_path(path), read=Typed(read=find_converter(ENTITIES[entity].by_name[column])))
        for column, path in own.items()
    )
    return (*(row for row in built_in if row.column not in own), *added)


def split_path(name: str) -> tuple[str, ...]:
    """`purchase.currency.code` is answered under `purchase.`, there under `currency.`, there as `code`."""
    *leading, last = name.split(".")
    return (*(f"{step}." for step in leading), last)


def write_path(path: Any) -> str:
    """The inverse of `split_path`."""
    return path if isinstance(path, str) else "".join(path)


def find_line_number(item: Item) -> str:
    """The line's place in its order, or its id where the buyer gave it none."""
    return str(item["id"] if item["sequence"] is None else item["sequence"])


def write_move_label(item: Item) -> str:
    """Number of the shipment and id of the move."""
    number = (item["shipment."] or {}).get("number")
    return f"{number}/{item['id']}" if number else str(item["id"])


def link(model: str, settings: Settings) -> Callable[[str], str] | None:
    """The web client's address of a record, where there is a web client."""
    root = settings.web_address
    return (lambda key: f"{root}/model/{model}/{key}") if root else None


def is_return(move: Item) -> bool:
    """Whether a move leads back to the supplier."""
    return bool(move["to_location."]["type"] == "supplier")


def sum_received(item: Item, done: Sequence[Item]) -> Value:
    """What came, in the line's unit; where a move counts in another one, Tryton's own share of the line."""
    if any(move["unit"] != item["unit."]["id"] for move in done):
        share = Decimal(str(item["moves_progress"] or 0))
        return read_quantity(item["quantity"]) * share  # type: ignore[operator]  # — a Decimal: the line has a quantity
    return sum((read_quantity(move["quantity"]) * (-1 if is_return(move) else 1) for move in done), Decimal(0))  # type: ignore[operator]  # — Decimals


read_quantity = Quantity().build()


def find_last_stamp(item: Item) -> Any:
    """The newest of the stamps of a record, its order and its moves: when Tryton last touched what we read of it."""
    rows = [item, item.get("purchase.") or {}, *item.get("moves.", ())]
    return find_latest(row.get(name) for row in rows for name in SELF)
