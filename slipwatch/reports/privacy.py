"""The privacy sheet: one page on what is stored of whom, why, for how long, who sees it, and how it is deleted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib.resources import files

from slipwatch.document import blocks as b
from slipwatch.document.escape import clean_line
from slipwatch.document.html import render_html
from slipwatch.document.markdown import render_markdown
from slipwatch.locales import Catalogue

MOST_TEXT = 160
STYLE = """
@page { size: A4; margin: 11mm 13mm; }
body { font: {size}pt/1.3 "Segoe UI", Roboto, "DejaVu Sans", Arial, sans-serif; color: #1c2530; max-width: 184mm;
  margin: 8mm auto; }
h1 { font-size: 15pt; margin: 0 0 1mm; } h2 { font-size: 10.5pt; margin: 3mm 0 1mm; color: #23405e; }
p { margin: 0 0 1mm; } .muted, p.muted { color: #5a6672; }
table { border-collapse: collapse; width: 100%; margin: 0 0 1mm; }
th, td { text-align: left; vertical-align: top; padding: 0.7mm 2mm 0.7mm 0; border-bottom: 0.2mm solid #d5dbe1; }
table.facts th { width: 34mm; font-weight: 600; color: #23405e; }
.code { font-family: "DejaVu Sans Mono", Consolas, monospace; font-size: 0.9em; }
@media print { body { margin: 0; max-width: none; } tr { break-inside: avoid; } }
"""

SIZES = ((7, 9.2), (11, 8.4), (16, 7.6), (10_000, 6.8))
"""Size of the letters in points, by the most sources for which it keeps the sheet on one page."""


@dataclass(frozen=True, kw_only=True)
class PersonField:
    """A column that may name persons. `how` is pseudonym, kept, or text where it is declared to be no person."""

    column: str
    how: str


@dataclass(frozen=True, kw_only=True)
class SourcePrivacy:
    """What a source delivers: canonical entities, and the fields of them that may name persons. `is_known` is false
    before its first read where its mapping is not in the configuration."""

    key: str
    name: str
    entities: tuple[str, ...]
    fields: tuple[PersonField, ...]
    is_known: bool = True


@dataclass(frozen=True, kw_only=True)
class PrivacyFacts:
    """What the configuration in force says. `purpose` is None while pseudonyms are on; `database` is the reference to
    a database, None for a file; roles and contact are names."""

    programme: str
    day: date
    fingerprint: str
    sources: tuple[SourcePrivacy, ...]
    mailboxes: int
    purpose: str | None
    superseded_days: int | None
    needed_days: int | None
    pmo: str
    released: tuple[str, ...]
    home: str
    database: str | None
    transport: str
    sender: str
    contact: str | None


@dataclass(frozen=True)
class _Sheet:
    facts: PrivacyFacts
    catalogue: Catalogue
    language: str

    def say(self, id: str, **arguments: object) -> str:
        return self.catalogue.say(f"privacy.{id}", self.language, **arguments)


def open_catalogue() -> Catalogue:
    """The words of the sheet; they are the only ones that are complete in German too."""
    return Catalogue([files("slipwatch.locales"), files("slipwatch.reports.privacy_texts")])


def build_sheet(facts: PrivacyFacts, language: str) -> b.Document:
    """The sheet in neutral blocks."""
    sheet = _Sheet(facts, open_catalogue(), language)
    title = sheet.say("title", programme=clean_line(facts.programme, 60))
    head = sheet.say("head", day=facts.day, fingerprint=facts.fingerprint[:12])
    blocks: tuple[b.Block, ...] = (
        b.Paragraph(head, muted=True),
        b.Facts(
            ((sheet.say("purpose"), sheet.say("purpose.text")), (sheet.say("no_ranking"), sheet.say("no_ranking.text")))
        ),
        b.Heading(2, sheet.say("stored")),
        _list_stored(sheet),
        b.Facts(tuple(_list_rules(sheet))),
    )
    return b.Document(title=title, language=language, blocks=blocks)


def render_sheet(facts: PrivacyFacts, language: str) -> str:
    """One HTML file that stands alone, a page of A4 when printed."""
    size = next(size for most, size in SIZES if len(facts.sources) <= most)
    return render_html(build_sheet(facts, language), style=STYLE.replace("{size}", str(size)))


def render_text_sheet(facts: PrivacyFacts, language: str) -> str:
    """The same in Markdown."""
    return render_markdown(build_sheet(facts, language))


def _list_stored(sheet: _Sheet) -> b.Table:
    rows: list[tuple[b.Text, ...]] = [
        (
            (b.Span(source.key, strong=True), b.Span(f" {clean_line(source.name, 40)}")),
            ", ".join(sheet.say(f"entity.{entity}") for entity in source.entities) or sheet.say("persons.unknown"),
            _tell_fields(source, sheet),
        )
        for source in sheet.facts.sources
    ]
    desk = sheet.say("desk.persons", count=sheet.facts.mailboxes)
    rows.append(((b.Span(sheet.say("desk"), strong=True),), sheet.say("desk.entities"), desk))
    columns = tuple(b.Column(sheet.say(name)) for name in ("source", "entities", "persons"))
    return b.Table(columns, tuple(rows))


def _tell_fields(source: SourcePrivacy, sheet: _Sheet) -> str:
    if not source.fields:
        return sheet.say("persons.none" if source.is_known else "persons.unknown")
    told = (sheet.say(f"person.{one.how}", column=sheet.say(f"column.{one.column}")) for one in source.fields)
    return "; ".join(dict.fromkeys(told))


def _list_rules(sheet: _Sheet) -> Iterator[tuple[str, b.Text]]:
    facts, say = sheet.facts, sheet.say
    on = (
        say("pseudonyms.on")
        if facts.purpose is None
        else say("pseudonyms.off", purpose=clean_line(facts.purpose, MOST_TEXT))
    )
    yield say("pseudonyms"), on
    yield say("retention"), " ".join(_tell_retention(sheet))
    yield say("readers"), " ".join(_tell_readers(sheet))
    place = say("place.sqlite") if facts.database is None else say("place.database", reference=facts.database)
    mail = say("place.mail", transport=facts.transport, sender=facts.sender)
    yield say("place"), " ".join((say("place.home", home=facts.home), place, mail))
    yield say("delete"), _tell_deletion(sheet)
    yield say("contact"), facts.contact or say("contact.none")


def _tell_retention(sheet: _Sheet) -> Iterator[str]:
    facts = sheet.facts
    yield sheet.say("retention.ledger")
    if facts.superseded_days is not None:
        yield sheet.say("retention.superseded", days=facts.superseded_days)
    elif facts.needed_days is None:
        yield sheet.say("retention.forever")
    if facts.needed_days is not None:
        yield sheet.say("retention.needed", days=facts.needed_days)


def _tell_readers(sheet: _Sheet) -> Iterator[str]:
    facts = sheet.facts
    yield sheet.say("readers.pmo", role=facts.pmo)
    roles = ", ".join(clean_line(role, 40) for role in facts.released)
    yield sheet.say("readers.released", roles=roles) if roles else sheet.say("readers.none")
    yield sheet.say("readers.sides")


def _tell_deletion(sheet: _Sheet) -> tuple[b.Span, ...]:
    """Sentences with their commands and files as code."""
    names = {
        "delete.all": ("command", "archive: needed_days"),
        "delete.key": ("file", "pseudonym.key"),
        "delete.recipient": ("command", "slipwatch recipients withdraw ROLE"),
    }
    spans: list[b.Span] = []
    for id, (argument, code) in names.items():
        before, after = sheet.say(id, **{argument: "\0"}).split("\0")
        spans += [b.Span(before), b.Span(code, code=True), b.Span(f"{after} ")]
    return tuple(spans)
