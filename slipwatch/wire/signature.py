"""What a file is by its first bytes, whatever its name says: the wrong one is refused with the cure."""

from __future__ import annotations

from pathlib import Path

from slipwatch.errors import PermanentError

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"%PDF-", "pdf"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"\x1f\x8b", "gzip"),
    (b"{\\rtf", "rtf"),
)

_MEANINGS = {
    "zip": ("is a workbook or a zip archive", "declare the format `xlsx`, or export the format that is declared"),
    "pdf": ("is a PDF", "ask for the data as a file of rows; a PDF holds none that can be trusted"),
    "picture": ("is a picture", "ask for the data as a file of rows"),
    "gzip": ("is compressed with gzip", "unpack it before it is dropped"),
    "rtf": ("is a text document", "ask for the data as a file of rows"),
    "html": ("is a web page: an export that failed, or a login page", "export again and open the file once"),
    "text": ("is a text, not a workbook", "declare the format `csv` or `json`"),
    "old_workbook": ("is a workbook of the old .xls kind", "save it as .xlsx"),
    "locked": ("is protected by a password", "save it without a password, or protect the folder instead"),
    "empty": ("is empty", "export it again"),
}

_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_DIRECTORY_BYTES = 1 << 20


def identify(path: Path) -> str:
    """One word for the contents: zip, pdf, html, text, old_workbook, locked, empty ... Raises OSError."""
    with path.open("rb") as file:
        head = file.read(512)
        kind = next((kind for signature, kind in _SIGNATURES if head.startswith(signature)), "")
        if kind == "ole":
            return _identify_ole(head + file.read(_DIRECTORY_BYTES), path)
    if not head:
        return "empty"
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return kind or ("html" if start.startswith((b"<!doctype html", b"<html", b"<head", b"<table")) else "text")


def _identify_ole(head: bytes, path: Path) -> str:
    """An encrypted workbook is a compound file whose directory, often at its end, names the encrypted package."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _DIRECTORY_BYTES))
        return "locked" if _ENCRYPTED in head or _ENCRYPTED in file.read() else "old_workbook"


def require_contents(path: Path, wanted: str) -> None:
    """Raises `PermanentError` unless the file holds what its format needs: `zip` for a workbook, else `text`."""
    kind = identify(path)
    if kind != wanted:
        meaning, cure = _MEANINGS[kind]
        raise PermanentError(meaning, subject=path.name, cure=cure)
