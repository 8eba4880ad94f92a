"""The sample programme through the whole line: exactly the alerts of the story, in their weeks, and nothing else."""

from datetime import date

import pytest

from slipwatch.engine.assess import assess
from slipwatch.engine.history import trace
from slipwatch.engine.reporting import gather_report
from slipwatch.model.alert import AlertState, Change
from slipwatch.model.finding import Assessment
from slipwatch.model.records import WindowState
from slipwatch.sample.expectations import OVERDUE, ExpectedAlert
from slipwatch.sample.programme import PARIS, POLLS, SEED, write_poll
from slipwatch.sample.truth import ACCEPTED_SLIP, BASELINE_1_SLIP_AT_END, STALE_POLLS, TRUTH
from slipwatch.store.alerts import load_alerts
from slipwatch.store.outbox import list_messages
from tests.end_to_end.story import RULE_OF, Step, Story, expect_steps, identify, name_unit, read_steps
from tests.sample.reference_judge import KEY_OF_NUMBER, PREFIXES, Judge

pytestmark = pytest.mark.xdist_group("story")

EVERY_ALERT = pytest.mark.parametrize("expected", TRUTH.alerts, ids=lambda alert: f"{alert.number}-{alert.subject}")
PROMISES = [
    # source, what, from, to, known on, first seen at poll
    ("SUP", "confirmation", None, "2026-03-27", date(2025, 9, 17), 1),
    ("ERP", "order_line", None, "2026-03-27", date(2026, 1, 2), 1),
    ("ERP", "order_line", "2026-03-27", "2026-04-02", date(2026, 3, 27), 13),
    ("ERP", "order_line", "2026-04-02", "2026-04-10", date(2026, 4, 3), 14),
    ("ERP", "order_line", "2026-04-10", "2026-04-17", date(2026, 4, 10), 15),
    ("ERP", "order_line", "2026-04-17", "2026-04-24", date(2026, 4, 17), 16),
]
"""Every promise about the conveyors, PO 4500031402/10: the ERP itself keeps only the last one."""

SIT_EXIT_MOVES = [
    ("TRK", "2026-04-30", "2026-05-13", date(2026, 4, 8), 15),
    ("TRK", "2026-05-13", "2026-05-29", date(2026, 5, 6), 19),
    ("PLAN", "2026-04-30", "2026-05-13", date(2026, 5, 7), 19),
    ("PLAN", "2026-05-13", "2026-05-29", date(2026, 5, 15), 20),
    ("TRK", "2026-05-29", "2026-06-19", date(2026, 5, 28), 22),
    ("PLAN", "2026-05-29", "2026-06-19", date(2026, 5, 29), 22),
]


@pytest.fixture(scope="module")
def programme(story: Story):
    opened = story.open()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def steps(programme) -> list[Step]:
    return read_steps(programme.ledger)


# ------------------------------------------------------------------------------------------------------------- alerts


def test_no_other_alert_and_no_other_transition(steps: list[Step]) -> None:
    expected = [step for alert in TRUTH.alerts for step in expect_steps(alert)]
    assert sorted(steps) == sorted(expected)


@EVERY_ALERT
def test_life_of_an_alert(steps: list[Step], expected: ExpectedAlert) -> None:
    assert [step for step in steps if step.alert == identify(expected)] == list(expect_steps(expected))


@EVERY_ALERT
def test_figures_of_an_alert(story: Story, expected: ExpectedAlert) -> None:
    """The value and unit of each reason, in the week in which it joined or rose."""
    for reason in expected.reasons:
        shown = find_transition(story, reason.poll, expected).alert.reasons[RULE_OF[reason.rule]].finding
        if reason.value is not None:
            assert (shown.value, shown.unit) == (reason.value, name_unit(reason)), reason


@EVERY_ALERT
def test_accountable_role_gets_the_draft(story: Story, expected: ExpectedAlert) -> None:
    """One draft when an alert is new or worse, for the role named, with the addressee of that role."""
    polls = [expected.opened, *expected.list_worse_polls()]
    key = find_transition(story, expected.opened, expected).alert.key
    drafted = {poll: [d.role for d in week.report.told.drafts if d.alert == key] for poll, week in story.weeks.items()}
    assert {poll: roles for poll, roles in drafted.items() if roles} == {poll: [expected.draft_for] for poll in polls}


def find_transition(story: Story, poll: int, expected: ExpectedAlert):
    (found,) = [
        one
        for one in story.weeks[poll].report.told.outcome.transitions
        if (one.alert.subject.entity, one.alert.subject.key, str(one.alert.key.concern), one.alert.key.episode)
        == identify(expected)
    ]
    return found


def test_drafts_on_disk_are_those_told(story: Story) -> None:
    told = {
        f"{POLLS[poll - 1].day}/{draft.name}": draft.payload
        for poll, week in story.weeks.items()
        for draft in week.report.told.drafts
    }
    folder = story.home / "drafts"
    assert {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.eml")} == told
    assert len(told) == sum(1 + len(alert.list_worse_polls()) for alert in TRUTH.alerts)


def test_opening_inventory(story: Story) -> None:
    told = story.weeks[1].report.told
    (group,) = told.letters[0].inventory
    assert (group.rule, sorted(group.keys)) == (OVERDUE, sorted(TRUTH.opening_inventory))
    assert {one.change for one in told.outcome.transitions} == {Change.INVENTORIED}


def test_inventory_is_empty_at_the_fifth_poll_without_a_word(story: Story, programme) -> None:
    entries = {
        poll: sum(alert.state is AlertState.INVENTORY for alert in week.report.told.outcome.alerts)
        for poll, week in story.weeks.items()
    }
    assert entries == {poll: 31 if poll < 5 else 0 for poll in range(1, 27)}
    assert {step.poll for step in read_steps(programme.ledger)} & {1, 2, 3, 4} == set()


def test_frozen_while_the_source_is_stale(story: Story) -> None:
    frozen = {
        poll: [alert.subject.key for alert in week.report.told.outcome.alerts if alert.frozen]
        for poll, week in story.weeks.items()
    }
    expected = {poll: [alert.subject] for alert in TRUTH.alerts for poll in alert.frozen}
    assert {poll: keys for poll, keys in frozen.items() if keys} == expected == {20: ["4500032015/10"]}


def test_open_at_the_end(programme) -> None:
    numbers = {identify(alert): alert.number for alert in TRUTH.alerts}
    open_now = [
        numbers[a.subject.entity, a.subject.key, str(a.key.concern), a.key.episode]
        for a in load_alerts(programme.ledger)
        if a.state is AlertState.OPEN
    ]
    assert open_now == [number for number in TRUTH.open_at_end if number in numbers.values()] == ["23"]


# ----------------------------------------------------------------------------------------------------------- messages


def test_messages_by_week_and_day(programme) -> None:
    """One message at each of the weeks told, to the PMO alone; over a holiday it leaves on the next working day."""
    rows = list_messages(programme.ledger)
    days = {poll: TRUTH.deferred_messages.get(poll, POLLS[poll - 1].day) for poll in TRUTH.message_polls}
    assert [(row.recipient, row.message.address) for row in rows] == [("pmo", "pmo@meridor.example")] * 23
    assert [row.created_at for row in rows] == [POLLS[poll - 1].at for poll in TRUTH.message_polls]
    assert [row.not_before.astimezone(PARIS).date() for row in rows] == list(days.values())
    assert [row.sent_at.astimezone(PARIS).date() for row in rows] == list(days.values())
    assert [days[14], days[21]] == [date(2026, 4, 7), date(2026, 5, 26)]


def test_new_lines_by_week(story: Story) -> None:
    letters = {poll: week.report.told.letters for poll, week in story.weeks.items()}
    new = {poll: len(sent[0].new) if sent else 0 for poll, sent in letters.items()}
    assert new == TRUTH.new_lines
    assert max(new.values()) <= 5, "the noise budget"
    assert [poll for poll, sent in letters.items() if sent] == list(TRUTH.message_polls)


def test_note_on_the_export_that_is_late_but_not_stale(story: Story) -> None:
    notes = {poll: week.report.told.letters[0].notes for poll, week in story.weeks.items() if week.report.told.letters}
    ((poll, (note,)),) = [(poll, told) for poll, told in notes.items() if told]
    assert (poll, note.arguments["source"], note.arguments["age"]) == (23, "ERP", 10)


def test_nothing_went_wrong_on_the_way(story: Story) -> None:
    assert [week.report.delivery_problems for week in story.weeks.values() if week.report.delivery_problems] == []
    broken = {one.rule for week in story.weeks.values() for one in week.report.judgement.assessments if is_broken(one)}
    assert broken == set()


def is_broken(assessment: Assessment) -> bool:
    return any(str(grey.reason) == "broken_check" for grey in assessment.not_judged)


def test_windows_that_were_not_let_in(story: Story) -> None:
    """The filtered export is held, the damaged one set aside; each is looked at again until a good one follows."""
    kept_out = {
        poll: [(s.source, s.state) for report in week.report.sources for s in report.streams if is_kept_out(s.state)]
        for poll, week in story.weeks.items()
    }
    held, aside = ("ERP", WindowState.HELD), ("ERP", WindowState.SET_ASIDE)
    assert {poll: states for poll, states in kept_out.items() if states} == {
        8: [held],
        9: [held],
        11: [aside],
        12: [aside],
    }


def is_kept_out(state: WindowState) -> bool:
    return state not in (WindowState.MERGED, WindowState.UNCHANGED)


# ------------------------------------------------------------------------------------------- what could not be judged


def test_counted_rows_by_week(story: Story, open_lines) -> None:
    """Not practised, grey, out of rule, unassigned: each group exactly, named where the story names it."""
    for poll, week in story.weeks.items():
        seen = {
            (assessment.rule, str(grey.reason)): sorted(grey.counted)
            for assessment in week.report.judgement.assessments
            for grey in assessment.not_judged
        }
        stale = {(rule, "stale_source"): keys for rule, keys in open_lines.get(poll, {}).items()}
        counts = {
            (RULE_OF[rule], row.reason): row.count for row in TRUTH.counted for rule in row.rules if covers(row, poll)
        }
        assert {key: len(members) for key, members in seen.items()} == counts | {k: len(v) for k, v in stale.items()}, (
            poll
        )
        named = {
            (RULE_OF[rule], row.reason): row.keys for row in TRUTH.counted for rule in row.rules if covers(row, poll)
        }
        for key, keys in {**named, **stale}.items():
            assert not keys or seen[key] == sorted(keys), (poll, key)


def covers(row, poll: int) -> bool:
    return row.first <= poll <= row.last


@pytest.fixture(scope="module")
def open_lines(tmp_path_factory) -> dict[int, dict[str, list[str]]]:
    """By poll with a stale source and by rule: the open lines that rest on it, read without the product."""
    folder = tmp_path_factory.mktemp("read-plainly")
    judge = Judge(folder)
    found = {}
    for poll in POLLS[: max(STALE_POLLS)]:
        write_poll(folder, poll.number, SEED)
        judge.judge(poll)
        if poll.number in STALE_POLLS:
            source, rules = STALE_POLLS[poll.number]
            found[poll.number] = {RULE_OF[rule]: list_open(judge, source, rule) for rule in rules}
    return found


def list_open(judge: Judge, source: str, rule: str) -> list[str]:
    return [
        key
        for key, row in judge.erp.items()
        if row["reference"][:5] in PREFIXES
        and row["needed"] is not None
        and not row["complete"]
        and max(row["received"], judge.on_dock[key]) < row["quantity"]
        and (source != "WMS" or row["site"] == "DC-M")
        and (rule != "SUP-04" or KEY_OF_NUMBER[row["supplier_no"]] in judge.practise)
        and (rule != "SUP-01" or row["sent"] is not None)
    ]


# ----------------------------------------------------------------------------------------------- promises and baselines


def test_every_promise_of_the_overwritten_line(programme) -> None:
    """GREEN-1: who stated which date, when the world could know it and when it was first seen here."""
    (history,) = trace(programme, "4500031402/10")
    stated = [
        (s.source, s.entity, s.old, s.new, s.known_at.astimezone(PARIS).date(), s.first_seen)
        for s in history.statements
        if s.column == "promised_on"
    ]
    assert stated == [(*row, POLLS[poll - 1].at) for *row, poll in PROMISES]
    assert {s.cause for s in history.statements} == {"source"}
    assert {(s.source, s.stated_by) for s in history.statements if s.column == "promised_on"} == {
        ("SUP", "Hallstedt Fördertechnik, Auftragsbearbeitung"),
        ("ERP", "Acheteur"),
    }
    quantities = [s.new for s in history.statements if s.column in ("ordered_quantity", "confirmed_quantity")]
    assert set(quantities) == {"46"}


def test_who_moved_the_date_that_the_committee_heard_of_last(programme) -> None:
    (history,) = trace(programme, "EC-40")
    moves = [
        (s.source, s.old, s.new, s.known_at.astimezone(PARIS).date(), s.first_seen)
        for s in history.statements
        if s.column == "forecast_on" and s.old
    ]
    assert moves == [(*row, POLLS[poll - 1].at) for *row, poll in SIT_EXIT_MOVES]
    assert {s.stated_by for s in history.statements if s.source == "TRK" and s.column == "forecast_on" and s.old} == {
        "norvane_project_manager"
    }
    assert {s.stated_by for s in history.statements if s.source == "PLAN" and s.column == "forecast_on"} == {
        "Planificateur client"
    }


def test_a_date_that_nobody_promised_is_told_as_the_planning_of_the_erp(programme) -> None:
    (history,) = trace(programme, "4500031870/10")
    dates = [(s.source, s.new, s.stated_by) for s in history.statements if s.column == "promised_on"]
    assert dates == [
        ("ERP", "2026-03-13", "Calcul des besoins"),
        ("SUP", "2026-03-06", "Imprilis, order desk"),
        ("ERP", "2026-03-06", "Acheteur"),
    ]


def test_whoever_stated_something_is_a_role_or_a_company_and_no_person(programme) -> None:
    named = {
        s.stated_by
        for key in ("4500032015/10", "4500031402/10", "WD-20", "EC-40")
        for history in trace(programme, key)
        for s in history.statements
        if s.source in ("PLAN", "ERP", "SUP")
    }
    assert named == {
        "Acheteur", "Planificateur client",
        "Telmar Mobile, order desk", "Telmar Mobile, dispatch",
        "Hallstedt Fördertechnik, Auftragsbearbeitung", "Hallstedt Fördertechnik, Versand",
    }  # fmt: skip


def test_slips_against_both_baselines(programme) -> None:
    """Right after the new baseline: nought against it, and still what was promised first. Told today of that day."""
    milestones = describe_milestones(programme, POLLS[21].at)
    assert {key: milestones[key].original_slip_wd for key in BASELINE_1_SLIP_AT_END} == BASELINE_1_SLIP_AT_END
    assert {key: milestones[key].slip_wd for key in BASELINE_1_SLIP_AT_END} == dict.fromkeys(BASELINE_1_SLIP_AT_END, 0)
    assert {milestones[key].in_force.number for key in BASELINE_1_SLIP_AT_END} == {2}


def test_slips_at_the_end(programme) -> None:
    milestones = describe_milestones(programme, POLLS[-1].at)
    go_lives = {key: (milestones[key].slip_wd, milestones[key].original_slip_wd) for key in ("EC-60", "WD-50")}
    assert go_lives == {"EC-60": (0, 65), "WD-50": (0, 59)}
    assert {key: milestones[key].original_slip_wd for key in ACCEPTED_SLIP} == ACCEPTED_SLIP
    assert milestones["EC-40"].accepted_on == date(2026, 6, 17)


def describe_milestones(programme, at):
    given = gather_report(programme, assess(programme, at, known_by=at), at=at)
    return {point.key: point for project in given.projects for point in project.milestones}


def test_hostile_title_is_kept_as_text(programme) -> None:
    """What the ledger holds is what the tracker said: making it inert is the business of each output."""
    with programme.ledger.read() as connection:
        names = connection.exec_driver_sql("SELECT name FROM work_item_version WHERE ended_at IS NULL").scalars()
        hostile = [name for name in names if "HYPERLINK" in name]
    assert len(hostile) == 1
    assert hostile[0].startswith("=HYPERLINK(")
    assert "<script>" in hostile[0]
