"""The conformance suite for sources behind HTTP: whatever fails, no partial list passes for a whole one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from slipwatch.errors import AuthError, RateLimited, SourceError, TransientError
from slipwatch.model.records import Batch, Record
from slipwatch.testing import faults
from slipwatch.testing.conformance import ConnectorConformance, expect
from slipwatch.testing.fault_server import Change, Fault, FaultServer, reply_json
from slipwatch.testing.harness import Harness, collect_records, is_proven

MOST_REQUESTS = 15
"""Of one stream, those at which a fault is tried."""

PASSING = {
    "429": faults.answer_status(429),
    "429 for 3 s": faults.answer_status(429, headers={"Retry-After": "3"}),
    "500": faults.answer_status(500),
    "503": faults.answer_status(503),
    "hang-up": faults.hang_up,
    "broken off": faults.break_off,
    "truncated JSON": faults.cut_json,
    "empty body": faults.answer_nothing,
}
"""Faults that are over when the same is asked again."""

LASTING = {
    "login page": faults.answer_login_page,
    "401": faults.answer_status(401),
    "403": faults.answer_status(403),
    "404": faults.answer_status(404),
    "410": faults.answer_status(410),
    "empty object": lambda request, reply: reply_json({}),
    "empty list": lambda request, reply: reply_json([]),
    "null": lambda request, reply: reply_json(None),
    "text": lambda request, reply: reply_json("maintenance"),
}  # fmt: skip
"""Answers that are no data."""


class HttpConformance(ConnectorConformance):
    """Beside the suite for all connectors. The harness must have a `server` that holds more than one page."""

    def test_it_only_reads(self, harness: Harness) -> None:
        server = find_server(harness)
        with harness.opened() as connector:
            connector.check()
            for info in connector.discover():
                for window in connector.plan(info.name, None):
                    list(connector.read(window))
                if info.deletes == "sweep":
                    list(connector.sweep(info.name))
        writing = [f"{request.method} {request.path}" for request in server.requests if not harness.may_ask(request)]
        expect(not writing, f"these are not among the requests that read: {writing[:5]}")

    def test_a_wrong_secret_is_told_apart_from_an_empty_source(self, harness: Harness) -> None:
        server, wrong = find_server(harness), dict.fromkeys(harness.secrets, "sentinel-wrong-secret")
        streams = harness.discover()
        server.play()
        with harness.opened(secrets=wrong) as connector:
            report = connector.check()
            expect(not report.ok, "check accepts a wrong secret")
            expect("sentinel-wrong-secret" not in repr(report), "check tells the secret")
            with pytest.raises(AuthError):
                connector.discover()
            for info in streams:
                with pytest.raises(AuthError):
                    [list(connector.read(window)) for window in connector.plan(info.name, None)]
        refused = len(server.requests)
        expect(refused <= 2 * (len(streams) + 2), f"{refused} requests with a wrong secret lock an account out")

    def test_a_source_that_cannot_be_reached_is_worth_another_try(self, harness: Harness) -> None:
        with FaultServer(lambda request: reply_json({})) as closed:
            address = closed.url
        connector = harness.open(options={"address": address})
        expect(not connector.check().ok, "check finds an unreachable source good")
        with pytest.raises(TransientError):
            connector.discover()
        connector.close()

    @pytest.mark.parametrize("change", PASSING.values(), ids=PASSING)
    def test_a_passing_fault_at_any_request_loses_nothing(self, harness: Harness, change: Change) -> None:
        for stream, good, count in measure_streams(harness):
            for skip in range(count):
                batches = read_with(harness, stream, Fault(change, skip=skip))
                expect(is_proven(batches), f"{stream}: fault at request {skip + 1}: no proof")
                expect(collect_records(batches) == good, f"{stream}: fault at request {skip + 1}: other records")

    @pytest.mark.parametrize("change", [*PASSING.values(), *LASTING.values()], ids=[*PASSING, *LASTING])
    def test_a_lasting_fault_is_no_good_read(self, harness: Harness, change: Change) -> None:
        for stream, _, count in measure_streams(harness):
            for skip in {0, count // 2, count - 1}:
                expect_no_good_read(harness, stream, Fault(change, skip=skip, times=100_000), f"request {skip + 1}")

    @pytest.mark.parametrize("change", LASTING.values(), ids=LASTING)
    def test_a_single_answer_that_is_no_data_makes_no_partial_list(self, harness: Harness, change: Change) -> None:
        for stream, good, count in measure_streams(harness):
            for skip in range(count):
                try:
                    batches = read_with(harness, stream, Fault(change, skip=skip))
                except SourceError:
                    continue
                whole = collect_records(batches) == good
                expect(whole or not is_proven(batches), f"{stream}: at request {skip + 1}: a partial list is proven")

    def test_a_page_that_comes_again_and_again_ends(self, harness: Harness) -> None:
        for stream, good, count in measure_streams(harness):
            for skip in range(count):
                try:
                    batches = read_with(harness, stream, Fault(faults.Repeat(), skip=skip, times=100_000))
                except SourceError:
                    continue
                whole = collect_records(batches) == good
                expect(whole or not is_proven(batches), f"{stream}: repeated from request {skip + 1}: proven")

    def test_a_redirect_elsewhere_is_not_followed(self, harness: Harness) -> None:
        with FaultServer(lambda request: reply_json({})) as other:
            for stream, _, count in measure_streams(harness):
                for skip in range(count):
                    fault = Fault(faults.redirect(f"{other.url}/x"), skip=skip, times=100_000)
                    expect_no_good_read(harness, stream, fault, f"redirected at request {skip + 1}")
            expect(not other.requests, "a redirect to another host was followed")

    def test_a_long_wait_is_left_to_the_next_run(self, harness: Harness) -> None:
        find_server(harness).play(Fault(faults.answer_status(429, headers={"Retry-After": "7200"}), times=100_000))
        slept = len(harness.clock.slept)
        with harness.opened() as connector, pytest.raises(RateLimited) as caught:
            connector.discover()
        expect(caught.value.until >= harness.clock.now() + timedelta(hours=1), "until is not what the source asked")
        expect(sum(harness.clock.slept[slept:]) < 300, "slept through a long wait")

    @pytest.mark.parametrize("by", [timedelta(days=1), timedelta(days=-1)], ids=["ahead", "behind"])
    def test_windows_follow_the_clock_of_the_source(self, harness: Harness, by: timedelta) -> None:
        server = find_server(harness)
        moment = harness.clock.now() + by
        server.play(Fault(faults.show_clock(moment), times=100_000))
        with harness.opened() as connector:
            for info in connector.discover():
                for window in connector.plan(info.name, None):
                    off = abs(window.until - moment)
                    expect(off < timedelta(minutes=10), f"{info.name}: the window ends {off} from the source's clock")


def find_server(harness: Harness) -> FaultServer:
    """The double's server; fails the test where the harness has none."""
    if harness.server is None:
        pytest.fail("the harness of an HTTP source needs a server", pytrace=False)
    return harness.server


def measure_streams(harness: Harness) -> list[tuple[str, dict[str, Record], int]]:
    """Each stream with the records of an undisturbed read, and how many requests it took (closing not counted)."""
    measured = []
    server = find_server(harness)
    server.play()
    for info in harness.discover():
        server.play()
        with harness.opened() as connector:
            windows = connector.plan(info.name, None)
            good = collect_records(batch for window in windows for batch in connector.read(window))
            measured.append((info.name, good, min(len(server.requests), MOST_REQUESTS)))
    return measured


def read_with(harness: Harness, stream: str, fault: Fault) -> list[Batch]:
    """The batches of a read during which this fault happens."""
    find_server(harness).play(fault)
    return harness.read(stream)


def expect_no_good_read(harness: Harness, stream: str, fault: Fault, words: str) -> None:
    """The read fails with an error of ours, or without proof: anything but a good read."""
    try:
        batches = read_with(harness, stream, fault)
    except SourceError:
        return
    expect(not is_proven(batches), f"{stream}: {words}: passes for a good read")
