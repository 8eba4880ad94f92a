"""What the compiled suites say of the data, and what they never do."""

from datetime import date

import pytest
import sqlalchemy as sa

from slipwatch.store import expectations
from slipwatch.store.expectations import evaluate
from tests.expectations.tables import CONVERTED, ROWS, SHARED, SQL_ONLY, TABLE, expect, fill


@pytest.fixture
def connection():
    engine = sa.create_engine("sqlite://")
    fill(engine, 1)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def test_counts_are_exact_and_keys_are_named_by_source(connection):
    outcome = evaluate(connection, ROWS, [expect("column_values_to_not_be_null", column="name")])[0]

    labels = connection.scalars(sa.text("select label from thing where name is null order by label")).all()
    assert outcome.state == "failed"
    assert outcome.unexpected_count == sum(outcome.by_source.values()) == len(labels) > 1
    assert set(outcome.by_source) == {"ERP", "PLAN"}
    assert list(outcome.keys) == labels
    assert outcome.element_count == 60


def test_keys_are_limited_and_their_number_is_not(connection, monkeypatch):
    monkeypatch.setattr(expectations, "KEY_LIMIT", 2)

    outcome = evaluate(connection, ROWS, [expect("column_values_to_be_null", column="code")])[0]

    assert len(outcome.keys) == 2
    assert outcome.unexpected_count > 2


def test_one_statement_answers_what_holds(connection):
    asked = [
        expect("column_values_to_not_be_null", column="label"),
        expect("column_values_to_be_in_set", column="status", value_set=["todo", "doing", "done"]),
        expect("column_max_to_be_between", column="count", max_value=99),
        expect("table_row_count_to_equal", value=60),
    ]
    sent = []
    sa.event.listen(connection, "before_cursor_execute", lambda *args: sent.append(args[2]))

    outcomes = evaluate(connection, ROWS, asked)

    assert {outcome.state for outcome in outcomes} == {"passed"}
    assert len([statement for statement in sent if "SELECT" in statement]) == 1


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        (expect("column_values_to_not_be_null", column="nobody"), "no column nobody"),
        (expect("column_values_to_be_between", column="count"), "neither min_value nor max_value"),
        (expect("column_values_to_be_between", column="due_on", min_value="KW 17"), "is none"),
        (expect("column_values_to_match_regex", column="count", regex="1"), "not a text"),
        (expect("column_values_to_match_regex", column="code", regex="["), "regular expression|user-defined function"),
        (expect("column_values_to_not_be_null"), "column"),
        (expect("column_values_to_be_in_set", column="closed", value_set=["yes"]), "is none"),
        (
            expect("column_pair_values_to_be_equal", column_A="code", column_B="name", ignore_row_if="perhaps"),
            "ignore_row_if",
        ),
    ],
)
def test_a_wrong_expectation_is_broken_and_breaks_no_other(connection, wrong, word):
    good = expect("column_values_to_not_be_null", column="name")

    broken, other = evaluate(connection, ROWS, [wrong, good])

    assert (broken.state, other.state) == ("broken", "failed")
    assert any(part in broken.detail for part in word.split("|"))


def test_values_are_written_as_people_write_them(connection):
    asked = [
        expect("column_values_to_be_between", column="amount", max_value=1.5),
        expect("column_values_to_be_between", column="seen_at", min_value="2026-01-02T00:00:00Z"),
        expect("column_values_to_be_in_set", column="closed", value_set=[True]),
        expect("column_values_to_be_between", column="starts_on", min_value="2026-01-03", max_value=date(2026, 1, 6)),
    ]
    conditions = [
        TABLE.c.amount > 15000,
        TABLE.c.seen_at < 1767312000000000,
        TABLE.c.closed == 0,
        ~TABLE.c.starts_on.between("2026-01-03", "2026-01-06"),
    ]

    outcomes = evaluate(connection, ROWS, asked)

    counts = [connection.scalar(sa.select(sa.func.count()).where(condition)) for condition in conditions]
    assert [outcome.unexpected_count for outcome in outcomes] == counts
    assert all(counts)


def test_postgresql_answers_as_sqlite_does(connection, postgres_url):
    asked = [one for one in SHARED + SQL_ONLY + CONVERTED if "like_pattern" not in one.type]
    engine = sa.create_engine(postgres_url.replace("postgresql://", "postgresql+psycopg://"))
    fill(engine, 1)
    broken = expect("column_values_to_match_regex", column="code", regex="[")
    with engine.connect() as other:
        theirs = evaluate(other, ROWS, [*asked, broken])
    engine.dispose()

    ours = evaluate(connection, ROWS, asked)

    assert [(one.state, one.unexpected_count, one.keys) for one in theirs[:-1]] == [
        (one.state, one.unexpected_count, one.keys) for one in ours
    ]
    assert theirs[-1].state == "broken"
