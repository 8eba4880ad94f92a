"""Which files a poll sees, and that they are the same for everybody."""

import hashlib
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from slipwatch.sample.programme import LAST_POLL, PARIS, POLLS, write_poll


def fingerprint(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def names(folder: Path, part: str) -> list[str]:
    return sorted(path.name for path in (folder / part).iterdir())


def test_polls_are_mondays_at_six_in_paris() -> None:
    assert [poll.number for poll in POLLS] == list(range(1, 27))
    assert POLLS[0].at == datetime(2026, 1, 5, 6, tzinfo=PARIS)
    assert POLLS[-1].at == datetime(2026, 6, 29, 6, tzinfo=PARIS)
    assert all(poll.at.weekday() == 0 and poll.at.hour == 6 for poll in POLLS)


def test_weekly_files_are_those_of_the_friday_before() -> None:
    early = {18: date(2026, 4, 30), 19: date(2026, 5, 7)}
    for poll in POLLS:
        assert poll.files_of == early.get(poll.number, poll.day - timedelta(days=3))


def test_second_run_gives_the_same_bytes(drop: Path, tmp_path: Path) -> None:
    for poll in POLLS:
        write_poll(tmp_path, poll.number)
    assert fingerprint(tmp_path) == fingerprint(drop)


def test_another_process_gives_the_same_bytes(tmp_path: Path) -> None:
    script = (
        "import sys, pathlib as p; from slipwatch.sample.programme import write_poll as w; w(p.Path(sys.argv[1]), 3)"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path / "there")], check=True)
    write_poll(tmp_path / "here", 3)
    assert fingerprint(tmp_path / "there") == fingerprint(tmp_path / "here")


def test_another_seed_gives_other_bytes(tmp_path: Path) -> None:
    write_poll(tmp_path / "a", 1, seed=1)
    write_poll(tmp_path / "b", 1, seed=2)
    assert fingerprint(tmp_path / "a") != fingerprint(tmp_path / "b")


def test_jump_to_a_poll_is_the_same_as_walking_there(tmp_path: Path) -> None:
    for number in range(1, 21):
        write_poll(tmp_path / "walked", number)
    write_poll(tmp_path / "jumped", 20)
    assert fingerprint(tmp_path / "walked") == fingerprint(tmp_path / "jumped")


def test_files_are_added_and_only_the_database_is_replaced(tmp_path: Path) -> None:
    write_poll(tmp_path, 1)
    before = fingerprint(tmp_path)
    write_poll(tmp_path, 2)
    after = fingerprint(tmp_path)
    changed = {name for name in before if after[name] != before[name]}
    assert set(before) < set(after)
    assert changed == {str(Path("wms") / "wms.sqlite")}


def test_a_file_of_the_drop_is_never_rewritten(tmp_path: Path) -> None:
    write_poll(tmp_path, 1)
    touched = tmp_path / "plan" / "2026-01-02_plan_de_pilotage.xlsx"
    touched.write_bytes(b"the PMO's own copy")
    write_poll(tmp_path, 2)
    assert touched.read_bytes() == b"the PMO's own copy"


def test_names_of_the_first_poll(tmp_path: Path) -> None:
    write_poll(tmp_path, 1)
    assert names(tmp_path, "plan") == ["2026-01-02_plan_de_pilotage.xlsx"]
    assert names(tmp_path, "erp") == ["2026-01-02_commandes.csv"]
    assert names(tmp_path, "log") == ["2026-01-02_journal_pmo.xlsx"]
    assert names(tmp_path, "tracker") == ["2026-01-05T0600_tracker.json"]
    assert names(tmp_path, "wms") == ["wms.sqlite"]
    assert len(names(tmp_path, "suppliers")) == 11
    assert all(name.startswith("2025-12-31_") for name in names(tmp_path, "suppliers"))


def test_no_erp_file_while_the_buyer_is_on_leave(drop: Path) -> None:
    assert len(names(drop, "erp")) == 24
    assert not {"2026-06-05_commandes.csv", "2026-06-12_commandes.csv"} & set(names(drop, "erp"))
    assert len(names(drop, "plan")) == len(names(drop, "log")) == len(names(drop, "tracker")) == 26


def test_nothing_arrives_after_the_poll(tmp_path: Path) -> None:
    for poll in POLLS[::5]:
        write_poll(tmp_path, poll.number)
        newest = max(path.stat().st_mtime for path in tmp_path.rglob("*") if path.is_file())
        assert newest <= poll.at.timestamp()


@pytest.mark.parametrize("number", [0, LAST_POLL + 1, -1])
def test_no_other_poll(tmp_path: Path, number: int) -> None:
    with pytest.raises(ValueError, match="polls 1 to 26"):
        write_poll(tmp_path, number)
    assert list(tmp_path.iterdir()) == []


def test_database_can_be_replaced_after_a_broken_run(tmp_path: Path) -> None:
    (tmp_path / "wms").mkdir()
    (tmp_path / "wms" / "wms.sqlite.new").write_bytes(b"half a database")
    write_poll(tmp_path, 1)
    with closing(sqlite3.connect(tmp_path / "wms" / "wms.sqlite")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_package_is_light_to_import() -> None:
    script = "import slipwatch.sample.programme, slipwatch.sample.truth, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout.split()
    assert not {"xlsxwriter", "pandas", "numpy", "sqlalchemy", "holidays", "pydantic"} & set(loaded)
