"""Opens a template and finds what it asks for: `{{slipwatch:status}}` as the name or the text of a shape."""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from slipwatch.document.archive import MOST_BYTES, measure_archive, replace_part
from slipwatch.document.arranging import Area
from slipwatch.document.escape import clean_line
from slipwatch.errors import ConfigError

MARK = re.compile(r"\{\{\s*slipwatch:\s*([^{}]*?)\s*\}\}")
OWN = "templates/committee.pptx"
EMU = 12_700
"""English metric units of a point."""

OLD_FORMAT = b"\xd0\xcf\x11\xe0"
TEMPLATE_TYPE = b"presentationml.template.main+xml"
PRESENTATION_TYPE = b"presentationml.presentation.main+xml"
CURE = "give a .pptx or .potx that PowerPoint or LibreOffice opens without a question"


@dataclass(frozen=True)
class Place:
    """A shape that a section takes the place of."""

    key: str
    shape: Any
    area: Area


@dataclass(frozen=True, kw_only=True)
class SlidePlaces:
    """A slide, and the sections that it asks for, from top to bottom."""

    slide: Any
    places: tuple[Place, ...]


def read_own_template() -> bytes:
    """The template that comes with the product."""
    return (files("slipwatch.document") / OWN).read_bytes()


def open_template(data: bytes, name: str) -> Any:
    """The presentation. Raises `ConfigError` that names the file, what is wrong with it, and what to give instead."""
    from pptx import Presentation
    from pptx.exc import PackageNotFoundError

    size = measure_archive(data)
    if size is None:
        raise ConfigError(f"is no presentation: {_tell_kind(data)}", subject=name, cure=CURE)
    if size > MOST_BYTES:
        raise ConfigError(f"unpacks to {size / 1e6:,.0f} MB, more than {MOST_BYTES / 1e6:.0f}", subject=name, cure=CURE)
    try:
        return Presentation(io.BytesIO(replace_part(data, "[Content_Types].xml", TEMPLATE_TYPE, PRESENTATION_TYPE)))
    except (PackageNotFoundError, KeyError, ValueError, AttributeError, SyntaxError) as fault:
        cause = "it has macros" if b"macroEnabled" in str(fault).encode() else clean_line(str(fault), 120)
        raise ConfigError(f"cannot be read as a presentation: {cause}", subject=name, cure=CURE) from fault


def _tell_kind(data: bytes) -> str:
    if data.startswith(OLD_FORMAT):
        return "it has a password, or the format of before 2007"
    if data.startswith(b"%PDF"):
        return "it is a PDF"
    return "it is not the zip archive that a .pptx is" if data else "it is empty"


def find_places(deck: Any, name: str, *, sections: Collection[str], words: Collection[str]) -> list[SlidePlaces]:
    """Slide by slide, the sections that are asked for. Raises `ConfigError` for a placeholder that nobody knows, that
    stands where it is not filled, or that asks for a section again."""
    allowed = _list_allowed(sections, words)
    _refuse_layouts(deck, name)
    found: list[SlidePlaces] = []
    asked: set[str] = set()
    for number, slide in enumerate(deck.slides, start=1):
        places: list[Place] = []
        for shape, is_grouped in walk_shapes(slide.shapes):
            where = f"{name}, slide {number}, “{clean_line(shape.name, 60)}”"
            for key in list_marks(shape):
                _verify_key(key, where, allowed)
                if key in sections:
                    _verify_place(shape, key, where, asked, is_grouped=is_grouped)
                    asked.add(key)
                    places.append(Place(key, shape, find_area(shape)))
        found.append(
            SlidePlaces(slide=slide, places=tuple(sorted(places, key=lambda place: (place.area.top, place.area.left))))
        )
    return found


def _list_allowed(sections: Iterable[str], words: Iterable[str]) -> dict[str, str]:
    return {key: f"{{{{slipwatch:{key}}}}}" for key in (*sections, *words)}


def _verify_key(key: str, where: str, allowed: dict[str, str]) -> None:
    if key not in allowed:
        raise ConfigError(
            f"{{{{slipwatch:{clean_line(key, 60)}}}}} is no placeholder",
            subject=where,
            cure=f"allowed are {', '.join(allowed.values())}",
        )


def _verify_place(shape: Any, key: str, where: str, asked: set[str], *, is_grouped: bool) -> None:
    mark = f"{{{{slipwatch:{key}}}}}"
    if key in asked:
        raise ConfigError(f"{mark} is asked for a second time", subject=where, cure="leave one of the two")
    if is_grouped:
        raise ConfigError(f"{mark} stands in a group", subject=where, cure="ungroup the shape")
    if not is_alone(shape):
        raise ConfigError(
            f"{mark} stands in a text", subject=where, cure="give the section a shape with nothing else in it"
        )


def is_alone(shape: Any) -> bool:
    """Whether the shape is nothing but its placeholder, by name or by text."""
    return bool(MARK.fullmatch(shape.name.strip()) or MARK.fullmatch(read_text(shape).strip()))


def _refuse_layouts(deck: Any, name: str) -> None:
    """Layouts and masters stay as they are, so that a placeholder in them would be shown as it stands."""
    for master in deck.slide_masters:
        for part in (master, *master.slide_layouts):
            for shape, _ in walk_shapes(part.shapes):
                if list_marks(shape):
                    raise ConfigError(
                        "a placeholder stands in a layout or master, which are left as they are",
                        subject=f"{name}, layout “{clean_line(part.name or 'master', 60)}”",
                        cure="move it to a slide",
                    )


def walk_shapes(shapes: Iterable[Any], *, is_grouped: bool = False) -> Iterator[tuple[Any, bool]]:
    """Every shape, also in groups."""
    for shape in shapes:
        yield shape, is_grouped
        if hasattr(shape, "shapes"):
            yield from walk_shapes(shape.shapes, is_grouped=True)


def list_marks(shape: Any) -> list[str]:
    """Keys of the placeholders in a shape's name and texts, each once."""
    return list(dict.fromkeys(MARK.findall(shape.name) + MARK.findall(read_text(shape))))


def read_text(shape: Any) -> str:
    return "\n".join("".join(run.text for run in paragraph.runs) for paragraph in list_paragraphs(shape))


def list_paragraphs(shape: Any) -> list[Any]:
    """Paragraphs of a shape, or of the cells of a table."""
    if getattr(shape, "has_table", False):
        return [paragraph for cell in shape.table.iter_cells() for paragraph in cell.text_frame.paragraphs]
    return list(shape.text_frame.paragraphs) if getattr(shape, "has_text_frame", False) else []


def find_font(deck: Any) -> str:
    """The font of the theme for texts; empty where the theme names none."""
    parts = (rel.target_part for rel in deck.slide_master.part.rels.values() if rel.reltype.endswith("/theme"))
    theme = next(parts, None)
    found = re.search(rb'<a:minorFont>\s*<a:latin[^>]*typeface="([^"]*)"', theme.blob) if theme else None
    return found.group(1).decode("utf-8", "replace") if found else ""


def find_area(shape: Any) -> Area:
    """The rectangle of a shape in points."""
    return Area(
        left=(shape.left or 0) / EMU,
        top=(shape.top or 0) / EMU,
        width=(shape.width or 0) / EMU,
        height=(shape.height or 0) / EMU,
    )


def unite(areas: Iterable[Area]) -> Area:
    """The smallest rectangle around all of them."""
    known = list(areas)
    left, top = min(area.left for area in known), min(area.top for area in known)
    right = max(area.left + area.width for area in known)
    bottom = max(area.top + area.height for area in known)
    return Area(left=left, top=top, width=right - left, height=bottom - top)
