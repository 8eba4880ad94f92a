"""The booking lag that is learned from past receipts."""

import numpy as np
import pandas as pd
import pytest

from slipwatch.measures.booking import learn_lags, look_up_lags


def test_nine_bookings_out_of_ten_are_within_the_lag():
    lags = learn_lags(["S"] * 20, [1] * 18 + [9, 9], default=5)

    assert lags["S"] == 1
    assert learn_lags(["S"] * 20, [1] * 17 + [9, 9, 9], default=5)["S"] == 9


@pytest.mark.parametrize("size", [10, 11, 19, 20, 57])
def test_it_is_the_nearest_rank_percentile(size):
    values = np.random.default_rng(size).integers(0, 30, size)

    assert learn_lags(["S"] * size, values, default=0)["S"] == np.quantile(values, 0.9, method="inverted_cdf")


def test_too_few_bookings_borrow_those_of_all():
    lags = learn_lags(["A"] * 9 + ["B"] * 11, [0] * 9 + [4] * 11, default=2)

    assert lags.to_dict() == {"": 4, "B": 4}
    assert look_up_lags(lags, pd.Series(["A", "B", "C"])).tolist() == [4, 4, 4]


def test_nothing_booked_leaves_the_default():
    assert look_up_lags(learn_lags([], [], default=2), pd.Series(["A"])).tolist() == [2]
    assert look_up_lags(learn_lags(["A"] * 9, [1] * 9, default=2), pd.Series(["A"])).tolist() == [2]


def test_impossible_lags_teach_nothing():
    lags = learn_lags(["A"] * 30, [-3] * 10 + [np.nan] * 10 + [2] * 10, default=7)

    assert lags["A"] == 2


def test_each_supplier_has_its_own():
    suppliers = ["Ferrolis"] * 12 + ["Imprilis"] * 12

    lags = learn_lags(suppliers, [4] * 12 + [1] * 12, default=2)

    assert look_up_lags(lags, pd.Series(suppliers)).tolist() == [4] * 12 + [1] * 12


def test_no_lines_to_look_up():
    assert look_up_lags(learn_lags([], [], default=2), pd.Series([], dtype=object)).tolist() == []
