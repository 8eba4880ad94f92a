"""What moved, what was recorded, and which promise stands."""

import pandas as pd
import pytest

from slipwatch.measures.naming import bind_items
from slipwatch.measures.promises import choose_last_stated, find_stated_at, find_unrecorded, list_moves

COLUMNS = ["subject", "record", "source", "entity", "column", "old_day", "new_day", "known_at", "cause"]


def write(*rows):
    frame = pd.DataFrame([(1, 1, "PLAN", "milestone", "forecast_on", *row) for row in rows], columns=COLUMNS)
    for name in ("old_day", "new_day"):
        frame[name] = pd.to_datetime(frame[name]).astype("datetime64[s]")
    frame["known_at"] = pd.to_datetime(frame["known_at"], utc=True, format="ISO8601")
    return frame


def move(promises):
    return list_moves(promises, entity="milestone", column="forecast_on", zone="Europe/Paris")


def test_moves_are_told_by_the_local_day_with_the_day_of_the_move_before():
    moves = move(
        write(
            (None, "2026-04-30", "2026-01-02T16:00Z", "source"),
            ("2026-04-30", "2026-05-13", "2026-04-07T22:30Z", "source"),
            ("2026-05-13", "2026-05-29", "2026-05-06T10:00Z", "source"),
            ("2026-05-29", "2026-05-28", "2026-05-07T10:00Z", "mapping"),
        )
    )

    assert moves["day"].astype(str).to_list() == ["2026-04-08", "2026-05-06"]
    assert moves["previous_day"].astype(str).fillna("first").to_list() == ["first", "2026-04-08"]
    assert moves["new_day"].astype(str).to_list() == ["2026-05-13", "2026-05-29"]


def test_a_day_of_typing_is_one_move_or_none():
    moves = move(
        write(
            ("2026-04-30", "2026-05-31", "2026-04-08T08:00Z", "source"),
            ("2026-05-31", "2026-05-13", "2026-04-08T08:05Z", "source"),
            ("2026-05-13", "2026-05-14", "2026-04-09T08:00Z", "source"),
            ("2026-05-14", "2026-05-13", "2026-04-09T09:00Z", "source"),
        )
    )

    assert moves[["old_day", "new_day"]].astype(str).to_numpy().tolist() == [["2026-04-30", "2026-05-13"]]


def test_no_moves():
    assert move(write()).empty
    assert find_unrecorded(move(write()), pd.DataFrame({"subject": [], "raised_on": []})).empty


@pytest.mark.parametrize(
    ("raised", "unrecorded"),
    [
        (["2026-04-01", "2026-05-06"], [False, False]),
        (["2026-04-08"], [False, True]),  # used up by the first move
        (["2026-04-09"], [True, False]),  # too late for the first, in time for the second
        (["2026-05-07"], [True, True]),
        ([], [True, True]),
    ],
)
def test_a_record_stands_for_the_move_it_precedes(raised, unrecorded):
    moves = move(
        write(
            ("2026-04-30", "2026-05-13", "2026-04-08T10:00Z", "source"),
            ("2026-05-13", "2026-05-29", "2026-05-06T10:00Z", "source"),
        )
    )
    records = pd.DataFrame({"subject": 1, "raised_on": pd.to_datetime(raised).astype("datetime64[s]")})

    assert find_unrecorded(moves, records).to_list() == unrecorded
    assert find_unrecorded(moves, records.assign(subject=2)).to_list() == [True, True]


def test_the_last_word_stands_and_of_two_together_the_later_date():
    said = pd.DataFrame(
        {
            "subject": [1, 1, 2, 2, 3],
            "promised_on": pd.to_datetime(["2026-04-30", "2026-04-17", "2026-04-01", "2026-05-01", None]),
            "stated_at": pd.to_datetime(["2026-03-19", "2026-03-20", "2026-03-01", "2026-03-01", "2026-03-01"]),
        }
    )

    assert choose_last_stated(said).set_index("subject")["promised_on"].astype(str).to_dict() == {
        1: "2026-04-17",
        2: "2026-05-01",
    }


def test_a_statement_is_as_old_as_its_own_last_change():
    promises = write(
        (None, "2026-03-27", "2026-02-06T16:00Z", "source"),
        ("2026-03-27", "2026-03-26", "2026-03-30T16:00Z", "mapping"),
    )
    known = pd.to_datetime(["2026-03-20T16:00Z", "2026-03-20T17:00Z"], utc=True)
    frame = pd.DataFrame({"record": [1, 2], "known_at": known})

    stated = find_stated_at(frame, promises, entity="milestone", column="forecast_on")

    assert stated.dt.strftime("%d %H").to_list() == ["06 16", "20 17"]


def test_items_are_bound_within_their_project():
    requests = pd.DataFrame(
        {
            "label": ["CR-1", "CR-2", "CR-3"],
            "project": ["A", "B", None],
            "items": ["REQ-1;\n req-2 ", "REQ-1, ,X", None],
        }
    )
    names = pd.DataFrame({"subject": [1, 2, 3], "name": ["REQ-1", "REQ-2", "REQ-1"], "project": ["A", "A", "B"]})

    pairs = bind_items(requests, names)

    assert sorted(zip(pairs["label"], pairs["subject"], strict=True)) == [("CR-1", 1), ("CR-1", 2), ("CR-2", 3)]
