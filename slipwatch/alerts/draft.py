"""Ready-to-send drafts: what the PMO would write to the accountable role, to be opened, read and sent by a person."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from slipwatch.alerts.addresses import is_usable_address
from slipwatch.alerts.audience import Audience, SupplierOf, name_no_supplier
from slipwatch.alerts.card import MOST_REASONS, TEXT_LIMIT, tell, write_evidence
from slipwatch.alerts.headers import Envelope, build_mail
from slipwatch.alerts.letterhead import Letterhead
from slipwatch.alerts.routing import Line
from slipwatch.alerts.wording import NAME_LIMIT, Wording
from slipwatch.document.blocks import Block, Bullets, Document, Paragraph, Span
from slipwatch.document.escape import clean_line
from slipwatch.document.mail import render_mail
from slipwatch.document.text import render_text
from slipwatch.errors import ConfigError
from slipwatch.locales import Catalogue
from slipwatch.model.alert import AlertKey
from slipwatch.model.portfolio import Portfolio, Role

MOST_NAME_CHARACTERS = 40


@dataclass(frozen=True, kw_only=True)
class Draft:
    """`name` is a file name, the same for the same alert; `payload` an RFC 5322 message with X-Unsent, which mail
    programs open for editing instead of showing it as received."""

    name: str
    role: str
    alert: AlertKey
    payload: bytes


def draft(
    line: Line,
    letterhead: Letterhead,
    *,
    run: int,
    portfolio: Portfolio,
    catalogue: Catalogue,
    pmo: str | None = None,
    supplier_of: SupplierOf = name_no_supplier,
) -> Draft:
    """One mail to the accountable role of a new or worse alert, in its language, with only what its side and supplier
    may read; where that is nothing, it names the subject and asks to talk.

    `line` comes from `Letter.drafts`. The addressee is left open where the role has no usable address; `pmo` is the key
    of the role that signs (None: the first of the PMO's side). Raises `ConfigError` for an
    accountable role that is not declared.
    """
    role = portfolio.roles.get(line.transition.alert.accountable or "")
    if role is None:
        raise ConfigError(
            "nobody to write to",
            subject=str(line.transition.alert.accountable),
            cure="declare the role in portfolio.yaml",
        )
    audience = Audience(pmo=pmo or "", portfolio=portfolio, supplier_of=supplier_of)
    readable = audience.list_readable(role, line.transition.alert)
    letter = _Letter(
        line=Line(transition=line.transition, reasons=readable, root=line.root),
        role=role,
        signer=find_signer(portfolio, pmo),
        letterhead=letterhead,
        wording=Wording.for_role(role, portfolio, catalogue),
    )
    return Draft(name=name_draft(line), role=role.key, alert=line.key, payload=letter.build(run))


def find_signer(portfolio: Portfolio, pmo: str | None) -> Role | None:
    """The PMO's own role: the one named, else the first of the PMO's side."""
    pmo_roles = (role for role in portfolio.roles.values() if role.side == "pmo")
    return portfolio.roles.get(pmo) if pmo else next(pmo_roles, None)


@dataclass(frozen=True)
class _Letter:
    """A draft while it is written."""

    line: Line
    role: Role
    signer: Role | None
    letterhead: Letterhead
    wording: Wording

    def build(self, run: int) -> bytes:
        alert, say = self.line.transition.alert, self.wording.say
        name = self.wording.name_subject(alert.subject, alert.key.concern)
        blocks = tuple(self._write_body(name))
        document = Document(title=name, language=self.wording.language, blocks=blocks)
        envelope = Envelope(
            sender=self._find_sender(),
            sender_name=self.signer.name if self.signer else self.letterhead.programme,
            to=self.role.address if is_usable_address(self.role.address) else None,
            to_name=self.role.name,
            subject=say("draft.subject", subject=clean_line(name, 40), programme=self.letterhead.programme),
            at=None,
            headers={"X-Unsent": "1", "X-Slipwatch-Run": str(run)},
        )
        text = render_text(Document(title="", language=document.language, blocks=blocks))
        return build_mail(envelope, text=text, html=render_mail(document), seed=f"{run}/{name_draft(self.line)}")

    def _find_sender(self) -> str:
        if self.signer is not None and is_usable_address(self.signer.address):
            return self.signer.address or ""
        return self.letterhead.reply_to or self.letterhead.sender

    def _write_body(self, name: str) -> Iterator[Block]:
        wording, say = self.wording, self.wording.say
        programme = self.letterhead.programme
        yield Paragraph(say("draft.greeting", role=clean_line(self.role.name, NAME_LIMIT)))
        yield Paragraph(say("draft.opening", programme=programme))
        yield Paragraph((Span(name, strong=True),))
        if self.line.reasons:
            yield Bullets(tuple(tell(reason, wording) for reason in self.line.reasons[:MOST_REASONS]))
            yield from write_evidence(self.line, wording)
            yield Paragraph((Span(say("draft.request"), strong=True),))
            yield Bullets((*dict.fromkeys(self._list_requests()), say("draft.answer")))
        else:
            yield Paragraph(say("draft.withheld"))
        yield Paragraph(say("draft.closing"))
        signer = clean_line(self.signer.name, NAME_LIMIT) if self.signer else programme
        yield Paragraph(signer if programme in signer else say("draft.signature", role=signer, programme=programme))

    def _list_requests(self) -> Iterator[str]:
        """What is asked of the addressee: the rule's own request, else on our own side the proposed action.

        What the PMO should do about an outsider is not told to the outsider.
        """
        for reason in self.line.reasons[:MOST_REASONS]:
            request = replace(reason.finding.action, id=f"{reason.rule}.request")
            if self.wording.catalogue.has(request.id):
                yield clean_line(self.wording.tell(request), TEXT_LIMIT)
            elif self.role.side == "owner":
                yield clean_line(self.wording.tell(reason.finding.action), TEXT_LIMIT)


def name_draft(line: Line) -> str:
    """A file name that says for whom and about what, safe on every system: `norvane_sit-exit_time-42-1.eml`."""
    alert = line.transition.alert
    key = alert.key
    words = (alert.accountable or "nobody", alert.subject.key, f"{key.concern}-{key.subject}-{key.episode}")
    return "_".join(_slug(word) for word in words) + ".eml"


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:MOST_NAME_CHARACTERS].strip("-") or "x"
