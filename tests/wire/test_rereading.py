"""What the raw archive keeps of a row is enough to map it anew."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from slipwatch.errors import RecordError
from slipwatch.model.records import Record
from slipwatch.wire.rereading import ArchivedTable, map_decimals, read_archived_rows, revive_cell
from slipwatch.wire.rows import Damaged, write_raw
from slipwatch.wire.values import Reason

NAMES = ("Order", "Due", "Note")
MOMENT = datetime(2026, 4, 17, 6, 30)  # noqa: DTZ001 — a cell of a workbook has no zone


def archive(*rows):
    return [write_raw(NAMES, row) for row in rows]


def cells(table):
    return [row.item for row in table.read_rows()]


def test_cells_stand_where_their_names_are_found():
    table = ArchivedTable(archive(("1", "", "x"), ("2", "soon", None)), typed=False)
    order, note, due = table.find(("order",)), table.find(("Remark", "NOTE")), table.find(("Due",))
    assert [(row[order], row[due], row[note]) for row in cells(table)] == [("1", None, "x"), ("2", "soon", None)]


def test_a_column_that_was_empty_everywhere_is_found_and_empty():
    table = ArchivedTable(archive(("1", "", "")), typed=False)
    position = table.find(("Due", "Termin"))
    assert [row[position] for row in cells(table)] == [None]
    assert table.find(("due",)) == position


@pytest.mark.parametrize("cell", [date(2026, 4, 17), MOMENT, MOMENT.replace(tzinfo=UTC), 3.5, "KW 17", "2026-99-99"])
def test_typed_cells_come_back_as_they_were(cell):
    table = ArchivedTable(archive((cell, None, None)), typed=True)
    assert cells(table) == [[cell]]


def test_texts_stay_texts_where_nothing_was_typed():
    assert cells(ArchivedTable(archive(("2026-04-17", "1", "2")), typed=False)) == [["2026-04-17", "1", "2"]]
    assert revive_cell("4500031870") == "4500031870"


def test_what_was_damaged_is_damaged_again():
    raw = json.dumps(["1", "2", "3", "4"])
    (row,) = ArchivedTable([raw], typed=False).read_rows()
    assert row.item == Damaged(raw)
    assert next(read_archived_rows([raw])).item == Damaged(raw)


def test_a_text_that_is_no_number_is_tried_as_one_that_was_typed():
    def map_record(item):
        if not isinstance(item[1], Decimal):
            raise RecordError(Reason.BAD_NUMBER)
        return Record(str(item[0]), "", {"amount": item[1]})

    assert map_decimals(map_record)(["a", "2.50"]).values == {"amount": Decimal("2.50")}
    with pytest.raises(RecordError):
        map_decimals(map_record)(["a", "2,50"])
