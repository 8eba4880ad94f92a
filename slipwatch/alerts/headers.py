"""Headers and envelope of a mail (RFC 5322): cleaned before the email package sees them, the same on every repeat.

Threads. Every mail to a reader belongs to one conversation per programme, whose root is an id that is never sent itself
(clients show a missing root as the first mail of the conversation). A mail about a single alert answers the first mail
that told this reader of that alert; any other mail answers the root. RFC 5322 leaves undefined how a mail can answer
several, so a mail with several alerts never lists their mails: its place in the one conversation, in which each of them
has been told, makes an ending findable from its beginning, and `X-Slipwatch-Alert` names all of them.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email import policy
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import Policy

from slipwatch.document.escape import clean_header

MOST_SUBJECT_CHARACTERS = 78
MOST_KEYS = 50


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """From whom, to whom, when. Addresses are usable ones (alerts.addresses); names may be anything. `to` is None where
    the addressee is left open; `reply_to` None where answers go to the sender."""

    sender: str
    sender_name: str
    to: str | None
    to_name: str
    subject: str
    at: datetime | None
    reply_to: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class _IdsHeader(UnstructuredHeader, BaseHeader):
    """Message-IDs in a row, one per line: Python's own folding may encode a long one, which nothing then recognises."""

    def fold(self, *, policy: Policy) -> str:
        """The header as it is sent."""
        return f"{self.name}: {f'{policy.linesep} '.join(self.split())}{policy.linesep}"


_HEADERS = HeaderRegistry()
for _name in ("message-id", "in-reply-to", "references", "list-id"):
    _HEADERS.map_to_type(_name, _IdsHeader)
_POLICY = policy.SMTP.clone(header_factory=_HEADERS)


def build_mail(envelope: Envelope, *, text: str, html: str, seed: str) -> bytes:
    """The message with complete plain text first and HTML as the alternative, in ASCII, with CRLF; the same arguments
    give the same bytes. `seed` makes the boundary."""
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = _write_address(envelope.sender_name, envelope.sender)
    if envelope.to is not None:
        mail["To"] = _write_address(envelope.to_name, envelope.to)
    if envelope.reply_to is not None:
        mail["Reply-To"] = Address(addr_spec=envelope.reply_to)
    mail["Subject"] = clean_header(envelope.subject, MOST_SUBJECT_CHARACTERS)
    if envelope.at is not None:
        mail["Date"] = envelope.at
    for name, value in envelope.headers.items():
        mail[name] = clean_header(value, limit=2000)
    mail.set_content(text, cte="quoted-printable")
    mail.add_alternative(html, subtype="html", cte="quoted-printable")
    mail.set_boundary(f"slipwatch-{hash_text(seed)}")
    return mail.as_bytes()


def _write_address(name: str, address: str) -> Address:
    return Address(display_name=clean_header(name, 60), addr_spec=address)


def hash_text(*parts: str) -> str:
    """32 hexadecimal digits that stand for the parts."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def write_message_id(id: str, domain: str) -> str:
    """Message-ID of an outbox message."""
    return f"<{id}@{domain}>"


def write_thread(recipient: str, programme: str, domain: str, roots: Iterable[str | None]) -> dict[str, str]:
    """`In-Reply-To` and `References` of a mail that tells alerts with these first mails (None: not told before).

    A mail about one alert that was told before answers that first mail; every other answers the conversation's root.
    """
    conversation = f"<programme.{hash_text(programme, recipient)}@{domain}>"
    told = set(roots)
    parent = told.pop() if len(told) == 1 else None
    if parent is None or parent == conversation:
        return {"In-Reply-To": conversation, "References": conversation}
    return {"In-Reply-To": parent, "References": f"{conversation} {parent}"}


def write_list_id(programme: str, domain: str) -> str:
    """RFC 2919: an id for filters, made of the programme's name.

    >>> write_list_id("Déploiement Été 2026", "example.org")
    '<deploiement-ete-2026.slipwatch.example.org>'
    """
    ascii_name = unicodedata.normalize("NFKD", programme).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", ascii_name.lower()).strip("-")[:60] or "programme"
    return f"<{words}.slipwatch.{domain}>"
