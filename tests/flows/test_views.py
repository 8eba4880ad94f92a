"""Keys and values of artifacts, whatever comes from upstream."""

import numpy as np
import pandas as pd
import pytest

from flows.artifacts import name_key, show
from flows.environment import build_environment
from flows.up import find_prefect_file
from slipwatch.errors import ConfigError


@pytest.mark.parametrize(
    ("parts", "key"),
    [
        (("project", "ERP-CORE"), "project-erp-core"),
        (("project", "Évry_2"), "project-evry-2"),
        (("project", "<script>"), "project-script"),
    ],
)
def test_keys_hold_lower_case_letters_digits_and_dashes(parts, key):
    assert name_key(*parts) == key


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (pd.NaT, None),
        (pd.NA, None),
        (float("nan"), None),
        (np.int64(3), 3),
        (np.float64(0.5), 0.5),
        (True, True),
        (pd.Timestamp("2026-04-30"), "2026-04-30 00:00:00"),
        ("=1+1", "=1+1"),
    ],
)
def test_every_value_becomes_one_that_an_artifact_takes(value, shown):
    assert show(value) == shown
    assert type(show(value)) in {type(None), bool, int, float, str}


def test_telemetry_is_off_and_the_home_is_one(tmp_path):
    environ = build_environment(tmp_path, port=4999, environ={})
    assert environ["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert environ["DO_NOT_TRACK"] == "1"
    assert environ["PREFECT_API_URL"] == "http://127.0.0.1:4999/api"
    assert environ["PREFECT_HOME"].startswith(str(tmp_path))


def test_a_temporary_server_never_inherits_an_address(tmp_path):
    assert "PREFECT_API_URL" not in build_environment(tmp_path, port=None, environ={"PREFECT_API_URL": "http://x"})


def test_the_packaged_deployments_are_found_from_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert find_prefect_file(None).name == "prefect.yaml"


def test_a_named_file_that_is_missing_is_an_error(tmp_path):
    with pytest.raises(ConfigError):
        find_prefect_file(tmp_path / "none.yaml")
