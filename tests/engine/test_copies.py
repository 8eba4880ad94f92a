"""Old copies of a plan become its history: dated or listed, read or set aside with the cure, and nobody is alarmed."""

import os
import time
from datetime import UTC, datetime

import pytest

from slipwatch.engine.copies import CopyState, DateRule, import_history, read_dates_file
from slipwatch.engine.status import summarise
from slipwatch.errors import ConfigError
from slipwatch.store.alerts import load_alerts, read_transitions
from slipwatch.store.outbox import list_messages
from slipwatch.store.reader import read_promises
from slipwatch.store.runs import list_runs
from slipwatch.store.windows import read_cursor
from tests.engine.office import Office

HEAD = "Id;Name;Forecast;Actual\n"
FORMATS = ["%d.%m.%Y"]
IMPORTED, KNOWN, SAME = CopyState.IMPORTED, CopyState.KNOWN, CopyState.SAME
UNDATED, ASIDE, WATCHED = CopyState.UNDATED, CopyState.SET_ASIDE, CopyState.WATCHED


class Archive(Office):
    """An office with a folder of old plans."""

    @property
    def old(self):
        return self.folder / "old"

    def keep(self, name, *days, head=HEAD):
        """A copy of the plan: the forecasts of M1, M2 and so on."""
        path = self.old / name
        path.parent.mkdir(parents=True, exist_ok=True)
        rows = [f"M{number};Milestone {number};{day};" for number, day in enumerate(days, 1)]
        path.write_text(head + "\n".join(rows) + "\n")
        return path

    def bring(self, **options):
        return import_history(self.programme, self.old, **options)

    def states(self, **options):
        return {one.file: one.state for one in self.bring(**options).outcomes}

    def told(self):
        """(milestone, forecast, day known, cause), oldest first."""
        frame = read_promises(self.programme.ledger, columns=["forecast_on"])
        return [(row.source_id, row.new_text, f"{row.known_at:%Y-%m-%d}", row.cause) for row in frame.itertuples()]

    def dump(self):
        with self.programme.ledger.read() as connection:
            return "\n".join(connection.connection.driver_connection.iterdump())


@pytest.fixture
def office(tmp_path):
    office = Archive(tmp_path).map(FORMATS)
    yield office
    office.close()


def test_copies_enter_history_oldest_first_with_the_date_of_their_name(office):
    office.keep("Plan 14.02.2026.csv", "20.05.2026")
    office.keep("Plan_2026-01-14.csv", "01.05.2026")
    office.keep("2025/20251214_plan.csv", "01.04.2026")
    report = office.bring()

    assert [one.file for one in report.outcomes] == [
        "2025/20251214_plan.csv",
        "Plan_2026-01-14.csv",
        "Plan 14.02.2026.csv",
    ]
    assert [one.dated_by for one in report.outcomes] == ["name “20251214”", "name “2026-01-14”", "name “14.02.2026”"]
    assert office.told() == [
        ("M1", "2026-04-01", "2025-12-14", "reconstructed"),
        ("M1", "2026-05-01", "2026-01-14", "reconstructed"),
        ("M1", "2026-05-20", "2026-02-14", "reconstructed"),
    ]


def test_the_time_of_a_file_never_dates_it(office):
    path = office.keep("plan final.csv", "01.05.2026")
    os.utime(path, (time.time(),) * 2)
    (outcome,) = office.bring().outcomes

    assert (outcome.state, outcome.detail) == (UNDATED, "name: no date in it")
    assert '"plan final.csv": 2026-03-31' in outcome.cure
    assert office.told() == []


@pytest.mark.parametrize("name", ["KW17 plan.csv", "March 2026.csv", "plan 03-04-2026.csv", "plan 2099-01-01.csv"])
def test_what_is_no_date_for_sure_is_listed_and_not_guessed(office, name):
    office.keep(name, "01.05.2026")
    office.keep("2026-01-14 plan.csv", "01.05.2026")

    assert office.states() == {"2026-01-14 plan.csv": IMPORTED, name: UNDATED}


def test_a_declaration_dates_a_copy_and_leaves_one_out(office, tmp_path):
    office.keep("March 2026.csv", "01.05.2026")
    office.keep("draft.csv", "02.05.2026")
    office.keep("week.csv", "03.05.2026")
    dates = tmp_path / "dates.yaml"
    dates.write_text("March 2026.csv: 2026-02-27\ndraft.csv: skip\nweek.csv: S9-2026\n")
    states = office.states(declared=read_dates_file(dates))

    assert states == {"March 2026.csv": IMPORTED, "week.csv": IMPORTED, "draft.csv": CopyState.LEFT_OUT}
    assert [row[2] for row in office.told()] == ["2026-02-27", "2026-03-01"]


def test_a_declaration_for_no_file_is_refused(office):
    office.keep("March 2026.csv", "01.05.2026")
    with pytest.raises(ConfigError, match="which is not in the folder"):
        office.bring(declared={"march.csv": "2026-03-31"})


def test_a_declared_order_settles_dates_that_can_be_read_in_two_ways(office):
    office.keep("plan 03-02-2026.csv", "01.05.2026")
    office.bring(rule=DateRule.parse("name", "dmy"))

    assert [row[2] for row in office.told()] == ["2026-02-03"]


def test_two_copies_of_one_day_are_said_and_neither_is_taken(office):
    office.keep("2026-01-14 plan.csv", "01.05.2026")
    office.keep("2026-01-14 plan final.csv", "02.05.2026")
    outcomes = office.bring().outcomes

    assert [one.state for one in outcomes] == [ASIDE, ASIDE]
    assert "2026-01-14 plan.csv" in outcomes[0].detail
    assert "2026-03-14 17:30" in outcomes[0].cure
    declared = {"2026-01-14 plan final.csv": "2026-01-14 17:30", "2026-01-14 plan.csv": "2026-01-14 09:00"}
    assert set(office.states(declared=declared).values()) == {IMPORTED}


def test_the_same_copy_twice_is_said_and_taken_once(office):
    office.keep("2026-01-14 plan.csv", "01.05.2026")
    office.keep("2026-01-14 plan (2).csv", "01.05.2026")
    office.keep("2026-01-14 saved again.csv", "01.05.2026", head="ID;NAME;Forecast;Actual\n")
    office.keep("2026-01-21 plan.csv", "01.05.2026")
    outcomes = {one.file: one for one in office.bring().outcomes}

    assert [one.state for one in outcomes.values()].count(IMPORTED) == 2
    assert outcomes["2026-01-14 plan.csv"].detail == "the same file as 2026-01-14 plan (2).csv"
    assert outcomes["2026-01-14 saved again.csv"].detail == "says the same as 2026-01-14 plan (2).csv"
    assert outcomes["2026-01-21 plan.csv"].detail == "the same content as 2026-01-14 plan (2).csv"
    assert len(office.told()) == 1
    assert IMPORTED not in office.states().values()


def test_a_column_that_was_renamed_is_told_with_the_cure_and_the_rest_goes_on(office):
    office.keep("2026-01-07 plan.csv", "01.04.2026", head="Id;Name;Termin;Actual\n")
    office.keep("2026-01-14 plan.csv", "01.05.2026")
    old, new = office.bring().outcomes

    assert (old.state, new.state) == (ASIDE, IMPORTED)
    assert "no column “Forecast” (forecast_on)" in old.detail
    assert "forecast_on: [Forecast, Termin]" in old.cure
    office.map(FORMATS, columns={"name": "Name", "forecast_on": ["Forecast", "Termin"], "claimed_on": "Actual"})
    assert office.states() == {"2026-01-07 plan.csv": IMPORTED, "2026-01-14 plan.csv": KNOWN}
    assert [row[1:3] for row in office.told()] == [("2026-04-01", "2026-01-07"), ("2026-05-01", "2026-01-14")]


def test_damaged_empty_and_foreign_files_hold_nothing_up(office):
    office.keep("2026-01-14 plan.csv", "01.05.2026")
    office.keep("2026-01-21 plan.csv")
    (office.old / "2026-01-28 plan.csv").write_bytes(b"PK\x03\x04 no text")
    office.keep("2026-02-04 plan.csv", "bad", "worse", "worst")
    (office.old / "minutes.pdf").write_bytes(b"%PDF")
    outcomes = {one.file: one for one in office.bring().outcomes}

    assert [one.state for one in outcomes.values()] == [IMPORTED, ASIDE, ASIDE, ASIDE, CopyState.FOREIGN]
    assert outcomes["2026-01-21 plan.csv"].detail == "it holds no record"
    assert "bad_date" in outcomes["2026-02-04 plan.csv"].detail


def test_the_same_folder_twice_changes_nothing(office):
    office.keep("2026-01-14 plan.csv", "01.05.2026", "01.06.2026")
    office.keep("2026-01-21 plan.csv", "08.05.2026")
    office.bring()
    before = office.dump()

    report = office.bring()
    assert {one.state for one in report.outcomes} == {KNOWN}
    assert report.run is None
    lease = [line for line in before.splitlines() if "lease" not in line]
    assert [line for line in office.dump().splitlines() if "lease" not in line] == lease


def test_a_rehearsal_says_what_would_be_done_and_writes_nothing(office):
    office.keep("2026-01-14 plan.csv", "01.05.2026", "bad")
    office.keep("plan.csv", "01.05.2026")
    before, files = office.dump(), sorted(office.programme.home.rglob("*.parquet"))
    report = office.bring(is_rehearsal=True)

    assert [(one.state, one.rows, one.rejects) for one in report.outcomes] == [(CopyState.READY, 1, 1), (UNDATED, 0, 0)]
    assert office.dump() == before
    assert sorted(office.programme.home.rglob("*.parquet")) == files


def test_history_raises_no_alert_and_counts_as_no_drift(office):
    """Live, with and without fifteen moves before it: the same findings, alerts and messages, word for word."""
    calm = Archive(office.folder / "calm").map(FORMATS)
    for number in range(1, 16):
        office.keep(f"2026-01-{number:02} plan.csv", f"{number:02}.05.2026", "01.06.2026", "01.07.2026")
    office.bring()
    for one in (calm, office):
        one.drop(f"{HEAD}M1;Milestone 1;20.05.2026;\nM2;Milestone 2;01.06.2026;\n").run(15)
        one.drop(f"{HEAD}M1;Milestone 1;22.05.2026;\nM2;Milestone 2;01.06.2026;\n", day="2026-03-08").run(16)

    def show(one):
        ledger = one.programme.ledger
        transitions = [(str(row.change), row.alert.subject.key) for row in read_transitions(ledger)]
        return sorted(map(str, load_alerts(ledger))), transitions, len(list_messages(ledger)), one.show()

    assert show(office)[1:] == show(calm)[1:]
    assert len(show(office)[0]) == len(show(calm)[0])
    assert [row for row in office.told() if row[3] == "source"] == calm.told()
    assert [row[3] for row in office.told()].count("reconstructed") == 17
    calm.close()


def test_history_after_live_reads_changes_nothing_of_today(office):
    office.drop(f"{HEAD}M1;Milestone 1;20.05.2026;\n").run(15)
    today, cursor = office.show(), read_cursor(office.programme.ledger, "PLAN", "milestones")
    status = summarise(office.programme).as_json()
    office.keep("2026-01-14 plan.csv", "01.05.2026", "01.06.2026")
    office.keep("2026-03-01 plan.csv", "01.05.2026")
    office.keep("2026-03-10 plan.csv", "01.05.2026")
    states = office.states()

    assert states == {"2026-01-14 plan.csv": IMPORTED, "2026-03-01 plan.csv": WATCHED, "2026-03-10 plan.csv": WATCHED}
    assert (office.show(), read_cursor(office.programme.ledger, "PLAN", "milestones")) == (today, cursor)
    assert summarise(office.programme).as_json()["problems"] == status["problems"]
    assert [run.kind for run in list_runs(office.programme.ledger)] == ["import", "run"]


def test_a_source_that_was_only_imported_was_never_read(office):
    office.keep("2026-01-14 plan.csv", "01.05.2026")
    office.bring()

    assert any("never read" in problem for problem in summarise(office.programme).problems)


@pytest.mark.parametrize(("text", "place"), [("cell:Plan!B2", ("Plan", "B2")), ("cell:C3", (None, "C3"))])
def test_a_cell_is_named_with_or_without_its_sheet(text, place):
    rule = DateRule.parse(text)
    assert (rule.origin, rule.sheet, rule.cell) == ("cell", *place)


@pytest.mark.parametrize("text", ["cell:", "cell", "modified", "cell:Plan!", "name:x"])
def test_another_place_for_a_date_is_refused(text):
    with pytest.raises(ConfigError, match="no place for a date"):
        DateRule.parse(text)


def test_a_folder_that_is_none_is_refused(office):
    with pytest.raises(ConfigError, match="is no folder"):
        office.bring()


def test_a_stream_or_source_that_is_none_is_refused(office):
    office.keep("2026-01-14 plan.csv", "01.05.2026")
    with pytest.raises(ConfigError, match="has no stream lines"):
        office.bring(stream="lines")
    with pytest.raises(ConfigError, match="no such source"):
        office.bring(source="PLANS")


def test_a_copy_of_today_is_known_as_of_now(office):
    office.now = datetime(2026, 3, 16, 9, tzinfo=UTC)
    office.keep("2026-03-16 plan.csv", "01.05.2026")
    office.keep("S12-2026 plan.csv", "02.05.2026")
    first, second = office.bring().outcomes

    assert first.as_of == second.as_of == office.now
    assert (first.state, second.state) == (ASIDE, ASIDE)


STATED = {"as_of": {"from": "column", "column": "Actual", "formats": ["%d.%m.%Y"]}}


def keep_stated(office, name, stated):
    """A copy that says of which day it is."""
    path = office.keep(name)
    path.write_text(f"{HEAD}M1;Milestone 1;01.05.2026;{stated}\n")


def test_the_mapping_dates_a_copy_before_its_name_does(office):
    office.map(FORMATS, **STATED)
    keep_stated(office, "plan final.csv", "14.01.2026")
    keep_stated(office, "S4-2026 plan.csv", "21.01.2026")

    assert [(f"{one.as_of:%Y-%m-%d}", one.dated_by) for one in office.bring().outcomes] == [
        ("2026-01-14", "mapping"),
        ("2026-01-21", "mapping"),
    ]


def test_where_mapping_and_name_tell_different_days_neither_is_taken(office):
    office.map(FORMATS, **STATED)
    keep_stated(office, "2026-01-21 plan.csv", "14.01.2026")
    (outcome,) = office.bring().outcomes

    assert outcome.state == UNDATED
    assert "the mapping dates it 2026-01-14, its name 2026-01-21" in outcome.detail
    assert office.states(rule=DateRule.parse("name")) == {"2026-01-21 plan.csv": IMPORTED}


def test_only_declared_dates_count_where_that_is_asked(office):
    office.keep("2026-01-14 plan.csv", "01.05.2026")

    assert office.states(rule=DateRule.parse("declared")) == {"2026-01-14 plan.csv": UNDATED}


def test_what_a_remap_makes_readable_is_known_since_the_source_said_it(office):
    """The old copy told it first, in a form that the mapping knew; the source in one that it learnt later."""
    office.keep("2026-01-14 plan.csv", "01.05.2026", "01.05.2026")
    office.bring()
    office.drop(f"{HEAD}M1;Milestone 1;2026-05-20;\nM2;Milestone 2;01.06.2026;\n").run(15)
    office.map([*FORMATS, "iso"]).remap()

    assert [row[1:] for row in office.told() if row[0] == "M1"] == [
        ("2026-05-01", "2026-01-14", "reconstructed"),
        ("2026-05-20", "2026-03-01", "mapping"),
    ]
