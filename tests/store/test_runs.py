"""Runs remember their configuration; leases keep two runs apart."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from slipwatch.errors import LeaseError
from slipwatch.store.ledger import Ledger
from slipwatch.store.runs import (
    check_lease,
    finish_run,
    give_back,
    list_runs,
    read_configuration,
    renew,
    start_run,
    take_lease,
)
from slipwatch.store.schema import CONFIGURATION
from tests.store.streams import day


def take(ledger, owner, at=0, seconds=60):
    return take_lease(ledger, "run", owner=owner, now=day(at), seconds=seconds)


def test_a_run_knows_what_it_was_configured_with(ledger):
    first = start_run(ledger, kind="run", at=day(0), configuration={"links.yaml": "a: 1", "sources.yaml": "b: 2"})
    second = start_run(ledger, kind="run", at=day(1), configuration={"links.yaml": "a: 9", "sources.yaml": "b: 2"})
    assert read_configuration(ledger, first) == {"links.yaml": "a: 1", "sources.yaml": "b: 2"}
    assert read_configuration(ledger, second)["links.yaml"] == "a: 9"
    with ledger.read() as connection:
        assert connection.scalar(select(func.count()).select_from(CONFIGURATION)) == 3


def test_runs_are_listed_newest_first_with_what_came_of_them(ledger):
    first = start_run(ledger, kind="run", at=day(0), configuration={})
    killed = start_run(ledger, kind="desk", at=day(1), configuration={})
    finish_run(ledger, first, at=day(0.1), state="done", summary={"sources": ["ERP"], "findings": 3})
    newest, oldest = list_runs(ledger)
    assert (newest.id, newest.kind, newest.finished_at, newest.state) == (killed, "desk", None, None)
    assert (oldest.state, oldest.finished_at) == ("done", day(0.1))
    assert oldest.summary == {"sources": ["ERP"], "findings": 3}
    assert [run.id for run in list_runs(ledger, limit=1)] == [killed]


def test_a_lease_has_one_holder(ledger):
    take(ledger, "first")
    with pytest.raises(LeaseError, match="first is running until 2026-01-05 06:01:00 UTC"):
        take(ledger, "second")
    with pytest.raises(LeaseError):
        take(ledger, "first")


def test_a_lease_that_ran_out_is_taken_with_a_higher_token(ledger):
    first = take(ledger, "first")
    second = take(ledger, "second", at=1)
    assert second.token > first.token
    assert second.expires_at == day(1) + timedelta(seconds=60)


def test_a_lease_given_back_is_free_at_once_and_its_token_still_grows(ledger):
    first = take(ledger, "first")
    give_back(ledger, first)
    assert take(ledger, "second").token == first.token + 1


def test_a_lease_is_held_longer_by_renewing(ledger):
    lease = renew(ledger, take(ledger, "first"), now=day(0), seconds=7200)
    with pytest.raises(LeaseError):
        take(ledger, "second", at=0.05)
    assert lease.expires_at == day(0) + timedelta(hours=2)


def test_what_somebody_else_has_taken_cannot_be_renewed_or_given_back(ledger):
    lost = take(ledger, "first")
    held = take(ledger, "second", at=1)
    with pytest.raises(LeaseError, match="went to second"):
        renew(ledger, lost, now=day(1), seconds=60)
    give_back(ledger, lost)
    with ledger.write() as connection:
        check_lease(connection, held)


def test_leases_of_other_names_are_free(ledger):
    run = take(ledger, "first")
    relay = take_lease(ledger, "relay", owner="first", now=day(0), seconds=60)
    assert [(lease.name, lease.token) for lease in (run, relay)] == [("run", 1), ("relay", 1)]
    give_back(ledger, run)
    with ledger.write() as connection:
        check_lease(connection, relay)


def test_of_many_at_once_one_gets_the_lease(ledger, ledger_url):
    def try_to_take(owner):
        own = Ledger.open(ledger_url)
        try:
            return take(own, owner).token
        except LeaseError:
            return None
        finally:
            own.close()

    with ThreadPoolExecutor(4) as pool:
        tokens = list(pool.map(try_to_take, "abcdefgh"))
    assert [token for token in tokens if token is not None] == [1]
