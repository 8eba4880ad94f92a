"""Headers are found under title rows, names match whatever their case, and rows with too many cells are noticed."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slipwatch.errors import ContractError, IncompleteError, RecordError
from slipwatch.wire.rows import require_whole
from slipwatch.wire.tables import (
    Header,
    HeaderDeclaration,
    Line,
    find_header,
    is_blank,
    join_header_rows,
    normalise_name,
    read_table_rows,
)

PLAN = [
    ["Plan directeur – Jalons", "", ""],
    ["Édition du 13/03/2026", "", ""],
    ["", None, " "],
    ["Code", "Jalon", "Date\nactuelle", ""],
    ["EC-10", "Conception", "30/01/2026"],
]


def number_lines(rows, first=1):
    return iter([Line(number, number, cells) for number, cells in enumerate(rows, first)])


def declare(**header):
    return HeaderDeclaration.model_validate(header)


@pytest.mark.parametrize(
    "header", [{"row": 4}, {"find": ["Code", "Jalon"]}, {"find": [["Kennung", "code"], "JALON", "date  actuelle"]}]
)
def test_the_header_under_title_rows(header):
    lines = number_lines(PLAN)
    found = find_header(lines, declare(**header), subject="plan.xlsx")
    assert found.names == ("Code", "Jalon", "Date actuelle")
    assert next(lines).cells[0] == "EC-10"


def test_without_a_declaration_the_first_row_with_anything_in_it():
    found = find_header(number_lines([["", ""], ["a", "b"]]), HeaderDeclaration(), subject="f")
    assert found.names == ("a", "b")


@pytest.mark.parametrize("header", [{"row": 9}, {"find": ["Kennung"]}, {"find": ["Code", "Termin"]}])
def test_a_missing_header_is_told_with_what_the_file_starts_with(header):
    with pytest.raises(ContractError) as missing:
        find_header(number_lines(PLAN), declare(**header), subject="plan.xlsx")
    assert "1: Plan directeur – Jalons" in str(missing.value)
    assert "plan.xlsx" in str(missing.value)


def test_the_header_is_not_sought_for_ever():
    seen = []

    def give_lines():
        for number in range(1, 10_000):
            seen.append(number)
            yield Line(number, number, ["title"])

    with pytest.raises(ContractError):
        find_header(give_lines(), declare(find=["Code"]), subject="f")
    assert len(seen) == 50


def test_an_empty_file_has_no_header():
    with pytest.raises(ContractError, match="starts with nothing"):
        find_header(number_lines([]), HeaderDeclaration(), subject="f")


def test_names_that_stand_twice_are_told_apart_and_may_not_be_mapped():
    header = Header.build(["Date", "Nom", "date", "", None, "Fin"], subject="f.csv")
    assert header.names == ("Date", "Nom", "date (column 3)", "column 4", "column 5", "Fin")
    assert header.find(("Nom",)) == 1
    assert header.find(("Ende", "FIN")) == 5
    assert header.find(("Début",)) is None
    with pytest.raises(ContractError, match="two columns are called “Date”"):
        header.find(("Date",))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Date  prévue", "date prévue"),
        ("Prévue", "Pre\u0301vue"),
        ("N°\u00a0commande", "n° commande"),
        ("A\r\nB", "a b"),
    ],
)
def test_spelling_that_makes_no_difference(one, other):
    assert normalise_name(one) == normalise_name(other)


@given(st.lists(st.sampled_from(["a", "b", "A", "", None, 3]), max_size=8))
def test_names_of_a_header_are_unique(cells):
    names = Header.build(cells, subject="f").names
    assert len({normalise_name(name) for name in names}) == len(names)


def read(rows, names=("a", "b"), **line):
    header = Header.build(names, subject="f.csv")
    return list(read_table_rows(rows, header, place="f.csv", unit="line"))


def test_rows_carry_their_place_and_their_raw_text():
    row, *_ = read([Line(7, 7, ["1", ""])])
    assert row.place == "f.csv, line 7"
    assert row.item == ["1", ""]
    assert json.loads(row.raw) == {"a": "1"}


def test_blank_rows_are_left_out_and_empty_cells_beyond_the_header_do_no_harm():
    rows = read([Line(2, 2, ["", " "]), Line(3, 3, ["1", "2", "", None]), Line(4, 4, []), Line(5, 5, [""] * 9)])
    assert [row.item for row in rows] == [["1", "2"]]


@pytest.mark.parametrize("cells", [["1"], ["1", "2", "3"], None])
def test_a_row_with_another_number_of_cells_is_refused_and_the_others_go_on(cells):
    damaged, good = read([Line(2, 2, cells), Line(3, 3, ["x", "y"])])
    assert good.item == ["x", "y"]
    assert json.loads(damaged.raw) == (cells or [])
    with pytest.raises(RecordError, match="bad_row") as refused:
        require_whole(damaged.item)
    assert refused.value.excerpt == damaged.raw
    assert require_whole(good.item) == ["x", "y"]


def test_a_damaged_row_over_several_lines_makes_the_file_incomplete():
    with pytest.raises(IncompleteError, match="opened on line 2 swallows the lines up to 40"):
        read([Line(2, 40, ["1"])])


def test_a_text_with_line_breaks_is_a_text():
    (row,) = read([Line(2, 4, ["one\ntwo\nthree", "2"])])
    assert row.item == ["one\ntwo\nthree", "2"]
    assert row.place == "f.csv, line 2"


def test_blank_means_nothing_at_all():
    assert is_blank([None, "", " \u00a0"])
    assert not is_blank([0])
    assert not is_blank([False])


def list_rows(rows, fit):
    header = Header.build(["Code", "Jalon", "Date"], subject="plan")
    return [row.item for row in read_table_rows(number_lines(rows), header, place="plan", unit="row", fit=fit)]


def test_rows_may_end_early_or_run_beyond_the_table_only_where_that_is_declared():
    short, beyond = ["EC-10", "Go"], ["EC-10", "Go", "30/01/2026", "note"]
    assert list_rows([short], "short") == [["EC-10", "Go", ""]]
    assert list_rows([beyond], "beyond") == [["EC-10", "Go", "30/01/2026"]]
    for row, fit in ((short, "exact"), (beyond, "exact"), (beyond, "short"), (short, "beyond")):
        with pytest.raises(RecordError):
            require_whole(list_rows([row], fit)[0])


def test_an_empty_cell_repeats_the_one_above_where_that_is_declared():
    header = Header.build(["Projet", "Code"], subject="plan")
    lines = number_lines([["ERP", "1"], ["", "2"], ["WMS", "3"], [" ", "4"]])
    rows = read_table_rows(lines, header, place="plan", unit="row", as_above=[0])
    assert [row.item[0] for row in rows] == ["ERP", "ERP", "WMS", "WMS"]


def test_two_header_rows_are_joined_by_their_merged_cells_or_by_what_is_empty():
    rows = [["", "Code", "Dates", "", ""], ["Projet", "", "Prévue", "Réelle", "Statut"]]
    assert join_header_rows(rows) == ["Projet", "Code", "Dates / Prévue", "Dates / Réelle", "Dates / Statut"]
    merged = join_header_rows(rows, first_row=4, merged=[(4, 3, 4, 4)])
    assert merged == ["Projet", "Code", "Dates / Prévue", "Dates / Réelle", "Statut"]
    lines = number_lines(rows, first=4)
    assert find_header(lines, declare(row=4, rows=2), subject="plan").names[2:4] == ("Dates / Prévue", "Dates / Réelle")
