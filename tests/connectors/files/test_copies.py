"""Old copies of files: which stream a name feeds, the date that the mapping finds, and the columns a copy lacks."""

from datetime import UTC, datetime

import pytest
import yaml

from slipwatch.connector import ReadsCopies
from slipwatch.errors import ContractError, TransientError
from slipwatch.model.records import Window, WindowKind
from slipwatch.sample.workbooks import Sheet, write_workbook
from tests.connectors.files.drops import FRENCH, ORDERS, Drop, write_lines

AS_OF = datetime(2026, 2, 6, 22, 59, 59, tzinfo=UTC)
SHEETS = """
folder: drop
time_zone: Europe/Paris
streams:
  - {stream: points, entity: milestone, pattern: "*_plan.xlsx", format: xlsx, complete: true, sheet: Jalons,
     as_of: {from: cell, cell: A2, pattern: "([0-9/]{10})", formats: ["%d/%m/%Y"]}, header: [Code, Jalon], key: Code,
     columns: {name: Jalon, forecast_on: Date}}
  - {stream: claims, entity: work_item, pattern: "*_plan.xlsx", format: xlsx, complete: true, sheet: Suivi,
     as_of: {from: modified}, header: [Code, Objet], key: Code, columns: {name: Objet}}
"""


def add_order(drop, stream, pattern):
    other = yaml.safe_load(ORDERS)["streams"][0] | {"stream": stream, "pattern": pattern}
    drop.options["streams"] = [*drop.options["streams"], other]


def read_copy(connector, path, stream="lines"):
    window = Window(stream=stream, kind=WindowKind.COMPLETE, until=AS_OF, position="{}")
    return list(connector.read_copy(window, path))


def write_plan(drop, name, *, column="Date"):
    day = datetime(2026, 2, 6, tzinfo=UTC).date()
    sheet = Sheet(name="Jalons", title="Plan", header=["Code", "Jalon", column], rows=[["M1", "Go-live", day]])
    return drop.add(name, write_workbook([sheet], edition=day))


def test_the_connector_says_that_it_reads_copies(tmp_path):
    assert isinstance(Drop(tmp_path).open(), ReadsCopies)


def test_a_copy_is_read_wherever_it_lies_and_whatever_it_is_called(tmp_path):
    drop = Drop(tmp_path)
    path = tmp_path / "Bestellungen alt.csv"
    path.write_bytes(write_lines(3).encode("windows-1252"))
    (batch,) = read_copy(drop.open(), path)

    assert (len(batch.records), batch.as_of, batch.completeness.proven) == (3, AS_OF, True)


def test_weeks_without_a_year_are_sought_around_the_copys_own_date(tmp_path):
    drop = Drop(tmp_path, formats=[{"week": "KW %V", "day": "friday"}])
    path = drop.add("old.csv", write_lines(1, day="KW 8"))
    (batch,) = read_copy(drop.open(), path)

    assert str(batch.records[0].values["needed_on"]) == "2026-02-20"


@pytest.mark.parametrize(
    ("name", "streams"),
    [("old.csv", ("lines",)), ("old.CSV", ("lines",)), ("old.xlsx", ()), ("minutes.pdf", ()), ("csv", ())],
)
def test_a_name_feeds_the_streams_of_its_format(tmp_path, name, streams):
    assert Drop(tmp_path).open().find_streams(name) == streams


def test_sheets_of_one_workbook_are_all_fed(tmp_path):
    assert Drop(tmp_path, SHEETS).open().find_streams("2026/Plan V2.xlsx") == ("points", "claims")


def test_a_name_that_could_feed_one_list_or_another_is_asked_for(tmp_path):
    drop = Drop(tmp_path)
    add_order(drop, "notices", "*_notices.csv")
    connector = drop.open()

    assert connector.find_streams("2026-02-06_notices.csv") == ("notices",)
    assert connector.find_streams("old.csv", among=["notices"]) == ("notices",)
    with pytest.raises(ContractError, match=r"which stream does it feed\? lines, notices"):
        connector.find_streams("old.csv")


def test_the_mapping_dates_a_copy_by_its_cell_or_by_its_usual_name(tmp_path):
    sheets, lines = Drop(tmp_path, SHEETS), Drop(tmp_path)
    plan = write_plan(sheets, "plan final.xlsx")

    assert sheets.open().date_copy("points", plan) == AS_OF
    usual, renamed = lines.add("2026-02-06_orders.csv", write_lines(1)), lines.add("orders.csv", write_lines(1))
    assert lines.open().date_copy("lines", usual) == AS_OF
    assert lines.open().date_copy("lines", renamed) is None


def test_the_time_of_the_file_is_never_its_date(tmp_path):
    drop = Drop(tmp_path, SHEETS)

    assert drop.open().date_copy("claims", write_plan(drop, "plan.xlsx")) is None


def test_a_copy_names_every_column_that_it_lacks_and_those_that_nothing_maps(tmp_path):
    drop = Drop(tmp_path)
    old = FRENCH.replace("Date besoin", "Termin").replace("Qté", "Volume")
    with pytest.raises(ContractError) as caught:
        read_copy(drop.open(), drop.add("old.csv", write_lines(1, header=old)))

    assert "“Date besoin” or “Bedarfstermin” (needed_on), “Qté” or “Menge” (ordered_quantity)" in caught.value.message
    assert "it has Termin, Volume that nothing maps" in caught.value.message
    assert "needed_on: [Date besoin, Bedarfstermin, its name then]" in caught.value.cure


def test_the_only_column_that_nothing_maps_is_proposed(tmp_path):
    drop = Drop(tmp_path, SHEETS)
    with pytest.raises(ContractError) as caught:
        read_copy(drop.open(), write_plan(drop, "old.xlsx", column="Termin"), "points")

    assert "forecast_on: [Date, Termin]" in caught.value.cure


def test_a_copy_that_is_gone_is_told(tmp_path):
    with pytest.raises(TransientError, match="no longer there"):
        read_copy(Drop(tmp_path).open(), tmp_path / "gone.csv")
