"""A drop folder for tests, a connector on it, and a clock."""

import json
import os
from datetime import UTC, datetime, timedelta

import yaml

from connectors.files import FilesConnector, FilesOptions
from slipwatch.connector import Context
from slipwatch.errors import SlipwatchError

NOW = datetime(2026, 3, 16, 5, 0, tzinfo=UTC)

ORDERS = """
folder: drop
time_zone: Europe/Paris
formats: ["%d/%m/%Y"]
decimal: ","
streams:
  - stream: lines
    entity: order_line
    pattern: "*_orders.csv"
    format: csv
    delimiter: ";"
    encoding: windows-1252
    complete: true
    as_of: {from: name, pattern: '^(\\d{4}-\\d{2}-\\d{2})_'}
    header: [[N° commande, Bestellnummer], [Poste, Position]]
    skip: [{from: [N° commande, Bestellnummer], matches: "^(Sous-total|Zwischensumme)"}]
    key: [{column: order_number}, {from: [Poste, Position]}]
    columns:
      order_number: {from: [N° commande, Bestellnummer], width: 10, pattern: "45[0-9]{8}"}
      line_number: [Poste, Position]
      supplier: {from: [N° fournisseur, Lieferant], width: 10}
      needed_on: [Date besoin, Bedarfstermin]
      ordered_quantity: [Qté, Menge]
"""

FRENCH = "N° commande;Poste;N° fournisseur;Date besoin;Qté"


def write_lines(count=3, *, header=FRENCH, day="20/03/2026", first=4500031870):
    """A plausible export, with a title, a subtotal and a blank row."""
    rows = [f"{first + number};10;{100210:010};{day};{number},500" for number in range(count)]
    return "\r\n".join(["Export ERP", "", header, *rows, "", f"Sous-total;;;;{count},000"]) + "\r\n"


class Drop:
    """The folder `drop` below `base`, and what a connector with these options makes of it."""

    def __init__(self, base, options=ORDERS, *, now=NOW, **changes):
        self.base, self.now, self.sleep = base, now, lambda seconds: None
        self.folder = base / "drop"
        self.folder.mkdir(exist_ok=True)
        self.options = yaml.safe_load(options) | changes

    def add(self, name, content, *, age_seconds=3600):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, dict | list):
            content = json.dumps(content)
        path.write_bytes(content.encode("windows-1252") if isinstance(content, str) else content)
        at = (self.now - timedelta(seconds=age_seconds)).timestamp()
        os.utime(path, (at, at))
        return path

    def open(self):
        context = Context(
            source="ERP", resolve=str, now=lambda: self.now, sleep=self.sleep, home=self.base / "home",
            base=self.base, pseudonymise=lambda name: f"person-{len(name)}",
        )  # fmt: skip
        return FilesConnector(FilesOptions.model_validate(self.options), context)

    def plan(self, cursor=None, stream="lines"):
        return self.open().plan(stream, cursor)

    def list_names(self, cursor=None, stream="lines"):
        return [json.loads(window.position)["file"] for window in self.plan(cursor, stream)]

    def read(self, window):
        """The batches of a window, or the error that it ends with."""
        try:
            return list(self.open().read(window))
        except SlipwatchError as error:
            return error

    def read_new(self, cursor=None, stream="lines"):
        """Every record and every reject of the windows that come next."""
        connector = self.open()
        batches = [batch for window in connector.plan(stream, cursor) for batch in connector.read(window)]
        return [one for batch in batches for one in batch.records], [one for batch in batches for one in batch.rejects]
