"""What a person types into a workbook: taken as a whole row or not at all, and given back with the cure."""

from datetime import date

import pytest
import python_calamine

from slipwatch.engine.frames import FrameSupply
from slipwatch.engine.run import hold_lease
from slipwatch.engine.workbook.importing import carry_out_import
from slipwatch.engine.workbook.reading import read_book
from slipwatch.errors import ConfigError, LeaseError
from slipwatch.store.acts import list_acts, released_recipients
from slipwatch.store.reader import read_entity, read_promises
from tests.workbook.conftest import faults, say


def list_comments(text):
    return [line for line in text.splitlines() if line.lstrip().startswith("#")]


def cells(plan):
    """Sheet and column of each cell to correct."""
    return {(sheet, column) for sheet, column, _ in faults(plan)}


def test_a_changed_cell_changes_its_line_and_no_other(desk):
    before = desk.read("portfolio.yaml")
    desk.export().type("milestones", {"key": "EC-30"}, name="Rehearsal, second", gate="yes").save()
    plan = desk.take()
    assert say(plan) == [("EC-30", "Name", "Rehearsal, second"), ("EC-30", "Gate", "yes")]
    changed = set(desk.read("portfolio.yaml").splitlines()) - set(before.splitlines())
    assert len(changed) == 1
    assert list_comments(desk.read("portfolio.yaml")) == list_comments(before)
    assert desk.programme.portfolio.milestones["EC-30"].name == "Rehearsal, second"


def test_a_dry_run_writes_nothing(desk):
    before = {path: path.read_bytes() for path in desk.folder.rglob("*.yaml")}
    desk.export().type("milestones", {"key": "EC-30"}, name="x").type("roles", {"key": "buyer"}, side="nobody").save()
    plan = desk.look()
    assert len(plan.differences) == len(plan.corrections) == 1
    assert {path: path.read_bytes() for path in desk.folder.rglob("*.yaml")} == before
    assert list_acts(desk.programme.ledger) == []


def test_new_things_may_refer_to_each_other(desk):
    hand = desk.export()
    hand.add("projects", key="NEXT", name="Next", accountable="lead2")
    hand.add("roles", key="lead2", name="Second lead", side="owner", address="lead2@example.org")
    hand.add("milestones", key="N-1", name="Start", project="NEXT", aliases='=1+1; "a;b"')
    hand.add("committees", key="COPROJ", name="Project committee", kind="project", projects="NEXT; WMS-DC")
    hand.add("meetings", committee="COPROJ", day=date(2026, 9, 1))
    hand.add("days", site="DC-M", day=date(2026, 12, 24), kind="closed")
    hand.save()
    plan = desk.take()
    assert faults(plan) == []
    portfolio = desk.programme.portfolio
    assert portfolio.projects["NEXT"].accountable == "lead2"
    assert portfolio.milestones["N-1"].aliases == ("=1+1", "a;b")
    assert portfolio.committees["COPROJ"].dates == (date(2026, 9, 1),)
    assert portfolio.sites["DC-M"].extra_holidays == {date(2026, 12, 24)}
    assert say(desk.look()) == []  # importing the same file again changes nothing


def test_what_depends_on_a_wrong_row_is_left_out_with_it(desk):
    hand = desk.export()
    hand.add("projects", key="NEXT", name="Next", currency="euro")
    hand.add("milestones", key="N-1", name="Start", project="NEXT")
    hand.add("milestones", key="W-1", name="Good", project="WMS-DC")
    hand.save()
    plan = desk.take()
    assert cells(plan) == {
        ("projects", "currency"),
        ("milestones", "project"),
    }
    assert "W-1" in desk.programme.portfolio.milestones
    assert "NEXT" not in desk.programme.portfolio.projects


WRONG = [
    ("projects", {"key": "SOP-PLAN"}, {"scope_freeze": "31 juillet"}),
    ("projects", {"key": "WMS-DC"}, {"scope_freeze": "31/02/2026", "name": ""}),
    ("projects", {"key": "ERP-CORE"}, {"scope_freeze": 46000.0, "accountable": "sponsr", "name": date(2026, 3, 5)}),
    ("roles", {"key": "buyer"}, {"side": "nobody"}),
    ("roles", {"key": "client-planner"}, {"address": "not an address"}),
    ("roles", {"key": "sponsor"}, {"mark": "remove"}),
    ("suppliers", {"key": "telmar"}, {"transit_days": "eight"}),
    ("suppliers", {"key": "imprilis"}, {"transit_days": 400}),
    ("sites", {"key": "DC-M"}, {"country": "XX"}),
    ("sites", {"key": "SITE-G"}, {"weekend": "Sunday; Funday"}),
    ("tolerances", {"threshold": "gate_wd"}, {"value": 4000}),
    ("baselines", {"number": 2}, {"reason": ""}),
]


def test_a_wrong_cell_keeps_its_row_out_and_says_the_cure(desk):
    hand = desk.export()
    for sheet, known, typed in WRONG:
        hand.type(sheet, known, **typed)
    hand.save()
    before = {path: path.read_bytes() for path in desk.folder.rglob("*.yaml")}
    plan = desk.take()
    assert sorted(cells(plan)) == sorted({(sheet, column) for sheet, _, typed in WRONG for column in typed})
    assert len(plan.corrections) == sum(len(typed) for _, _, typed in WRONG)
    assert all(plan.book.wording.tell(one.cure) and plan.book.wording.tell(one.allowed) for one in plan.corrections)
    assert {path: path.read_bytes() for path in desk.folder.rglob("*.yaml")} == before


def test_the_copy_holds_all_that_was_not_taken(desk):
    hand = desk.export()
    hand.type("projects", {"key": "SOP-PLAN"}, scope_freeze="31 juillet", name="Another name")
    hand.add("milestones", key="BAD 1", name="Bad", project="WMS-DC", aliases="one; two")
    hand.type("milestones", {"key": "EC-30"}, name="Good")
    hand.save()
    plan = desk.take()
    assert plan.copy == desk.folder / "portfolio-to-correct.xlsx"
    copy = desk.open(plan.copy)
    fixes = copy.sheets["To correct"]
    assert {(row[0], row[3], row[4]) for row in fixes[3:]} == {
        ("Projects", "Scope freeze", "31 juillet"),
        ("Milestones", "Key", "BAD 1"),
    }
    assert copy.find("projects", key="SOP-PLAN", name="Another name", scope_freeze="31 juillet")
    assert copy.find("milestones", key="BAD 1", name="Bad", aliases="one; two")
    assert copy.find("milestones", key="EC-30", name="Good")

    copy.type("projects", {"key": "SOP-PLAN"}, scope_freeze=date(2026, 7, 31))
    copy.type("milestones", {"key": "BAD 1"}, key="GOOD-1")
    copy.save()
    assert faults(desk.take(plan.copy)) == []
    assert desk.programme.portfolio.milestones["GOOD-1"].aliases == ("one", "two")
    assert desk.programme.portfolio.projects["SOP-PLAN"].name == "Another name"


def test_what_somebody_else_changed_is_shown_and_not_overwritten(desk):
    desk.export().type("milestones", {"key": "EC-30"}, name="Mine").type(
        "milestones", {"key": "EC-40"}, gate="no"
    ).save()
    desk.write("portfolio.yaml", "name: Migration rehearsal two", "name: Theirs")
    plan = desk.take()
    (correction,) = plan.corrections
    assert (correction.conflict, correction.found) == (True, "Mine")
    assert "Theirs" in plan.book.wording.tell(correction.allowed)
    assert desk.programme.portfolio.milestones["EC-30"].name == "Theirs"
    assert desk.programme.portfolio.milestones["EC-40"].gate is False  # they changed another line
    copy = desk.open(plan.copy)
    assert copy.find("milestones", key="EC-30", name="Theirs")
    assert say(desk.look(plan.copy)) == []  # left as it is, the copy overwrites nothing
    copy.type("milestones", {"key": "EC-30"}, name="Mine").save()
    desk.take(plan.copy)
    assert desk.programme.portfolio.milestones["EC-30"].name == "Mine"


def test_an_untouched_old_workbook_takes_nothing_back(desk):
    desk.export()
    desk.write("portfolio.yaml", "name: Migration rehearsal two", "name: Theirs")
    plan = desk.look()
    assert (say(plan), faults(plan)) == ([], [])


def test_the_same_new_key_of_two_people_is_a_conflict(desk):
    desk.export().add("milestones", key="N-1", name="Mine", project="WMS-DC").save()
    desk.write("portfolio.yaml", "suppliers:\n", "  N-1: {name: Theirs, project: WMS-DC}\nsuppliers:\n")
    (correction,) = desk.take().corrections
    assert correction.conflict
    assert desk.programme.portfolio.milestones["N-1"].name == "Theirs"


def test_a_row_that_is_gone_from_the_workbook_is_not_removed(desk):
    hand = desk.export()
    hand.rows("milestones").remove(hand.find("milestones", key="SP-10"))
    hand.save()
    assert say(desk.take()) == []
    assert "SP-10" in desk.programme.portfolio.milestones


def test_a_marked_row_is_removed_unless_something_uses_it(desk):
    desk.export().type("roles", {"key": "hr-training"}, mark="remove").type(
        "roles", {"key": "buyer"}, mark="remove"
    ).save()
    plan = desk.take()
    assert faults(plan) == [("roles", "mark", "buyer")]
    assert "hr-training" not in desk.programme.portfolio.roles
    assert "buyer" in desk.programme.portfolio.roles


def test_an_approved_baseline_is_frozen_and_the_next_one_is_not(desk):
    desk.export().type("baselines", {"number": 1, "kind": "schedule"}, mark="approve", act_reason="Kick-off").save()
    desk.take()
    hand = desk.export()
    hand.type("dates", {"number": 1, "milestone": "EC-40"}, date=date(2026, 12, 1))
    hand.add("dates", number=1, milestone="EC-40", date=date(2026, 12, 1))
    hand.add("baselines", kind="schedule", number=3, name="Third", effective_on=date(2026, 6, 29), reason="Moved")
    hand.add("dates", number=3, milestone="EC-40", date=date(2026, 12, 1))
    hand.type("baselines", {"number": 3}, mark="approve").save()
    plan = desk.take()
    assert cells(plan) == {("dates", "date"), ("dates", "milestone")}
    assert "next number" in plan.book.wording.tell(plan.corrections[0].cure)
    approved = {
        (act.detail["kind"], act.detail["number"]) for act in list_acts(desk.programme.ledger, "approve_baseline")
    }
    assert approved == {("schedule", 1), ("schedule", 3)}  # and not the scope proposal of number 1


def test_a_new_line_of_an_approved_baseline_is_refused(desk):
    desk.export().type("baselines", {"number": 2}, mark="approve").save()
    desk.take()
    desk.export().add("dates", number=2, milestone="SP-40", date=date(2026, 12, 1)).save()
    assert faults(desk.take()) == [("dates", "number", "2")]


def test_recipients_are_released_with_author_and_reason(desk):
    hand = desk.export().type("recipients", {"role": "sponsor"}, mark="release", act_reason="Agreed on 26 March")
    hand.type("recipients", {"role": "key-users"}, mark="release").save()
    plan = desk.take()
    assert faults(plan) == [("recipients", "mark", "key-users")]  # it has no address
    assert released_recipients(desk.programme.ledger) == {"sponsor"}
    (act,) = list_acts(desk.programme.ledger, "release_recipient")
    assert (act.author, act.reason) == ("C. Martin, PMO", "Agreed on 26 March")
    assert [one.kind for one in desk.take().wanted] == []  # done already


def test_without_a_reason_nothing_is_done_and_the_row_comes_back(desk):
    hand = desk.export().type("recipients", {"role": "sponsor"}, mark="release")
    hand.type("milestones", {"key": "EC-30"}, name="x").save()
    plan = desk.take(reason="")
    assert cells(plan) == {
        ("recipients", "act_reason"),
        ("milestones", "key"),
    }
    assert list_acts(desk.programme.ledger) == []
    assert desk.programme.portfolio.milestones["EC-30"].name != "x"


def test_register_lines_are_kept_in_the_ledger(desk):
    hand = desk.export().add("actions", name="=Call the carrier", project_code="WMS-DC", responsible_code="buyer",
                             due_on=date(2026, 7, 1))  # fmt: skip
    hand.add(
        "decisions", name="Second shift?", project_code="WMS-DC", responsible_code="COPIL", needed_by=date(2026, 7, 9)
    )
    hand.add("risks", name="Strike", project_code="WMS-DC", probability=3, impact=4, response="accept").save()
    plan = desk.take()
    assert faults(plan) == []
    assert say(desk.look()) == []
    desk.export().type("actions", {"number": "A-001"}, due_on=date(2026, 7, 15)).save()
    assert say(desk.take()) == [("A-001", "Due", "2026-07-15")]
    frame = read_entity(desk.programme.ledger, "action")
    assert frame[["label", "name", "responsible_code"]].values.tolist() == [["A-001", "=Call the carrier", "buyer"]]
    judged = FrameSupply(programme=desk.programme, at=desk.programme.now()).read("action")
    assert judged["project"].tolist() == ["WMS-DC"]
    moves = read_promises(desk.programme.ledger, entity="action", columns=["due_on"])
    assert moves[["new_text", "stated_by"]].values.tolist() == [["2026-07-01", "pmo"], ["2026-07-15", "pmo"]]


def test_two_people_add_a_line_with_the_same_number(desk):
    first = desk.export().add("actions", name="Mine", project_code="WMS-DC").save(desk.folder / "mine.xlsx")
    second = desk.export().add("actions", name="Theirs", project_code="WMS-DC").save(desk.folder / "theirs.xlsx")
    for path in (first, second, first, second):
        assert faults(desk.take(path)) == []
    frame = read_entity(desk.programme.ledger, "action")
    assert frame[["label", "name"]].values.tolist() == [["A-001", "Mine"], ["A-002", "Theirs"]]


def test_what_was_said_enters_the_ledger_as_a_statement_of_that_role(desk):
    said = {"field": "milestone.forecast_on", "role": "previsia", "meeting": "Telephone call"}
    hand = desk.export().add("statements", subject="SP-40", value="31/07/2026", said_on=date(2026, 6, 12), **said)
    hand.add("statements", subject="SP-40", value=date(2026, 8, 14), said_on=date(2026, 6, 26), **said)
    hand.add("statements", subject="SP-99", value="14/08/2026", said_on=date(2026, 6, 26), **said).save()
    plan = desk.take()
    assert [(sheet, column) for sheet, column, _ in faults(plan)] == [("statements", "subject")]
    told = read_promises(desk.programme.ledger, entity="milestone", columns=["forecast_on"])
    shown = [(row.new_text, row.stated_by, row.cause, str(row.known_at.date())) for row in told.itertuples()]
    assert shown == [
        ("2026-07-31", "previsia", "source", "2026-06-12"),
        ("2026-08-14", "previsia", "source", "2026-06-26"),
    ]
    assert desk.export().find("statements", number="S-002", value="2026-08-14", role="previsia")
    assert say(desk.look()) == []


def test_tolerances_and_rules(desk):
    hand = desk.export().type("tolerances", {"threshold": "gate_wd", "project": ""}, value=4)
    hand.add("tolerances", project="WMS-DC", rule="schedule.milestone_slip", threshold="gate_wd", value=2)
    hand.type("rules", {"rule": "supply.shipment_missing"}, used="no").save()
    assert faults(desk.take()) == []
    tolerances = desk.programme.settings.tolerances
    assert tolerances.rules["schedule.milestone_slip"] == {"gate_wd": 4, "other_wd": 10}
    assert tolerances.projects["WMS-DC"].rules == {"schedule.milestone_slip": {"gate_wd": 2}}
    assert tolerances.off == ("supply.shipment_missing",)
    hand = desk.export().type("tolerances", {"threshold": "gate_wd", "project": "WMS-DC"}, value="")
    hand.type("rules", {"rule": "supply.shipment_missing"}, used="yes").save()
    assert faults(desk.take()) == []
    assert desk.programme.settings.tolerances.off == ()
    assert not desk.programme.settings.tolerances.projects["WMS-DC"].rules["schedule.milestone_slip"]


def test_moved_columns_and_lines_above_do_not_matter(desk):
    hand = desk.export().type("milestones", {"key": "EC-30"}, name="Moved")
    rows = hand.rows("milestones")
    rows[2].append("My notes")
    width = max(map(len, rows))
    full = [[*row, *[""] * (width - len(row))] for row in rows]
    hand.sheets["Milestones"] = [["", *row[::-1]] for row in [["note"] * width, *full]]
    hand.save()
    plan = desk.look()
    assert say(plan) == [("EC-30", "Name", "Moved")]
    assert plan.notes == ["Milestones: the column 'My notes' is not ours and was left out"]


def test_a_key_written_twice_is_refused(desk):
    hand = desk.export().add("milestones", key="EC-30", name="Twice", project="WMS-DC").save()
    plan = desk.look(hand)
    assert faults(plan) == [("milestones", "key", "EC-30")]


def test_another_programme_or_no_workbook_is_refused(desk):
    import xlsxwriter

    desk.export()
    desk.write("slipwatch.yaml", "name: Confluence", "name: Another")
    with pytest.raises(ConfigError, match="not of 'Another'"):
        desk.look()
    book = xlsxwriter.Workbook(desk.folder / "plain.xlsx")
    book.add_worksheet("Milestones")
    book.close()
    with pytest.raises(ConfigError, match="hidden sheet"):
        desk.look(desk.folder / "plain.xlsx")
    for name, content in (("a.xlsx", b"%PDF-1.7"), ("b.xlsx", b""), ("c.xlsx", b"PK\x03\x04broken")):
        (desk.folder / name).write_bytes(content)
        with pytest.raises(ConfigError):
            desk.look(desk.folder / name)


def test_the_hidden_sheet_is_hidden_from_everybody(desk):
    desk.export()
    (memory,) = [one for one in python_calamine.load_workbook(desk.book).sheets_metadata if one.name == "_slipwatch"]
    assert memory.visible == python_calamine.SheetVisibleEnum.VeryHidden
    assert len(read_book(desk.book).memory.rows) > 50


def test_line_ends_and_rights_stay(desk):
    path = desk.folder / "config" / "portfolio.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    path.chmod(0o640)
    before = path.read_bytes()
    desk.reopen()
    desk.export().type("milestones", {"key": "EC-30"}, name="Second").save()
    desk.take()
    assert path.read_bytes() == before.replace(b"name: Migration rehearsal two", b"name: Second")
    assert path.stat().st_mode & 0o777 == 0o640


def test_nothing_is_half_taken_while_a_run_goes_on(desk):
    hand = (
        desk.export().add("actions", name="Call", project_code="WMS-DC").type("milestones", {"key": "EC-30"}, name="x")
    )
    hand.save()
    before = desk.read("portfolio.yaml")
    with hold_lease(desk.programme), pytest.raises(LeaseError):
        desk.take()
    assert (desk.read("portfolio.yaml"), list_acts(desk.programme.ledger)) == (before, [])


def test_a_file_that_changes_meanwhile_is_not_overwritten(desk):
    desk.export().type("milestones", {"key": "EC-30"}, name="Mine").save()
    plan = desk.look()
    path = desk.folder / "config" / "portfolio.yaml"
    path.write_text(desk.read("portfolio.yaml") + "# theirs\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="was changed while"):
        carry_out_import(desk.programme, plan, author="PMO", reason="why")
    assert desk.read("portfolio.yaml").endswith("# theirs\n")
