"""German for what leaves to a supplier or a site: no text without its English one, and none of a rule's missing."""

from slipwatch.locales import Catalogue, find_gaps, open_kernel_catalogue, read_folder
from slipwatch.registry import find_catalogues, find_letters

OUTWARD = ("supply.", "schedule.", "scope.")
"""Families of rules whose findings concern suppliers and integrators."""


def read_all(folders, language):
    return {id: forms for folder in folders for id, forms in read_folder(folder, language).items()}


def test_every_german_text_has_its_english_one_with_the_same_fields():
    german = read_all(find_letters(), "de")
    english = {id: forms for id, forms in read_all(find_catalogues(), "en").items() if id in german}
    assert list(find_gaps({"de": german, "en": english})) == []


def test_findings_and_evidence_for_outsiders_are_complete_in_german():
    german, english = read_all(find_letters(), "de"), read_all(find_catalogues(), "en")
    outward = (*OUTWARD, "question.", "draft.", "mail.evidence.")
    missing = {id for id in english.keys() - german.keys() if id.startswith(outward)}
    assert missing == set()


def test_letters_alone_speak_german():
    assert Catalogue(find_letters()).choose_language("de") == "de"
    assert Catalogue(find_catalogues()).choose_language("de") == "en"
    assert open_kernel_catalogue().choose_language("de") == "en"
