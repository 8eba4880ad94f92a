"""The suite passes a good connector and finds the flaw of each bad one."""

import contextlib
from datetime import timedelta

import pytest
import requests

from slipwatch.testing import faults
from slipwatch.testing.fault_server import FaultServer
from slipwatch.testing.harness import Harness
from slipwatch.testing.http_conformance import LASTING, PASSING, HttpConformance
from tests.testing import acme

Failed = pytest.fail.Exception
suite = HttpConformance()


@pytest.fixture
def build(tmp_path):
    """A function that gives the harness of a connector."""
    with FaultServer(acme.AcmeDouble()) as server:

        def build_harness(connector):
            harness = Harness(
                connector=connector,
                options={"address": server.url, "key": "env:ACME"},
                secrets={"env:ACME": acme.KEY},
                server=server,
                folder=tmp_path,
            )
            server.now = harness.clock.now
            return harness

        yield build_harness


class TestAcme(HttpConformance):
    @pytest.fixture
    def harness(self, build):
        return build(acme.AcmeConnector)


@pytest.mark.parametrize(
    ("connector", "test"),
    [
        (acme.TellsItsSecret, suite.test_secrets_stay_secret),
        (acme.ForgetsTheProof, suite.test_batches_are_bounded_and_end_with_a_proof),
        (acme.CountsOthers, suite.test_batches_are_bounded_and_end_with_a_proof),
        (acme.WritesTexts, suite.test_records_fit_the_model),
        (acme.WritesUnknownColumns, suite.test_records_fit_the_model),
        (acme.ReadsWhileItIsBuilt, suite.test_building_touches_nothing),
        (acme.ForgetsToSweep, suite.test_a_sweep_lists_what_was_read),
        (acme.MisreadsItsArchive, suite.test_what_was_archived_can_be_read_again),
        (acme.TakesAWrongKey, suite.test_a_wrong_secret_is_told_apart_from_an_empty_source),
        (acme.Writes, suite.test_it_only_reads),
    ],
)
def test_a_flaw_is_found(build, connector, test):
    with pytest.raises(Failed):
        test(build(connector))


def test_reading_the_archive_again_is_no_duty(build):
    older = build(type("Older", (acme.AcmeConnector,), {"read_again": None}))
    older.discover()
    asked = [request.path for request in older.server.requests]
    suite.test_what_was_archived_can_be_read_again(older)
    assert [request.path for request in older.server.requests] == asked * 2, "it was discovered again, and not read"


def test_a_clock_that_is_ignored_is_found(build):
    with pytest.raises(Failed, match="from the source's clock"):
        suite.test_windows_follow_the_clock_of_the_source(build(acme.IgnoresTheirClock), timedelta(days=1))


@pytest.mark.parametrize("change", [LASTING["empty object"], faults.lose_rows("gates", keep=1)])
def test_a_partial_list_that_passes_for_a_whole_one_is_found(build, change):
    with pytest.raises(Failed, match="partial list is proven"):
        suite.test_a_single_answer_that_is_no_data_makes_no_partial_list(build(acme.BelievesInShortPages), change)


@pytest.mark.parametrize("name", PASSING)
def test_what_passes_is_no_flaw(build, name):
    harness = build(acme.AcmeConnector)
    suite.test_a_passing_fault_at_any_request_loses_nothing(harness, PASSING[name])
    assert harness.server.requests


def test_an_error_of_the_double_is_not_lost():
    def break_down(request):
        raise KeyError("the double's own fault")

    def ask():
        with FaultServer(break_down) as server, contextlib.suppress(requests.ConnectionError):
            requests.get(server.url, timeout=10)

    with pytest.raises(KeyError, match="own fault"):
        ask()
