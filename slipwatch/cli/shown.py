"""How values are shown to a person in the terminal."""

from __future__ import annotations

import re
from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING, Any

from slipwatch.errors import ConfigError

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

_DAY = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")


def show_instant(instant: datetime | None, zone: tzinfo) -> str | None:
    """Local day and minute; None for a missing one (also pandas' NaT)."""
    if instant is None or instant != instant:  # only NaT differs from itself
        return None
    return instant.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def read_day(text: str, option: str) -> date:
    """`2026-05-28` or `28/05/2026` as a day. Raises `ConfigError` for anything else."""
    local = _DAY.fullmatch(text.strip())
    try:
        return date(*map(int, reversed(local.groups()))) if local else date.fromisoformat(text.strip())
    except ValueError as error:
        raise ConfigError(f"{text!r} is no day", subject=option, cure="write it as 2026-05-28") from error


def describe_field(field: FieldInfo) -> str:
    """Default, limits and meaning of a field of a model, such as a threshold."""
    limits = describe_limits(field)
    meaning = f": {field.description}" if field.description else ""
    return f"{field.default}{f' ({limits})' if limits else ''}{meaning}"


def describe_limits(field: FieldInfo) -> str:
    """`at least 0, at most 60`; empty where a field has no limits."""
    return ", ".join(filter(None, map(_describe_limit, field.metadata)))


def _describe_limit(limit: Any) -> str:
    words = {"ge": "at least", "gt": "above", "le": "at most", "lt": "below"}
    return next((f"{word} {getattr(limit, name)}" for name, word in words.items() if hasattr(limit, name)), "")
