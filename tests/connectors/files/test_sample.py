"""Each kind of file of the sample programme is read with the mapping that ships beside it."""

from collections import Counter
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files

import pytest
import yaml

from connectors.files import FilesConnector, FilesOptions
from slipwatch.connector import Context
from slipwatch.sample.drop_folder import fill_folder
from slipwatch.sample.programme import POLLS, SEED

SOURCES = yaml.safe_load((files("slipwatch.sample") / "config" / "sources.yaml").read_text(encoding="utf-8"))["sources"]


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """The folder of the configuration, beside the drop folder of all 26 polls."""
    folder = tmp_path_factory.mktemp("programme")
    (folder / "config").mkdir()
    fill_folder(folder / "drop", POLLS, seed=SEED)
    return folder / "config"


def open_source(base, source, poll=26):
    context = Context(
        source=source, resolve=str, now=lambda: POLLS[poll - 1].at.astimezone(UTC), sleep=lambda seconds: None,
        home=base / "home", base=base, time_zone="Europe/Paris",
    )  # fmt: skip
    return FilesConnector(FilesOptions.model_validate(SOURCES[source]["options"]), context)


@cache
def read_all(base, source, stream):
    """The batches of every file: (window, records, rejects), oldest first."""
    connector = open_source(base, source)
    read = []
    for window in connector.plan(stream, None):
        batches = list(connector.read(window))
        assert batches[-1].completeness.proven
        read.append((window, [one for b in batches for one in b.records], [one for b in batches for one in b.rejects]))
    return read


STREAMS = [
    (source, stream["stream"])
    for source, setting in SOURCES.items()
    if setting["type"] == "files"
    for stream in setting["options"]["streams"]
]


@pytest.mark.parametrize(("source", "stream"), STREAMS)
def test_every_file_is_read_and_nothing_but_the_told_damage_is_set_aside(base, source, stream):
    expected = {("PLAN", "milestones"): 2, ("PLAN", "claims"): 3, ("ERP", "order_lines"): 431}
    read = read_all(base, source, stream)
    assert len(read) >= 12
    assert sum(len(rejects) for _, _, rejects in read) == expected.get((source, stream), 0)
    assert sum(len(records) for _, records, _ in read) > 0


@pytest.mark.parametrize("source", ["PLAN", "ERP", "TRK", "SUP", "LOG"])
def test_the_mapping_stands_a_check(base, source):
    report = open_source(base, source).check()
    assert report.ok, report.problems


def test_the_plan_that_a_german_colleague_saved(base):
    """Five dates as a week are set aside with their rows; the renamed column is known, the others are read."""
    told = []
    for stream in ("milestones", "claims"):
        (_, _, rejects), *_ = [one for one in read_all(base, "PLAN", stream) if one[0].until.date() == date(2026, 3, 6)]
        told += [(one.source_id, one.reason, one.excerpt, one.where.rpartition(" ")[2]) for one in rejects]
    assert told == [
        ("EC-30", "bad_date", "KW 17", "7"), ("WD-30", "bad_date", "KW 17", "14"),
        ("SF-03", "bad_date", "KW 17", "7"), ("SF-04", "bad_date", "KW 17", "8"), ("SF-05", "bad_date", "KW 17", "9"),
    ]  # fmt: skip


def test_order_lines_are_431_in_every_whole_file_and_the_damaged_one_gives_none(base):
    sizes = {window.until.date(): len(records) for window, records, _ in read_all(base, "ERP", "order_lines")}
    assert sizes.pop(date(2026, 2, 20)) == 168
    assert sizes.pop(date(2026, 3, 13)) == 0
    assert set(sizes.values()) == {431}
    assert len(sizes) == 22


def test_an_order_line_as_the_buyer_sees_it(base):
    (_, records, _), *_ = read_all(base, "ERP", "order_lines")[-1:]
    line = next(one for one in records if one.label == "4500032015/10")
    assert line.source_id == "4500032015/10"
    assert (line.values["supplier"], line.values["needed_on"]) == ("0000300127", date(2026, 4, 2))
    assert line.values["ordered_quantity"] == 120
    assert sum(one.values["needed_on"] is None for one in records) == 62


def test_due_dates_of_the_tracker_do_not_move_when_the_clocks_change(base):
    before, after = (
        {one.source_id: one.values["due_on"] for one in records if one.values["due_on"]}
        for window, records, _ in read_all(base, "TRK", "work_items")
        if window.until.date() in (date(2026, 3, 23), date(2026, 3, 30))
    )
    assert len(before) == 210
    assert before == after


def test_the_tracker_tells_its_own_history(base):
    *_, (window, records, _) = read_all(base, "TRK", "milestones")
    assert window.until == datetime(2026, 6, 29, 4, tzinfo=UTC)
    exit_of_sit = next(one for one in records if one.source_id == "MS-103")
    moves = [(one.stated_at.date(), one.new) for one in exit_of_sit.history if one.column == "forecast_on"]
    assert moves == [
        (date(2026, 4, 8), date(2026, 5, 13)), (date(2026, 5, 6), date(2026, 5, 29)),
        (date(2026, 5, 28), date(2026, 6, 19)),
    ]  # fmt: skip


def test_suppliers_write_in_two_languages(base):
    read = read_all(base, "SUP", "confirmations") + read_all(base, "SUP", "notices")
    suppliers = Counter(one.values["supplier"] for _, records, _ in read for one in records)
    assert suppliers["0000200118"] > 0 < suppliers["0000300127"]
    assert all(one.known_at <= window.until for window, records, _ in read for one in records)


def test_the_budget_line_without_its_approved_figure_is_a_record_all_the_same(base):
    (_, records, _), *_ = read_all(base, "LOG", "budget")
    line = next(one for one in records if one.source_id == "S-30")
    assert line.values["approved_amount"] is None
    assert line.values["currency"] == "EUR"


def test_a_poll_reads_only_what_came_since_the_last_one(base):
    connector = open_source(base, "ERP")
    windows = connector.plan("order_lines", None)
    assert connector.plan("order_lines", windows[-1].position) == ()
    assert connector.plan("order_lines", windows[9].position) == windows[10:]
