"""The conformance suite: what the engine relies on, asked of any connector.

class TestAcme(ConnectorConformance):
    @pytest.fixture
    def harness(self, tmp_path):
        return Harness(connector=AcmeConnector, options={...}, folder=tmp_path, ...)
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from pydantic import ValidationError

from slipwatch.connector import CONTRACT_VERSION, ReadsAgain
from slipwatch.connector import Connector as ConnectorProtocol
from slipwatch.model.records import WindowKind
from slipwatch.model.tables import ENTITIES
from slipwatch.store.spool import spool_window
from slipwatch.testing.harness import Harness, collect_records, is_proven
from slipwatch.testing.record_rules import find_batch_faults, find_record_faults


def expect(good: object, words: str) -> None:
    """Fail the test with a sentence that says what a connector owes."""
    if not good:
        pytest.fail(words, pytrace=False)


def expect_none(faults: Iterable[str]) -> None:
    """Fail the test with the first of the faults found."""
    found = list(faults)
    expect(not found, "\n".join(found[:10]))


class ConnectorConformance:
    """Subclass it and give a `harness` fixture."""

    @pytest.fixture
    def harness(self) -> Harness:
        """Replace this: what your connector is tested with."""
        pytest.fail("give a `harness` fixture", pytrace=False)

    def test_it_names_itself_and_its_contract(self, harness: Harness) -> None:
        expect(harness.connector.name, "a connector has a name")
        expect(harness.connector.contract_version == CONTRACT_VERSION, f"this suite is for version {CONTRACT_VERSION}")
        expect(isinstance(harness.open(), ConnectorProtocol), "a method of the contract is missing")

    def test_unknown_options_are_refused(self, harness: Harness) -> None:
        with pytest.raises(ValidationError):
            harness.connector.Options.model_validate({**harness.options, "no_such_option": 1})

    def test_a_secret_itself_is_refused(self, harness: Harness) -> None:
        for name, value in harness.options.items():
            if isinstance(value, str) and value in harness.secrets:
                with pytest.raises(ValidationError):
                    harness.connector.Options.model_validate({**harness.options, name: harness.secrets[value]})

    def test_building_touches_nothing(self, harness: Harness) -> None:
        before = sorted(harness.folder.rglob("*"))
        harness.open(secrets={}).close()
        expect(sorted(harness.folder.rglob("*")) == before, "building a connector changed its folder")
        expect(harness.server is None or not harness.server.requests, "building a connector sent requests")

    def test_a_good_source_is_found_good(self, harness: Harness) -> None:
        with harness.opened() as connector:
            report = connector.check()
        expect(report.ok and not report.problems, f"check finds problems: {report.problems}")

    def test_the_streams_are_those_of_the_model(self, harness: Harness) -> None:
        streams = harness.discover()
        expect(streams, "no stream")
        expect(streams == harness.discover(), "two looks find different streams")
        expect(len({info.name for info in streams}) == len(streams), "two streams have one name")
        expect_none(f"{info.name}: unknown entity {info.entity}" for info in streams if info.entity not in ENTITIES)

    def test_records_fit_the_model(self, harness: Harness) -> None:
        for info in harness.discover():
            batches = harness.read(info.name)
            records = [record for batch in batches for record in batch.records]
            keys = [record.source_id for record in records]
            expect(records or info.name in harness.may_be_empty, f"{info.name}: no record")
            expect(len(keys) == len(set(keys)), f"{info.name}: a source id comes twice")
            for batch in batches:
                expect(batch.entity == info.entity, f"{info.name}: a batch of {batch.entity}")
                for record in batch.records:
                    expect_none(find_record_faults(record, ENTITIES[info.entity], batch.as_of))

    def test_batches_are_bounded_and_end_with_a_proof(self, harness: Harness) -> None:
        for info in harness.discover():
            batches = harness.read(info.name)
            expect(is_proven(batches), f"{info.name}: nothing proves that the window was read to its end")
            for number, batch in enumerate(batches, start=1):
                expect_none(find_batch_faults(batch, last=number == len(batches)))
            counted = batches[-1].completeness
            arrived = sum(len(batch.records) + len(batch.rejects) for batch in batches)
            expect(
                counted is not None and counted.read == arrived,
                f"{info.name}: {arrived} records and rejects arrived, but the proof speaks of others: {counted}",
            )

    def test_the_engine_takes_what_was_read(self, harness: Harness, tmp_path: Path) -> None:
        for info in harness.discover():
            batches = harness.read(info.name)
            spooled = spool_window(batches, tmp_path / "spool", source="TEST", most_rejects_percent=0.0)
            kept = sum(len(batch.records) for batch in batches)
            expect(spooled.rows == kept, f"{info.name}: {kept} records were read, {spooled.rows} reach the archive")

    def test_reading_twice_gives_the_same(self, harness: Harness) -> None:
        for info in harness.discover():
            first, second = harness.read(info.name), harness.read(info.name)
            expect(collect_records(first) == collect_records(second), f"{info.name}: two reads differ")

    def test_a_read_that_was_dropped_can_be_done_again(self, harness: Harness) -> None:
        for info in harness.discover():
            whole = collect_records(harness.read(info.name))
            with harness.opened() as connector:
                for window in connector.plan(info.name, None):
                    reading = connector.read(window)
                    next(iter(reading), None)
                    del reading
                again = [batch for window in connector.plan(info.name, None) for batch in connector.read(window)]
            expect(collect_records(again) == whole, f"{info.name}: after a read that was dropped, the next one differs")

    def test_the_next_window_leaves_no_gap(self, harness: Harness) -> None:
        with harness.opened() as connector:
            for info in connector.discover():
                for window in connector.plan(info.name, None):
                    following = connector.plan(info.name, window.position)
                    expect(window.position, f"{info.name}: a window without position leaves no cursor")
                    gaps = (one.since for one in following if one.kind is WindowKind.INCREMENTAL)
                    expect(
                        all(since is not None and since <= window.until for since in gaps),
                        f"{info.name}: the next window starts after the end of the last",
                    )

    def test_a_sweep_lists_what_was_read(self, harness: Harness) -> None:
        for info in harness.discover():
            if info.deletes != "sweep":
                continue
            read = set(collect_records(harness.read(info.name)))
            with harness.opened() as connector:
                swept = list(connector.sweep(info.name))
            expect(read <= set(swept), f"{info.name}: the sweep misses {sorted(read - set(swept))[:5]}")
            expect(len(swept) == len(set(swept)), f"{info.name}: the sweep lists an id twice")

    def test_what_was_archived_can_be_read_again(self, harness: Harness) -> None:
        """Only for a connector that offers `read_again`."""
        for info in harness.discover():
            with harness.opened() as connector:
                if not isinstance(connector, ReadsAgain):
                    return
                for window in connector.plan(info.name, None):
                    first = list(connector.read(window))
                    raws = [raw for batch in first for raw in batch.raw]
                    again = list(connector.read_again(window, raws, as_of=first[-1].as_of))
                    expect(
                        collect_records(again) == collect_records(first),
                        f"{info.name}: what was archived does not give the records that were read",
                    )
                    expect(is_proven(again), f"{info.name}: reading the archive again ends without a proof")

    def test_secrets_stay_secret(self, harness: Harness) -> None:
        with harness.opened() as connector:
            said = [repr(connector.check()), repr(vars(connector).get("_options"))]
        said += [repr(batch) for info in harness.discover() for batch in harness.read(info.name)]
        told = [reference for reference, secret in harness.secrets.items() if any(secret in text for text in said)]
        expect(not told, f"told in clear: {told}")

    def test_closing_twice_is_no_error(self, harness: Harness) -> None:
        with harness.opened() as connector:
            connector.close()
            expect(connector.discover() == harness.discover(), "after a close, the connector finds other streams")
