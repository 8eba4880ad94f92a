"""Values of the portfolio as cells of a workbook, and back: what is written is read as the same value."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from slipwatch.document.escape import escape_xlsx_cell
from slipwatch.engine.workbook.columns import Column, Kind
from slipwatch.engine.workbook.wording import Wording
from slipwatch.locales import Term
from slipwatch.wire.workbook import BROKEN

Cell = str | int | float | bool | date | None
"""What a spreadsheet program holds: text, number, flag or day."""

EXACT_DIGITS = 15
FIRST_DAY = date(1900, 3, 1)
"""Spreadsheets count an imaginary 29 February 1900; days before the next one are written as text."""

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_LOCAL = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
_NUMBER = re.compile(r"[-+]?\d+([.,]\d+)?")


@dataclass(eq=False)
class Fault(Exception):
    """A cell that cannot be taken: what was found, what is allowed, and the cure, as texts."""

    found: str
    allowed: Term
    cure: Term


def term(id: str, **arguments: object) -> Term:
    """A text of the workbook with its arguments."""
    return Term(id=f"workbook.{id}", arguments=arguments)


def show_value(column: Column, value: Any, wording: Wording) -> Cell:
    """A value as the cell that holds it, words in the reader's language."""
    if value is None:
        return None
    if column.kind is Kind.FLAG:
        return wording.word("yes" if value else "no")
    if column.kind is Kind.WORD:
        return wording.word(str(value))
    if column.kind is Kind.WORDS:
        return "; ".join(wording.word(word) for word in value or ("none",))
    if column.kind in (Kind.TEXTS, Kind.NAMES):
        return escape_xlsx_cell(join_texts(value)) or None
    if column.kind is Kind.DAY:
        return value if isinstance(value, date) and value >= FIRST_DAY else str(value)
    if column.kind in (Kind.WHOLE, Kind.NUMBER):
        return show_number(value)
    return escape_xlsx_cell(str(value)).strip() or None


def show_number(value: int | float | Decimal) -> Cell:
    """A number, or its digits as text where a spreadsheet would round it."""
    exact = Decimal(str(value))
    if len(exact.normalize().as_tuple().digits) > EXACT_DIGITS:
        return format(exact, "f")
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def join_texts(texts: Sequence[str]) -> str:
    """Several texts in one cell: a semicolon between them, quotes around one that holds a semicolon, quote or line end.

    >>> join_texts(["one", "two; three"])
    'one; "two; three"'
    """
    return "; ".join(_quote(escape_xlsx_cell(text).strip()) for text in texts)


def _quote(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"' if any(sign in text for sign in ';"\n') else text


def split_texts(text: str) -> tuple[str, ...]:
    """The texts of one cell; empty ones are nothing."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=";", skipinitialspace=True)
    return tuple(clean for row in rows for part in row if (clean := part.strip()))


def settle(column: Column, value: Any, wording: Wording) -> Any:
    """A value as it comes back from a workbook: what no cell can hold (control characters) is gone."""
    return read_value(column, show_value(column, value, wording), wording)


def digest(value: Any) -> str:
    """A short fingerprint of a settled value."""
    text = json.dumps(value, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]


def read_value(column: Column, cell: Any, wording: Wording) -> Any:
    """The value of a cell; an empty one is None (or an empty list). Raises `Fault`."""
    if cell is BROKEN:
        raise Fault("#N/A", term("allowed.no_error"), term("cure.no_error"))
    text = _read_text(cell)
    if text == "" or cell is None:
        return () if column.kind in (Kind.TEXTS, Kind.NAMES) else None
    readers = {
        Kind.DAY: _read_day,
        Kind.WHOLE: _read_whole,
        Kind.NUMBER: _read_number,
        Kind.FLAG: _read_flag,
        Kind.WORD: _read_word,
        Kind.WORDS: _read_words,
    }
    if reader := readers.get(column.kind):
        return reader(column, cell, wording)
    if column.kind is Kind.ANY and isinstance(cell, date):
        return (cell.date() if isinstance(cell, datetime) else cell).isoformat()
    if isinstance(cell, (date, bool)) or (isinstance(cell, float) and abs(cell) >= 10**EXACT_DIGITS):
        raise Fault(text, term("allowed.text"), term("cure.text"))
    return split_texts(text) if column.kind in (Kind.TEXTS, Kind.NAMES) else text


def _read_text(cell: Any) -> str:
    """What a person sees in the cell, near enough to be repeated."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else format(Decimal(repr(cell)), "f")
    return escape_xlsx_cell(str(cell)).strip()


def _read_day(_column: Column, cell: Any, _wording: Wording) -> date:
    if isinstance(cell, date):
        return cell.date() if isinstance(cell, datetime) else cell
    text = _read_text(cell)
    try:
        if found := _ISO.fullmatch(text):
            return date(*map(int, found.groups()))
        if found := _LOCAL.fullmatch(text):
            return date(*map(int, reversed(found.groups())))
    except ValueError:
        pass  # a day that no calendar has is told like any other wrong day
    raise Fault(text, term("allowed.day"), term("cure.day"))


def _read_whole(column: Column, cell: Any, wording: Wording) -> int:
    number = _read_number(column, cell, wording)
    if number != number.to_integral_value():
        raise Fault(_read_text(cell), term("allowed.whole"), term("cure.whole"))
    return int(number)


def _read_number(_column: Column, cell: Any, _wording: Wording) -> Decimal:
    text = re.sub(r"[\s\u00a0\u202f]", "", _read_text(cell))
    try:
        if isinstance(cell, bool) or not _NUMBER.fullmatch(text):
            raise InvalidOperation
        return _trim(Decimal(text.replace(",", ".")))
    except InvalidOperation:
        raise Fault(_read_text(cell), term("allowed.number"), term("cure.number")) from None


def _trim(number: Decimal) -> Decimal:
    """One form for one number: 3.0 and 3 are the same."""
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()


def _read_flag(_column: Column, cell: Any, wording: Wording) -> bool:
    if isinstance(cell, bool):
        return cell
    word = wording.find_word(_read_text(cell), ("yes", "no"))
    if word is None:
        raise Fault(_read_text(cell), _list_words(("yes", "no"), wording), term("cure.choose"))
    return word == "yes"


def _read_word(column: Column, cell: Any, wording: Wording) -> str:
    word = wording.find_word(_read_text(cell), column.words)
    if word is None:
        raise Fault(_read_text(cell), _list_words(column.words, wording), term("cure.choose"))
    return word


def _read_words(column: Column, cell: Any, wording: Wording) -> tuple[str, ...]:
    found = [wording.find_word(part, column.words) for part in split_texts(_read_text(cell))]
    words = [word for word in found if word is not None]
    if len(words) < len(found) or ("none" in words and len(words) > 1):
        raise Fault(_read_text(cell), _list_words(column.words, wording), term("cure.words"))
    return tuple(word for word in words if word != "none")


def _list_words(words: Sequence[str], wording: Wording) -> Term:
    return term("allowed.words", words=", ".join(wording.word(word) for word in words))
