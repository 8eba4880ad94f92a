"""References: a receipt names its order line by label or source id; the frame gets the subject meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection

from slipwatch.model.columns import Entity
from slipwatch.model.tables import ENTITIES
from slipwatch.store.bulk import Bulk, fill, open_bulk, quote_names
from slipwatch.store.frames import read_frame
from slipwatch.store.ledger import Ledger

if TYPE_CHECKING:
    import pandas as pd

TARGETS = {"source": "text", "source_id": "text", "label": "text", "subject": "id"}


def bind_references(connection: Connection, entity: Entity, frame: pd.DataFrame) -> pd.DataFrame:
    """Add `<name>_subject` for each reference: by (same source, source id), else by label, else by subject key.

    A label that several subjects of the entity carry binds nothing: a wrong line is worse than none.
    """
    for column in entity.columns:
        if column.refers_to is not None:
            frame[f"{column.name}_subject"] = find_targets(connection, column.refers_to, frame, column.name)
    return frame


def find_targets(connection: Connection, target: str, frame: pd.DataFrame, name: str) -> pd.Series[int]:
    import pandas as pd

    if frame[name].isna().all():
        return pd.Series(pd.NA, index=frame.index, dtype="Int64")
    records = read_frame(
        connection,
        "SELECT source, source_id, label, subject FROM source_record WHERE entity = ?",
        [target],
        TARGETS,
    )
    subjects = read_frame(
        connection, "SELECT key, id FROM subject WHERE entity = ?", [target], {"key": "text", "subject": "id"}
    )
    by_id = records.drop_duplicates(["source", "source_id"], keep=False)
    own = pd.MultiIndex.from_frame(frame[["source", name]])
    found = by_id.set_index(["source", "source_id"])["subject"].reindex(own).reset_index(drop=True)
    labels = records[["label", "subject"]].drop_duplicates().drop_duplicates("label", keep=False)
    for pairs in (labels.set_index("label")["subject"], subjects.set_index("key")["subject"]):
        found = found.fillna(frame[name].map(pairs).astype("Int64"))
    return found.set_axis(frame.index)


def read_related(ledger: Ledger, subject: int) -> list[int]:
    """Subjects whose records point at this one: the confirmations, shipments and receipts of an order line."""
    with ledger.read() as connection:
        bulk = open_bulk(connection)
        names = list_names(bulk, subject)
        found = {number for entity in ENTITIES.values() for number in find_pointing(bulk, entity, names)}
    return sorted(found - {subject})


def list_names(bulk: Bulk, subject: int) -> dict[str, set[str]]:
    """Everything that a reference may call the subject, by its entity: labels, source ids and key."""
    rows = bulk.fetch("SELECT entity, label, source_id FROM source_record WHERE subject = ?", subject)
    rows += bulk.fetch("SELECT entity, key, key FROM subject WHERE id = ?", subject)
    names: dict[str, set[str]] = {}
    for entity, label, source_id in rows:
        names.setdefault(entity, set()).update((label, source_id))
    return names


def find_pointing(bulk: Bulk, entity: Entity, names: dict[str, set[str]]) -> set[int]:
    found: set[int] = set()
    for column in entity.columns:
        if column.refers_to in names:
            sql = fill(
                "SELECT DISTINCT r.subject FROM {texts} JOIN {versions} v ON v.{column} = keys.value"
                " JOIN source_record r ON r.id = v.record WHERE v.ended_at IS NULL",
                versions=f"{entity.name}_version",
                column=quote_names([column.name]),
            )
            found.update(row[0] for row in bulk.fetch(sql, sorted(names[column.refers_to])))
    return found
