"""The booking lag: how long a delivery usually waits before a system shows it, learned from what was booked before."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pandas as pd

from slipwatch.measures.rows import align

LEAST_RECEIPTS = 10
"""With fewer bookings of its own a supplier is judged by those of all suppliers together."""

SHARE = Fraction(9, 10)
"""Nine bookings out of ten were made within the learned lag: a line is not called late for a slow clerk."""


def learn_lags(
    suppliers: Sequence[str | None], lags: npt.ArrayLike, *, default: float, least: int = LEAST_RECEIPTS
) -> pd.Series[float]:
    """Usual booking lag in working days, by supplier; the entry "" holds for every supplier that has none of its own.

    `lags` are working days from delivery to booking, one per booking; NaN and negative ones (booked ahead of the
    delivery) teach nothing. Nearest-rank 90th percentile of the supplier's own bookings if there are `least`, else that
    of all suppliers if there are, else `default`.

    >>> learn_lags(["Ferrolis"] * 10 + ["Lienzo"] * 2, [4] * 10 + [1, 1], default=2).to_dict()
    {'': 4.0, 'Ferrolis': 4.0}
    >>> learn_lags(["Lienzo"], [1], default=2).to_dict()
    {'': 2.0}
    """
    seen = pd.DataFrame({"supplier": suppliers, "lag": np.asarray(lags, dtype=np.float64)})
    seen = seen[seen["lag"] >= 0].sort_values("lag", kind="stable")
    pooled = seen["lag"].iloc[_rank(len(seen))] if len(seen) >= least else default
    groups = seen.groupby("supplier", sort=True)["lag"]
    size = groups.transform("size")
    own = seen[(groups.cumcount() == size.map(_rank)) & (size >= least)]
    learned: pd.Series[float] = pd.concat(
        [pd.Series({"": float(pooled)}), own.set_index("supplier")["lag"].sort_index()]
    )
    return learned


def look_up_lags(lags: pd.Series[float], suppliers: pd.Series[str]) -> npt.NDArray[np.float64]:
    """The lag that holds for each row's supplier.

    >>> look_up_lags(pd.Series({"": 1.0, "Ferrolis": 4.0}), pd.Series(["Ferrolis", "Lienzo"])).tolist()
    [4.0, 1.0]
    """
    return np.asarray(align(suppliers, lags).fillna(lags[""]), dtype=np.float64)


def _rank(size: int) -> int:
    """Position of the nearest-rank percentile among `size` sorted values."""
    return max(0, math.ceil(SHARE * size) - 1)
