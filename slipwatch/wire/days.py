"""Strict converters for days and instants: a format and a zone are declared, never guessed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, ClassVar, TypeVar
from zoneinfo import ZoneInfo

from slipwatch.model.columns import Kind
from slipwatch.model.records import Value
from slipwatch.wire.values import Read, Reason, refuse

T = TypeVar("T")

FIRST_DAY = date(1970, 1, 1)
LAST_DAY = date(2199, 12, 31)
"""Days outside these bounds are placeholders (0001-01-01, 9999-12-31) or typing errors: name them in `empty`."""

_MOST_KNOWN = 20_000
"""The bound keeps a column of garbage from filling the memory."""


def remember(parse: Callable[[Any], T]) -> Callable[[Any], T]:
    """The same function, which reads each text or number once: days and figures repeat."""
    known: dict[Any, T] = {}

    def parse_once(text: Any) -> T:
        if text not in known:
            if len(known) >= _MOST_KNOWN:
                known.clear()
            known[text] = parse(text)
        return known[text]

    return parse_once


@dataclass(frozen=True, kw_only=True)
class Day:
    """A calendar day. `formats` are strptime patterns, tried in order; none means ISO 8601 (2026-11-23) alone.

    An instant is not a day: it is refused unless `zone` says where its day is counted. `empty` names the placeholders
    that stand for no date (0000-00-00, 9999-12-31); any other day outside FIRST_DAY..LAST_DAY is refused.
    """

    kind: ClassVar[Kind] = Kind.DAY
    formats: tuple[str, ...] = ()
    zone: str | None = None
    empty: frozenset[str] = frozenset()

    def build(self) -> Read:
        parse = remember(_parse_formats(self.formats) if self.formats else _parse_iso_day)
        empty = self.empty | {""}
        zone = ZoneInfo(self.zone) if self.zone else None

        def read(value: Any) -> Value:
            if isinstance(value, str):
                text = value.strip()
                if text in empty:
                    return None
                day = parse(text)
            else:
                day = _take_day(value, zone)
                if day is not None and day.isoformat() in empty:
                    return None
            if day is None or not FIRST_DAY <= day <= LAST_DAY:
                raise refuse(Reason.BAD_DATE, value)
            return day

        return read


def _parse_iso_day(text: str) -> date | None:
    if len(text) != 10 or text[7] != "-":  # else fromisoformat would take weeks and forms without signs
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _parse_formats(formats: tuple[str, ...]) -> Callable[[str], date | None]:
    def parse(text: str) -> date | None:
        for pattern in formats:
            try:
                return datetime.strptime(text, pattern).replace(tzinfo=UTC).date()
            except ValueError:
                continue
        return None

    return parse


def _take_day(value: object, zone: ZoneInfo | None) -> date | None:
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            return value.astimezone(zone).date() if zone else None
        return value.date() if value.time() == datetime.min.time() else None
    return value if isinstance(value, date) else None


@dataclass(frozen=True, kw_only=True)
class Instant:
    """A moment in UTC. `formats` are strptime patterns, none means ISO 8601; `zone` is that of values without offset.

    Without `zone` such values are refused, as are local times that a clock change skips; of a repeated hour the first
    is taken. `epoch` names the unit (`s` or `ms`) of numbers since 1970.
    """

    kind: ClassVar[Kind] = Kind.INSTANT
    formats: tuple[str, ...] = ()
    zone: str | None = None
    epoch: str | None = None
    empty: frozenset[str] = frozenset()

    def build(self) -> Read:
        zone = ZoneInfo(self.zone) if self.zone else None
        divisor = {"s": 1, "ms": 1000}[self.epoch] if self.epoch else None
        formats, empty = self.formats, self.empty | {""}

        def read(value: Any) -> Value:
            if isinstance(value, str):
                value = value.strip()
                if value in empty:
                    return None
            try:
                moment = take_moment(value, formats, divisor)
                return _to_utc(moment, zone)
            except (ValueError, TypeError, OverflowError, OSError):
                raise refuse(Reason.BAD_INSTANT, value) from None

        return read


def take_moment(value: Any, formats: tuple[str, ...], divisor: int | None) -> datetime:
    """Raises ValueError or TypeError for what is no moment in one of the declared forms."""
    if isinstance(value, datetime):
        return value
    if divisor is not None and isinstance(value, int | float) and not isinstance(value, bool):
        return datetime.fromtimestamp(value / divisor, UTC)
    if not formats:
        if len(value) <= 10 or value[7] != "-":
            raise ValueError(value)
        return datetime.fromisoformat(value)
    for pattern in formats:
        try:
            return datetime.strptime(value, pattern)  # noqa: DTZ007 — the zone is added by the caller
        except ValueError:
            continue
    raise ValueError(value)


def _to_utc(moment: datetime, zone: ZoneInfo | None) -> datetime:
    if moment.tzinfo is None:
        if zone is None:
            raise ValueError(moment)
        local = moment.replace(tzinfo=zone)
        moment = local.astimezone(UTC)
        if moment.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
            raise ValueError(local)
    elif moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    if not FIRST_DAY <= moment.date() <= LAST_DAY:
        raise ValueError(moment)
    return moment
