"""What goes wrong with files: the record or the file is set aside with key and reason, the rest is read."""

import json
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from pydantic import ValidationError

from slipwatch.errors import AccessError, ConfigError, ContractError, IncompleteError, PermanentError
from tests.connectors.files.drops import FRENCH, ORDERS, Drop, write_lines
from tests.wire.workbooks import replace_part, write_workbook

PLAN = """
folder: drop
time_zone: Europe/Paris
formats: ["%d/%m/%Y"]
streams:
  - stream: milestones
    entity: milestone
    pattern: "*.xlsx"
    format: xlsx
    complete: true
    as_of: {from: cell, cell: A2, pattern: "du (.*)$", formats: ["%d/%m/%Y"]}
    sheet: [Milestones, Jalons]
    header: [Code, [Jalon, Meilenstein]]
    skip: [{from: Code, matches: "^Total"}]
    key: {from: Code, pattern: "M[0-9]+"}
    columns:
      name: [Jalon, Meilenstein]
      forecast_on: [Date actuelle, Termin]
      progress_claimed: Avancement
"""

TITLES = [["Plan directeur"], ["Édition du 13/03/2026"], []]
HEADER = ["Code", "Jalon", "Date actuelle", "Avancement"]

TRACKER = """
folder: drop
streams:
  - stream: items
    entity: work_item
    pattern: "*.json"
    format: json
    complete: true
    as_of: {from: field, field: exported_at}
    records: data.items
    count: data.count
    key: id
    columns:
      name: title
      kind: {from: type, choices: {Story: story, Bug: defect}}
      due_on: {from: due, formats: [instant], time_zone: Europe/London}
      severity: {from: defect.severity, optional: true}
"""


def plan(base, rows, *, header=HEADER, sheet="Jalons", **changes):
    drop = Drop(base, PLAN, **changes)
    write_workbook(drop.folder / "plan.xlsx", [*TITLES, header, *rows], sheet=sheet)
    return drop


def read_items(base, items, **envelope):
    drop = Drop(base, TRACKER)
    document = {"exported_at": "2026-03-16T04:00:00Z", "data": {"count": len(items), "items": items}} | envelope
    drop.add("tracker.json", document)
    return drop


def list_rejects(rejects):
    return [(one.source_id, one.reason, one.column, one.where, one.excerpt) for one in rejects]


def test_dates_as_cells_and_as_text_stand_in_one_column_and_a_week_is_set_aside(tmp_path):
    drop = plan(
        tmp_path,
        [
            ["M1", "Conception", date(2026, 1, 30), 1],
            ["M2", "Réalisation", "27/03/2026", (0.5, "0%")],
            ["M3", "Migration", "KW 17", None],
            ["M4", "Essais", 46142, "40 %"],
            ["M5", "Recette", "31/02/2026", None],
            ["M6", "Bascule", "07/13/2026", None],
            [],
            ["Total", "6 jalons"],
            ["M7", "Clôture", None, 1.2],
        ],
    )
    records, rejects = drop.read_new(stream="milestones")
    assert {one.source_id: one.values["forecast_on"] for one in records} == {
        "M1": date(2026, 1, 30), "M2": date(2026, 3, 27),
    }  # fmt: skip
    assert records[1].values["progress_claimed"] == 0.5
    assert list_rejects(rejects) == [
        ("M3", "bad_date", "forecast_on", "plan.xlsx, sheet Jalons, row 7", "KW 17"),
        ("M4", "bad_date", "forecast_on", "plan.xlsx, sheet Jalons, row 8", "46142.0"),
        ("M5", "bad_date", "forecast_on", "plan.xlsx, sheet Jalons, row 9", "31/02/2026"),
        ("M6", "bad_date", "forecast_on", "plan.xlsx, sheet Jalons, row 10", "07/13/2026"),
        ("M7", "bad_number", "progress_claimed", "plan.xlsx, sheet Jalons, row 13", "1.2"),
    ]


def test_a_column_in_its_second_language(tmp_path):
    drop = plan(tmp_path, [["M1", "Design", "30/01/2026", 1]], header=["Code", "Meilenstein", "Termin", "Avancement"])
    ((record,), ()) = drop.read_new(stream="milestones")
    assert record.values["forecast_on"] == date(2026, 1, 30)


def test_a_column_with_an_unknown_name_sets_the_file_aside(tmp_path):
    drop = plan(tmp_path, [["M1", "Design", "30/01/2026", 1]], header=["Code", "Jalon", "Date prévue", "Avancement"])
    (window,) = drop.plan(stream="milestones")
    broken = drop.read(window)
    assert isinstance(broken, ContractError)
    assert "“Date actuelle” or “Termin” (forecast_on) is missing; the file has Code, Jalon, Date prévue" in str(broken)


def test_a_formula_that_shows_an_error_is_no_empty_date(tmp_path):
    drop = plan(tmp_path, [["M1", "Conception", None, 1], ["M2", "Essais", date(2026, 4, 30), 1]])
    path = drop.folder / "plan.xlsx"
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    broken = sheet.replace('<c r="D5">', '<c r="C5" t="e"><v>#REF!</v></c><c r="D5">')
    assert broken != sheet
    replace_part(path, "xl/worksheets/sheet1.xml", broken)
    records, (reject,) = drop.read_new(stream="milestones")
    assert [one.source_id for one in records] == ["M2"]
    assert (reject.source_id, reject.column, reject.excerpt) == ("M1", "forecast_on", "#ERROR")


def test_a_sheet_that_is_gone_and_a_date_that_is_gone(tmp_path):
    drop = plan(tmp_path, [["M1", "Design", "30/01/2026", 1]], sheet="Feuil1")
    (window,) = drop.plan(stream="milestones")
    assert "the workbook has Feuil1" in str(drop.read(window))
    write_workbook(
        drop.folder / "plan.xlsx", [["x"], ["no date"], HEADER, ["M1", "a", "30/01/2026", 1]], sheet="Jalons"
    )
    (window,) = drop.plan(stream="milestones")
    assert "no date can be read from “no date”" in str(drop.read(window))


def test_an_order_file_that_a_spreadsheet_saved_is_refused_row_by_row(tmp_path):
    """Order numbers as 4,5E+09 and suppliers without zeros: nothing of it may look like 3 new orders."""
    drop = Drop(tmp_path)
    rows = ["4,5E+09;10;100210;20/03/2026;1", "4,5E+09;20;100210;20/03/2026;2", "4500031872;30;100210;20/03/2026;3"]
    drop.add("2026-03-13_orders.csv", "\n".join([FRENCH, *rows, "Sous-total;;;;6"]))
    records, rejects = drop.read_new()
    assert records == []
    assert list_rejects(rejects) == [
        (None, "bad_key", None, "2026-03-13_orders.csv, line 2", "4,5E+09"),
        (None, "bad_key", None, "2026-03-13_orders.csv, line 3", "4,5E+09"),
        ("4500031872/30", "bad_key", "supplier", "2026-03-13_orders.csv, line 4", "100210"),
    ]


def test_bad_rows_are_set_aside_and_their_neighbours_are_read(tmp_path):
    drop = Drop(tmp_path)
    good = "4500031870;10;0000100210;20/03/2026;1 024"
    rows = [good, "4500031871;10;0000100210;20/03/2026", '"4500"031872;10;x;;', "4500031873;10;0000100210;;1,5;;;",
            "4500031874;;0000100210;;1", "4500031875;10;0000100210;;NaN", good]  # fmt: skip
    drop.add("2026-03-13_orders.csv", "\n".join([FRENCH, *rows]))
    records, rejects = drop.read_new()
    assert [one.source_id for one in records] == ["4500031873/10"]
    assert [(one.reason, one.where.split("line ")[1]) for one in rejects] == [
        ("bad_number", "2"), ("bad_row", "3"), ("bad_row", "4"), ("missing_key", "6"), ("bad_number", "7"),
        ("bad_number", "8"),
    ]  # fmt: skip


def test_duplicates_are_left_to_the_engine_with_all_they_hold(tmp_path):
    drop = Drop(tmp_path)
    line = "4500031870;10;0000100210;20/03/2026;{}"
    drop.add("2026-03-13_orders.csv", "\n".join([FRENCH, line.format(1), line.format(2), line.format(1)]))
    records, _ = drop.read_new()
    assert [one.values["ordered_quantity"] for one in records] == [Decimal(1), Decimal(2), Decimal(1)]


@pytest.mark.parametrize(
    ("content", "kind", "message"),
    [
        (b"%PDF-1.7\n", PermanentError, "is a PDF"),
        (b"<!DOCTYPE html><title>Sign in</title>", PermanentError, "login page"),
        (b"PK\x03\x04\x14\x00", PermanentError, "workbook or a zip archive"),
        (b"", PermanentError, "is empty"),
        (b"\n\n\n", ContractError, "starts with nothing"),
        (FRENCH.replace(";", ",").encode("cp1252"), ContractError, "all stands in one cell"),
        (write_lines(header="a;b;c;d;e").encode("cp1252"), ContractError, "no row is the header"),
        (write_lines().replace("Qté", "Poste").encode("cp1252"), ContractError, "two columns are called “Poste”"),
        (write_lines().encode("utf-16-le"), ContractError, "no row is the header"),
        (f'{FRENCH}\n4500031870;"10;x;;\n4500031871;10;x;;\n'.encode("cp1252"), IncompleteError, "swallows the lines"),
    ],
)
def test_a_file_that_cannot_be_trusted_is_set_aside_as_a_whole(tmp_path, content, kind, message):
    drop = Drop(tmp_path)
    drop.add("2026-03-13_orders.csv", content)
    (window,) = drop.plan()
    refused = drop.read(window)
    assert isinstance(refused, kind)
    assert message in str(refused)
    assert "2026-03-13_orders.csv" in str(refused)


def test_a_header_without_rows_is_an_empty_list_and_says_so(tmp_path):
    """Whether an empty list can be true is for the guard against jumps to say."""
    drop = Drop(tmp_path)
    drop.add("2026-03-13_orders.csv", FRENCH + "\n")
    (window,) = drop.plan()
    (batch,) = drop.read(window)
    assert (batch.records, batch.rejects, batch.completeness.read) == ([], [], 0)


def test_a_file_cut_in_its_last_line_loses_no_record_in_silence(tmp_path):
    drop = Drop(tmp_path)
    whole = write_lines(3)
    drop.add("2026-03-13_orders.csv", whole[: whole.index("4500031872") + 14])
    records, rejects = drop.read_new()
    assert len(records) == 2
    assert [one.reason for one in rejects] == ["bad_row"]


def test_midnight_instants_are_the_same_days_before_and_after_the_clocks_change(tmp_path):
    """A server on British time writes midnight as 00:00 UTC in winter and as 23:00 UTC of the day before in summer."""
    winter = read_items(tmp_path, [{"id": "A", "title": "x", "type": "Story", "due": "2026-04-30T00:00:00Z"}])
    ((before,), ()) = winter.read_new(stream="items")
    summer = read_items(tmp_path, [{"id": "A", "title": "x", "type": "Story", "due": "2026-04-29T23:00:00Z"}])
    ((after,), ()) = summer.read_new(stream="items")
    assert before.values["due_on"] == after.values["due_on"] == date(2026, 4, 30)


def test_a_tracker_with_an_unknown_kind_a_record_without_key_and_one_of_another_shape(tmp_path):
    items = [
        {"id": "A", "title": "x", "type": "story", "due": None, "defect": {"severity": 2}},
        {"id": "B", "title": "x", "type": "Epic", "due": None},
        {"id": None, "title": "x", "type": "Bug", "due": None},
        {"id": "D", "title": " ", "type": "Bug", "due": None},
        {"id": "E", "title": "x", "type": "Bug", "due": "2026-04-30"},
        "a text",
    ]
    (record,), rejects = read_items(tmp_path, items).read_new(stream="items")
    assert record.values == {"name": "x", "kind": "story", "due_on": None, "severity": "2"}
    assert [(one.source_id, one.reason, one.column) for one in rejects] == [
        ("B", "unknown_choice", "kind"), (None, "missing_key", None), ("D", "missing_value", "name"),
        ("E", "bad_date", "due_on"), (None, "bad_row", None),
    ]  # fmt: skip


def test_a_tracker_that_announced_more_records_than_it_gave_is_not_proven(tmp_path):
    item = {"id": "A", "title": "x", "type": "Story", "due": None}
    drop = read_items(tmp_path, [item], data={"count": 2, "items": [item]})
    (window,) = drop.plan(stream="items")
    (batch,) = drop.read(window)
    assert (batch.completeness.read, batch.completeness.expected, batch.completeness.proof) == (1, 2, "count")
    assert not batch.completeness.proven


@pytest.mark.parametrize(
    ("document", "kind", "message"),
    [
        ('{"exported_at": "2026-03-16T04:00:00Z", "data": {"items": [{"id": "A", "ti', IncompleteError, "cut"),
        ('{"exported_at": "yesterday", "data": {"count": 0, "items": []}}', ContractError, "no date can be read"),
        ('{"data": {"count": 0, "items": []}}', ContractError, "no date can be read"),
        ('{"exported_at": "2026-03-16T04:00:00Z", "data": {"items": []}}', ContractError, "no number of records"),
        ('{"error": "login required"}', ContractError, "it has error"),
        ('{"exported_at": "2026-03-16T04:00:00Z", "data": {"count": 1, "items": [{"id": 1, "title": "x"}]}}',
         ContractError, "type"),
    ],
)  # fmt: skip
def test_a_document_that_cannot_be_trusted_is_set_aside_as_a_whole(tmp_path, document, kind, message):
    drop = Drop(tmp_path, TRACKER)
    drop.add("tracker.json", document)
    (window,) = drop.plan(stream="items")
    refused = drop.read(window)
    assert isinstance(refused, kind)
    assert message in str(refused)


def test_one_document_feeds_several_streams(tmp_path):
    second = TRACKER.split("streams:\n")[1].replace("stream: items", "stream: bugs").replace(
        "    key: id", "    only: [{from: type, equals: Bug}]\n    key: id"
    )  # fmt: skip
    drop = Drop(tmp_path, TRACKER + second)
    items = [{"id": key, "title": "x", "type": kind, "due": None} for key, kind in [("A", "Story"), ("B", "Bug")]]
    drop.add("tracker.json", {"exported_at": "2026-03-16T04:00:00Z", "data": {"count": 2, "items": items}})
    assert [one.source_id for one in drop.read_new(stream="items")[0]] == ["A", "B"]
    (window,) = drop.plan(stream="bugs")
    (batch,) = drop.read(window)
    assert [one.source_id for one in batch.records] == ["B"]
    assert batch.completeness.proven


def test_the_date_of_a_list_by_its_newest_booking(tmp_path):
    drop = Drop(tmp_path)
    newest = {"from": "column", "column": ["Bedarfstermin", "Date besoin"], "formats": ["%d/%m/%Y"]}
    drop.options["streams"][0]["as_of"] = newest
    drop.add("a_orders.csv", write_lines(day="06/03/2026").replace("06/03/2026", "13/03/2026", 1))
    drop.add("b_orders.csv", write_lines(day="12/03/2026"))
    first, second = drop.plan()
    assert json.loads(first.position)["file"] == "b_orders.csv"
    assert drop.read(second)[0].as_of == datetime(2026, 3, 13, 22, 59, 59, tzinfo=UTC)


def test_weeks_without_a_year_are_sought_around_the_date_of_the_file(tmp_path):
    allowed = PLAN.replace("[Date actuelle, Termin]", '{from: Termin, formats: [{week: "KW %V", day: friday}]}')
    drop = Drop(tmp_path, allowed)
    rows = [*TITLES, ["Code", "Jalon", "Termin", "Avancement"], ["M1", "a", "KW 17", None], ["M2", "b", "KW 52", None]]
    write_workbook(drop.folder / "plan.xlsx", rows, sheet="Jalons")
    records, rejects = drop.read_new(stream="milestones")
    assert {one.source_id: one.values["forecast_on"] for one in records} == {
        "M1": date(2026, 4, 24), "M2": date(2025, 12, 26),
    }  # fmt: skip
    assert rejects == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("format: csv", "format: ods", "format"),
        ("format: csv", "format: csv\n    sheet: Plan", "sheet cannot be said of csv files"),
        ("format: csv", "format: json", "delimiter, encoding cannot be said of json files"),
        ("as_of: {from: name", "as_of: {from: cell, cell: A1", "as_of from cell cannot be said of csv files"),
        ("    as_of", "    no_such_option: 1\n    as_of", "no_such_option"),
        ("folder: drop", "folder: drop\npassword: x", "password"),
    ],
)
def test_wrong_options_are_refused_before_anything_is_read(tmp_path, old, new, message):
    with pytest.raises(ValidationError, match=message):
        Drop(tmp_path, ORDERS.replace(old, new, 1)).open()


def test_two_streams_of_one_name_are_refused(tmp_path):
    with pytest.raises(ValidationError, match="two streams are called lines"):
        Drop(tmp_path, ORDERS + ORDERS.split("streams:\n")[1]).open()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("Europe/Paris", "Europe/Pariss", "lines.time_zone: there is no time zone Europe/Pariss"),
        ("windows-1252", "windows-1525", "lines: there is no encoding windows-1525"),
        ('"*_orders.csv"', '"../*_orders.csv"', "lines: the pattern '../*_orders.csv' leads out of the folder"),
        ("ordered_quantity:", "order_quantity:", "lines.order_quantity: order_line has no column order_quantity"),
        ("[Date besoin, Bedarfstermin]", "{from: D, formats: ['%d/%m/%Y', '%m/%d/%Y']}", "lines: 03/02/2001 would be"),
    ],
)
def test_a_wrong_mapping_is_told_with_stream_and_column(tmp_path, old, new, message):
    with pytest.raises(ConfigError) as wrong:
        Drop(tmp_path, ORDERS.replace(old, new, 1)).open()
    assert message in str(wrong.value)


def test_a_folder_without_rights_is_told_apart_from_one_that_is_gone(tmp_path, monkeypatch):
    drop = Drop(tmp_path)

    def refuse(_folder):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("slipwatch.wire.files.os.scandir", refuse)
    with pytest.raises(AccessError, match="may not be read"):
        drop.plan()
