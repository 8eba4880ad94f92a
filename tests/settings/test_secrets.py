"""Secrets are named, never written; what stands in a file or an environment is shown by no error."""

import pytest

from slipwatch.errors import ConfigError
from slipwatch.settings import SettingsError, explain, load_settings, resolve_secret
from tests.settings.small_configuration import FILES, edit, write_configuration

SENTINEL = "sentinel-7c1f"


def test_a_secret_comes_from_the_environment():
    assert resolve_secret("env:KEY", {"KEY": SENTINEL}) == SENTINEL


def test_a_secret_comes_from_a_file_without_its_line_end(tmp_path):
    (tmp_path / "key").write_text(f"{SENTINEL}\n")
    assert resolve_secret(f"file:{tmp_path / 'key'}", {}) == SENTINEL


def test_a_secret_comes_from_a_block():
    assert resolve_secret("block:secret/smtp", {}, {"secret/smtp": SENTINEL}.__getitem__) == SENTINEL


@pytest.mark.parametrize(
    ("reference", "cure"),
    [
        ("env:KEY", "set KEY in the environment"),
        ("env:EMPTY", "set EMPTY in the environment"),
        ("file:/nowhere/key", "write the secret alone into"),
        ("file:relative/key", "write the whole path"),
        ("block:smtp", "use env: or file: outside of a flow"),
    ],
)
def test_a_secret_that_is_missing_stops_with_the_cure(reference, cure):
    with pytest.raises(ConfigError, match=cure) as caught:
        resolve_secret(reference, {"EMPTY": ""})
    assert caught.value.subject == reference


def test_a_literal_secret_is_refused_and_not_repeated():
    with pytest.raises(ConfigError, match="literal value") as caught:
        resolve_secret(SENTINEL, {})
    assert SENTINEL not in str(caught.value)


MAIL = "mail: {transport: smtp, options: {host: localhost, %s}}\n"


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"slipwatch": FILES["slipwatch.yaml"] + MAIL % f"password: {SENTINEL}"}, "slipwatch.yaml:5"),
        ({"slipwatch": FILES["slipwatch.yaml"] + MAIL % "smtp_passwd: 123456"}, "slipwatch.yaml:5"),
        ({"slipwatch": FILES["slipwatch.yaml"] + f"ledger: postgresql://me:{SENTINEL}@db/x\n"}, "slipwatch.yaml:5"),
        (edit("sources.yaml", "folder: drop", f"api_key: {SENTINEL}"), "sources.yaml:8"),
        (edit("sources.yaml", "folder: drop", f"url: 'https://me:{SENTINEL}@example.org/'"), "sources.yaml:8"),
        (edit("sources.yaml", "{title_rows: 3}", f"{{auth: {{token: [{SENTINEL}]}}}}"), "sources.yaml:10"),
    ],
)
def test_a_secret_written_into_the_configuration_is_refused_and_not_repeated(tmp_path, changed, place):
    with pytest.raises(SettingsError) as caught:
        load_settings(write_configuration(tmp_path, **changed))
    assert place in {problem.place for problem in caught.value.problems}
    assert SENTINEL not in explain(caught.value)
    assert "123456" not in explain(caught.value)


def test_words_that_only_sound_like_secrets_are_options(tmp_path):
    options = "folder: drop\n      natural_key: id\n      key: order\n      tokenise: true\n      page_token: null"
    settings = load_settings(write_configuration(tmp_path, **edit("sources.yaml", "folder: drop", options)))
    assert settings.sources["PLAN"].options["natural_key"] == "id"


def test_a_reference_is_no_literal(tmp_path):
    changed = {"slipwatch": FILES["slipwatch.yaml"] + MAIL % "password: env:SMTP_PASSWORD"}
    settings = load_settings(write_configuration(tmp_path, **changed), {"SMTP_PASSWORD": SENTINEL})
    assert settings.programme.mail.options["password"] == "env:SMTP_PASSWORD"
    assert SENTINEL not in repr(settings)


def test_every_secret_that_is_named_must_be_there(tmp_path):
    changed = {"slipwatch": FILES["slipwatch.yaml"] + MAIL % "password: env:SMTP_PASSWORD"}
    changed |= edit("sources.yaml", "folder: drop", "url: file:/nowhere/url")
    with pytest.raises(SettingsError) as caught:
        load_settings(write_configuration(tmp_path, **changed), {})
    first, second = caught.value.problems
    assert (first.place, first.key) == ("slipwatch.yaml:5", "mail.options.password")
    assert first.cure == "set SMTP_PASSWORD in the environment"
    assert second.place == "sources.yaml:8"
    load_settings(tmp_path)


def test_a_block_is_left_to_the_flow(tmp_path):
    changed = {"slipwatch": FILES["slipwatch.yaml"] + "ledger: block:secret/ledger\n"}
    assert load_settings(write_configuration(tmp_path, **changed), {}).programme.ledger == "block:secret/ledger"
