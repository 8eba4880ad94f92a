"""A real SMTP server that keeps what it is sent: an .eml and a .json (the envelope) per message, by order of arrival.

    python tests/servers/smtp_sink.py --folder OUT [--port 8025]

Prints its address as one line of JSON once it listens (port 0 takes a free one), then serves until it is ended. A
recipient is refused by the first word of its address: `refused...@` for good (550), `busy...@` for now (451), so that a
test chooses the answer by the address that it writes to.
"""

import argparse
import asyncio
import itertools
import json
import os
import signal
import sys
from pathlib import Path

from aiosmtpd.smtp import SMTP

ANSWERS = {"refused": "550 5.1.1 no such mailbox", "busy": "451 4.3.0 try again later"}


class Sink:
    def __init__(self, folder):
        self.folder = folder
        self.numbers = itertools.count(1 + sum(1 for _ in folder.glob("*.eml")))

    async def handle_RCPT(self, server, session, envelope, address, options):
        for start, answer in ANSWERS.items():
            if address.startswith(start):
                return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        name = f"{next(self.numbers):05d}"
        facts = {"from": envelope.mail_from, "to": envelope.rcpt_tos, "size_bytes": len(envelope.content)}
        self.keep(f"{name}.json", json.dumps(facts).encode())
        self.keep(f"{name}.eml", envelope.content)  # last: who waits for the message finds its envelope
        return "250 kept"

    def keep(self, name, content):
        half = self.folder / f".{name}"
        half.write_bytes(content)
        os.replace(half, self.folder / name)


async def serve(folder, port):
    folder.mkdir(parents=True, exist_ok=True)
    sink = Sink(folder)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(sink, enable_SMTPUTF8=True, hostname="localhost", loop=loop), "127.0.0.1", port
    )
    host, port = server.sockets[0].getsockname()
    print(json.dumps({"host": host, "port": port, "folder": str(folder)}), flush=True)
    ended = asyncio.Event()
    if sys.platform != "win32":
        loop.add_signal_handler(signal.SIGTERM, ended.set)
    await ended.wait()
    server.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    asyncio.run(serve(options.folder.resolve(), options.port))


if __name__ == "__main__":
    main()
