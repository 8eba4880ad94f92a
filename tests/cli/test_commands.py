"""The surface: every command is declared, described, reachable and quick to ask for help."""

import subprocess
import sys

import pytest

from slipwatch.cli import build_parser, choose_exit, find_handler
from slipwatch.cli.commands import COMMANDS
from slipwatch.cli.declarations import EXIT_CODES
from slipwatch.cli.parser import find_parser
from slipwatch.errors import (
    AuthError,
    ConfigError,
    DeliveryError,
    LeaseError,
    LedgerError,
    SlipwatchError,
    TransientError,
)


def list_paths(commands=COMMANDS, above=()):
    for command in commands:
        if command.commands:
            yield from list_paths(command.commands, (*above, command.name))
        else:
            yield (*above, command.name), command


PATHS = list(list_paths())


def test_every_command_that_was_promised_is_there():
    assert {" ".join(path) for path, _ in PATHS} == {
        "init", "run", "up", "demo", "import", "doctor", "status", "history", "report", "release", "remap", "migrate",
        "schema", "docs", "pack copil", "pack template",
        "alerts list", "alerts show", "alerts ack", "inventory list", "inventory accept", "baseline list",
        "baseline approve", "recipients list", "recipients release", "recipients withdraw", "sources list",
        "sources check", "sources discover", "outbox list", "outbox send", "rules list", "rules explain", "schedule",
        "start", "workbook export", "workbook import", "record", "links propose", "alerts ask", "alerts reply",
        "privacy",
    }  # fmt: skip


@pytest.mark.parametrize(("path", "command"), PATHS, ids=[" ".join(path) for path, _ in PATHS])
def test_a_command_has_a_handler_a_summary_and_documented_exits(path, command):
    assert callable(find_handler(command.handler))
    assert command.summary
    assert set(command.exits) < set(EXIT_CODES)
    for argument in command.arguments:
        assert argument.help


@pytest.mark.parametrize("path", [path for path, command in PATHS if path[-1] == "list"])
def test_every_list_can_be_read_by_a_program(path):
    assert "--json" in find_parser(build_parser(), path).format_help()


@pytest.mark.parametrize("path", [path for path, _ in PATHS])
def test_every_command_takes_the_shared_options(path):
    text = find_parser(build_parser(), path).format_help()
    for option in ("--config", "--home", "--debug"):
        assert option in text


def test_help_imports_nothing_heavy():
    heavy = ("prefect", "pandas", "sqlalchemy", "pydantic", "yaml", "rich", "holidays", "babel", "requests", "numpy")
    script = (
        "import sys\nfrom slipwatch.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        f"loaded = [name for name in {heavy!r} if name in sys.modules]\nsys.exit(' '.join(loaded) or 0)"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "slipwatch" in ended.stdout


def test_no_command_imports_prefect_before_it_is_called():
    script = (
        "import sys\nfrom slipwatch.cli import find_handler\nfrom slipwatch.cli.commands import COMMANDS\n"
        "def load(commands):\n    for c in commands: load(c.commands) if c.commands else find_handler(c.handler)\n"
        "load(COMMANDS)\nsys.exit('prefect' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_the_module_is_the_command():
    ended = subprocess.run(
        [sys.executable, "-m", "slipwatch", "--version"], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0
    assert ended.stdout.startswith("slipwatch ")


@pytest.mark.parametrize("argv", [(), ("nonsense",), ("release", "abc"), ("baseline", "approve", "1")])
def test_wrong_usage_is_exit_code_2(call, argv):
    ended = call(*argv)
    assert ended.code == 2


def test_shared_options_may_stand_before_and_after_the_name():
    parser = build_parser()
    assert parser.parse_args(["--config", "a", "rules", "list"]).config == "a"
    assert parser.parse_args(["rules", "list", "--config", "b"]).config == "b"
    assert parser.parse_args(["--debug", "rules", "list"]).debug is True
    assert parser.parse_args(["rules", "list"]).debug is False


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConfigError("x"), 2),
        (AuthError("x"), 3),
        (TransientError("x"), 3),
        (DeliveryError("x", permanent=True), 4),
        (LedgerError("x"), 5),
        (LeaseError("x"), 5),
        (SlipwatchError("x"), 1),
    ],
)
def test_each_kind_of_error_has_its_exit_code(error, code):
    assert choose_exit(error) == code


def test_up_hands_its_options_to_the_flows(call, monkeypatch, tmp_path):
    from types import SimpleNamespace

    given = []
    stub = SimpleNamespace(main=lambda arguments: given.extend(arguments) or 3)
    monkeypatch.setitem(sys.modules, "flows.up", stub)
    ended = call("up", "--config", tmp_path, "--home", tmp_path / "home", "--port", "4711", "--prefect-file", "p.yaml")
    assert ended.code == 3
    assert given == [
        "--config", str(tmp_path), "--port", "4711", "--home", str(tmp_path / "home"), "--prefect-file", "p.yaml",
    ]  # fmt: skip


def test_up_says_what_is_missing(call, monkeypatch):
    monkeypatch.setattr("slipwatch.cli.running.SERVING", "flows_that_are_not_installed")
    ended = call("up")
    assert ended.code == 2
    assert "flows_that_are_not_installed is not installed" in ended.err
