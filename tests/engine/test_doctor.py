"""What the doctor finds, and what it leaves alone."""

import shutil
from datetime import UTC, datetime
from importlib.resources import as_file, files

import pytest

from slipwatch.engine.doctor import examine

NOW = datetime(2026, 6, 29, 4, tzinfo=UTC)
CALM = {"PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}


@pytest.fixture
def config(tmp_path):
    with as_file(files("slipwatch.sample") / "config") as source:
        shutil.copytree(source, tmp_path / "config")
    return tmp_path / "config"


def look(config, *, offline=True, **environ):
    return examine(config, environ=CALM | environ, now=lambda: NOW, home=config.parent / "home", offline=offline)


def wrong(examination):
    return {finding.area: finding.text for finding in examination.findings if not finding.ok}


def test_a_sound_installation_is_well(config):
    assert wrong(look(config)) == {}


def test_a_misspelt_key_is_named_with_file_and_line(config):
    path = config / "routing.yaml"
    path.write_text(path.read_text().replace("pmo: pmo", "pmoo: pmo"))
    assert "routing.yaml" in wrong(look(config))["configuration"]


def test_a_threshold_out_of_bounds_is_wrong(config):
    (config / "tolerances.yaml").write_text("rules:\n  schedule.milestone_slip: {gate_wd: -3}\n")
    assert "gate_wd" in wrong(look(config))["rules"]


def test_sources_that_cannot_be_read_are_named_one_by_one(config):
    faults = wrong(look(config, offline=False))
    assert {"PLAN", "ERP", "TRK", "LOG"} <= {area.split(".")[0] for area in faults}


def test_an_open_server_without_a_password_is_wrong(config):
    assert "PREFECT_SERVER_API_AUTH_STRING" in wrong(look(config, PREFECT_SERVER_API_HOST="192.0.2.7"))["prefect"]


def test_a_guarded_server_may_listen_elsewhere(config):
    environ = {"PREFECT_SERVER_API_HOST": "192.0.2.7", "PREFECT_SERVER_API_AUTH_STRING": "user:sentinel"}
    assert "prefect" not in wrong(look(config, **environ))


def test_an_unencrypted_address_elsewhere_is_wrong(config):
    assert "https" in wrong(look(config, PREFECT_API_URL="http://prefect.example/api"))["prefect"]


def test_telemetry_that_is_on_is_told_once_with_its_switches(config):
    loud = look(config, PREFECT_SERVER_ANALYTICS_ENABLED="true", DO_NOT_TRACK="")
    assert tell(loud, "telemetry").text.endswith("set PREFECT_SERVER_ANALYTICS_ENABLED=false and DO_NOT_TRACK=1")
    assert tell(look(config, PREFECT_SERVER_ANALYTICS_ENABLED="True"), "telemetry").text.endswith("ENABLED=false")
    assert not [found for found in look(config, DO_NOT_TRACK="true").findings if found.area == "telemetry"]


def test_a_missing_secret_stops_with_its_name(config):
    path = config / "slipwatch.yaml"
    path.write_text(path.read_text() + "\nledger: env:SLIPWATCH_NO_SUCH_SECRET\n")
    assert "SLIPWATCH_NO_SUCH_SECRET" in wrong(look(config))["configuration"]


SMTP = """
mail:
  transport: smtp
  sender: slipwatch@meridor.example
  domain: meridor.example
  options: {host: 127.0.0.1, port: %d, starttls: off_loopback_only, timeout_seconds: 5}
"""


def send_by(config, port):
    path = config / "slipwatch.yaml"
    text = path.read_text()
    start = text.index("mail:\n")
    end = text.index("\n\n", start) if "\n\n" in text[start:] else len(text)
    path.write_text(text[:start] + SMTP % port + text[end:])


def tell(examination, area):
    (finding,) = [finding for finding in examination.findings if finding.area == area]
    return finding


def test_the_mail_server_is_called_and_nothing_is_sent(config, mail_server):
    send_by(config, mail_server.port)
    found = tell(look(config, offline=False), "mail")
    assert found.ok, found.text
    assert f"127.0.0.1:{mail_server.port} answers" in found.text
    assert "nothing was sent" in found.text
    assert mail_server.read_messages() == []


def test_a_mail_server_that_is_away_is_wrong_and_left_alone_offline(config, mail_server):
    send_by(config, mail_server.port)
    mail_server.stop()
    away = tell(look(config, offline=False), "mail")
    assert not away.ok
    assert "not reached" in away.text
    assert "check host and port" in away.text
    assert tell(look(config), "mail").text.endswith("not called")


def test_a_folder_of_mails_that_cannot_be_written_is_wrong(config):
    (config.parent / "home").mkdir(mode=0o700)
    (config.parent / "home" / "mails").write_text("a file where the folder should be")
    assert "no message can be written" in wrong(look(config, offline=False))["mail"]


def test_the_ledger_is_named_by_its_path(config):
    assert tell(look(config), "ledger").text == str(config.parent / "home" / "ledger.db")
