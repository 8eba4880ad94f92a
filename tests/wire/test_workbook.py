"""Sheets are read as typed cells with their rows; what is no workbook, or a trap, is refused before it is loaded."""

import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from slipwatch.errors import ContractError, PermanentError
from slipwatch.wire.archive import number_column
from slipwatch.wire.workbook import open_sheet
from tests.wire.workbooks import HEAD, replace_part, write_sheet_xml, write_workbook


@pytest.fixture
def path(tmp_path):
    return tmp_path / "plan.xlsx"


def test_typed_cells_with_their_row_numbers(path):
    rows = [
        [],
        ["Plan directeur"],
        [],
        ["Jalon", "Date"],
        ["Recette", date(2026, 4, 24)],
        ["Bascule", "01/07/2026", 0.92, True],
    ]
    sheet = open_sheet(write_workbook(path, rows))
    assert sheet.name == "Plan"
    assert not sheet.from_1904
    found = dict(sheet.read_rows())
    assert found[2] == ["Plan directeur", "", "", ""]
    assert found[5] == ["Recette", date(2026, 4, 24), "", ""]
    assert found[6] == ["Bascule", "01/07/2026", 0.92, True]


def test_dates_that_count_from_1904_are_the_same_days(path):
    sheet = open_sheet(write_workbook(path, [[date(2026, 4, 24), 44674]], date_1904=True))
    assert sheet.from_1904
    assert next(sheet.read_rows())[1] == [date(2026, 4, 24), 44674.0]


def test_a_cell_is_found_by_its_address_although_the_first_columns_are_empty(path):
    sheet = open_sheet(write_workbook(path, [[], [None, None, "Situation au", date(2026, 3, 13)]]))
    assert sheet.starts_at == 3
    assert sheet.read_cell("D2") == date(2026, 3, 13)
    assert sheet.read_cell("c2") == "Situation au"
    assert sheet.read_cell("A2") == sheet.read_cell("D9") == sheet.read_cell("AA2") == ""


def test_errors_and_formulas_without_result_are_not_empty(path):
    write_sheet_xml(
        path,
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1" t="e"><v>#N/A</v></c><c r="C1" t="str"><v>x</v></c></row>'
        '<row r="2"><c r="A2"><f>B9+1</f></c><c r="B2"><f>B9+1</f><v></v></c><c r="C2"><f t="shared" si="0"/></c></row>'
        '<row r="3"><c r="A3"><f>B9+1</f><v>5</v></c><c r="B3" t="str"><f>IF(A1,"","")</f><v></v></c><c r="C3"/></row>',
    )
    cells = {number: [str(cell) for cell in cells] for number, cells in open_sheet(path).read_rows()}
    assert cells == {1: ["1.0", "#ERROR", "x"], 2: ["#ERROR", "#ERROR", "#ERROR"], 3: ["5.0", "", ""]}


def test_a_formula_whose_result_is_an_error_is_not_empty(path):
    book = xlsxwriter.Workbook(path)
    book.add_worksheet().write_formula(0, 0, "=1/0", None, "#DIV/0!")
    book.close()
    assert str(next(open_sheet(path).read_rows())[1][0]) == "#ERROR"


def test_the_sheet_is_named_in_one_of_two_languages(path):
    write_workbook(path, [["x"]], sheet="Jalons", hidden=["Listes"])
    assert open_sheet(path, ["Meilensteine", "Jalons"]).name == "Jalons"
    assert open_sheet(path).name == "Jalons"
    with pytest.raises(ContractError, match=r"no sheet is named Plan; the workbook has Jalons, Listes"):
        open_sheet(path, ["Plan"])


def test_several_visible_sheets_must_be_told_apart(path):
    book = xlsxwriter.Workbook(path)
    book.add_worksheet("A")
    book.add_worksheet("B")
    book.close()
    with pytest.raises(ContractError, match="which sheet"):
        open_sheet(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"%PDF-1.7 ...", "is a PDF"),
        (b"", "is empty"),
        (b"<html><body>Please log in", "is a web page"),
        (b"\xef\xbb\xbf <!DOCTYPE html>", "is a web page"),
        (b"a;b\n1;2\n", "is a text, not a workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old .xls kind"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"\x89PNG", "picture"),
        (b"PK\x03\x04" + bytes(100), "cannot be opened"),
    ],
)
def test_what_is_no_workbook_is_named(path, content, message):
    path.write_bytes(content)
    with pytest.raises(PermanentError, match=message) as refused:
        open_sheet(path)
    assert refused.value.subject == "plan.xlsx"
    assert refused.value.cure


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return write_workbook(tmp_path_factory.mktemp("cut") / "plan.xlsx", [["a", 1.5]] * 20).read_bytes()


@given(st.data())
def test_a_workbook_cut_anywhere_is_refused(tmp_path_factory, whole, data):
    path = tmp_path_factory.getbasetemp() / "cut.xlsx"
    path.write_bytes(whole[: data.draw(st.integers(1, len(whole) - 1))])
    with pytest.raises(PermanentError):
        open_sheet(path)


def test_a_damaged_sheet_is_refused(path):
    write_workbook(path, [["text"] * 9] * 99)
    content = bytearray(path.read_bytes())
    at = content.index(b"xl/worksheets/sheet1.xml") + 40
    content[at : at + 30] = bytes(30)
    path.write_bytes(content)
    with pytest.raises(PermanentError, match=r"cannot be unpacked|cannot be opened"):
        open_sheet(path)


def test_xml_that_does_not_parse_is_refused(path):
    write_workbook(path, [["x"]])
    replace_part(path, "xl/workbook.xml", "<workbook><sheets>")
    with pytest.raises(PermanentError, match="is damaged"):
        open_sheet(path)


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"])
def test_entities_are_refused(path, part):
    write_workbook(path, [["x"]])
    replace_part(path, part, f'<!DOCTYPE x [<!ENTITY a "{"a" * 50}">]>{HEAD}<sheetData/></worksheet>')
    with pytest.raises(PermanentError, match="entities"):
        open_sheet(path)


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        "<row r='1'><c r='A1'><v>1</v></c></row><row r='900000'><c s='1' r = 'ZZ900000' ><v>1</v></c></row>",
        '<row r="1"><c r="XFD1"><v>1</v></c></row><row r="1000000"><c><v>1</v></c></row>',
        "<row>" + "<c><v>1</v></c>" * 6000 + "</row>" + "<row><c><v>1</v></c></row>" * 900,
        '<x:row xmlns:x="y"><x:c r="XFD1"><x:v>1</x:v></x:c></x:row><x:row r="900000"><x:c><x:v>1</x:v></x:c></x:row>',
    ],
)
def test_a_few_cells_in_far_corners_are_refused_before_their_rectangle_is_loaded(path, rows):
    write_sheet_xml(path, rows)
    with pytest.raises(PermanentError, match="more than can be loaded"):
        open_sheet(path)


def test_far_cells_that_are_only_coloured_do_no_harm(path):
    first = '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="1"/></row>'
    write_sheet_xml(path, f'{first}<row r="1048576"><c r="XFD1048576" s="1"/></row>')
    assert [cells for _, cells in open_sheet(path).read_rows()] == [[1.0]]


def test_a_bomb_is_refused_without_being_unpacked(path):
    write_workbook(path, [["x"]])
    replace_part(path, "xl/worksheets/sheet1.xml", b"<worksheet>" + b" " * 30_000_000)
    assert path.stat().st_size < 100_000
    with pytest.raises(PermanentError, match="over 100 times its size"):
        open_sheet(path)


def test_a_workbook_that_unpacks_to_too_much_is_refused(path):
    write_workbook(path, [[f"{n} {n * n}"] for n in range(3000)])
    with pytest.raises(PermanentError, match="unpacks to more than 0 MB"):
        open_sheet(path, largest_bytes=50_000)


def test_too_many_parts_are_refused(path):
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(5001):
            archive.writestr(f"xl/{number}", "")
    with pytest.raises(PermanentError, match="5000 parts"):
        open_sheet(path)


def test_a_directory_that_lies_about_a_size_is_found_out(path):
    """The directory says 900 bytes; the part unpacks to a hundred thousand times as much."""
    write_workbook(path, [["x"]])
    sheet = f"{HEAD}<sheetData>".encode() + b"<row/>" * 5_000_000
    replace_part(path, "xl/worksheets/sheet1.xml", sheet)
    content = bytearray(path.read_bytes())
    real, lie = len(sheet).to_bytes(4, "little"), (900).to_bytes(4, "little")
    assert content.count(real) >= 2
    path.write_bytes(content.replace(real, lie))
    with pytest.raises(PermanentError, match="cannot be unpacked"):
        open_sheet(path)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="this system does not tell a process's peak memory")
def test_refusing_a_bomb_costs_little_memory(path):
    """In a process of its own, so that its peak can be read; the bomb would take more than two gigabytes."""
    write_sheet_xml(path, '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="BZ1048576"><v>1</v></c></row>')
    script = (
        "import re, sys\n"
        "from pathlib import Path\n"
        "from slipwatch.errors import PermanentError\n"
        "from slipwatch.wire.workbook import open_sheet\n"
        "try:\n    open_sheet(Path(sys.argv[1]))\n"
        "except PermanentError:\n"
        "    print(re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1])\n"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", script, path], cwd=root, capture_output=True, text=True, check=True)
    assert int(done.stdout) < 150_000  # kB


def test_columns_are_numbered_as_in_a_spreadsheet():
    assert [number_column(name) for name in ("A", "Z", "AA", b"XFD")] == [1, 26, 27, 16384]
