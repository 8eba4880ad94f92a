"""The words of a report in its reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal

from slipwatch.document import blocks as b
from slipwatch.document.escape import clean_line
from slipwatch.locales import Catalogue, Term, Text
from slipwatch.locales.formats import format_value
from slipwatch.model.finding import Concern, GreyReason, Subject

MINUS = "\u2212"
NOTHING = "–"
NO_BREAK = "\u00a0"


@dataclass(frozen=True, kw_only=True)
class Words:
    """Translates and formats; `roles` names role keys. Missing values are a dash."""

    catalogue: Catalogue
    language: str
    zone: tzinfo = UTC
    roles: Mapping[str, str] = field(default_factory=dict)

    def say(self, id: str, /, **arguments: object) -> str:
        """A text of the report's own (`report.<id>`); an argument called `count` selects the plural."""
        plural = "count" if "count" in arguments else None
        return self.translate(Term(id=f"report.{id}", arguments=arguments, plural=plural))

    def translate(self, message: Text) -> str:
        return self.catalogue.translate(message, self.language, zone=self.zone)

    def name_word(self, group: str, value: str) -> str:
        """A word of a closed vocabulary (`report.<group>.<value>`), else the value itself, without underscores."""
        return self._find(f"report.{group}.{value}") or value.replace("_", " ")

    def name_rule(self, rule: str) -> str:
        """Title of a rule where its catalogue has one (`<rule>.name`), else its id."""
        return self._find(f"{rule}.name") or rule

    def name_value(self, value: str) -> str:
        """The kernel's word for a value of the model: a change, a severity."""
        return self._find(f"word.{value}") or value

    def name_grey(self, reason: GreyReason) -> str:
        return self._find(f"grey.{reason}") or reason

    def name_concern(self, concern: Concern) -> str:
        return self.say(f"concern.{concern}")

    def name_subject(self, subject: Subject, concern: Concern) -> str:
        """What people call it, as in the mails: key and name where the key is what they look for, else the name."""
        key, name = clean_line(subject.key), clean_line(subject.name)
        for id in (f"subject.{concern}.{subject.entity}", f"subject.{subject.entity}"):
            plain = f"{id}.plain" if name == key and self.catalogue.has(f"{id}.plain") else id
            if self.catalogue.has(plain):
                return self.translate(Term(id=plain, arguments={"key": key, "name": name}))
        return name or key

    def _find(self, id: str) -> str | None:
        return self.translate(Term(id=id, arguments={})) if self.catalogue.has(id) else None

    def name_role(self, key: str | None) -> str:
        return self.roles.get(key, key) if key else NOTHING

    def day(self, value: date | None) -> str:
        """13 Apr 2026, on one line."""
        return format_value(value, language=self.language).replace(" ", NO_BREAK)

    def long_day(self, value: date) -> str:
        return format_value(value, kind="weekday", language=self.language)

    def find_day(self, value: datetime) -> date:
        """The day of an instant in the programme's own zone."""
        return value.astimezone(self.zone).date()

    def local_day(self, value: datetime) -> str:
        return self.day(self.find_day(value))

    def instant(self, value: datetime | None) -> str:
        return format_value(value, language=self.language, zone=self.zone)

    def number(self, value: float | Decimal | None) -> str:
        return format_value(value, language=self.language)

    def signed(self, value: float | None) -> str:
        """+9, −3, 0: the sign is always printed, with a true minus."""
        return format_value(value, kind="signed", language=self.language).replace("-", MINUS)

    def tell_slip(self, slip: int, baseline: int) -> str:
        """+65 wd, baseline 1: on one line."""
        return self.say("slip_against", slip=self.signed(slip), number=baseline).replace(" ", NO_BREAK)

    def money(self, value: Decimal | None, currency: str) -> str:
        return format_value(value, kind="money", currency=currency, language=self.language).replace("-", MINUS)

    def measure(self, value: float | None, unit: str) -> str:
        """A figure with its unit in words."""
        return self.catalogue.measure(value, unit, self.language)


def build_columns(words: Words, *names: str, right: Iterable[str] = ()) -> tuple[b.Column, ...]:
    """Columns by the ids of their titles; those in `right` hold figures."""
    return tuple(b.Column(words.say(name), "right" if name in set(right) else "left") for name in names)
