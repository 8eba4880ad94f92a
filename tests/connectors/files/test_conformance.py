"""Drop folders pass the suite that every connector passes."""

import pytest

from connectors.files import FilesConnector
from slipwatch.testing.conformance import ConnectorConformance
from slipwatch.testing.harness import Harness
from tests.connectors.files.drops import NOW, Drop, write_lines
from tests.wire.workbooks import write_workbook

STREAMS = """
folder: drop
time_zone: Europe/Paris
formats: ["%d/%m/%Y"]
streams:
  - stream: milestones
    entity: milestone
    pattern: "*.xlsx"
    format: xlsx
    complete: true
    as_of: {from: cell, cell: A1, pattern: "du (.*)$", formats: ["%d/%m/%Y"]}
    header: [Code]
    key: Code
    columns: {name: Jalon, forecast_on: Date}
  - stream: items
    entity: work_item
    pattern: "*.json"
    format: json
    complete: true
    as_of: {from: field, field: at}
    records: items
    count: count
    key: id
    columns: {name: title, due_on: {from: due, formats: [instant]}, assignee: who}
    history: {path: changes, by: who, columns: {due: due_on}}
  - stream: notices
    entity: shipment
    pattern: "*.csv"
    format: csv
    complete: false
    as_of: {from: modified}
    key: number
    known_at: {from: day, formats: ["%d/%m/%Y"]}
    columns: {order_line: line, noticed_on: day}
"""


class TestOrders(ConnectorConformance):
    @pytest.fixture
    def harness(self, tmp_path):
        drop = Drop(tmp_path)
        drop.add("2026-03-13_orders.csv", write_lines(2500))
        return Harness(connector=FilesConnector, options=drop.options, folder=tmp_path, now=NOW)


class TestAllFormats(ConnectorConformance):
    @pytest.fixture
    def harness(self, tmp_path):
        drop = Drop(tmp_path, STREAMS)
        write_workbook(
            drop.folder / "plan.xlsx",
            [["Édition du 13/03/2026"], ["Code", "Jalon", "Date"], ["M1", "SIT", "30/04/2026"]],
        )
        change = {
            "field": "due",
            "old": None,
            "new": "2026-04-01T22:00:00Z",
            "at": "2026-03-01T08:00:00Z",
            "who": "Ann",
        }
        item = {"id": 1, "title": "Story", "due": "2026-04-01T22:00:00Z", "who": "Ann", "changes": [change]}
        drop.add("tracker.json", {"at": "2026-03-16T04:59:00Z", "count": 1, "items": [item]})
        drop.add("notices.csv", "number,line,day\nLA1,4500031870/10,16/03/2026\n")
        return Harness(connector=FilesConnector, options=drop.options, folder=tmp_path, now=NOW)
