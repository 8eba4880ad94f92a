"""What a sheet of the pack is made of, and what several of them say in the same words."""

from __future__ import annotations

from dataclasses import dataclass

from slipwatch.document import blocks as b
from slipwatch.model.alert import Alert
from slipwatch.model.finding import Concern
from slipwatch.reports.blocks import Part
from slipwatch.reports.facts import ProjectFacts
from slipwatch.reports.given import ReportInput, SourceFacts
from slipwatch.reports.replies import tell_reply
from slipwatch.reports.words import Words

MOST_REPLY = 160
"""Characters of a reply on a slide; the notes have all of it."""

SEPARATOR = " · "


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """`notes` are for the one who presents. `part_of` and `most_pages` as in a section of a document."""

    key: str
    title: str
    parts: tuple[Part, ...]
    notes: tuple[str, ...] = ()
    part_of: str = ""
    most_pages: int = 4


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Everything that the sheets of one project are written from."""

    given: ReportInput
    project: ProjectFacts
    words: Words

    @property
    def sources(self) -> tuple[SourceFacts, ...]:
        """Those that speak of the project."""
        return tuple(source for source in self.given.sources if self.project.key in source.projects)

    def tell_reply(self, subject: str, concern: Concern) -> str | None:
        """Who answered what to a finding, or was asked and did not; None where nobody was asked."""
        return tell_reply(self.given, subject, concern, self.words, limit=MOST_REPLY)

    def reply_to(self, alert: Alert) -> list[b.Span]:
        """The answer, on a line of its own below a finding."""
        told = self.tell_reply(alert.subject.key, alert.key.concern)
        return [b.Span(f"\n{told}", muted=True)] if told else []
