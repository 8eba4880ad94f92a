"""A chart that leaves the report as an image."""

from xml.etree import ElementTree

from slipwatch.reports.blocks import Chart, simplify
from slipwatch.reports.sections import build_words
from slipwatch.reports.trend import write_trend
from tests.reports import story

SVG = "{http://www.w3.org/2000/svg}"


def draw_chart():
    words = build_words(story.tell_story(story.MAY), story.open_catalogue(), "en")
    (chart,) = write_trend(story.list_milestones("ERP-CORE", story.MAY), story.MAY, words)
    assert isinstance(chart, Chart)
    return chart


def test_it_brings_a_white_ground_for_pages_that_are_dark():
    chart = draw_chart()
    (drawn,) = simplify([chart])
    ground, *drawing = ElementTree.fromstring(drawn.picture.svg)

    assert ground.tag == f"{SVG}rect"
    assert ground.attrib == {"width": "100%", "height": "100%", "fill": "#fff"}
    assert [shape.tag for shape in drawing] == [shape.tag for shape in ElementTree.fromstring(chart.wide)]
