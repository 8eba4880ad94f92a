"""Makes the template of the committee's slides: 16:9, one layout, a title, a line with as-of and age, a footer.

    python -m tools.slides_template

Writes slipwatch/document/templates/committee.pptx; the same bytes every time, and a test compares them. Everything is
in the fonts that every office program has or replaces by ones of the same width (Arial, Liberation Sans).
"""

import copy
import io
from pathlib import Path

from lxml import etree
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt

from slipwatch.document.archive import settle_archive
from slipwatch.document.charts import MADE
from slipwatch.document.slides.template import OWN

TARGET = Path(__file__).parent.parent / "slipwatch" / "document" / OWN
WIDTH, HEIGHT = 960, 540
LEFT, INNER = 40, 880
INK, ACCENT, QUIET = "1F1F1F", "24507C", "5F6368"
COLOURS = {
    "dk1": INK, "lt1": "FFFFFF", "dk2": ACCENT, "lt2": "F3F5F7",
    "accent1": "24507C", "accent2": "B0592A", "accent3": "6F4A8E", "accent4": "1F7F86", "accent5": "8A7420",
    "accent6": "A23B55", "hlink": "24507C", "folHlink": "6F4A8E",
}  # fmt: skip
TOP, BOTTOM = 96, 500
"""Where the room for sections begins and ends, in points."""

SLIDES = (
    (("status", TOP, BOTTOM),),
    (("milestones", TOP, BOTTOM),),
    (("decisions", TOP, BOTTOM),),
    (("suppliers", TOP, BOTTOM),),
    (("changes", TOP, BOTTOM),),
    (("unjudged", TOP, BOTTOM),),
)
"""Sections of each slide, with their upper and lower edge."""


def build() -> bytes:
    deck = Presentation()
    deck.slide_width, deck.slide_height = Pt(WIDTH), Pt(HEIGHT)
    layout = keep_layout(deck, "Title Only")
    set_theme(deck)
    shape_master(deck.slide_master)
    shape_layout(layout)
    for sections in SLIDES:
        add_slide(deck, layout, sections)
    properties = deck.core_properties
    properties.title, properties.author, properties.last_modified_by = "Slipwatch", "Slipwatch", ""
    properties.created = properties.modified = MADE
    buffer = io.BytesIO()
    deck.save(buffer)
    return settle_archive(buffer.getvalue())


def keep_layout(deck, name):
    for layout in list(deck.slide_layouts):
        if layout.name != name:
            deck.slide_layouts.remove(layout)
    return deck.slide_layouts[0]


def set_theme(deck):
    """Colours and fonts; the theme is a part that python-pptx keeps as it is."""
    part = next(rel.target_part for rel in deck.slide_master.part.rels.values() if rel.reltype.endswith("/theme"))
    theme = etree.fromstring(part.blob)
    theme.set("name", "Slipwatch")
    for name, value in COLOURS.items():
        entry = theme.find(f".//{qn('a:' + name)}")
        for old in list(entry):
            entry.remove(old)
        etree.SubElement(entry, qn("a:srgbClr"), val=value)
    for fonts in theme.iterfind(f".//{qn('a:fontScheme')}/*"):
        fonts.find(qn("a:latin")).set("typeface", "Arial")
    part._blob = etree.tostring(theme, xml_declaration=True, encoding="UTF-8", standalone=True)


def shape_master(master):
    place(find(master, "title"), LEFT, 24, INNER, 42)
    place(find(master, "body"), LEFT, TOP, INNER, BOTTOM - TOP)
    for kind, left, width in (("dt", 1200, 10), ("ftr", LEFT, 780), ("sldNum", 840, 80)):
        shape = find(master, kind)
        if kind == "dt":
            shape._element.getparent().remove(shape._element)
            continue
        place(shape, left, 510, width, 18)
        style_foot(shape, right=kind == "sldNum")
    style = master._element.find(f".//{qn('p:titleStyle')}/{qn('a:lvl1pPr')}")
    style.set("algn", "l")
    style.find(qn("a:defRPr")).set("sz", "2400")
    style.find(qn("a:defRPr")).set("b", "1")
    paint(style.find(qn("a:defRPr")), "tx2")
    title = find(master, "title").text_frame
    title.margin_left = title.margin_right = 0
    title.vertical_anchor = MSO_ANCHOR.BOTTOM
    bar = master.shapes._spTree
    shape = etree.SubElement(bar, qn("p:sp"))
    shape.extend(build_bar())


def build_bar():
    """A bar at the upper edge, in the accent of the theme."""
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    bar = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, 0, 0, Pt(WIDTH), Pt(6))
    bar.name = "bar"
    bar.line.fill.background()
    bar.fill.solid()
    bar.fill.fore_color.theme_color = 5
    bar.shadow.inherit = False
    bar._element.nvSpPr.cNvPr.set("id", "99")
    return [copy.deepcopy(child) for child in bar._element]


def paint(properties, scheme):
    for old in properties.findall(qn("a:solidFill")):
        properties.remove(old)
    fill = etree.Element(qn("a:solidFill"))
    etree.SubElement(fill, qn("a:schemeClr"), val=scheme)
    properties.insert(0, fill)


def style_foot(shape, *, right):
    style = shape._element.find(f".//{qn('a:lstStyle')}/{qn('a:lvl1pPr')}")
    style.set("algn", "r" if right else "l")
    style.find(qn("a:defRPr")).set("sz", "900")
    shape.text_frame.margin_left = shape.text_frame.margin_right = 0


def shape_layout(layout):
    """The layout has nothing of its own but the places of its master."""
    for shape in list(layout.placeholders):
        kind = shape._element.xpath(".//p:nvPr/p:ph/@type")
        if kind == ["dt"]:
            shape._element.getparent().remove(shape._element)
            continue
        for transform in shape._element.xpath("./p:spPr/a:xfrm"):
            transform.getparent().remove(transform)
    layout.name = "Slipwatch"


def add_slide(deck, layout, sections):
    slide = deck.slides.add_slide(layout)
    slide.shapes.title.text_frame.text = "{{slipwatch:title}}"
    add_text(slide, "{{slipwatch:subtitle}}", LEFT, 68, INNER, 18, size=11)
    for key, top, bottom in sections:
        add_text(slide, f"{{{{slipwatch:{key}}}}}", LEFT, top, INNER, bottom - top, size=11)
    for kind in ("ftr", "sldNum"):
        slide.shapes._spTree.append(copy.deepcopy(find(layout, kind)._element))
    find(slide, "ftr").text_frame.text = "{{slipwatch:footer}}"


def add_text(slide, text, left, top, width, height, *, size):
    box = slide.shapes.add_textbox(Pt(left), Pt(top), Pt(width), Pt(height))
    box.name = text
    frame = box.text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    run = frame.paragraphs[0].add_run()
    run.text = text
    run.font.size = Pt(size)
    run.font.color.rgb = RGBColor.from_string(QUIET)


def find(part, kind):
    return next(shape for shape in part.placeholders if shape._element.xpath(".//p:nvPr/p:ph/@type") == [kind])


def place(shape, left, top, width, height):
    shape.left, shape.top, shape.width, shape.height = (Emu(Pt(value)) for value in (left, top, width, height))


def main() -> None:
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_bytes(build())
    print(f"{TARGET.relative_to(Path(__file__).parent.parent)}  {TARGET.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
