"""Limiting a query to some subjects."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import Connection

OF_SUBJECTS = {
    "sqlite": " AND r.subject IN (SELECT value FROM json_each(?))",
    "postgresql": " AND r.subject IN"
    " (SELECT CAST(id AS bigint) FROM json_array_elements_text(CAST(? AS json)) AS ids(id))",
}
"""Ids go as one JSON text, which every driver can pass."""


def select_subjects(
    connection: Connection, sql: str, values: Sequence[object], subjects: Sequence[int]
) -> tuple[str, list[object]]:
    """Add the condition to a query over `source_record r`."""
    ids = json.dumps([int(one) for one in subjects])
    return sql + OF_SUBJECTS[connection.dialect.name], [*values, ids]
