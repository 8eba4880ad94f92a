"""Forms beside CSV and one-row headers: two header rows, merged cells, OpenDocument, XML."""

import zipfile
from itertools import chain

import pytest
import xlsxwriter

from slipwatch.errors import IncompleteError, PermanentError
from slipwatch.wire.workbook import open_sheet
from slipwatch.wire.xml_documents import load_xml_document
from tests.connectors.files.drops import Drop

STREAM = {
    "stream": "plan", "entity": "milestone", "complete": True, "as_of": {"from": "modified"},
}  # fmt: skip


def declare(**changes):
    return {"folder": "drop", "formats": ["%d/%m/%Y"], "streams": [STREAM | changes]}


def read_records(drop):
    connector = drop.open()
    (window,) = connector.plan("plan", None)
    return list(chain.from_iterable(batch.records for batch in connector.read(window)))


def test_two_header_rows_and_merged_projects_are_read_as_a_person_does(tmp_path):
    drop = Drop(tmp_path)
    drop.options = declare(
        pattern="*.xlsx", format="xlsx", header={"row": 2, "rows": 2}, key="Code",
        columns={
            "name": "Jalon", "project_code": {"from": "Projet", "as_above": True},
            "forecast_on": "Dates / Prévue", "claimed_on": "Dates / Réelle", "responsible_code": "Pilote",
        },
    )  # fmt: skip
    path = drop.folder / "plan.xlsx"
    book = xlsxwriter.Workbook(path)
    page = book.add_worksheet()
    page.write("A1", "Plan directeur")
    page.merge_range("D2:E2", "Dates")
    for column, name in enumerate(["Projet", "Code", "Jalon", "Prévue", "Réelle", "Pilote"]):
        page.write(2, column, name)
    page.merge_range("A4:A5", "ERP")
    for row, code in enumerate(["E-1", "E-2", "W-1"], 3):
        page.write_row(row, 1, [code, f"Jalon {code}", "15/03/2026", "", "PMO"])
    page.write("A6", "WMS")
    book.close()
    drop.add("plan.xlsx", path.read_bytes())
    found = [(one.source_id, one.values["project_code"], str(one.values["forecast_on"])) for one in read_records(drop)]
    assert found == [("E-1", "ERP", "2026-03-15"), ("E-2", "ERP", "2026-03-15"), ("W-1", "WMS", "2026-03-15")]


def test_xml_is_read_by_the_paths_of_its_elements(tmp_path):
    drop = Drop(tmp_path)
    drop.options = declare(
        pattern="*.xml", format="xml", records="rss.channel.item", key="key.#text",
        columns={"name": "summary", "forecast_on": "due"},
    )  # fmt: skip
    items = "".join(
        f'<item><key id="{n}">M-{n}</key><summary>Go &amp; see {n}</summary><due>0{n}/04/2026</due></item>'
        for n in (1, 2)
    )
    drop.add("jira.xml", f"<rss><channel><title>T</title>{items}</channel></rss>")
    assert [(one.source_id, one.values["name"]) for one in read_records(drop)] == [
        ("M-1", "Go & see 1"),
        ("M-2", "Go & see 2"),
    ]


def test_xml_with_entities_or_without_its_end_is_refused(tmp_path):
    bomb = tmp_path / "bomb.xml"
    bomb.write_text('<!DOCTYPE a [<!ENTITY b "b">]><a>&b;</a>')
    with pytest.raises(PermanentError, match="entities"):
        load_xml_document(bomb)
    cut = tmp_path / "cut.xml"
    cut.write_text("<rss><channel><item>")
    with pytest.raises(IncompleteError):
        load_xml_document(cut)


def test_an_open_document_that_repeats_cells_without_end_is_refused(tmp_path):
    path = tmp_path / "bomb.ods"
    row = '<table:table-row table:number-rows-repeated="1000000"><table:table-cell office:value-type="float"/>'
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", f"<office:document-content>{row}</table:table-row></office:document-content>")
    with pytest.raises(PermanentError, match="repeats cells"):
        open_sheet(path, form="ods")
