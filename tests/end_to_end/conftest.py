"""The whole line at once: the sample programme replayed, and small programmes made for one test."""

import pytest

from tests.end_to_end.story import Story, replay


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """All 26 polls of the sample programme, played once, in this process, without Prefect."""
    return replay(tmp_path_factory.mktemp("story") / "demo", environ={})
