"""Texts that stand in a shape of the template: put where they are asked for, and made to fit the shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pptx.oxml.ns import qn
from pptx.util import Pt

from slipwatch.document import blocks as b
from slipwatch.document.measuring import LEADING, Ruler
from slipwatch.document.slides.drawing import clean_run
from slipwatch.document.slides.template import EMU, MARK, find_area, list_marks, list_paragraphs, walk_shapes

SHARES = (1.0, 0.9, 0.8, 0.7, 0.6)
"""Sizes that a text of the template may shrink to; what still does not fit is cut."""

RULER = Ruler()
"""Texts of the template may be in any font that it likes: they are measured generously."""

LEAST_SIZE = 9.0
USUAL_SIZE = 18.0
"""What a text has where neither it nor its layout says anything, in points."""

INSETS = (91_440, 45_720)
"""Margins of a text box across and down where it states none, in EMU."""

TITLES = (1, 3)
"""Kinds of placeholder that hold a title: title, centred title (ST_PlaceholderType as python-pptx numbers them)."""


def fill_words(slide: Any, words: Mapping[str, str]) -> None:
    """Every placeholder for a text, wherever it stands; shapes named after one take its text."""
    for shape, _ in walk_shapes(slide.shapes):
        marks = [key for key in list_marks(shape) if key in words]
        if marks:
            _fill_shape(shape, words)
            fit_shape(shape)


def _fill_shape(shape: Any, words: Mapping[str, str]) -> None:
    named = MARK.fullmatch(shape.name.strip())
    if named and named.group(1) in words and getattr(shape, "has_text_frame", False):
        if not MARK.search(shape.text_frame.text):
            set_text(shape.text_frame.paragraphs[0], words[named.group(1)])
        shape.name = f"slipwatch {named.group(1)}"
    for paragraph in list_paragraphs(shape):
        text = "".join(run.text for run in paragraph.runs)
        if MARK.search(text):
            set_text(paragraph, MARK.sub(lambda found: words.get(found.group(1), found.group()), text))


def set_text(paragraph: Any, text: str) -> None:
    """The text in the look of the paragraph's first run."""
    runs = list(paragraph.runs)
    first = runs[0] if runs else paragraph.add_run()
    first.text = clean_run(text)
    for run in runs[1:]:
        paragraph._p.remove(run._r)


def find_title(slide: Any) -> Any | None:
    """The title of a slide: its title placeholder, else the shape that was asked for as title."""
    found = slide.shapes.title
    if found is not None:
        return found
    return next((shape for shape in slide.shapes if shape.name == "slipwatch title"), None)


def set_title(slide: Any, text: str) -> bool:
    """False where the slide has no place for a title."""
    title = find_title(slide)
    if title is None:
        return False
    for paragraph in list(title.text_frame.paragraphs)[1:]:
        title.text_frame._txBody.remove(paragraph._p)
    set_text(title.text_frame.paragraphs[0], text)
    fit_shape(title)
    return True


def fit_shape(shape: Any) -> None:
    """Smaller letters where the text needs more lines than its shape has; a cut where that does not help."""
    if not getattr(shape, "has_text_frame", False) or not shape.text_frame.text.strip():
        return
    width, height = measure_inside(shape)
    paragraphs = [paragraph for paragraph in shape.text_frame.paragraphs if paragraph.runs]
    sizes = [find_size(shape, paragraph) for paragraph in paragraphs]
    share = next((share for share in SHARES if _fits(paragraphs, sizes, share, width, height)), SHARES[-1])
    for paragraph, size in zip(paragraphs, sizes, strict=True):
        reduced = max(LEAST_SIZE, size * share)
        if share < 1:
            for run in paragraph.runs:
                run.font.size = Pt(round(reduced, 1))
        if share == SHARES[-1]:
            _cut_paragraph(paragraph, reduced, width, max(1, int(height / len(paragraphs) / (reduced * LEADING))))


def _fits(paragraphs: list[Any], sizes: list[float], share: float, width: float, height: float) -> bool:
    needed = 0.0
    for paragraph, size in zip(paragraphs, sizes, strict=True):
        reduced = max(LEAST_SIZE, size * share)
        needed += RULER.count_lines(_read(paragraph), width, reduced, strong=True) * reduced * LEADING
    return needed <= height + 0.5


def _read(paragraph: Any) -> str:
    return "".join(run.text for run in paragraph.runs)


def _cut_paragraph(paragraph: Any, size: float, width: float, most_lines: int) -> None:
    text = _read(paragraph)
    kept = b.flatten(RULER.cut_text((b.Span(text, strong=True),), width, size, most_lines))
    if kept != text:
        set_text(paragraph, kept)


def measure_inside(shape: Any) -> tuple[float, float]:
    """Width and height of the room for text, in points."""
    area, properties = find_area(shape), shape.text_frame._txBody.bodyPr
    across = sum(int(properties.get(name, INSETS[0])) for name in ("lIns", "rIns"))
    down = sum(int(properties.get(name, INSETS[1])) for name in ("tIns", "bIns"))
    return area.width - across / EMU, area.height - down / EMU


def find_size(shape: Any, paragraph: Any) -> float:
    """Size of a paragraph's letters: its own, else its shape's, its layout's, its master's."""
    own = [run.font.size for run in paragraph.runs if run.font.size] or [paragraph.font.size]
    if own[0]:
        return float(max(size for size in own if size).pt)
    elements = [shape._element]
    if shape.is_placeholder:
        elements += _list_ancestors(shape)
    for element in elements:
        found = element.xpath(".//a:lstStyle/a:lvl1pPr/a:defRPr/@sz")
        if found:
            return int(found[0]) / 100
    return _find_master_size(shape) or USUAL_SIZE


def _list_ancestors(shape: Any) -> list[Any]:
    """The same placeholder in layout and master."""
    layout = getattr(shape, "_base_placeholder", None)
    master = getattr(layout, "_base_placeholder", None) if layout is not None else None
    return [each._element for each in (layout, master) if each is not None]


def _find_master_size(shape: Any) -> float | None:
    """What the master's text styles say of titles, or of other placeholders."""
    if not shape.is_placeholder:
        return None
    master = shape.part.slide_layout.slide_master if hasattr(shape.part, "slide_layout") else None
    if master is None:
        return None
    name = "titleStyle" if shape.placeholder_format.type in TITLES else "bodyStyle"
    found = master._element.xpath(f"./p:txStyles/p:{name}/a:lvl1pPr/a:defRPr/@sz")
    return int(found[0]) / 100 if found else None


def remove_shape(shape: Any) -> None:
    shape._element.getparent().remove(shape._element)


def is_standing(shape: Any) -> bool:
    """Whether a shape is a date, footer or slide number, which every slide of a deck has."""
    kinds = shape._element.xpath(".//p:nvPr/p:ph/@type")
    return bool(kinds) and kinds[0] in ("dt", "ftr", "sldNum")


def find_relations(element: Any) -> list[tuple[Any, str, str]]:
    """Every attribute of an element that points at another part: element, attribute, id."""
    space = qn("r:id").rpartition("}")[0] + "}"
    return [
        (node, name, value) for node in element.iter() for name, value in node.attrib.items() if name.startswith(space)
    ]
