"""How much room a text takes: never less than an office program needs for it."""

from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageFont

from slipwatch.document import blocks as b
from slipwatch.document.measuring import Ruler, keep_items, split_lines
from tests.hostile import HOSTILE

some_words = st.lists(st.sampled_from(("a", "milestone", "W" * 40, "\n", "é"))).map(" ".join)
texts = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=80), some_words)
ARIAL = Ruler("Arial")
RULERS = (ARIAL, Ruler("Segoe UI"), Ruler("Courier New"), Ruler("Arial Black"))


@given(texts, st.integers(30, 400), st.integers(1, 6), st.sampled_from(RULERS))
def test_cut_text_takes_no_more_lines_than_it_may(text, width, most, ruler):
    cut = ruler.cut_text(text, width, 10, most)

    assert ruler.count_lines(cut, width, 10) <= most
    assert cut == text or b.flatten(cut).endswith("…")


@given(texts, st.integers(30, 400))
def test_wider_column_never_needs_more_lines(text, width):
    assert ARIAL.count_lines(text, width + 50, 10) <= ARIAL.count_lines(text, width, 10)


@given(texts)
def test_strong_letters_take_no_less_room(text):
    plain, strong = ARIAL.count_lines(text, 120, 10), ARIAL.count_lines(text, 120, 10, strong=True)

    assert plain <= strong + 1  # a few letters are narrower when strong; never a line and more


@pytest.mark.parametrize(
    "text", ["SIT exit moved to 29 May 2026", "Mise en production retardée", "4500031402/10", "IIIWWW"]
)
@pytest.mark.parametrize("bold", [False, True])
def test_a_font_that_nobody_knows_is_measured_as_wide_as_the_widest_usual_one(text, bold):
    folder = Path(next(iter(find_spec("matplotlib").submodule_search_locations))) / "mpl-data" / "fonts" / "ttf"
    font = ImageFont.truetype(str(folder / ("DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf")), 100)

    assert Ruler("Anything").measure_width(text, 100, bold=bold) >= font.getlength(text)
    assert Ruler("Anything").measure_width(text, 100, bold=bold) >= ARIAL.measure_width(text, 100, bold=bold)


def test_arial_is_measured_with_its_own_widths():
    # 0.667 + 0.278 + 0.611 + 0.278 + 0.556 + 0.5 + 0.222 + 0.278 em, Adobe's metrics of Helvetica
    assert ARIAL.measure_width("SIT exit", 100) == pytest.approx(339 * 1.03, rel=0.001)


def test_a_letter_with_an_accent_is_as_wide_as_without():
    assert ARIAL.measure_width("éàçÎ", 10) == ARIAL.measure_width("eacI", 10)


def test_blank_that_does_not_break_keeps_its_words_together():
    assert ARIAL.count_lines("13\u00a0Apr\u00a02026", 20, 10) > ARIAL.count_lines("13\u00a0Apr\u00a02026", 80, 10) == 1


def test_list_is_cut_to_its_first_lines_and_counts_the_others():
    text = (b.Span("one", strong=True), b.Span("\ntwo\nthree"))

    assert b.flatten(keep_items(text, 1, "and {count} more")) == "one\nand 2 more"
    assert keep_items(text, 3, "and {count} more") == text


def test_lines_keep_the_look_of_their_spans():
    assert split_lines((b.Span("a\nb", strong=True), b.Chip("c", tone="good"))) == [
        [b.Span("a", strong=True)],
        [b.Span("b", strong=True), b.Chip("c", tone="good")],
    ]
