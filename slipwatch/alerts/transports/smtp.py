"""Sends through a mail server with the standard library, which alone tells the refusal of each recipient.

The link is encrypted before anything is said about who we are; only a server on this very machine may do without.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes, policy
from email.headerregistry import Address
from pathlib import Path
from smtplib import SMTP, SMTPDataError, SMTPException, SMTPResponseException
from typing import ClassVar, Literal

from pydantic import Field, model_validator

from slipwatch.alerts.transports import CONTRACT_VERSION, Reply, TransportOptions
from slipwatch.alerts.transports.smtp_link import is_loopback, name_failures, open_link, read_answer
from slipwatch.errors import DeliveryError
from slipwatch.model.alert import OutboxMessage

TOO_LARGE = 552


class SmtpOptions(TransportOptions):
    """Where the mail server is and how it is spoken to.

    `starttls`: `required` always encrypts; `off_loopback_only` lets a server on this machine do without; `implicit`
    speaks TLS from the first byte (port 465). `username` and `password` are secret references. `certificates` is a file
    with the authorities to trust, where the server's is not a public one. `timeout_seconds` bounds the whole dialogue
    about one message.
    """

    host: str = Field(min_length=1)
    port: int = Field(default=587, ge=1, le=65535)
    starttls: Literal["required", "off_loopback_only", "implicit"] = "required"
    username: str | None = None
    password: str | None = None
    certificates: str | None = None
    timeout_seconds: float = Field(default=30.0, gt=0, le=120)

    @model_validator(mode="after")
    def check_pair(self) -> SmtpOptions:
        """A user name without password, or the other way round, is a mistake."""
        if (self.username is None) != (self.password is None):
            raise ValueError("username and password belong together")
        return self


class SmtpTransport:
    """One connection per message: a relay that sends a handful of mails needs no more, and no state can leak."""

    name: ClassVar[str] = "smtp"
    contract_version: ClassVar[int] = CONTRACT_VERSION
    Options: ClassVar[type[SmtpOptions]] = SmtpOptions

    def __init__(self, options: SmtpOptions, resolve: Callable[[str], str], home: Path) -> None:
        self.options = options
        self.resolve = resolve
        self.home = home

    def send(self, message: OutboxMessage) -> Reply:
        """Hand over one message to its one recipient.

        Raises `DeliveryError`: permanent for 5xx about the recipient or the message. Whatever is about the server, the
        line or our account is not permanent; then `code` is None, unless the relay knows the code. Where the line broke
        after the last dot, the server may have accepted. Raises `ConfigError` for a missing secret.
        """
        with self._open() as link:
            self._introduce(link)
            reply = _hand_over(link, message)
            with suppress(SMTPException, OSError):  # accepted is accepted, whatever the farewell
                link.quit()
            return reply

    def check(self) -> str:
        """Connect, encrypt and log in as for a message, and take leave. Raises `DeliveryError` and `ConfigError`."""
        with self._open() as link:
            self._introduce(link)
            code, answer = link.noop()
            if code != 250:
                raise SMTPResponseException(code, answer)
            found = _describe(link, login=self.options.username is not None)
            with suppress(SMTPException, OSError):
                link.quit()
            return f"{self.options.host}:{self.options.port} {found}"

    def close(self) -> None:
        """No connection outlives a message."""

    @property
    def _subject(self) -> str:
        return f"mail server {self.options.host}:{self.options.port}"

    @contextmanager
    def _open(self) -> Iterator[SMTP]:
        options = self.options
        secure = self._trust() if options.starttls == "implicit" else None
        with (
            name_failures(self._subject),
            open_link(options.host, options.port, seconds=options.timeout_seconds, secure=secure) as link,
        ):
            yield link

    def _introduce(self, link: SMTP) -> None:
        """Greet, encrypt, greet again, and only then say who we are."""
        link.ehlo_or_helo_if_needed()
        if self.options.starttls != "implicit":
            self._encrypt(link)
        if self.options.username is not None and self.options.password is not None:
            self._log_in(link, self.options.username, self.options.password)

    def _encrypt(self, link: SMTP) -> None:
        if link.has_extn("starttls"):
            link.starttls(context=self._trust())
            link.ehlo()
        elif not (self.options.starttls == "off_loopback_only" and is_loopback(link)):
            raise DeliveryError(
                "the server offers no encryption (STARTTLS), nothing was sent",
                permanent=False,
                subject=self._subject,
                cure="use its submission port; where it used to offer it, somebody may stand in between",
            )

    def _log_in(self, link: SMTP, username: str, password: str) -> None:
        if not isinstance(link.sock, ssl.SSLSocket):
            raise DeliveryError(
                "a password is never sent over an open line",
                permanent=False,
                subject=self._subject,
                cure="let the server offer STARTTLS, or leave out username and password",
            )
        link.login(self.resolve(username), self.resolve(password))

    def _trust(self) -> ssl.SSLContext:
        """The system's authorities, or those of the given file; the server's name is always verified."""
        if self.options.certificates is None:
            return ssl.create_default_context()
        return ssl.create_default_context(cafile=str(self.home / Path(self.options.certificates).expanduser()))


def _describe(link: SMTP, *, login: bool) -> str:
    encryption = link.sock.version() if isinstance(link.sock, ssl.SSLSocket) else None
    line = f"answers over {encryption}" if encryption else "answers, not encrypted (it is on this machine)"
    return f"{line}, and takes the login" if login else f"{line}, without login"


def _hand_over(link: SMTP, message: OutboxMessage) -> Reply:
    size = [f"size={len(message.payload)}"] if link.has_extn("size") else []
    code, answer = link.mail(_find_sender(message.payload), size)
    _demand(code, answer, message.address, is_ours=code != TOO_LARGE)
    _demand(*link.rcpt(message.address), message.address)
    code, words = _send_text(link, message.payload)
    _demand(code, words, message.address)
    return Reply(code=code, text=read_answer(words))


def _send_text(link: SMTP, payload: bytes) -> tuple[int, bytes | str]:
    try:
        return link.data(payload)
    except SMTPDataError as error:  # refused before its text
        return error.smtp_code, error.smtp_error


def _demand(code: int, answer: bytes | str, subject: str, *, is_ours: bool = False) -> None:
    """Raise `DeliveryError` for anything but success. A refusal that is ours (of the sender) is not the message's."""
    if not 200 <= code < 300:
        permanent = 500 <= code < 600 and not is_ours
        raise DeliveryError(
            f"refused with {code}: {read_answer(answer)}",
            permanent=permanent,
            code=None if is_ours or code < 0 else code,
            subject=subject,
        )


def _find_sender(payload: bytes) -> str:
    """The mailbox in the From header: refusals that come later go there."""
    header = message_from_bytes(payload, policy=policy.SMTP)["From"]
    addresses: tuple[Address, ...] = header.addresses
    return addresses[0].addr_spec
