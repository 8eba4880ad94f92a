"""Fills a running Tryton through its own client library, as a buyer would by hand.

Run by Tryton's Python, which has proteus. Reads a JSON list of acts on standard input, prints one result per act:

    {"do": "base"}                                   company, chart of accounts, fiscal year, suppliers, products
    {"do": "order", "reference": R, "supplier": S, "product": P, "quantity": 40, "unit_price": "40.50",
     "ordered": DAY, "due": DAY, "state": "processing" | "quotation" | "draft" | "cancelled"}
    {"do": "promise", "reference": R, "due": DAY}    the supplier states another date for every line of the order
    {"do": "receive", "reference": R, "effective": DAY, "quantity": 120 | null for all that is open}
    {"do": "announce", "reference": R}               a shipment with all that is open, in draft: nothing has come yet
    {"do": "withdraw", "reference": R}               that shipment is cancelled and deleted
    {"do": "delete", "reference": R}                 a cancelled order is deleted, as Tryton allows of no other

Each act is done once: an order that exists is left alone. Address and credentials: SLIPWATCH_TEST_TRYTON_URL, _DB,
_USER, _PASSWORD.
"""

import datetime as dt
import json
import os
import sys
from decimal import Decimal

from proteus import Model, config

SUPPLIERS = ("Nordwind Bearings", "Lehmann Castings")
PRODUCTS = {  # code: name, list price, supplier, lead time in days
    "BRG-6204": ("Bearing 6204", "3.20", "Nordwind Bearings", 10),
    "CST-0007": ("Housing casting", "41.00", "Lehmann Castings", 21),
}


def find_one(model, *domain):
    found = Model.get(model).find(list(domain), limit=1)
    return found[0] if found else None


def ensure_company(connection):
    from trytond.modules.account.tests.tools import create_chart, create_fiscalyear
    from trytond.modules.account_invoice.tests.tools import set_fiscalyear_invoice_sequences
    from trytond.modules.company.tests.tools import create_company

    if not find_one("company.company"):
        create_company(currency="EUR", config=connection)
    connection._context = Model.get("res.user").get_preferences(True, {})
    if not find_one("account.account", ("type.expense", "=", True)):
        create_chart(config=connection)
    if not find_one("account.fiscalyear"):
        today = dt.datetime.now(dt.UTC).date()
        span = (today - dt.timedelta(days=400), today + dt.timedelta(days=400))
        year = set_fiscalyear_invoice_sequences(create_fiscalyear(today=span, config=connection), config=connection)
        year.click("create_period")


def ensure_suppliers():
    for name in SUPPLIERS:
        if not find_one("party.party", ("name", "=", name)):
            Model.get("party.party")(name=name).save()


def ensure_products():
    category = find_one("product.category", ("name", "=", "Bought parts"))
    if not category:
        category = Model.get("product.category")(name="Bought parts", accounting=True)
        category.account_expense = find_one("account.account", ("type.expense", "=", True))
        category.account_revenue = find_one("account.account", ("type.revenue", "=", True))
        category.save()
    for code, (name, price, supplier, lead_days) in PRODUCTS.items():
        if find_one("product.product", ("code", "=", code)):
            continue
        template = Model.get("product.template")(name=name, code=code, type="goods", purchasable=True)
        template.default_uom = find_one("product.uom", ("name", "=", "Unit"))
        template.list_price = Decimal(price)
        template.account_category = category
        offer = template.product_suppliers.new(party=find_one("party.party", ("name", "=", supplier)))
        offer.lead_time = dt.timedelta(days=lead_days)
        template.save()


def do_base(connection, act):
    ensure_company(connection)
    ensure_suppliers()
    ensure_products()
    return {}


CLICKS = {  # the buttons between a draft and the state wished for
    "draft": (),
    "quotation": ("quote",),
    "processing": ("quote", "confirm", "process"),
    "cancelled": ("quote", "cancel"),
}


def do_order(connection, act):
    order = find_one("purchase.purchase", ("reference", "=", act["reference"]))
    if not order:
        order = Model.get("purchase.purchase")(party=find_one("party.party", ("name", "=", act["supplier"])))
        order.reference = act["reference"]
        order.purchase_date = dt.date.fromisoformat(act["ordered"])
        line = order.lines.new(product=find_one("product.product", ("code", "=", act["product"])))
        line.quantity = act["quantity"]
        line.unit_price = Decimal(act["unit_price"])
        line.delivery_date_edit = True
        line.delivery_date_store = dt.date.fromisoformat(act["due"])
        order.save()
        for button in CLICKS[act.get("state", "processing")]:
            if button != "process" or order.state == "confirmed":
                order.click(button)
    return {"id": order.id, "number": order.number, "state": order.state, "lines": [line.id for line in order.lines]}


def do_promise(connection, act):
    lines = Model.get("purchase.line").find([("purchase.reference", "=", act["reference"])])
    for line in lines:
        line.delivery_date_edit = True
        line.delivery_date_store = dt.date.fromisoformat(act["due"])
        line.save()
    return {"lines": [line.id for line in lines]}


def do_delete(connection, act):
    order = find_one("purchase.purchase", ("reference", "=", act["reference"]))
    lines = [line.id for line in order.lines]
    order.delete()
    return {"lines": lines}


def do_announce(connection, act):
    shipment = fill_shipment(act["reference"], f"DN-{act['reference']}")
    shipment.save()
    return {"id": shipment.id, "state": shipment.state, "moves": [move.id for move in shipment.incoming_moves]}


def do_withdraw(connection, act):
    shipment = find_one("stock.shipment.in", ("reference", "=", f"DN-{act['reference']}"))
    shipment.click("cancel")
    shipment.delete()
    return {}


def fill_shipment(reference, number):
    """A new shipment with every move of an order that is in none yet."""
    order = find_one("purchase.purchase", ("reference", "=", reference))
    shipment = Model.get("stock.shipment.in")(supplier=order.party)
    shipment.reference = number
    for move in order.moves:
        if move.state == "draft" and not move.shipment:
            shipment.incoming_moves.append(Model.get("stock.move")(move.id))
    return shipment


def do_receive(connection, act):
    shipment = fill_shipment(act["reference"], f"DN-{act['reference']}-{act['effective']}")
    shipment.effective_date = dt.date.fromisoformat(act["effective"])
    shipment.save()
    if act.get("quantity") is not None:
        (move,) = shipment.incoming_moves
        move.quantity = act["quantity"]
        shipment.save()
    shipment.click("receive")
    shipment.click("do")
    return {"id": shipment.id, "number": shipment.number, "state": shipment.state}


ACTS = {
    "base": do_base, "order": do_order, "promise": do_promise, "receive": do_receive, "announce": do_announce,
    "withdraw": do_withdraw, "delete": do_delete,
}  # fmt: skip


def main():
    root = f"{os.environ['SLIPWATCH_TEST_TRYTON_URL'].rstrip('/')}/{os.environ['SLIPWATCH_TEST_TRYTON_DB']}/rpc/"
    user, password = os.environ["SLIPWATCH_TEST_TRYTON_USER"], os.environ["SLIPWATCH_TEST_TRYTON_PASSWORD"]
    # a session: with basic authentication Tryton hashes the password on every request
    with config.set_xmlrpc_session(root, user, password) as connection:
        results = [ACTS[act["do"]](connection, act) for act in json.load(sys.stdin)]
    json.dump(results, sys.stdout)


if __name__ == "__main__":
    main()
