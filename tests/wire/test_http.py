"""Requests to a real server on loopback that fails on request; the clock moves only when somebody sleeps."""

import gzip
import socket
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from slipwatch.errors import (
    AccessError,
    AuthError,
    ConfigError,
    PermanentError,
    RateLimited,
    SourceError,
    TransientError,
)
from slipwatch.testing import faults
from slipwatch.testing.clock import Clock
from slipwatch.testing.fault_server import Fault, FaultServer, Reply, reply_json
from slipwatch.wire.http import Call, HttpClient, NothingThere
from slipwatch.wire.pacing import Pacing

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
SENTINEL = "sentinel-key-4f1c9a"
GOOD = {"rows": [1, 2, 3]}


@pytest.fixture
def clock():
    return Clock(NOW)


@pytest.fixture
def server(clock):
    with FaultServer(lambda request: reply_json(GOOD), now=clock.now) as running:
        yield running


def build_client(server, clock, **options):
    options.setdefault("credentials", lambda: {"X-Key": SENTINEL})
    return HttpClient(server.url, now=clock.now, sleep=clock.sleep, **options)


@pytest.fixture
def client(server, clock):
    built = build_client(server, clock)
    yield built
    built.close()


def test_an_answer_is_parsed_json(client, server):
    assert client.get_json("rows.json", limit=100) == GOOD
    assert server.requests[0].query == {"limit": "100"}
    assert server.requests[0].headers["X-Key"] == SENTINEL


def test_nothing_of_the_machine_is_read(server, clock, monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login user password from-netrc\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    build_client(server, clock).get_json("x")
    assert "Authorization" not in server.requests[0].headers


def test_cookies_are_not_kept(server, clock):
    server.system = lambda request: reply_json(GOOD, headers={"Set-Cookie": "session=1; path=/"})
    client = build_client(server, clock)
    client.get_json("x")
    client.get_json("x")
    assert "Cookie" not in server.requests[1].headers


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_what_may_pass_is_asked_again(client, server, clock, status):
    server.play(Fault(faults.answer_status(status), times=2))
    assert client.get_json("x") == GOOD
    assert len(server.requests) == 3
    assert client.metrics.retries == 2
    assert len(clock.slept) == 2


def test_tries_end(client, server):
    server.play(Fault(faults.answer_status(503), times=99))
    with pytest.raises(TransientError, match="503, after 5 tries"):
        client.get_json("x")
    assert len(server.requests) == 5


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, AuthError), (403, AccessError), (404, NothingThere), (410, PermanentError), (400, PermanentError)],
)
def test_what_will_not_pass_is_asked_once(client, server, status, kind):
    server.play(Fault(faults.answer_status(status)))
    with pytest.raises(kind):
        client.get_json("x")
    assert len(server.requests) == 1


def test_a_call_that_is_not_idempotent_is_sent_once(client, server):
    server.play(Fault(faults.answer_status(503)))
    with pytest.raises(TransientError):
        client.fetch(Call(path="x", method="POST", body={}, idempotent=False))
    assert len(server.requests) == 1


def test_a_reading_post_is_asked_again(client, server):
    server.play(Fault(faults.answer_status(429)))
    assert client.fetch(Call(path="x", method="POST", body={"q": 1})).body == GOOD
    assert [request.body for request in server.requests] == [{"q": 1}, {"q": 1}]


def test_retry_after_in_seconds_is_obeyed(client, server, clock):
    server.play(Fault(faults.answer_status(429, headers={"Retry-After": "7"})))
    client.get_json("x")
    assert clock.slept == [7.0]


def test_retry_after_as_a_date_is_read_by_the_clock_of_the_server(client, server, clock):
    theirs = NOW + timedelta(hours=5)
    headers = {"Retry-After": format_datetime(theirs + timedelta(seconds=30), usegmt=True)}
    headers["Date"] = format_datetime(theirs, usegmt=True)
    server.play(Fault(faults.answer_status(503, headers=headers)))
    client.get_json("x")
    assert clock.slept == [30.0]


@pytest.mark.parametrize("text", ["soon", "-5", "1e3", ""])
def test_a_retry_after_that_cannot_be_read_is_ignored(client, server, clock, text):
    server.play(Fault(faults.answer_status(429, headers={"Retry-After": text})))
    client.get_json("x")
    assert 0 <= clock.slept[0] <= 1.0


def test_a_long_wait_is_left_to_the_next_run(client, server, clock):
    server.play(Fault(faults.answer_status(429, headers={"Retry-After": "3600"})))
    with pytest.raises(RateLimited) as caught:
        client.get_json("x")
    assert caught.value.until == NOW + timedelta(hours=1)
    assert clock.slept == []


def test_limits_that_do_not_end_say_when_to_come_back(client, server, clock):
    server.play(Fault(faults.answer_status(429, headers={"Retry-After": "60"}), times=99))
    with pytest.raises(RateLimited) as caught:
        client.get_json("x")
    assert sum(clock.slept) <= 240
    assert caught.value.until == clock.now() + timedelta(seconds=60)


@pytest.mark.parametrize(("form", "figure"), [("delta", 20), ("epoch", int(NOW.timestamp()) + 20)])
def test_a_reset_header_is_read_as_declared(server, clock, form, figure):
    client = build_client(server, clock, pacing=Pacing(reset_header="X-Reset", reset_form=form))
    server.play(Fault(faults.answer_status(429, headers={"X-Reset": str(figure)})))
    client.get_json("x")
    assert clock.slept == [20.0]


def test_back_off_is_drawn_from_a_growing_span(server, clock, monkeypatch):
    monkeypatch.setattr("slipwatch.wire.pacing.draw", lambda: 1.0)
    client = build_client(server, clock, pacing=Pacing(first_wait=0.5, tries=5))
    server.play(Fault(faults.answer_status(500), times=4))
    client.get_json("x")
    assert clock.slept == [1.0, 2.0, 4.0, 8.0]


def test_waits_of_one_client_have_a_budget(server, clock):
    client = build_client(server, clock, pacing=Pacing(wait_budget=100.0))
    server.play(Fault(faults.answer_status(503, headers={"Retry-After": "40"}), times=99))
    with pytest.raises(TransientError):
        client.get_json("x")
    assert clock.slept == [40.0, 40.0]


@pytest.mark.parametrize("change", [faults.hang_up, faults.break_off, faults.cut_json, faults.answer_nothing])
def test_a_broken_answer_is_asked_again(client, server, change):
    server.play(Fault(change))
    assert client.get_json("x") == GOOD
    assert len(server.requests) == 2


def test_a_broken_answer_that_stays_broken_is_no_answer(client, server):
    server.play(Fault(faults.cut_json, times=99))
    with pytest.raises(TransientError, match="empty or broken off"):
        client.get_json("x")


def test_silence_ends_by_a_time_out(server, clock):
    client = build_client(server, clock, pacing=Pacing(read_timeout=0.2, tries=2))
    server.play(Fault(faults.stall(5), times=99))
    with pytest.raises(TransientError, match="no answer within"):
        client.get_json("x")
    assert len(server.requests) == 2


def test_a_name_that_nobody_knows_may_be_known_later(clock, monkeypatch):
    def know_nothing(*arguments, **options):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", know_nothing)
    client = HttpClient("https://erp.example/", now=clock.now, sleep=clock.sleep)
    with pytest.raises(TransientError, match="name of the host is unknown"):
        client.get_json("x")


def test_a_closed_port_may_be_open_later(server, clock):
    with FaultServer(lambda request: reply_json(GOOD)) as closed:
        address = closed.url
    client = HttpClient(address, now=clock.now, sleep=clock.sleep)
    with pytest.raises(TransientError, match="connection failed"):
        client.get_json("x")


def test_an_answer_that_drips_is_cut(server):
    real = Clock(NOW)
    ticks = iter(range(10_000))
    client = HttpClient(
        server.url,
        now=lambda: NOW + timedelta(seconds=next(ticks)),  # each look at the clock costs a second
        sleep=real.sleep,
        pacing=Pacing(longest_answer=3.0, tries=1),
    )
    server.play(Fault(faults.drip(0.01), times=99))
    with pytest.raises(TransientError, match="not complete"):
        client.get_json("x")


def test_a_huge_answer_is_refused(server, clock):
    client = build_client(server, clock, pacing=Pacing(largest_answer=10_000))
    server.system = lambda request: Reply(content=b"[" + b"1," * 100_000 + b"1]")
    with pytest.raises(PermanentError, match="larger than"):
        client.get_json("x")


def test_a_small_answer_that_unpacks_to_a_huge_one_is_refused(server, clock):
    packed = gzip.compress(b" " * 5_000_000)
    server.system = lambda request: Reply(content=packed, headers={"Content-Encoding": "gzip"})
    client = build_client(server, clock, pacing=Pacing(largest_answer=100_000))
    with pytest.raises(PermanentError, match="larger than"):
        client.get_json("x")


def test_a_broken_gzip_is_asked_again(client, server):
    server.play(Fault(lambda request, reply: Reply(content=b"\x1f\x8bnot", headers={"Content-Encoding": "gzip"})))
    assert client.get_json("x") == GOOD


def test_a_login_page_is_no_data(client, server):
    server.play(Fault(faults.answer_login_page))
    with pytest.raises(AuthError, match="login page"):
        client.get_json("x")
    assert len(server.requests) == 1


def test_a_page_that_calls_itself_json_is_still_a_page(client, server):
    server.play(Fault(lambda request, reply: Reply(content=faults.LOGIN_PAGE, headers={"Content-Type": "text/json"})))
    with pytest.raises(AuthError):
        client.get_json("x")


def test_nan_is_let_through_for_its_record(client, server):
    server.system = lambda request: Reply(content=b'{"rows": [NaN, 1]}')
    body = client.get_json("x")
    assert body["rows"][1] == 1
    assert body["rows"][0] != body["rows"][0]


def test_a_session_is_renewed_once(server, clock):
    opened = []
    client = build_client(server, clock, renew=lambda: opened.append(1))
    server.play(Fault(faults.answer_status(401)))
    assert client.get_json("x") == GOOD
    server.play(Fault(faults.answer_status(401), times=99))
    with pytest.raises(AuthError):
        client.get_json("x")
    assert len(opened) == 2
    assert len(server.requests) == 2


def test_a_judge_finds_the_error_inside_200(client, server):
    server.system = lambda request: reply_json({"error": "no"})
    fault = AccessError(f"refused for {SENTINEL}")
    with pytest.raises(AccessError) as caught:
        client.fetch(Call(path="x", judge=lambda body: fault if "error" in body else None))
    assert SENTINEL not in str(caught.value)


def test_a_passing_error_inside_200_is_asked_again(client, server):
    server.play(Fault(lambda request, reply: reply_json({"error": "busy"})))
    call = Call(path="x", judge=lambda body: TransientError("busy") if "error" in body else None)
    assert client.fetch(call).body == GOOD


class TestRedirects:
    def test_on_the_same_origin_they_are_followed(self, client, server):
        server.play(Fault(faults.redirect("/elsewhere.json")))
        assert client.get_json("x") == GOOD
        assert server.requests[1].path == "/elsewhere.json"

    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    def test_to_another_origin_nothing_is_sent(self, client, server, clock, status):
        with FaultServer(lambda request: reply_json(GOOD)) as other:
            server.play(Fault(faults.redirect(other.url + "/x", status=status)))
            with pytest.raises(PermanentError, match="another origin"):
                client.get_json("x")
            assert other.requests == []

    @pytest.mark.parametrize(
        "address", ["https://127.0.0.1/x", "//evil.example/x", "http://127.0.0.1.evil.example/", "file:///etc/passwd"]
    )
    def test_other_schemes_hosts_and_ports_are_other_origins(self, client, server, address):
        server.play(Fault(faults.redirect(address)))
        with pytest.raises(PermanentError, match="another origin"):
            client.get_json("x")

    def test_a_circle_ends(self, client, server):
        server.play(Fault(faults.redirect("/x"), times=99))
        with pytest.raises(PermanentError, match="circle"):
            client.get_json("x")

    def test_a_body_is_not_sent_on(self, client, server):
        server.play(Fault(faults.redirect("/y", status=307)))
        with pytest.raises(PermanentError, match="body"):
            client.fetch(Call(path="x", method="POST", body={"password": SENTINEL}))
        assert len(server.requests) == 1


class TestSecrets:
    @pytest.mark.parametrize("change", [faults.answer_status(400), faults.answer_status(401), faults.hang_up])
    def test_are_in_no_error(self, server, clock, change):
        client = build_client(server, clock, credentials=lambda: {"Authorization": f"Bearer {SENTINEL}"})
        server.system = lambda request: reply_json({"echo": dict(request.headers), "url": request.path})
        server.play(Fault(change, times=99))
        with pytest.raises(SourceError) as caught:
            client.fetch(Call(path=f"x?api_key={SENTINEL}"))
        error, seen = caught.value, []
        while error is not None:
            seen.append(f"{error!s}{error!r}{error.__dict__}")
            error = error.__cause__
        assert SENTINEL not in "".join(seen)

    def test_that_the_source_repeats_are_masked(self, server, clock):
        client = build_client(server, clock)
        server.system = lambda request: reply_json({"bad key": request.headers["X-Key"]}, status=400)
        with pytest.raises(PermanentError, match=r"\*\*\*") as caught:
            client.get_json("x")
        assert SENTINEL not in str(caught.value)

    def test_in_a_body_are_masked(self, server, clock):
        server.system = lambda request: reply_json({"you said": request.body}, status=400)
        with pytest.raises(PermanentError) as caught:
            build_client(server, clock).fetch(Call(path="x", method="POST", body=SENTINEL, secrets=(SENTINEL,)))
        assert SENTINEL not in str(caught.value)

    def test_with_a_line_break_are_refused_unsent(self, server, clock):
        client = build_client(server, clock, credentials=lambda: {"X-Key": f"{SENTINEL}\r\nX-Other: 1"})
        with pytest.raises(PermanentError) as caught:
            client.get_json("x")
        assert server.requests == []
        assert SENTINEL not in str(caught.value)

    def test_have_no_place_in_an_address(self):
        with pytest.raises(ConfigError) as caught:
            HttpClient(f"https://user:{SENTINEL}@host.example/", now=lambda: NOW, sleep=lambda seconds: None)
        assert SENTINEL not in str(caught.value)


class TestClockOfTheSource:
    def test_is_ours_when_the_difference_is_small(self, client, server, clock):
        client.get_json("x")
        assert client.read_clock() == NOW

    @pytest.mark.parametrize("by", [timedelta(days=1), timedelta(days=-1), timedelta(minutes=3)])
    def test_is_theirs_when_it_is_not(self, client, server, by):
        server.play(Fault(faults.show_clock(NOW + by)))
        client.get_json("x")
        assert client.skew == by
        assert client.read_clock() == NOW + by

    def test_is_ours_when_they_tell_none(self, client, server):
        server.play(Fault(faults.hide_clock))
        client.get_json("x")
        assert client.skew is None
        assert client.read_clock() == NOW


def test_a_pace_is_kept_for_all_clients_of_a_host(server, clock):
    pacing = Pacing(per_second=2.0, burst=3)
    clients = [build_client(server, clock, pacing=pacing) for _ in range(2)]
    for turn in range(9):
        clients[turn % 2].get_json("x")
    assert sum(clock.slept) == pytest.approx((9 - 3) / 2.0)


def test_closing_releases_connections(client):
    client.get_json("x")
    client.close()
    assert client.get_json("x") == GOOD
