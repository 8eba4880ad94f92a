"""What is written to a terminal: text only, whatever a source puts into its titles."""

import io
import json

import pytest

from slipwatch.cli.console import Console, align
from tests.cli.conftest import Terminal

HOSTILE = "\x1b]0;owned\x07\x1b[2J\x1b[31mred\u202eevil\r\x9b1mnew\x00 =HYPERLINK('x') [bold]markup[/bold]"
ACTIVE = ("\x1b", "\x07", "\r", "\x00", "\x9b", "\u202e")


def build(stream=io.StringIO):
    return Console(stream(), stream())


@pytest.mark.parametrize("stream", [io.StringIO, Terminal])
def test_hostile_text_is_inert_everywhere(stream):
    console = build(stream)
    console.say(HOSTILE)
    console.note(HOSTILE)
    console.show_table(("key", "title"), [("1", HOSTILE), ("2", f"two\n{HOSTILE}")])
    for text in (console.out.getvalue(), console.err.getvalue()):
        own = text.replace("\x1b[1m", "").replace("\x1b[0m", "")
        assert not [sign for sign in ACTIVE if sign in own]
    assert "[bold]markup[/bold]" in console.out.getvalue().replace("\n", "")


def test_json_is_plain_ascii_and_gives_the_text_back():
    console = build()
    console.show_json({"title": HOSTILE, "name": "Méridor"})
    text = console.out.getvalue()
    assert text.isascii()
    assert not [sign for sign in ACTIVE if sign in text]
    assert json.loads(text) == {"title": HOSTILE, "name": "Méridor"}


def test_results_and_notes_go_different_ways():
    console = build()
    console.say("result")
    console.note("progress")
    assert (console.out.getvalue(), console.err.getvalue()) == ("result\n", "progress\n")


def test_a_piped_table_is_plain_columns():
    console = build()
    console.show_table(("key", "state"), [("PLAN", "good"), ("ERP", None)])
    assert console.out.getvalue() == "key   state\nPLAN  good\nERP   –\n"


def test_a_table_on_a_terminal_is_drawn():
    console = build(Terminal)
    console.show_table(("key", "state"), [("PLAN", "good")])
    assert "─" in console.out.getvalue()
    assert "PLAN" in console.out.getvalue()


def test_a_line_break_in_a_cell_starts_no_row():
    console = build()
    console.show_table(("a",), [("one\ntwo",)])
    assert console.out.getvalue().splitlines() == ["a", "one two"]


def test_an_empty_table_is_its_header():
    assert align([["a", "bb"]]) == ["a  bb"]


def test_watching_shows_nothing_to_a_pipe():
    console = build()
    with console.watch("Reading"):
        console.note("PLAN: merged")
    assert console.err.getvalue() == "PLAN: merged\n"


def test_notes_appear_while_a_terminal_is_watched():
    console = build(Terminal)
    with console.watch("Reading"):
        console.note("PLAN: merged [bold]" + HOSTILE)
    assert "PLAN: merged [bold]" in console.err.getvalue()
    assert "\u202e" not in console.err.getvalue()
    console.note("after")
    assert console.err.getvalue().endswith("after\n")
