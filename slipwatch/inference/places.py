"""Countries, their calendars and clocks, and the language that a file is written in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from slipwatch.inference.role_words import list_words, split_words

_HEADER_WORDS = {
    "fr": split_words(
        """jalon projet commande poste fournisseur echeance prevue prevu responsable libelle quantite qte besoin
        promise designation livraison ligne realise engage action cloturee objet avancement reste statut"""
    ),
    "de": split_words(
        """meilenstein projekt bestellung bestellnummer lieferant termin verantwortlich bezeichnung menge position
        bedarf liefertermin geplant aufgabe massnahme betrag datum werk beleg"""
    ),
    "en": split_words(
        """milestone project order line supplier vendor due date owner name quantity needed promised delivery status
        budget actual action summary"""
    ),
}
_COUNTRIES = {"fr": "FR", "de": "DE"}
_HALF_YEARS = (datetime(2026, 1, 15), datetime(2026, 7, 15))  # noqa: DTZ001 — any winter and summer day


@dataclass(frozen=True)
class Place:
    """A country, and the part of it whose public holidays differ: `FR`, `FR-57`, `DE-BW`."""

    country: str
    subdivision: str | None = None


def read_place(text: str) -> Place | None:
    """The place that an answer names, with or without its part; None where no calendar of public holidays is known."""
    import holidays

    country, _, part = text.strip().upper().replace("_", "-").partition("-")
    parts = holidays.list_supported_countries(include_aliases=False).get(country)
    if parts is None:
        return None
    if not part:
        return Place(country)
    return Place(country, part) if part in parts else None


def find_zone(country: str) -> str | None:
    """The time zone of a country; None where it has several that differ."""
    from babel.core import get_global

    zones = [zone for zone, territory in get_global("zone_territories").items() if territory == country]
    european = [zone for zone in zones if zone.startswith("Europe/")]
    chosen = european or zones
    offsets = {tuple(ZoneInfo(zone).utcoffset(day) for day in _HALF_YEARS) for zone in chosen}
    return min(chosen, key=zones.index) if len(offsets) == 1 else None


def guess_language(headers: Iterable[str]) -> str | None:
    """The language of most words of the headers that are of one language only; None where there are none."""
    words = [word for header in headers for word in list_words(header)]
    counts = Counter(
        {language: sum(word in known for word in words) for language, known in _HEADER_WORDS.items()}
    ).most_common(2)
    (first, most), (_, next_most) = counts
    return first if most > next_most else None


def guess_country(language: str | None) -> str | None:
    """Where files in this language most often come from; a proposal, never a decision."""
    return _COUNTRIES.get(language or "")
