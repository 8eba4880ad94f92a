"""One short word for each kind of column, so that the tables read like a dictionary."""

from __future__ import annotations

from slipwatch.model.columns import Column, Kind


def text(
    name: str, meaning: str, *, required: bool = False, watched: bool = False, choices: tuple[str, ...] = ()
) -> Column:
    return Column(name=name, kind=Kind.TEXT, meaning=meaning, required=required, watched=watched, choices=choices)


def day(name: str, meaning: str, *, required: bool = False, watched: bool = False) -> Column:
    return Column(name=name, kind=Kind.DAY, meaning=meaning, required=required, watched=watched)


def instant(name: str, meaning: str) -> Column:
    return Column(name=name, kind=Kind.INSTANT, meaning=meaning)


def money(name: str, meaning: str, *, watched: bool = False) -> Column:
    return Column(name=name, kind=Kind.MONEY, meaning=meaning, unit_column="currency", watched=watched)


def quantity(name: str, meaning: str, *, watched: bool = False) -> Column:
    return Column(name=name, kind=Kind.QUANTITY, meaning=meaning, unit_column="unit", watched=watched)


def reference(name: str, refers_to: str, meaning: str, *, required: bool = False, watched: bool = False) -> Column:
    return Column(
        name=name, kind=Kind.REFERENCE, meaning=meaning, refers_to=refers_to, required=required, watched=watched
    )


def ratio(name: str, meaning: str, *, watched: bool = False) -> Column:
    return Column(name=name, kind=Kind.RATIO, meaning=meaning, watched=watched)


def flag(name: str, meaning: str) -> Column:
    return Column(name=name, kind=Kind.FLAG, meaning=meaning)


def integer(name: str, meaning: str) -> Column:
    return Column(name=name, kind=Kind.INTEGER, meaning=meaning)
