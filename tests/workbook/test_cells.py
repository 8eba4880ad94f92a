"""What is written into a cell is read as the same value, as long as a cell can hold it."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slipwatch.document.escape import escape_xlsx_cell
from slipwatch.engine.workbook.cells import Fault, join_texts, read_value, settle, split_texts
from slipwatch.engine.workbook.columns import Column, Kind
from slipwatch.engine.workbook.sheets import BY_ID
from slipwatch.engine.workbook.wording import LANGUAGES, Wording
from slipwatch.wire.workbook import BROKEN
from tests.hostile import HOSTILE

CLEAN = (st.sampled_from(HOSTILE) | st.text(max_size=60)).map(lambda text: escape_xlsx_cell(text).strip()).filter(bool)
VALUES = {
    Kind.TEXT: CLEAN,
    Kind.NAME: CLEAN,
    Kind.TEXTS: st.lists(CLEAN, max_size=5).map(tuple),
    Kind.NAMES: st.lists(CLEAN, max_size=5).map(tuple),
    Kind.DAY: st.dates(),
    Kind.WHOLE: st.integers(0, 10**18),
    Kind.NUMBER: st.decimals(0, 10**12, places=6, allow_nan=False).map(lambda number: number.normalize()),
    Kind.FLAG: st.booleans(),
}
WORDS = [column for sheet in BY_ID.values() for column in sheet.columns if column.words]


@given(kind=st.sampled_from(list(VALUES)), data=st.data(), language=st.sampled_from(LANGUAGES))
def test_a_value_is_read_as_it_was_written(kind, data, language):
    value = data.draw(VALUES[kind])
    assert settle(Column(field="x", kind=kind), value, Wording(language)) == value


@given(
    column=st.sampled_from(WORDS), data=st.data(), written=st.sampled_from(LANGUAGES), read=st.sampled_from(LANGUAGES)
)
def test_a_word_is_understood_in_either_language(column, data, written, read):
    word = data.draw(st.sampled_from(column.words))
    text = Wording(written).word(word)
    value = (word,) if column.kind is Kind.WORDS and word != "none" else () if column.kind is Kind.WORDS else word
    assert read_value(column, text, Wording(read)) == value


@given(texts=st.lists(CLEAN, max_size=6))
def test_a_list_in_one_cell_keeps_each_of_its_texts(texts):
    assert list(split_texts(join_texts(texts))) == texts


def test_what_a_person_types():
    wording = Wording("en")
    assert split_texts("one;two ; \n three") == ("one", "two", "three")
    assert read_value(Column(field="x", kind=Kind.DAY), "5.3.2026", wording) == date(2026, 3, 5)
    assert read_value(Column(field="x", kind=Kind.NUMBER), "1 234,50", wording) == Decimal("1234.5")
    assert read_value(Column(field="x", kind=Kind.NUMBER), 1e-06, wording) == Decimal("0.000001")
    assert read_value(Column(field="x"), 4500031870.0, wording) == "4500031870"
    assert read_value(Column(field="x", kind=Kind.FLAG), "OUI", wording) is True


@pytest.mark.parametrize(
    ("kind", "cell"),
    [
        (Kind.DAY, "03/04"), (Kind.DAY, 46000.0), (Kind.DAY, "31/02/2026"), (Kind.WHOLE, 2.5), (Kind.NUMBER, "1,234.5"),
        (Kind.NUMBER, "5 days"), (Kind.NUMBER, True), (Kind.TEXT, 4.5e15), (Kind.TEXT, date(2026, 3, 5)),
        (Kind.FLAG, "maybe"), (Kind.TEXT, BROKEN),
    ],
)  # fmt: skip
def test_what_could_mean_two_things_is_refused(kind, cell):
    with pytest.raises(Fault):
        read_value(Column(field="x", kind=kind), cell, Wording("fr"))
