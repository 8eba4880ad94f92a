"""The drop folder of all 26 polls, written once."""

from pathlib import Path

import pytest

from slipwatch.sample.programme import POLLS, write_poll
from tests.sample.reference_judge import Judge


@pytest.fixture(scope="session")
def drop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("drop")
    for poll in POLLS:
        write_poll(folder, poll.number)
    return folder


@pytest.fixture(scope="session", params=[2026, 7])
def judge(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Judge:
    """A judge that has seen every poll, for the story's seed and for another."""
    folder = tmp_path_factory.mktemp(f"judged-{request.param}")
    judge = Judge(folder)
    for poll in POLLS:
        write_poll(folder, poll.number, request.param)
        judge.judge(poll)
    return judge
