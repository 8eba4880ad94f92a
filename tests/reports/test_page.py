"""The file as a reader gets it: alone, inert, complete, in both languages."""

import re
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from functools import cache
from html.parser import HTMLParser

import pytest

from slipwatch.document.blocks import flatten
from slipwatch.document.markdown import render_markdown
from slipwatch.model.alert import Alert, Transition
from slipwatch.model.records import SourceRef
from slipwatch.reports import build_report, render_report
from slipwatch.reports.blocks import Chart, Fold, Grid, Page, Together
from slipwatch.reports.sections import build_pages, build_words
from tests.hostile import HOSTILE
from tests.reports import story

BOTH = pytest.mark.parametrize("language", ["en", "fr"])
DAYS = pytest.mark.parametrize("day", [story.MAY, story.JUNE], ids=["may", "june"])


class Reader(HTMLParser):
    """Elements with their attributes, and the words between them."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.elements, self.words, self.open = [], [], []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag):
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data):
        if self.open[-1:] != ["style"]:
            self.words.append(data)

    @property
    def text(self):
        return re.sub(r"\s+", " ", " ".join(self.words))


def read(given, language="en"):
    reader = Reader()
    reader.feed(render_report(given, story.open_catalogue(), language))
    reader.close()
    return reader


@BOTH
@DAYS
def test_file_loads_nothing_from_elsewhere_and_runs_nothing(day, language):
    reader = read(story.tell_story(day), language)
    tags = {tag for tag, _ in reader.elements}

    assert not tags & {"script", "link", "iframe", "object", "embed", "form", "base", "img", "image", "use", "video"}
    assert not [name for _, attributes in reader.elements for name in attributes if name.startswith("on")]
    assert not [attributes for _, attributes in reader.elements if {"src", "srcset", "xlink:href"} & attributes.keys()]
    style = (
        render_report(story.tell_story(day), story.open_catalogue(), language).split("<style>")[1].split("</style>")[0]
    )
    assert "url(" not in style
    assert "@import" not in style


def test_file_forbids_itself_to_load_or_run_anything():
    policies = [
        attributes["content"]
        for tag, attributes in read(story.tell_story(story.MAY)).elements
        if attributes.get("http-equiv") == "Content-Security-Policy"
    ]

    assert len(policies) == 1
    assert policies[0].startswith("default-src 'none';")
    assert "script" not in policies[0]


@BOTH
@DAYS
def test_every_text_is_translated(day, language):
    reader = read(story.tell_story(day), language)

    assert "report." not in reader.text
    assert not re.search(r"\{\w+[}:]", reader.text)
    assert "NaT" not in reader.text


def test_texts_are_complete_in_both_languages():
    assert story.open_catalogue().find_gaps() == ()


@BOTH
def test_same_facts_give_the_same_bytes(language):
    first, second = (render_report(story.tell_story(story.MAY), story.open_catalogue(), language) for _ in range(2))

    assert first == second


@DAYS
def test_links_inside_the_file_lead_somewhere(day):
    elements = read(story.tell_story(day)).elements
    anchors = {attributes["id"] for _, attributes in elements if "id" in attributes}
    links = {
        attributes["href"][1:] for tag, attributes in elements if tag == "a" and attributes["href"].startswith("#")
    }

    assert {"portfolio", "project-erp-core", "project-wms-dc", "project-sop-plan", "annex"} == links == anchors


def list_grids(parts):
    for part in parts:
        if isinstance(part, Grid):
            yield part
        elif isinstance(part, (Fold, Together)):
            yield from list_grids(part.parts)


def test_each_cell_carries_the_title_of_its_column_for_a_phone():
    given = story.tell_story(story.JUNE)
    pages = build_pages(given, build_words(given, story.open_catalogue(), "en"))
    titles = {column.title for page in pages for grid in list_grids(page.parts) for column in grid.columns}
    labels = {attributes["data-label"] for _, attributes in read(given).elements if "data-label" in attributes}

    assert labels <= titles
    assert "Baseline in force" in labels


def test_portfolio_says_what_moved_under_a_green_light():
    text = read(story.tell_story(story.JUNE)).text

    assert "1 project amber, 2 projects green" in text
    assert (
        "Against their original baselines 4 milestones ahead are late, by up to 65 working days (ERP go-live)" in text
    )


def test_stale_source_is_named_in_the_first_paragraph_and_in_the_table():
    given = story.tell_story(story.JUNE)
    sources = tuple(
        replace(source, is_stale=True, state="failed", cause="login page instead of data", age=11)
        if source.key == "WMS"
        else source
        for source in given.sources
    )
    text = read(replace(given, sources=sources)).text

    assert "1 source is out of date (WMS): what rests on it is not judged." in text
    assert "login page instead of data" in text
    assert "Out of date" in text


def test_quiet_week_is_said_aloud():
    given = replace(story.tell_story(story.JUNE), transitions=(), since=story.instant(story.JUNE, 5))
    text = read(given).text

    assert "Nothing: no alert opened, worsened or ended, and no milestone moved. All sources were read" in text


def test_silence_of_a_stale_source_is_not_called_checked():
    given = replace(story.tell_story(story.JUNE), transitions=(), since=story.instant(story.JUNE, 5))
    sources = tuple(replace(source, is_stale=True) for source in given.sources)

    assert "All sources were read" not in read(replace(given, sources=sources)).text


def test_first_report_counts_the_opening_inventory_and_lists_no_news():
    entry = replace(story.list_alerts(story.MAY)[-1], state=story.AlertState.INVENTORY)
    told = Transition(alert=entry, change=story.Change.INVENTORIED, at=entry.opened_at, joined=("story.overdue",))
    text = read(
        replace(story.tell_story(story.MAY), transitions=(told,), since=None, since_kind=story.SinceKind.START)
    ).text

    assert "What changed since the beginning" in text
    assert "Opening inventory, Receipt overdue: 1 entry" in text


def test_empty_programme_still_makes_a_report():
    at = story.instant(story.MAY)
    given = story.ReportInput(programme="Empty", at=at, recorded_at=at, zone=story.PARIS, zone_name="Europe/Paris")
    text = read(given).text

    assert "No alert is open." in text
    assert "None is approved yet: dates are not judged." in text


def spoil(value, text):
    """The same facts with every upstream text replaced; keys that the engine chose stay."""
    kept = {
        "key",
        "zone_name",
        "reason",
        "state",
        "rule",
        "concern",
        "entity",
        "kind",
        "promise_source",
        "unit",
        "url",
        "id",
    }
    if isinstance(value, (story.Message, Enum)):
        return value
    if isinstance(value, SourceRef):
        return replace(value, label=text, url=text)
    if is_dataclass(value):
        names = [field.name for field in fields(value) if field.init]
        changed = {
            name: text
            if isinstance(getattr(value, name), str) and name not in kept
            else spoil(getattr(value, name), text)
            for name in names
            if name not in kept and name not in {"at", "zone", "recorded_at", "language"}
        }
        return replace(value, **changed)
    if isinstance(value, tuple):
        return tuple(spoil(item, text) for item in value)
    if isinstance(value, dict):
        return {key: spoil(item, text) for key, item in value.items()}
    return value


def test_spoiling_reaches_every_place_where_upstream_text_is_printed():
    text = read(spoil(story.tell_story(story.JUNE), "zzhostile")).text

    for place in ("Regular running", "120 handhelds", "Room for operator training", "2026-02-30", "Telmar"):
        assert place not in text
    assert text.count("zzhostile") > 100


@cache
def list_calm_tags():
    return {tag for tag, _ in read(spoil(story.tell_story(story.JUNE), "plain")).elements}


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:40]))
def test_hostile_text_adds_no_element_and_no_address(text):
    hostile = read(spoil(story.tell_story(story.JUNE), text))

    assert {tag for tag, _ in hostile.elements} - list_calm_tags() <= {"a"}
    assert not [name for _, attributes in hostile.elements for name in attributes if name.startswith("on")]
    links = [attributes["href"] for tag, attributes in hostile.elements if tag == "a"]
    assert all(link.startswith(("#", "https://", "http://", "mailto:")) for link in links)


@DAYS
def test_neutral_blocks_say_the_same_for_other_media(day):
    document = build_report(story.tell_story(day), story.open_catalogue(), "en")
    markdown = render_markdown(document)

    for words in ("SIT exit", "Norvane project manager", "Hallstedt Fördertechnik", "data:image/svg+xml;base64,"):
        assert words in markdown


def test_every_part_of_every_page_is_known_to_the_page():
    given = story.tell_story(story.MAY)
    pages = build_pages(given, build_words(given, story.open_catalogue(), "en"))

    assert all(isinstance(page, Page) for page in pages)
    assert sum(isinstance(part, Chart) for page in pages for part in page.parts) == 3
    assert [flatten((page.mark,)) if page.mark else "" for page in pages] == ["", "Red", "Red", "Green", ""]


def test_alert_panel_shows_who_is_asked_what_and_the_proof():
    text = read(story.tell_story(story.MAY)).text
    panel = text[text.index("Open alerts") :]

    for words in ("ERP go-live", "Asked of", "Sponsor", "Ask for the cause and a recovery date.", "The plan states"):
        assert words in panel


def test_frozen_alert_says_that_it_stands_as_last_known():
    given = story.tell_story(story.MAY)
    core = given.projects[0]
    alerts = tuple(replace(alert, frozen=True) for alert in core.alerts)
    frozen = read(replace(given, projects=(replace(core, alerts=alerts), *given.projects[1:])))

    assert all(isinstance(alert, Alert) for alert in alerts)
    assert "it stands as last known" in frozen.text
