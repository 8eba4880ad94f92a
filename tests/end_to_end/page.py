"""An HTML page as a reader and as an attacker see it."""

import re
from html.parser import HTMLParser

WORD = re.compile(r"[^\W_][\w.,%/:@–-]*", re.UNICODE)
UNREAD = ("head", "style", "title", "th")
"""Elements whose words need not stand in plain text: there a table's heads are labels, or the first is left out."""

ACTING = ("script", "iframe", "object", "embed", "form", "base")


class Page(HTMLParser):
    """The words that a reader sees, and whatever in the page could act or load."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.active: list[str] = []
        self.hidden = 0
        self.language = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in UNREAD
        self.language = self.language or dict(attrs).get("lang") or ""
        if tag in ACTING:
            self.active.append(tag)
        self.active += [f"{tag} {name}={value}" for name, value in attrs if is_active(name, value or "")]

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in UNREAD

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.words += WORD.findall(data)


def is_active(name: str, value: str) -> bool:
    """Whether an attribute runs something, loads something, or links to anything but a page or a mailbox."""
    if name == "href":
        return bool(value) and not value.startswith(("https://", "http://", "mailto:", "#"))
    if name in ("src", "srcset", "background", "action", "data"):
        return not value.startswith("data:image/")
    return name.startswith("on")
