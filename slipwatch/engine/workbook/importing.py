"""Imports a workbook: read, compare, show, then take over what is sound and give back what is not."""

from __future__ import annotations

import codecs
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slipwatch.engine.desk import require_act
from slipwatch.engine.run import hold_lease
from slipwatch.engine.workbook.acting import Wanted, carry_out, check_acts, list_wanted, refuse_reason
from slipwatch.engine.workbook.cells import show_value
from slipwatch.engine.workbook.comparing import Change, compare_book
from slipwatch.engine.workbook.declaring import declare, is_declared
from slipwatch.engine.workbook.entries import Correction
from slipwatch.engine.workbook.exporting import export_workbook
from slipwatch.engine.workbook.keeping import is_kept, keep_lines
from slipwatch.engine.workbook.reading import Book, read_book
from slipwatch.engine.workbook.register_rows import STATED
from slipwatch.engine.workbook.sheets import BY_ID, UNASSIGNED
from slipwatch.engine.workbook.state import build_state
from slipwatch.engine.workbook.writing import Returned
from slipwatch.errors import ConfigError
from slipwatch.settings import Settings
from slipwatch.settings.loading import load_settings
from slipwatch.store.acts import record_act

if TYPE_CHECKING:
    from slipwatch.engine.wiring import Programme

ACT = "import_workbook"


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One value that changes, in the words of the workbook. An added row has no old value."""

    sheet: str
    row: int
    key: str
    column: str
    old: str | None
    new: str | None


@dataclass(kw_only=True)
class Plan:
    """What an import would do. `texts` are the configuration files as they would be; `corrections` what it refuses."""

    file: Path
    book: Book
    changes: list[Change]
    settings: Settings
    texts: Mapping[str, str]
    wanted: list[Wanted]
    differences: list[Difference] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    done: list[Wanted] = field(default_factory=list)
    copy: Path | None = None

    @property
    def corrections(self) -> list[Correction]:
        return [fault for entry in self.book.entries for fault in entry.faults.values()]

    @property
    def notes(self) -> list[str]:
        """What was left out, in sentences."""
        missing = [f"the sheet {self.book.wording.title(sheet)} is not there" for sheet in self.book.missing]
        return [*missing, *self.book.strange]

    def describe_corrections(self) -> list[dict[str, object]]:
        """Every correction in the words of the workbook."""
        wording = self.book.wording
        return [
            {
                "sheet": wording.title(one.sheet),
                "row": one.row,
                "column": wording.head(BY_ID[one.sheet], BY_ID[one.sheet].by_field[one.field]),
                "found": one.found,
                "allowed": wording.tell(one.allowed),
                "cure": wording.tell(one.cure),
                "conflict": one.conflict,
            }
            for one in self.corrections
        ]

    def as_json(self) -> dict[str, object]:
        return {
            "file": self.file.name,
            "exported_at": self.book.memory.facts.get("exported_at"),
            "differences": [asdict(one) for one in self.differences],
            "acts": [{"kind": act.kind, "subject": act.subject, "done": act in self.done} for act in self.wanted],
            "corrections": self.describe_corrections(),
            "notes": self.notes,
            "written": self.written,
            "copy": str(self.copy) if self.copy else None,
        }


def plan_import(programme: Programme, file: Path) -> Plan:
    """Read and compare without writing anything. Raises `ConfigError` for a file that is no workbook of this programme,
    and for a configuration that was unsound before."""
    book = read_book(file)
    named = book.memory.facts.get("programme")
    if named != _name(programme):
        raise ConfigError(
            f"is the workbook of {named!r}, not of {_name(programme)!r}",
            subject=file.name,
            cure="name the configuration of that programme with --config",
        )
    changes = compare_book(book, build_state(programme, book.wording))
    declared = declare(programme, changes)
    after = replace(programme, settings=declared.settings, portfolio=declared.settings.build_portfolio())
    if check_acts(after, changes):
        declared = declare(programme, changes)  # a row that asks for an impossible act is left out as a whole
    wanted = list_wanted(programme, changes)
    plan = Plan(
        file=file, book=book, changes=changes, settings=declared.settings, texts=declared.texts, wanted=wanted
    )  # fmt: skip
    plan.differences = list(_list_differences(book, changes))
    return plan


def demand_nothing_typed(programme: Programme, file: Path) -> None:
    """Raises `ConfigError` where an export would write over a file in which somebody has typed something."""
    if not file.exists():
        return
    plan = plan_import(programme, file)
    if plan.differences or plan.corrections:
        typed = len(plan.differences) + len(plan.corrections)
        raise ConfigError(
            f"holds {typed} entries that were not imported",
            subject=str(file),
            cure="import it first, or choose another name with --output",
        )


def _name(programme: Programme) -> str:
    from slipwatch.document.escape import escape_xlsx_cell

    return escape_xlsx_cell(programme.portfolio.name).strip()


def _list_differences(book: Book, changes: Sequence[Change]) -> Iterator[Difference]:
    wording = book.wording
    for change in changes:
        if change.entry.faults:
            continue
        title = wording.title(change.sheet.id)
        shown_keys = [column for column in change.sheet.columns if column.key and not column.hidden]
        key = " ".join(str(change.entry.values.get(column.field) or "") for column in shown_keys).strip()
        key = key or str(change.entry.cells.get("subject") or change.entry.cells.get("name") or "")
        edits: dict[str, tuple[Any, Any]] = change.edits or {change.sheet.keys[-1]: (None, change.identity[-1])}
        for name, (old, new) in edits.items():
            column = change.sheet.by_field[name]
            shown = [show_value(column, value, wording) for value in (old, new)]
            texts = [None if value is None or value == "" else str(value) for value in shown]
            yield Difference(
                sheet=title,
                row=change.entry.row,
                key=key,
                column=wording.head(change.sheet, column),
                old=texts[0],
                new=texts[1],
            )


def carry_out_import(programme: Programme, plan: Plan, *, author: str, reason: str) -> None:
    """Take over what is sound, each row as a whole; what is not comes back in a copy beside the file.

    Raises `ConfigError` without an author, or where the configuration changed while this was looked at: then nothing
    is written. Raises `LeaseError` while a run goes on.
    """
    require_act(ACT, author, reason or "–")
    _demand_reasons(programme, plan, reason)
    _demand_free(programme, plan)
    _write_files(programme, plan.texts)
    plan.written = sorted(plan.texts)
    settings = load_settings(programme.settings.folder)
    after = replace(programme, settings=settings, portfolio=settings.build_portfolio())
    _record(after, plan, author=author, reason=reason)
    keep_lines(after, plan.changes)
    plan.done = carry_out(after, plan.wanted, author=author, reason=reason)
    if plan.corrections:
        plan.copy = _return_copy(after, plan)


def _demand_reasons(programme: Programme, plan: Plan, reason: str) -> None:
    """What is declared or kept needs the reason given with the import; a row that has none comes back."""
    if reason:
        return
    for change in plan.changes:
        if (is_declared(change) or is_kept(change)) and not (change.sheet is UNASSIGNED and change.reason):
            refuse_reason(change)
    declared = declare(programme, plan.changes)
    plan.texts, plan.settings = declared.texts, declared.settings
    plan.wanted = [act for act in plan.wanted if not act.change.entry.faults]
    plan.differences = list(_list_differences(plan.book, plan.changes))


def _demand_free(programme: Programme, plan: Plan) -> None:
    """Nothing is half taken because a run goes on: what enters the ledger needs the lease of a run."""
    if any(is_kept(change) for change in plan.changes) or any(act.kind == STATED for act in plan.wanted):
        with hold_lease(programme):
            pass


def _write_files(programme: Programme, texts: Mapping[str, str]) -> None:
    """Replace whole files, each in one step, after a last look that nobody else wrote them meanwhile."""
    folder = programme.settings.folder
    for name in texts:
        path = folder / name
        now = path.read_text(encoding="utf-8-sig") if path.is_file() else ""
        if now != programme.settings.texts.get(name, ""):
            raise ConfigError("was changed while the workbook was read", subject=name, cure="import it again")
    for name, text in texts.items():
        _replace_file(folder / name, text)


def _replace_file(path: Path, text: str) -> None:
    """Line ends, byte-order mark and rights stay what they were."""
    before = path.read_bytes() if path.is_file() else b""
    encoding = "utf-8-sig" if before.startswith(codecs.BOM_UTF8) else "utf-8"
    handle, scratch = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w", encoding=encoding, newline="\r\n" if b"\r\n" in before else "\n") as file:
        file.write(text)
    if path.exists():
        shutil.copymode(path, scratch)
    os.replace(scratch, path)


def _record(programme: Programme, plan: Plan, *, author: str, reason: str) -> None:
    """One act for all that was declared or entered into a register; the other acts have records of their own."""
    rows = {(change.sheet.id, change.entry.row) for change in plan.changes if is_declared(change) or is_kept(change)}
    places = {(plan.book.wording.title(sheet), row) for sheet, row in rows}
    told = [asdict(one) for one in plan.differences if (one.sheet, one.row) in places]
    if told:
        at, detail = programme.now(), {"differences": told, "files": sorted(plan.texts)}
        record_act(
            programme.ledger,
            kind=ACT,
            subject=plan.file.name,
            author=author,
            reason=reason or "–",
            at=at,
            detail=detail,
        )


def _return_copy(programme: Programme, plan: Plan) -> Path:
    """The workbook as it is now, with the rows that were not taken as they were written."""
    path = _choose_name(plan.file, {"fr": "a-corriger"}.get(plan.book.wording.language, "to-correct"))
    entries = [entry for entry in plan.book.entries if entry.faults]
    export_workbook(programme, path, language=plan.book.wording.language, returned=Returned(entries=entries))
    return path


def _choose_name(file: Path, ending: str) -> Path:
    """A name beside the file that nothing has yet: somebody may be at work in an earlier copy."""
    stem = re.sub(rf"-{ending}(-\d+)?$", "", file.stem)
    names = (f"{stem}-{ending}{f'-{number}' if number > 1 else ''}.xlsx" for number in count(1))
    return next(path for path in map(file.with_name, names) if not path.exists())
