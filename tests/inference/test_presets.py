"""Presets: each export of each program is known by its heads alone, in every language, and read without a question."""

from functools import cache
from pathlib import Path

import pytest

from slipwatch.errors import ConfigError
from slipwatch.inference.presets import LANGUAGES, load_all_presets, load_preset_folder, load_presets, parse_preset
from slipwatch.inference.read import read_file
from slipwatch.inference.reading import ENTITY_OF_KIND
from slipwatch.inference.words import KEY
from slipwatch.model.tables import ENTITIES
from tests.inference.maker_exports import EXPORTS, FIRST, list_rows, make_day, write_export

FOLDER = Path(__file__).parents[2] / "slipwatch" / "defaults" / "presets"
PRESETS = {preset.name: preset for preset in load_presets()}
CASES = [
    pytest.param(export, language, id=f"{export.preset}-{language}-{len(export.slots)}")
    for export in EXPORTS
    for language in export.heads
]


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """Reads an export, each one once."""

    @cache
    def read_once(place, language):
        return read_file(write_export(EXPORTS[place], language, tmp_path_factory.mktemp("export")), today=FIRST)

    return lambda export, language: read_once(EXPORTS.index(export), language)


@pytest.mark.parametrize(("export", "language"), CASES)
def test_an_export_is_known_and_mapped_without_a_question(export, language, read):
    reading = read(export, language)
    assert (reading.preset, reading.kind, reading.preset_missed) == (export.preset, export.kind, ())
    named = list(zip(export.heads[language], export.fields, strict=True))
    assert {one.name: one.field for one in reading.columns} == {
        name: None if field == KEY else field for name, field in named
    }
    assert reading.keys == tuple(export.heads[language][export.slots.index(slot)] for slot in export.keys)
    assert [one.topic for one in reading.questions] == list(export.asks)
    assert reading.damaged == ()


@pytest.mark.parametrize(("export", "language"), CASES)
def test_its_cells_are_read_as_their_program_means_them(export, language, read):
    reading = read(export, language)
    rows = list_rows(export, language)
    assert len(reading.preview) == 5
    for row, shown in enumerate(reading.preview):
        for slot, field in zip(export.slots, export.fields, strict=True):
            value = rows[row][export.slots.index(slot)]
            if slot == "due":
                assert shown.read[field] == make_day(5, row).isoformat()
            elif slot in ("quantity", "returned") and field:
                assert float(shown.read[field]) == float(value)
            elif slot == "done":
                assert bool(shown.read[field]) is (value == "X")


def test_an_order_deleted_in_sap_is_cancelled(read):
    column = read(find_export("sap_ekpo", "any"), "any").find_field("cancelled")
    assert dict(column.choices) == {"L": True, "S": False, "X": True}


def test_statuses_are_those_of_the_program_even_where_none_of_them_has_come_yet(read):
    column = read(find_export("redmine_csv", "de"), "de").find_field("status")
    assert dict(column.choices).items() >= {"Abgewiesen": "cancelled", "Gelöst": "done", "Neu": "todo"}.items()


def test_lines_of_an_order_take_its_supplier_from_the_row_of_the_first(read):
    reading = read(find_export("odoo_purchase", "fr"), "fr")
    suppliers = [row.read["supplier"] for row in reading.preview]
    assert suppliers == ["Brennholt Labs"] * 3 + ["Castelvero SpA"] * 2
    assert [row.read["order_number"] for row in reading.preview] == ["P031"] * 3 + ["P032"] * 2


@pytest.mark.parametrize("place", [0, -1])
@pytest.mark.parametrize(("export", "language"), CASES)
def test_a_renamed_column_is_named_and_the_preset_left(export, language, place, tmp_path):
    preset = PRESETS[export.preset]
    needed = preset.recognised_by[place]
    renamed = export.rename(language, export.slots[export.fields.index(needed)], "Zzz")
    reading = read_file(write_export(renamed, language, tmp_path), today=FIRST)
    assert reading.preset is None
    (missed,) = reading.preset_missed
    assert missed in {word for words in preset.columns[needed].values() for word in words}
    assert any(missed in notice and preset.title in notice for notice in reading.notices)


def test_the_column_that_is_missed_is_named_as_the_file_names_the_others(tmp_path):
    for language, missed in (("any", "EINDT"), ("fr", "Date de livraison"), ("de", "Lieferdatum")):
        path = write_export(find_export("sap_eket", language).rename(language, "due", "Zzz"), language, tmp_path)
        assert read_file(path, today=FIRST).preset_missed == (missed,)


def find_export(preset, language):
    return next(one for one in EXPORTS if one.preset == preset and language in one.heads)


def test_users_leave_columns_out_and_move_and_add_some(tmp_path):
    export = find_export("ms_project", "fr").keep("number", "person", "level", "due", "before", "name", "own")
    reading = read_file(write_export(export, "fr", tmp_path), today=FIRST)
    assert (reading.preset, reading.preset_missed) == ("ms_project", ())
    assert (reading.find_field("forecast_on").name, reading.keys) == ("Fin", ("ID",))


def test_a_list_of_ones_own_with_the_same_usual_words_is_nobodys_export(tmp_path):
    export = find_export("ms_project", "fr").keep("number", "name", "text", "start", "due", "share", "person")
    reading = read_file(write_export(export, "fr", tmp_path), today=FIRST)
    assert (reading.preset, reading.preset_missed) == (None, ())


ISSUE = """<item><title>[ERP-{n}] Label {n}</title><link>https://jira.example/ERP-{n}</link>
<project id="10000" key="ERP">Confluence</project><key id="{id}">ERP-{n}</key><summary>Label {n}</summary>
<type id="1" iconUrl="x">{type}</type><priority id="3" iconUrl="x">Major</priority>
<status id="1" iconUrl="x" description="x">{status}</status><statusCategory id="2" key="new"/>
<assignee username="jd{n}">J. Doe</assignee><labels><label>a</label><label>b</label></labels>
<created>{day:%a, %d %b %Y} 09:15:00 +0100</created><due>{due:%a, %d %b %Y} 00:00:00 +0100</due></item>"""


def test_an_issue_of_jira_in_xml_has_its_words_between_attributes(tmp_path):
    items = [
        ISSUE.format(
            n=n, id=1000 + n, day=make_day(0, n), due=make_day(5, n), type=("Bug", "Story")[n % 2],
            status=("Open", "Closed")[n % 2],
        )
        for n in range(9)
    ]  # fmt: skip
    path = tmp_path / "search.xml"
    path.write_text(f'<rss version="0.92"><channel><title>x</title>{"".join(items)}</channel></rss>')
    reading = read_file(path, today=FIRST)
    assert (reading.preset, reading.keys, reading.questions) == ("jira_xml", ("key.#text",), ())
    assert reading.preview[1].read == {
        "project_code": "ERP", "name": "Label 1", "kind": "story", "status": "done", "assignee": "jd1",
        "created_at": f"{make_day(0, 1)}T08:15:00+00:00", "due_on": make_day(5, 1).isoformat(),
    }  # fmt: skip


def test_a_purchasing_list_as_sap_prints_it_has_totals_and_a_row_per_vendor(tmp_path):
    export = find_export("sap_me2n", "de")
    vendor, rows = export.slots.index("vendor"), list_rows(export, "de")
    path = write_export(export, "de", tmp_path)
    head, *lines = path.read_text(encoding="cp1252").splitlines()
    empty = [""] * (len(export.slots) - 2)
    groups = ["\t".join([rows[first][vendor], "3", *empty]) for first in (0, 3, 6)]
    printed = [head, "\t".join(["", "9", *empty])]
    printed += [
        line for place, line in zip((0, 3, 6), groups, strict=True) for line in [line, *lines[place : place + 3]]
    ]
    path.write_text("\n".join(printed), encoding="cp1252")
    reading = read_file(path, today=FIRST)
    assert (reading.preset, reading.rows, reading.questions) == ("sap_me2n", len(rows), ())
    assert [one.row for one in reading.ignored_rows] == [2, 3, 7, 11]


def test_a_price_for_more_than_one_unit_is_asked_for(tmp_path):
    export = find_export("sap_ekpo", "any")
    path = write_export(export, "any", tmp_path)
    text = path.read_text(encoding="cp1252").replace("\t1\t", "\t1000\t", 2)
    path.write_text(text, encoding="cp1252")
    reading = read_file(path, today=FIRST)
    assert "column/NETPR" in [one.id.removeprefix("export.xls/") for one in reading.questions]
    assert reading.find_field("unit_price") is None


def test_every_maker_is_tried():
    assert {export.preset for export in EXPORTS} == set(PRESETS)
    for name, preset in PRESETS.items():
        tried = {language for export in EXPORTS if export.preset == name for language in export.heads}
        assert set(preset.languages) - {"any"} <= tried | ({"en"} if "any" in tried else set())


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_a_preset_names_columns_that_exist_and_where_its_names_come_from(name):
    preset = PRESETS[name]
    entity = ENTITIES[ENTITY_OF_KIND[preset.kind]]
    assert set(preset.columns) - {KEY} <= set(entity.by_name)
    assert "# source:" in (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    assert preset.source
    for column, words in preset.words.items():
        choices = entity.by_name[column].choices
        assert set(words.values()) <= (set(choices) if choices else {True, False})


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_no_name_stands_for_two_columns(name):
    preset = PRESETS[name]
    for language in LANGUAGES:
        names = [word for words in preset.columns.values() for word in words.get(language, ())]
        assert sorted(set(names)) == sorted(names)


def test_a_preset_of_ones_own_is_read_and_a_wrong_one_refused(tmp_path):
    text = (FOLDER / "gitlab_csv.yaml").read_text(encoding="utf-8")
    (tmp_path / "own.yaml").write_text(text.replace("gitlab_csv", "our_tracker"), encoding="utf-8")
    assert [one.name for one in load_preset_folder(tmp_path)] == ["our_tracker"]
    assert [one.name for one in load_all_presets(tmp_path)] == ["our_tracker", *sorted(PRESETS)]
    (tmp_path / "gitlab.yaml").write_text(text.replace("title: GitLab", "title: Ours"), encoding="utf-8")
    assert [one.title for one in load_all_presets(tmp_path) if one.name == "gitlab_csv"] == [
        "Ours, issues exported as CSV"
    ]
    for wrong in (
        text.replace("keys: [key]", "keys: [number]"),
        text.replace("due_on: {any", "deadline: {any"),
        text.replace("recognised_by: [key", "recognised_by: [colour"),
        text.replace("signs: [created_at", "signs: [colour"),
        text.replace("note:", "unconfirmed: [Colour]\nnote:"),
        text.replace("milestone: {any", "milestone: {it"),
    ):
        with pytest.raises(ConfigError, match=r"own\.yaml"):
            parse_preset(wrong, "own.yaml")


@pytest.mark.parametrize(
    ("heads", "row"),
    [
        ("Key;Summary;Status;Owner;Created;Updated", "R-{n};Risk {n};Open;PM;{day}.03.2026;{day}.04.2026"),
        (
            "Document No.;Line No.;Buy-from Vendor No.;Order No.;Quantity;Expected Receipt Date",
            "E{n};1;V1;B{n};{n};{day}.03.2026",
        ),
        ("EBELN;EBELP;ETENS;EBTYP;EINDT;MENGE;WERKS", "45000{n};10;1;AB;{day}.03.2026;{n};0001"),
        ("ID;Customer;Quantity (Items);Rate (Items);UOM (Items);Item Name (Items)", "SO-{n};Dupont;{n};3;ST;Label"),
    ],
    ids=["risks of one's own", "receipts of Dynamics", "confirmations of SAP", "sales orders of ERPNext"],
)  # fmt: skip
def test_another_list_is_not_taken_for_the_one_that_is_known(heads, row, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("\n".join([heads, *(row.format(n=100 + n, day=10 + n) for n in range(9))]), encoding="utf-8")
    assert read_file(path, today=FIRST).preset is None
