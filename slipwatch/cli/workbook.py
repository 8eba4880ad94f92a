"""`workbook`: the portfolio as one Excel file, out and back in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from slipwatch.cli.call import Call

if TYPE_CHECKING:
    from slipwatch.engine.workbook.importing import Plan


def export_workbook(call: Call) -> None:
    """Write the workbook of the programme."""
    from slipwatch.engine.workbook.exporting import export_workbook as write
    from slipwatch.engine.workbook.importing import demand_nothing_typed

    with call.open_programme() as programme:
        path = Path(call.get("output") or "portfolio.xlsx")
        demand_nothing_typed(programme, path)
        language = call.get("language") or programme.portfolio.language
        written = write(programme, path, language=language)
    if call.get("json"):
        call.console.show_json({"file": str(written), "language": language})
    else:
        call.console.say(written)


def import_workbook(call: Call) -> int:
    """Show what would change, then take it over; exit code 1 when something must be corrected."""
    from slipwatch.engine.workbook.importing import carry_out_import, plan_import

    author = "" if call.get("dry_run") else call.author
    with call.open_programme() as programme:
        plan = plan_import(programme, Path(call.get("file")))
        if not call.get("json"):
            _show_plan(call, plan)
        if not call.get("dry_run"):
            carry_out_import(programme, plan, author=author, reason=(call.get("reason") or "").strip())
    if call.get("json"):
        call.console.show_json(plan.as_json())
    else:
        _show_end(call, plan)
    return 1 if plan.corrections else 0


def _show_plan(call: Call, plan: Plan) -> None:
    """Before anything is written."""
    if plan.differences:
        rows = [(one.sheet, one.row, one.key, one.column, one.old, one.new) for one in plan.differences]
        call.console.show_table(("sheet", "row", "key", "column", "in force", "from now on"), rows)
    else:
        call.console.say("Nothing changes.")
    for note in plan.notes:
        call.console.note(note)


def _show_end(call: Call, plan: Plan) -> None:
    if plan.corrections:
        call.console.say()
        call.console.say(f"{len(plan.corrections)} to correct:")
        names = ("sheet", "row", "column", "found", "allowed", "cure")
        call.console.show_table(names, [[row[name] for name in names] for row in plan.describe_corrections()])
    if call.get("dry_run"):
        call.console.say("Nothing was written: this was a dry run.")
        return
    call.console.say(
        f"{len(plan.done)} acts done; written: {', '.join(plan.written) or 'no file of the configuration'}"
    )
    if plan.copy:
        call.console.say(f"What was not taken is in {plan.copy}")
