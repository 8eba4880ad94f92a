"""Tryton passes the suite that every connector passes."""

from datetime import date, timedelta

import pytest

from connectors.tryton import TrytonConnector
from connectors.tryton.client import READS
from slipwatch.testing.fault_server import FaultServer
from slipwatch.testing.harness import Harness
from slipwatch.testing.http_conformance import HttpConformance
from tests.connectors.tryton.double import (
    DATABASE,
    PASSWORD,
    STAMP,
    USER,
    TrytonDouble,
    build_line,
    build_move,
    build_order,
    build_party,
)


def build_double(series=8):
    double = TrytonDouble(series=series)
    double.parties = [build_party(1, "Own company"), build_party(2, "Nordwind"), build_party(3, "Lehmann", code=None)]
    double.orders = [build_order(1, 2), build_order(2, 3), build_order(3, 2, state="draft", number=None)]
    double.lines = [build_line(number, 1 + number % 2) for number in range(1, 5)] + [build_line(9, 3)]
    double.shipments = [
        {
            "id": 1,
            "number": "S1",
            "supplier": 2,
            "planned_date": date(2026, 3, 9),
            "write_date": None,
            "create_date": STAMP,
        }
    ]
    arrived = {"state": "done", "effective_date": date(2026, 3, 1), "write_date": STAMP + timedelta(hours=1)}
    double.moves = [
        build_move(1, 1, shipment="stock.shipment.in,1"),
        build_move(2, 2, **arrived),
        build_move(3, 3),
    ]
    return double


def may_ask(request):
    prefixes = tuple(pattern.rpartition("*")[2] for pattern in READS)
    return request.method == "POST" and request.body["method"].endswith(prefixes)


class TestTryton(HttpConformance):
    @pytest.fixture
    def harness(self, tmp_path):
        with FaultServer(build_double()) as server:
            harness = Harness(
                connector=TrytonConnector,
                options={"address": server.url, "database": DATABASE, "user": USER, "password": "env:TRYTON_PASSWORD"},
                secrets={"env:TRYTON_PASSWORD": PASSWORD},
                server=server,
                may_ask=may_ask,
                folder=tmp_path,
            )
            server.now = harness.clock.now
            yield harness
