"""Spooling: what reaches the raw archive, what is set aside, and what ends a window."""

import subprocess
import sys
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pyarrow.parquet as pq
import pytest

from slipwatch.errors import ContractError, IncompleteError, LedgerError, TransientError
from slipwatch.model.records import Completeness, Record, Reject, WindowKind
from slipwatch.store.spool import load_spooled, prune_spool, spool_window
from tests.store.streams import amount, day, make_batches, make_record, on, state


def spool(batches, folder, *, source="ERP", most_rejects_percent=100.0):
    return spool_window(batches, folder, source=source, most_rejects_percent=most_rejects_percent)


def spool_records(folder, records, **options):
    return spool(make_batches(records, as_of=day(0), **options), folder)


def read(spooled):
    return [row for table in spooled.read_records() for row in table.to_pylist()]


def list_folders(folder):
    return list(folder.glob("*/*/*"))


def test_the_archive_holds_canonical_columns_and_the_raw_text(tmp_path):
    values = {"promised_on": on("2026-03-01"), "unit_price": amount("12.50"), "updated_at": day(0.5)}
    batches = make_batches([make_record("a", values, url="https://erp.example/a", stated_by="anna")], as_of=day(0))
    batches[0].raw = ['{"id": "a", "price": "12,50"}']
    spooled = spool(batches, tmp_path)
    (row,) = pq.read_table(spooled.paths[0]).to_pylist()
    assert (row["source_id"], row["label"], row["url"], row["stated_by"]) == (
        "a",
        "line a",
        "https://erp.example/a",
        "anna",
    )
    assert row["promised_on"] == date(2026, 3, 1)
    assert row["unit_price"] == 125_000
    assert row["updated_at"] == day(0.5)
    assert row["known_at"] == day(0)
    assert row["raw"] == '{"id": "a", "price": "12,50"}'


def test_a_spooled_window_says_what_it_is(tmp_path):
    records = [make_record("a", {}), make_record("b", {})]
    spooled = spool_records(tmp_path, records, rejects=[Reject("c", "bad_date", "promised_on", "row 3", "x")])
    assert (spooled.source, spooled.stream, spooled.entity) == ("ERP", "lines", "order_line")
    assert (spooled.rows, spooled.rejects, spooled.as_of) == (2, 1, day(0))
    assert spooled.completeness == Completeness(read=3, expected=3, proof="count")
    assert spooled.folder == tmp_path / spooled.archive
    assert all(path.is_file() for path in spooled.paths)


def test_a_spooled_window_can_be_loaded_again(tmp_path):
    spooled = spool_records(tmp_path, [make_record("a", {})], position='{"page": 3}', kind=WindowKind.INCREMENTAL)
    assert load_spooled(tmp_path, spooled.archive) == spooled


@pytest.mark.parametrize("damage", ["remove", "truncate"])
def test_a_window_whose_archive_is_gone_is_named(tmp_path, damage):
    spooled = spool_records(tmp_path, [make_record("a", {})])
    if damage == "remove":
        spooled.paths[0].unlink()
    else:
        spooled.paths[0].write_bytes(spooled.paths[0].read_bytes()[:-9])
    with pytest.raises(LedgerError, match="raw archive"):
        load_spooled(tmp_path, spooled.archive)


def test_the_fingerprint_is_that_of_the_content(tmp_path):
    def sign(records, **options):
        return spool_records(tmp_path, records, **options).fingerprint

    plain = sign([make_record("a", {"name": "x"}), make_record("b", {})])
    assert sign([make_record("a", {"name": "x"}), make_record("b", {})], size=1) == plain
    assert sign([make_record("a", {"name": "x"}, known_at=day(-3)), make_record("b", {})]) == plain
    different = [
        [make_record("a", {"name": "y"}), make_record("b", {})],
        [make_record("a", {"name": "x"})],
        [make_record("a", {"name": "x"}, label="other"), make_record("b", {})],
        [make_record("a", {}), make_record("b", {"name": "x"})],
        [make_record("a", {"name": "x"}, history=(state("promised_on", None, on("2026-03-01"), day(0)),)),
         make_record("b", {})],
    ]  # fmt: skip
    assert len({plain, *(sign(records) for records in different)}) == 6
    bad = Reject("c", "bad_date", "promised_on", "row 3", "x")
    assert sign([make_record("a", {"name": "x"}), make_record("b", {})], rejects=[bad]) != plain


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("promised_on", "2026-03-01", "bad_date"),
        ("promised_on", datetime(2026, 3, 1), "bad_date"),  # noqa: DTZ001 — what a careless mapping hands over
        ("updated_at", datetime(2026, 3, 1), "bad_instant"),  # noqa: DTZ001 — what a careless mapping hands over
        ("updated_at", date(2026, 3, 1), "bad_instant"),
        ("unit_price", 12.5, "bad_number"),
        ("unit_price", True, "bad_number"),
        ("unit_price", Decimal("NaN"), "bad_number"),
        ("unit_price", Decimal("Infinity"), "bad_number"),
        ("unit_price", Decimal("0.00001"), "too_precise"),
        ("unit_price", Decimal("1." + "0" * 40 + "1"), "too_precise"),
        ("unit_price", Decimal("922337203685477.5808"), "out_of_range"),
        ("unit_price", Decimal("1E+30"), "out_of_range"),
        ("name", 7, "bad_text"),
        ("completed", "yes", "bad_flag"),
        ("completed", 1, "bad_flag"),
        ("order_number", None, "missing_value"),
    ],
)
def test_a_value_that_no_column_can_hold_sets_its_record_aside(tmp_path, column, value, reason):
    good = make_record("a", {"name": "good"})
    bad = replace(make_record("b", {}), values={"order_number": "1", column: value})
    spooled = spool_records(tmp_path, [good, bad])
    assert [row["source_id"] for row in read(spooled)] == ["a"]
    (reject,) = spooled.read_rejects()
    assert (reject["source_id"], reject["reason"], reject["column"]) == ("b", reason, column)
    assert (spooled.rows, spooled.rejects) == (1, 1)
    raw = pq.read_table(spooled.paths[1])["raw"].to_pylist()
    assert raw == ['{"id": "b"}']


@pytest.mark.parametrize("value", [Decimal("1.50000000"), Decimal("0E+50"), Decimal("-0.0001"), Decimal("1E+3")])
def test_amounts_that_can_be_held_are_held_exactly(tmp_path, value):
    spooled = spool_records(tmp_path, [make_record("a", {"unit_price": value})])
    assert Decimal(read(spooled)[0]["unit_price"]) / 10_000 == value


def test_an_unknown_choice_and_a_number_that_is_none_are_set_aside(tmp_path):
    item = Record("1", "#1", {"name": "x", "status": "maybe"})
    wild = Record("2", "#2", {"name": "x", "estimate_hours": float("nan")})
    spooled = spool_records(tmp_path, [item, wild], entity="work_item")
    assert [one["reason"] for one in spooled.read_rejects()] == ["unknown_choice", "bad_number"]


@pytest.mark.parametrize("key", [None, "", 7])
def test_a_record_without_a_key_is_set_aside(tmp_path, key):
    spooled = spool_records(tmp_path, [make_record("a", {}), replace(make_record("b", {}), source_id=key)])
    (reject,) = spooled.read_rejects()
    assert (reject["source_id"], reject["reason"], reject["where"]) == (None, "missing_key", "record 2")


def test_text_that_no_database_can_hold_is_repaired_visibly(tmp_path):
    hostile = make_record("a", {"name": "x\0y \ud800 \ud83d\ude00"}, label="l\0")
    (row,) = read(spool_records(tmp_path, [hostile]))
    assert row["name"] == "x\N{REPLACEMENT CHARACTER}y \N{REPLACEMENT CHARACTER} \N{GRINNING FACE}"
    assert row["label"] == "l\N{REPLACEMENT CHARACTER}"


def test_an_unknown_column_is_a_fault_of_the_mapping(tmp_path):
    with pytest.raises(ContractError, match="no column colour"):
        spool_records(tmp_path, [make_record("a", {"colour": "red"})])
    with pytest.raises(ContractError, match="no canonical entity"):
        spool_records(tmp_path, [make_record("a", {})], entity="unicorn")
    with pytest.raises(ContractError, match="no column colour"):
        spool_records(tmp_path, [make_record("a", {}, history=(state("colour", 1, 2, day(0)),))])


def test_the_same_record_twice_is_one(tmp_path):
    record = make_record("a", {"name": "x"})
    spooled = spool_records(tmp_path, [record, make_record("b", {}), record])
    assert [row["source_id"] for row in read(spooled)] == ["a", "b"]
    assert (spooled.rows, spooled.rejects) == (2, 0)


def test_two_records_with_one_key_that_differ_are_both_set_aside(tmp_path):
    records = [make_record("a", {"name": "x"}), make_record("b", {}), make_record("a", {"name": "y"})]
    spooled = spool_records(tmp_path, records, size=1)
    assert [row["source_id"] for row in read(spooled)] == ["b"]
    assert [(one["source_id"], one["reason"]) for one in spooled.read_rejects()] == [("a", "duplicate_key")] * 2
    assert (spooled.rows, spooled.rejects) == (1, 2)
    assert pq.read_table(spooled.paths[1])["raw"].to_pylist() == ['{"id": "a"}'] * 2
    assert load_spooled(tmp_path, spooled.archive) == spooled


def test_a_page_that_comes_twice_ends_the_window(tmp_path):
    batches = make_batches([make_record(str(number), {}) for number in range(4)], as_of=day(0), size=2)
    batches.insert(1, batches[0])
    with pytest.raises(IncompleteError, match="came twice"):
        spool(batches, tmp_path)
    assert list_folders(tmp_path) == []


def test_a_source_that_gives_nothing_at_all_is_incomplete(tmp_path):
    with pytest.raises(IncompleteError, match="no batch"):
        spool([], tmp_path)


def test_an_empty_answer_with_a_count_is_a_window(tmp_path):
    spooled = spool_records(tmp_path, [])
    assert (spooled.rows, spooled.rejects) == (0, 0)
    assert list(spooled.read_records()) == []


def test_a_window_without_its_end_has_no_completeness(tmp_path):
    batches = make_batches([make_record(str(number), {}) for number in range(4)], as_of=day(0), size=2)
    assert spool(batches[:1], tmp_path).completeness is None


def test_a_count_that_is_not_what_arrived_ends_the_window(tmp_path):
    batches = make_batches([make_record("a", {})], as_of=day(0))
    batches[0].completeness = Completeness(read=2, expected=2, proof="count")
    with pytest.raises(IncompleteError, match="counted 2 records, 1 arrived"):
        spool(batches, tmp_path)


def test_too_many_rejects_set_the_window_aside(tmp_path):
    bad = [Reject(str(number), "bad_date", "promised_on", f"row {number}", "x") for number in range(2)]
    batches = make_batches([make_record(str(number), {}) for number in range(2, 10)], as_of=day(0), rejects=bad)
    assert spool(batches, tmp_path, most_rejects_percent=20).rejects == 2
    with pytest.raises(ContractError, match="2 of 10 records cannot be read: 2 x bad_date"):
        spool(batches, tmp_path, most_rejects_percent=19)


@pytest.mark.parametrize("fault", ["many", "large", "raw", "stream", "entity"])
def test_a_batch_that_breaks_its_bounds_is_refused(tmp_path, fault):
    batches = make_batches([make_record(str(number), {}) for number in range(4)], as_of=day(0), size=2)
    if fault == "many":
        batches = make_batches([make_record(str(number), {}) for number in range(1001)], as_of=day(0), size=1001)
    elif fault == "large":
        batches[0].raw[0] = "x" * (8 * 1024 * 1024)
    elif fault == "raw":
        batches[0].raw.pop()
    elif fault == "stream":
        batches[1].window = replace(batches[1].window, stream="other")
    else:
        batches[1].entity = "receipt"
    with pytest.raises(ContractError):
        spool(batches, tmp_path)


def test_a_source_that_fails_in_the_middle_leaves_nothing(tmp_path):
    def fail():
        yield make_batches([make_record("a", {})], as_of=day(0))[0]
        raise TransientError("connection dropped")

    with pytest.raises(TransientError):
        spool(fail(), tmp_path)
    assert list_folders(tmp_path) == []


def test_the_newest_instant_of_the_batches_is_that_of_the_window(tmp_path):
    batches = make_batches([make_record(str(number), {}) for number in range(2)], as_of=day(0), size=1)
    batches[0].as_of = day(1)
    spooled = spool(batches, tmp_path)
    assert spooled.as_of == day(1)
    assert [row["known_at"] for row in read(spooled)] == [day(1), day(0)]


def test_names_that_no_file_system_likes_stay_apart(tmp_path):
    names = ["../../etc", "a:b", "a/b", "a b", "É", "CON"]
    archives = {spool_records(tmp_path, [make_record("a", {})], stream=name).archive for name in names}
    assert len(archives) == len(names)
    assert all(path.is_relative_to(tmp_path) for path in list_folders(tmp_path))
    assert len(list_folders(tmp_path)) == len(names)


def test_pruning_deletes_old_windows_and_what_killed_runs_left(tmp_path):
    old = spool_records(tmp_path, [make_record("a", {})])
    held = spool_records(tmp_path, [make_record("a", {})], position="held")
    new = spool(make_batches([make_record("a", {})], as_of=day(9)), tmp_path)
    left = tmp_path / f"{old.archive}.unfinished"
    left.mkdir()
    assert prune_spool(tmp_path, before=day(5), keep={held.archive}) == 2
    assert sorted(list_folders(tmp_path)) == sorted([held.folder, new.folder])


def test_reading_and_merging_never_import_pandas(tmp_path):
    script = """
import sys
from pathlib import Path
from slipwatch.store.ledger import Ledger
from tests.store import streams
ledger = Ledger.open(f"sqlite:///{sys.argv[1]}/ledger.db", create=True)
from slipwatch.store.runs import start_run
from slipwatch.store.spool import spool_window
from slipwatch.store.writer import merge_window
bad = streams.Reject("z", "bad_date", "promised_on", "row", "x")
for number in range(4):
    changes = {"promised_on": streams.on(f"2026-03-0{number + 1}"), "unit_price": streams.amount("1.5")}
    records = [streams.make_record("a", changes), streams.make_record(str(number), {}), streams.make_record("7", {})]
    for day in (number, number - 0.5):
        batches = streams.make_batches(records, as_of=streams.day(day), rejects=[bad])
        spooled = spool_window(batches, Path(sys.argv[1]), source="ERP", most_rejects_percent=100)
        run = start_run(ledger, kind="test", at=streams.day(number), configuration={})
        merge_window(ledger, spooled, run=run, at=streams.day(number), subject_keys=streams.name_by_label)
assert "pandas" not in sys.modules, "pandas was imported"
"""
    done = subprocess.run([sys.executable, "-c", script, tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
