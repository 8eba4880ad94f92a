"""An error is one line with its cure and an exit code; where it came from is shown only when asked for."""

import pytest

from slipwatch.cli import main
from slipwatch.errors import ConfigError
from slipwatch.settings import SettingsError
from tests.settings.small_configuration import edit, write_configuration


def test_a_missing_configuration_says_what_makes_one(call, tmp_path):
    ended = call("history", "X", "--config", tmp_path / "nowhere")
    assert ended.code == 2
    assert ended.out == ""
    assert ended.err.count("\n") == 1
    assert "slipwatch init" in ended.err
    assert "Traceback" not in ended.err


def test_every_mistake_of_a_configuration_has_its_line(call, tmp_path):
    changed = edit("sources.yaml", "rhythm_days: 7", "rhythm: 7") | edit("portfolio.yaml", "gate: true", "gate: 1")
    ended = call("--config", write_configuration(tmp_path, **changed), "history", "X")
    assert ended.code == 2
    assert [line.split(": ")[0] for line in ended.err.splitlines()] == ["portfolio.yaml:8", "sources.yaml:6"]


def test_debug_lets_the_error_through(call, tmp_path):
    with pytest.raises(ConfigError):
        call("history", "X", "--config", tmp_path / "nowhere", "--debug")


def test_the_folder_comes_from_the_environment(call, tmp_path):
    changed = edit("sources.yaml", "rhythm_days: 7", "rhythm: 7")
    folder = write_configuration(tmp_path, **changed)
    ended = call("history", "X", environ={"SLIPWATCH_CONFIG": str(folder)})
    assert "sources.yaml:6" in ended.err


def test_an_act_needs_somebody_who_decides(call, tmp_path):
    folder = write_configuration(tmp_path / "config", **edit("sources.yaml", "rhythm_days: 7", "rhythm: 7"))
    ended = call("--config", folder, "recipients", "release", "lead", "--reason", "asked for it")
    assert ended.code == 2


def test_main_returns_the_exit_code(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SLIPWATCH_CONFIG", raising=False)
    assert main(["history", "X"]) == 2
    assert "slipwatch init" in capsys.readouterr().err


def test_a_settings_error_is_a_configuration_error():
    assert issubclass(SettingsError, ConfigError)
