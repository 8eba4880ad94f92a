"""Mail addresses: one that parses to exactly one mailbox, in ASCII, or none."""

from __future__ import annotations

import re
from email.utils import getaddresses

_MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")


def is_usable_address(address: str | None) -> bool:
    """Whether a text is one plain mailbox (`local@domain`): no display name, list, comment or quoting.

    >>> [is_usable_address(text) for text in ("a@b.org", "a@b.org, c@d.org", "a@b.org\\nBcc: c@d.org", "", None)]
    [True, False, False, False, False]
    """
    if not address or not _MAILBOX.fullmatch(address) or ".." in address:
        return False
    return getaddresses([address]) == [("", address)]
