"""A Tryton in memory with the habits of the real one: sessions, errors inside 200, tagged objects, two addresses."""

import base64
import itertools
from datetime import UTC, date, datetime
from decimal import Decimal

from slipwatch.testing.fault_server import Reply, Request, reply_json

USER, PASSWORD, DATABASE = "monitor", "sentinel-tryton-password-31", "erp"
STAMP = datetime(2026, 3, 1, 10, 0, tzinfo=UTC)
MODELS = ("party.party", "purchase.purchase", "purchase.line", "stock.move", "stock.shipment.in", "purchase.request")


def tag(value):
    """A Python value as Tryton writes it."""
    match value:
        case datetime():
            parts = ("year", "month", "day", "hour", "minute", "second", "microsecond")
            return {"__class__": "datetime", **{part: getattr(value, part) for part in parts}}
        case date():
            return {"__class__": "date", "year": value.year, "month": value.month, "day": value.day}
        case Decimal():
            return {"__class__": "Decimal", "decimal": str(value)}
        case dict():
            return {name: tag(part) for name, part in value.items()}
        case list():
            return [tag(part) for part in value]
    return value


def untag(value):
    if isinstance(value, dict) and value.get("__class__") == "datetime":
        return datetime(**{name: part for name, part in value.items() if name != "__class__"}, tzinfo=UTC)
    return value


def build_party(number, name, /, **more):
    own = {"id": number, "code": str(number), "rec_name": name, "active": True}
    return own | {"write_date": None, "create_date": STAMP} | more


def build_order(number, party, /, **more):
    return {
        "id": number, "number": str(100 + number), "reference": f"SC-{number}", "state": "processing", "party": party,
        "shipment_state": "waiting", "purchase_date": date(2026, 2, 1), "currency.": {"id": 1, "code": "EUR"},
        "warehouse.": {"id": 1, "code": "WH"}, "write_date": STAMP, "create_date": STAMP,
    } | more  # fmt: skip


def build_move(number, line, /, **more):
    return {
        "id": number, "state": "draft", "origin": f"purchase.line,{line}", "shipment": None, "quantity": 10.0,
        "unit": 1, "unit.": {"id": 1, "symbol": "u"}, "effective_date": None, "write_date": None, "create_date": STAMP,
        "from_location.": {"id": 1, "type": "supplier"}, "to_location.": {"id": 2, "type": "storage"},
    } | more  # fmt: skip


def build_line(number, order, /, **more):
    return {
        "id": number, "type": "line", "order": order, "sequence": None, "description": None, "quantity": 10.0,
        "product.": {"id": 1, "rec_name": "[BRG] Bearing"}, "unit.": {"id": 1, "symbol": "u"},
        "unit_price": Decimal("3.1500"), "delivery_date_store": date(2026, 4, 1), "moves_progress": 0.0,
        "write_date": STAMP, "create_date": STAMP,
    } | more  # fmt: skip


class TrytonDouble:
    """Call it with a request. Records may be changed between requests; `series` is 8 or 7."""

    def __init__(self, *, series=8):
        self.path = f"/{DATABASE}/rpc/" if series >= 8 else f"/{DATABASE}/"
        self.series = series
        self.parties, self.orders, self.lines, self.moves, self.shipments, self.needs = [], [], [], [], [], []
        self.forbidden = set()
        self.sessions = set()
        self.tokens = itertools.count(1)
        self.logins = []
        self.hides_inactive = True

    def __call__(self, request: Request) -> Reply:
        body = request.body
        if request.path == ("/rpc/" if self.series >= 8 else "/") and body["method"] == "common.server.version":
            return self.give(body, f"{self.series}.0")
        if request.path != self.path:
            return Reply(status=405, content=b"<html>", headers={"Content-Type": "text/html"})
        if body["method"] == "common.db.login":
            return self.log_in(body)
        if request.headers.get("Authorization") not in self.sessions:
            return Reply(status=401, content=b"<html>", headers={"Content-Type": "text/html"})
        return self.call(body)

    def log_in(self, body):
        user, proof = body["params"][0], body["params"][1]
        self.logins.append(user)
        if (user, proof["password"]) != (USER, PASSWORD):
            return Reply(status=401)
        token = f"token{next(self.tokens)}"
        self.sessions.add("Session " + base64.b64encode(f"{user}:1:{token}".encode()).decode())
        return self.give(body, [1, token, None] if self.series >= 8 else [1, token])

    def call(self, body):
        method, parameters = body["method"], body["params"]
        if method == "common.db.logout":
            self.sessions.clear()
            return self.give(body, None)
        if method == "model.res.user.get_preferences":
            return self.give(body, {"company": 1, "language": "de"})
        if method == "model.ir.model.access.get_access":
            return self.give(body, {model: {"read": model not in self.forbidden} for model in parameters[0]})
        model, _, act = method.removeprefix("model.").rpartition(".")
        if model not in MODELS:
            return self.fail(body, [f"'{model}'", ""])
        if model in self.forbidden:
            return self.fail(body, ["UserError", ["You are not allowed to access it.", "Within groups: ", None]])
        self.hides_inactive = parameters[-1].get("active_test", True)
        return self.give(body, getattr(self, act)(model, *parameters[:-1]))

    def give(self, body, result):
        return reply_json({"id": body["id"], "result": tag(result)})

    def fail(self, body, error):
        return reply_json({"id": body["id"], "error": error})

    def fields_get(self, model, names):
        return {"id": {}, **({"requests": {}} if model == "purchase.line" and self.needs else {})}

    def search(self, model, domain, offset, limit, order):
        rows = sorted((row for row in self.list_rows(model) if matches(row, domain)), key=lambda row: row["id"])
        if self.hides_inactive:
            rows = [row for row in rows if row.get("active", True)]
        return [row["id"] for row in rows[offset : None if limit is None else offset + limit]]

    def search_count(self, model, domain, offset, limit):
        return len(self.search(model, domain, offset, limit, None))

    def search_read(self, model, domain, offset, limit, order, names):
        rows = {row["id"]: row for row in self.list_rows(model)}
        return [choose(rows[number], names) for number in self.search(model, domain, offset, limit, order)]

    def list_rows(self, model):
        orders = {order["id"]: order for order in self.orders}
        lines = {line["id"]: line | {"purchase.": orders[line["order"]]} for line in self.lines}
        shipments = {f"stock.shipment.in,{row['id']}": row for row in self.shipments}
        moves = [
            move
            | {"origin.": lines[int(move["origin"].partition(",")[2])], "shipment.": shipments.get(move["shipment"])}
            for move in self.moves
        ]
        for number, line in lines.items():
            line["moves."] = [move for move in moves if move["origin"] == f"purchase.line,{number}"]
            line["requests."] = [need for need in self.needs if need["purchase_line"] == number]
        return {
            "party.party": self.parties, "purchase.purchase": self.orders, "purchase.line": list(lines.values()),
            "stock.move": moves, "stock.shipment.in": self.shipments,
        }[model]  # fmt: skip


def choose(row, names):
    """The fields asked for, dotted ones in objects of their own; an unknown one is an error of the double."""
    chosen = {"id": row["id"]}
    for name in names:
        first, dot, rest = name.partition(".")
        if not dot:
            chosen[name] = row[name]
            continue
        inner = row[f"{first}."]
        merged = chosen.get(f"{first}.")
        if inner is None:
            chosen[f"{first}."] = None
        elif isinstance(inner, list):
            chosen[f"{first}."] = [
                {**old, **choose(one, [rest])} for one, old in zip(inner, merged or [{}] * len(inner), strict=True)
            ]
        else:
            chosen[f"{first}."] = merge(merged or {}, choose(inner, [rest]))
    return chosen


def merge(old, new):
    return {
        name: merge(old[name], part) if isinstance(part, dict) and isinstance(old.get(name), dict) else part
        for name, part in {**old, **new}.items()
    }


def follow(row, name):
    """Every value that a dotted name leads to."""
    first, dot, rest = name.partition(".")
    if not dot:
        return [row[name]]
    inner = row[f"{first}."]
    return (
        []
        if inner is None
        else [v for one in (inner if isinstance(inner, list) else [inner]) for v in follow(one, rest)]
    )


def matches(row, domain):
    if domain and domain[0] == "OR":
        return any(matches(row, part) for part in domain[1:])
    return all(
        matches(row, part) if isinstance(part[0], list) or part[0] == "OR" else meets(row, part) for part in domain
    )


def meets(row, clause):
    name, operator, wanted = clause[0], clause[1], untag(clause[2])
    values = follow(row, name)
    match operator:
        case "=":
            return any(value == wanted for value in values)
        case "!=":
            return any(value != wanted for value in values)
        case "in":
            return any(value in wanted for value in values)
        case "like":
            return any(value is not None and value.startswith(wanted.rstrip("%")) for value in values)
        case ">":
            return any(value is not None and value > wanted for value in values)
        case ">=":
            return any(value is not None and value >= wanted for value in values)
        case "<=":
            return any(value is not None and value <= wanted for value in values)
    raise AssertionError(clause)
