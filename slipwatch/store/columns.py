"""What the tables of the ledger have in common: one registry, keys, and the form of each kind of column."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Double, Integer, MetaData, Text
from sqlalchemy.sql.schema import SchemaItem
from sqlalchemy.types import TypeEngine

from slipwatch.model.columns import Kind

METADATA = MetaData()
ID = BigInteger().with_variant(Integer, "sqlite")

TYPES: dict[Kind, type[TypeEngine[Any]]] = {
    Kind.TEXT: Text,
    Kind.DAY: Text,
    Kind.INSTANT: BigInteger,
    Kind.MONEY: BigInteger,
    Kind.QUANTITY: BigInteger,
    Kind.INTEGER: BigInteger,
    Kind.RATIO: Double,
    Kind.FLAG: Integer,
    Kind.REFERENCE: Text,
}


def build_key() -> Column[int]:
    return Column("id", ID, primary_key=True)


def need(name: str, kind: Any = Text, *args: SchemaItem) -> Column[Any]:
    """A column that is never empty."""
    return Column(name, kind, *args, nullable=False)
