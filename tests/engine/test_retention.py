"""How long the raw archive keeps what was read: nothing that is needed goes unasked."""

import json
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from slipwatch.engine.doctor import examine
from slipwatch.engine.remap import choose_texts
from slipwatch.engine.retention import find_superseded, prune_archive
from slipwatch.engine.status import summarise
from slipwatch.errors import ConfigError, LedgerError
from slipwatch.model.records import Reject, WindowKind, WindowState
from slipwatch.settings import load_settings
from slipwatch.store.archive import delete_folder, load_spooled, measure_spool
from slipwatch.store.ledger import Ledger
from slipwatch.store.repair import list_read_windows
from slipwatch.store.windows import forget_archives, held_windows, list_archived, record_window
from tests.engine.office import Office
from tests.settings.small_configuration import FILES, write_configuration
from tests.store.streams import World, day

WRONG, RIGHT = ["%m/%d/%Y"], ["%d/%m/%Y"]
PLAN = "Id;Name;Forecast;Planned;Actual\n17;Design;05/06/2026;07/06/2026;\n18;Dock;03/04/2026;01/04/2026;\n"


@pytest.fixture
def office(tmp_path):
    found = Office(tmp_path)
    yield found
    found.close()


def limit(office, **archive):
    """The PMO writes a limit into slipwatch.yaml, then maps as before."""
    path = office.folder / "config" / "slipwatch.yaml"
    found = office.map(RIGHT)
    path.write_text(f"{FILES['slipwatch.yaml']}archive: {json.dumps(archive)}\n")
    office.programme.settings = load_settings(path.parent, {})
    return found


def drop_weekly(office, weeks):
    for week in range(weeks):
        office.drop(PLAN.replace("05/06", f"{week + 5:02d}/06"), f"2026-03-{week + 1:02d}").run(day=week + 2)


def measure(office):
    return measure_spool(office.folder / "home" / "spool")


def test_without_a_limit_everything_stays(office):
    drop_weekly(office.map(RIGHT), 4)
    office.now += timedelta(days=3000)
    office.run_now()
    assert measure(office).windows == 4


def test_what_was_read_again_since_goes_after_its_days(office):
    drop_weekly(limit(office, superseded_days=2), 4)
    assert measure(office).windows == 3
    office.now += timedelta(days=3000)
    office.run_now()
    assert measure(office).windows == 1, "the newest text of every record stays"
    assert not office.remap().failed


def test_what_the_quarantine_needs_stays_until_it_is_empty(office):
    limit(office, superseded_days=1)
    plan = PLAN + "".join(f"{key};Step {key};05/06/2026;07/06/2026;\n" for key in (19, 20, 21))
    office.drop(plan).run()
    office.drop(plan.replace("03/04/2026", "tomorrow"), "2026-03-02").run(day=3)
    office.drop(plan.replace("03/04/2026", "soon"), "2026-03-03").run(day=20)
    office.run(day=28)
    assert measure(office).windows == 3, "every text of the record that cannot be read, and its last good one"
    (stream,) = office.remap().streams
    assert (stream.detail, stream.lost) == ("", 0)
    office.drop(plan, "2026-03-28").run(day=29)
    office.run(day=30)
    assert measure(office).windows == 1


def test_held_windows_stay_whatever_the_limit(office):
    limit(office, superseded_days=1, needed_days=1)
    office.drop(PLAN).run()
    office.drop(PLAN.splitlines()[0] + "\n" + PLAN.splitlines()[1] + "\n", "2026-03-05").run(day=6)
    (held,) = held_windows(office.programme.ledger)
    office.now += timedelta(days=400)
    office.run_now()
    assert load_spooled(office.folder / "home" / "spool", held.archive).rows == 1
    assert held in held_windows(office.programme.ledger)


def test_past_the_limit_on_what_is_needed_a_remap_says_what_is_lost(office):
    limit(office, needed_days=30)
    drop_weekly(office, 2)
    office.now += timedelta(days=400)
    office.run_now()
    assert measure(office).windows == 0
    (stream,) = office.remap().streams
    assert "gone" in stream.detail
    assert office.show()["17"] == "2026-06-06"


def test_only_the_first_run_of_a_day_looks(office):
    drop_weekly(office.map(RIGHT), 3)
    office.now += timedelta(days=100)
    office.run_now()
    limit(office, superseded_days=1)
    office.run_now()
    assert measure(office).windows == 3
    office.now += timedelta(days=1)
    office.run_now()
    assert measure(office).windows == 1


def test_what_killed_runs_left_goes_with_it(office):
    limit(office, superseded_days=1)
    drop_weekly(office, 1)
    left = next((office.folder / "home" / "spool").glob("*/*")) / "20260101T000000.000000Z-0.unfinished"
    left.mkdir()
    office.run(day=20)
    assert not left.exists()


def test_a_folder_that_cannot_be_deleted_is_tried_again(office, monkeypatch):
    limit(office, superseded_days=1)
    drop_weekly(office, 2)
    monkeypatch.setattr("slipwatch.store.archive.shutil.rmtree", refuse)
    office.run(day=20)
    assert measure(office).windows == 2
    monkeypatch.undo()
    office.run(day=21)
    assert measure(office).windows == 1


def refuse(*_, **__):
    raise PermissionError("another program has it open")


def test_a_crash_between_ledger_and_folder_leaves_nothing_lost(office, monkeypatch):
    limit(office, superseded_days=1)
    drop_weekly(office, 2)
    office.now += timedelta(days=20)
    monkeypatch.setattr("slipwatch.engine.retention.prune_spool", refuse)
    with pytest.raises(PermissionError):
        prune_archive(office.programme, 0)
    (stream,) = office.remap().streams
    assert (stream.detail, stream.lost) == ("", 0)
    monkeypatch.undo()
    office.now += timedelta(days=1)
    prune_archive(office.programme, 0)
    assert measure(office).windows == 1


def test_status_and_doctor_tell_its_size(office):
    drop_weekly(limit(office, superseded_days=90), 2)
    status = summarise(office.programme)
    told = status.as_json()["archive"]
    assert (told["windows"], told["bytes"] > 0, told["oldest"]) == (2, True, "2026-03-01T22:59:59+00:00")
    found = examine(office.folder / "config", environ={}, now=lambda: office.now, home=office.folder / "home")
    (archive,) = [one.text for one in found.findings if one.area == "archive"]
    assert archive == status.archive_told
    assert "superseded after 90 days" in archive


@pytest.mark.parametrize("limits", ["{superseded_days: 90, needed_days: 30}", "{superseded_days: 0}", "{days: 3}"])
def test_limits_that_contradict_each_other_are_refused(tmp_path, limits):
    write_configuration(tmp_path, slipwatch=f"{FILES['slipwatch.yaml']}archive: {limits}\n")
    with pytest.raises(ConfigError, match="archive"):
        load_settings(tmp_path, {})


WINDOWS = st.lists(
    st.tuples(
        st.sampled_from([WindowKind.COMPLETE, WindowKind.INCREMENTAL]),
        st.sets(st.sampled_from("abcd")),
        st.sets(st.sampled_from(["a", "b", "e", None])),
        st.sampled_from(["merged", "merged", "set_aside"]),
    ),
    max_size=6,
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """One ledger for all examples; each has a source of its own."""
    folder = tmp_path_factory.mktemp("archive")
    ledger = Ledger.open(f"sqlite:///{folder}/ledger.db", create=True)
    yield (World(ledger, folder / "spool", source=f"S{number}") for number in count())
    ledger.close()


@given(windows=WINDOWS, cutoff=st.integers(0, 6))
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_remap_reads_the_same_texts_as_before(shared, windows, cutoff):
    """Whatever was read, and however much of what was set aside the mapping of today can read."""
    world = next(shared)
    for number, window in enumerate(windows):
        put_window(world, number, *window)
    before = [list_read(world, readable=readable) for readable in (True, False)]
    rows = [row for row in list_archived(world.ledger) if row.source == world.source]
    superseded = find_superseded(rows, world.spool, before=day(cutoff))
    for row in rows:
        if row.id in superseded:
            assert row.at < day(cutoff)
            assert delete_folder(world.spool / row.archive)
    forget_archives(world.ledger, superseded)
    assert [list_read(world, readable=readable) for readable in (True, False)] == before


def put_window(world, number, kind, keys, rejected, state):
    rejects = [Reject(key, "bad_date", "promised_on", f"row {key}", "x") for key in sorted(rejected - keys, key=str)]
    spooled = world.read(number, {key: {} for key in sorted(keys)}, kind=kind, rejects=rejects)
    record_window(
        world.ledger, spooled, run=world.run, at=day(number), state=WindowState(state), reason="", source=world.source,
        stream="lines", entity="order_line",
    )  # fmt: skip


def list_read(world, *, readable):
    """What a remap reads of each window, where it can read all that was set aside, or nothing."""
    told, sought, read = set(), None, []
    for _, rows in list_read_windows(world.ledger, world.source):
        for row in rows:
            if sought is not None and not sought - told:
                break
            try:
                texts = choose_texts(row, load_spooled(world.spool, row.archive), told=told, sought=sought)
            except LedgerError:
                return [*read, "lost"]
            told |= texts.keys | (texts.rejected_keys if readable else set())
            if texts.raws or texts.rejects:
                read.append((row.id, texts.keys, str(texts.rejects)))
            if row.kind == "complete" and sought is None:
                sought = texts.rejected_keys
    return read
