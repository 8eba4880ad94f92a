"""The text of a promise as SQL, equal to the letter to what `cells.to_text` makes of the archive's columns."""

from __future__ import annotations

from slipwatch.model.columns import MONEY_SCALE, QUANTITY_SCALE, Kind

AMOUNT = (
    "rtrim(rtrim(CASE WHEN {x} < 0 THEN '-' ELSE '' END || CAST(abs({x}) / {scale} AS TEXT) || '.'"
    " || substr(CAST({scale} + abs({x}) % {scale} AS TEXT), 2), '0'), '.')"
)
"""An exact decimal of a scaled integer, without trailing zeros."""

TEXTS = {
    Kind.TEXT: "{x}",
    Kind.REFERENCE: "{x}",
    Kind.DAY: "{x}",
    Kind.MONEY: AMOUNT.replace("{scale}", str(MONEY_SCALE)),
    Kind.QUANTITY: AMOUNT.replace("{scale}", str(QUANTITY_SCALE)),
    Kind.INTEGER: "CAST({x} AS TEXT)",
    Kind.FLAG: "CASE {x} WHEN 1 THEN 'true' ELSE 'false' END",
}
"""For a column `{x}` of a version table, on every database. No instant is watched."""

SQLITE_TEXTS = TEXTS | {Kind.RATIO: "ratio_text({x})"}
POSTGRESQL_TEXTS = TEXTS | {Kind.RATIO: "CAST({x} AS TEXT)"}


def render_ratio(value: float | None) -> str | None:
    """The shortest text that gives the same number again, without a trailing `.0`."""
    return None if value is None else repr(float(value)).removesuffix(".0")
