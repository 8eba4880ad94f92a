"""The page of the first week does what it says, on the sample programme's own files."""

import pytest

from slipwatch.settings import FILES, load_settings
from tests.docs.pages import DOCS, Reader, build_pattern, read_blocks

PAGE = DOCS / "week-one.md"
pytestmark = pytest.mark.xdist_group("docs-week-one")  # the page is followed once


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    """Somebody who has followed the whole page."""
    reader = Reader(tmp_path_factory.mktemp("week-one"))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(reader.folder)
        reader.follow(PAGE)
    return reader


def test_every_step_prints_what_the_page_says(reader):
    assert len(reader.done) == 3


def test_the_configuration_that_is_written_is_the_one_that_is_shown(reader):
    settings = load_settings(reader.folder / "config", {})
    (shown,) = [block.text for block in read_blocks(PAGE) if block.language == "text"]
    written = (reader.folder / "config" / "sources.yaml").read_text(encoding="utf-8")

    assert set(FILES) == {path.name for path in (reader.folder / "config").glob("*.yaml")}
    assert settings.programme.programme.name == "Confluence"
    assert build_pattern(shown).search(written)


def test_the_report_has_trend_charts_and_the_inventory(reader):
    page = (reader.folder / "slipwatch-home" / "reports" / "2026-01-05.html").read_text(encoding="utf-8")

    assert "<svg" in page
    assert "4500026500/10" in page


def test_the_recorded_session_is_of_this_command(reader):
    picture = (DOCS / "pictures" / "week-one.svg").read_text(encoding="utf-8")

    for words in ("start", "EC-10", "opening", "Kestrix"):
        assert words in picture
    assert "font-face" not in picture
