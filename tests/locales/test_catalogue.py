"""Texts by id: the same in every language, filled with figures and dates as each language writes them."""

import ast
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import slipwatch
from slipwatch.locales import Catalogue, find_gaps, open_kernel_catalogue, read_folder
from slipwatch.locales.formats import count_form, format_value
from slipwatch.model.alert import Change
from slipwatch.model.finding import Concern, GreyReason, Message, Severity
from slipwatch.registry import find_catalogues
from tests.hostile import HOSTILE

NARROW, WIDE = "\u202f", "\u00a0"
APRIL = date(2026, 4, 13)

EN = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "late"
msgid_plural "late.plural"
msgstr[0] "{name} is {count} day late"
msgstr[1] "{name} is {count} days late"

msgid "only.english"
msgstr "said in English"

msgid "open"
msgstr "{word:word} {missing}"

msgid "word.critical"
msgstr "critical"
"""

FR = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=2; plural=(n > 1);\\n"

msgid "late"
msgid_plural "late.plural"
msgstr[0] "{name} a {count} jour de retard"
msgstr[1] "{name} a {count} jours de retard"

msgid "word.critical"
msgstr "critique"
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "en.po").write_text(EN, encoding="utf-8")
    (tmp_path / "fr.po").write_text(FR, encoding="utf-8")
    return tmp_path


@pytest.fixture
def catalogue(folder):
    return Catalogue([folder])


kernel = open_kernel_catalogue()


class TestTranslate:
    @pytest.mark.parametrize(
        ("language", "count", "text"),
        [
            ("en", 0, "SIT is 0 days late"),
            ("en", 1, "SIT is 1 day late"),
            ("en", 2, "SIT is 2 days late"),
            ("fr", 0, "SIT a 0 jour de retard"),
            ("fr", 1, "SIT a 1 jour de retard"),
            ("fr", 2, "SIT a 2 jours de retard"),
            ("fr-CA", 2, "SIT a 2 jours de retard"),
            ("de", 2, "SIT is 2 days late"),
        ],
    )
    def test_plural_of_the_language(self, catalogue, language, count, text):
        message = Message(id="late", arguments={"name": "SIT", "count": count}, plural="count")

        assert catalogue.translate(message, language) == text

    def test_text_that_a_language_lacks_is_said_in_english_and_one_that_nobody_has_as_its_id(self, catalogue):
        assert catalogue.translate(Message(id="only.english"), "fr") == "said in English"
        assert catalogue.translate(Message(id="no.such.text"), "fr") == "no.such.text"

    def test_argument_that_is_missing_shows_its_field_and_never_stops_a_mail(self, catalogue):
        assert catalogue.translate(Message(id="open", arguments={"word": "critical"}), "en") == "critical {missing}"

    @pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:40]))
    def test_argument_is_never_a_template(self, catalogue, text):
        message = Message(id="late", arguments={"name": text, "count": 2}, plural="count")

        assert catalogue.translate(message, "en") == f"{text} is 2 days late"

    def test_value_without_a_word_is_shown_as_it_is(self, catalogue):
        message = Message(id="open", arguments={"word": "unheard_of", "missing": "x"})

        assert catalogue.translate(message, "fr") == "unheard_of x"

    def test_later_folder_wins(self, folder, tmp_path):
        own = tmp_path / "own"
        own.mkdir()
        (own / "en.po").write_text('msgid "only.english"\nmsgstr "said in our words"\n', encoding="utf-8")

        assert Catalogue([folder, own]).translate(Message(id="only.english"), "en") == "said in our words"

    def test_languages_are_those_of_the_files(self, catalogue):
        assert catalogue.languages == ("en", "fr")
        assert [catalogue.choose_language(code) for code in ("fr", "fr_FR", "FR", "de", "")] == [
            "fr",
            "fr",
            "fr",
            "en",
            "en",
        ]


class TestFormats:
    @pytest.mark.parametrize(
        ("value", "kind", "en", "fr"),
        [
            (APRIL, "", "13 Apr 2026", "13 avr. 2026"),
            (APRIL, "long", "13 April 2026", "13 avril 2026"),
            (APRIL, "short", "13/04/2026", "13/04/2026"),
            (APRIL, "weekday", "Monday, 13 April 2026", "lundi 13 avril 2026"),
            (1234567, "", "1,234,567", f"1{NARROW}234{NARROW}567"),
            (Decimal("1234.50"), "", "1,234.5", f"1{NARROW}234,5"),
            (0.1 + 0.2, "", "0.3", "0,3"),
            (9, "signed", "+9", "+9"),
            (-3, "signed", "-3", "-3"),
            (0, "signed", "0", "0"),
            (15, "percent", "15%", f"15{WIDE}%"),
            (-61.02, "percent", "-61%", f"-61{WIDE}%"),
            (None, "", "–", "–"),
            (None, "long", "–", "–"),
            (float("nan"), "", "–", "–"),
            ("SIT exit", "", "SIT exit", "SIT exit"),
        ],
    )
    def test_figures_and_dates(self, value, kind, en, fr):
        shown = format_value(value, kind=kind, language="fr").replace(" %", f"{WIDE}%")

        assert format_value(value, kind=kind, language="en") == en
        assert shown == fr

    @pytest.mark.parametrize(
        ("amount", "currency", "en", "fr"),
        [
            (28450, "EUR", "€28,450", f"28{NARROW}450{WIDE}€"),
            (Decimal("28450.5"), "EUR", "€28,450.50", f"28{NARROW}450,50{WIDE}€"),
            (28450.0, "CHF", f"CHF{WIDE}28,450", f"28{NARROW}450{WIDE}CHF"),
        ],
    )
    def test_money(self, amount, currency, en, fr):
        assert format_value(amount, kind="money", currency=currency, language="en") == en
        assert format_value(amount, kind="money", currency=currency, language="fr") == fr

    def test_instant_is_shown_in_the_readers_zone(self):
        moment = datetime(2026, 4, 13, 4, tzinfo=UTC)

        assert format_value(moment, language="fr", zone=ZoneInfo("Europe/Paris")) == "13 avr. 2026, 06:00"
        assert format_value(moment, language="en", zone=ZoneInfo("Asia/Kolkata")) == "13 Apr 2026, 09:30"

    @given(
        st.one_of(st.integers(), st.decimals(allow_nan=False, allow_infinity=False), st.floats(allow_infinity=False))
    )
    def test_plural_form_is_always_one_of_them(self, number):
        assert count_form(number, "fr", 2) in (0, 1)
        assert count_form(number, "en", 1) == 0

    @pytest.mark.parametrize(
        ("value", "unit", "en", "fr"),
        [
            (9, "wd", "9 working days", "9 jours ouvrés"),
            (1.0, "wd", "1 working day", "1 jour ouvré"),
            (1.5, "d", "1.5 days", "1,5 jour"),
            (14, "items", "14 items", "14 éléments"),
            (15, "%", "15%", f"15{WIDE}%"),
            (28450, "EUR", "€28,450", f"28{NARROW}450{WIDE}€"),
            (3, "", "3", "3"),
            (None, "wd", "–", "–"),
        ],
    )
    def test_figure_with_its_unit(self, value, unit, en, fr):
        assert kernel.measure(value, unit, "en") == en
        assert kernel.measure(value, unit, "fr").replace(" %", f"{WIDE}%") == fr


class TestGaps:
    def test_sound_catalogue_has_none(self, folder):
        (folder / "fr.po").write_text(EN, encoding="utf-8")

        assert Catalogue([folder]).find_gaps() == ()

    def test_missing_text_other_fields_and_a_lonely_plural_are_named(self):
        en = {"a": ("{x} day", "{x} days"), "b": ("b",), "c": ("{x}",)}
        fr = {"a": ("{x} jours",), "c": ("{y}",)}

        gaps = list(find_gaps({"en": en, "fr": fr}))

        assert gaps == [
            "a: a plural in one language only",
            "b: no text in fr",
            "c: fields differ: en ['x']; fr ['y']",
        ]


@pytest.mark.parametrize("folder", find_catalogues(), ids=str)
def test_every_registered_catalogue_says_the_same_in_every_language(folder):
    assert Catalogue([folder]).find_gaps() == ()


@pytest.mark.parametrize(
    "id",
    [
        *(f"word.{change}" for change in Change),
        *(f"count.{change}" for change in Change if change is not Change.INVENTORIED),
        *(f"word.{severity.name.lower()}" for severity in Severity),
        *(f"word.{concern}" for concern in Concern),
        *(f"word.{side}" for side in ("owner", "integrator", "supplier", "pmo")),
        *(f"grey.{reason}" for reason in GreyReason),
        *(f"unit.{unit}" for unit in ("wd", "d", "items")),
    ],
)
def test_every_value_of_the_model_has_its_word(id):
    assert kernel.has(id)


def _find_said(root):
    """Ids that the kernel says literally, with the file that says them."""
    for path in sorted(Path(root).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "say" and node.args:
                said = node.args[0]
                if isinstance(said, ast.Constant):
                    yield path.name, said.value
                elif isinstance(said, ast.IfExp):
                    yield from ((path.name, each.value) for each in (said.body, said.orelse))


def test_every_text_that_the_mails_say_exists():
    said = set(_find_said(Path(slipwatch.__file__).parent / "alerts"))

    assert len(said) > 40
    assert {(name, id) for name, id in said if not kernel.has(id)} == set()


def test_no_text_is_left_that_nothing_says():
    """Ids are literal, or begin with a prefix that the code completes."""
    code = "\n".join(path.read_text(encoding="utf-8") for path in Path(slipwatch.__file__).parent.rglob("*.py"))
    prefixes = ("word.", "grey.", "unit.", "subject.", "count.", "mail.counter.", "mail.section.", "mail.column.")
    built = ("mail.subject.", "mail.headline.")
    texts = read_folder(kernel.folders[0], "en")

    unused = {id for id in texts if not id.startswith((*prefixes, *built)) and f'"{id}"' not in code}
    assert {id for id in unused if f"'{id}'" not in code} == set()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_french_sets_its_blanks_and_english_does_not(language):
    texts = [form for forms in read_folder(kernel.folders[0], language).values() for form in forms]
    before_colon = [
        text for text in texts if re.search(rf"[^{WIDE}{NARROW}][:;?!](\s|$)", re.sub(r"\{[^}]*\}", "x", text))
    ]

    assert (before_colon == []) is (language == "fr"), before_colon
