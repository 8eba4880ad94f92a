"""Relay, ledger and mail server together: what was written leaves once, and arrives as it was written."""

import threading
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from slipwatch.alerts.message import compose
from slipwatch.alerts.relay import drain
from slipwatch.alerts.routing import route
from slipwatch.alerts.transports import Reply
from slipwatch.alerts.transports.smtp import SmtpTransport
from slipwatch.engine.notify import LedgerOutbox
from slipwatch.model.alert import OutboxState
from slipwatch.store.alerts import commit_outcome, load_alerts, read_roots
from slipwatch.store.ledger import Ledger
from slipwatch.store.outbox import list_messages
from slipwatch.store.runs import start_run
from slipwatch.store.subjects import ensure_subjects
from tests.alerts.build import (
    CATALOGUE,
    MONDAY,
    PORTFOLIO,
    RULES,
    assess,
    at_week,
    finding,
    step,
    subject,
    surround,
)
from tests.alerts.letters import HEAD, write_april
from tests.alerts.outbox import write_message


@pytest.fixture
def ledger(tmp_path):
    opened = Ledger.open(f"sqlite:///{tmp_path}/ledger.sqlite", create=True)
    yield opened
    opened.close()


def put(ledger, *messages):
    run = start_run(ledger, kind="run", at=MONDAY, configuration={})
    commit_outcome(ledger, run, at=MONDAY, alerts=[], transitions=[], assessments=[], messages=messages)


def open_smtp(server, tmp_path):
    options = SmtpTransport.Options(host=server.host, port=server.port, starttls="off_loopback_only")
    return SmtpTransport(options, str, tmp_path)


def send(ledger, transport, *, owner="relay", now=MONDAY):
    return drain(LedgerOutbox(ledger), transport, now=lambda: now, owner=owner, random=lambda: 0.0)


def states(ledger):
    return {row.message.id: row.state for row in list_messages(ledger)}


class Counting:
    """A transport for several relays at once: notes what it is given."""

    def __init__(self):
        self.seen, self.lock = [], threading.Lock()

    def send(self, message):
        with self.lock:
            self.seen.append(message.id)
        return Reply(code=250, text="ok")

    def close(self):
        pass


def test_three_relays_deliver_every_message_exactly_once(ledger):
    messages = [write_message(f"m{number:03}") for number in range(200)]
    put(ledger, *messages)
    transport = Counting()

    relays = [threading.Thread(target=send, args=(ledger, transport), kwargs={"owner": str(n)}) for n in range(3)]
    for relay in relays:
        relay.start()
    for relay in relays:
        relay.join(60)

    assert sorted(transport.seen) == [message.id for message in messages]
    assert set(states(ledger).values()) == {OutboxState.SENT}


def test_mail_arrives_as_it_was_written(ledger, mail_server, tmp_path):
    message = compose(write_april()[0], HEAD, run=15, portfolio=PORTFOLIO, catalogue=CATALOGUE)
    put(ledger, replace(message, alerts=()))

    report = send(ledger, open_smtp(mail_server, tmp_path), now=message.not_before)

    (received,) = mail_server.read_messages()
    (envelope,) = mail_server.read_envelopes()
    assert report.sent == (message.id,)
    assert envelope["to"] == ["pmo@meridor.example"]
    assert received["Message-ID"] == f"<{message.id}@slipwatch.meridor.example>"
    assert received.get_body(("plain",)).get_content().startswith("SIT exit – Glissement de jalon")


def test_refused_and_busy_recipients_hold_nobody_up(ledger, mail_server, tmp_path):
    people = {"a": "a@meridor.example", "b": "refused@meridor.example", "c": "busy@meridor.example", "d": "d@x.example"}
    put(ledger, *(write_message(id, address=address) for id, address in people.items()))

    report = send(ledger, open_smtp(mail_server, tmp_path))
    later = send(ledger, open_smtp(mail_server, tmp_path), now=MONDAY + timedelta(minutes=2))

    assert report.sent == ("a", "d")
    assert [failure.id for failure in report.dead] == ["b"]
    assert "550" in report.dead[0].error
    assert states(ledger) == {
        "a": OutboxState.SENT,
        "b": OutboxState.DEAD,
        "c": OutboxState.PENDING,
        "d": OutboxState.SENT,
    }
    assert [failure.id for failure in later.failed] == ["c"]
    assert len(mail_server.read_messages()) == 2


def test_first_mail_that_tells_an_alert_is_the_root_of_its_ending(ledger):
    id = ensure_subjects(ledger, [("milestone", "SIT-EXIT", "SIT exit")])["milestone", "SIT-EXIT"]
    about = subject(id, key="SIT-EXIT", name="SIT exit")
    opened = tell(ledger, step([], assess(finding(about)), week=15), week=15)
    other = tell(ledger, step(load_alerts(ledger), assess(finding(about, gravity=9)), week=16), week=16)
    ended = tell(
        ledger, step(load_alerts(ledger), assess(rule="schedule.milestone_slip", evaluated=[id]), week=17), week=17
    )

    assert other == [], "a figure that was not there before is no rise"
    first, last = (message_from_bytes(message.payload, policy=policy.default) for message in (*opened, *ended))
    assert last["In-Reply-To"] == first["Message-ID"]
    assert last["References"].split()[0] == first["References"].split()[0]
    assert str(last["Subject"]) == "Résolu : SIT exit · Confluence"


def tell(ledger, outcome, *, week):
    around = surround(told={"pmo": read_roots(ledger, "pmo")}, open_alerts=outcome.alerts)
    letters = route(outcome.transitions, [], RULES, at=at_week(week), around=around)
    run = start_run(ledger, kind="run", at=at_week(week), configuration={})
    messages = [compose(letter, HEAD, run=run, portfolio=PORTFOLIO, catalogue=CATALOGUE) for letter in letters]
    commit_outcome(
        ledger,
        run,
        at=at_week(week),
        alerts=outcome.alerts,
        transitions=outcome.transitions,
        assessments=[],
        messages=messages,
    )
    return messages
