"""The PMO's workbooks: the steering plan with its odd week, and the log with its records."""

from collections import Counter
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from slipwatch.sample.calendars import DC_M, count_working_days
from slipwatch.sample.cast import PROJECTS, ROLES
from slipwatch.sample.milestones import MILESTONES
from slipwatch.sample.programme import POLLS
from slipwatch.sample.tracker_items import DEFERRED_REQUIREMENTS, INVOICING_STORIES, RETURNS_STORIES
from tests.sample import reference_reader as read

SHEETS = {
    "plan": ("Jalons", "Suivi fournisseurs"),
    "log": ("Actions", "Décisions", "Changements", "Budget", "Formations"),
}


@pytest.fixture(scope="module")
def books(drop: Path) -> dict[str, dict[int, list[dict]]]:
    """Sheet name to poll to rows."""
    return {
        sheet: {
            poll.number: read.read_sheet(next((drop / folder).glob(f"{poll.files_of}_*.xlsx")), sheet) for poll in POLLS
        }
        for folder, sheets in SHEETS.items()
        for sheet in sheets
    }


def plan_date(books: dict, poll: int, key: str) -> date | None:
    row = next(row for row in books["Jalons"][poll] if row["Code"] == key)
    return read.typed_day(row["Date actuelle"])


def test_every_milestone_in_every_file(books: dict) -> None:
    for rows in books["Jalons"].values():
        assert [row["Code"] for row in rows] == list(MILESTONES)
        assert {row["Projet"] for row in rows} == set(PROJECTS)
        assert sum(row["Porte"] == "G" for row in rows) == sum(m.gate for m in MILESTONES.values())


def test_dates_are_partly_text(books: dict) -> None:
    cells = [row["Date actuelle"] for row in books["Jalons"][1]]
    assert {type(cell) for cell in cells} == {str, date}
    assert all(read.typed_day(cell) for cell in cells)


def test_german_week(books: dict) -> None:
    milestones, follow_up = books["Jalons"][10], books["Suivi fournisseurs"][10]
    assert "Termin" in milestones[0]
    assert "Date actuelle" not in milestones[0]
    weeks = [(row["row"], row["Code"]) for row in milestones if row["Termin"] == "KW 17"]
    assert weeks == [(7, "EC-30"), (14, "WD-30")]
    assert [(row["row"], row["Réf."]) for row in follow_up if row["Termin"] == "KW 17"] == [
        (7, "SF-03"),
        (8, "SF-04"),
        (9, "SF-05"),
    ]
    for number in set(range(1, 27)) - {10}:
        assert all(read.typed_day(row["Date actuelle"]) for row in books["Jalons"][number])
        assert all(read.typed_day(row["Date annoncée"]) for row in books["Suivi fournisseurs"][number])


def test_moves_of_the_plan(books: dict) -> None:
    moves = {}
    for number in range(2, 27):
        for key in MILESTONES:
            before, after = (
                (plan_date(books, week, key) for week in (number - 1, number) if week != 10)
                if number not in (10, 11)
                else (None, None)
            )
            if before != after:
                moves[number, key] = after
    assert moves == {
        (14, "WD-20"): date(2026, 4, 30),
        (16, "WD-30"): date(2026, 5, 13),
        (18, "EC-30"): date(2026, 5, 20),
        (19, "WD-20"): date(2026, 5, 22),
        (19, "EC-40"): date(2026, 5, 13),
        (20, "EC-40"): date(2026, 5, 29),
        (21, "EC-45"): date(2026, 9, 16),
        (21, "EC-50"): date(2026, 9, 11),
        (21, "EC-60"): date(2026, 10, 1),
        (21, "WD-40"): date(2026, 7, 31),
        (21, "WD-50"): date(2026, 9, 7),
        (22, "EC-40"): date(2026, 6, 19),
        (22, "SP-30"): date(2026, 6, 26),
        (23, "SP-40"): date(2026, 7, 24),
    }
    for (number, key), day in moves.items():
        records = [
            change
            for change in books["Changements"][number]
            if change["Éléments"] == key and change["Nouvelle date"] == day
        ]
        assert len(records) == 1, (number, key)
        assert records[0]["Enregistré le"] > POLLS[number - 2].files_of


def test_silent_moves_of_the_tracker_have_no_record_in_time(books: dict) -> None:
    for number, day in ((15, date(2026, 5, 13)), (19, date(2026, 5, 29))):
        assert not [
            change
            for change in books["Changements"][number]
            if change["Éléments"] == "EC-40" and change["Nouvelle date"] == day
        ]


def test_first_dates_are_those_of_baseline_1(books: dict) -> None:
    for key, milestone in MILESTONES.items():
        assert plan_date(books, 1, key) == (milestone.baseline_1 or date(2026, 6, 17))


def test_acceptances(books: dict) -> None:
    first = {}
    for number, rows in books["Jalons"].items():
        for row in rows:
            if row["Date d'acceptation"]:
                first.setdefault(row["Code"], (number, row["Date d'acceptation"]))
                assert row["Date d'acceptation"] == first[row["Code"]][1]
                assert row["Avancement déclaré"] == 1
    assert first == {
        "EC-10": (7, date(2026, 2, 11)),
        "WD-10": (7, date(2026, 2, 13)),
        "SP-10": (10, date(2026, 3, 4)),
        "EC-20": (13, date(2026, 3, 27)),
        "SP-20": (16, date(2026, 4, 14)),
        "WD-30": (20, date(2026, 5, 13)),
        "EC-30": (21, date(2026, 5, 20)),
        "WD-20": (21, date(2026, 5, 22)),
        "EC-40": (25, date(2026, 6, 17)),
        "SP-30": (26, date(2026, 6, 26)),
    }


def test_design_is_claimed_done_before_it_is_accepted(books: dict) -> None:
    claimed = {number: rows[0]["Avancement déclaré"] for number, rows in books["Jalons"].items()}
    assert claimed[4] < 1
    assert claimed[5] == claimed[6] == 1
    assert books["Jalons"][5][0]["Date d'acceptation"] is None


def test_follow_up_never_moves_and_only_one_deliverable_is_dated(books: dict) -> None:
    for number, rows in books["Suivi fournisseurs"].items():
        delivered = {row["Réf."]: row["Remis le"] for row in rows if row["Remis le"]}
        assert delivered == ({"SF-01": date(2026, 1, 29)} if number >= 5 else {})
        accepted = {row["Réf."]: row["Accepté le"] for row in rows if row["Accepté le"]}
        assert accepted == ({"SF-01": date(2026, 2, 11)} if number >= 7 else {})
        if number != 10:
            dates = [read.typed_day(row["Date annoncée"]) for row in rows]
            assert dates == [read.typed_day(row["Date annoncée"]) for row in books["Suivi fournisseurs"][1]]


def test_claim_about_tests_is_true_until_15_may(books: dict, drop: Path) -> None:
    claims = {number: rows[1]["Avancement annoncé"] for number, rows in books["Suivi fournisseurs"].items()}
    for number in range(1, 20):
        tests = [
            item
            for item in read.read_tracker(drop / "tracker" / f"{POLLS[number - 1].day}T0600_tracker.json")["work_items"]
            if item["kind"] == "test"
        ]
        passed = sum(item["result"] == "passed" for item in tests)
        assert claims[number] == pytest.approx(passed / 388, abs=0.005)
    assert [claims[number] for number in range(20, 27)] == [0.92] * 5 + [1, 1]
    assert round(100 * 357 / 388) == 92


def test_actions_of_the_story(books: dict) -> None:
    for number, rows in books["Actions"].items():
        mine = [row for row in rows if row["Projet"] == "WMS-DC" and row["Statut"] == "Ouverte"]
        dated = [row for row in mine if row["Échéance"]]
        late = [row for row in dated if row["Échéance"] < POLLS[number - 1].day]
        assert (len(mine) - len(dated), len(dated)) == (4, 20)
        assert len(late) == {7: 1, 8: 1, 9: 3, 10: 3, 11: 3}.get(number, 0)
        if number == 9:
            longest = max(late, key=lambda row: count_working_days(DC_M, row["Échéance"], date(2026, 3, 2)))
            assert longest["Action"] == "Alimentation électrique des convoyeurs"
            assert count_working_days(DC_M, longest["Échéance"], date(2026, 3, 2)) == 12


def test_no_action_of_another_project_is_ever_late_or_undated(books: dict) -> None:
    for number, rows in books["Actions"].items():
        for row in rows:
            if row["Projet"] != "WMS-DC" and row["Statut"] == "Ouverte":
                assert row["Échéance"] >= POLLS[number - 1].day


def test_actions_keep_their_number(books: dict) -> None:
    last = {row["N°"]: row for row in books["Actions"][26]}
    for number, rows in books["Actions"].items():
        assert len({row["N°"] for row in rows}) == len(rows)
        for row in rows:
            assert (row["Statut"] == "Clôturée") == (row["Clôturée le"] is not None)
            assert all(last[row["N°"]][name] == row[name] for name in ("Action", "Échéance", "Responsable", "Projet"))
        assert all(row["Ouverte le"] <= POLLS[number - 1].files_of for row in rows)


def test_change_requests_of_the_story(books: dict) -> None:
    def find(poll: int, number: str) -> dict | None:
        return next((row for row in books["Changements"][poll] if row["N°"] == number), None)

    assert find(11, "CR-014") is None
    assert (find(12, "CR-014")["Décision"], find(12, "CR-014")["Décidé le"]) == ("Approuvé", date(2026, 3, 19))
    assert find(12, "CR-014")["Éléments"] == ", ".join(RETURNS_STORIES)
    assert find(13, "CR-017") is None
    assert (find(14, "CR-017")["Décision"], find(14, "CR-017")["Décidé le"]) == ("Approuvé", date(2026, 4, 2))
    assert find(14, "CR-017")["Éléments"] == ", ".join(INVOICING_STORIES)
    assert find(17, "CR-021") is None
    assert find(18, "CR-021")["Éléments"] == ", ".join(DEFERRED_REQUIREMENTS)
    for number in ("CR-022", "CR-023", "CR-024", "CR-025"):
        assert find(20, number) is None
        assert find(21, number)["Décision"] == "Ouvert"
        assert find(22, number)["Décidé le"] == date(2026, 5, 28)
    assert find(22, "CR-026")["Nouvelle date"] == date(2026, 6, 19)


def test_budget_line_of_the_story(books: dict) -> None:
    def amounts(poll: int) -> tuple[int, int, int]:
        row = next(row for row in books["Budget"][poll] if row["Ligne"] == "E-40")
        return row["Budget approuvé"], row["Réalisé"], row["Engagé"]

    assert amounts(13) == (240_000, 131_200, 98_300 + 38_950)
    assert sum(amounts(13)[1:]) - 240_000 == 28_450
    assert 41 * 950 == 38_950
    assert all(amounts(number) == amounts(13) for number in range(13, 18))
    assert amounts(18)[0] == 270_000
    assert all(sum(amounts(number)[1:]) == 229_500 for number in range(1, 13))


def test_every_other_budget_line_is_covered(books: dict) -> None:
    for number, rows in books["Budget"].items():
        assert [row["Ligne"] for row in rows if row["Budget approuvé"] is None] == (["S-30"] if number <= 5 else [])
        for row in rows:
            if row["Ligne"] != "E-40" and row["Budget approuvé"]:
                assert row["Réalisé"] + row["Engagé"] <= row["Budget approuvé"]


def test_training_register(books: dict) -> None:
    for number, rows in books["Formations"].items():
        late = [
            (row["N°"], row["Formés"], row["À former"])
            for row in rows
            if row["Prévue le"] < POLLS[number - 1].day and row["Terminée le"] is None
        ]
        assert late == ([("FOR-03", 46, 120)] if number >= 22 else [])


def test_decisions_are_entered_when_they_are_taken(books: dict) -> None:
    for number, rows in books["Décisions"].items():
        assert all(row["Prise le"] <= POLLS[number - 1].files_of for row in rows)


def test_no_sheet_jumps(books: dict) -> None:
    for sheet, polls in books.items():
        for before, after in pairwise(polls[number] for number in range(1, 27)):
            assert len(before) <= len(after) <= 1.2 * len(before), sheet


def test_responsible_people_are_roles(books: dict) -> None:
    names = {name for name, _ in ROLES.values()}
    for sheet in ("Jalons", "Actions", "Budget", "Formations"):
        assert Counter(row["Responsable"] in names for row in books[sheet][26])[False] == 0


def test_title_rows_stand_above_the_header(drop: Path) -> None:
    from python_calamine import CalamineWorkbook

    path = next((drop / "plan").glob("2026-01-02_*.xlsx"))
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name("Jalons").to_python()
    assert rows[0][0].startswith("Programme Confluence")
    assert rows[1][0] == "Édition du 02/01/2026"
    assert set(rows[2]) == {""}
    assert rows[3][0] == "Code"
