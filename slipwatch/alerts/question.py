"""A finding sent for reply: what the accountable side reads before a committee does, with only what it may read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from slipwatch.alerts.addresses import is_usable_address
from slipwatch.alerts.card import MOST_REASONS, tell, write_evidence
from slipwatch.alerts.draft import find_signer, name_draft
from slipwatch.alerts.headers import Envelope, build_mail, hash_text, write_list_id, write_message_id, write_thread
from slipwatch.alerts.letterhead import Letterhead
from slipwatch.alerts.message import CHANNEL, write_key
from slipwatch.alerts.routing import Line
from slipwatch.alerts.wording import NAME_LIMIT, Wording
from slipwatch.document.blocks import Block, Bullets, Document, Paragraph, Span
from slipwatch.document.escape import clean_line
from slipwatch.document.mail import render_mail
from slipwatch.document.text import render_text
from slipwatch.locales import Catalogue
from slipwatch.model.alert import OutboxMessage
from slipwatch.model.portfolio import Portfolio, Role


@dataclass(frozen=True, kw_only=True)
class Question:
    """A finding that is sent for reply. `line` holds only the reasons that the role may read, at least one."""

    line: Line
    role: Role
    answer_by: date
    letterhead: Letterhead
    portfolio: Portfolio
    catalogue: Catalogue
    pmo: str

    @property
    def wording(self) -> Wording:
        return Wording.for_role(self.role, self.portfolio, self.catalogue)

    @property
    def file_name(self) -> str:
        """`question_norvane_ec-40_time-42-1.eml`: for whom and about what."""
        asked = replace(self.line.transition.alert, accountable=self.role.key)
        name = name_draft(replace(self.line, transition=replace(self.line.transition, alert=asked)))
        return f"question_{name}"


def draft_question(question: Question) -> bytes:
    """A ready-to-send mail of the PMO's own, that mail programs open for editing. The addressee is left open where the
    role has no usable address."""
    signer = find_signer(question.portfolio, question.pmo)
    sender = signer.address if signer and is_usable_address(signer.address) else None
    letterhead, role = question.letterhead, question.role
    envelope = Envelope(
        sender=sender or letterhead.reply_to or letterhead.sender,
        sender_name=signer.name if signer else letterhead.programme,
        to=role.address if is_usable_address(role.address) else None,
        to_name=role.name,
        subject=_write_subject(question),
        at=None,
        headers={"X-Unsent": "1", "X-Slipwatch-Alert": write_key(question.line.key)},
    )
    return _build(question, envelope, seed=question.file_name)


def compose_question(question: Question, *, at: datetime, not_before: datetime) -> OutboxMessage:
    """The same as a message of the outbox, for a role that is written to; it answers the first mail about the alert."""
    letterhead, role, key = question.letterhead, question.role, write_key(question.line.key)
    id = hash_text(letterhead.domain, letterhead.programme, "question", at.isoformat(), role.key, key)
    thread = write_thread(role.key, letterhead.programme, letterhead.domain, [question.line.root])
    envelope = Envelope(
        sender=letterhead.sender,
        sender_name=f"{letterhead.programme} · Slipwatch",
        to=role.address,
        to_name=role.name,
        subject=_write_subject(question),
        at=at.astimezone(question.wording.zone),
        reply_to=letterhead.reply_to,
        headers={
            "Message-ID": write_message_id(id, letterhead.domain),
            **thread,
            "List-Id": write_list_id(letterhead.programme, letterhead.domain),
            "X-Slipwatch-Programme": letterhead.programme,
            "X-Slipwatch-Alert": key,
        },
    )
    return OutboxMessage(
        id=id,
        recipient=role.key,
        address=role.address or "",
        channel=CHANNEL,
        payload=_build(question, envelope, seed=id),
        not_before=not_before,
        alerts=(question.line.key,),
    )


def _build(question: Question, envelope: Envelope, *, seed: str) -> bytes:
    document = Document(title=envelope.subject, language=question.wording.language, blocks=tuple(_write_body(question)))
    text = render_text(replace(document, title=""))
    return build_mail(envelope, text=text, html=render_mail(document), seed=seed)


def _write_subject(question: Question) -> str:
    alert = question.line.transition.alert
    name = question.wording.name_subject(alert.subject, alert.key.concern)
    program = clean_line(question.letterhead.programme, 20)
    return question.wording.say(
        "question.subject", subject=clean_line(name, 30), day=question.answer_by, programme=program
    )


def _write_body(question: Question) -> Iterator[Block]:
    say, line, programme = question.wording.say, question.line, question.letterhead.programme
    alert = line.transition.alert
    yield Paragraph(say("draft.greeting", role=clean_line(question.role.name, NAME_LIMIT)))
    yield Paragraph(say("question.opening", programme=programme))
    yield Paragraph((Span(question.wording.name_subject(alert.subject, alert.key.concern), strong=True),))
    yield Bullets(tuple(tell(reason, question.wording) for reason in line.reasons[:MOST_REASONS]))
    yield from write_evidence(line, question.wording)
    yield Paragraph((Span(say("draft.request"), strong=True),))
    yield Bullets((say("question.correct"), say("question.cause"), say("question.commitment")))
    yield Paragraph((Span(say("question.printed", day=question.answer_by), strong=True),))
    yield Paragraph(say("draft.closing"))
    signer = find_signer(question.portfolio, question.pmo)
    name = clean_line(signer.name, NAME_LIMIT) if signer else programme
    yield Paragraph(name if programme in name else say("draft.signature", role=name, programme=programme))
