"""Numbers, dates and amounts as a reader of a language writes them (CLDR through Babel)."""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from functools import lru_cache
from math import isfinite
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel import Locale

NOTHING = "–"

_TERRITORIES = {"en": "en_GB", "fr": "fr_FR", "de": "de_DE"}
"""Plain "en" would write dates in the American order."""


@lru_cache(maxsize=16)
def find_locale(language: str) -> Locale:
    """Babel's locale for a language code, English where Babel does not know it."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(_TERRITORIES.get(language, language.replace("-", "_")))
    except (UnknownLocaleError, ValueError):
        return Locale.parse(_TERRITORIES["en"])


def count_form(number: object, language: str, forms: int) -> int:
    """Index of the plural form for a number: 0 where the language says it in the singular (CLDR "one"), else the last.

    >>> [count_form(n, "en", 2) for n in (0, 1, 2)], [count_form(n, "fr", 2) for n in (0, 1, 2)]
    ([1, 0, 1], [0, 0, 1])
    """
    if forms == 1 or isinstance(number, bool) or not isinstance(number, (int, float, Decimal)) or not isfinite(number):
        return forms - 1
    whole = int(number) if number == int(number) else Decimal(str(number))
    return 0 if find_locale(language).plural_form(whole) == "one" else forms - 1


def format_value(value: object, *, kind: str = "", currency: str = "", language: str = "en", zone: tzinfo = UTC) -> str:
    """A value in words: `kind` is a field's format as the package documents it. None and NaN are a dash."""
    if value is None or value != value:  # NaN is the only value that differs from itself
        return NOTHING
    if isinstance(value, (date, datetime)):
        return _format_time(value, kind, language, zone)
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        return str(value)
    return _format_number(value, kind, currency, language)


def _format_time(value: date | datetime, kind: str, language: str, zone: tzinfo) -> str:
    from babel.dates import format_date, format_time

    locale = find_locale(language)
    if isinstance(value, datetime):
        local = value.astimezone(zone)
        return f"{format_date(local, 'medium', locale=locale)}, {format_time(local, 'HH:mm', locale=locale)}"
    length = {"long": "long", "short": "short", "weekday": "full"}.get(kind, "medium")
    return str(format_date(value, length, locale=locale))


def _format_number(value: float | Decimal, kind: str, currency: str, language: str) -> str:
    from babel.numbers import format_decimal, format_percent

    locale = find_locale(language)
    exact = value if isinstance(value, (int, Decimal)) else Decimal(str(round(value, 6)))
    if kind == "money" and currency:
        return _format_money(exact, currency, locale)
    if kind == "percent":
        pattern = locale.percent_formats[None].pattern.replace("#,##0", "#,##0.#")
        return str(format_percent(Decimal(exact) / 100, pattern, locale=locale))
    text = str(format_decimal(exact, "#,##0.##", locale=locale))
    return f"+{text}" if kind == "signed" and exact > 0 else text


def _format_money(amount: Decimal | int, currency: str, locale: Locale) -> str:
    """Cents only where there are any; a currency without a sign of its own stands apart from its figure."""
    from babel.numbers import format_currency, get_currency_symbol

    pattern = locale.currency_formats["standard"].pattern
    if get_currency_symbol(currency, locale).isalpha():
        pattern = pattern.replace("¤#", "¤\u00a0#")
    if amount == int(amount):
        pattern = pattern.replace(".00", "")
    return str(format_currency(amount, currency, pattern, locale=locale, currency_digits=amount != int(amount)))
