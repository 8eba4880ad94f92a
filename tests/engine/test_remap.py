"""A mapping that was wrong is corrected: the archive is read again, and nothing of it looks like drift."""

import shutil

import pytest

from connectors.files import FilesConnector
from slipwatch.engine import wiring
from slipwatch.engine.remap import remap_source
from slipwatch.errors import ConfigError, PermanentError
from slipwatch.store.acts import list_acts
from slipwatch.store.alerts import read_transitions
from slipwatch.store.ledger import migrate
from slipwatch.store.reader import read_entity
from slipwatch.store.views import read_quarantine, read_windows
from tests.engine.office import MILESTONES, Office
from tests.engine.sources import NOW
from tests.store.conftest import empty_postgres

BACKENDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]

WRONG, RIGHT = ["%m/%d/%Y"], ["%d/%m/%Y"]
PLAN = "Id;Name;Forecast;Planned;Actual\n17;Design;05/06/2026;07/06/2026;\n18;Dock;03/04/2026;01/04/2026;\n"
DESIGN, DOCK = "17", "18"


@pytest.fixture(params=BACKENDS)
def office(request, tmp_path):
    ledger = None
    if request.param == "postgresql":
        ledger = request.getfixturevalue("fresh_postgres")
    found = Office(tmp_path, ledger)
    yield found
    found.close()


@pytest.fixture
def fresh_postgres(postgres_url):
    migrate(postgres_url)
    empty_postgres(postgres_url)
    return postgres_url


def test_a_swapped_date_is_put_right_and_is_no_drift(office):
    office.map(WRONG).drop(PLAN).run()
    assert office.show() == {DESIGN: "2026-05-06", DOCK: "2026-03-04"}
    before = read_transitions(office.programme.ledger)
    report = office.map(RIGHT).remap()
    assert not report.failed
    assert office.show() == {DESIGN: "2026-06-05", DOCK: "2026-04-03"}
    assert office.moves() == [
        (DESIGN, None, "2026-05-06", "source"),
        (DESIGN, "2026-05-06", "2026-06-05", "mapping"),
        (DOCK, None, "2026-03-04", "source"),
        (DOCK, "2026-03-04", "2026-04-03", "mapping"),
    ]
    told = office.run(day=3)
    assert told.told.outcome.transitions == ()
    assert len(read_transitions(office.programme.ledger)) == len(before)


def test_a_column_taken_from_the_wrong_place_is_put_right(office):
    office.map(RIGHT, columns=MILESTONES["columns"] | {"forecast_on": "Planned"}).drop(PLAN).run()
    office.map(RIGHT).remap()
    assert office.show()[DESIGN] == "2026-06-05"
    assert [move[3] for move in office.moves()] == ["source", "mapping"] * 2


def test_a_later_move_of_the_source_still_counts_as_drift(office):
    office.map(WRONG).drop(PLAN).run()
    office.map(RIGHT).remap()
    office.drop(PLAN.replace("05/06/2026", "19/06/2026"), "2026-03-03").run(day=4)
    assert office.moves()[2] == (DESIGN, "2026-06-05", "2026-06-19", "source")


def test_what_was_known_and_what_was_recorded_stay_apart(office):
    office.map(WRONG).drop(PLAN).run()
    recorded = office.now
    office.now = NOW.replace(day=3)
    office.map(RIGHT).remap()
    ledger = office.programme.ledger
    known = read_entity(ledger, "milestone", known_by=NOW).set_index("source_id")["forecast_on"]
    issued = read_entity(ledger, "milestone", recorded_by=recorded).set_index("source_id")["forecast_on"]
    assert (str(known[DESIGN])[:10], str(issued[DESIGN])[:10]) == ("2026-06-05", "2026-05-06")


def test_the_source_counts_as_read_only_when_it_was_read(office):
    office.map(WRONG).drop(PLAN).run()
    before = read_windows(office.programme.ledger, latest_only=False)
    office.now = NOW.replace(day=20)
    office.map(RIGHT).remap()
    assert read_windows(office.programme.ledger, latest_only=False).equals(before)


def test_what_was_set_aside_is_tried_again(office):
    office.map(WRONG).drop(PLAN.replace("03/04/2026", "23/04/2026")).run()
    assert set(office.show()) == {DESIGN}
    assert read_quarantine(office.programme.ledger)["source_id"].tolist() == [DOCK]
    (stream,) = office.map(RIGHT).remap().streams
    assert office.show() == {DESIGN: "2026-06-05", DOCK: "2026-04-23"}
    assert stream.readable == 1
    assert read_quarantine(office.programme.ledger).empty
    assert {move[3] for move in office.moves() if move[0] == DOCK} == {"mapping"}


def test_what_still_cannot_be_read_stays_one_row_of_the_quarantine(office):
    office.map(WRONG).drop(PLAN.replace("03/04/2026", "soon")).run()
    before = read_quarantine(office.programme.ledger)
    office.map(RIGHT).remap()
    assert read_quarantine(office.programme.ledger).equals(before)


def test_a_record_that_the_newest_list_could_not_tell_is_read_from_the_one_before(office):
    office.map(WRONG).drop(PLAN).run()
    office.drop(PLAN.replace("03/04/2026", "soon"), "2026-03-03").run(day=4)
    office.map(RIGHT).remap()
    assert office.show() == {DESIGN: "2026-06-05", DOCK: "2026-04-03"}


def test_changes_are_read_from_the_newest_file_that_brought_them(office):
    changes = {"complete": False}
    office.map(WRONG, **changes).drop(PLAN, "2026-02-27").run()
    office.drop("Id;Name;Forecast;Planned;Actual\n17;Design;09/06/2026;;\n", "2026-03-03").run(day=4)
    (stream,) = office.map(RIGHT, **changes).remap().streams
    assert office.show() == {DESIGN: "2026-06-09", DOCK: "2026-04-03"}
    assert (stream.windows, stream.records, stream.changed) == (2, 2, 2)


def test_remapping_twice_changes_nothing_more(office):
    office.map(WRONG).drop(PLAN).run()
    office.map(RIGHT).remap()
    before = office.moves()
    (stream,) = office.remap().streams
    assert (stream.changed, office.moves()) == (0, before)


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ({"columns": MILESTONES["columns"] | {"forecast_on": "Forcast"}}, "forecast_on"),
        ({"key": ["Name"]}, "other keys"),
        ({"entity": "risk", "columns": {"name": "Name"}}, "held milestone"),
        ({"stream": "others"}, "no stream milestones"),
    ],
)
def test_a_mapping_that_reads_less_leaves_everything_as_it_was(office, mapping, words):
    office.map(WRONG).drop(PLAN).run()
    before = office.show(), office.moves()
    report = office.map(RIGHT, **mapping).remap()
    assert report.failed
    assert words in report.streams[0].detail
    assert (office.show(), office.moves()) == before


def test_too_many_unreadable_records_leave_everything_as_it_was(office):
    office.map(WRONG).drop(PLAN).run()
    before = office.show()
    report = office.map(["%Y-%m-%d"]).remap()
    assert "2 of 2" in report.streams[0].detail
    assert (office.show(), len(read_quarantine(office.programme.ledger))) == (before, 0)


def test_an_archive_that_is_gone_is_told(office):
    office.map(WRONG).drop(PLAN).run()
    shutil.rmtree(office.folder / "home" / "spool")
    report = office.map(RIGHT).remap()
    assert "gone" in report.streams[0].detail
    assert office.show()[DESIGN] == "2026-05-06"


def test_it_is_an_act_of_somebody(office):
    office.map(WRONG).drop(PLAN).run()
    office.remap()
    (act,) = list_acts(office.programme.ledger, "remap")
    assert (act.subject, act.author, act.reason) == ("PLAN", "pmo", "day and month were swapped")
    with pytest.raises(ConfigError, match="author"):
        remap_source(office.programme, "PLAN", author=" ", reason="none")


def test_a_connector_that_cannot_read_again_says_so(office, monkeypatch):
    office.map(WRONG).drop(PLAN).run()
    older = type("Older", (FilesConnector,), {"read_again": None})
    monkeypatch.setattr(wiring, "find_connector", lambda name: older)
    with pytest.raises(PermanentError, match="cannot read its archive again"):
        office.remap()
