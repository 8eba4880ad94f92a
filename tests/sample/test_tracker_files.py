"""Norvane's tracker: 1,100 items, dates that must not seem to move, and requirements that go out of sight."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from slipwatch.sample.programme import POLLS
from slipwatch.sample.tracker_items import (
    DEFERRED_REQUIREMENTS,
    HOSTILE_TITLE,
    INVOICING_STORIES,
    MOVED_OUT,
    RESTORED_REQUIREMENTS,
    RETURNS_STORIES,
    SITE_G_ITEMS,
)
from tests.sample import reference_reader as read

PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture(scope="module")
def exports(drop: Path) -> dict[int, dict]:
    paths = sorted((drop / "tracker").glob("*.json"))
    return {poll.number: read.read_tracker(path) for poll, path in zip(POLLS, paths, strict=True)}


def ids(export: dict) -> set[str]:
    return {item["id"] for item in (*export["requirements"], *export["work_items"])}


def paris_day(text: str) -> date:
    return read.instant(text).astimezone(PARIS).date()


def test_1100_items_before_the_requirements_disappear(exports: dict) -> None:
    sizes = {number: len(ids(export)) for number, export in exports.items()}
    assert sizes[1] == sizes[10] == 1085
    assert sizes[11] == 1094
    assert sizes[12] == sizes[13] == 1100
    assert sizes[14] == sizes[17] == 1086
    assert sizes[18] == sizes[26] == 1089
    assert all(abs(sizes[number] / sizes[number - 1] - 1) < 0.02 for number in range(2, 27)), "no jump"


def test_kinds(exports: dict) -> None:
    export = exports[13]
    assert len(export["requirements"]) == 87
    assert Counter(item["kind"] for item in export["work_items"]) == {"test": 388, "story": 375, "task": 250}
    assert [milestone["name"] for milestone in export["milestones"]] == [
        "Design sign-off",
        "Build complete",
        "SIT exit",
        "Data feed accepted",
    ]


def test_counts_state_what_is_there(exports: dict) -> None:
    for export in exports.values():
        assert export["counts"] == {name: len(export[name]) for name in ("milestones", "requirements", "work_items")}
        assert len(ids(export)) == len(export["requirements"]) + len(export["work_items"])


def test_exported_at_the_poll(exports: dict) -> None:
    for poll in POLLS:
        assert read.instant(exports[poll.number]["exported_at"]) == poll.at


def test_nothing_is_known_before_it_happened(exports: dict) -> None:
    for poll in POLLS:
        for item in (*exports[poll.number]["requirements"], *exports[poll.number]["work_items"]):
            assert read.instant(item["created_at"]) <= read.instant(item["updated_at"]) < poll.at
            assert all(read.instant(change["at"]) < poll.at for change in item["history"])
            assert not item.get("done_at") or item["status"] == "Done"


def test_every_item_keeps_its_id_title_and_requirement(exports: dict) -> None:
    known: dict[str, tuple] = {}
    for export in exports.values():
        for item in (*export["requirements"], *export["work_items"]):
            constant = item["title"], item["created_at"], item.get("requirement"), item["project"], item.get("text")
            assert known.setdefault(item["id"], constant) == constant


def test_progress_never_falls_back_except_failed_tests(exports: dict) -> None:
    rank = {"New": 0, "In progress": 1, "Done": 2}
    for number in range(2, 27):
        before = {
            item["id"]: item["status"]
            for item in (*exports[number - 1]["requirements"], *exports[number - 1]["work_items"])
        }
        for item in (*exports[number]["requirements"], *exports[number]["work_items"]):
            assert rank[item["status"]] >= rank[before.get(item["id"], "New")], item


def test_stories_after_the_freeze(exports: dict) -> None:
    added = {number: ids(exports[number]) - ids(exports[number - 1]) for number in range(2, 27)}
    assert {number: items for number, items in added.items() if items} == {
        11: set(INVOICING_STORIES),
        12: set(RETURNS_STORIES),
        18: set(RESTORED_REQUIREMENTS),
    }
    created = {item["id"]: paris_day(item["created_at"]) for item in exports[12]["work_items"]}
    assert {created[key] for key in INVOICING_STORIES} == {date(2026, 3, day) for day in (9, 10, 11, 12, 13)}
    assert {created[key] for key in RETURNS_STORIES} == {date(2026, 3, 20)}
    late = {key for key, day in created.items() if day > date(2026, 2, 27)}
    assert late == {*INVOICING_STORIES, *RETURNS_STORIES}


def test_tickets_without_requirement(exports: dict) -> None:
    for number, export in exports.items():
        loose = {item["id"] for item in export["work_items"] if item["requirement"] is None}
        late = {*INVOICING_STORIES, *RETURNS_STORIES} & ids(export)
        assert len(loose - late) == 19, number
        assert {item["project"] for item in export["work_items"] if item["id"] in loose} == {"ERP-CORE"}


def test_links_lead_to_requirements_in_sight(exports: dict) -> None:
    for export in exports.values():
        visible = {item["id"] for item in export["requirements"]}
        assert {item["requirement"] for item in export["work_items"]} - {None} <= visible


def test_progress_by_disappearance(exports: dict) -> None:
    def count(number: int) -> tuple[int, int]:
        states = [item["status"] for item in exports[number]["requirements"]]
        return states.count("Done"), len(states)

    assert count(13) == (62, 87)
    assert count(14) == count(15) == count(17) == (62, 73)
    assert (round(100 * 62 / 87), round(100 * 62 / 73)) == (71, 85)
    assert count(18)[1] == 76
    assert ids(exports[13]) - ids(exports[14]) == set(MOVED_OUT)
    assert len(MOVED_OUT) == 14
    assert ids(exports[13]) - ids(exports[26]) == set(DEFERRED_REQUIREMENTS)
    assert len(DEFERRED_REQUIREMENTS) == 11


def test_210_due_dates_seem_to_move_only_to_a_naive_reader(exports: dict) -> None:
    def due(number: int) -> dict[str, str]:
        return {item["id"]: item["due"] for item in exports[number]["work_items"] if item["due"]}

    before, after = due(12), due(13)
    assert len(before) == len(after) == 210
    cut = {key: date.fromisoformat(after[key][:10]) - date.fromisoformat(text[:10]) for key, text in before.items()}
    assert set(cut.values()) == {timedelta(days=-1)}
    for number in exports:
        assert {key: paris_day(text) for key, text in due(number).items()} == {
            key: paris_day(text) for key, text in before.items()
        }


def test_38_tickets_move_with_their_ids(exports: dict) -> None:
    def parts(number: int) -> dict[str, str]:
        return {item["id"]: item["sub_project"] for item in exports[number]["work_items"]}

    assert set(parts(17).values()) == {"Core"}
    moved = {key for key, part in parts(18).items() if part == "Site G"}
    assert moved == set(SITE_G_ITEMS)
    assert len(moved) == 38
    assert set(parts(17)) == set(parts(18))
    titles = [item["title"] for item in exports[18]["work_items"] if item["id"] in moved]
    assert [title for title in titles if "<script>" in title] == [HOSTILE_TITLE]
    assert HOSTILE_TITLE.startswith("=HYPERLINK(")


def test_moves_of_sit_exit(exports: dict) -> None:
    shown = {number: export["milestones"][2]["date"] for number, export in exports.items()}
    expected = {
        14: "2026-04-30",
        15: "2026-05-13",
        18: "2026-05-13",
        19: "2026-05-29",
        21: "2026-05-29",
        22: "2026-06-19",
    }
    assert {number: shown[number] for number in expected} == expected
    history = exports[26]["milestones"][2]["history"]
    assert [
        (change["old"], change["new"], paris_day(change["at"])) for change in history if change["field"] == "date"
    ] == [
        ("2026-04-30", "2026-05-13", date(2026, 4, 8)),
        ("2026-05-13", "2026-05-29", date(2026, 5, 6)),
        ("2026-05-29", "2026-06-19", date(2026, 5, 28)),
    ]


def test_other_milestones_never_move(exports: dict) -> None:
    for export in exports.values():
        dates = {item["name"]: item["date"] for item in export["milestones"]}
        assert (dates["Design sign-off"], dates["Build complete"], dates["Data feed accepted"]) == (
            "2026-01-30",
            "2026-03-27",
            "2026-02-27",
        )


def test_design_sign_off_is_closed_before_it_is_accepted(exports: dict) -> None:
    closed = {number: export["milestones"][0]["closed_at"] for number, export in exports.items()}
    assert closed[4] is None
    assert closed[5]
    assert paris_day(closed[5]) == date(2026, 1, 29)


def test_records_of_the_sit_campaign(exports: dict) -> None:
    def count(number: int) -> tuple[int, int, int]:
        tests = [item for item in exports[number]["work_items"] if item["kind"] == "test"]
        results = Counter(item["result"] for item in tests)
        is_open = [item["defect"] for item in tests if item["defect"] and item["defect"]["state"] == "open"]
        assert {defect["severity"] for defect in is_open} <= {1, 2}
        assert len(is_open) == results["failed"]
        return results["passed"] + results["failed"], results["passed"], len(is_open)

    assert count(20) == (212, 181, 31)
    assert count(13) == (0, 0, 0)
    assert count(25) == count(26) == (388, 388, 0)
    assert round(100 * 181 / 388) == 47
    passed = [count(number)[1] for number in range(1, 27)]
    assert passed == sorted(passed)
    assert passed[23] / 388 < 0.9 < passed[24] / 388
    last_pass = max(item["done_at"] for item in exports[26]["work_items"] if item["kind"] == "test")
    assert paris_day(last_pass) == date(2026, 6, 17)


def test_people_are_roles(exports: dict) -> None:
    roles = {
        change["by"]
        for export in exports.values()
        for item in (*export["milestones"], *export["requirements"], *export["work_items"])
        for change in item["history"]
    }
    assert roles == {"norvane_project_manager"}
