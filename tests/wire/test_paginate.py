"""Lists read page by page, while others add, change and delete."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slipwatch.errors import IncompleteError
from slipwatch.wire.paginate import (
    Page,
    find_next_link,
    read_by_key,
    read_by_number,
    read_by_offset,
    read_by_token,
)


def flatten(pages):
    return [item for page in pages for item in page]


def identity(item):
    return item


class Table:
    """Rows with ascending keys behind a page size; `between` changes it before each page but the first."""

    def __init__(self, keys, size, between=lambda table: None):
        self.keys, self.size, self.between, self.asked = sorted(keys), size, between, 0

    def change(self):
        if self.asked:
            self.between(self)
        self.asked += 1

    def by_key(self, after):
        self.change()
        rest = [key for key in self.keys if after is None or key > after]
        return Page(items=rest[: self.size], last=len(rest) <= self.size)

    def by_offset(self, offset):
        self.change()
        return Page(items=self.keys[offset : offset + self.size], total=len(self.keys))


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 6, 7, 300])
def test_all_keys_come_once(count):
    assert flatten(read_by_key(Table(range(count), 3).by_key, find_key=identity)) == list(range(count))
    assert flatten(read_by_offset(Table(range(count), 3).by_offset, find_key=identity)) == list(range(count))


@settings(max_examples=1000)
@given(
    keys=st.sets(st.integers(0, 60), max_size=40),
    size=st.integers(2, 5),
    acts=st.lists(st.tuples(st.booleans(), st.integers(0, 60)), max_size=40),
)
def test_by_key_what_was_there_throughout_is_read_once(keys, size, acts):
    waiting, touched = list(acts), set()

    def change(table):
        for add, key in [waiting.pop() for _ in range(min(3, len(waiting)))]:
            touched.add(key)
            table.keys = sorted({*table.keys, key} if add else {*table.keys} - {key})

    read = flatten(read_by_key(Table(keys, size, change).by_key, find_key=identity))
    assert len(read) == len(set(read))
    assert keys - touched <= set(read)


@settings(max_examples=1000)
@given(
    keys=st.sets(st.integers(0, 60), max_size=40),
    size=st.integers(2, 5),
    acts=st.lists(st.tuples(st.booleans(), st.integers(0, 60)), max_size=12),
)
def test_by_offset_what_was_there_throughout_is_read_once_or_the_read_is_refused(keys, size, acts):
    waiting, touched = list(acts), set()

    def change(table):
        if waiting:
            add, key = waiting.pop()
            touched.add(key)
            table.keys = sorted({*table.keys, key} if add else {*table.keys} - {key})

    try:
        read = flatten(read_by_offset(Table(keys, size, change).by_offset, find_key=identity))
    except IncompleteError:
        return
    assert keys - touched <= set(read)
    assert len(read) == len(set(read))


def test_a_source_that_ignores_the_key_is_found_out():
    with pytest.raises(IncompleteError, match="repeats: 1 came after 3"):
        flatten(read_by_key(lambda after: Page(items=[1, 2, 3]), find_key=identity))


def test_a_source_that_ignores_the_offset_is_found_out():
    with pytest.raises(IncompleteError, match="paging is ignored"):
        flatten(read_by_offset(lambda offset: Page(items=[1, 2, 3], total=9), find_key=identity))


@pytest.mark.parametrize("items", [[2, 1], [1, 1], [1, "2"], ["b", "a"]])
def test_an_order_that_does_not_hold_is_refused(items):
    with pytest.raises(IncompleteError, match="not in order"):
        flatten(read_by_key(lambda after: Page(items=items, last=True), find_key=identity))


def test_keys_may_be_texts():
    pages = {None: Page(items=["a", "b"]), "b": Page(items=["c"], last=True)}
    assert flatten(read_by_key(pages.get, find_key=identity)) == ["a", "b", "c"]


def test_fewer_items_than_the_source_counts_are_not_a_list():
    with pytest.raises(IncompleteError, match="counts 9, but only 3 came"):
        flatten(read_by_offset(lambda offset: Page(items=[1, 2, 3][offset:], total=9), find_key=identity))


def test_without_a_total_an_empty_page_ends_the_list():
    rows = [1, 2, 3, 4, 5]
    pages = read_by_offset(lambda offset: Page(items=rows[offset : offset + 2]), find_key=identity)
    assert flatten(pages) == rows


def test_tokens_are_followed_through_empty_pages():
    pages = {
        None: Page(items=[1], following="a"),
        "a": Page(items=[], following="b"),
        "b": Page(items=[2, 3]),
    }
    assert flatten(read_by_token(pages.get)) == [1, 2, 3]


def test_a_token_that_comes_back_is_a_circle():
    pages = {
        None: Page(items=[1], following="a"),
        "a": Page(items=[2], following="b"),
        "b": Page(items=[3], following="a"),
    }
    with pytest.raises(IncompleteError, match="token came twice"):
        flatten(read_by_token(pages.get))


def test_a_page_that_comes_twice_is_refused_even_under_fresh_tokens():
    tokens = iter(range(10))
    with pytest.raises(IncompleteError, match="same page came twice"):
        flatten(read_by_token(lambda token: Page(items=[1, 2], following=f"t{next(tokens)}")))


def test_numbered_pages_end_at_an_empty_one_not_at_a_short_one():
    pages = {1: [1, 2, 3], 2: [4], 3: [5, 6]}
    assert flatten(read_by_number(lambda number: Page(items=pages.get(number, [])))) == [1, 2, 3, 4, 5, 6]


def test_numbered_pages_end_where_the_source_says_so():
    asked = []

    def fetch(number):
        asked.append(number)
        return Page(items=[number], last=number == 2)

    assert flatten(read_by_number(fetch, first=0)) == [0, 1, 2]
    assert asked == [0, 1, 2]


def test_an_endless_list_is_cut():
    numbers = iter(range(10_000))
    with pytest.raises(IncompleteError, match="did not end after 50 pages"):
        flatten(read_by_key(lambda after: Page(items=[next(numbers)]), find_key=identity, most_pages=50))
    with pytest.raises(IncompleteError, match="did not end after 50 pages"):
        flatten(read_by_number(lambda number: Page(items=[number]), most_pages=50))


@pytest.mark.parametrize(
    ("header", "link"),
    [
        ('<https://a.example/x?page=2>; rel="next"', "https://a.example/x?page=2"),
        ('<https://a.example/1>; rel="prev", <https://a.example/3>; rel="next"', "https://a.example/3"),
        ('<https://a.example/1>; rel="prev"', None),
        ("", None),
    ],
)
def test_the_next_link_of_a_header(header, link):
    assert find_next_link({"Link": header}) == link
