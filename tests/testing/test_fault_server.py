"""Each fault is what it says, seen by a plain HTTP client."""

import socket
import time
from datetime import UTC, datetime

import pytest
import requests

from slipwatch.testing import faults
from slipwatch.testing.clock import Clock
from slipwatch.testing.fault_server import Fault, FaultServer, Reply, reply_json

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture
def server():
    with FaultServer(lambda request: reply_json({"rows": [1, 2, 3], "total": 3})) as running:
        yield running


def get(server, path="/rows", **options):
    return requests.get(server.url + path, timeout=10, **options)


def test_what_was_asked_is_kept(server):
    get(server, params={"page": 2, "empty": ""}, headers={"X-Key": "k"})
    requests.post(server.url + "/rpc", json={"a": 1}, timeout=10)
    first, second = server.requests
    assert (first.method, first.path, first.query) == ("GET", "/rows", {"page": "2", "empty": ""})
    assert first.headers["X-Key"] == "k"
    assert (second.method, second.path, second.body) == ("POST", "/rpc", {"a": 1})


def test_a_fault_waits_for_its_turn(server):
    server.play(Fault(faults.answer_status(503), where="/a", skip=1, times=2))
    assert [get(server, path).status_code for path in ("/a", "/b", "/a", "/a", "/a")] == [200, 200, 503, 503, 200]


def test_a_script_can_be_played_again(server):
    fault = Fault(faults.answer_status(500))
    for _ in range(2):
        server.play(fault)
        assert [get(server).status_code, get(server).status_code] == [500, 200]
    assert len(server.requests) == 2


def test_faults_of_the_body(server):
    server.play(Fault(faults.answer_login_page), Fault(faults.answer_nothing, skip=1), Fault(faults.cut_json, skip=2))
    assert "password" in get(server).text
    assert get(server).content == b""
    with pytest.raises(requests.JSONDecodeError):
        get(server).json()


def test_faults_of_the_connection(server):
    server.play(Fault(faults.hang_up), Fault(faults.break_off, skip=1))
    with pytest.raises(requests.ConnectionError):
        get(server)
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        get(server)
    assert get(server).ok


def test_faults_of_time(server):
    server.play(Fault(faults.stall(0.3)))
    with pytest.raises(requests.ReadTimeout):
        requests.get(server.url, timeout=0.1)
    server.play(Fault(faults.drip(0.005)))
    started = time.monotonic()
    assert get(server).json()["total"] == 3
    assert time.monotonic() - started > 0.1


def test_rows_are_lost_and_texts_replaced(server):
    server.play(Fault(faults.lose_rows("rows", keep=1)), Fault(faults.replace_text("total", "sum"), skip=1))
    assert get(server).json() == {"rows": [1], "total": 3}
    assert get(server).json() == {"rows": [1, 2, 3], "sum": 3}


def test_the_first_answer_comes_again():
    numbers = iter(range(9))
    with FaultServer(lambda request: reply_json(next(numbers)), [Fault(faults.Repeat(), times=3)]) as server:
        assert [get(server).json() for _ in range(4)] == [0, 0, 0, 3]


def test_clocks(server):
    server.now = Clock(NOW).now
    assert get(server).headers["Date"] == "Mon, 02 Mar 2026 08:00:00 GMT"
    server.play(Fault(faults.show_clock(datetime(2026, 3, 3, tzinfo=UTC))), Fault(faults.hide_clock, skip=1))
    assert get(server).headers["Date"] == "Tue, 03 Mar 2026 00:00:00 GMT"
    assert not get(server).headers["Date"]


def test_redirects(server):
    server.play(Fault(faults.redirect("/elsewhere", status=307)))
    assert get(server, allow_redirects=False).headers["Location"] == "/elsewhere"


def test_leaving_the_block_ends_the_server_even_in_the_middle_of_an_answer():
    with FaultServer(lambda request: Reply(content=b"x" * 50, drip=5.0)) as server:
        connection = socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])))
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        connection.recv(10)
        started = time.monotonic()
    assert time.monotonic() - started < 4
    connection.close()
    with pytest.raises(requests.ConnectionError):
        get(server)


def test_a_clock_moves_only_by_sleep():
    clock = Clock(NOW)
    clock.sleep(90)
    assert clock.now() == datetime(2026, 3, 2, 8, 1, 30, tzinfo=UTC)
    assert clock.slept == [90]
