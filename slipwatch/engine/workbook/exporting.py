"""Exports the workbook of a programme."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from slipwatch.document.escape import escape_xlsx_cell
from slipwatch.engine.workbook.state import build_state
from slipwatch.engine.workbook.wording import Wording
from slipwatch.engine.workbook.writing import Edition, Returned, write_workbook
from slipwatch.errors import ConfigError
from slipwatch.locales.formats import format_value

if TYPE_CHECKING:
    from slipwatch.engine.wiring import Programme


def export_workbook(programme: Programme, path: Path, *, language: str, returned: Returned | None = None) -> Path:
    """Write the workbook in a language; a file that stands there is replaced as a whole.

    Raises `ConfigError` where it cannot be written, as on Windows while it is open in a spreadsheet program.
    """
    wording, at = Wording(language), programme.now()
    edition = Edition(
        programme=escape_xlsx_cell(programme.portfolio.name).strip(),
        exported_at=at,
        fingerprint=programme.settings.fingerprint,
        shown_at=format_value(at, language=wording.language, zone=programme.zone),
    )
    scratch = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_workbook(scratch, build_state(programme, wording), wording, edition, returned)
        scratch.replace(path)
    except OSError as error:
        scratch.unlink(missing_ok=True)
        raise ConfigError(
            f"cannot be written: {error.strerror}",
            subject=str(path),
            cure="close it in the spreadsheet program, or choose another name",
        ) from error
    return path
