"""What the pack of a committee says: the facts of one project, in both languages, and nothing that nobody judged."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from slipwatch.document import blocks as b
from slipwatch.document.pieces import TablePiece, TextPiece, list_pieces
from slipwatch.model.finding import Concern
from slipwatch.reports.facts import RequestFacts
from slipwatch.reports.given import ReplyFacts
from slipwatch.reports.pack import build_pack, narrow, render_pack
from tests.document.reading import read_html
from tests.hostile import HOSTILE
from tests.reports import story

KEYS = ["status", "milestones", "trend", "decisions", "suppliers", "actions", "changes", "unjudged"]
CHANGE = RequestFacts(
    kind="change_request",
    label="CR-023",
    name="ERP go-live to October",
    raised_on=date(2026, 5, 22),
    waiting_wd=1,
    items=("EC-60",),
    new_date=date(2026, 10, 1),
    amount=Decimal(28_450),
    currency="EUR",
)
QUESTION = RequestFacts(
    kind="decision",
    label="DEC-31",
    name="Second shift during ramp-up?",
    asked_of="sponsor",
    needed_by=date(2026, 5, 20),
    waiting_wd=3,
)


def tell(day=story.MAY, key="ERP-CORE", **changed):
    given = story.tell_story(day)
    projects = tuple(replace(one, **changed) if one.key == key else one for one in given.projects)
    return replace(given, projects=projects)


def build(day=story.MAY, key="ERP-CORE", language="en", **changed):
    return build_pack(tell(day, key, **changed), key, story.open_catalogue(), language)


def read(pack, key):
    """The words of one section, blanks and line ends as one."""
    section = next(section for section in pack.sections if section.key == key)
    found = []
    for piece in list_pieces(section.blocks):
        if isinstance(piece, TablePiece):
            found += [cell.text for row in (piece.head, *piece.rows) for cell in row]
        elif isinstance(piece, TextPiece):
            found += [line.text for line in piece.lines]
    return " ".join(" ".join(map(b.flatten, found)).replace("\u00a0", " ").split())


def test_sections_stand_in_the_order_in_which_a_committee_reads_them():
    assert [section.key for section in build().sections] == KEYS


@pytest.mark.parametrize(
    ("language", "verdict", "why"),
    [("en", "Red Because of: Time.", "65 working days after the baseline date of 1 Jul 2026"),
     ("fr", "Rouge En raison de : Délais.", "65 jours ouvrés après la date de référence du 1 juil. 2026")],
)  # fmt: skip
def test_status_says_the_light_as_a_word_and_why(language, verdict, why):
    text = read(build(language=language), "status")

    assert verdict in text
    assert why in text


def test_claim_of_the_project_stands_beside_the_computed_light():
    assert "Claimed by the project: Green." in read(build(claimed="Green"), "status")


def test_nothing_judged_is_grey_with_its_reason_and_never_green():
    pack = build(dimensions=(), alerts=(), milestones=())
    text = read(pack, "status")

    assert text.startswith("Grey ")
    assert "Green" not in text
    assert pack.words["light"] == "Grey"


def test_what_could_not_be_judged_is_listed_with_its_reason():
    text = read(build(story.JUNE, "WMS-DC"), "unjudged")

    assert "not practised here" in text
    assert "no scope freeze" in text
    assert "PLAN" in text
    assert "26 Jun 2026" in text


def test_milestones_that_moved_stand_against_both_baselines_with_their_last_move():
    text = read(build(story.JUNE, "WMS-DC"), "milestones")

    assert "DC go-live · gate" in text
    assert "+59" in text
    assert "22 May 2026: +84 d, PLAN" in text


def test_chart_has_the_lines_of_the_milestones_that_moved_and_their_baselines():
    (chart,) = next(section for section in build().sections if section.key == "trend").blocks

    assert isinstance(chart, b.DateChart)
    assert {line.name for line in chart.lines} == {"ERP go-live", "UAT exit", "SIT exit", "Migration rehearsal two"}
    assert all(line.targets for line in chart.lines)


class TestDecisions:
    def test_change_request_has_the_alert_that_names_it_as_its_reason(self):
        text = read(build(requests=(CHANGE,)), "decisions")

        assert "CR-023 ERP go-live to October" in text
        assert "change request · new date 1 Oct 2026 · €28,450" in text
        assert "asked on 22 May 2026, 1 working day ago" in text
        assert text.count("Expected on 1 Oct 2026") == 1

    def test_question_of_the_register_says_how_late_its_answer_is(self):
        text = read(build(requests=(QUESTION,)), "decisions")

        assert "Second shift during ramp-up?" in text
        assert "by 20 May 2026 3 working days late" in text
        assert "Sponsor" in text

    def test_gate_beyond_its_tolerance_is_asked_about_although_nobody_entered_it(self):
        assert "UAT exit" in read(build(), "decisions")

    def test_alert_that_is_no_matter_for_a_committee_is_not_asked_about(self):
        assert "No decision is requested" in read(build(story.JUNE, "SOP-PLAN"), "decisions")

    def test_most_days_at_stake_come_first(self):
        text = read(build(requests=(QUESTION, CHANGE)), "decisions")

        assert text.index("CR-023") < text.index("UAT exit") < text.index("Second shift")


class TestReplies:
    REPLY = ReplyFacts(
        subject="EC-40",
        concern=Concern.TIME,
        role="norvane",
        said_on=date(2026, 5, 24),
        text="Test data came late.",
    )
    SAID = "Norvane project manager replied on 24 May 2026: “Test data came late.”"

    def build(self, **changed):
        given = replace(tell(), replies=(self.REPLY,), **changed)
        return build_pack(given, "ERP-CORE", story.open_catalogue(), "en")

    @pytest.mark.parametrize("key", ["status", "decisions"])
    def test_answer_prints_beside_the_finding(self, key):
        assert self.SAID in read(self.build(), key)

    def test_answer_of_a_supplier_has_a_column_of_its_own(self):
        reply = replace(
            self.REPLY,
            subject="4500032502/20",
            concern=Concern.SUPPLY,
            role="kestrix",
            said_on=date(2026, 6, 26),
            text="Shipped today.",
        )
        given = story.tell_story(story.JUNE)
        projects = tuple(replace(one, supply=keyed(one.supply)) for one in given.projects)
        pack = build_pack(replace(given, projects=projects, replies=(reply,)), "WMS-DC", story.open_catalogue(), "en")

        assert "Kestrix project manager replied on 26 Jun 2026: “Shipped today.”" in read(pack, "suppliers")

    def test_without_answers_there_is_no_column_for_them(self):
        assert "Reply" not in read(build(story.JUNE, "WMS-DC"), "suppliers")


def keyed(supply):
    return replace(supply, lines=tuple(replace(line, key=line.label) for line in supply.lines))


def test_suppliers_are_exceptions_in_full_and_the_rest_as_counts():
    text = read(build(story.JUNE, "WMS-DC"), "suppliers")

    assert "4500032502/20" in text
    assert "overdue" in text
    assert "4500030240/30" not in text
    assert "148 received" in text


def test_overdue_actions_leave_decisions_to_their_own_section():
    text = read(build(story.JUNE, "WMS-DC"), "actions")

    assert "ACT-118 Room for operator training" in text
    assert "Second shift" not in text


def test_changes_are_those_of_the_project_since_the_last_time():
    pack = build()
    (changes,) = (section for section in pack.sections if section.key == "changes")

    assert changes.title == "What changed since the committee of 30 Apr 2026"
    assert "UAT exit" in read(pack, "changes")
    assert "WD-50" not in read(pack, "changes")


def test_nothing_of_another_project_is_said():
    text = " ".join(read(build(key="WMS-DC"), key) for key in KEYS)

    assert "DC go-live" in text
    assert "UAT exit" not in text
    assert "SOP-PLAN" not in text
    with pytest.raises(KeyError):
        narrow(story.tell_story(story.MAY), "NO-SUCH")


def test_notes_name_every_source_with_its_age_and_the_configuration():
    (status, *_) = build().sections
    notes = " ".join(status.notes).replace("\u00a0", " ")

    assert "Source PLAN (Steering plan): data of 22 May 2026, 17:00, 1 working day old" in notes
    assert "configuration" in notes
    assert "red, amber, grey, green" in notes


def test_template_is_offered_as_of_and_age_of_the_oldest_data():
    words = build().words

    assert "25 May 2026" in words["as_of"]
    assert words["data_age"].endswith("22 May 2026".replace(" ", "\u00a0"))
    assert words["footer"] == "Confluence · Sources: PLAN, ERP, TRK, SUP, WMS, LOG"


def test_source_that_is_out_of_date_is_named_on_every_slide():
    given = tell()
    sources = tuple(replace(source, is_stale=source.key == "TRK") for source in given.sources)
    pack = build_pack(replace(given, sources=sources), "ERP-CORE", story.open_catalogue(), "en")

    assert "out of date: TRK" in pack.words["subtitle"]


class TestPage:
    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_page_stands_alone_and_says_the_same(self, language):
        page = render_pack(tell(), "ERP-CORE", story.open_catalogue(), language)

        assert f'<html lang="{language}"' in page
        assert page.count('<section class="page"') == len(KEYS)
        assert "default-src &#39;none&#39;" in page
        assert "SIT exit" in read_html(page).text

    @pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:40]))
    def test_hostile_texts_are_texts(self, text):
        request = replace(QUESTION, name=text, label=text)
        reply = replace(TestReplies.REPLY, text=text, role=text)
        given = replace(tell(requests=(request,), claimed=text), replies=(reply,))
        page = render_pack(given, "ERP-CORE", story.open_catalogue(), "en")
        allowed = {"<header>", "<footer>", "<dl>", "<dt>", "<dd>", "<small>", "<code>", "<ol>"}
        dangers = [danger for danger in read_html(page).dangers if danger not in allowed]

        assert "<script" not in page.lower()
        assert "<img" not in page.lower()
        assert [danger for danger in dangers if "evil" in danger or "alert" in danger] == []
