"""Upstream text is hostile in every output: what each medium must not be given, taken out or made inert.

Nothing here raises for odd input: a title that cannot be shown as it is, is shown as near to it as is safe.
"""

from __future__ import annotations

import html
import re
import unicodedata
from email.errors import HeaderParseError
from email.header import decode_header
from urllib.parse import quote, urlsplit

FORMULA_STARTERS = "=+-@\t\r＝＋－＠"
"""First characters that make a spreadsheet read a cell as a formula (OWASP's six, and their full-width forms)."""

XLSX_MOST_CHARACTERS = 32_767
HEADER_MOST_CHARACTERS = 200
_SCHEMES = frozenset({"http", "https", "mailto"})
_JOINERS = "\u200c\u200d"
"""Invisible, but letters of Persian and Indic words and of composed signs hang on them."""


def _is_kept(character: str) -> bool:
    category = unicodedata.category(character)
    if category in ("Cc", "Cf"):
        return character in "\n\t" or character in _JOINERS
    return category != "Cs"


def clean_text(text: str) -> str:
    """Drop control, bidirectional and invisible characters and halves of surrogate pairs; every kind of line end is a
    newline.

    >>> clean_text("a\\x1b[31m b\\u202ec\\u2028d\\r\\ne")
    'a[31m bc\\nd\\ne'
    """
    lines = re.sub("\r\n|[\r\x0b\x0c\x85\u2028\u2029]", "\n", text)
    if lines.isascii() and lines.isprintable():
        return lines
    return "".join(filter(_is_kept, lines))


def clean_line(text: str, limit: int | None = None) -> str:
    """`clean_text` on one line, blanks collapsed; cut to `limit` characters with an ellipsis.

    >>> clean_line("  two\\n lines ", 6)
    'two l…'
    """
    line = " ".join(clean_text(text).split())
    return line if limit is None or len(line) <= limit else line[: limit - 1].rstrip() + "…"


def escape_html(text: str) -> str:
    """Text that is text in HTML, in an element or in a quoted attribute."""
    return html.escape(clean_text(text), quote=True)


_MARKDOWN_ACTIVE = re.compile(r"([\\`*_{}\[\]()#|!~$^@])")
_MARKDOWN_START = re.compile(r"^([-+=:]|\d+(?=[.)]))")


def escape_markdown(text: str) -> str:
    """One line that is text in Markdown with GitHub's extensions, also in a table cell: no emphasis, link, image, code,
    heading, HTML, formula or automatic link.

    >>> escape_markdown("![x](http://a) <b> | `c`")
    '\\\\!\\\\[x\\\\]\\\\(http\\\\://a\\\\) &lt;b&gt; \\\\| \\\\`c\\\\`'
    """
    line = _MARKDOWN_ACTIVE.sub(r"\\\1", clean_line(text).replace("&", "&amp;"))
    line = line.replace("<", "&lt;").replace(">", "&gt;").replace("://", "\\://")
    line = re.sub(r"\bwww\.", r"www\\.", line, flags=re.IGNORECASE)
    return _MARKDOWN_START.sub(lambda found: _escape_start(found.group()), line)


def _escape_start(start: str) -> str:
    return f"\\{start}" if not start.isdigit() else f"{start}\\"


_FORMULA = f"'*[{re.escape(FORMULA_STARTERS)}]"
_CUT = re.compile(rf"""([,;|\t\n]["\s]*)({_FORMULA})""")
_UNCUT = re.compile(rf"""([,;|\t\n]["\s]*)'({_FORMULA})""")
"""A place at which a program that expects another delimiter would cut a formula out of a text."""


def escape_csv_cell(value: object) -> object:
    """A cell that no spreadsheet computes: an apostrophe goes before text that starts like a formula (or with an
    apostrophe), and before a formula that a program expecting another delimiter would cut out of the text, as a French
    spreadsheet does with the semicolon. Numbers and dates stay what they are. Write rows with `csv.QUOTE_ALL`.

    >>> escape_csv_cell("=1+1"), escape_csv_cell(-5), escape_csv_cell("ok;=1+1"), restore_csv_cell("'=1+1")
    ("'=1+1", -5, "ok;'=1+1", '=1+1')
    """
    if not isinstance(value, str):
        return value
    text = _CUT.sub(r"\1'\2", clean_text(value))
    first = text.lstrip()[:1]
    return f"'{text}" if first and (first in FORMULA_STARTERS or first == "'") else text


def restore_csv_cell(text: str) -> str:
    """The cell as it was before `escape_csv_cell` (characters that were cleaned away stay away)."""
    whole = text[1:] if text.startswith("'") else text
    return _UNCUT.sub(r"\1\2", whole)


def escape_xlsx_cell(value: str) -> str:
    """Text for a *string* cell (`write_string`, never `write`): without what XML or a workbook refuses, cut to the
    length of a cell. A leading "=" stays, because a string cell is never computed."""
    text = "".join(sign for sign in clean_text(value) if sign not in "\ufffe\uffff")
    return text if len(text) <= XLSX_MOST_CHARACTERS else text[: XLSX_MOST_CHARACTERS - 1] + "…"


def clean_header(text: str, limit: int = HEADER_MOST_CHARACTERS) -> str:
    """Text for a mail header, before the email package sees it.

    Encoded words (RFC 2047) are decoded first: Python's own writer decodes them later, and a newline that was hidden in
    one would become a header of its own (python/cpython#121650).

    >>> clean_header("Late =?UTF-8?Q?=0A?=Bcc: x")
    'Late Bcc: x'
    """
    for _ in range(3):
        decoded = _decode_words(text)
        if decoded == text:
            break
        text = decoded
    return clean_line(text.replace("=?", "= ?").replace("?=", "? ="), limit)


def _decode_words(text: str) -> str:
    if "=?" not in text:
        return text
    try:
        parts = decode_header(clean_text(text))
    except (HeaderParseError, ValueError):  # a base64 word that is none
        return text.replace("=?", "= ?")
    return " ".join(_decode_part(part, charset) for part, charset in parts)


def _decode_part(part: bytes | str, charset: str | None) -> str:
    if isinstance(part, str):
        return part
    try:
        return part.decode(charset or "latin-1", "replace")
    except LookupError:
        return part.decode("latin-1")


def clean_terminal(text: str) -> str:
    """Text for a terminal: no escape sequence can start, no line can be overwritten."""
    return clean_text(text).replace("\t", "    ")


def clean_url(url: str | None) -> str | None:
    """The address if a reader may safely click on it, else None: http, https or mailto, with a host, without a
    password, blank or control character; quotes and angle brackets are percent-encoded."""
    if not url or url != clean_text(url) or re.search(r"[\s\\]", url):
        return None
    try:
        parts = urlsplit(url)
        has_password = "@" in parts.netloc
    except ValueError:
        return None
    if parts.scheme not in _SCHEMES or has_password or not (parts.netloc or parts.scheme == "mailto"):
        return None
    return quote(url, safe=":/?#[]@!$&*+,;=%~-._()")
