"""Arrow arrays from Python values by their buffers.

`pyarrow.array` does the same, but imports pandas on its first call: 37 MB and half a second that reading a source does
not need. `to_numpy`, and plain values where a compute function wants a scalar, do so too; `to_pylist` does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from slipwatch.store.instants import to_micros

EPOCH = date(1970, 1, 1)
START = datetime(1970, 1, 1, tzinfo=UTC)
INSTANT = pa.timestamp("us", tz="UTC")
LEAST, MOST = -(2**63), 2**63 - 1
DAMAGED = "\N{REPLACEMENT CHARACTER}"


def build_texts(values: Sequence[str | None]) -> pa.Array:
    """UTF-8 text; NUL and lone surrogates, which not every database can hold, become U+FFFD."""
    texts, validity = fill_gaps(values, blank="")
    whole = "".join(texts)
    if "\0" in whole or not is_encodable(whole):
        texts = list(map(clean_text, texts))
        whole = "".join(texts)
    pieces: Sequence[str | bytes] = texts if whole.isascii() else [text.encode() for text in texts]
    lengths = np.fromiter(map(len, pieces), np.int32, len(pieces))
    offsets = np.zeros(len(values) + 1, np.int32)
    np.cumsum(lengths, out=offsets[1:])
    content = [validity, pa.py_buffer(offsets), pa.py_buffer(whole.encode())]
    return pa.Array.from_buffers(pa.string(), len(values), content)


def is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def clean_text(text: str) -> str:
    """Surrogate pairs are joined; what remains alone, and NUL, becomes U+FFFD."""
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return whole.replace("\0", DAMAGED)


def fill_gaps(values: Sequence[Any], *, blank: Any) -> tuple[Sequence[Any], pa.Buffer | None]:
    """The values with something in the place of None, and the bitmap of those that are there, if any is not."""
    if type(None) not in set(map(type, values)):
        return values, None
    stated = np.fromiter((value is not None for value in values), np.bool_, len(values))
    return [blank if value is None else value for value in values], pack_bits(stated)


def pack_bits(flags: npt.NDArray[np.bool_]) -> pa.Buffer:
    return pa.py_buffer(np.packbits(flags, bitorder="little"))


def build_fixed(kind: pa.DataType, cells: npt.NDArray[Any], validity: pa.Buffer | None) -> pa.Array:
    return pa.Array.from_buffers(kind, len(cells), [validity, pa.py_buffer(cells)])


def build_days(values: Sequence[date | None]) -> pa.Array:
    days, validity = fill_gaps(values, blank=EPOCH)
    ordinals = np.fromiter(map(date.toordinal, days), np.int32, len(days))
    return build_fixed(pa.date32(), ordinals - np.int32(EPOCH.toordinal()), validity)


def build_instants(values: Sequence[datetime | None]) -> pa.Array:
    instants, validity = fill_gaps(values, blank=START)
    return build_fixed(INSTANT, np.fromiter(map(to_micros, instants), np.int64, len(instants)), validity)


def build_integers(values: Sequence[int | None]) -> pa.Array:
    """Raises `OverflowError` beyond 64 bits."""
    numbers, validity = fill_gaps(values, blank=0)
    return build_fixed(pa.int64(), np.fromiter(numbers, np.int64, len(numbers)), validity)


def build_floats(values: Sequence[float | None]) -> pa.Array:
    """Zero has no sign: SQLite would not keep it."""
    numbers, validity = fill_gaps(values, blank=0.0)
    return build_fixed(pa.float64(), np.fromiter(numbers, np.float64, len(numbers)) + 0.0, validity)


def build_flags(values: Sequence[bool | None]) -> pa.Array:
    flags, validity = fill_gaps(values, blank=False)
    packed = pack_bits(np.fromiter(map(bool, flags), np.bool_, len(flags)))
    return pa.Array.from_buffers(pa.bool_(), len(flags), [validity, packed])


def build_amounts(values: Sequence[Decimal | None], digits: int) -> pa.Array:
    """Exact int64 of `value x 10^digits`. Raises `ValueError` for more decimals than that, `OverflowError` beyond
    64 bits."""
    scaled = {value: None if value is None else scale_amount(value, digits) for value in set(values)}
    return build_integers([scaled[value] for value in values])


def scale_amount(value: Decimal, digits: int) -> int:
    numerator, denominator = value.as_integer_ratio()
    factor: int = 10**digits
    scaled, rest = divmod(numerator * factor, denominator)
    if rest:
        raise ValueError(f"{value} has more than {digits} decimals")
    return scaled


def repeat_text(text: str, count: int) -> pa.Array:
    return build_texts([text] * count)


def join_texts(parts: Sequence[pa.Array | pa.Scalar], separator: str) -> pa.Array:
    """Each row's texts joined; what is null is left out. One part must be there in every row: Arrow leaves out rows
    where all are null, and the others would move up."""
    return pc.binary_join_element_wise(*parts, make_scalar(separator), null_handling="skip")


def make_scalar(text: str) -> pa.Scalar:
    """Compute functions turn a plain str into a scalar the slow way, through pandas. NUL stays NUL."""
    content = text.encode()
    offsets = np.array([0, len(content)], np.int32)
    return pa.Array.from_buffers(pa.string(), 1, [None, pa.py_buffer(offsets), pa.py_buffer(content)])[0]


def view_numbers(array: pa.Array) -> npt.NDArray[Any]:
    """The values of an array of numbers, with anything where it is null."""
    start = array.offset
    return np.frombuffer(array.buffers()[1], array.type.to_pandas_dtype(), start + len(array))[start:]
