"""Reading ahead: the source is asked for the next batch while one is being written."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from concurrent.futures import ThreadPoolExecutor

from slipwatch.model.records import Batch


def read_ahead(batches: Iterable[Batch]) -> Generator[Batch]:
    """The same batches in the same order, each fetched while the one before it is in use: at most one waits.

    All of `batches` runs in one thread of its own, its end included. Errors of the source come out where its batch
    would have; after an error of the user the source is closed as soon as the batch it works on is there.
    """
    pages = iter(batches)
    with ThreadPoolExecutor(1, thread_name_prefix="slipwatch-read") as reader:
        try:
            waiting = reader.submit(next, pages, None)
            while (batch := waiting.result()) is not None:
                waiting = reader.submit(next, pages, None)
                yield batch
        finally:
            close = getattr(pages, "close", None)
            if close is not None:
                reader.submit(close).result()
