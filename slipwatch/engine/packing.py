"""Writes the pack of a committee: slides in our template or the reader's, a document and a page beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from slipwatch.document.docx import render_docx
from slipwatch.document.slides import Filled, render_slides
from slipwatch.engine.reporting.gather import gather_report
from slipwatch.engine.reporting.standing import Start, find_last_meeting
from slipwatch.engine.reporting.writing import judge_at, save_whole
from slipwatch.errors import ConfigError
from slipwatch.reports.given import ReportInput
from slipwatch.reports.pack import build_pack, render_pack

if TYPE_CHECKING:
    from slipwatch.engine.wiring import Programme


@dataclass(frozen=True, kw_only=True)
class PackFiles:
    """What was written. `appended` are sections that the template had no place for, `hidden` counts the rows that had
    no room on the slides, by section; they stand in the document and on the page."""

    slides: Path
    document: Path
    page: Path
    count: int
    appended: tuple[str, ...] = ()
    hidden: Mapping[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        return {
            "files": {"pptx": str(self.slides), "docx": str(self.document), "html": str(self.page)},
            "slides": self.count,
            "appended": list(self.appended),
            "hidden": dict(self.hidden),
        }


def write_pack(
    programme: Programme,
    project: str,
    *,
    language: str | None = None,
    template: Path | None = None,
    output: Path | None = None,
    at: datetime | None = None,
) -> PackFiles:
    """Write the pack of a project as of `at` (now, where none is given) into `packs` of home, or into `output`.

    Changes count from the last committee of the project. Raises `ConfigError` for a project that nobody declared and
    for a template that cannot be filled; then nothing is written.
    """
    _verify_project(programme, project)
    data = _read_template(template)
    given = gather_pack(programme, project, at=at or programme.now())
    chosen = language or programme.portfolio.language
    pack = build_pack(given, project, programme.catalogue, chosen)
    filled = render_slides(pack, data, name=template.name if template else "")
    texts = {
        ".pptx": filled.data,
        ".docx": render_docx(pack),
        ".html": render_pack(given, project, programme.catalogue, chosen).encode(),
    }
    stem = f"{name_stem(project)}-{given.day.isoformat()}-{pack.language}"
    return _save(output or programme.home / "packs", stem, texts, filled)


def _save(folder: Path, stem: str, contents: Mapping[str, bytes], filled: Filled) -> PackFiles:
    paths = {suffix: folder / f"{stem}{suffix}" for suffix in contents}
    for suffix, content in contents.items():
        save_whole(paths[suffix], content)
    return PackFiles(
        slides=paths[".pptx"],
        document=paths[".docx"],
        page=paths[".html"],
        count=filled.slides,
        appended=filled.appended,
        hidden=filled.hidden,
    )


def gather_pack(programme: Programme, project: str, *, at: datetime) -> ReportInput:
    """The facts of a report as of `at`, its changes counted from the last committee of the project."""
    start = find_last_meeting(programme, at, project) or Start()
    return gather_report(programme, judge_at(programme, at), at=at, since=start, only=project)


def _verify_project(programme: Programme, project: str) -> None:
    known = programme.portfolio.projects
    if project not in known:
        raise ConfigError("is no project", subject=project, cure=f"declared are {', '.join(known) or 'none'}")


def _read_template(template: Path | None) -> bytes | None:
    if template is None:
        return None
    try:
        return template.read_bytes()
    except OSError as fault:
        raise ConfigError(
            f"cannot be read: {fault.strerror}", subject=str(template), cure="close it elsewhere, or name another file"
        ) from fault


def name_stem(key: str) -> str:
    """A file's name from a project's key."""
    return "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-_") else "-" for sign in key)
