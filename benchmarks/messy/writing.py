"""How people and systems write days, figures and shares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from babel.dates import get_month_names

NBSP, NARROW = "\u00a0", "\u202f"
EPOCH = date(1899, 12, 30)

LANGUAGES = ("en", "fr", "de")
MONTHS = {language: list(get_month_names("wide", locale=language).values()) for language in LANGUAGES}
SHORT_MONTHS = {language: list(get_month_names("abbreviated", locale=language).values()) for language in LANGUAGES}


@dataclass(frozen=True)
class Percent:
    """A share of 0..1 in a cell formatted as percent."""

    share: float


@dataclass(frozen=True)
class Formula:
    """A formula with the result it shows; an error such as #REF! as text."""

    text: str
    shows: str | float


WriteDay = Callable[[date], Any]


def write_month_name(day: date, language: str) -> str:
    """3 April 2026, 3 avril 2026 (1er), 3. April 2026."""
    mark = {"en": "", "fr": "er" if day.day == 1 else "", "de": "."}[language]
    return f"{day.day}{mark} {MONTHS[language][day.month - 1]} {day.year}"


def write_short_month(day: date, language: str) -> str:
    """03-Apr-2026, 03 avr. 2026, 03. Apr. 2026."""
    name = SHORT_MONTHS[language][day.month - 1]
    return {"en": f"{day:%d}-{name}-{day:%Y}", "fr": f"{day:%d} {name} {day:%Y}", "de": f"{day:%d}. {name} {day:%Y}"}[
        language
    ]


def write_jira(day: date) -> str:
    """24/Apr/26 12:00 AM: Jira's own default, in the language of whoever installed it."""
    return f"{day:%d}/{SHORT_MONTHS['en'][day.month - 1]}/{day:%y} 12:00 AM"


DAY_STYLES: dict[str, WriteDay] = {
    "native": lambda day: day,
    "iso": lambda day: day.isoformat(),
    "iso_time": lambda day: f"{day.isoformat()} 00:00:00",
    "slash": lambda day: f"{day:%d/%m/%Y}",
    "slash_us": lambda day: f"{day:%m/%d/%Y}",
    "slash_us_plain": lambda day: f"{day.month}/{day.day}/{day:%Y}",
    "dot": lambda day: f"{day:%d.%m.%Y}",
    "dot_short": lambda day: f"{day:%d.%m.%y}",
    "slash_short": lambda day: f"{day:%d/%m/%y}",
    "dash": lambda day: f"{day:%d-%m-%Y}",
    "compact": lambda day: f"{day:%Y%m%d}",
    "serial": lambda day: (day - EPOCH).days,
    "serial_text": lambda day: str((day - EPOCH).days),
    "jira": write_jira,
    "name_en": lambda day: write_month_name(day, "en"),
    "name_fr": lambda day: write_month_name(day, "fr"),
    "name_de": lambda day: write_month_name(day, "de"),
    "short_en": lambda day: write_short_month(day, "en"),
    "short_fr": lambda day: write_short_month(day, "fr"),
    "short_de": lambda day: write_short_month(day, "de"),
    "week_kw": lambda day: f"KW {day.isocalendar().week}",
    "week_kw_year": lambda day: f"KW {day.isocalendar().week:02d}/{day.isocalendar().year}",
    "week_s": lambda day: f"S{day.isocalendar().week:02d}",
    "week_s_year": lambda day: f"S{day.isocalendar().week:02d} {day.isocalendar().year}",
    "week_w": lambda day: f"W{day.isocalendar().week:02d}",
    "week_w_year": lambda day: f"{day.isocalendar().year}-W{day.isocalendar().week:02d}",
}
"""Every way a day is written in the corpus; `native` is a date cell, or ISO where a file has no types."""

SLASHED = {"slash", "slash_short", "slash_us", "slash_us_plain", "dash"}
"""Styles whose order of day and month shows only where a day is above 12."""

WEEKS = {style for style in DAY_STYLES if style.startswith("week_")}


@dataclass(frozen=True, kw_only=True)
class FigureStyle:
    """`places` None writes a native number; `per` divides first (1000 for k€)."""

    decimal: str = "."
    group: str = ""
    places: int | None = 2
    trailing_minus: bool = False
    affix: str = ""
    per: int = 1

    def write(self, figure: Decimal) -> Any:
        shown = figure / self.per
        if self.places is None:
            return int(shown) if shown == shown.to_integral_value() else float(shown)
        text = f"{abs(shown):,.{self.places}f}".replace(",", "\0").replace(".", self.decimal).replace("\0", self.group)
        text += self.affix
        if shown >= 0:
            return text
        return f"{text}-" if self.trailing_minus else f"-{text}"


SHARE_STYLES: dict[str, Callable[[Decimal], Any]] = {
    "percent_cell": lambda share: Percent(float(share)),
    "percent_text": lambda share: f"{share * 100:.0f}%",
    "percent_spaced": lambda share: f"{share * 100:.0f} %",
    "hundred": lambda share: int(share * 100),
    "hundred_text": lambda share: f"{share * 100:.0f}",
    "share": float,
    "share_comma": lambda share: f"{share:.2f}".replace(".", ","),
    "share_point": lambda share: f"{share:.2f}",
}


def add_days(day: date, days: int) -> date:
    """The next working day after so many days."""
    later = day + timedelta(days=days)
    return later + timedelta(days=max(0, 7 - later.isoweekday() + 1) if later.isoweekday() > 5 else 0)
