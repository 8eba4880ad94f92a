"""Unknown files as a consultant meets them: real files on disk, read from end to end."""

import csv
import json
from datetime import date

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from slipwatch.inference.answers import apply_answers, leave_out_open
from slipwatch.inference.building import build_source
from slipwatch.inference.read import read_file, read_sheets
from slipwatch.model.tables import ENTITIES
from slipwatch.settings.commented import strip_notes
from slipwatch.wire.columns import Setting, build_converter
from slipwatch.wire.declaration import ColumnDeclaration, Conventions

TODAY = date(2026, 6, 29)
ACTIONS = ["N°", "Projet", "Action", "Responsable", "Échéance", "Clôturée le"]


def write_csv(path, rows, *, delimiter=";", encoding="utf-8"):
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


def write_book(path, sheets, *, hidden=(), merges=()):
    book = xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy"})
    for name, rows in sheets.items():
        page = book.add_worksheet(name)
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
        if name in hidden:
            page.hide()
        for place, text in merges:
            page.merge_range(place, text)
    book.close()
    return path


def list_actions(days, *, done=""):
    return [[f"A-{n:03}", "ERP", f"Faire la chose {n}", "PMO", day, done] for n, day in enumerate(days, 1)]


def read(path, **asked):
    return read_file(path, presets=(), today=TODAY, **asked)


def find(reading, topic):
    return [question for question in reading.questions if question.topic == topic]


# ------------------------------------------------------------------------------------------------------------- dates


@settings(max_examples=40, deadline=None)
@given(days=st.lists(st.dates(date(2025, 1, 1), date(2027, 12, 31)), min_size=2, max_size=8))
@pytest.mark.parametrize("form", ["%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%d.%m.%y"])
def test_a_day_is_read_as_it_was_written_or_asked_about(tmp_path_factory, form, days):
    path = tmp_path_factory.mktemp("days") / "actions.csv"
    write_csv(path, [ACTIONS, *list_actions([day.strftime(form) for day in days])])
    reading = read(path)
    column = reading.find_field("due_on")
    if find(reading, "format"):
        assert all(day.day <= 12 for day in days)
        assert leave_out_open(reading).find_field("due_on") is None
        return
    declared = ColumnDeclaration.model_validate({"from": column.name, "formats": list(column.format.formats)})
    converter = build_converter(ENTITIES["action"].by_name["due_on"], declared, Setting(conventions=Conventions()))
    assert [converter.build()(day.strftime(form)) for day in days] == days


def test_another_column_of_the_same_program_settles_day_and_month_and_it_is_said(tmp_path):
    rows = [[*row[:5], "28/02/2026"] for row in list_actions(["03/04/2026", "05/06/2026"])]
    reading = read(write_csv(tmp_path / "actions.csv", [ACTIONS, *rows]))
    (inference,) = [one for one in reading.inferences if one.what == "formats.Échéance"]
    assert reading.questions == ()
    assert inference.sure
    assert "as in “Clôturée le”" in inference.why


def test_an_answer_settles_what_was_asked(tmp_path):
    path = write_csv(tmp_path / "actions.csv", [ACTIONS, *list_actions(["03/04/2026", "05/06/2026"])])
    (question,) = read(path).questions
    assert question.choices == ("%d/%m/%Y", "%m/%d/%Y")
    told = apply_answers(read(path), {question.id: "%m/%d/%Y", "other.csv/kind": "plan"})
    assert told.questions == ()
    assert told.preview[0].read["due_on"] == "2026-03-04"


def test_days_first_and_months_first_in_one_column_are_never_mixed(tmp_path):
    reading = read(
        write_csv(tmp_path / "actions.csv", [ACTIONS, *list_actions(["15/01/2026", "01/15/2026", "02/03/2026"])])
    )
    assert [one.topic for one in reading.questions] == ["format"]
    assert reading.find_field("due_on").format.formats == ()


def test_a_day_that_does_not_exist_is_set_aside_by_its_cell(tmp_path):
    reading = read(write_csv(tmp_path / "actions.csv", [ACTIONS, *list_actions(["30/01/2026", "31/02/2026"])]))
    assert [(one.row, one.column, one.value) for one in reading.damaged] == [(3, "Échéance", "31/02/2026")]


# ----------------------------------------------------------------------------------------------------------- figures

ORDERS = [
    "N° commande",
    "Poste",
    "N° fournisseur",
    "Désignation",
    "Qté commandée",
    "Prix unitaire",
    "Devise",
    "Date besoin",
]


def list_orders(count, *, quantity="120,000", price="12,50", order=None):
    return [
        [order or str(4500031000 + n), "10", "0000100210", f"Article {n}", quantity, price, "EUR", f"{13 + n}/03/2026"]
        for n in range(count)
    ]


def test_a_decimal_mark_of_another_column_tells_a_fraction_from_a_thousand(tmp_path):
    reading = read(write_csv(tmp_path / "commandes.csv", [ORDERS, *list_orders(5)]))
    assert reading.find_field("ordered_quantity").format.decimal == ","
    assert reading.preview[0].read["ordered_quantity"] == "120"
    assert reading.keys == ("N° commande", "Poste")
    assert reading.questions == ()


def test_three_digits_behind_the_only_mark_are_asked_about(tmp_path):
    reading = read(write_csv(tmp_path / "commandes.csv", [ORDERS, *list_orders(5, quantity="1,234", price="12")]))
    assert [one.id for one in reading.questions] == ["commandes.csv/format/Qté commandée"]


def test_rounded_order_numbers_are_named_by_their_cell_and_spoil_no_key(tmp_path):
    rows = [*list_orders(12), *list_orders(1, order="4,5E+09")]
    reading = read(write_csv(tmp_path / "commandes.csv", [ORDERS, *rows]))
    assert [(one.row, one.column) for one in reading.damaged] == [(14, "N° commande")]
    assert reading.keys == ("N° commande", "Poste")


def test_thousands_and_currency_stand_in_the_header_or_a_title(tmp_path):
    rows = [[f"B-{n}", f"Poste numéro {n}", 12.5 * n, 3.0 * n] for n in range(1, 6)]
    head = ["Code", "Libellé", "Budget approuvé (k€)", "Engagé (k€)"]
    reading = read(write_book(tmp_path / "budget.xlsx", {"Budget": [head, *rows]}))
    assert [(one.unit_factor, one.unit) for one in reading.columns[2:]] == [(1000, "EUR")] * 2
    titled = write_book(
        tmp_path / "budget2.xlsx", {"B": [["Montants en k€"], ["Code", "Libellé", "Budget", "Engagé"], *rows]}
    )
    assert [one.unit_factor for one in read(titled).columns[2:]] == [1000, 1000]


def test_thousands_of_one_column_are_asked_for_of_its_neighbour(tmp_path):
    rows = [[f"B-{n}", f"Poste numéro {n}", 12.5 * n, 3.0 * n] for n in range(1, 6)]
    path = write_book(tmp_path / "budget.xlsx", {"B": [["Code", "Libellé", "Budget (k€)", "Engagé"], *rows]})
    (question,) = read(path).questions
    assert question.id == "budget.xlsx/unit/Engagé"
    assert leave_out_open(read(path)).find_field("committed_amount") is None
    assert apply_answers(read(path), {question.id: "1000"}).find_field("committed_amount").unit_factor == 1000


def test_a_price_for_more_than_one_unit_is_asked_about(tmp_path):
    rows = [[*row, str(100 if n else 1)] for n, row in enumerate(list_orders(4))]
    reading = read(write_csv(tmp_path / "commandes.csv", [[*ORDERS, "Base de prix"], *rows]))
    assert [one.id for one in reading.questions] == ["commandes.csv/column/Prix unitaire"]


# -------------------------------------------------------------------------------------------------------------- rows


def test_titles_subtotals_notes_and_repeated_headers_are_no_records(tmp_path):
    body = list_actions([date(2026, 3, day) for day in range(1, 9)])
    rows = [["Plan d'actions"], [], ACTIONS, *body[:4], ACTIONS, *body[4:], ["Total", "", 8], ["* provisoire"]]
    reading = read(write_book(tmp_path / "journal.xlsx", {"Actions": rows}))
    assert [(one.row, one.why) for one in reading.ignored_rows] == [
        (1, "title"), (2, "blank"), (8, "repeated header"), (13, "total"), (14, "note"),
    ]  # fmt: skip
    assert reading.rows == 8


def test_a_record_whose_name_begins_like_a_total_is_kept(tmp_path):
    rows = [["Total Energies : contrat signé", "ERP", "PMO", date(2026, 5, 1), "En cours"],
            *([f"Jalon {n}", "ERP", "PMO", date(2026, 5, n), "En cours"] for n in range(2, 9))]  # fmt: skip
    head = ["Jalon", "Projet", "Responsable", "Date prévue", "Statut"]
    assert read(write_book(tmp_path / "plan.xlsx", {"Plan": [head, *rows]})).rows == 8


def test_merged_projects_are_read_as_above_and_it_is_said(tmp_path):
    body = [["", row[0], *row[2:]] for row in list_actions([date(2026, 3, day) for day in range(1, 7)])]
    head = ["Projet", "N°", *ACTIONS[2:]]
    path = write_book(
        tmp_path / "journal.xlsx", {"Actions": [head, *body]}, merges=[("A2:A4", "ERP"), ("A5:A7", "WMS")]
    )
    reading = read(path)
    assert reading.find_column("Projet").as_above
    assert "as_above.Projet" in [one.what for one in reading.inferences]
    assert [one.read["project_code"] for one in reading.preview] == ["ERP", "ERP", "ERP", "WMS", "WMS"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "cp850"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_encoding_and_delimiter_are_found(tmp_path, encoding, delimiter):
    rows = list_actions([f"{day}/03/2026" for day in range(12, 20)])
    reading = read(write_csv(tmp_path / "a.csv", [ACTIONS, *rows], encoding=encoding, delimiter=delimiter))
    assert (reading.encoding, reading.delimiter, reading.kind) == (encoding, delimiter, "actions")
    assert reading.find_field("due_on").name == "Échéance"


# ---------------------------------------------------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("plan.xlsx", b"%PDF-1.7 scan", "PDF"),
        ("plan.csv", b"", "empty"),
        ("plan.xlsx", b"PK\x03\x04 cut short", "half-written"),
        ("plan.xlsx", "EncryptedPackage".encode("utf-16-le").rjust(900, b"\0"), "password"),
        ("~$plan.xlsx", b"owner", "lock file"),
        ("plan.csv", "N°;Action;Échéance\r\n".encode(), "no row below"),
        ("plan.csv", b"<!DOCTYPE html><html>login", "web page"),
        ("plan.json", b'{"items": [{"id": 1}', "no JSON"),
        ("plan.xml", b'<!DOCTYPE a [<!ENTITY b "b">]><a>&b;</a>', "entities"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence_with_its_cure(tmp_path, name, content, word):
    if word == "password":
        content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + content
    (tmp_path / name).write_bytes(content)
    reading = read(tmp_path / name)
    assert reading.status == "refused"
    assert word in reading.error
    assert reading.cure
    assert json.dumps(reading.as_json())


def test_a_workbook_that_is_open_is_not_read(tmp_path):
    path = write_book(tmp_path / "journal.xlsx", {"Actions": [ACTIONS, *list_actions([date(2026, 3, 1)])]})
    (tmp_path / "~$journal.xlsx").write_bytes(b"owner")
    assert "open in a spreadsheet" in read(path).error


def test_hidden_sheets_are_said_and_not_read(tmp_path):
    rows = [ACTIONS, *list_actions([date(2026, 3, day) for day in (1, 2)])]
    path = write_book(tmp_path / "journal.xlsx", {"Actions": rows, "Vieux": rows}, hidden=("Vieux",))
    reading = read(path)
    assert (reading.sheet, [one.why for one in reading.other_sheets]) == ("Actions", ["hidden: not read"])


def test_two_lists_of_one_kind_ask_which_counts_and_all_can_be_read(tmp_path):
    rows = [ACTIONS, *list_actions([date(2026, 3, day) for day in (1, 2, 3)])]
    path = write_book(tmp_path / "journal.xlsx", {"Actions 2025": rows, "Actions 2026": rows})
    (question,) = read(path).questions
    assert (question.topic, question.choices) == ("sheet", ("Actions 2025", "Actions 2026"))
    assert apply_answers(read(path), {question.id: "Actions 2026"}).sheet == "Actions 2026"
    assert [one.sheet for one in read_sheets(path, presets=())] == ["Actions 2025", "Actions 2026"]


# ----------------------------------------------------------------------------------------------------------- the end


def test_a_source_reads_the_file_as_it_was_interpreted(tmp_path):
    path = write_csv(tmp_path / "commandes.csv", [ORDERS, *list_orders(5)], encoding="cp1252")
    source = strip_notes(build_source(read(path)))
    (stream,) = source["options"]["streams"]
    assert (stream["entity"], stream["encoding"], stream["decimal"]) == ("order_line", "windows-1252", ",")
    assert stream["columns"]["order_number"] == {"from": "N° commande", "width": 10}


def test_nothing_open_reaches_a_source(tmp_path):
    path = write_csv(tmp_path / "actions.csv", [ACTIONS, *list_actions(["03/04/2026", "05/06/2026"])])
    (stream,) = strip_notes(build_source(read(path)))["options"]["streams"]
    assert "due_on" not in stream["columns"]


def test_a_list_of_nothing_known_is_asked_about(tmp_path):
    rows = [["Farbe", "Größe"], *([f"rot {n}", n] for n in range(5))]
    reading = read(write_csv(tmp_path / "liste.csv", rows))
    assert (reading.kind, [one.topic for one in reading.questions]) == ("unknown", ["kind"])
    with pytest.raises(LookupError, match="not clear"):
        build_source(reading)


def test_two_columns_of_one_name_are_left_out_and_the_rest_is_read(tmp_path):
    rows = [[*row, "PMO"] for row in list_actions(["13/03/2026", "14/03/2026"])]
    reading = read(write_csv(tmp_path / "actions.csv", [[*ACTIONS, "Responsable"], *rows]))
    assert reading.find_field("responsible_code") is None
    assert "rename one" in reading.find_column("Responsable").why
    assert reading.find_field("due_on") is not None


def test_a_date_with_words_behind_it_is_no_date(tmp_path):
    reading = read(
        write_csv(tmp_path / "actions.csv", [ACTIONS, *list_actions(["13/03/2026 - weather", "see 4/5/26"])])
    )
    assert reading.find_field("due_on") is None


@settings(max_examples=25, deadline=None)
@given(texts=st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=30))
def test_no_text_of_a_file_raises(tmp_path_factory, texts):
    path = tmp_path_factory.mktemp("noise") / "noise.csv"
    path.write_text("\n".join(["N°;Action;Échéance", *texts, f"1;x;{TODAY}"]), encoding="utf-8", errors="replace")
    assert read(path).status in ("read", "refused")
