"""Compound files (OLE2), the container of old workbooks, of macros and of encrypted workbooks, and what stands in them.

Written from Microsoft's documents: [MS-CFB] compound files, [MS-XLS] old workbooks, [MS-OFFCRYPTO] 2.3.4 encryption by
password (ECMA-376 standard encryption, AES-128). A workbook locked here opens in a spreadsheet with its password.
"""

from __future__ import annotations

import hashlib
import itertools
import struct
from typing import Any

SECTOR = 512
FREE, END, TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
NONE = 0xFFFFFFFF
SMALLEST_STREAM = 4096
"""Smaller streams would stand in the mini stream; padding them to this size does without one."""


def make_compound(streams: dict[str, bytes]) -> bytes:
    """A compound file of these streams in its root. Streams shorter than 4096 bytes are filled up with zeros."""
    bodies = {name: body.ljust(SMALLEST_STREAM, b"\0") for name, body in streams.items()}
    directory_sectors = -(-(len(bodies) + 1) * 128 // SECTOR)
    chains, sectors, place = [], [], 0
    for body in [b"\0" * directory_sectors * SECTOR, *bodies.values()]:
        count = -(-len(body) // SECTOR)
        chains.append((place, count))
        sectors.append(body.ljust(count * SECTOR, b"\0"))
        place += count
    table_sectors = 1
    while (place + table_sectors) * 4 > table_sectors * SECTOR:
        table_sectors += 1
    table: list[int] = []
    for start, count in chains:
        table += [*range(start + 1, start + count), END]
    table += [TABLE] * table_sectors
    table += [FREE] * (table_sectors * SECTOR // 4 - len(table))
    sectors[0] = write_directory(list(bodies.items()), [start for start, _ in chains[1:]]).ljust(len(sectors[0]), b"\0")
    header = write_header(first_table=place, table_sectors=table_sectors)
    return header + b"".join(sectors) + struct.pack(f"<{len(table)}I", *table)


def write_header(*, first_table: int, table_sectors: int) -> bytes:
    places = [first_table + n for n in range(table_sectors)]
    if table_sectors > 109:
        raise ValueError("too large for a compound file without more tables")
    places += [FREE] * (109 - table_sectors)
    return struct.pack(
        "<8s16xHHHHH6xIIIIIIIII109I",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        0,
        table_sectors,
        0,
        0,
        SMALLEST_STREAM,
        END,
        0,
        END,
        0,
        *places,
    )


def write_directory(bodies: list[tuple[str, bytes]], starts: list[int]) -> bytes:
    """The root entry and one per stream, each the right neighbour of the one before, sorted as the format wants."""
    order = sorted(range(len(bodies)), key=lambda n: (len(bodies[n][0]), bodies[n][0].upper()))
    entries = [write_entry("Root Entry", kind=5, right=NONE, child=order[0] + 1, start=END, size=0)]
    after = dict(itertools.pairwise(order))
    for number, ((name, body), start) in enumerate(zip(bodies, starts, strict=True)):
        right = after[number] + 1 if number in after else NONE
        entries.append(write_entry(name, kind=2, right=right, child=NONE, start=start, size=len(body)))
    while len(entries) % 4:
        entries.append(write_entry("", kind=0, right=NONE, child=NONE, start=0, size=0))
    return b"".join(entries)


def write_entry(name: str, *, kind: int, right: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le")
    length = len(text) + 2 if name else 0
    return struct.pack("<64sHBBIII36xIQ", text, length, kind, 1, NONE, right, child, start, size)


def make_old_workbook(sheet: str, rows: list[list[Any]]) -> bytes:
    """A workbook of Excel 97 to 2003 (BIFF8) with one sheet of texts and numbers."""
    cells = b"".join(
        write_old_cell(down, across, cell)
        for down, row in enumerate(rows)
        for across, cell in enumerate(row)
        if cell is not None and cell != ""
    )
    name = sheet.encode("latin-1")
    begin = write_record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0x41, 0x06))
    place = len(begin) + 4 + 8 + len(name) + 4
    listed = write_record(0x0085, struct.pack("<IBBBB", place, 0, 0, len(name), 0) + name)
    start = write_record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0x41, 0x06))
    width = max(map(len, rows))
    size = write_record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0))
    end = write_record(0x000A, b"")
    return make_compound({"Workbook": begin + listed + end + start + size + cells + end})


def write_record(number: int, body: bytes) -> bytes:
    return struct.pack("<HH", number, len(body)) + body


def write_old_cell(down: int, across: int, cell: Any) -> bytes:
    if isinstance(cell, int | float):
        return write_record(0x0203, struct.pack("<HHHd", down, across, 0, float(cell)))
    text = str(cell)
    return write_record(0x0204, struct.pack("<HHHHB", down, across, 0, len(text), 1) + text.encode("utf-16-le"))


def lock_workbook(workbook: bytes, password: str) -> bytes:
    """The workbook encrypted by a password. The salt comes from the password, so that the bytes are always the same."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    salt = hashlib.sha256(password.encode()).digest()[:16]
    key = derive_key(password, salt)

    def encrypt(text: bytes) -> bytes:
        box = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305 — the mode that the format prescribes
        return box.update(text.ljust(-(-len(text) // 16) * 16, b"\0")) + box.finalize()

    proof = hashlib.md5(salt, usedforsecurity=False).digest()
    provider = "Microsoft Enhanced RSA and AES Cryptographic Provider\0".encode("utf-16-le")
    header = struct.pack("<IIIIIIII", 0x24, 0, 0x660E, 0x8004, 128, 0x18, 0, 0) + provider
    verifier = (
        struct.pack("<I16s", 16, salt)
        + encrypt(proof)
        + struct.pack("<I", 20)
        + encrypt(hashlib.sha1(proof, usedforsecurity=False).digest())
    )
    info = struct.pack("<HHII", 4, 2, 0x24, len(header)) + header + verifier
    return make_compound(
        {"EncryptionInfo": info, "EncryptedPackage": struct.pack("<Q", len(workbook)) + encrypt(workbook)}
    )


def derive_key(password: str, salt: bytes) -> bytes:
    """50,000 rounds of SHA-1, then the mask of the format."""
    digest = hashlib.sha1(salt + password.encode("utf-16-le"), usedforsecurity=False).digest()
    for turn in range(50_000):
        digest = hashlib.sha1(struct.pack("<I", turn) + digest, usedforsecurity=False).digest()
    digest = hashlib.sha1(digest + struct.pack("<I", 0), usedforsecurity=False).digest()
    masked = bytes(one ^ 0x36 for one in digest) + b"\x36" * (64 - len(digest))
    return hashlib.sha1(masked, usedforsecurity=False).digest()[:16]
