"""The pack of the sample programme three days before its committee, as its ledger gives it."""

import pytest

from slipwatch.engine.packing import write_pack
from slipwatch.sample.programme import POLLS
from tests.document import packs
from tests.end_to_end.story import Story

BEFORE_COMMITTEE = POLLS[20].at
"""25 May 2026, 06:00 in Paris: the committee meets on the 28th."""


@pytest.fixture(scope="module")
def files(story: Story, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pack")
    programme = story.open()
    found = write_pack(programme, "ERP-CORE", language="fr", output=folder, at=BEFORE_COMMITTEE)
    programme.close()
    return found


@pytest.fixture(scope="module")
def slides(files):
    return [text.replace("\u00a0", " ") for text in packs.read_slides(files.slides.read_bytes())]


def test_status_is_red_because_of_time_and_says_why(slides):
    assert "Rouge | En raison de : Délais." in slides[0]
    assert "ERP go-live : Désormais prévu le 1 oct. 2026, soit 65 jours ouvrés après la référence 1" in slides[0]


def test_the_two_moves_that_the_integrator_made_silently_are_there(slides):
    assert "SIT exit" in slides[1]
    assert "TRK" in slides[1]
    assert "2 reports sans demande de modification" in slides[2]


def test_waiting_change_requests_of_the_gates_are_the_decisions_requested(slides):
    assert slides[2].index("CR-023") < slides[2].index("CR-022") < slides[2].index("SIT exit")


def test_only_what_was_known_on_that_day_is_said(slides):
    """The acceptance of 17 June and the second baseline were not known yet."""
    assert "accepté le 17 juin" not in "".join(slides)
    assert "référence 2" not in "".join(slides)


def test_changes_count_from_the_committee_of_april(slides):
    assert any("Ce qui a changé depuis le comité du 30 avr. 2026" in text for text in slides)


def test_document_and_page_say_the_same(files):
    document = packs.read_document(files.document.read_bytes()).replace("\u00a0", " ")
    page = files.page.read_text(encoding="utf-8").replace("\u00a0", " ")

    for text in (document, page):
        assert "CR-023" in text
        assert "65 jours ouvrés après la référence 1" in text
        assert "Ce qui a changé depuis le comité du 30 avr. 2026" in text
