"""Writes a report as one file, all of it or nothing, and beside it the copy that links may point at."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from slipwatch.engine.assess import Judgement, assess
from slipwatch.engine.reporting.gather import gather_report
from slipwatch.engine.reporting.standing import ISSUED
from slipwatch.reports import render_report
from slipwatch.store.acts import record_act

if TYPE_CHECKING:
    from slipwatch.engine.wiring import Programme

LATEST = "latest"


def write_report(
    programme: Programme,
    judgement: Judgement | None = None,
    *,
    at: datetime | None = None,
    since: datetime | None = None,
    language: str | None = None,
    output: Path | None = None,
) -> Path:
    """Write the report as of `at` (now, where none is given) and return its path.

    It goes to `reports/<day>.html` in home, and to `reports/latest.html`; in another language than the programme's, to
    `<day>-<language>.html`. That it was issued is noted: the next report counts its changes from it. With `output` it
    goes to that file alone and is a copy, not an issue. Without `judgement` everything is judged anew, for a past `at`
    by what was known then.
    """
    at = at or programme.now()
    given = gather_report(programme, judgement or judge_at(programme, at), at=at, since=since)
    chosen = language or programme.portfolio.language
    text = render_report(given, programme.catalogue, chosen)
    if output is not None:
        save_whole(output, text)
        return output
    folder = programme.home / "reports"
    for name in (given.day.isoformat(), LATEST):
        save_whole(folder / name_file(name, chosen, programme), text)
    path = folder / name_file(given.day.isoformat(), chosen, programme)
    _note_issued(programme, path, at, chosen)
    return path


def _note_issued(programme: Programme, path: Path, at: datetime, language: str) -> None:
    record_act(
        programme.ledger,
        kind=ISSUED,
        subject=path.name,
        author="slipwatch",
        reason="written",
        at=programme.now(),
        detail={"at": at.isoformat(), "language": language, "configuration": programme.settings.fingerprint},
    )


def judge_at(programme: Programme, at: datetime) -> Judgement:
    """A judgement of its own; for a past instant, by what was known then."""
    return assess(programme, at, known_by=at if at < programme.now() else None)


def name_file(name: str, language: str, programme: Programme) -> str:
    return f"{name}.html" if language == programme.portfolio.language else f"{name}-{language}.html"


def save_whole(path: Path, content: str | bytes) -> None:
    """The old file stays until the new one is complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    if isinstance(content, bytes):
        unfinished.write_bytes(content)
    else:
        unfinished.write_text(content, encoding="utf-8", newline="\n")
    unfinished.replace(path)
