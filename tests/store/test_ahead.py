"""The next batch is fetched while one is written, and nothing else changes."""

import threading

import pytest

from slipwatch.errors import TransientError
from slipwatch.store.ahead import read_ahead


class Source:
    """Yields numbers and notes what happens to it."""

    def __init__(self, count, *, fail_at=None):
        self.count, self.fail_at = count, fail_at
        self.asked, self.threads, self.closed = 0, set(), False

    def read(self):
        try:
            for number in range(self.count):
                self.asked += 1
                self.threads.add(threading.get_ident())
                if number == self.fail_at:
                    raise TransientError("connection dropped")
                yield number
        finally:
            self.threads.add(threading.get_ident())
            self.closed = True


def test_batches_come_in_their_order():
    source = Source(50)
    assert list(read_ahead(source.read())) == list(range(50))
    assert source.closed


def test_the_source_runs_in_one_thread_of_its_own_to_its_end():
    source = Source(5)
    pages = read_ahead(source.read())
    next(pages)
    pages.close()
    assert source.closed
    assert len(source.threads) == 1
    assert threading.get_ident() not in source.threads


def test_at_most_one_batch_waits():
    source = Source(50)
    pages = read_ahead(source.read())
    for number in range(10):
        assert next(pages) == number
    pages.close()
    assert source.asked <= 11


def test_the_next_batch_is_asked_for_while_one_is_in_use():
    asked = threading.Event()

    def read():
        yield "first"
        asked.set()
        yield "second"

    pages = read_ahead(read())
    next(pages)
    assert asked.wait(10)
    pages.close()


def test_an_error_comes_where_its_batch_would_have():
    source = Source(5, fail_at=3)
    pages = read_ahead(source.read())
    assert [next(pages) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(TransientError, match="dropped"):
        next(pages)
    assert source.closed


def test_an_error_of_the_user_closes_the_source():
    source = Source(5)

    def use():
        for _ in read_ahead(source.read()):
            raise KeyError

    with pytest.raises(KeyError):
        use()
    assert source.closed


def test_a_plain_list_will_do():
    assert list(read_ahead([1, 2])) == [1, 2]
    assert list(read_ahead([])) == []
