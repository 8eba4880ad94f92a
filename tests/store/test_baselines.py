"""Baselines are proposed by anybody, frozen by somebody, and never edited afterwards."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from slipwatch.errors import LedgerError
from slipwatch.store.baselines import (
    approve_baseline,
    list_baselines,
    propose,
    read_baseline_items,
    read_baselines,
    read_references,
    read_scope_baseline,
)
from slipwatch.store.subjects import ensure_subjects
from tests.store.streams import START, day, on

FIRST = date(2026, 1, 5)


@pytest.fixture
def milestones(ledger):
    ids = ensure_subjects(ledger, [("milestone", key, key) for key in ("M1", "M2")])
    return ids["milestone", "M1"], ids["milestone", "M2"]


def approve(ledger, number, items, *, at=0.0, effective=FIRST, kind="schedule", project=None):
    return approve_baseline(
        ledger,
        kind=kind,
        number=number,
        name=f"baseline {number}",
        author="sponsor",
        reason="steering committee",
        approved_at=day(at),
        effective_from=effective,
        items=items,
        project=project,
    )


def forecast(subject, text):
    return (subject, "forecast_on", text)


def test_a_baseline_is_in_force_from_the_first_minute_of_its_day_where_the_programme_is(ledger, milestones):
    approve(ledger, 1, [forecast(milestones[0], "2026-06-01")], at=-30, effective=date(2026, 1, 8))
    paris = ZoneInfo("Europe/Paris")
    assert len(read_baselines(ledger, at=datetime(2026, 1, 8, 0, 30, tzinfo=paris))) == 1
    assert len(read_baselines(ledger, at=datetime(2026, 1, 7, 23, 30, tzinfo=paris))) == 0


def test_an_approved_baseline_is_what_slip_is_measured_against(ledger, milestones):
    first, second = milestones
    approve(ledger, 1, [forecast(first, "2026-06-01"), forecast(second, "2026-07-01")])
    view = read_baselines(ledger, at=day(1)).set_index("subject")
    row = view.loc[first]
    assert (row["kind"], row["column"]) == ("schedule", "forecast_on")
    assert (row["original_number"], row["current_number"], row["approved_by"]) == (1, 1, "sponsor")
    assert row["original_day"] == row["current_day"] == pd.Timestamp("2026-06-01")
    assert row["current_from"] == pd.Timestamp(FIRST)
    assert len(view) == 2


def test_a_new_baseline_keeps_the_original_beside_it(ledger, milestones):
    first, second = milestones
    approve(ledger, 1, [forecast(first, "2026-06-01"), forecast(second, "2026-07-01")])
    approve(ledger, 2, [forecast(first, "2026-08-01")], at=1)
    view = read_baselines(ledger, at=day(2)).set_index("subject")
    assert view.loc[first, ["original_day", "current_day"]].tolist() == [
        pd.Timestamp("2026-06-01"),
        pd.Timestamp("2026-08-01"),
    ]
    assert view.loc[first, ["original_number", "current_number"]].tolist() == [1, 2]
    assert view.loc[second, ["original_number", "current_number"]].tolist() == [1, 1]


def test_a_baseline_counts_from_its_approval_and_its_day_on(ledger, milestones):
    approve(ledger, 1, [forecast(milestones[0], "2026-06-01")], at=2, effective=(START + timedelta(days=4)).date())
    assert [len(read_baselines(ledger, at=day(number))) for number in (1, 3, 4)] == [0, 0, 1]


def test_an_approved_baseline_cannot_be_edited(ledger, milestones):
    first, second = milestones
    approve(ledger, 1, [forecast(first, "2026-06-01")])
    for items in ([forecast(first, "2026-06-02")], [forecast(second, "2026-06-01")], []):
        with pytest.raises(LedgerError, match="frozen") as caught:
            approve(ledger, 1, items, at=1)
        assert "next number" in caught.value.cure
    with pytest.raises(LedgerError):
        approve(ledger, 1, [forecast(first, "2026-06-01")], effective=date(2026, 2, 1))
    assert read_baselines(ledger, at=day(9))["current_text"].tolist() == ["2026-06-01"]


def test_approving_the_same_again_changes_nothing(ledger, milestones):
    items = [forecast(milestones[0], "2026-06-01"), forecast(milestones[1], "2026-06-02")]
    first = approve(ledger, 1, items)
    assert approve(ledger, 1, items[::-1], at=3) == first
    (row,) = list_baselines(ledger)
    assert row.approved_at == day(0)


def test_a_proposal_is_no_baseline_and_can_be_replaced(ledger, milestones):
    def suggest(text):
        return propose(
            ledger,
            kind="schedule",
            number=1,
            name="draft",
            author="pmo",
            reason="plan of May",
            proposed_at=day(0),
            effective_from=FIRST,
            items=[forecast(milestones[0], text)],
        )

    suggest("2026-06-01")
    number = suggest("2026-06-02")
    assert len(read_baselines(ledger, at=day(9))) == 0
    (row,) = list_baselines(ledger)
    assert (row.approved_at, row.project, row.author) == (None, None, "pmo")
    assert read_baseline_items(ledger, number) == [forecast(milestones[0], "2026-06-02")]
    approve(ledger, 1, [forecast(milestones[0], "2026-06-02")])
    with pytest.raises(LedgerError, match="frozen"):
        suggest("2026-06-03")


def test_the_frozen_scope_is_the_newest_one_of_each_project(ledger, milestones):
    first, second = milestones
    approve(ledger, 1, [(first, "label", "R1"), (second, "label", "R2")], kind="scope", project="P1")
    approve(ledger, 1, [(second, "label", "R2")], kind="scope", project="P2")
    approve(ledger, 2, [(first, "label", "R1")], kind="scope", project="P1", at=1)
    assert read_scope_baseline(ledger, at=day(0)).values.tolist() == [
        ["P1", first, 1, pd.Timestamp(FIRST)],
        ["P1", second, 1, pd.Timestamp(FIRST)],
        ["P2", second, 1, pd.Timestamp(FIRST)],
    ]
    assert read_scope_baseline(ledger, at=day(2))[["project", "subject", "number"]].values.tolist() == [
        ["P2", second, 1],
        ["P1", first, 2],
    ]
    assert len(read_baselines(ledger, at=day(2)).query("kind == 'schedule'")) == 0


def test_empty_views_have_their_types(ledger):
    view = read_baselines(ledger, at=day(0))
    assert str(view["current_day"].dtype) == "datetime64[s]"
    assert str(view["subject"].dtype) == "Int64"
    assert read_scope_baseline(ledger, at=day(0)).columns.tolist() == ["project", "subject", "number", "frozen_at"]
    assert len(read_references(ledger)) == 0


def test_the_first_day_seen_is_a_reference_that_nobody_approved(world):
    world.merge(0, {"a": {"promised_on": on("2026-03-01"), "name": "x"}})
    world.merge(1, {"a": {"promised_on": on("2026-03-09"), "needed_on": on("2026-04-01"), "name": "x"}})
    frame = read_references(world.ledger).set_index("column")
    assert frame["reference_day"].to_dict() == {
        "promised_on": pd.Timestamp("2026-03-01"),
        "needed_on": pd.Timestamp("2026-04-01"),
    }
    assert not frame["approved"].any()
    assert set(frame["subject"]) == {world.show("subject")["a"]}
