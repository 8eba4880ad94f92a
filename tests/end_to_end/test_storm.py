"""A thousand lines late at once, and a source that hides a thousand: one mail, short, and nothing lost from it."""

from email import message_from_bytes, policy
from pathlib import Path

import pytest

from slipwatch.model.alert import AlertState, Change
from slipwatch.model.records import WindowState
from slipwatch.store.alerts import load_alerts
from tests.end_to_end.small import ORDER_HEAD, Small, write_config

LINES = 1_000
MOST_BYTES = 100_000
"""Gmail clips a message that is longer."""


def list_lines(promise: str) -> list[str]:
    return [f"45{number:08};10;0001;CORE;2027-04-01;{promise};5;0" for number in range(LINES)]


@pytest.fixture
def small(tmp_path: Path) -> Small:
    small = Small(tmp_path / "programme")
    write_config(small.config)
    small.drop_plan(["M1;Milestone 1;CORE;2027-02-08;;open"])
    small.drop_orders(list_lines("2027-04-01"))
    small.run()
    small.wait(weeks=1)
    small.drop_plan(["M1;Milestone 1;CORE;2027-02-08;;open"])
    return small


def read_newest(small: Small):
    paths = sorted((small.home / "mails").iterdir())
    return len(paths), message_from_bytes(paths[-1].read_bytes(), policy=policy.default)


def list_open(small: Small) -> list[str]:
    programme = small.open()
    keys = [alert.subject.key for alert in load_alerts(programme.ledger) if alert.state is AlertState.OPEN]
    programme.close()
    return keys


def test_a_thousand_late_lines_are_one_short_mail(small: Small) -> None:
    small.drop_orders(list_lines("2027-04-15"))
    report = small.run()
    assert report.told.count(Change.OPENED) == LINES
    (letter,) = report.told.letters
    assert (len(letter.new), len(letter.more)) == (5, LINES - 5)
    count, mail = read_newest(small)
    assert count == 1
    text, page = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert len(page.encode()) < MOST_BYTES
    assert len(text.encode()) < MOST_BYTES
    assert "995" in text
    assert len(list_open(small)) == LINES


def test_a_dead_source_is_one_alert_and_ends_none_of_them(small: Small) -> None:
    small.drop_orders(list_lines("2027-04-15"))
    small.run()
    small.wait(weeks=1)
    small.drop_plan(["M1;Milestone 1;CORE;2027-02-08;;open"])
    small.drop_orders([], head=ORDER_HEAD.replace("promise", "promised"))
    report = small.run()
    assert [stream.state for one in report.sources for stream in one.streams if one.source == "ORDERS"] == [
        WindowState.SET_ASIDE
    ]
    assert [(t.change, t.alert.subject.key) for t in report.told.outcome.transitions] == [(Change.OPENED, "ORDERS")]
    assert len(list_open(small)) == LINES + 1


def test_a_thousand_endings_are_one_short_mail(small: Small) -> None:
    small.drop_orders(list_lines("2027-04-15"))
    small.run()
    small.wait(weeks=1)
    small.drop_plan(["M1;Milestone 1;CORE;2027-02-08;;open"])
    small.drop_orders(list_lines("2027-04-01"))
    report = small.run()
    assert report.told.count(Change.RESOLVED) == LINES
    count, mail = read_newest(small)
    assert count == 2
    assert max(len(mail.get_body((kind,)).get_content().encode()) for kind in ("plain", "html")) < MOST_BYTES
    assert list_open(small) == []
