"""Limiting a query to some subjects."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import Connection

OF_SUBJECTS = {
    "sqlite": " AND r.subject IN (SELECT value FROM json_each(?))",
    "postgresql": " AND r.subject = ANY(?::bigint[])",
}


def select_subjects(
    connection: Connection, sql: str, values: Sequence[object], subjects: Sequence[int]
) -> tuple[str, list[object]]:
    """Add the condition to a query over `source_record r`."""
    ids = [int(one) for one in subjects]
    name = connection.dialect.name
    return sql + OF_SUBJECTS[name], [*values, json.dumps(ids) if name == "sqlite" else ids]
