"""Great Expectations is the oracle: the compiled statements must give its verdicts and its counts."""

import pytest
import sqlalchemy as sa

from slipwatch.store.expectations import KNOWN, evaluate
from slipwatch.store.predicates import PREDICATES
from tests.expectations.tables import CONVERTED, ROWS, SHARED, SQL_ONLY, TABLE, expect, fill

BY_ROW = {*PREDICATES, "expect_column_values_to_be_unique", "expect_compound_columns_to_be_unique"}


@pytest.fixture(scope="module")
def library():
    """The module that imports the library, which takes seconds: once for all tests here."""
    from slipwatch.store import great_expectations

    return great_expectations


@pytest.fixture
def engine(tmp_path, request):
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    fill(engine, *getattr(request, "param", (1,)))
    yield engine
    engine.dispose()


def answer_sql(library, engine, expectations):
    """The library's own answers on the database."""
    context = library.gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    source = context.data_sources.add_sqlite("db", connection_string=str(engine.url))
    batch = source.add_table_asset("thing", table_name="thing").add_batch_definition_whole_table("all").get_batch()
    asked = [library.ExpectationConfiguration(type=one.type, kwargs=dict(one.kwargs)) for one in expectations]
    answers = [batch.validate(one.to_domain_obj(), result_format="SUMMARY") for one in asked]
    assert not [answer.exception_info for answer in answers if library._find_exception(answer.exception_info)]
    return [("passed" if one.success else "failed", one.result.get("unexpected_count")) for one in answers]


def say(expectations, answers):
    """Verdict and, for expectations on single rows, the count; the library counts none in an empty table."""
    return [
        (one.type, dict(one.kwargs), state, (count or 0) if one.type in BY_ROW else None)
        for one, (state, count) in zip(expectations, answers, strict=True)
    ]


def read(outcomes):
    return [(outcome.state, outcome.unexpected_count) for outcome in outcomes]


@pytest.mark.parametrize("engine", [(1,), (2,), (3,), (4, 0), (5, 1)], indirect=True)
def test_the_compiler_agrees_with_the_library_on_the_same_database(library, engine):
    asked = SHARED + SQL_ONLY
    with engine.connect() as connection:
        ours = evaluate(connection, ROWS, asked)

    theirs = answer_sql(library, engine, asked)

    assert say(asked, read(ours)) == say(asked, theirs)


@pytest.mark.parametrize("engine", [(1,), (2,), (3,)], indirect=True)
def test_the_compiler_agrees_with_the_library_on_a_frame(library, engine):
    """Also in the units that people write: the frame holds 1.5, the ledger 15,000."""
    asked = SHARED + CONVERTED
    with engine.connect() as connection:
        ours = evaluate(connection, ROWS, asked)
        theirs = library.validate(library.read_values(connection, ROWS), asked)

    assert say(asked, read(ours)) == say(asked, read(theirs))
    assert [outcome.keys for outcome in ours] == [outcome.keys for outcome in theirs]
    assert [dict(outcome.by_source) for outcome in ours] == [
        dict(sorted(outcome.by_source.items())) for outcome in theirs
    ]


def test_every_compiled_type_is_compared(library):
    assert {one.type for one in SHARED + SQL_ONLY} == set(KNOWN)


def test_every_compiled_type_is_one_of_the_library(library):
    import great_expectations.expectations.core as core

    classes = {name.lower() for name in dir(core)}

    assert all(type.replace("_", "") in classes for type in KNOWN)


def test_what_the_compiler_does_not_know_runs_in_the_library(library, engine):
    asked = [
        expect("column_median_to_be_between", column="count", min_value=0, max_value=12),
        expect(
            "column_values_to_not_be_null", column="name", row_condition="status=='done'", condition_parser="pandas"
        ),
        expect("column_values_to_not_be_null", column="name"),
        expect("column_values_to_be_dateutil_parseable", column="name"),
        expect("nobody_heard_of"),
        expect("column_median_to_be_between", column="nothing", min_value=0),
    ]
    with engine.connect() as connection:
        outcomes = evaluate(connection, ROWS, asked)

    done = TABLE.c.status == "done"
    with engine.connect() as connection:
        missing = connection.scalar(sa.select(sa.func.count()).where(done, TABLE.c.name.is_(None)))
    assert [outcome.engine for outcome in outcomes] == ["gx", "gx", "sql", "gx", "gx", "gx"]
    assert [outcome.state for outcome in outcomes] == ["passed", "failed", "failed", "failed", "broken", "broken"]
    assert outcomes[1].unexpected_count == missing
    assert outcomes[3].unexpected_count == len(outcomes[3].keys) > 20
    assert outcomes[5].detail
