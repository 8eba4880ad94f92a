"""A connection to a mail server that ends in time, and its failures in words."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from ipaddress import ip_address
from smtplib import SMTP, SMTP_SSL, SMTPException, SMTPResponseException
from threading import Timer

from slipwatch.alerts.transports import ACCOUNT_CODES, CHANNEL_CODES
from slipwatch.errors import DeliveryError

STEP_SECONDS = 20.0
"""Longest silence within a dialogue; the dialogue as a whole has its own bound."""


class _Link(SMTP):
    """Knows the name that TLS has to verify before it is connected: only then can a connection be bounded from outside.

    The name we greet with is never looked up in the DNS, which may be slower than the mail.
    """

    def __init__(self, host: str, seconds: float) -> None:
        super().__init__(local_hostname=name_ourselves(), timeout=min(seconds, STEP_SECONDS))
        self._host = host


class _SecureLink(SMTP_SSL):
    def __init__(self, host: str, seconds: float, context: ssl.SSLContext) -> None:
        super().__init__(local_hostname=name_ourselves(), timeout=min(seconds, STEP_SECONDS), context=context)
        self._host = host


def name_ourselves() -> str:
    """The machine's full name where it has one, else an address literal (RFC 5321 4.1.4)."""
    name = socket.gethostname()
    return name if "." in name and name.isascii() else "[127.0.0.1]"


@contextmanager
def open_link(host: str, port: int, *, seconds: float, secure: ssl.SSLContext | None) -> Iterator[SMTP]:
    """A connected server that has greeted us; the line is cut after `seconds`, however slowly the other side talks.

    Raises `DeliveryError`, `SMTPException` or `OSError`.
    """
    link: SMTP = _Link(host, seconds) if secure is None else _SecureLink(host, seconds, secure)
    cut: list[bool] = []
    timer = Timer(seconds, _cut, [link, cut])
    timer.daemon = True
    timer.start()
    try:
        code, greeting = link.connect(host, port)
        if code != 220:
            raise SMTPResponseException(code, greeting)
        yield link
    except (SMTPException, OSError) as error:
        if cut:
            raise TimeoutError(f"given up after {seconds:g} s") from error
        raise
    finally:
        timer.cancel()
        link.close()


def _cut(link: SMTP, cut: list[bool]) -> None:
    cut.append(True)
    if link.sock is not None:
        with suppress(OSError):
            link.sock.shutdown(socket.SHUT_RDWR)


def is_loopback(link: SMTP) -> bool:
    """Whether the far end is this very machine, by the address that was connected to and not by its name."""
    if link.sock is None or link.sock.family not in (socket.AF_INET, socket.AF_INET6):
        return False
    return ip_address(link.sock.getpeername()[0].split("%")[0]).is_loopback


def read_answer(answer: bytes | str) -> str:
    """A server's words on one line, cut to a length that fits a report; its enhanced status (RFC 3463) leads them."""
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return " ".join(text.split())[:300]


@contextmanager
def name_failures(subject: str) -> Iterator[None]:
    """Every way in which the standard library says that it did not work, as a `DeliveryError`."""
    try:
        yield
    except SMTPResponseException as error:
        raise DeliveryError(
            f"refused with {error.smtp_code}: {read_answer(error.smtp_error)}",
            permanent=False,
            code=error.smtp_code if error.smtp_code in CHANNEL_CODES else None,
            subject=subject,
            cure=_find_cure(error.smtp_code),
        ) from error
    except SMTPException as error:
        raise DeliveryError(
            f"the dialogue broke: {error}",
            permanent=False,
            subject=subject,
            cure="try again; if it stays so, check that this is its submission port",
        ) from error
    except ssl.SSLError as error:
        raise _distrust(error, subject) from error
    except OSError as error:
        words = error.strerror or str(error) or type(error).__name__
        raise DeliveryError(
            f"not reached: {words}",
            permanent=False,
            subject=subject,
            cure="check host and port, and whether a firewall is in between; port 465 wants `starttls: implicit`",
        ) from error


def _find_cure(code: int) -> str:
    if code in ACCOUNT_CODES:
        return "renew user name and password, and ask whether this account may send"
    if 400 <= code < 500:
        return "it says that this passes: try again later"
    return "ask whoever runs it whether this machine may send"


def _distrust(error: ssl.SSLError, subject: str) -> DeliveryError:
    reason = getattr(error, "verify_message", "") or error.reason or "the handshake failed"
    return DeliveryError(
        f"the server cannot be trusted: {reason}",
        permanent=False,
        subject=subject,
        cure="renew its certificate, use the name it is made out to, or name its authority in `certificates`",
    )
