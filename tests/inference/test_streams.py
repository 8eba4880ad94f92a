"""A stream is drafted only where its records can be made, and it reads what the file really holds."""

from pathlib import Path

import pytest

from slipwatch.inference.reading import ColumnFormat, ColumnGuess, FileReading, IgnoredRow
from slipwatch.inference.sources import propose_sources, write_source
from slipwatch.inference.streams import draft_stream
from slipwatch.settings.commented import strip_notes


def column(name, field=None, **more):
    return ColumnGuess(name=name, position=1, field=field, why=f"header word “{name}”", **more)


def read(file, entity, *columns, keys=("Code",), **more):
    known = {"format": "csv", "delimiter": ";", "encoding": "utf-8", "header_rows": (1,), "rows": 5, **more}
    return FileReading(
        file=file, path=Path("drop") / file, entity=entity, keys=keys, columns=(column("Code"), *columns), **known
    )


DAY = ColumnFormat(kind="date", formats=("%d/%m/%Y",))
PLAN = read("2026-01-02_plan.csv", "milestone", column("Jalon", "name"), column("Fin", "forecast_on", format=DAY))


def draft(*readings):
    return strip_notes(draft_stream(readings).options)


def test_a_plan_becomes_a_stream_with_its_conventions():
    options = draft(PLAN)

    assert options["pattern"] == "*_plan.csv"
    assert options["as_of"]["from"] == "name"
    assert options["formats"] == ["%d/%m/%Y"]
    assert options["columns"] == {"name": "Jalon", "forecast_on": "Fin"}
    assert options["key"] == "Code"
    assert options["complete"] is True


def test_two_exports_with_other_columns_are_told():
    later = read("2026-01-09_plan.csv", "milestone", column("Jalon", "name"), rows=4)
    stream = draft_stream([PLAN, later])
    assert strip_notes(stream.options)["columns"]["forecast_on"] == {"from": "Fin", "optional": True}
    (told,) = stream.uneven
    assert "2026-01-09_plan.csv without the column “Fin” that 2026-01-02_plan.csv has" in told
    assert draft_stream([PLAN, PLAN]).uneven == ()


def test_milestones_without_a_date_are_left_out_with_the_reason():
    proposal = propose_sources([read("suivi.csv", "milestone", column("Objet", "name"))])

    assert proposal.sources == ()
    assert "expected" in proposal.left[0].why


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"entity": None}, "not clear what one row"),
        ({"keys": ()}, "tell its rows apart"),
    ],
)
def test_what_cannot_be_read_is_left_out_with_the_reason(change, why):
    told = {"entity": "milestone", "keys": ("Code",)} | change
    reading = read("plan.csv", told["entity"], column("Fin", "forecast_on", format=DAY), keys=told["keys"])

    assert why in propose_sources([reading]).left[0].why


def test_messages_of_several_senders_are_one_stream_in_both_languages():
    english = read("2026-01-02_telmar_confirmations.csv", "confirmation", column("order", "order_number", width=10),
                   column("item", "line_number"), column("confirmed_on", "confirmed_on"), keys=("Code",))  # fmt: skip
    german = read("2026-01-03_hallstedt_confirmations.csv", "confirmation", column("Bestellung", "order_number"),
                  column("Position", "line_number"), column("AB-Datum", "confirmed_on"), keys=("Code",))  # fmt: skip
    (source,) = propose_sources([english, german]).sources
    (options,) = [strip_notes(stream.options) for stream in source.streams]

    assert options["pattern"] == "*_confirmations.csv"
    assert options["complete"] is False
    assert options["columns"]["order_line"] == {
        "join": [{"from": ["order", "Bestellung"], "width": 10}, {"from": ["item", "Position"]}]
    }
    assert "rhythm_days" not in write_source(source, base="../drop", time_zone="UTC", owner="pmo")


def test_amounts_without_a_currency_are_left_out():
    budget = read("budget.csv", "budget_line", column("Nom", "name"), column("Budget", "approved_amount"))
    priced = read(
        "budget.csv",
        "budget_line",
        column("Nom", "name"),
        column("Budget k€", "approved_amount", unit="EUR", unit_factor=1000),
    )

    assert "approved_amount" not in draft(budget)["columns"]
    assert draft_stream([budget]).dropped == ("approved_amount",)
    assert draft(priced)["columns"]["approved_amount"] == {"from": "Budget k€", "factor": 1000, "unit": "EUR"}


def test_words_of_next_week_are_known_too():
    tracker = read(
        "t.csv", "work_item", column("Titre", "name"), column("Statut", "status", choices=(("En cours", "doing"),))
    )
    choices = draft(tracker)["columns"]["status"]["choices"]

    assert choices["En cours"] == "doing"
    assert choices["terminé"] == "done"
    assert "erledigt" not in choices, "only the languages of the words that were seen"


def test_subtotals_merged_cells_and_two_header_rows_are_said():
    rows = (IgnoredRow(row=9, why="subtotal", column="Code", text="Sous-total"), IgnoredRow(row=1, why="title"))
    cells = (column("Projet", "project_code", as_above=True), column("Fin / prévue", "forecast_on", format=DAY))
    form = {"format": "xlsx", "delimiter": None, "encoding": None, "header_rows": (4, 5), "sheet": "Jalons"}
    plan = read("plan.xlsx", "milestone", *cells, ignored_rows=rows, **form)
    options = draft(plan)

    assert options["header"] == {"row": 4, "rows": 2}
    assert options["skip"] == [{"from": "Code", "equals": "Sous-total"}]
    assert options["columns"]["project_code"] == {"from": "Projet", "as_above": True}
    assert options["as_of"] == {"from": "modified"}


def test_names_of_persons_become_pseudonyms_and_roles_do_not():
    persons = column("Qui", "responsible_code", values=(("Anne Martin", 3), ("J. Dupont", 1)))
    roles = column("Qui", "responsible_code", values=(("Chef de projet", 3), ("Acheteur", 1)))
    for guess, told in ((persons, {"from": "Qui", "person": True}), (roles, "Qui")):
        plan = read("plan.csv", "milestone", column("Fin", "forecast_on", format=DAY), guess)
        assert draft(plan)["columns"]["responsible_code"] == told
