"""The pack as LibreOffice prints it: no word leaves its shape or the page, and no section is empty.

Both languages, our template and a foreign one (4:3, other fonts), calm facts, crowded ones and hostile ones.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from PIL import Image
from pptx import Presentation

from slipwatch.document.docx import render_docx
from slipwatch.document.slides import render_slides
from slipwatch.document.slides.template import EMU, walk_shapes
from slipwatch.reports.pack import build_pack
from tests.document import templates
from tests.hostile import MARKUP, TEMPLATES
from tests.reports import story
from tests.reports.test_pack import CHANGE, QUESTION, tell

PAGE = re.compile(r'<page width="([\d.]+)" height="([\d.]+)">(.*?)</page>', re.DOTALL)
WORD = re.compile(r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>')
SLACK = 2.5
"""Points by which the ink of a letter may pass the box that was measured for it."""

LONG = "Report de la mise en production du lot commandes et encaissements, arbitrage attendu du comité. " * 4
LANGUAGES = ("en", "fr")


@dataclass(frozen=True)
class Printed:
    """A filled template and its pages as printed: size, and words with left, top, right, bottom in points."""

    deck: object
    pages: list
    pictures: list


def crowd(language):
    """More decisions, lines and actions than slides have room for, with long texts."""
    given = tell(story.JUNE, "WMS-DC")
    (project,) = (one for one in given.projects if one.key == "WMS-DC")
    asked = tuple(replace(QUESTION, label=f"DEC-{number}", name=LONG) for number in range(40))
    lines = tuple(replace(project.supply.lines[0], label=f"45000{number}", name=LONG) for number in range(60))
    actions = tuple(replace(project.actions[0], label=f"ACT-{number}", name=LONG) for number in range(30))
    busy = replace(project, requests=asked, supply=replace(project.supply, lines=lines), actions=actions, claimed=LONG)
    return build_pack(replace(given, projects=(busy,)), "WMS-DC", story.open_catalogue(), language)


def attack(language):
    """Texts that are markup, placeholders, or one word of five thousand letters."""
    asked = tuple(replace(QUESTION, label=text[:40], name=text) for text in (*MARKUP, *TEMPLATES))
    given = tell(requests=asked, name="W" * 300, claimed="a" * 5000)
    return build_pack(given, "ERP-CORE", story.open_catalogue(), language)


def calm(language):
    return build_pack(tell(requests=(CHANGE, QUESTION)), "ERP-CORE", story.open_catalogue(), language)


FACTS = {"calm": calm, "crowded": crowd, "hostile": attack}
TEMPLATE = {"ours": None, "foreign": templates.build_foreign()}
CASES = [(facts, name, language) for facts in FACTS for name in TEMPLATE for language in LANGUAGES]


@pytest.fixture(scope="module")
def printed(office, tmp_path_factory):
    """Every case, printed in one call."""
    folder = tmp_path_factory.mktemp("printed")
    paths = {}
    for case in CASES:
        facts, name, language = case
        paths[case] = folder / f"{'-'.join(case)}.pptx"
        paths[case].write_bytes(render_slides(FACTS[facts](language), TEMPLATE[name]).data)
    office.print_files(folder, *paths.values())
    return {case: read_printed(office, path) for case, path in paths.items()}


def read_printed(office, path):
    pdf = path.with_suffix(".pdf")
    return Printed(Presentation(str(path)), list(read_pages(office, pdf)), office.draw_pages(pdf))


def read_pages(office, pdf) -> Iterator[tuple]:
    for width, height, body in PAGE.findall(office.read_words(pdf)):
        words = [(*map(float, box), html.unescape(text)) for *box, text in WORD.findall(body)]
        yield float(width), float(height), words


def list_boxes(slide):
    """Rectangles of a slide's shapes in points, by name."""
    boxes = []
    for shape, is_grouped in walk_shapes(slide.shapes):
        if not is_grouped and shape.width:
            left, top, width, height = (value / EMU for value in (shape.left, shape.top, shape.width, shape.height))
            boxes.append((shape.name, left, top, left + width, top + height))
    return boxes


def is_inside(word, box):
    _, left, top, right, bottom = box
    x1, y1, x2, y2, _ = word
    middle = (y1 + y2) / 2
    return left - SLACK <= x1 and x2 <= right + SLACK and top - SLACK <= middle <= bottom + SLACK


@pytest.mark.parametrize("case", CASES, ids="-".join)
def test_every_word_is_inside_its_shape_and_on_the_page(printed, case):
    one = printed[case]
    slides = list(one.deck.slides)

    assert len(one.pages) == len(slides)
    for slide, (width, height, words) in zip(slides, one.pages, strict=True):
        boxes = list_boxes(slide)
        assert words
        for word in words:
            assert word[0] >= 0 and word[2] <= width + SLACK and word[1] >= 0 and word[3] <= height + SLACK, word  # noqa: PT018
            assert any(is_inside(word, box) for box in boxes), (case, slides.index(slide) + 1, word)


@pytest.mark.parametrize("case", CASES, ids="-".join)
def test_no_section_is_empty(printed, case):
    one = printed[case]
    for slide, (_, _, words) in zip(one.deck.slides, one.pages, strict=True):
        own = [box for box in list_boxes(slide) if box[0].startswith("slipwatch ")]
        for box in own:
            assert any(is_inside(word, box) for word in words), (case, box)


@pytest.mark.parametrize("case", CASES, ids="-".join)
def test_every_page_has_ink_between_title_and_footer(printed, case):
    for path in printed[case].pictures:
        picture = Image.open(path).convert("L")
        width, height = picture.size
        middle = picture.crop((0, round(height * 0.2), width, round(height * 0.9)))

        assert middle.getextrema()[0] < 160, path.name


@pytest.mark.parametrize("language", LANGUAGES)
def test_document_prints_with_its_chart_and_without_a_word_off_the_page(office, tmp_path, language):
    path = tmp_path / "pack.docx"
    path.write_bytes(render_docx(crowd(language)))
    (pdf,) = office.print_files(tmp_path, path)

    pages = list(read_pages(office, pdf))
    assert len(pages) > 4
    for width, height, words in pages:
        assert words
        assert all(x1 >= 0 and x2 <= width and y1 >= 0 and y2 <= height for x1, y1, x2, y2, _ in words)
    assert any("DC go-live" in " ".join(word[4] for word in words) for _, _, words in pages)


def test_part_of_a_crowded_section_is_not_lost(printed):
    titles = [slide.shapes.title.text for slide in printed["crowded", "ours", "en"].deck.slides]

    assert "Supplier exceptions (1/4)" in titles
    assert any(title.startswith("Overdue actions") for title in titles)
