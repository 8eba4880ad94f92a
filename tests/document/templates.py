"""Templates as clients have them: other sizes, other fonts, their own marks, and some that cannot be filled."""

import io
import zipfile

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.util import Inches, Pt

from slipwatch.document.archive import replace_part
from slipwatch.document.slides.template import PRESENTATION_TYPE, TEMPLATE_TYPE

LOGO = "logo of the client"


def save(deck) -> bytes:
    buffer = io.BytesIO()
    deck.save(buffer)
    return buffer.getvalue()


def set_fonts(deck, title: str, text: str) -> None:
    part = next(rel.target_part for rel in deck.slide_master.part.rels.values() if rel.reltype.endswith("/theme"))
    theme = part.blob.decode()
    for name, font in (("major", title), ("minor", text)):
        head, start, tail = theme.partition(f"<a:{name}Font>")
        theme = head + start + tail.replace('typeface="Calibri"', f'typeface="{font}"', 1)
    part._blob = theme.encode()


def add_box(slide, text, left, top, width, height, *, name="", size=12):
    box = slide.shapes.add_textbox(*(Inches(value) for value in (left, top, width, height)))
    box.text_frame.word_wrap = True
    box.text_frame.text = text
    box.text_frame.paragraphs[0].runs[0].font.size = Pt(size)
    if name:
        box.name = name
    return box


def build_foreign() -> bytes:
    """4:3 in Georgia: a cover, status and milestones by text, decisions and suppliers beside each other by name; the
    other sections have no place. Each slide has a logo, and a source line in a group."""
    deck = Presentation()
    set_fonts(deck, "Georgia", "Verdana")
    cover = deck.slides.add_slide(deck.slide_layouts[0])
    cover.shapes.title.text = "Comité de pilotage {{slipwatch:project}}"
    cover.placeholders[1].text = "{{slipwatch:as_of}}\n{{slipwatch:next_committee}}"
    for sections in (
        (("status", 0.5, 1.6, 9, 5.2),),
        (("milestones", 0.5, 1.6, 9, 2.4), ("trend", 0.5, 4.1, 9, 2.7)),
        (("decisions", 0.4, 1.6, 4.5, 5.2), ("suppliers", 5.1, 1.6, 4.5, 5.2)),
    ):
        slide = deck.slides.add_slide(deck.slide_layouts[5])
        slide.shapes.title.text = "{{slipwatch:title}}"
        for key, *place in sections:
            is_named = key in ("decisions", "suppliers")
            mark = f"{{{{slipwatch:{key}}}}}"
            add_box(slide, "leave this here" if is_named else mark, *place, name=mark if is_named else "")
        add_marks(slide)
    return save(deck)


def add_marks(slide) -> None:
    logo = slide.shapes.add_shape(MSO_SHAPE.OVAL, Inches(9.3), Inches(0.1), Inches(0.5), Inches(0.5))
    logo.name = LOGO
    logo.fill.solid()
    logo.fill.fore_color.rgb = RGBColor(0, 90, 60)
    group = slide.shapes.add_group_shape()
    box = group.shapes.add_textbox(Inches(0.5), Inches(7.0), Inches(8.5), Inches(0.3))
    box.text_frame.word_wrap = True
    run = box.text_frame.paragraphs[0].add_run()
    run.text = "{{slipwatch:"
    run.font.size = Pt(9)
    again = box.text_frame.paragraphs[0].add_run()
    again.text = "footer}}"


def build_corporate() -> bytes:
    """A .potx without a slide and without a placeholder of ours."""
    deck = Presentation()
    set_fonts(deck, "Segoe UI", "Segoe UI")
    return replace_part(save(deck), "[Content_Types].xml", PRESENTATION_TYPE, TEMPLATE_TYPE)


def build_with(text: str, *, name: str = "", is_layout: bool = False, is_grouped: bool = False) -> bytes:
    """One slide with one shape that holds a text."""
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    if is_layout:
        deck.slide_layouts[5].placeholders[0].text_frame.text = text
    elif is_grouped:
        group = slide.shapes.add_group_shape()
        group.shapes.add_textbox(0, 0, Inches(5), Inches(2)).text_frame.text = text
    else:
        add_box(slide, text, 1, 2, 8, 4, name=name)
    return save(deck)


def build_foreign_for(keys) -> bytes:
    """4:3, a cover with a text of its own, then a slide per section; the trend shares the slide of the milestones."""
    deck = Presentation()
    set_fonts(deck, "Georgia", "Verdana")
    cover = deck.slides.add_slide(deck.slide_layouts[0])
    cover.shapes.title.text = "{{slipwatch:title}} for {{slipwatch:project}}"
    for key in (key for key in keys if key != "trend"):
        slide = deck.slides.add_slide(deck.slide_layouts[5])
        slide.shapes.title.text = "{{slipwatch:title}}"
        height = 2.4 if key == "milestones" else 5.2
        add_box(slide, f"{{{{slipwatch:{key}}}}}", 0.5, 1.6, 9, height)
        if key == "milestones":
            add_box(slide, "{{slipwatch:trend}}", 0.5, 4.1, 9, 2.7)
        add_marks(slide)
    return save(deck)


def build_twice(text: str) -> bytes:
    deck = Presentation(io.BytesIO(build_with(text)))
    add_box(deck.slides.add_slide(deck.slide_layouts[5]), text, 1, 2, 8, 4)
    return save(deck)


def build_archive(parts) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()
