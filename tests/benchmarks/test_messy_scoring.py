"""That the judge of readings lets a right one pass and calls every wrong one by its name."""

from copy import deepcopy
from datetime import date
from decimal import Decimal

import pytest

from benchmarks.messy.judging import UNREAD, read_day, read_figure
from benchmarks.messy.scoring import ASKED, MISSED, RIGHT, SILENT, score_file
from benchmarks.messy.summary import Summary, tell_groups, tell_misses, tell_points
from benchmarks.messy.truth import Expected, Truth

TRUTH = Truth(
    file="budget.csv",
    language="fr",
    messes=frozenset({"thousands"}),
    kinds=("budget",),
    format="csv",
    encodings=("utf-8",),
    delimiter=";",
    header_rows=(1,),
    columns={
        "Code": Expected(fields=(None,)),
        "Libellé": Expected(fields=("name",)),
        "Validé (k€)": Expected(fields=("approved_amount",), kind="number"),
        "Révisé le": Expected(fields=("updated_on",), kind="date"),
        "Date": Expected(fields=("a", "b"), kind="date", doubtful=True),
    },
    keys=(frozenset({"Code"}),),
    cells={
        "Validé (k€)": (("1,5", Decimal(1500)), ("2 000,0", Decimal(2_000_000))),
        "Révisé le": (("03/04/2026", date(2026, 4, 3)), ("15/04/2026", date(2026, 4, 15))),
    },
    meant={2: {"Libellé": "Licences", "Validé (k€)": Decimal(1500)}, 3: {"Libellé": "Matériel"}},
    ignored={4: "subtotal"},
    damaged=frozenset({(3, "Validé (k€)")}),
    records=2,
)
READING = {
    "file": "budget.csv", "status": "read", "kind": "budget", "format": "csv", "encoding": "utf-8", "delimiter": ";",
    "header_rows": [1], "keys": ["Code"], "unmapped": ["Code", "Date"], "rows": 2,
    "columns": {"Libellé": "name", "Validé (k€)": "approved_amount", "Révisé le": "updated_on"},
    "formats": {
        "Validé (k€)": {"kind": "number", "decimal": ",", "group": " "},
        "Révisé le": {"kind": "date", "formats": ["%d/%m/%Y"]},
    },
    "unit_factor": {"Validé (k€)": 1000}, "ignored_rows": [{"row": 4, "why": "subtotal"}],
    "damaged": [{"row": 3, "column": "Validé (k€)"}],
    "preview": [{"row": 2, "read": {"name": "Licences", "approved_amount": "1500"}}],
    "questions": ["budget.csv/column/Date"],
}  # fmt: skip


def judge(**changes):
    reading = deepcopy(READING) | changes
    return {(point.what, point.detail, point.result) for point in score_file(TRUTH, reading).points}


def list_wrong(**changes):
    return sorted(point for point in judge(**changes) if point[2] != RIGHT)


def test_a_right_reading_has_no_other_point():
    assert list_wrong() == []


@pytest.mark.parametrize(
    ("changes", "point"),
    [
        ({"kind": "costs"}, ("kind", "", SILENT)),
        ({"kind": "unknown"}, ("kind", "", MISSED)),
        ({"kind": "unknown", "questions": ["budget.csv/kind", "budget.csv/column/Date"]}, ("kind", "", ASKED)),
        ({"encoding": "cp1252"}, ("layout", "encoding", SILENT)),
        ({"keys": ["Libellé"]}, ("key", "", SILENT)),
        ({"keys": []}, ("key", "", MISSED)),
        ({"unit_factor": {}}, ("format", "Validé (k€)", SILENT)),
        ({"ignored_rows": []}, ("row", "4 subtotal", SILENT)),
        ({"ignored_rows": [{"row": 4}, {"row": 2}]}, ("row", "2", SILENT)),
        ({"damaged": []}, ("damage", "3 Validé (k€)", SILENT)),
        ({"rows": 3}, ("row", "count", MISSED)),
        ({"preset": "jira_csv"}, ("preset", "", SILENT)),
        ({"status": "refused", "error": "is damaged", "cure": "save it again"}, ("kind", "", MISSED)),
        ({"preview": [{"row": 2, "read": {"name": "Matériel"}}]}, ("preview", "Libellé", SILENT)),
    ],
)  # fmt: skip
def test_what_is_wrong_is_called_so(changes, point):
    assert point in list_wrong(**changes)


def test_days_and_months_exchanged_are_silent_and_unread_ones_missed():
    exchanged = {"kind": "date", "formats": ["%m/%d/%Y", "%d/%m/%Y"]}
    unread = {"kind": "date", "formats": ["%m/%d/%y"]}
    assert ("format", "Révisé le", SILENT) in list_wrong(formats=READING["formats"] | {"Révisé le": exchanged})
    assert ("format", "Révisé le", MISSED) in list_wrong(formats=READING["formats"] | {"Révisé le": unread})


def test_a_column_in_a_wrong_field_is_silent_unless_asked():
    wrong = READING["columns"] | {"Code": "document"}
    assert ("column", "Code", SILENT) in list_wrong(columns=wrong)
    asked = [*READING["questions"], "budget.csv/column/Code"]
    assert ("column", "Code", ASKED) in list_wrong(columns=wrong, questions=asked)


def test_a_doubtful_column_may_be_left_or_asked_but_not_chosen():
    assert list_wrong(questions=[]) == []
    chosen = READING["columns"] | {"Date": "a"}
    assert ("column", "Date", SILENT) in list_wrong(columns=chosen, questions=[])


def test_a_refusal_needs_its_reason_and_a_cure():
    truth = Truth(file="a.xlsx", language="en", messes=frozenset({"PDF"}), refused=("PDF",))
    results = [
        score_file(truth, {"status": "refused", "error": error, "cure": cure}).points[0].result
        for error, cure in (("is a PDF", "ask for rows"), ("is a PDF", ""), ("cannot be read", "ask"))
    ]
    assert results == [RIGHT, MISSED, MISSED]
    assert score_file(truth, {"status": "read"}).points[0].result == SILENT


def test_figures_and_days_are_read_as_the_product_reads_them():
    assert read_figure({"decimal": ",", "group": " "}, 1000, "1 250,5") == Decimal("1250500.0")
    assert read_figure({"decimal": ",", "affixes": [" €"]}, None, "12,5 €") == Decimal("12.5")
    assert read_figure({}, None, "12,5") is UNREAD
    assert read_day({"formats": ["serial"]}, 46136) == date(2026, 4, 24)
    assert read_day({"formats": ["%d.%m.%Y"], "empty": ["31.12.9999"]}, "31.12.9999") is None
    assert read_day({"formats": ["%d/%m/%Y %H:%M"]}, "24/04/2026 13:45") == date(2026, 4, 24)
    assert read_day({"formats": ["iso"]}, "24/04/2026") is UNREAD


def test_the_summary_counts_shares_and_names_every_miss():
    summary = Summary(scores=(score_file(TRUTH, READING), score_file(TRUTH, READING | {"kind": "costs"})))
    assert summary.silent == 1
    assert summary.share < 100
    assert summary.questions == 1
    assert [line for line in tell_misses(summary) if "kind" in line] == list(tell_misses(summary))
    assert any(line.startswith("thousands") for line in tell_groups(summary))
    assert any(line.startswith("column") for line in tell_points(summary))
