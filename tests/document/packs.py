"""Packs to fill templates with, and what can be read back out of the files."""

import io
import re
import zipfile

from docx import Document
from pptx import Presentation

from slipwatch.document import blocks as b
from tests.document.samples import build_chart, build_document

KEYS = ("status", "milestones", "trend", "decisions")
WORDS = {"project": "ERP core", "subtitle": "As of 25 May 2026", "footer": "Sources: PLAN"}


def build_pack(text: str = "SIT exit", *, rows: int = 3, **changed) -> b.Pack:
    """Four sections; the chart is a part of the second. Every text that can come from elsewhere holds `text`."""
    blocks = build_document(text, rows=rows).blocks
    plain = tuple(block for block in blocks if not isinstance(block, b.DateChart))
    titles = {"status": f"Status {text}", "milestones": "Milestones", "trend": "Trend", "decisions": "Decisions"}
    contents = {"status": plain, "milestones": plain[5:6], "trend": (build_chart(text),), "decisions": plain[5:7]}
    sections = tuple(
        b.Section(
            key=key,
            title=titles[key],
            blocks=contents[key],
            notes=(f"Source of {key}", text),
            part_of="milestones" if key == "trend" else "",
            most_pages=1 if key == "status" else 3,
        )
        for key in KEYS
    )
    settings = {"title": f"Pack {text}", "language": "en", "words": WORDS | {"light": text}}
    return b.Pack(sections=sections, more="and {count} more", **settings | changed)


def read_slides(data: bytes) -> list[str]:
    """All words of each slide, charts and notes apart."""
    return [" | ".join(read_texts(slide.shapes)) for slide in Presentation(io.BytesIO(data)).slides]


def read_texts(shapes) -> list[str]:
    found = []
    for shape in shapes:
        if hasattr(shape, "shapes"):
            found += read_texts(shape.shapes)
        elif getattr(shape, "has_table", False):
            found += [cell.text for cell in shape.table.iter_cells()]
        elif shape.has_text_frame:
            found.append(shape.text_frame.text)
    return [text for text in found if text.strip()]


def read_notes(data: bytes) -> list[str]:
    return [slide.notes_slide.notes_text_frame.text for slide in Presentation(io.BytesIO(data)).slides]


def read_document(data: bytes) -> str:
    document = Document(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def read_parts(data: bytes) -> dict[str, bytes]:
    """Every part by name, those of the sheets inside too."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name in [name for name in parts if name.endswith(".xlsx")]:
        parts |= {f"{name}!{inner}": content for inner, content in read_parts(parts[name]).items()}
    return parts


def list_dangers(data: bytes) -> list[str]:
    """What in a file could act or load: formulas, macros, links that are no links of ours."""
    found = []
    for name, content in read_parts(data).items():
        text = content.decode("utf-8", "replace")
        if name.endswith(".rels"):
            for target in re.findall(r'Target="([^"]*)" TargetMode="External"', text):
                found += [] if re.match(r"https?://|mailto:", target) else [f"{name}: {target}"]
        if "<f>" in text or "vbaProject" in name or "ddeLink" in text or "oleObject" in text:
            found.append(name)
        found += [
            f"{name}: {mark}"
            for mark in ("w:instrText>HYPERLINK", "hlinkMouseOver", 'action="ppaction')
            if mark in text
        ]
    return found
