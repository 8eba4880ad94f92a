"""Two runs of one programme: the second waits its turn, and one that was overtaken concludes nothing."""

from datetime import timedelta
from pathlib import Path

import pytest

from slipwatch.engine import run as engine_run
from slipwatch.engine.run import hold_lease, run_once
from slipwatch.errors import LeaseError
from slipwatch.store.alerts import read_transitions
from slipwatch.store.outbox import list_messages
from tests.end_to_end.small import BASELINE, Small, write_config


@pytest.fixture
def small(tmp_path: Path) -> Small:
    """After its first run, with a milestone that has slipped since."""
    small = Small(tmp_path / "programme")
    write_config(small.config, rules=("schedule.milestone_slip",))
    small.approve()
    for weeks in (0, 5):
        small.drop_plan(
            f"{key};{key};CORE;{day + timedelta(weeks=weeks if key == 'M2' else 0)};;open"
            for key, day in BASELINE.items()
        )
        small.drop_orders(["4500000001;10;0001;CORE;2027-04-01;2027-04-01;5;0"])
        if weeks == 0:
            small.run()
            small.wait(weeks=1)
    return small


def count_told(small: Small) -> tuple[int, int]:
    """Transitions and messages in the ledger."""
    programme = small.open()
    told = len(read_transitions(programme.ledger)), len(list_messages(programme.ledger))
    programme.close()
    return told


def test_a_second_run_is_refused_while_one_lasts(small: Small) -> None:
    first = small.open()
    with hold_lease(first):
        with pytest.raises(LeaseError, match="running until"):
            small.run()
        assert count_told(small) == (0, 0)
    first.close()
    small.run()
    assert count_told(small) == (1, 1)


def test_a_run_that_slept_through_its_lease_concludes_nothing(small: Small, monkeypatch) -> None:
    """The lid of a laptop is closed in the middle of a run; the next one has done everything before it wakes up."""
    assess, slept = engine_run.assess, []

    def assess_slowly(*given):
        judgement = assess(*given)
        if not slept:
            slept.append(judgement)
            small.wait(hours=1)
            small.run()
        return judgement

    monkeypatch.setattr(engine_run, "assess", assess_slowly)
    sleeper = small.open()
    with pytest.raises(LeaseError, match="this run must stop"):
        run_once(sleeper)
    sleeper.close()
    assert count_told(small) == (1, 1), "told once, by the run that overtook"
    assert len(list((small.home / "mails").iterdir())) == 1


def test_the_lease_is_free_again_after_a_run(small: Small) -> None:
    small.run()
    small.run()
    assert count_told(small) == (1, 1)
