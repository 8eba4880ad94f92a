"""The outbox: every message leaves, once, whatever happens to the relays."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import numpy as np
import pytest

from slipwatch.model.alert import AlertKey, OutboxMessage, OutboxState
from slipwatch.model.finding import Concern
from slipwatch.store.alerts import commit_outcome, read_roots
from slipwatch.store.ledger import Ledger
from slipwatch.store.outbox import claim_messages, list_messages, mark_failed, mark_sent, oldest_pending
from slipwatch.store.runs import start_run
from slipwatch.store.subjects import ensure_subjects
from tests.store.streams import day

MINUTE = timedelta(minutes=1)
NOW = day(0)


def write(ledger, *messages, at=NOW):
    run = start_run(ledger, kind="test", at=at, configuration={})
    commit_outcome(ledger, run, at=at, alerts=[], transitions=[], assessments=[], messages=messages)


def make(number, *, not_before=NOW, alerts=(), payload=None, recipient="pmo"):
    return OutboxMessage(
        id=f"m{number:03d}",
        recipient=recipient,
        address="pmo@example.test",
        channel="mail",
        payload=payload or b"Subject: hello\r\n\r\n\xff\x00",
        not_before=not_before,
        alerts=alerts,
    )


def claim(ledger, now=NOW, *, owner="relay", limit=100):
    return claim_messages(ledger, owner=owner, now=now, lease_seconds=60, limit=limit)


def test_a_message_is_claimed_as_it_was_written(ledger):
    ensure_subjects(ledger, [("milestone", "M1", "Go-live")])
    (subject,) = ensure_subjects(ledger, [("milestone", "M1", "Go-live")]).values()
    message = make(1, alerts=(AlertKey(subject=subject, concern=Concern.TIME, episode=1),))
    write(ledger, message)
    (claimed,) = claim(ledger)
    assert claimed.message == message
    assert claimed.attempts == 0


def test_a_claimed_message_is_nobody_elses_until_the_lease_ends(ledger):
    write(ledger, make(1))
    assert len(claim(ledger, owner="first")) == 1
    assert claim(ledger, owner="second") == []
    assert claim(ledger, day(0) + MINUTE - timedelta(seconds=1), owner="second") == []
    (again,) = claim(ledger, day(0) + MINUTE, owner="second")
    assert again.attempts == 1


def test_a_deferred_message_waits_for_its_day(ledger):
    write(ledger, make(1, not_before=day(3)))
    assert claim(ledger, day(2)) == []
    assert len(claim(ledger, day(3))) == 1


def test_messages_leave_in_the_order_in_which_they_were_written(ledger):
    write(ledger, make(2), make(1), at=day(0))
    write(ledger, make(0), at=day(1))
    assert [one.message.id for one in claim(ledger, day(1), limit=2)] == ["m001", "m002"]
    assert [one.message.id for one in claim(ledger, day(1))] == ["m000"]


def test_a_sent_message_is_never_claimed_again(ledger):
    write(ledger, make(1))
    claim(ledger)
    assert mark_sent(ledger, "m001", owner="relay", at=day(1), reply="250 ok")
    assert claim(ledger, day(9)) == []
    (row,) = list_messages(ledger, state=OutboxState.SENT)
    assert (row.id, row.sent_at, row.reply, row.attempts) == ("m001", day(1), "250 ok", 1)
    assert not mark_sent(ledger, "m001", owner="relay", at=day(2), reply="250 ok")


def test_what_was_sent_is_sent_even_when_the_lease_had_run_out(ledger):
    write(ledger, make(1))
    claim(ledger, owner="slow")
    claim(ledger, day(1), owner="second")
    assert mark_sent(ledger, "m001", owner="slow", at=day(1), reply="250")
    assert not mark_failed(ledger, "m001", owner="second", at=day(1), error="451", next_try=day(2))
    assert list_messages(ledger)[0].state is OutboxState.SENT


def test_a_failed_message_is_tried_again_at_its_time(ledger):
    write(ledger, make(1))
    claim(ledger)
    assert mark_failed(ledger, "m001", owner="relay", at=day(0), error="451 greylisted", next_try=day(0) + 5 * MINUTE)
    assert claim(ledger, day(0) + 4 * MINUTE) == []
    (claimed,) = claim(ledger, day(0) + 5 * MINUTE)
    assert (claimed.attempts, claimed.message.not_before) == (1, day(0))
    assert "451 greylisted" in list_messages(ledger)[0].error


def test_a_message_that_is_given_up_is_dead_with_its_reason(ledger):
    write(ledger, make(1))
    claim(ledger)
    mark_failed(ledger, "m001", owner="relay", at=day(0), error="550 no such user", next_try=None)
    assert claim(ledger, day(9)) == []
    (row,) = list_messages(ledger, state=OutboxState.DEAD)
    assert "550 no such user" in row.error


def test_a_relay_that_lost_its_claim_cannot_fail_the_message(ledger):
    write(ledger, make(1))
    claim(ledger, owner="slow")
    claim(ledger, day(1), owner="second")
    assert not mark_failed(ledger, "m001", owner="slow", at=day(1), error="timeout", next_try=None)
    assert list_messages(ledger)[0].state is OutboxState.CLAIMED


def test_the_oldest_message_still_to_be_sent_is_known(ledger):
    assert oldest_pending(ledger) is None
    write(ledger, make(1), at=day(1))
    write(ledger, make(2), at=day(2))
    assert oldest_pending(ledger) == day(1)
    claim(ledger, day(2))
    mark_sent(ledger, "m001", owner="relay", at=day(2), reply="250")
    assert oldest_pending(ledger) == day(2)


def test_writing_a_message_again_leaves_it_as_it_is(ledger):
    write(ledger, make(1))
    claim(ledger)
    mark_sent(ledger, "m001", owner="relay", at=day(0), reply="250")
    write(ledger, make(1, payload=b"Subject: other\r\n\r\n"), at=day(1))
    (row,) = list_messages(ledger)
    assert (row.state, row.message.payload) == (OutboxState.SENT, make(1).payload)


@pytest.mark.parametrize("kind", [int, np.int64])
def test_the_first_message_about_an_alert_is_the_root_of_its_thread(ledger, kind):
    (subject,) = ensure_subjects(ledger, [("milestone", "M1", "Go-live")]).values()
    key = AlertKey(subject=kind(subject), concern=Concern.TIME, episode=1)
    head = b"Message-ID: <%d@slipwatch.test>\r\nSubject: x\r\n\r\n"
    write(ledger, make(1, alerts=(key,), payload=head % 1), at=day(0))
    write(ledger, make(2, alerts=(key,), payload=head % 2), at=day(1))
    write(ledger, make(3, alerts=(key,), payload=b"no mail", recipient="lead"), at=day(1))
    assert read_roots(ledger, "pmo") == {key: "<1@slipwatch.test>"}
    assert read_roots(ledger, "lead") == {key: "m003"}
    assert read_roots(ledger, "nobody") == {}


def drain(url, owner):
    """What a relay does, without a mail server."""
    ledger = Ledger.open(url)
    sent = []
    while claimed := claim_messages(ledger, owner=owner, now=day(0), lease_seconds=3600, limit=7):
        for one in claimed:
            sent.append(one.message.id)
            mark_sent(ledger, one.message.id, owner=owner, at=day(0), reply="250")
    ledger.close()
    return sent


def test_three_relays_at_once_send_each_message_exactly_once(ledger, ledger_url):
    write(ledger, *(make(number) for number in range(200)))
    with ThreadPoolExecutor(3) as pool:
        sent = [id for one in pool.map(drain, [ledger_url] * 3, "abc") for id in one]
    assert sorted(sent) == [f"m{number:03d}" for number in range(200)]
    assert {row.state for row in list_messages(ledger)} == {OutboxState.SENT}
