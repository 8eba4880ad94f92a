"""The matrix of what a mail server can do to us: every good recipient once, every bad one named, no secret in clear."""

import socket
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from pydantic import ValidationError

from slipwatch.alerts.relay import drain
from slipwatch.alerts.transports import ChecksItself, Transport
from slipwatch.alerts.transports.smtp import SmtpTransport
from slipwatch.errors import ConfigError, DeliveryError
from slipwatch.registry import find_transport
from tests.alerts.build import MONDAY
from tests.alerts.outbox import MemoryOutbox, write_message
from tests.alerts.smtp_server import Fault, Server, make_certificate

SENTINEL = "sentinel-mail-password"
PEOPLE = ("a@meridor.example", "b@meridor.example", "c@meridor.example")


def open_transport(port, tmp_path, *, host="localhost", **options):
    given = {"starttls": "off_loopback_only", "timeout_seconds": 5} | options
    secrets = {"env:USER": "slipwatch", "env:PASSWORD": SENTINEL}
    return SmtpTransport(SmtpTransport.Options(host=host, port=port, **given), secrets.__getitem__, tmp_path)


def write_three():
    return MemoryOutbox(*(write_message(address[0], address=address) for address in PEOPLE))


def drain_until_quiet(outbox, transport, *, rounds=8):
    """The relay on its schedule: every five hours, long enough for every retry of the plan."""
    reports, now = [], MONDAY
    for _ in range(rounds):
        moment = now
        reports.append(
            drain(outbox, transport, now=lambda: moment, owner="relay", random=lambda: 0.0)  # noqa: B023 — used at once
        )
        now += timedelta(hours=5)
    return reports


def recipients(server):
    return [recipient for recipient, _payload in server.accepted]


PASSING = {
    "421 at the door": [Fault("connect", "421 4.3.2 too busy", times=2)],
    "554 at the door": [Fault("connect", "554 5.7.1 no service", times=2)],
    "greylisted three times": [Fault("rcpt", "451 4.7.1 try later", times=3, only="b@meridor.example")],
    "recipient put off": [Fault("rcpt", "450 4.2.1 mailbox busy", only="b@meridor.example")],
    "sender refused for now": [Fault("mail", "451 4.3.0 try later")],
    "sender refused for good": [Fault("mail", "550 5.7.1 sender rejected", times=3)],
    "message put off before its text": [Fault("data", "451 4.3.0 try later", only="b@meridor.example")],
    "message put off after its text": [Fault("end", "451 4.3.0 try later", only="b@meridor.example")],
    "storage full for now": [Fault("end", "452 4.3.1 no room", only="b@meridor.example")],
    "line drops at the greeting": [Fault("connect", "drop", times=2)],
    "line drops in the middle of the text": [Fault("body", "drop", only="b@meridor.example")],
    "answer that is no answer": [Fault("rcpt", "what?", only="b@meridor.example")],
    "answer of one line too long": [Fault("ehlo", "250 " + "x" * 20_000)],
}


@pytest.mark.parametrize("faults", PASSING.values(), ids=PASSING)
def test_failure_that_passes_costs_nobody_a_message_and_nobody_gets_two(faults, tmp_path):
    outbox = write_three()
    with Server(faults=[Fault(**vars(fault)) for fault in faults]) as server:
        drain_until_quiet(outbox, open_transport(server.port, tmp_path))

        assert sorted(recipients(server)) == sorted(PEOPLE)
        assert set(outbox.states().values()) == {"sent"}


REFUSALS = {
    "recipient unknown": ("rcpt", "550 5.1.1 no such user"),
    "message refused before its text": ("data", "554 5.7.1 policy"),
    "message refused after its text": ("end", "554 5.6.0 spam"),
    "mailbox full": ("end", "552 5.2.2 over quota"),
}


@pytest.mark.parametrize(("step", "reply"), REFUSALS.values(), ids=REFUSALS)
def test_refusal_for_good_is_reported_in_the_servers_words_and_blocks_nobody(step, reply, tmp_path):
    outbox = write_three()
    with Server(faults=[Fault(step, reply, times=99, only="b@meridor.example")]) as server:
        reports = drain_until_quiet(outbox, open_transport(server.port, tmp_path))

        assert recipients(server) == ["a@meridor.example", "c@meridor.example"]
        assert outbox.states() == {"a": "sent", "b": "dead", "c": "sent"}
        (failure,) = [failure for report in reports for failure in report.dead]
        assert reply.replace(" ", ": ", 1) in failure.error
        assert "b@meridor.example" in failure.error


def test_message_too_large_for_the_server_is_refused_before_it_is_sent(tmp_path):
    outbox = MemoryOutbox(write_message("a", address=PEOPLE[0]))
    with Server(faults=[Fault("mail", "552 5.3.4 message too big", times=99)]) as server:
        (report, *_rest) = drain_until_quiet(outbox, open_transport(server.port, tmp_path))

        assert [failure.id for failure in report.dead] == ["a"]
        assert any("size=" in command.lower() for _encrypted, command in server.heard)


def test_line_that_drops_after_the_last_dot_repeats_at_most_once_with_the_same_id(tmp_path):
    outbox = write_three()
    with Server(faults=[Fault("end", "drop", only="b@meridor.example")]) as server:
        drain_until_quiet(outbox, open_transport(server.port, tmp_path))

        assert sorted(recipients(server)) == [PEOPLE[0], PEOPLE[1], PEOPLE[1], PEOPLE[2]]
        copies = [payload for recipient, payload in server.accepted if recipient == PEOPLE[1]]
        assert copies[0] == copies[1]
        assert message_from_bytes(copies[0], policy=policy.SMTP)["Message-ID"] == "<b@meridor.example>"


@pytest.mark.parametrize("act", ["silent", "drip"])
def test_server_that_never_gets_to_the_point_is_given_up_in_time(act, tmp_path):
    outbox = MemoryOutbox(write_message("a", address=PEOPLE[0]))
    with Server(faults=[Fault("connect", act)]) as server:
        transport = open_transport(server.port, tmp_path, timeout_seconds=1)
        (report, *_rest) = drain_until_quiet(outbox, transport)

        assert "timed out" in report.failed[0].error or "given up after 1 s" in report.failed[0].error
        assert recipients(server) == [PEOPLE[0]], "and the next try succeeds"


def test_server_that_is_not_there(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    outbox = write_three()
    (report, *_rest) = drain_until_quiet(outbox, open_transport(port, tmp_path), rounds=1)

    assert "not reached" in report.stopped
    assert outbox.rows["c"].attempts == 0


def test_accepted_message_stays_accepted_though_the_farewell_fails(tmp_path):
    with Server(faults=[Fault("quit", "drop")]) as server:
        transport = open_transport(server.port, tmp_path)
        reply = transport.send(write_message("a", address=PEOPLE[0]))
        transport.close()

    assert (reply.code, reply.text) == (250, "2.0.0 queued as 1")


class TestEncryption:
    @pytest.fixture
    def tls(self, tmp_path):
        return make_certificate(tmp_path)

    def send(self, port, tmp_path, **options):
        return open_transport(port, tmp_path, **options).send(write_message("a", address=PEOPLE[0]))

    def test_link_is_encrypted_before_anything_is_said_of_us(self, tls, tmp_path):
        context, trusted = tls
        with Server(tls=context, offers_auth=True) as server:
            self.send(
                server.port,
                tmp_path,
                starttls="required",
                certificates=trusted.name,
                username="env:USER",
                password="env:PASSWORD",
            )

            assert [command.split()[0] for encrypted, command in server.heard if not encrypted] == ["ehlo", "STARTTLS"]
            assert recipients(server) == [PEOPLE[0]]

    def test_tls_from_the_first_byte(self, tls, tmp_path):
        context, trusted = tls
        with Server(tls=context, implicit=True) as server:
            self.send(server.port, tmp_path, starttls="implicit", certificates=str(trusted))

            assert recipients(server) == [PEOPLE[0]]

    def test_stripped_starttls_sends_nothing(self, tls, tmp_path):
        with Server(tls=tls[0], offers_starttls=False, offers_auth=True) as server:
            with pytest.raises(DeliveryError, match="no encryption") as caught:
                self.send(server.port, tmp_path, starttls="required", username="env:USER", password="env:PASSWORD")

            assert not caught.value.permanent
            assert [command.split()[0] for _encrypted, command in server.heard] == ["ehlo"]
            assert server.accepted == []

    def test_local_server_may_do_without_but_never_with_a_password(self, tmp_path):
        with Server(offers_auth=True) as server:
            self.send(server.port, tmp_path)
            with pytest.raises(DeliveryError, match="never sent over an open line"):
                self.send(server.port, tmp_path, username="env:USER", password="env:PASSWORD")

            assert len(server.accepted) == 1
            assert not any("AUTH" in command for _encrypted, command in server.heard)

    def test_name_that_only_looks_local_needs_encryption(self, tmp_path, monkeypatch):
        with Server() as server:
            monkeypatch.setattr("slipwatch.alerts.transports.smtp.is_loopback", lambda link: False)
            with pytest.raises(DeliveryError, match="no encryption"):
                self.send(server.port, tmp_path)

    @pytest.mark.parametrize(
        ("certificate", "trust_it", "words"),
        [
            ({}, False, "self-signed certificate"),
            ({"names": ("mail.elsewhere.example",)}, True, "Hostname mismatch"),
            ({"days": -1}, True, "expired"),
        ],
        ids=["not trusted", "another name", "expired"],
    )
    def test_server_that_cannot_prove_who_it_is_gets_nothing(self, certificate, trust_it, words, tmp_path):
        context, trusted = make_certificate(tmp_path, **certificate)
        with Server(tls=context, offers_auth=True) as server:
            with pytest.raises(DeliveryError, match=words) as caught:
                self.send(
                    server.port,
                    tmp_path,
                    starttls="required",
                    certificates=str(trusted) if trust_it else None,
                    username="env:USER",
                    password="env:PASSWORD",
                )

            assert (caught.value.permanent, caught.value.code) == (False, None)
            assert [command.split()[0] for _encrypted, command in server.heard] == ["ehlo", "STARTTLS"]

    def test_starttls_that_is_refused_sends_nothing(self, tls, tmp_path):
        context, trusted = tls
        with Server(tls=context, faults=[Fault("starttls", "454 4.7.0 not now")]) as server:
            with pytest.raises(DeliveryError, match="454") as caught:
                self.send(server.port, tmp_path, certificates=str(trusted))

            assert caught.value.code == 454
            assert server.accepted == []


LOGIN = {"starttls": "required", "username": "env:USER", "password": "env:PASSWORD"}


class TestLogin:
    def test_refused_login_stops_the_channel_and_keeps_every_message(self, tmp_path):
        context, trusted = make_certificate(tmp_path)
        outbox = write_three()
        with Server(tls=context, offers_auth=True, faults=[Fault("auth", "535 5.7.8 bad login", times=99)]) as server:
            transport = open_transport(server.port, tmp_path, certificates=str(trusted), **LOGIN)
            (report, *_rest) = drain_until_quiet(outbox, transport, rounds=1)

            assert "535" in report.stopped
            assert SENTINEL not in report.stopped
            assert server.sessions == 1, "the account is not locked by tries"
            assert set(outbox.states().values()) == {"pending"}

    def test_missing_secret_stops_before_anything_is_said(self, tmp_path):
        context, trusted = make_certificate(tmp_path)

        def resolve(reference):
            raise ConfigError("not set", subject=reference, cure="set it")

        options = SmtpTransport.Options(host="localhost", port=1, certificates=str(trusted), timeout_seconds=5, **LOGIN)
        with Server(tls=context, offers_auth=True) as server:
            transport = SmtpTransport(options.model_copy(update={"port": server.port}), resolve, tmp_path)
            with pytest.raises(ConfigError, match="env:USER"):
                transport.send(write_message("a", address=PEOPLE[0]))

            assert server.accepted == []

    def test_user_name_without_password_is_a_mistake(self):
        with pytest.raises(ValidationError, match="belong together"):
            SmtpTransport.Options(host="mail.example", username="env:USER")


class TestCheck:
    """What the doctor asks for: the way of a message, without a message."""

    def test_it_encrypts_logs_in_and_sends_nothing(self, tmp_path):
        context, trusted = make_certificate(tmp_path)
        with Server(tls=context, offers_auth=True) as server:
            found = open_transport(server.port, tmp_path, certificates=str(trusted), **LOGIN).check()

            assert found == f"localhost:{server.port} answers over TLSv1.3, and takes the login"
            verbs = [command.split(" ")[0].upper() for _encrypted, command in server.heard]
            assert verbs == ["EHLO", "STARTTLS", "EHLO", "AUTH", "NOOP", "QUIT"]
            assert all(encrypted for encrypted, _command in server.heard[2:])
            assert server.accepted == []

    def test_a_line_that_is_open_is_called_so(self, tmp_path):
        with Server() as server:
            found = open_transport(server.port, tmp_path).check()

        assert found.endswith("answers, not encrypted (it is on this machine), without login")

    @pytest.mark.parametrize(
        ("fault", "words", "cure"),
        [
            (Fault("connect", "554 5.7.1 go away"), "refused with 554", "whether this machine may send"),
            (Fault("connect", "421 4.3.2 busy"), "refused with 421", "try again later"),
            (Fault("connect", "silent"), "not reached", "firewall"),
            (Fault("auth", "535 5.7.8 bad login", times=9), "refused with 535", "renew user name and password"),
            (Fault("noop", "502 5.5.1 what?"), "refused with 502", "whether this machine may send"),
            (Fault("noop", "drop"), "the dialogue broke", "submission port"),
        ],
        ids=lambda value: f"{value.step} {value.act[:6]}" if isinstance(value, Fault) else None,
    )
    def test_what_keeps_messages_back_has_a_cure(self, fault, words, cure, tmp_path):
        context, trusted = make_certificate(tmp_path)
        options = LOGIN | {"certificates": str(trusted), "timeout_seconds": 1}
        with Server(tls=context, offers_auth=True, faults=[fault]) as server:
            with pytest.raises(DeliveryError, match=words) as caught:
                open_transport(server.port, tmp_path, **options).check()

            assert cure in caught.value.cure
            assert SENTINEL not in str(caught.value)
            assert server.accepted == []

    def test_a_farewell_that_fails_is_no_fault(self, tmp_path):
        with Server(faults=[Fault("quit", "drop")]) as server:
            assert "answers" in open_transport(server.port, tmp_path).check()


def test_it_is_found_by_name_and_keeps_the_contract(tmp_path):
    assert find_transport("smtp") is SmtpTransport
    transport = open_transport(25, tmp_path)
    assert isinstance(transport, Transport)
    assert isinstance(transport, ChecksItself)


@pytest.mark.parametrize("text", ["a line\r\n.\r\nMAIL FROM:<x@evil.example>", ".", "..", "\r\n.\r\n"])
def test_text_cannot_end_the_message_or_give_commands(text, tmp_path):
    with Server() as server:
        open_transport(server.port, tmp_path).send(write_message("a", address=PEOPLE[0], text=text))

        assert len(server.accepted) == 1
        assert sum(command.upper().startswith("MAIL FROM") for _encrypted, command in server.heard) == 1
