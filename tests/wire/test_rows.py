"""Rows become batches within the bounds of the engine; rows that do not count are not expected either."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slipwatch.errors import ContractError, RecordError, TransientError
from slipwatch.model.records import Record, Statement, Window, WindowKind
from slipwatch.wire.batches import MOST_CHARACTERS
from slipwatch.wire.declaration import RecordsDeclaration
from slipwatch.wire.fields import Fields
from slipwatch.wire.row_rules import build_filter
from slipwatch.wire.rows import Damaged, Row, RowTarget, build_row_batches, limit_stamps, write_raw

NOW = datetime(2026, 3, 16, 5, 0, tzinfo=UTC)
WINDOW = Window(stream="lines", kind=WindowKind.COMPLETE, until=NOW, position="{}")


def map_record(item):
    if item < 0:
        raise RecordError("bad_number", key=str(item), excerpt=str(item), subject="amount")
    return Record(str(item), str(item), {"name": "x"})


def build(items, *, raw="{}", **target):
    rows = (Row(f"row {number}", item, raw) for number, item in enumerate(items, 1))
    facts = {"entity": "order_line", "window": WINDOW, "as_of": NOW, "map_record": map_record, "proof": "end_of_file"}
    return list(build_row_batches(rows, RowTarget(**(facts | target))))


@given(st.lists(st.integers(-3, 3000), max_size=30), st.sampled_from([1, 999, 1000, 1001]))
def test_every_row_is_in_one_batch_and_only_the_last_one_says_that_it_is_all(items, repeat):
    items = items * (repeat // 10 + 1)
    batches = build(items)
    assert [record.source_id for batch in batches for record in batch.records] == [
        str(one) for one in items if one >= 0
    ]
    assert sum(len(batch.rejects) for batch in batches) == sum(one < 0 for one in items)
    assert all(len(batch.raw) == len(batch.records) + len(batch.rejects) <= 1000 for batch in batches)
    assert [batch.completeness is not None for batch in batches] == [False] * (len(batches) - 1) + [True]
    assert batches[-1].completeness.read == len(items)


def test_an_empty_source_gives_one_empty_batch():
    (batch,) = build([])
    assert (batch.records, batch.rejects, batch.completeness.read) == ([], [], 0)


def test_long_rows_make_small_batches():
    raw = "x" * (MOST_CHARACTERS // 3)
    assert [len(batch.raw) for batch in build(range(7), raw=raw)] == [3, 3, 1]
    assert [len(batch.raw) for batch in build(range(2), raw="x" * (MOST_CHARACTERS + 1))] == [1, 1]


def test_a_reject_tells_where_it_stands():
    (batch,) = build([1, -2, Damaged("1;2;3")])
    assert [(one.source_id, one.reason, one.column, one.where, one.excerpt) for one in batch.rejects] == [
        ("-2", "bad_number", "amount", "row 2", "-2"),
        (None, "bad_row", None, "row 3", "1;2;3"),
    ]


def test_rows_that_do_not_count_are_taken_off_the_source_s_own_count():
    (batch,) = build([1, 2, 3, Damaged()], accept=lambda item: item != 2, expected=4, proof="count")
    assert len(batch.records) == 2
    assert len(batch.rejects) == 1
    assert (batch.completeness.read, batch.completeness.expected) == (3, 3)
    assert batch.completeness.proven


def test_a_source_that_announced_more_than_it_gave_is_not_proven():
    (batch,) = build([1, 2], expected=3, proof="count")
    assert not batch.completeness.proven


def test_what_refuses_the_whole_is_asked_before_it_is_called_complete():
    def refuse():
        raise TransientError("changed while it was being read")

    batches = build_row_batches(
        (Row("row", number, "{}") for number in range(1500)),
        RowTarget(entity="order_line", window=WINDOW, as_of=NOW, map_record=map_record, proof="x", finish=refuse),
    )
    assert next(batches).completeness is None
    with pytest.raises(TransientError):
        next(batches)


def test_nothing_is_known_or_stated_after_the_source_was_as_of():
    later, earlier = NOW + timedelta(hours=9), NOW - timedelta(days=9)
    history = (Statement("needed_on", None, None, earlier), Statement("needed_on", None, None, later))
    found = limit_stamps(Record("1", "1", {}, known_at=later, history=history), NOW)
    assert found.known_at == NOW
    assert [one.stated_at for one in found.history] == [earlier, NOW]
    early = Record("1", "1", {}, known_at=earlier, history=history[:1])
    assert limit_stamps(early, NOW) is early


def test_the_raw_text_of_a_row():
    assert write_raw(("a", "b", "c", "é"), (1.5, "", None, date(2026, 3, 4))) == '{"a":1.5,"é":"2026-03-04"}'


def accept(rules, row, names=("Commande", "Type", "Montant")):
    declared = RecordsDeclaration.model_validate(
        {"entity": "order_line", "key": "Commande", "columns": {"order_number": "Commande"}, **rules}
    )
    fields = Fields(find=lambda wanted: next((names.index(one) for one in wanted if one in names), None), names=names)
    return build_filter(declared, fields)(row)


@pytest.mark.parametrize(
    ("rules", "row", "counts"),
    [
        ({}, ["1", "A", 2], True),
        ({"skip": [{"from": "Commande", "equals": "Sous-total"}]}, [" sous-total ", "", 9], False),
        ({"skip": [{"from": "Commande", "equals": ["Total", "Summe"]}]}, ["Summe", "", 9], False),
        ({"skip": [{"from": "Commande", "equals": "Total"}]}, ["Totalement", "", 9], True),
        ({"skip": [{"from": "Commande", "matches": "^(Sous-)?total"}]}, ["Sous-total Site G", "", 9], False),
        ({"skip": [{"from": ["Order", "Commande"], "empty": True}]}, ["", "A", 9], False),
        ({"skip": [{"from": "Commande", "empty": True}]}, [None, "A", 9], False),
        ({"skip": [{"from": "Montant", "equals": "9"}]}, ["1", "A", 9.0], False),
        ({"only": [{"from": "Type", "equals": ["NB", "FO"]}]}, ["1", "fo", 9], True),
        ({"only": [{"from": "Type", "equals": ["NB", "FO"]}]}, ["1", "XX", 9], False),
        ({"only": [{"from": "Type", "matches": "."}, {"from": "Montant", "empty": True}]}, ["1", "A", 9], False),
        ({"skip": [{"from": "Montant", "equals": "[1]"}]}, ["1", "A", [1]], False),
    ],
)
def test_which_rows_count(rules, row, counts):
    assert accept(rules, row) is counts


def test_a_rule_on_a_column_that_is_gone_stops_the_window():
    with pytest.raises(ContractError, match="“Total”"):
        accept({"skip": [{"from": "Total", "empty": True}]}, ["1", "A", 2])
