"""Lists of records in JSON and XML documents, as tables whose columns are the dotted paths of their fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from slipwatch.errors import PermanentError
from slipwatch.inference.opening import Table
from slipwatch.wire.documents import fetch_value, load_document
from slipwatch.wire.tables import Line
from slipwatch.wire.xml_documents import load_xml_document

_MOST_FIELDS = 200
_DEEPEST = 3


def open_document(path: Path, form: str) -> tuple[list[str | None], Callable[[str | None], Table]]:
    """The paths of the lists of records, longest list first, and a function that loads one.

    Raises `SourceError` for a damaged document, `PermanentError` for one without a list of records.
    """
    document = load_xml_document(path) if form == "xml" else load_document(path)
    found = sorted(_find_lists(document), key=lambda one: -len(one[1]))
    if not found:
        raise PermanentError("holds no list of records", subject=path.name, cure="export the list itself")
    return [name for name, _ in found], lambda name: _load_list(document, name)


def _find_lists(document: Any, name: str | None = None, depth: int = 0) -> Iterator[tuple[str | None, list[Any]]]:
    if isinstance(document, list):
        if document and all(isinstance(one, dict) for one in document[:50]):
            yield name, document
    elif isinstance(document, dict) and depth < _DEEPEST:
        for key, value in document.items():
            yield from _find_lists(value, key if name is None else f"{name}.{key}", depth + 1)


def _load_list(document: Any, name: str | None) -> Table:
    records = document if name is None else fetch_value(document, name)
    paths: dict[str, None] = {}
    for record in records:
        for path in _list_paths(record):
            if len(paths) < _MOST_FIELDS:
                paths.setdefault(path)

    def read() -> Iterator[Line]:
        yield Line(0, 0, list(paths))
        for number, record in enumerate(records, 1):
            yield Line(number, number, [_fetch_plain(record, path) for path in paths])

    return Table(read=read, records=name, is_document=True)


def _list_paths(record: Any, prefix: str = "", depth: int = 0) -> Iterator[str]:
    """Dotted paths to the plain values of a record; a list inside it is no field."""
    if not isinstance(record, dict):
        return
    for key, value in record.items():
        if isinstance(value, dict) and depth < _DEEPEST:
            yield from _list_paths(value, f"{prefix}{key}.", depth + 1)
        elif not isinstance(value, list | dict) and "." not in key:
            yield f"{prefix}{key}"


def _fetch_plain(record: Any, path: str) -> Any:
    value = fetch_value(record, path)
    return None if isinstance(value, list | dict) else value
