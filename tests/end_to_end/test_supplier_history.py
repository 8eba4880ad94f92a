"""A delivery history read by mapping alone, and asked about a past day: nothing that was known later may speak."""

import csv
import gzip
import io
import json
import shutil
from collections import Counter
from datetime import date

import pytest

from benchmarks import supplier_history
from benchmarks.supplier_export import COLUMNS, SUPPLIERS, cut_to, make_lines, write_export
from benchmarks.supplier_history import CONFIG, EXPORT, PUBLISHED, prepare, read_history

DAY = date(2010, 9, 15)
ROWS = 600


def read(folder, lines, day=DAY):
    shutil.copytree(CONFIG, folder / "config")
    write_export(folder / "config" / "exports" / EXPORT, lines)
    return read_history(folder, day)


@pytest.fixture(scope="module")
def lines():
    return make_lines(ROWS)


@pytest.fixture(scope="module")
def history(tmp_path_factory, lines):
    return read(tmp_path_factory.mktemp("history"), lines)


def test_every_row_is_read_or_named_with_its_reason(history, lines):
    damaged = [line for line in lines if is_damaged(line, "scheduled_delivery") or is_damaged(line, "qty")]
    assert damaged
    assert history.rows == ROWS - len(damaged)
    assert history.rejects["ordered_lines"] + history.rejects["recorded_lines"] == len(damaged)
    assert sum(history.reasons.values()) == sum(history.rejects.values())
    counted = Counter()
    for reason, count in history.reasons.items():
        stream, *why = reason.split()
        counted["receipts" if stream == "receipts" else "lines", *why] += count
    assert counted == {
        ("lines", "bad_date", "needed_on"): count_damaged(lines, "scheduled_delivery"),
        ("lines", "bad_number", "ordered_quantity"): count_damaged(lines, "qty"),
        ("receipts", "bad_date", "received_on"): count_damaged(lines, "delivered"),
        ("receipts", "bad_number", "received_quantity"): count_damaged(lines, "qty"),
    }


def is_damaged(line, column):
    return line[column] in {"31/02/2010", "12 packs", "soon"}


def count_damaged(lines, column):
    return sum(is_damaged(line, column) for line in lines)


def test_what_is_late_on_the_day_is_what_was_ordered_promised_and_not_recorded_then(history, lines):
    """An oracle without booking lags: no finding may fall outside it, and what is a month late must be in it."""
    found = {finding["line"] for finding in history.findings}
    day = DAY.isoformat()
    readable = [line for line in lines if not is_damaged(line, "scheduled_delivery") and not is_damaged(line, "qty")]
    due = {
        f"{line['po_no']}/{line['line_id']}": (DAY - date.fromisoformat(line["scheduled_delivery"])).days
        for line in readable
        if "" < line["po_sent"] <= day
        and line["scheduled_delivery"] < day
        and (line["delivery_recorded"] > day or is_damaged(line, "delivered"))
    }
    unreadable = {f"{line['po_no']}/{line['line_id']}" for line in readable if is_damaged(line, "delivered")}
    assert {line for line, late in due.items() if late > 30} <= found
    assert found <= set(due) | unreadable
    assert len(set(due) & found) >= 3
    named = {finding["supplier"] for finding in history.findings if finding["line"] in due}
    assert named <= set(SUPPLIERS)


@pytest.mark.parametrize("day", [date(2009, 11, 2), DAY, date(2011, 6, 30)])
def test_the_whole_file_says_of_a_day_what_the_file_of_that_day_said(tmp_path, lines, day):
    whole = read(tmp_path / "whole", lines, day)
    then = read(tmp_path / "then", list(cut_to(lines, day)), day)
    assert whole.findings
    assert whole.findings == then.findings


def test_another_future_changes_nothing(tmp_path, history, lines):
    day = DAY.isoformat()
    other = [
        line | {"delivered": "2012-12-03", "delivery_recorded": "2012-12-03"}
        if line["delivery_recorded"] > day and not is_damaged(line, "delivered")
        else line
        for line in lines
    ]
    assert other != lines
    assert read(tmp_path, other).findings == history.findings


def test_without_its_days_of_knowledge_the_mapping_would_leak(tmp_path, history, lines):
    """The comparison above is worth something: a mapping that forgets when a delivery was recorded fails it."""
    shutil.copytree(CONFIG, tmp_path / "config")
    sources = tmp_path / "config" / "sources.yaml"
    text = sources.read_text(encoding="utf-8")
    told = 'known_at: {from: delivery_recorded, formats: ["%Y-%m-%d"]}'
    assert text.count(told) == 2
    sources.write_text(text.replace(told, 'known_at: {from: po_sent, formats: ["%Y-%m-%d"]}'), encoding="utf-8")
    write_export(tmp_path / "config" / "exports" / EXPORT, lines)
    assert read_history(tmp_path, DAY).findings != history.findings


def test_the_command_reads_a_packed_file(tmp_path, capsys, lines):
    write_export(tmp_path / "plain.csv", lines)
    (tmp_path / PUBLISHED).write_bytes(gzip.compress((tmp_path / "plain.csv").read_bytes()))
    arguments = ["--data", str(tmp_path), "--as-of", DAY.isoformat()]
    assert supplier_history.main([*arguments, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["rows"] == ROWS - told["rejects"]["ordered_lines"] - told["rejects"]["recorded_lines"]
    assert supplier_history.main(arguments) == 0
    shown = capsys.readouterr().out
    assert f"{told['rows']} order lines" in shown
    assert f"as of {DAY}, by what was known then: {len(told['findings'])} findings" in shown


def test_a_folder_without_the_file_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match=PUBLISHED):
        prepare(tmp_path / "work", tmp_path)


def test_the_same_seed_writes_the_same_export(tmp_path, lines):
    assert make_lines(ROWS) == lines
    assert make_lines(ROWS, seed=2) != lines
    write_export(tmp_path / "a.csv", lines)
    assert next(csv.reader(io.StringIO((tmp_path / "a.csv").read_text(encoding="utf-8")))) == list(COLUMNS)
