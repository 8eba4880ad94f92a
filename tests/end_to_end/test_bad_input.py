"""Bad input through the whole line: set aside with key and reason, last good data stay, nothing ends because of it,
one alert names source and cause, and the other sources go on."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from slipwatch.engine.sources import describe_sources
from slipwatch.model.alert import Change
from slipwatch.model.records import WindowState
from slipwatch.store.reader import read_entity, read_promises, read_quarantine
from tests.end_to_end.page import Page
from tests.end_to_end.small import BASELINE, PLAN_HEAD, START, Small, describe_orders, describe_plan, write_config
from tests.hostile import MARKUP

HELD, ASIDE, FAILED = WindowState.HELD, WindowState.SET_ASIDE, WindowState.FAILED


def list_milestones(**changed: str) -> list[str]:
    """Rows of the plan: M2 is four weeks late; `changed` replaces rows by milestone."""
    late = {"M2": BASELINE["M2"] + timedelta(weeks=4)}
    rows = {
        key: f"{key};Milestone {key[1]};{'CORE' if key < 'M4' else 'DOCK'};{late.get(key, day)};;open"
        for key, day in BASELINE.items()
    }
    return list((rows | changed).values())


def list_lines(**changed: str) -> list[str]:
    """Rows of the order book: line 2 is promised after need."""
    rows = {
        f"L{number}": f"4500000{number:03};10;0001;CORE;2027-04-01;2027-04-{9 if number == 2 else 1:02};5;0"
        for number in range(1, 13)
    }
    return list((rows | changed).values())


PLAN_TEXT = "\n".join([PLAN_HEAD, *list_milestones()]) + "\n"
ON_TIME = "M2;Milestone 2;CORE;2027-02-15;;open"
KEPT = "4500000002;10;0001;CORE;2027-04-01;2027-04-01;5;0"


def name_plan(small: Small) -> str:
    return f"plan/{(small.clock() - timedelta(days=1)).date()}_plan.csv"


def drop_raw(content: str | bytes) -> Callable[[Small], Path]:
    return lambda small: small.drop(name_plan(small), content)


@pytest.fixture
def small(tmp_path: Path) -> Small:
    """Two weeks old: calm at first, then one late milestone and one late promise, both told."""
    small = Small(tmp_path / "programme")
    sources = {"PLAN": describe_plan(rejects_percent=30), "ORDERS": describe_orders(rejects_percent=30)}
    write_config(small.config, sources=sources)
    small.approve()
    small.drop_plan(list_milestones(M2=ON_TIME))
    small.drop_orders(list_lines(L2=KEPT))
    small.run()
    small.wait(weeks=1)
    small.drop_plan(list_milestones())
    small.drop_orders(list_lines())
    assert tell(small.run()) == {("opened", "M2", "time"), ("opened", "4500000002/10", "supply")}
    small.wait(weeks=1)
    return small


def tell(report) -> set[tuple[str, str, str]]:
    return {
        (str(one.change), one.alert.subject.key, str(one.alert.key.concern)) for one in report.told.outcome.transitions
    }


def find_stream(report, source: str):
    (stream,) = next(one.streams for one in report.sources if one.source == source)
    return stream


def read_plan(small: Small) -> dict[str, str]:
    """What the ledger holds of each milestone: date and whether it seems gone."""
    programme = small.open()
    frame = read_entity(programme.ledger, "milestone")
    programme.close()
    gone = frame["absent_since"].notna() | frame["vanished_at"].notna()
    return {
        label: f"{day:%Y-%m-%d} {'gone' if lost else 'there'}"
        for label, day, lost in zip(frame["label"], frame["forecast_on"], gone, strict=True)
    }


def find_reason(report, rule: str):
    (finding,) = [
        one for assessment in report.judgement.assessments if assessment.rule == rule for one in assessment.findings
    ]
    return finding


# --------------------------------------------------------------------------------------------------- whole windows

RENAMED = PLAN_TEXT.replace("forecast", "expected")
LOGIN = "<!DOCTYPE html><html><body><form action=/login>Please log in</form></body></html>"

WINDOWS = {
    "unreadable": (drop_raw(b"\x89PNG\r\n\x1a\n" + bytes(range(256))), FAILED, "is a picture"),
    "half-written": (drop_raw(PLAN_TEXT[: len(PLAN_TEXT) // 2]), ASIDE, "1 of 3"),
    "half-written in another encoding": (drop_raw(PLAN_TEXT.encode("utf-16")[:-3]), FAILED, "truncated"),
    "renamed column": (drop_raw(RENAMED), ASIDE, "the column “forecast” (forecast_on) is missing"),
    "login page": (drop_raw(LOGIN), FAILED, "is a web page"),
    "empty file": (drop_raw(b""), FAILED, "is empty"),
    "only a header": (drop_raw(PLAN_HEAD + "\n"), HELD, "0 after 6"),
    "cut in the middle of the list": (lambda small: small.drop_plan(list_milestones()[:3]), HELD, "3 after 6"),
    "dates as weeks": (
        drop_raw("\n".join([PLAN_HEAD, *(f"M{n};Milestone {n};CORE;KW 17;;open" for n in range(1, 7))])),
        ASIDE,
        "6 of 6: 6 x bad_date in forecast_on",
    ),
}


@pytest.mark.parametrize("case", WINDOWS)
def test_a_bad_file_is_kept_out_as_a_whole(small: Small, case: str) -> None:
    drop, state, cause = WINDOWS[case]
    before = read_plan(small)
    drop(small)
    small.drop_orders(list_lines(L5="4500000005;10;0001;CORE;2027-04-01;2027-04-20;5;0"))
    report = small.run()
    assert find_stream(report, "PLAN").state is state
    assert cause in find_stream(report, "PLAN").detail
    assert read_plan(small) == before, "the last good data stay"
    assert tell(report) == {("opened", "PLAN", "quality"), ("opened", "4500000005/10", "supply")}
    assert find_stream(report, "ORDERS").state is WindowState.MERGED


@pytest.mark.parametrize("case", WINDOWS)
def test_the_alert_names_source_and_cause(small: Small, case: str) -> None:
    WINDOWS[case][0](small)
    small.drop_orders(list_lines())
    report = small.run()
    (transition,) = report.told.outcome.transitions
    assert (transition.change, transition.alert.subject.key) == (Change.OPENED, "PLAN")
    (reason,) = transition.alert.reasons.values()
    told = " ".join(map(str, reason.finding.text.arguments.values()))
    wanted = find_stream(report, "PLAN").detail if WINDOWS[case][1] is not HELD else "-"
    assert wanted in told
    (letter,) = report.told.letters
    assert [draft.role for draft in report.told.drafts] == ["lead"], "the owner of the plan"
    mail = message_from_bytes(newest_mail(small).read_bytes(), policy=policy.default)
    assert "Plan" in mail["Subject"]
    text = " ".join(mail.get_body(("plain",)).get_content().split())
    assert " ".join(wanted.split()[:6]) in text
    assert letter.lines


def newest_mail(small: Small) -> Path:
    return sorted((small.home / "mails").iterdir())[-1]


@pytest.mark.parametrize("case", WINDOWS)
def test_a_good_file_ends_it(small: Small, case: str) -> None:
    """The next good file is read as if nothing had been, and only then the alert about the source is resolved."""
    WINDOWS[case][0](small)
    small.drop_orders(list_lines())
    small.run()
    small.wait(weeks=1)
    small.drop_plan(list_milestones(M3="M3;Milestone 3;CORE;2027-04-05;;open"))
    small.drop_orders(list_lines())
    report = small.run()
    assert tell(report) == {("resolved", "PLAN", "quality"), ("opened", "M3", "time")}
    assert read_plan(small)["M3"] == "2027-04-05 there"


def test_age_of_the_last_good_data_is_shown(small: Small) -> None:
    drop_raw(b"")(small)
    small.drop_orders(list_lines())
    small.run()
    programme = small.open()
    sources = describe_sources(programme, small.clock()).set_index("key")
    programme.close()
    assert sources.loc["PLAN", "state"] == "failed"
    assert sources.loc["PLAN", "data_as_of"].date() == (START + timedelta(days=6)).date()
    assert sources.loc["ORDERS", "state"] == "good"


def test_a_file_that_is_still_being_written_is_left_alone(small: Small) -> None:
    """Younger than the settling time and growing between two looks: not an error, read when it is complete."""
    path = small.drop(name_plan(small), PLAN_TEXT[:120])
    small.drop_orders(list_lines())

    def grow(_seconds: float) -> None:
        path.write_text(PLAN_TEXT[:200], encoding="utf-8")
        touch(path, small.clock())

    touch(path, small.clock())
    programme = small.open()
    programme.sleep = grow
    report = run_open(programme)
    assert [one.streams for one in report.sources if one.source == "PLAN"] == [[]]
    assert tell(report) == set()
    path.write_text(PLAN_TEXT, encoding="utf-8")
    touch(path, small.clock() - timedelta(hours=1))
    assert find_stream(small.run(), "PLAN").state in (WindowState.MERGED, WindowState.UNCHANGED)


def run_open(programme):
    from slipwatch.engine.run import run_once

    try:
        return run_once(programme)
    finally:
        programme.close()


def touch(path: Path, at: datetime) -> None:
    os.utime(path, (at.timestamp(),) * 2)


# ------------------------------------------------------------------------------------------------------ single records

ROWS = {
    "unknown enumeration value": ("M3;Milestone 3;CORE;2027-02-22;;perhaps", "unknown_choice", "status", "perhaps"),
    "impossible date": ("M3;Milestone 3;CORE;2027-02-30;;open", "bad_date", "forecast_on", "2027-02-30"),
    "date as a week": ("M3;Milestone 3;CORE;KW 17;;open", "bad_date", "forecast_on", "KW 17"),
    "date as a serial number": ("M3;Milestone 3;CORE;46387;;open", "bad_date", "forecast_on", "46387"),
    "date in another order": ("M3;Milestone 3;CORE;22/02/2027;;open", "bad_date", "forecast_on", "22/02/2027"),
    "date far outside": ("M3;Milestone 3;CORE;9999-12-31;;open", "bad_date", "forecast_on", "9999-12-31"),
    "no name": ("M3;;CORE;2027-02-22;;open", "missing_value", "name", ""),
}


@pytest.mark.parametrize("case", ROWS)
def test_a_bad_record_is_set_aside_alone(small: Small, case: str) -> None:
    """With its key, column and reason; its last good version stays, the other rows of the file are read."""
    row, reason, column, excerpt = ROWS[case]
    before = read_plan(small)
    small.drop_plan(list_milestones(M3=row, M5="M5;Milestone 5;DOCK;2027-04-26;;open"))
    small.drop_orders(list_lines())
    report = small.run()
    stream = find_stream(report, "PLAN")
    assert (stream.state, stream.rejects) == (WindowState.MERGED, 1)
    after = read_plan(small)
    assert after["M5"] == "2027-04-26 there"
    assert {key: value for key, value in after.items() if key != "M5"} == {k: v for k, v in before.items() if k != "M5"}
    programme = small.open()
    (aside,) = read_quarantine(programme.ledger).to_dict("records")
    programme.close()
    assert (aside["label"], aside["reason"], aside["column"]) == ("M3", reason, column)
    assert excerpt in aside["excerpt"]
    assert "line 4" in aside["where"]
    assert tell(report) == {("opened", "PLAN", "quality"), ("opened", "M5", "time")}
    assert find_reason(report, "quality.contract_break").value == 1


def test_a_corrected_record_is_let_in(small: Small) -> None:
    small.drop_plan(list_milestones(M3="M3;Milestone 3;CORE;2027-02-30;;open"))
    small.drop_orders(list_lines())
    small.run()
    small.wait(weeks=1)
    small.drop_plan(list_milestones(M3="M3;Milestone 3;CORE;2027-02-23;;open"))
    small.drop_orders(list_lines())
    assert tell(small.run()) == {("resolved", "PLAN", "quality")}
    assert read_plan(small)["M3"] == "2027-02-23 there"


@pytest.mark.parametrize("quantity", ["NaN", "inf", "1e400", "five", "1.234,5"])
def test_a_quantity_that_is_no_number_is_set_aside(small: Small, quantity: str) -> None:
    small.drop_plan(list_milestones())
    small.drop_orders(list_lines(L3=f"4500000003;10;0001;CORE;2027-04-01;2027-04-20;{quantity};0"))
    report = small.run()
    programme = small.open()
    (aside,) = read_quarantine(programme.ledger).to_dict("records")
    frame = read_entity(programme.ledger, "order_line").set_index("label")
    programme.close()
    assert (aside["label"], aside["reason"], aside["column"]) == ("4500000003/10", "bad_number", "ordered_quantity")
    assert frame.loc["4500000003/10", "ordered_quantity"] == 5_000_000
    assert f"{frame.loc['4500000003/10', 'promised_on']:%Y-%m-%d}" == "2027-04-01", "no part of a bad row is taken"
    assert tell(report) == {("opened", "ORDERS", "quality")}


def test_a_key_that_comes_twice_is_set_aside_when_the_rows_differ(small: Small) -> None:
    before = read_plan(small)
    twice = "M3;Milestone 3;CORE;2027-05-30;;open"
    small.drop_plan([*list_milestones(), twice, list_milestones()[4]])
    small.drop_orders(list_lines())
    report = small.run()
    programme = small.open()
    aside = read_quarantine(programme.ledger)
    programme.close()
    assert read_plan(small) == before, "neither of the two is believed; M5, twice the same, is one"
    assert set(zip(aside["label"], aside["reason"], strict=True)) == {("M3", "duplicate_key")}
    assert tell(report) == {("opened", "PLAN", "quality")}


def test_a_file_saved_by_a_spreadsheet_is_set_aside(small: Small) -> None:
    """Order numbers as 4,5E+09, zeros of vendors gone: as many rows as ever, each of them new."""
    damaged = [row.replace(row[:10], "4,5E+09").replace(";0001;", ";1;") for row in list_lines()]
    small.drop_orders(damaged)
    small.drop_plan(list_milestones())
    report = small.run()
    stream = find_stream(report, "ORDERS")
    assert (stream.state, stream.rejects) == (ASIDE, 12)
    assert "12 x bad_key" in stream.detail
    assert "4,5E+09" in stream.detail
    assert tell(report) == {("opened", "ORDERS", "quality")}


# ---------------------------------------------------------------------------------------------------------- older files


def test_an_older_file_after_a_newer_one_tells_only_the_past(small: Small) -> None:
    """Half as long and with other dates, as it was then: no alert, nothing absent, one more promise in the history."""
    before = read_plan(small)
    old = list_milestones(M2="M2;Milestone 2;CORE;2027-02-13;;open")[:3]
    small.drop_plan(old, day=(START - timedelta(days=10)).date())
    small.drop_orders(list_lines())
    report = small.run()
    assert find_stream(report, "PLAN").state is WindowState.OLDER
    assert tell(report) == set()
    assert read_plan(small) == before
    programme = small.open()
    moves = read_promises(programme.ledger, entity="milestone", columns=["forecast_on"])
    programme.close()
    own = moves[moves["label"].eq("M2")]
    assert own["new_text"].to_list() == ["2027-02-13", "2027-02-15", "2027-03-15"]
    assert own["known_at"].iloc[0] < datetime(2027, 1, 2, tzinfo=UTC)


def test_nothing_is_resolved_or_vanished_however_long_it_lasts(small: Small) -> None:
    """Three bad weeks in a row: the late milestone stays late, one alert about the source, no second one."""
    told = []
    for bad in (b"", PLAN_HEAD.encode() + b"\n", LOGIN.encode()):
        drop_raw(bad)(small)
        small.drop_orders(list_lines())
        told += [(change, key) for change, key, _ in tell(small.run())]
        small.wait(weeks=1)
    assert ("opened", "PLAN") in told
    assert {key for _, key in told} == {"PLAN"}
    assert not [change for change, _ in told if change not in ("opened", "worsened", "better")]
    assert all(value.endswith("there") for value in read_plan(small).values())


# -------------------------------------------------------------------------------------------------------- hostile text


def test_hostile_names_are_inert_in_mail_and_draft(tmp_path: Path) -> None:
    """Names of order lines that carry markup, formulas and headers become alerts, mails and drafts, and stay text."""
    names = [*MARKUP[:9], '=HYPERLINK("https://evil.example";"x")', "=?UTF-8?Q?=0ABcc:_all@evil.example?="]
    orders = describe_orders()
    stream = orders["options"]["streams"][0]
    stream["columns"]["name"] = "name"
    small = Small(tmp_path / "programme")
    write_config(small.config, sources={"ORDERS": orders})
    head = "order;line;supplier;project;need;promise;ordered;received;name"
    for late in (False, True):
        rows = [
            f"45000000{number:02};10;0001;CORE;2027-04-01;2027-04-{20 if late else 1:02};5;0;" + '"' + quote(name) + '"'
            for number, name in enumerate(names)
        ]
        small.drop_orders(rows, head=head)
        report = small.run()
        small.wait(weeks=1)
    assert report.told.count(Change.OPENED) == len(names)
    payloads = [newest_mail(small).read_bytes(), *(draft.payload for draft in report.told.drafts)]
    assert len(payloads) > 5
    for payload in payloads:
        mail = message_from_bytes(payload, policy=policy.default)
        assert Page(mail.get_body(("html",)).get_content()).active == []
        assert "Bcc" not in mail
        assert mail.defects == []
    text = message_from_bytes(payloads[0], policy=policy.default).get_body(("plain",)).get_content()
    assert "alert(1)" in text, "the title is shown, as text"
    assert not [line for line in text.splitlines() if line.startswith("=HYPER")]


def quote(name: str) -> str:
    return name.replace('"', '""')
