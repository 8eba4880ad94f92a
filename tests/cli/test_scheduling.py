"""`schedule`: a line that cron can read, and a task that Windows accepts by its documented schema."""

import shlex
import subprocess
from datetime import date, time
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
from lxml import etree

from slipwatch.engine.schedule import Schedule, read_days, write_cron_line, write_task
from slipwatch.errors import ConfigError

SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).parent / "task_scheduler.xsd"))
SPACES = {"t": "http://schemas.microsoft.com/windows/2004/02/mit/task"}
WINDOWS = Schedule(
    command=[r"C:\Users\Anne Müller\venv\Scripts\slipwatch.exe", "--config", r"C:\Projets & Co\config", "run"],
    folder=PureWindowsPath(r"C:\Projets & Co"),
    at=time(6, 5),
    days=(0, 3),
)


def find(document, path):
    return [one.text if one.text else etree.QName(one).localname for one in document.xpath(path, namespaces=SPACES)]


def test_the_task_is_valid_and_stores_no_password():
    document = etree.fromstring(write_task(WINDOWS, today=date(2026, 11, 23)).encode("utf-16"))

    SCHEMA.assertValid(document)
    assert find(document, "//t:Exec/t:Command") == [WINDOWS.command[0]]
    assert find(document, "//t:Exec/t:Arguments") == [r'--config "C:\Projets & Co\config" run']
    assert find(document, "//t:Exec/t:WorkingDirectory") == [str(WINDOWS.folder)]
    assert find(document, "//t:StartBoundary") == ["2026-11-23T06:05:00"]
    assert find(document, "//t:DaysOfWeek/*") == ["Monday", "Thursday"]
    assert find(document, "//t:LogonType") == ["InteractiveToken"]
    assert find(document, "//t:RunOnlyIfNetworkAvailable") == ["true"]


def test_the_schema_would_find_a_wrong_task():
    wrong = write_task(WINDOWS, today=date(2026, 11, 23)).replace("ScheduleByWeek", "ScheduleWeekly")

    assert not SCHEMA.validate(etree.fromstring(wrong.encode("utf-16")))


def test_the_task_is_written_as_the_task_scheduler_reads_it(call, tmp_path):
    ended = call("schedule", "--for", "windows", "--output", tmp_path / "task.xml")

    assert ended.code == 0
    content = (tmp_path / "task.xml").read_bytes()
    assert content.startswith(b"\xff\xfe")
    SCHEMA.assertValid(etree.fromstring(content))
    assert "schtasks /Create" in ended.err


def test_cron_gets_one_line_that_a_shell_takes_apart_again(call, tmp_path, monkeypatch):
    folder = tmp_path / "my programme, 100 %"
    folder.mkdir()
    monkeypatch.chdir(folder)
    line = call("schedule", "--for", "cron", "--at", "6:30", "--days", "mon-fri").out.strip()

    assert line.startswith("30 6 * * 1,2,3,4,5  ")
    typed = line.partition("  ")[2].replace(r"\%", "%").partition(" >>")[0]
    assert shlex.split(typed)[:2] == ["cd", str(folder)]
    assert shlex.split(typed)[-3:] == ["--config", str(folder / "config"), "run"]
    subprocess.run(["/bin/sh", "-n", "-c", typed], check=True)


def test_every_day_is_a_star():
    schedule = Schedule(command=["slipwatch", "run"], folder=PurePosixPath("/srv"), at=time(6), days=read_days("daily"))

    assert write_cron_line(schedule) == "0 6 * * *  cd /srv && slipwatch run >>slipwatch.log 2>&1"


def test_a_week_may_go_round_its_end():
    assert read_days("sat-mon") == (0, 5, 6)


@pytest.mark.parametrize(
    ("option", "value"), [("--at", "25:00"), ("--at", "six"), ("--days", "mo-fr"), ("--days", "x")]
)
def test_what_is_no_time_or_day_is_refused_with_the_cure(call, option, value):
    ended = call("schedule", option, value)

    assert ended.code == 2
    assert option in ended.err
    assert "write" in ended.err


def test_a_day_that_is_none_is_an_error():
    with pytest.raises(ConfigError, match="no day"):
        read_days("mon-xyz")
