"""Token bucket, and what never enters an error."""

import threading
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slipwatch.testing.clock import Clock
from slipwatch.wire.pacing import Pacing, TokenBucket, draw_wait, read_http_date
from slipwatch.wire.redaction import MASK, redact

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def test_a_burst_is_free_and_then_the_pace_holds():
    clock = Clock(NOW)
    bucket = TokenBucket(per_second=4.0, burst=2, now=clock.now)
    waits = []
    for _ in range(6):
        waits.append(bucket.take())
        clock.sleep(waits[-1])
    assert waits == [0, 0, 0.25, 0.25, 0.25, 0.25]


def test_a_rest_refills_no_more_than_the_burst():
    clock = Clock(NOW)
    bucket = TokenBucket(per_second=1.0, burst=2, now=clock.now)
    clock.sleep(3600)
    assert [bucket.take() for _ in range(3)] == [0, 0, 1.0]


def test_a_clock_set_back_gives_no_tokens():
    clock = Clock(NOW)
    bucket = TokenBucket(per_second=1.0, burst=1, now=clock.now)
    bucket.take()
    clock.moment = datetime(2026, 3, 1, tzinfo=UTC)
    assert bucket.take() == 1.0


def test_threads_share_one_pace():
    bucket = TokenBucket(per_second=10.0, burst=1, now=lambda: NOW)
    waits, lock = [], threading.Lock()

    def take():
        wait = bucket.take()
        with lock:
            waits.append(round(wait, 3))

    threads = [threading.Thread(target=take) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(waits) == [round(turn / 10, 3) for turn in range(20)]


@given(st.integers(0, 2000))
def test_back_off_never_exceeds_the_longest_wait(attempt):
    assert 0 <= draw_wait(Pacing(longest_wait=120.0), min(attempt, 1000)) <= 120.0


@pytest.mark.parametrize("text", [None, "", "soon", "0", "Mon, 99 Foo 2026 00:00:00 GMT"])
def test_what_is_no_date_is_none(text):
    assert read_http_date(text) is None


def test_dates_without_a_zone_are_utc():
    assert read_http_date("Mon, 02 Mar 2026 08:00:00 -0000") == NOW


@pytest.mark.parametrize(
    "text",
    [
        "key sentinel/k+y= refused",
        "GET /x?key=sentinel%2Fk%2By%3D&page=2",
        "https://user:hunter2-long@host/x",
        "Authorization: Bearer abcdefgh12345678",
        "Session YWRtaW46MTphYmNkZWY=",
        "?access_token=qwertyuiop&x=1",
        "/x?api_key=1234",
    ],
)
def test_secrets_are_masked(text):
    masked = redact(text, ["sentinel/k+y="])
    assert MASK in masked
    for secret in ("sentinel", "hunter2", "abcdefgh", "YWRtaW4", "qwerty", "1234"):
        assert secret not in masked


@pytest.mark.parametrize("text", ["page=2&monkey=banana", "project https://host/x", "the token is missing", "no"])
def test_other_words_stay(text):
    assert redact(text, ["sentinel-1234"]) == text


@given(
    secret=st.text(min_size=4).filter(lambda text: text.strip() and MASK not in text), before=st.text(), after=st.text()
)
def test_a_secret_is_never_left(secret, before, after):
    if secret not in before + after:
        assert secret not in redact(f"{before} {secret} {after}", [secret]).replace(MASK, "")
