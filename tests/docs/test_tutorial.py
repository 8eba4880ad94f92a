"""The tutorial does what it says: every file saved, every command typed, every output compared."""

import pytest

from tests.docs.pages import DOCS, Reader, read_blocks

pytestmark = pytest.mark.xdist_group("docs-tutorial")  # the page is followed once


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    """Somebody who has followed the whole tutorial."""
    reader = Reader(tmp_path_factory.mktemp("tutorial"))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(reader.folder)
        reader.follow(DOCS / "tutorial.md")
    return reader


def test_every_step_prints_what_the_page_says(reader):
    shown = [block for block in read_blocks(DOCS / "tutorial.md") if block.language == "console"]

    assert len(reader.done) >= len(shown) > 5


def test_the_draft_for_the_sponsor_is_where_the_page_says(reader):
    (draft,) = (reader.folder / "slipwatch-home" / "drafts").rglob("*.eml")

    assert "sponsor@example.org" in draft.read_text(encoding="utf-8")


def test_the_report_is_one_file_that_loads_nothing(reader):
    page = (reader.folder / "slipwatch-home" / "reports" / "2026-11-23.html").read_text(encoding="utf-8")

    assert "Lyon warehouse" in page
    assert "<script" not in page
    assert "http://" not in page.replace("http://www.w3.org/", "")
