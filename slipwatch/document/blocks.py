"""Neutral blocks: a mail, a page or a report is written once and rendered by medium.

Every text in a block is plain text, also where it looks like markup: each renderer escapes for its own medium.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Tone = Literal["neutral", "good", "warning", "critical", "grey"]
"""Colours a block; never the only carrier of a meaning: the word beside it says the same."""

Alignment = Literal["left", "right"]


@dataclass(frozen=True)
class Span:
    """A run of text: `strong` is emphasised; `url` makes it a link where the address is http, https or mailto;
    `muted` is said in a lower voice; `code` is a key or an id, to be read letter by letter."""

    text: str
    strong: bool = False
    url: str | None = None
    muted: bool = False
    code: bool = False


Text = str | tuple[Span, ...]


@dataclass(frozen=True)
class Heading:
    """`level` 1 is the document's own title; `anchor` an id that links inside the document may point at."""

    level: int
    text: str
    anchor: str | None = None


@dataclass(frozen=True)
class Paragraph:
    text: Text
    muted: bool = False


@dataclass(frozen=True)
class Facts:
    """Name and value pairs, one per row."""

    pairs: tuple[tuple[str, Text], ...]


@dataclass(frozen=True)
class Counters:
    """A few figures side by side, each with the word for what it counts."""

    figures: tuple[tuple[str, str, Tone], ...]
    """(figure, word, tone) from left to right."""


@dataclass(frozen=True)
class Column:
    title: str
    align: Alignment = "left"


@dataclass(frozen=True)
class Table:
    """Rows have one cell per column. `most_rows` are shown; the rest is counted in `more`, a text with `{count}`."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Text, ...], ...]
    caption: str = ""
    most_rows: int = 100
    more: str = "… {count}"


@dataclass(frozen=True)
class Bullets:
    items: tuple[Text, ...]
    muted: bool = False


@dataclass(frozen=True)
class Link:
    """A link on a line of its own; drawn as a button where the medium has buttons."""

    text: str
    url: str


@dataclass(frozen=True)
class Picture:
    """A drawing of our own making (never upstream markup): `svg` is markup, `alt` says the same in words."""

    svg: str
    alt: str
    caption: str = ""


@dataclass(frozen=True)
class Banner:
    """One line that carries a verdict: `word` is the verdict itself (Critical, Late, Resolved)."""

    word: str
    text: Text
    tone: Tone = "neutral"


@dataclass(frozen=True)
class Details:
    """Blocks that can be folded away where the medium folds."""

    summary: str
    blocks: tuple[Block, ...]
    open: bool = False


@dataclass(frozen=True)
class Panel:
    """Blocks that belong together, set off from the rest and marked with a tone."""

    blocks: tuple[Block, ...]
    tone: Tone = "neutral"


@dataclass(frozen=True)
class Rule:
    """A line between two parts."""


Block = Heading | Paragraph | Facts | Counters | Table | Bullets | Link | Picture | Banner | Details | Panel | Rule


@dataclass(frozen=True, kw_only=True)
class Document:
    """`language` is a BCP 47 code; `preview` the line that mail programs show beside the subject."""

    title: str
    language: str
    blocks: tuple[Block, ...]
    preview: str = ""


def flatten(text: Text) -> str:
    """The words of a text without its emphasis and links.

    >>> flatten((Span("late: "), Span("9 wd", strong=True)))
    'late: 9 wd'
    """
    return text if isinstance(text, str) else "".join(span.text for span in text)


def as_spans(text: Text) -> Sequence[Span]:
    return (Span(text),) if isinstance(text, str) else text
