"""The connector of the how-to: its package builds, its tests pass, Slipwatch finds it."""

import pytest

from tests.docs.packages import Workshop
from tests.docs.pages import DOCS

pytestmark = pytest.mark.xdist_group("docs-add-a-connector")  # the page is followed once


@pytest.fixture(scope="module")
def workshop(tmp_path_factory):
    """Somebody who has followed the whole page, beside a starter configuration."""
    workshop = Workshop(tmp_path_factory.mktemp("slipwatch-gatebook"), environ={"GATEBOOK_KEY": "sentinel-gatebook"})
    workshop.type("slipwatch init")
    workshop.follow(DOCS / "add-a-connector.md")
    return workshop


def test_everything_on_the_page_works(workshop):
    assert [line for line in workshop.done if "pytest" in line]
    assert workshop.done[-1] == "slipwatch doctor --offline"


def test_the_whole_conformance_suite_was_asked(workshop):
    listed = workshop.type("python -m pytest --collect-only --quiet")

    assert listed.count("TestConformance::") > 50


def test_a_secret_in_the_file_is_refused_with_the_place(workshop):
    path = workshop.folder / "config" / "sources.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("env:GATEBOOK_KEY", "sentinel-gatebook"), encoding="utf-8")
    try:
        said = workshop.fail("slipwatch doctor --offline")
    finally:
        path.write_text(text, encoding="utf-8")

    assert "sources.yaml" in said
    assert "key" in said
