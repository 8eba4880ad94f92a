"""Reading a list page by page: one function per way a source pages, chosen by the connector and never guessed.

Each function takes `fetch`, which asks for one page, and yields the items of page after page. A page that comes again,
an order that does not hold or an endless list raise `IncompleteError`: then nothing proves that the list was read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from requests.utils import parse_header_links

from slipwatch.errors import IncompleteError

MOST_PAGES = 20_000
"""Far above any list that a window should hold, and low enough to end a source that never stops paging."""

Key = int | str


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page. `last` is true when the source itself says that nothing follows; `following` is the token or address of
    the next page, where it gives one; `total` the length of the whole list, where it tells it."""

    items: Sequence[Any]
    last: bool = False
    following: str | None = None
    total: int | None = None


def read_by_key(
    fetch: Callable[[Key | None], Page], *, find_key: Callable[[Any], Key], most_pages: int = MOST_PAGES
) -> Iterator[Sequence[Any]]:
    """Pages of items with a key above the last one read, ascending: what is added, changed or deleted meanwhile can
    neither hide nor double an item that was there all the time. It ends at the page that says so, or at an empty one.
    """
    after: Key | None = None
    for _ in range(most_pages):
        page = fetch(after)
        if not page.items:
            return
        for item in page.items:
            key = find_key(item)
            if after is not None and not is_above(key, after):
                raise IncompleteError(f"the list is not in order, or repeats: {key} came after {after}")
            after = key
        yield page.items
        if page.last:
            return
    raise IncompleteError(f"the list did not end after {most_pages} pages")


def is_above(key: Key, after: Key) -> bool:
    """Whether a key follows another one; keys of two types are no order."""
    if isinstance(key, int) and isinstance(after, int):
        return key > after
    return isinstance(key, str) and isinstance(after, str) and key > after


def read_by_offset(
    fetch: Callable[[int], Page], *, find_key: Callable[[Any], Key], most_pages: int = MOST_PAGES
) -> Iterator[Sequence[Any]]:
    """Pages by position, for sources that offer nothing better. Each page starts with the last item of the one before:
    when another item stands there the list moved while it was read. It ends at `total` items, or at an empty page where
    the source tells no total.
    """
    read, anchor = 0, None
    for _ in range(most_pages):
        page = fetch(max(0, read - 1))
        fresh = page.items
        if read:
            if [find_key(item) for item in fresh[:1]] != [anchor]:
                raise IncompleteError("the list moved while it was read, or its paging is ignored")
            fresh = fresh[1:]
        if fresh:
            read, anchor = read + len(fresh), find_key(fresh[-1])
            yield fresh
        if is_over(page, read, fresh):
            return
    raise IncompleteError(f"the list did not end after {most_pages} pages")


def is_over(page: Page, read: int, fresh: Sequence[Any]) -> bool:
    """Whether a page ends its list. Raises `IncompleteError` where nothing came although the source counts more."""
    if page.last or page.total is None:
        return page.last or not fresh
    if not fresh and read < page.total:
        raise IncompleteError(f"the source counts {page.total}, but only {read} came")
    return read >= page.total


def read_by_token(fetch: Callable[[str | None], Page], *, most_pages: int = MOST_PAGES) -> Iterator[Sequence[Any]]:
    """Pages that name the next one by a token or an address; an empty page with a token is no end.

    A token that comes twice, or a page equal to the one before, would go round for ever and raises.
    """
    token: str | None = None
    seen: set[str] = set()
    previous: Sequence[Any] = ()
    for _ in range(most_pages):
        page = fetch(token)
        if page.items and page.items == previous:
            raise IncompleteError("the same page came twice")
        if page.items:
            yield page.items
        if page.following is None:
            return
        if page.following in seen:
            raise IncompleteError("a page token came twice")
        token, previous = page.following, page.items
        seen.add(token)
    raise IncompleteError(f"the list did not end after {most_pages} pages")


def read_by_number(
    fetch: Callable[[int], Page], *, first: int = 1, most_pages: int = MOST_PAGES
) -> Iterator[Sequence[Any]]:
    """Pages by number up to the one that says it is the last, or an empty one. A short page is no end: sources clip."""

    def fetch_numbered(token: str | None) -> Page:
        number = first if token is None else int(token)
        page = fetch(number)
        following = None if page.last or not page.items else str(number + 1)
        return Page(items=page.items, following=following)

    return read_by_token(fetch_numbered, most_pages=most_pages)


def find_next_link(headers: Mapping[str, str]) -> str | None:
    """The address with `rel="next"` in a Link header (RFC 8288), or None."""
    for link in parse_header_links(headers.get("Link", "")):
        if "next" in link.get("rel", "").split():
            return link.get("url")
    return None
