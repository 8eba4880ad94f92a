"""`slipwatch import`: a table of what it did, the cure for what waits, and one document for scripts."""

import json
from datetime import UTC, datetime

import pytest

from tests.engine.test_copies import FORMATS, Archive

NOW = datetime(2026, 3, 2, 6, tzinfo=UTC)


@pytest.fixture
def bring(tmp_path, call):
    """Call the command for an office with three copies: a good one, one without a date, one with another column."""
    office = Archive(tmp_path).map(FORMATS)
    office.close()
    office.keep("2026-01-14 plan.csv", "01.05.2026", "KW 17")
    office.keep("plan final.csv", "01.05.2026")
    office.keep("2026-01-21 plan.csv", "01.05.2026", head="Id;Name;Termin;Actual\n")
    (office.old / "minutes.pdf").write_bytes(b"%PDF")
    places = ("--config", tmp_path / "config", "--home", tmp_path / "home")
    return lambda *more, **options: call("import", "--history", office.old, *more, *places, now=lambda: NOW, **options)


def test_the_table_says_what_was_done_and_the_notes_what_to_do(bring):
    ended = bring()
    rows = [line.split("  ") for line in ended.out.splitlines()]

    assert ended.code == 1
    assert [row[0] for row in rows] == [
        "file", "2026-01-14 plan.csv", "2026-01-21 plan.csv", "plan final.csv",
        "PLAN: 1 imported, 1 no date, 1 set aside.",
    ]  # fmt: skip
    assert "name “2026-01-14”" in ended.out
    assert "imported; 1 x bad_date in forecast_on (2026-01-14 plan.csv, line 3: KW 17)" in ended.out
    assert '"plan final.csv": 2026-03-31' in ended.err
    assert "forecast_on: [Forecast, Termin]" in ended.err
    assert "Of other kinds: minutes.pdf" in ended.err


def test_a_script_gets_one_document(bring):
    ended = bring("--json", "--dry-run")
    told = json.loads(ended.out)

    assert ended.code == 1
    assert (told["source"], told["run"], told["dry_run"]) == ("PLAN", None, True)
    assert told["counts"] == {"foreign": 1, "ready": 1, "set_aside": 1, "undated": 1}
    assert told["copies"][0]["as_of"] == "2026-01-14T22:59:59+00:00"


def test_where_nothing_waits_the_code_is_0(bring, tmp_path):
    dates = tmp_path / "dates.yaml"
    dates.write_text("plan final.csv: skip\n2026-01-21 plan.csv: skip\n")
    ended = bring("--dates", dates)

    assert ended.code == 0
    assert "PLAN: 1 imported, 2 left out." in ended.out


def test_a_bar_shows_how_far_it_is_where_somebody_watches(bring):
    assert "Reading old copies" in bring("--dry-run", tty=True).err


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--date-from", "modified"), "no place for a date"),
        (("--dates", "nowhere.yaml"), "cannot be read"),
        (("--source", "NONE"), "no such source"),
        (("--stream", "none"), "has no stream none"),
    ],
)
def test_wrong_usage_is_code_2_with_the_cure(bring, more, words):
    ended = bring(*more)

    assert ended.code == 2
    assert words in ended.err
