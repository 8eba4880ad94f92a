"""Options that all network sources share."""

import pytest
from pydantic import ValidationError

from connectors.redmine import RedmineConnector, RedmineOptions
from slipwatch.testing.harness import Harness
from slipwatch.wire.options import NetworkOptions, SecretReference


class Acme(NetworkOptions):
    key: SecretReference


GOOD = {"address": "https://erp.example/api", "key": "env:ACME_KEY"}


@pytest.mark.parametrize("reference", ["env:ACME_KEY", "file:/run/secrets/acme", "block:secret/acme"])
def test_secrets_are_references(reference):
    assert Acme(**GOOD | {"key": reference}).key == reference


@pytest.mark.parametrize("literal", ["hunter2-hunter2", "env:", "env:1KEY", "file:", "block:Secret/x y", "", "env:A B"])
def test_a_literal_secret_is_refused(literal):
    with pytest.raises(ValidationError):
        Acme(**GOOD | {"key": literal})


@pytest.mark.parametrize("wrong", [{"per_second": -1}, {"answer_within": 0}, {"address": "erp"}, {"adress": "x"}])
def test_what_cannot_be_meant_is_refused(wrong):
    with pytest.raises(ValidationError) as caught:
        Acme(**GOOD | wrong)
    assert next(iter(wrong)) in str(caught.value)


def test_options_become_limits():
    patient = Acme(**GOOD | {"per_second": 2, "answer_within": 90}).build_pacing()
    assert (patient.per_second, patient.read_timeout) == (2, 90)


def test_a_check_ends_in_time_whatever_the_source_does():
    hasty = Acme(**GOOD | {"answer_within": 600}).build_pacing(patient=False)
    assert hasty.tries == 1
    assert hasty.longest_wait == 0
    assert 5 * (hasty.connect_timeout + hasty.longest_answer) <= 40


def test_the_file_of_an_authority_stands_beside_the_configuration(tmp_path):
    harness = Harness(connector=RedmineConnector, options={}, folder=tmp_path)
    options = RedmineOptions(address="https://tracker.example", key="env:KEY", ca_file="ca.pem")
    connector = RedmineConnector(options, harness.build_context({}))
    assert connector._client.http._verify == str(tmp_path / "ca.pem")
