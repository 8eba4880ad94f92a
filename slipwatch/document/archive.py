"""Office files are zip archives: read only where they are small enough, written so that the same content is the same
bytes."""

from __future__ import annotations

import io
import zipfile

MOST_BYTES = 300_000_000
"""Unpacked size of a file that is opened; a template is a few megabytes."""

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that an archive can note."""


def measure_archive(data: bytes) -> int | None:
    """Unpacked size in bytes as the archive declares it; None where it is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError):
        return None


def settle_archive(data: bytes) -> bytes:
    """The same archive without the time at which it was written."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            settled = zipfile.ZipInfo(entry.filename, EPOCH)
            settled.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(settled, old.read(entry))
    return buffer.getvalue()


def replace_part(data: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """The archive with one of its parts changed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            content = source.read(entry)
            target.writestr(entry, content.replace(old, new) if entry.filename == name else content)
    return buffer.getvalue()
