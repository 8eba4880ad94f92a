"""A page mapped column by column says what its records say one by one."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slipwatch.errors import ContractError, RecordError
from slipwatch.model.records import Statement
from slipwatch.wire.amounts import Money, Quantity
from slipwatch.wire.days import Day, Instant
from slipwatch.wire.mapping import Field, Key, RecordMap, compile_map, map_each, map_items
from slipwatch.wire.values import Flag, Reference, Text

LINE = RecordMap(
    entity="order_line",
    key=Key(paths=("order", ("place", "line")), prefix="PO "),
    label=lambda item: item["label"],
    known_at=Field("known_at", "changed", read=Instant(), optional=True),
    stated_by=Field("stated_by", "by", optional=True),
    url=lambda key: f"https://erp.example/{key}",
    fields=(
        Field("order_number", "order"),
        Field("name", "text"),
        Field("supplier", "vendor", read=Reference(), optional=True),
        Field("promised_on", "promised", read=Day()),
        Field("ordered_quantity", "quantity", read=Quantity(), unit="PC"),
        Field("unit_price", "price", read=Money(decimal=","), unit="EUR"),
        Field("cancelled", "cancelled", read=Flag()),
        Field("status_raw", constant="open"),
    ),
    required=("name",),
)

NOON = datetime(2026, 5, 6, 12, tzinfo=UTC)
DAYS = st.sampled_from(["2026-05-04", "2026-05-05", "", "soon", None, date(2026, 5, 6), NOON, 7])
AMOUNTS = st.sampled_from([1, 1.0, True, "1", "1,50", "-0,0", None, "", 10**30, float("nan"), 0, -0.0, 7, 12])
TEXTS = st.sampled_from(["A", " A ", "B", "e\u0301\n", "\ud800", "", None, 7, 7.0, True, "\0", [1]])
ITEMS = st.fixed_dictionaries(
    {
        "order": st.sampled_from(["45", "46", 45, 45.0, "", None]),
        "place": st.sampled_from([{"line": 10}, {"line": "10"}, {"line": None}, {}, None, "odd"]),
        "label": st.sampled_from(["45/10", None, ""]),
        "text": TEXTS,
        "promised": DAYS,
        "quantity": AMOUNTS,
        "price": AMOUNTS,
        "cancelled": st.sampled_from([True, False, "x", "no", 1, 0, "perhaps", None]),
    },
    optional={"vendor": TEXTS, "by": TEXTS, "changed": st.sampled_from(["2026-03-02T09:00:00Z", "2026-03-02", None])},
)
GOOD = {
    "order": "45",
    "place": {"line": 10},
    "label": None,
    "text": "Scanner",
    "promised": "2026-05-04",
    "quantity": 5,
    "price": "1,50",
    "cancelled": False,
}


def run(mapping, items):
    try:
        raws = [str(index) for index in range(len(items))]
        return mapping(items, raws, compile_map(LINE), "row {}".format)
    except ContractError as error:
        return str(error)


def show(mapped):
    """As text, so that 1 and 1.0 differ; in which order a record names its columns means nothing."""
    if isinstance(mapped, str):
        return mapped
    return repr(replace(mapped, records=[replace(one, values=sorted(one.values.items())) for one in mapped.records]))


@given(st.lists(st.one_of(ITEMS, st.just(GOOD), st.just(GOOD)), max_size=6))
def test_a_page_says_what_its_records_say_one_by_one(items):
    at_once = run(lambda items, raws, mapper, where: map_items(items, raws, mapper, where=where), items)
    assert show(at_once) == show(run(map_each, items))


def test_equal_values_of_other_types_are_read_apart():
    items = [GOOD | {"quantity": value} for value in (1, 1.0, True)]
    mapper = compile_map(LINE)
    assert mapper.map_page(items[:2]) == [mapper(item) for item in items[:2]]
    assert mapper.map_page(items) is None
    assert mapper.map_page([items[0], items[2]]) is None


class Capitals(Text):
    """A source's own converter, made from one of ours."""

    def build(self):
        read = super().build()
        return lambda value: read(value.upper())


def test_a_converter_made_from_ours_reads_a_page_as_it_reads_a_record():
    row = Field("name", "text", read=Capitals())
    mapper = compile_map(replace(LINE, fields=tuple(row if one.column == "name" else one for one in LINE.fields)))
    assert mapper(GOOD).values["name"] == "SCANNER"
    assert mapper.map_page([GOOD, GOOD]) == [mapper(GOOD)] * 2


def test_a_good_page_is_mapped_at_once():
    items = [GOOD | {"place": {"line": line}, "promised": day} for line, day in enumerate(["2026-05-04", None] * 3)]
    mapper = compile_map(LINE)
    page = mapper.map_page(items)
    assert page == [mapper(item) for item in items]
    assert page[1].values["promised_on"] is None
    assert page[1].source_id == "PO 45/1"
    assert mapper.map_page([]) == []


def test_what_a_map_computes_is_computed_for_each_record():
    def finish(item, values):
        values["name"] = item["text"] or None

    def tell(item, values):
        return (Statement("promised_on", None, values["promised_on"], datetime(2026, 1, 1, tzinfo=UTC)),)

    fields = tuple(row for row in LINE.fields if row.column != "name")
    mapper = compile_map(replace(LINE, fields=fields, finish=finish, history=tell, label=None, url=None, required=()))
    page = mapper.map_page([GOOD, GOOD | {"text": "Printer", "order": "46"}])
    assert [record.values["name"] for record in page] == ["Scanner", "Printer"]
    assert [record.label for record in page] == ["PO 45/10", "PO 46/10"]
    assert page[0].history[0].new == date(2026, 5, 4)
    with pytest.raises(RecordError):
        compile_map(replace(LINE, fields=fields, finish=finish))(GOOD | {"text": ""})
    assert compile_map(replace(LINE, fields=fields, finish=finish)).map_page([GOOD, GOOD | {"text": ""}]) is None
