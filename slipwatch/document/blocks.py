"""Neutral blocks: a mail, a page or a report is written once and rendered by medium.

Every text in a block is plain text, also where it looks like markup: each renderer escapes for its own medium.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
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


@dataclass(frozen=True)
class Chip(Span):
    """A word on a coloured ground. The word carries the meaning; a medium without grounds prints the word alone."""

    tone: Tone = "neutral"


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


DatePoint = tuple[date, date]
"""A day, and the date that was expected on it."""


@dataclass(frozen=True, kw_only=True)
class DateLine:
    """A staircase over days: each date holds until the next point. `early` is its part before anybody watched, put
    together afterwards. `targets` are levels, from a day until another; `hints` levels that nobody approved."""

    name: str
    points: tuple[DatePoint, ...]
    early: tuple[DatePoint, ...] = ()
    targets: tuple[tuple[DatePoint, DatePoint], ...] = ()
    hints: tuple[tuple[DatePoint, DatePoint], ...] = ()

    @property
    def whole(self) -> tuple[DatePoint, ...]:
        return (*self.early, *self.points)


@dataclass(frozen=True, kw_only=True)
class DateChart:
    """Lines over days, a date upwards: a chart that can be edited where the medium has charts of its own, else the
    picture.

    `same_day` names the diagonal on which both dates are the same, `target` the dashed levels, `early` the part before
    anybody watched, `hint` the levels that nobody approved. `reading` says how to read it.
    """

    lines: tuple[DateLine, ...]
    same_day: str
    target: str
    picture: Picture
    reading: str = ""
    early: str = ""
    hint: str = ""


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


Block = (
    Heading
    | Paragraph
    | Facts
    | Counters
    | Table
    | Bullets
    | Link
    | Picture
    | DateChart
    | Banner
    | Details
    | Panel
    | Rule
)


@dataclass(frozen=True, kw_only=True)
class Document:
    """`language` is a BCP 47 code; `preview` the line that mail programs show beside the subject."""

    title: str
    language: str
    blocks: tuple[Block, ...]
    preview: str = ""


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part that starts on a page or slide of its own. A template asks for it by `key`.

    `notes` are for the one who presents: sources, as-of, what has no room. `part_of` names the section that shows it
    where a template gives it no place of its own. What needs more slides than `most_pages` is counted at the end.
    """

    key: str
    title: str
    blocks: tuple[Block, ...]
    notes: tuple[str, ...] = ()
    part_of: str = ""
    most_pages: int = 4


@dataclass(frozen=True, kw_only=True)
class Pack:
    """A document in sections. `words` are texts that a template may ask for by name; `more` is a text with `{count}`,
    `page` one with `{title}`, `number` and `total` for a part that needs several slides."""

    title: str
    language: str
    sections: tuple[Section, ...]
    words: Mapping[str, str]
    more: str = "… {count}"
    page: str = "{title} ({number}/{total})"


def flatten(text: Text) -> str:
    """The words of a text without its emphasis and links.

    >>> flatten((Span("late: "), Span("9 wd", strong=True)))
    'late: 9 wd'
    """
    return text if isinstance(text, str) else "".join(span.text for span in text)


def as_spans(text: Text) -> Sequence[Span]:
    return (Span(text),) if isinstance(text, str) else text
