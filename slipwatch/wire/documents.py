"""JSON documents: one object that holds lists of records, read whole within a bound."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

from slipwatch.errors import ContractError, IncompleteError, PermanentError
from slipwatch.wire.fields import fetch_path
from slipwatch.wire.maps import Path as FieldPath
from slipwatch.wire.rows import Damaged, Row, write_json
from slipwatch.wire.signature import require_contents

LARGEST_BYTES = 64_000_000
"""A document takes several times its size in memory: larger lists are better dropped as CSV."""


def load_document(path: Path, *, largest_bytes: int = LARGEST_BYTES) -> Any:
    """Raises `PermanentError` for what is no JSON, `IncompleteError` where it ends too early."""
    require_contents(path, "text")
    if path.stat().st_size > largest_bytes:
        raise PermanentError(
            f"is larger than {largest_bytes // 1_000_000} MB",
            subject=path.name,
            cure="have it split, or dropped as CSV",
        )
    content = path.read_bytes()
    try:
        return json.loads(content.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        kind = PermanentError if error.doc.rstrip()[-1:] in ("}", "]") else IncompleteError
        raise kind(f"is no JSON: {error}", subject=path.name, cure="it may be cut short: export it again") from None
    except (UnicodeDecodeError, RecursionError, ValueError) as error:
        raise PermanentError(f"is no JSON: {error}", subject=path.name, cure="export it again, in UTF-8") from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"it holds {name}, which is no JSON")


def split_path(name: str) -> FieldPath:
    """The path that a dotted name stands for."""
    steps = name.split(".")
    return name if len(steps) == 1 else tuple(steps)


def fetch_value(document: Any, name: str) -> Any:
    """The value at a dotted path, or None."""
    return fetch_path(split_path(name))(document)


def list_records(document: Any, name: str | None, *, subject: str) -> list[Any]:
    """The list at a dotted path (the document itself without one). Raises `ContractError` where there is none."""
    found = document if name is None else fetch_value(document, name)
    if not isinstance(found, list):
        has = ", ".join(map(str, list(document)[:20])) if isinstance(document, dict) else type(document).__name__
        raise ContractError(
            f"holds no list of records{f' at {name}' if name else ''}; it has {has}",
            subject=subject,
            cure="correct `records`, or have the list put back",
        )
    return found


def count_records(document: Any, name: str | None, *, subject: str) -> int | None:
    """The document's own count at a dotted path. Raises `ContractError` where it is no number."""
    if name is None:
        return None
    found = fetch_value(document, name)
    if not isinstance(found, int) or isinstance(found, bool):
        raise ContractError(f"holds no number of records at {name}", subject=subject, cure="correct `count`")
    return found


def read_document_rows(records: list[Any], *, place: str) -> Iterator[Row]:
    """The records as rows; one that is no object is damaged."""
    for number, record in enumerate(records, 1):
        raw = write_json(record)
        yield Row(f"{place}, record {number}", record if isinstance(record, dict) else Damaged(raw), raw)
