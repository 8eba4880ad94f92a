"""Whatever the order in which windows arrive, and wherever a run dies, the ledger ends as if nothing had happened."""

import itertools
import shutil
import tempfile
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from slipwatch.model.records import WindowKind
from slipwatch.store import ledger, writer
from slipwatch.store.ledger import Ledger
from tests.store.conftest import empty_postgres
from tests.store.streams import World, day, on

KEYS = "abc"
DAYS = [None, "2026-03-01", "2026-03-02", "2026-03-03"]
LISTING = st.dictionaries(st.sampled_from(KEYS), st.sampled_from(DAYS), max_size=3)
FULL = st.fixed_dictionaries({key: st.sampled_from(DAYS) for key in KEYS})
EXAMPLES = {"sqlite": 10, "postgresql": 3}


def make_plans(listing):
    """(windows of days 0, 1, 2 ..., the order in which they arrive, where the run dies before it is repeated)."""
    windows = st.lists(listing, min_size=1, max_size=5)
    return windows.flatmap(
        lambda known: st.tuples(
            st.just(known),
            st.permutations(range(len(known))),
            st.lists(st.sampled_from(["", "links", "close"]), min_size=len(known), max_size=len(known)),
        )
    )


class Nature:
    """Opens an empty ledger for each example."""

    def __init__(self, backend, request):
        self.backend, self.request = backend, request
        self.source = request.getfixturevalue("empty_sqlite" if backend == "sqlite" else "migrated_postgres")

    def play(self, windows, order, kind, deaths=()):
        """Let the windows arrive in an order; returns everything that can be read afterwards."""
        with tempfile.TemporaryDirectory() as folder:
            opened = self.open(folder)
            world = World(opened, Path(folder) / "spool")
            for at, (number, death) in enumerate(itertools.zip_longest(order, deaths, fillvalue="")):
                values = {key: {"promised_on": text and on(text)} for key, text in windows[number].items()}
                spooled = world.read(number, values, kind=kind)
                self.die(world, spooled, death, at=100 + at)
                world.put(spooled, at=100 + at)
            story = self.tell(world, len(windows))
            opened.close()
            return story

    def open(self, folder):
        if self.backend == "sqlite":
            shutil.copy(self.source, Path(folder) / "ledger.db")
            return Ledger.open(f"sqlite:///{folder}/ledger.db")
        empty_postgres(self.source)
        return Ledger.open(self.source)

    def die(self, world, spooled, death, *, at):
        def fail(*_arguments, **_options):
            raise RuntimeError(death)

        if death == "close":
            with patch.object(writer, "close_window", fail), pytest.raises(RuntimeError):
                world.put(spooled, at=at)
        elif death == "links":
            try:
                world.put(spooled, at=at, subject_keys=fail)
            except RuntimeError:
                return

    def tell(self, world, days):
        known = {number: world.show("promised_on", known_by=day(number)) for number in range(days)}
        return {
            "now": world.show("promised_on"),
            "known": known,
            "moves": sorted(world.show_moves("promised_on"), key=str),
        }


@pytest.fixture
def nature(backend, request, monkeypatch):
    """Here runs die by exceptions, not by power cuts: nothing has to reach the disk."""
    monkeypatch.setattr(ledger, "PRAGMAS", (*ledger.PRAGMAS, "PRAGMA synchronous = OFF"))
    return Nature(backend, request)


def explore(backend):
    checks = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    return settings(max_examples=EXAMPLES[backend], suppress_health_check=checks, deadline=None)


def test_incremental_windows_may_come_in_any_order(nature, backend):
    @explore(backend)
    @given(make_plans(LISTING))
    def check(plan):
        windows, order, deaths = plan
        serial = nature.play(windows, range(len(windows)), WindowKind.INCREMENTAL)
        assert nature.play(windows, order, WindowKind.INCREMENTAL, deaths) == serial

    check()


def test_a_complete_window_that_comes_late_takes_its_place(nature, backend):
    @explore(backend)
    @given(make_plans(FULL))
    def check(plan):
        windows, order, deaths = plan
        serial = nature.play(windows, range(len(windows)), WindowKind.COMPLETE)
        late = [number for number in range(len(windows)) if number != order[0]] + [order[0]]
        assert nature.play(windows, late, WindowKind.COMPLETE, deaths) == serial

    check()


def test_the_newest_complete_window_says_what_is_there(nature, backend):
    @explore(backend)
    @given(make_plans(LISTING))
    def check(plan):
        windows, order, deaths = plan
        story = nature.play(windows, order, WindowKind.COMPLETE, deaths)
        newest = windows[-1]
        assert {key: value for key, value in story["now"].items() if key in newest} == newest

    check()


def test_dying_and_repeating_is_the_same_as_living(nature, backend):
    @explore(backend)
    @given(make_plans(LISTING), st.sampled_from([WindowKind.COMPLETE, WindowKind.INCREMENTAL, WindowKind.APPEND]))
    def check(plan, kind):
        windows, order, deaths = plan
        assert nature.play(windows, order, kind, deaths) == nature.play(windows, order, kind)

    check()
