"""The check of the how-to: its package builds, its cases pass, a run applies it."""

import pytest

from tests.docs.packages import Workshop
from tests.docs.pages import DOCS

pytestmark = pytest.mark.xdist_group("docs-add-a-check")  # the page is followed once


@pytest.fixture(scope="module")
def workshop(tmp_path_factory):
    """Somebody who has followed the whole page, beside a starter configuration."""
    workshop = Workshop(tmp_path_factory.mktemp("slipwatch-procurement"))
    workshop.type("slipwatch init")
    workshop.follow(DOCS / "add-a-check.md")
    return workshop


def test_everything_on_the_page_works(workshop):
    assert workshop.done[-1] == "slipwatch inventory list --each"


def test_the_words_of_the_package_reach_the_reader(workshop):
    said = workshop.type("slipwatch alerts show 4500000101/10")

    assert "9 working days of notice, 15 working days agreed" in said
    assert "faster delivery" in said


def test_a_threshold_with_a_wrong_unit_stops_with_its_place(workshop):
    path = workshop.folder / "config" / "tolerances.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("notice_wd", "notice_days"), encoding="utf-8")
    try:
        said = workshop.fail("slipwatch run")
    finally:
        path.write_text(text, encoding="utf-8")

    assert "tolerances.yaml" in said
    assert "notice_wd" in said
