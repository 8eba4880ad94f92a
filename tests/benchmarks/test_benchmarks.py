"""That each benchmark measures what it says, on sizes that take no time. Nothing here looks at a figure's height."""

import json
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from benchmarks import __main__ as command
from benchmarks.figures import BENCHMARKS, Figure, measure_help
from benchmarks.measure import measure
from benchmarks.paged_api import make_record, open_api, write_pages
from benchmarks.start import measure_large


def test_pages_hold_every_record_once_and_end_empty():
    pages = [json.loads(body)["items"] for body in write_pages(2_500, 1_000)]
    assert [len(page) for page in pages] == [1_000, 1_000, 500, 0]
    assert [item["id"] for page in pages for item in page] == list(range(1, 2_501))


def test_a_record_differs_from_its_neighbour():
    assert {**make_record(1), "id": 2} != make_record(2)


def test_the_api_answers_what_changed_since():
    import requests

    with open_api(30) as address:
        everything = requests.get(f"{address}/order_lines", params={"after": 0}, timeout=10).json()
        later = datetime(2026, 6, 29, tzinfo=UTC).isoformat()
        nothing = requests.get(f"{address}/order_lines", params={"changed_since": later}, timeout=10).json()
    assert (len(everything["items"]), everything["total"]) == (30, 30)
    assert nothing == {"items": [], "total": 0}


def test_the_peak_is_that_of_the_command():
    """Measured from a small process, as the benchmarks are: a command inherits the peak of whoever starts it."""
    code = """
import sys
from benchmarks.measure import measure
for text in ("pass", "held = bytearray(b'x' * 200 * 2**20)"):
    sys.stdout.write(f"{measure([sys.executable, '-c', text]).peak_mb}\\n")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    small, large = map(float, done.stdout.split())
    assert large - small > 150


def test_a_command_that_fails_gives_no_figure():
    with pytest.raises(RuntimeError, match="told why"):
        measure([sys.executable, "-c", "raise SystemExit('told why')"])


@pytest.mark.parametrize("name", ["collect", "workbook"])
def test_a_benchmark_runs_on_a_tiny_size(name):
    figures = list(BENCHMARKS[name](2_000))
    assert any(figure.bar for figure in figures)
    assert all(figure.value > 0 for figure in figures)


def test_large_files_are_read_to_their_last_row():
    seconds, _, memory = measure_large(400)
    assert seconds.value > 0
    assert memory.bar == 500


def test_a_figure_may_have_a_least_height():
    figure = Figure(name="share", value=94.9, unit="%", least=95, details=("why",))
    assert not figure.met
    assert command.write_line(figure).endswith("MISSED\n      why")


def test_help_is_measured():
    (figure,) = measure_help(None)
    assert figure.bar == 0.5


def run(monkeypatch, value, *more):
    figure = Figure(name="thing", value=value, unit="s", bar=2)
    monkeypatch.setitem(BENCHMARKS, "help", lambda _size: iter([figure, Figure(name="told", value=9, unit="s")]))
    return command.main(["help", *more])


def test_a_missed_bar_ends_with_1_and_is_named(monkeypatch, capsys):
    assert run(monkeypatch, 2.5) == 1
    assert "MISSED" in capsys.readouterr().out


def test_a_bar_is_met_up_to_its_height(monkeypatch, capsys):
    assert run(monkeypatch, 2.0) == 0
    assert "MISSED" not in capsys.readouterr().out


def test_json_is_one_document(monkeypatch, capsys):
    assert run(monkeypatch, 2.5, "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert [(one["name"], one["met"]) for one in told["figures"]] == [("thing", False), ("told", True)]


def test_an_unknown_name_is_refused(capsys):
    with pytest.raises(SystemExit):
        command.main(["nothing"])
    assert "nothing" in capsys.readouterr().err
