"""Tables of random rows, the expectations that are asked of them, and both ways to answer."""

import random
from datetime import date, timedelta

import sqlalchemy as sa

from slipwatch.model.columns import Kind
from slipwatch.store.predicates import Rows
from slipwatch.store.suites import GeneratedExpectation

KINDS = {
    "source": Kind.TEXT,
    "label": Kind.TEXT,
    "name": Kind.TEXT,
    "code": Kind.TEXT,
    "status": Kind.TEXT,
    "starts_on": Kind.DAY,
    "due_on": Kind.DAY,
    "count": Kind.INTEGER,
    "share": Kind.RATIO,
    "amount": Kind.MONEY,
    "seen_at": Kind.INSTANT,
    "closed": Kind.FLAG,
}
TYPES = {Kind.INTEGER: sa.BigInteger, Kind.RATIO: sa.Double, Kind.MONEY: sa.BigInteger, Kind.INSTANT: sa.BigInteger}
TYPES |= {Kind.FLAG: sa.Integer}
TABLE = sa.Table("thing", sa.MetaData(), *(sa.Column(name, TYPES.get(kind, sa.Text)) for name, kind in KINDS.items()))
ROWS = Rows(TABLE, KINDS)


def fill(engine: sa.Engine, seed: int, size: int = 60) -> None:
    """The table with that many rows, about one cell in five empty."""
    rng = random.Random(seed)
    day = date(2026, 1, 1)
    TABLE.create(engine)
    rows = [
        {
            "source": rng.choice(["PLAN", "ERP"]),
            "label": f"L-{number:03d}",
            "name": rng.choice(["Go-live", "SIT exit", "go-live", "", "UAT", "50 % done", "a_b"]),
            "code": rng.choice(["PO-1", "PO-22", "po-3", "X", "É"]),
            "status": rng.choice(["todo", "doing", "done"]),
            "starts_on": (day + timedelta(days=rng.randint(0, 9))).isoformat(),
            "due_on": (day + timedelta(days=rng.randint(0, 9))).isoformat(),
            "count": rng.randint(-3, 12),
            "share": rng.choice([0.0, 0.25, 0.5, 1.0, 1.5]),
            "amount": rng.randint(0, 4) * 5000,
            "seen_at": 1_767_225_600_000_000 + rng.randint(0, 3) * 86_400_000_000,
            "closed": rng.randint(0, 1),
        }
        for number in range(size)
    ]
    for row in rows:
        for name in row.keys() - {"source", "label"}:
            if rng.random() < 0.2:
                row[name] = None
    with engine.begin() as connection:
        if rows:
            connection.execute(TABLE.insert(), rows)


def expect(type: str, **kwargs) -> GeneratedExpectation:
    return GeneratedExpectation(type=f"expect_{type}", kwargs=kwargs)


SHARED = [
    expect("column_values_to_not_be_null", column="name"),
    expect("column_values_to_not_be_null", column="label"),
    expect("column_values_to_not_be_null", column="name", mostly=0.7),
    expect("column_values_to_be_null", column="name"),
    expect("column_values_to_be_null", column="code", mostly=0.1),
    expect("column_values_to_be_in_set", column="status", value_set=["todo", "doing", "done"]),
    expect("column_values_to_be_in_set", column="status", value_set=["todo", None]),
    expect("column_values_to_be_in_set", column="status", value_set=["todo"], mostly=0.2),
    expect("column_values_to_not_be_in_set", column="status", value_set=["done"]),
    expect("column_values_to_be_between", column="count", min_value=0, max_value=10),
    expect("column_values_to_be_between", column="count", min_value=0, strict_min=True),
    expect("column_values_to_be_between", column="count", max_value=12, strict_max=True, mostly=0.9),
    expect("column_values_to_be_between", column="share", min_value=0.0, max_value=1.0),
    expect("column_value_lengths_to_be_between", column="name", min_value=1, max_value=7),
    expect("column_value_lengths_to_equal", column="code", value=4),
    expect("column_values_to_match_regex", column="code", regex="^PO-[0-9]+$"),
    expect("column_values_to_match_regex", column="code", regex="[0-9]", mostly=0.5),
    expect("column_values_to_not_match_regex", column="code", regex="^PO"),
    expect("column_values_to_match_regex_list", column="code", regex_list=["^PO", "^po"], match_on="any"),
    expect("column_values_to_match_regex_list", column="code", regex_list=["^PO", "2$"], match_on="all"),
    expect("column_values_to_not_match_regex_list", column="code", regex_list=["^X", "^po"]),
    expect("column_values_to_be_unique", column="label"),
    expect("column_values_to_be_unique", column="count"),
    expect("column_values_to_be_unique", column="count", mostly=0.01),
    expect("compound_columns_to_be_unique", column_list=["label", "source"]),
    expect("select_column_values_to_be_unique_within_record", column_list=["starts_on", "due_on"]),
    expect("column_pair_values_to_be_equal", column_A="starts_on", column_B="due_on"),
    expect(
        "column_pair_values_a_to_be_greater_than_b",
        column_A="due_on",
        column_B="starts_on",
        or_equal=True,
        ignore_row_if="either_value_is_missing",
    ),
    expect(
        "column_pair_values_a_to_be_greater_than_b",
        column_A="due_on",
        column_B="starts_on",
        ignore_row_if="either_value_is_missing",
        mostly=0.4,
    ),
    expect("column_min_to_be_between", column="count", min_value=-5, max_value=-3),
    expect("column_min_to_be_between", column="count", min_value=0),
    expect("column_max_to_be_between", column="count", min_value=0, max_value=12, strict_max=True),
    expect("column_sum_to_be_between", column="count", min_value=0, max_value=1000),
    expect("column_mean_to_be_between", column="count", min_value=4, max_value=5),
    expect("column_unique_value_count_to_be_between", column="status", min_value=3, max_value=3),
    expect("column_unique_value_count_to_be_between", column="count", max_value=3),
    expect("column_proportion_of_unique_values_to_be_between", column="count", min_value=0.5),
    expect("column_proportion_of_non_null_values_to_be_between", column="name", min_value=0.9),
    expect("column_proportion_of_non_null_values_to_be_between", column="name", min_value=0.5, max_value=0.99),
    expect("column_distinct_values_to_be_in_set", column="status", value_set=["todo", "doing", "done", "late"]),
    expect("column_distinct_values_to_contain_set", column="status", value_set=["todo", "late"]),
    expect("column_distinct_values_to_equal_set", column="status", value_set=["todo", "doing", "done"]),
    expect("table_row_count_to_be_between", min_value=1, max_value=59),
    expect("table_row_count_to_equal", value=60),
    expect("column_to_exist", column="name"),
    expect("column_to_exist", column="nothing"),
]
"""What the library answers alike on a frame and on a database."""

SQL_ONLY = [
    expect("column_values_to_match_like_pattern", column="code", like_pattern="PO-%"),
    expect("column_values_to_not_match_like_pattern", column="code", like_pattern="%2"),
    expect("column_values_to_match_like_pattern_list", column="code", like_pattern_list=["PO%", "X"], match_on="any"),
    expect("column_values_to_match_like_pattern_list", column="code", like_pattern_list=["PO%", "%2"], match_on="all"),
    expect("column_values_to_not_match_like_pattern_list", column="code", like_pattern_list=["X", "%2"]),
    expect("column_pair_values_a_to_be_greater_than_b", column_A="due_on", column_B="starts_on"),
    expect("column_pair_values_a_to_be_greater_than_b", column_A="due_on", column_B="starts_on", or_equal=True),
    expect("column_pair_values_to_be_equal", column_A="starts_on", column_B="due_on", ignore_row_if="neither"),
    expect("compound_columns_to_be_unique", column_list=["status", "closed"], ignore_row_if="any_value_is_missing"),
]
"""Patterns of SQL, and comparisons with one missing value, which a frame answers otherwise than a database."""

CONVERTED = [
    expect("column_values_to_be_between", column="amount", min_value=0.5, max_value=1.5),
    expect("column_values_to_be_in_set", column="amount", value_set=[0, 1, 1.5]),
    expect("column_sum_to_be_between", column="amount", min_value=10, max_value=60),
    expect("column_max_to_be_between", column="amount", max_value=2, strict_max=True),
    expect("column_mean_to_be_between", column="amount", min_value=0.9, max_value=1.1),
]
"""Amounts as a person writes them; the ledger holds whole ten-thousandths."""
