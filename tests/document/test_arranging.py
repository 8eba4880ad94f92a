"""Pieces on pages: nothing sticks out, nothing overlaps, nothing gets too small, and nothing is lost uncounted."""

from hypothesis import given, settings
from hypothesis import strategies as st

from slipwatch.document import blocks as b
from slipwatch.document.arranging import SIZES, Area, PlacedChart, PlacedTable, PlacedText, arrange
from slipwatch.document.measuring import Ruler
from slipwatch.document.pieces import Cell, ChartPiece, Line, TablePiece, TextPiece
from slipwatch.document.tabling import tears_words
from tests.document.samples import build_chart
from tests.hostile import HOSTILE

RULER = Ruler("Arial")
words = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=60), st.just("SIT exit moved by 16 days\nsecond\nthird"))
cells = st.builds(Cell, words, st.sampled_from((None, "critical", "good")), st.booleans())


@st.composite
def tables(draw):
    count = draw(st.integers(1, 6))
    rows = draw(st.lists(st.tuples(*[cells] * count), min_size=1, max_size=14))
    head = draw(st.one_of(st.just(()), st.tuples(*[cells] * count)))
    return TablePiece(rows=tuple(rows), head=head, look=draw(st.sampled_from(("data", "facts"))), more="{count} more")


lines = st.builds(Line, words, st.sampled_from(("heading", "body", "muted", "bullet")))
texts = st.builds(lambda found: TextPiece(lines=tuple(found)), st.lists(lines, min_size=1, max_size=8))
charts = st.just(ChartPiece(chart=build_chart("SIT exit"), caption=Line("how to read it", "muted")))
pieces = st.lists(st.one_of(tables(), texts, charts), min_size=1, max_size=4)
areas = st.builds(Area, left=st.just(40.0), top=st.just(90.0), width=st.floats(200, 880), height=st.floats(160, 420))


def list_boxes(placed):
    return [placed.area, placed.below] if isinstance(placed, PlacedChart) else [placed.area]


def count_shown(pages):
    shown = 0
    for placed in (placed for page in pages for placed in page):
        shown += len(placed.table.piece.rows) if isinstance(placed, PlacedTable) else 0
        shown += len(placed.lines) if isinstance(placed, PlacedText) else 0
        shown += isinstance(placed, PlacedChart)
    return shown


@settings(max_examples=40)
@given(pieces, areas, st.integers(1, 4))
def test_everything_is_inside_its_area_and_below_what_comes_before(found, area, most_pages):
    arranged = arrange(found, area, RULER, most_pages=most_pages)

    assert 1 <= len(arranged.pages) <= most_pages
    for page in arranged.pages:
        below = area.top
        for box in (box for placed in page for box in list_boxes(placed)):
            assert box.left == area.left
            assert box.width <= area.width + 0.01
            assert box.top >= below - 0.01
            below = box.top + box.height
        assert below <= area.top + area.height + 0.5


@settings(max_examples=40)
@given(pieces, areas)
def test_letters_never_get_smaller_than_can_be_read(found, area):
    for page in arrange(found, area, RULER, most_pages=2).pages:
        for placed in page:
            assert (placed.table.size if isinstance(placed, PlacedTable) else placed.size) >= min(SIZES)


@settings(max_examples=40)
@given(st.lists(tables(), min_size=1, max_size=2), st.integers(1, 3))
def test_every_row_is_shown_or_counted(found, most_pages):
    area = Area(left=0, top=0, width=800, height=170)
    arranged = arrange(found, area, RULER, most_pages=most_pages)

    if not any(tears_words(piece, area.width, min(SIZES), RULER) for piece in found):  # those become lists of lines
        rows = sum(len(piece.rows) for piece in found)
        assert count_shown(arranged.pages) + arranged.hidden - rows in (0, 1)  # the row that counts the others


def test_table_goes_on_under_its_titles_and_the_last_row_counts_the_others():
    head = (Cell("Milestone"), Cell("Slip", right=True))
    rows = tuple((Cell(f"milestone {number}"), Cell(str(number))) for number in range(60))
    piece = TablePiece(rows=rows, head=head, more="and {count} more")
    arranged = arrange([piece], Area(left=0, top=0, width=600, height=200), RULER, most_pages=2)
    first, last = (page[0].table.piece for page in arranged.pages)

    assert first.head == last.head == head
    assert last.rows[0][0].text == f"milestone {len(first.rows)}"
    assert arranged.hidden == 60 - len(first.rows) - len(last.rows) + 1
    assert last.rows[-1][0].text[0].text == f"and {arranged.hidden} more"


def test_sheet_of_one_page_keeps_the_first_items_of_each_list_and_counts_the_others():
    why = "\n".join(f"sentence {number} that says why a light is as it is" for number in range(9))
    piece = TablePiece(rows=((Cell("Time"), Cell(why)),) * 5, more="and {count} more")
    arranged = arrange([piece], Area(left=0, top=0, width=500, height=260), RULER, most_pages=1)
    (page,) = arranged.pages

    assert arranged.hidden == 0
    assert "more" in page[0].table.piece.rows[0][1].text[-1].text


def test_chart_takes_what_is_left_of_a_page():
    table = TablePiece(rows=((Cell("a"), Cell("b")),))
    chart = ChartPiece(chart=build_chart("SIT exit"), caption=Line("how to read it", "muted"))
    ((_, placed),) = arrange([table, chart], Area(left=0, top=0, width=600, height=400), RULER).pages

    assert placed.area.height > 300
    assert placed.below.top + placed.below.height <= 400.01


def test_table_whose_words_would_be_torn_is_a_list():
    head = tuple(Cell(title) for title in ("Decision requested", "Asked of", "Needed", "Stake", "Why"))
    piece = TablePiece(rows=((Cell("SIT exit"), Cell("Sponsor"), Cell("today"), Cell("17"), Cell("late")),), head=head)
    ((placed,),) = arrange([piece], Area(left=0, top=0, width=220, height=300), RULER).pages

    assert [b.flatten(line.text) for line in placed.lines] == [
        "SIT exit", "Asked of\u00a0 Sponsor", "Needed\u00a0 today", "Stake\u00a0 17", "Why\u00a0 late",
    ]  # fmt: skip


def test_smaller_letters_are_taken_where_they_save_a_page():
    rows = tuple((Cell(f"milestone {number}"), Cell(str(number))) for number in range(28))
    arranged = arrange([TablePiece(rows=rows)], Area(left=0, top=0, width=600, height=253), RULER, most_pages=4)

    assert len(arranged.pages) == 2
    assert {placed.table.size for page in arranged.pages for placed in page} == {min(SIZES)}
