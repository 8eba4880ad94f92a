"""The words of one reader: names, figures and ages in the reader's language and time zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from slipwatch.document.escape import clean_line
from slipwatch.locales import Catalogue
from slipwatch.model.finding import Concern, Evidence, Finding, Message, Severity, Subject
from slipwatch.model.portfolio import Portfolio, Role

NAME_LIMIT = 120
"""Characters of an upstream title that a line of a mail can bear."""


@dataclass(frozen=True, kw_only=True)
class Wording:
    """Texts for one reader. `zone` is where the reader's day begins."""

    catalogue: Catalogue
    language: str
    zone: ZoneInfo
    portfolio: Portfolio

    @classmethod
    def for_role(cls, role: Role, portfolio: Portfolio, catalogue: Catalogue) -> Wording:
        language = catalogue.choose_language(role.language)
        return cls(catalogue=catalogue, language=language, zone=ZoneInfo(role.time_zone), portfolio=portfolio)

    def say(self, id: str, /, **arguments: object) -> str:
        """A text of the kernel by id."""
        return self.catalogue.say(id, self.language, **arguments)

    def tell(self, message: Message) -> str:
        """A finding's own message."""
        return self.catalogue.translate(message, self.language, zone=self.zone)

    def name_word(self, value: str | Severity) -> str:
        """The word for a value of the model: a severity, a concern, a change, a side."""
        return self.say(f"word.{value.name.lower() if isinstance(value, Severity) else value}")

    def name_subject(self, subject: Subject, concern: Concern) -> str:
        """What people call it: key and name where the key is what they look for, else the name."""
        key, name = clean_line(subject.key, NAME_LIMIT), clean_line(subject.name, NAME_LIMIT)
        for id in (f"subject.{concern}.{subject.entity}", f"subject.{subject.entity}"):
            plain = not name or name == key
            chosen = f"{id}.plain" if plain and self.catalogue.has(f"{id}.plain") else id
            if self.catalogue.has(chosen):
                return self.say(chosen, key=key, name=name or key)
        return name or key

    def name_role(self, key: str | None) -> str:
        """Name and side of a role; a role that is not declared is shown by its key."""
        if key is None:
            return self.say("mail.accountable.nobody")
        role = self.portfolio.roles.get(key)
        if role is None:
            return clean_line(key, NAME_LIMIT)
        return self.say("mail.accountable.role", role=clean_line(role.name, NAME_LIMIT), side=self.name_word(role.side))

    def name_rule(self, rule: str) -> str:
        """The title of a rule, or its id where its catalogue has none."""
        return self.say(f"{rule}.name") if self.catalogue.has(f"{rule}.name") else rule

    def name_source(self, source: str) -> str:
        profile = self.portfolio.sources.get(source)
        return clean_line(profile.name if profile else source, NAME_LIMIT)

    def measure(self, value: float | None, unit: str, *, short: bool = False) -> str:
        """A figure with its unit; `short` for subject lines."""
        if short and self.catalogue.has(f"unit.{unit}.short"):
            return self.say(f"unit.{unit}.short", count=value)
        return self.catalogue.measure(value, unit, self.language)

    def measure_finding(self, finding: Finding, *, short: bool = True) -> str:
        """What slips by how much, for a subject line; empty where the rule gives no figure."""
        return "" if finding.value is None else self.measure(finding.value, finding.unit, short=short)

    def compare_figures(self, finding: Finding, before: float | None, after: float | None) -> tuple[str, str]:
        """The figure that was told and the one of today; with unit where the figure is the finding's value."""
        unit = finding.unit if finding.gravity == finding.value else ""
        return self.measure(before, unit), self.measure(after, unit)

    def tell_age(self, evidence: Evidence, at: datetime) -> str:
        """Since when a fact was known, and how old it is; empty where nobody said."""
        if evidence.known_at is None:
            return ""
        known = evidence.known_at.astimezone(self.zone).date()
        days = (at.astimezone(self.zone).date() - known).days
        return (
            self.say("mail.evidence.age", day=known, count=days)
            if days > 0
            else self.say("mail.evidence.today", day=known)
        )
