"""Batches hold at most 1,000 records, keep raw texts beside their records, and end with a proof."""

from datetime import UTC, datetime, timedelta

import pytest

from slipwatch.errors import ContractError
from slipwatch.model.records import Completeness, Statement
from slipwatch.wire.batches import MOST_CHARACTERS, MOST_RECORDS, Target, build_batches
from slipwatch.wire.days import Day, Instant
from slipwatch.wire.mapping import Field, Key, RecordMap, compile_map
from slipwatch.wire.windows import plan_complete

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
MAP = compile_map(
    RecordMap(
        entity="milestone",
        key=Key(paths=("id",)),
        known_at=Field("known_at", "at", read=Instant(), optional=True),
        fields=(Field("name", "name"), Field("forecast_on", "due", read=Day())),
    )
)


def build_rows(start, stop, **more):
    return [{"id": number, "name": f"M{number}", "due": "2026-05-04", **more} for number in range(start, stop)]


def build(pages, **options):
    target = Target(
        entity="milestone", window=plan_complete("versions", clock=NOW), as_of=NOW, map_record=MAP, **options
    )
    counted = []
    batches = list(build_batches(pages, target, complete=lambda read: counted.append(read) or prove(read)))
    return batches, counted


def prove(read):
    return Completeness(read=read, expected=read, proof="count")


@pytest.mark.parametrize("size", [1, 100, 400, 1000, 2500])
def test_pages_of_any_size_give_bounded_batches(size):
    rows = build_rows(0, 2500)
    batches, counted = build([rows[start : start + size] for start in range(0, 2500, size)])
    assert [record.source_id for batch in batches for record in batch.records] == [str(n) for n in range(2500)]
    assert all(len(batch.raw) <= MOST_RECORDS for batch in batches)
    assert len(batches) <= 4
    assert counted == [2500]


def test_only_the_last_batch_carries_the_proof():
    batches, _ = build([build_rows(0, 1000), build_rows(1000, 1500)])
    assert [batch.completeness for batch in batches] == [None, prove(1500)]


def test_nothing_is_a_batch_too():
    batches, counted = build([])
    assert [(batch.records, batch.completeness) for batch in batches] == [([], prove(0))]
    assert counted == [0]


def test_large_records_come_in_smaller_batches():
    rows = build_rows(0, 40, text="x" * (MOST_CHARACTERS // 10))
    batches, _ = build([rows[start : start + 5] for start in range(0, 40, 5)])
    assert len(batches) >= 4
    assert max(sum(map(len, batch.raw)) for batch in batches) <= MOST_CHARACTERS


def test_raw_texts_stand_in_the_order_of_records_then_rejects():
    first, second = build_rows(0, 3), build_rows(3, 6)
    first[1]["due"] = second[0]["due"] = "soon"
    (batch,), counted = build([first, second])
    assert [record.source_id for record in batch.records] == ["0", "2", "4", "5"]
    assert [reject.source_id for reject in batch.rejects] == ["1", "3"]
    assert [raw[:8] for raw in batch.raw] == [f'{{"id":{n},' for n in (0, 2, 4, 5, 1, 3)]
    assert [reject.where for reject in batch.rejects] == ["record 2 of the answer", "record 4 of the answer"]
    assert counted == [6]


def test_what_is_no_fact_is_listed_and_does_not_arrive():
    batches, counted = build([build_rows(0, 10)], keep=lambda row: row["id"] % 2 == 0)
    assert len(batches[0].records) == 5
    assert counted == [10]
    assert batches[0].completeness == prove(5)


@pytest.mark.parametrize(("expected", "left"), [(12, 7), (None, None)])
def test_what_is_missing_stays_missing_beside_what_is_no_fact(expected, left):
    target = Target(
        entity="milestone",
        window=plan_complete("v", clock=NOW),
        as_of=NOW,
        map_record=MAP,
        keep=lambda row: row["id"] % 2 == 0,
    )
    proof = Completeness(read=10, expected=expected, proof="count")
    (batch,) = build_batches([build_rows(0, 10)], target, complete=lambda read: proof)
    assert (batch.completeness.read, batch.completeness.expected) == (5, left)


def test_nothing_is_known_before_it_is_read():
    ahead, before = (NOW + timedelta(hours=1)).isoformat(), (NOW - timedelta(hours=1)).isoformat()
    (batch,), _ = build([[*build_rows(0, 1, at=ahead), *build_rows(1, 2, at=before)]])
    assert [record.known_at for record in batch.records] == [None, NOW - timedelta(hours=1)]


def test_nothing_was_stated_after_it_was_read():
    def tell(item, values):
        return tuple(Statement("forecast_on", None, None, NOW + timedelta(hours=hours)) for hours in (-1, 1))

    telling = compile_map(
        RecordMap(entity="milestone", key=Key(paths=("id",)), fields=(Field("name", "name"),), history=tell)
    )
    target = Target(entity="milestone", window=plan_complete("v", clock=NOW), as_of=NOW, map_record=telling)
    (batch,) = build_batches([build_rows(0, 1)], target, complete=prove)
    assert [one.stated_at for one in batch.records[0].history] == [NOW - timedelta(hours=1), NOW]


def test_a_field_that_is_gone_ends_the_window():
    rows = build_rows(0, 2)
    del rows[1]["due"]
    with pytest.raises(ContractError, match="due"):
        build([rows])
