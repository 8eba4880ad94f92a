"""A letter becomes a mail: complete plain text, HTML beside it, headers that thread, filter and stay the same."""

from __future__ import annotations

from collections.abc import Iterator

from slipwatch.alerts.draft import name_draft
from slipwatch.alerts.headers import (
    MOST_KEYS,
    MOST_SUBJECT_CHARACTERS,
    Envelope,
    build_mail,
    hash_text,
    write_list_id,
    write_message_id,
    write_thread,
)
from slipwatch.alerts.letterhead import Letterhead
from slipwatch.alerts.page import Links, find_leading, write_counts, write_letter
from slipwatch.alerts.routing import Letter, Line
from slipwatch.alerts.wording import Wording
from slipwatch.document.blocks import Block, Document, Paragraph, Rule, Span
from slipwatch.document.escape import clean_line
from slipwatch.document.mail import Frame, render_mail
from slipwatch.document.text import render_text
from slipwatch.locales import Catalogue
from slipwatch.model.alert import AlertKey, OutboxMessage
from slipwatch.model.finding import Severity
from slipwatch.model.portfolio import Portfolio

__all__ = ["Letterhead", "compose"]

CHANNEL = "mail"


def compose(
    letter: Letter, letterhead: Letterhead, *, run: int, portfolio: Portfolio, catalogue: Catalogue
) -> OutboxMessage:
    """The message as it will be sent, byte for byte; the same letter gives the same bytes."""
    wording = Wording.for_role(letter.recipient, portfolio, catalogue)
    role, at = letter.recipient, letter.at.isoformat()
    id = hash_text(letterhead.domain, letterhead.programme, str(run), at, role.key, CHANNEL)
    document, frame = _write(letter, letterhead, wording, run)
    envelope = Envelope(
        sender=letterhead.sender,
        sender_name=f"{letterhead.programme} · Slipwatch",
        to=role.address or "",
        to_name=role.name,
        subject=write_subject(letter, letterhead.programme, wording),
        at=letter.at.astimezone(wording.zone),
        reply_to=letterhead.reply_to,
        headers=dict(_list_headers(letter, letterhead, id, run)),
    )
    text = render_text(_put_head_and_foot(document, frame))
    payload = build_mail(envelope, text=text, html=render_mail(document, frame), seed=id)
    return OutboxMessage(
        id=id,
        recipient=role.key,
        address=role.address or "",
        channel=CHANNEL,
        payload=payload,
        not_before=letter.not_before,
        alerts=tuple(line.key for line in letter.lines),
    )


def _write(letter: Letter, letterhead: Letterhead, wording: Wording, run: int) -> tuple[Document, Frame]:
    with_draft = {line.key for line in letter.drafts}
    # the desk and the whole report are the PMO's: they show everybody's lines
    links = Links(prefect_url=letterhead.prefect_url, report=letterhead.report) if letter.is_pmo else Links()
    document = write_letter(
        letter, wording, links=links, name_draft=lambda line: name_draft(line) if line.key in with_draft else None
    )
    local = letter.at.astimezone(wording.zone)
    head = wording.say("mail.dateline", programme=letterhead.programme, day=local.date(), time=f"{local:%H:%M}")
    foot = Paragraph(_tell_why(letter, letterhead, wording)), Paragraph(wording.say("mail.footer", run=str(run)))
    return document, Frame(head=(Span(head, strong=True),), foot=foot)


def _tell_why(letter: Letter, letterhead: Letterhead, wording: Wording) -> str:
    """Why the reader receives this."""
    names = {"programme": letterhead.programme, "role": clean_line(letter.recipient.name, 120)}
    if not letter.is_pmo:
        return wording.say("mail.why.role", **names)
    reason = wording.say("mail.why.pmo_alone" if letter.alone else "mail.why.pmo", **names)
    return f"{reason} {wording.say('mail.why.drafts')}" if letter.drafts else reason


def _put_head_and_foot(document: Document, frame: Frame) -> Document:
    """Plain text has no frame: the same words stand above and below."""
    blocks: tuple[Block, ...] = (Paragraph(frame.head), *document.blocks, Rule(), *frame.foot)
    return Document(title=document.title, language=document.language, blocks=blocks)


def write_subject(letter: Letter, programme: str, wording: Wording) -> str:
    """At most 78 characters: what changed first, then the subject that matters most, its figure, the severity in words;
    the programme gives way first, then the subject's name."""
    program, lines = clean_line(programme, 30), letter.lines
    if not lines:
        return clean_line(_name_letter(letter, program, wording), MOST_SUBJECT_CHARACTERS)
    leading = find_leading(letter)
    for length in (60, 45, 38, 32, 26, 20):
        subject = _write_changes(letter, leading, program, length, wording)
        if len(subject) <= MOST_SUBJECT_CHARACTERS:
            return subject
        program = clean_line(program, max(12, length // 2))
    return clean_line(subject, MOST_SUBJECT_CHARACTERS)


def _name_letter(letter: Letter, programme: str, wording: Wording) -> str:
    if letter.inventory:
        count = sum(len(group.keys) for group in letter.inventory)
        return wording.say("mail.subject.inventory", count=count, programme=programme)
    if letter.notes:
        return wording.say("mail.subject.notes", count=len(letter.notes), programme=programme)
    return wording.say("mail.subject.heartbeat", count=letter.still_open, programme=programme)


def _write_changes(letter: Letter, leading: Line, programme: str, length: int, wording: Wording) -> str:
    alert, more = leading.transition.alert, len(letter.lines) - 1
    names = {
        "subject": clean_line(wording.name_subject(alert.subject, alert.key.concern), length),
        "programme": programme,
        "severity": wording.name_word(_find_severity(letter)),
        "figure": wording.measure_finding(leading.reasons[0].finding),
    }
    is_news = bool(letter.new or letter.worse or letter.reminded)
    if more:
        changes = write_counts(letter, wording)
        return wording.say(f"mail.subject.{'many' if is_news else 'ended_many'}", changes=changes, more=more, **names)
    change = wording.name_word(leading.transition.change)
    if not is_news:
        return wording.say("mail.subject.ended", changes=change, **names)
    return wording.say(f"mail.subject.{'one' if names['figure'] else 'plain'}", change=change, **names)


def _find_severity(letter: Letter) -> Severity:
    """The worst among what is new or worse, else among all."""
    lines = letter.new + letter.more + letter.worse + letter.reminded or letter.lines
    return max((reason.severity for line in lines for reason in line.reasons), default=Severity.NOTE)


def _list_headers(letter: Letter, letterhead: Letterhead, id: str, run: int) -> Iterator[tuple[str, str]]:
    yield "Message-ID", write_message_id(id, letterhead.domain)
    roots = [line.root for line in letter.lines] or [None]
    yield from write_thread(letter.recipient.key, letterhead.programme, letterhead.domain, roots).items()
    yield "Auto-Submitted", "auto-generated"
    yield "X-Auto-Response-Suppress", "All"
    yield "List-Id", write_list_id(letterhead.programme, letterhead.domain)
    if _find_severity(letter) is Severity.CRITICAL and (letter.new or letter.worse):
        yield "Importance", "high"
    yield "X-Slipwatch-Run", str(run)
    yield "X-Slipwatch-Programme", letterhead.programme
    yield from _list_filters(letter)


def _list_filters(letter: Letter) -> Iterator[tuple[str, str]]:
    """Headers by which people sort their mail."""
    if not letter.lines:
        return
    yield "X-Slipwatch-Severity", _find_severity(letter).name.lower()
    yield "X-Slipwatch-Change", ", ".join(dict.fromkeys(str(line.transition.change) for line in letter.lines))
    yield "X-Slipwatch-Alert", ", ".join(write_key(line.key) for line in letter.lines[:MOST_KEYS])
    projects = {line.transition.alert.subject.project or "" for line in letter.lines} - {""}
    if projects:
        yield "X-Slipwatch-Project", ", ".join(sorted(projects))


def write_key(key: AlertKey) -> str:
    """An alert's identity as a filter can find it."""
    return f"{key.subject}.{key.concern}.{key.episode}"
