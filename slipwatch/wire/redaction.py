"""What is taken out of a text before it may enter an error: secrets by their value, and by where they usually stand."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote

MASK = "***"

_WORDS = "key|token|secret|password|passwd|pwd|auth|signature|sig"
_IN_QUERY = re.compile(rf"(?i)([?&;](?:[\w-]*[_-]|api|access|auth|user)?(?:{_WORDS}))=[^&\s\"'#]*")
_IN_ADDRESS = re.compile(r"(?i)(\b[a-z][a-z0-9+.-]*://)[^/\s@\"']+@")
_IN_HEADER = re.compile(r"(?i)\b(bearer|basic|session|token)\s+[A-Za-z0-9+/=._~-]{8,}")
_SHORTEST = 4


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """The text with every secret masked, also where it is percent-encoded; shorter ones than 4 signs are left."""
    for secret in sorted({form for value in secrets for form in spell(value)}, key=len, reverse=True):
        text = text.replace(secret, MASK)
    text = _IN_QUERY.sub(rf"\1={MASK}", text)
    text = _IN_ADDRESS.sub(rf"\1{MASK}@", text)
    return _IN_HEADER.sub(rf"\1 {MASK}", text)


def spell(value: str) -> set[str]:
    """The forms in which a secret can appear: whole, its words, percent-encoded."""
    words = {value, *value.split()}
    return {form for word in words if len(word) >= _SHORTEST for form in (word, quote(word, safe=""))}
