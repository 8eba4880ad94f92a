"""The relay: every message at least once, none blocks another, tries spread over days, a refused login stops it."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slipwatch.alerts.relay import GIVE_UP_AFTER, LEAST_TRIES, drain, plan_next_try
from slipwatch.alerts.transports import Reply
from slipwatch.errors import ConfigError, DeliveryError
from tests.alerts.build import MONDAY
from tests.alerts.outbox import MemoryOutbox, write_message

MESSAGE = write_message()


class Scripted:
    """A transport that answers per recipient address: an exception to raise, or None to accept."""

    def __init__(self, **script):
        self.script = script
        self.sent = []

    def send(self, message):
        answer = self.script.get(message.id)
        if isinstance(answer, list):
            answer = answer.pop(0) if answer else None
        if answer is not None:
            raise answer
        self.sent.append(message.id)
        return Reply(code=250, text="2.0.0 queued")

    def close(self):
        pass


def refused(code, *, permanent=False):
    return DeliveryError(f"refused with {code}", permanent=permanent, code=code)


def unreachable():
    return DeliveryError("not reached", permanent=False)


def send(outbox, transport, *, now=MONDAY, owner="relay"):
    return drain(outbox, transport, now=lambda: now, owner=owner, random=lambda: 0.0)


def three():
    return MemoryOutbox(*(write_message(id) for id in ("a", "b", "c")))


def test_everything_due_is_sent_once_and_recorded():
    outbox, transport = three(), Scripted()

    report = send(outbox, transport)
    again = send(outbox, transport)

    assert report.sent == ("a", "b", "c")
    assert transport.sent == ["a", "b", "c"]
    assert outbox.rows["a"].reply == "250 2.0.0 queued"
    assert again.sent == ()


def test_deferred_message_waits_for_its_day():
    outbox = MemoryOutbox(write_message("a", not_before=MONDAY + timedelta(days=1)))

    assert send(outbox, Scripted()).sent == ()
    assert send(outbox, Scripted(), now=MONDAY + timedelta(days=1)).sent == ("a",)


def test_refused_recipient_is_dead_and_reported_and_blocks_nobody():
    outbox = three()

    report = send(outbox, Scripted(b=refused(550, permanent=True)))

    assert outbox.states() == {"a": "sent", "b": "dead", "c": "sent"}
    assert [(failure.id, failure.error) for failure in report.dead] == [("b", "refused with 550")]
    assert report.stopped == ""


@pytest.mark.parametrize("code", [450, 451, 452])
def test_message_that_is_put_off_is_tried_again_later(code):
    outbox, transport = three(), Scripted(b=[refused(code)])

    first = send(outbox, transport)
    early = send(outbox, transport, now=MONDAY + timedelta(seconds=59))
    second = send(outbox, transport, now=MONDAY + timedelta(minutes=1))

    assert (first.sent, early.sent, second.sent) == (("a", "c"), (), ("b",))
    assert first.dead == ()


@pytest.mark.parametrize("error", [refused(535, permanent=True), ConfigError("no secret", subject="env:SMTP_PASSWORD")])
def test_refused_login_stops_the_channel_at_once_and_keeps_everything(error):
    outbox = three()

    report = send(outbox, Scripted(a=error))

    assert report.stopped
    assert report.dead == ()
    assert outbox.states() == {"a": "pending", "b": "pending", "c": "pending"}
    assert outbox.rows["b"].attempts == 0, "what was not tried waits unclaimed"


def test_server_that_cannot_be_reached_is_left_after_two_messages():
    outbox = three()

    report = send(outbox, Scripted(a=unreachable(), b=refused(421), c=unreachable()))

    assert (report.stopped, len(report.failed)) == ("refused with 421", 2)
    assert outbox.rows["c"].attempts == 0


def test_one_message_on_which_the_line_breaks_blocks_nobody():
    outbox = three()

    report = send(outbox, Scripted(a=unreachable()))

    assert (report.sent, report.stopped) == (("b", "c"), "")


def test_crash_between_acceptance_and_record_sends_the_same_bytes_again():
    class Crash(Exception):
        pass

    class CrashingOutbox(MemoryOutbox):
        crashed = False

        def mark_sent(self, id, **given):
            if not self.crashed:
                self.crashed = True
                raise Crash
            super().mark_sent(id, **given)

    outbox, transport = CrashingOutbox(write_message("a")), Scripted()
    with pytest.raises(Crash):
        send(outbox, transport)
    held = send(outbox, transport, owner="other", now=MONDAY + timedelta(seconds=299))
    free = send(outbox, transport, owner="other", now=MONDAY + timedelta(seconds=300))

    assert (held.sent, free.sent) == ((), ("a",))
    assert transport.sent == ["a", "a"]


def test_two_relays_share_the_work():
    outbox, transport = three(), Scripted()
    claimed = outbox.claim_messages(owner="first", now=MONDAY, lease_seconds=300, limit=1)

    report = send(outbox, transport, owner="second")

    assert [row.message.id for row in claimed] == ["a"]
    assert report.sent == ("b", "c")


class TestPlan:
    def waits(self, attempts, *, random=lambda: 0.0):
        return plan_next_try(MESSAGE, attempts, at=MONDAY, random=random) - MONDAY

    def test_one_five_fifteen_thirty_minutes_one_two_four_hours(self):
        minutes = [self.waits(attempts) / timedelta(minutes=1) for attempts in range(1, 10)]

        assert minutes == [1, 5, 15, 30, 60, 120, 240, 240, 240]

    @given(st.integers(1, 50), st.floats(0, 1, exclude_max=True))
    def test_spread_makes_a_wait_up_to_a_fifth_longer(self, attempts, share):
        assert self.waits(attempts) <= self.waits(attempts, random=lambda: share) <= self.waits(attempts) * 1.2

    def test_given_up_after_five_days_and_not_before(self):
        message, late = write_message(), MONDAY + GIVE_UP_AFTER

        assert plan_next_try(message, 30, at=late - timedelta(minutes=1), random=lambda: 0.0) is not None
        assert plan_next_try(message, 30, at=late, random=lambda: 0.0) is None

    def test_relay_that_runs_once_a_week_still_tries_often_enough(self):
        message, late = write_message(), MONDAY + timedelta(days=30)

        assert plan_next_try(message, LEAST_TRIES - 1, at=late, random=lambda: 0.0) is not None
        assert plan_next_try(message, LEAST_TRIES, at=late, random=lambda: 0.0) is None

    def test_greylisting_of_a_quarter_of_an_hour_costs_no_more_than_one(self):
        tries = [timedelta()]
        for attempts in range(1, 6):
            tries.append(tries[-1] + self.waits(attempts))

        assert any(timedelta(minutes=15) <= moment <= timedelta(minutes=30) for moment in tries)
        assert all(later > earlier for earlier, later in pairwise(tries))


answers = st.sampled_from(["ok", "ok", 450, 550, 421, 535, None])


@settings(max_examples=100)
@given(st.lists(st.lists(answers, max_size=6), min_size=1, max_size=6))
def test_whatever_the_server_answers_every_message_ends_or_waits(scripts):
    ids = [f"m{number}" for number in range(len(scripts))]
    outbox = MemoryOutbox(*(replace(MESSAGE, id=id, recipient=id) for id in ids))
    transport = Scripted(**{id: [_make(answer) for answer in script] for id, script in zip(ids, scripts, strict=True)})
    now, dead = MONDAY, set()

    for _ in range(60):
        report = send(outbox, transport, now=now)
        dead |= {failure.id for failure in report.dead}
        now += timedelta(hours=5)

    assert set(outbox.states().values()) <= {"sent", "dead"}
    assert sorted(transport.sent) == sorted(id for id, state in outbox.states().items() if state == "sent")
    assert dead == {id for id, state in outbox.states().items() if state == "dead"}
    assert all(outbox.rows[id].errors for id in dead)


def _make(answer):
    if answer == "ok":
        return None
    return unreachable() if answer is None else refused(answer, permanent=answer >= 500)
