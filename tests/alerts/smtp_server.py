"""A mail server on loopback that fails on demand: where, how, how often, and for whom."""

import asyncio
import contextlib
import datetime
import ssl
import threading
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

CHARSET = "latin-1"


@dataclass
class Fault:
    """`step` is connect, ehlo, starttls, auth, noop, mail, rcpt, data, body, end or quit; `act` a reply to give
    instead, or `drop`, `silent` or `drip` (one byte at a time). It strikes `times` times, for `only` where a recipient
    is named."""

    step: str
    act: str
    times: int = 1
    only: str | None = None

    def strikes(self, step: str, recipient: str | None) -> bool:
        if self.step != step or self.times <= 0 or (self.only and self.only != recipient):
            return False
        self.times -= 1
        return True


@dataclass
class Server:
    """Started by `with`. `accepted` are (recipient, payload) pairs that it took responsibility for; `heard` are the
    commands of all sessions, each marked as encrypted or not."""

    faults: list[Fault] = field(default_factory=list)
    tls: ssl.SSLContext | None = None
    offers_starttls: bool = True
    offers_auth: bool = False
    implicit: bool = False
    port: int = 0
    accepted: list[tuple[str, bytes]] = field(default_factory=list)
    heard: list[tuple[bool, str]] = field(default_factory=list)
    sessions: int = 0

    def __enter__(self):
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()
        self.tasks: set[asyncio.Task] = set()
        started = asyncio.run_coroutine_threadsafe(self.start(), self.loop)
        self.server = started.result(10)
        self.port = self.server.sockets[0].getsockname()[1]
        return self

    async def start(self):
        wrapped = self.tls if self.implicit else None
        return await asyncio.start_server(self.serve, "127.0.0.1", 0, ssl=wrapped)

    def __exit__(self, *_error):
        asyncio.run_coroutine_threadsafe(self.stop(), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()

    async def stop(self):
        self.server.close()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def serve(self, reader, writer):
        self.sessions += 1
        self.tasks.add(asyncio.current_task())
        with contextlib.suppress(OSError, EOFError, asyncio.CancelledError, ssl.SSLError, _Dropped):
            await _Session(self, reader, writer).talk()
        with contextlib.suppress(OSError, ssl.SSLError):
            writer.close()
        self.tasks.discard(asyncio.current_task())


class _Dropped(Exception):
    """The line was cut on purpose."""


class _Session:
    def __init__(self, server, reader, writer):
        self.server, self.reader, self.writer = server, reader, writer
        self.encrypted, self.recipient = server.implicit, None

    async def answer(self, step, reply):
        for fault in self.server.faults:
            if fault.strikes(step, self.recipient):
                await self.fail(fault.act)
                return False
        await self.write(reply)
        return True

    async def fail(self, act):
        if act == "drop":
            self.writer.transport.abort()
            raise _Dropped
        if act == "silent":
            await asyncio.sleep(3600)
        if act == "drip":
            for sign in "220 drip" + "." * 3600:
                self.writer.write(sign.encode(CHARSET))
                await asyncio.sleep(0.2)
        await self.write(act)

    async def write(self, reply):
        self.writer.write(f"{reply}\r\n".encode(CHARSET))
        await self.writer.drain()

    async def talk(self):
        if not await self.answer("connect", "220 mail.example ESMTP"):
            return
        while line := await self.reader.readline():
            text = line.decode(CHARSET).rstrip("\r\n")
            self.server.heard.append((self.encrypted, text))
            verb = text.split(" ")[0].split(":")[0].upper()
            if verb == "QUIT":
                await self.answer("quit", "221 2.0.0 bye")
                return
            await getattr(self, f"do_{verb.lower()}", self.do_unknown)(text)

    async def do_unknown(self, _text):
        await self.write("502 5.5.1 unknown command")

    async def do_ehlo(self, _text):
        offers = ["250-mail.example", "250-SIZE 10000000"]
        if self.server.offers_starttls and self.server.tls and not self.encrypted:
            offers.append("250-STARTTLS")
        if self.server.offers_auth:
            offers.append("250-AUTH PLAIN")
        await self.answer("ehlo", "\r\n".join([*offers, "250 ENHANCEDSTATUSCODES"]))

    async def do_starttls(self, _text):
        if await self.answer("starttls", "220 2.0.0 go ahead"):
            await self.writer.start_tls(self.server.tls)
            self.encrypted = True

    async def do_auth(self, _text):
        await self.answer("auth", "235 2.7.0 welcome")

    async def do_noop(self, _text):
        await self.answer("noop", "250 2.0.0 still here")

    async def do_mail(self, _text):
        self.recipient = None
        await self.answer("mail", "250 2.1.0 ok")

    async def do_rcpt(self, text):
        self.recipient = text.partition("<")[2].partition(">")[0]
        await self.answer("rcpt", "250 2.1.5 ok")

    async def do_data(self, _text):
        if not await self.answer("data", "354 end with a dot"):
            return
        body = b""
        while not body.endswith(b"\r\n.\r\n"):
            body += await self.reader.readline()
            if any(fault.strikes("body", self.recipient) for fault in self.server.faults):
                await self.fail("drop")
        for fault in self.server.faults:
            if fault.act == "drop" and fault.strikes("end", self.recipient):
                self.take(body)  # accepted, and the line breaks before anybody is told
                await self.fail("drop")
        if await self.answer("end", "250 2.0.0 queued as 1"):
            self.take(body)

    def take(self, body):
        self.server.accepted.append((self.recipient, body[:-3]))


def make_certificate(folder: Path, *, names=("localhost",), days=30) -> tuple[ssl.SSLContext, Path]:
    """A server context with a fresh self-signed certificate, and the file in which a client can trust it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=60))
        .not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(each) for each in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    trusted = folder / "certificate.pem"
    trusted.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private = folder / "key.pem"
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(trusted, private)
    return context, trusted
