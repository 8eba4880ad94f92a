"""What the page on old copies shows happens, in the programme of the tutorial."""

import io
import shlex

import pytest

from slipwatch.cli import run_command
from tests.docs.pages import DOCS, Reader, read_blocks

PAGE = DOCS / "history.md"


@pytest.fixture
def reader(tmp_path, monkeypatch):
    """Somebody with the programme of the tutorial, who has read nothing yet."""
    monkeypatch.chdir(tmp_path)
    reader = Reader(tmp_path)
    reader.type("slipwatch init")
    shown = {block.path: block.text for block in reversed(read_blocks(DOCS / "tutorial.md")) if block.path}
    for path, text in shown.items():
        reader.save(path, text)
    return reader


def show(reader, line):
    """What a command prints that leaves something to do: its exit code is 1."""
    said = io.StringIO()
    assert run_command(shlex.split(line)[1:], out=said, err=said, environ={}, now=lambda: reader.now) == 1
    return said.getvalue()


def test_what_the_page_shows_happens(reader):
    """The blocks of text are what is printed while a copy waits for a person."""
    blocks = read_blocks(PAGE)
    for block in blocks:
        if block.path:
            reader.save(block.path, block.text)
    rehearsal, cure = [block.text for block in blocks if block.language == "text"]
    line, _, expected = rehearsal.removeprefix("$ ").partition("\n")
    assert show(reader, line) == expected
    told = show(reader, "slipwatch import --history old --source PLAN --dates dates.yaml")
    assert told.endswith(cure)
    sources = (reader.folder / "config" / "sources.yaml").read_text(encoding="utf-8")
    reader.save("config/sources.yaml", sources.replace("forecast_on: Forecast", "forecast_on: [Forecast, Termin]"))
    reader.follow(PAGE)

    page = reader.folder / "slipwatch-home" / "reports" / "2026-11-23.html"
    assert "watched from here" in page.read_text(encoding="utf-8")
