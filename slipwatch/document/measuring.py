"""How wide a text is and how many lines it takes, before it is put on a slide: text never runs out of its box.

Fonts with the widths of Arial, or narrower ones, are measured with those of Helvetica, which are the same; any other
with the wider of Helvetica and DejaVu Sans (as wide as Verdana) letter by letter. Both come with the plotting library,
so that a text is cut at the same place on every machine.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from slipwatch.document import blocks as b
from slipwatch.document.escape import clean_text

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

LEADING = 1.2
"""Height of a line as a share of the size of its letters; it is set so in the file, whatever the font."""

MARGIN = 1.03
"""For rounding, and for hinting on a screen."""

EM_UNITS = 1000
IDEOGRAPH_EM, SIGN_EM, FIXED_EM = 1.0, 1.35, 0.61
"""Widths of an ideograph, of a picture sign, and of every letter of a typewriter's font, in em."""

BROAD_SHARE = 1.2
"""What a heavy or extended font takes beside a usual one."""

ARIAL_WIDE = frozenset({"arial", "helvetica", "liberation sans", "arimo", "calibri", "carlito", "arial narrow"})
FIXED = ("mono", "courier", "consolas", "console", "typewriter")
BROAD = ("black", "heavy", "wide", "extended", "ultra")


def _find_fonts() -> Path:
    found = find_spec("matplotlib")
    folder = Path(next(iter(found.submodule_search_locations or ()))) if found else Path()
    return folder / "mpl-data" / "fonts"


@lru_cache(maxsize=2)
def _open_font(name: str) -> FreeTypeFont:
    from PIL import ImageFont

    path = _find_fonts() / "ttf" / name
    return ImageFont.truetype(str(path), EM_UNITS, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=2)
def _read_widths(name: str) -> Mapping[str, int]:
    """Widths of the ASCII characters in thousandths of an em, from Adobe's font metrics."""
    text = (_find_fonts() / "pdfcorefonts" / name).read_text(encoding="latin-1")
    entries = [line.split() for line in text.splitlines() if line.startswith("C ")]
    return {chr(int(entry[1])): int(entry[4]) for entry in entries if 32 <= int(entry[1]) <= 126}


@lru_cache(maxsize=8192)
def _measure_helvetica(sign: str, bold: bool) -> float | None:  # noqa: FBT001 — the key of a cache
    """Width in em; a letter with an accent is as wide as without. None for what Helvetica does not have."""
    plain = unicodedata.normalize("NFD", sign)[0]
    known = _read_widths("Helvetica-Bold.afm" if bold else "Helvetica.afm")
    return known[plain] / EM_UNITS if plain in known else None


@lru_cache(maxsize=8192)
def _measure_dejavu(sign: str, bold: bool) -> float:  # noqa: FBT001 — the key of a cache
    return _open_font("DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf").getlength(sign) / EM_UNITS


@dataclass(frozen=True)
class Ruler:
    """Measures texts of one font by its name; a name that nobody knows is measured generously."""

    font: str = ""

    @cached_property
    def _kind(self) -> tuple[bool, bool, float]:
        """Whether the font is as wide as Arial at most, whether all its letters are as wide, and what to add."""
        name = self.font.casefold()
        broad = BROAD_SHARE if any(word in name for word in BROAD) else 1.0
        return name in ARIAL_WIDE, any(word in name for word in FIXED), broad

    def measure_sign(self, sign: str, *, bold: bool) -> float:
        """Width of one character in em."""
        if unicodedata.category(sign) in ("Mn", "Me", "Cf"):
            return 0.0
        if unicodedata.east_asian_width(sign) in "WF":
            return SIGN_EM if unicodedata.category(sign) == "So" else IDEOGRAPH_EM
        is_arial, is_fixed, broad = self._kind
        narrow = _measure_helvetica(sign, bold)
        wide = narrow if is_arial and narrow is not None else max(narrow or 0.0, _measure_dejavu(sign, bold))
        return max(wide, FIXED_EM if is_fixed else 0.0) * broad

    def measure_width(self, text: str, size: float, *, bold: bool = False) -> float:
        """Width of one line in points, letters of `size` points."""
        return sum(self.measure_sign(sign, bold=bold) for sign in text) * size * MARGIN

    def measure_word(self, word: Word, size: float) -> tuple[float, float]:
        """Width of a word, and of the blank before it."""
        bold = word.span.strong or isinstance(word.span, b.Chip)
        blank = self.measure_width(" ", size, bold=bold) if word.spaced else 0.0
        return self.measure_width(word.text, size, bold=bold), blank

    def count_lines(self, text: b.Text, width: float, size: float, *, strong: bool = False) -> int:
        """Lines of a text in a column of `width` points; at least one."""
        cursor = _Cursor(self, width, size)
        for word in split_words(embolden(text) if strong else text):
            cursor.place(word)
        return max(1, cursor.lines)

    def measure_widest(self, text: b.Text, size: float) -> tuple[float, float]:
        """Width of the longest line and of the longest word, in points."""
        longest = line = widest = 0.0
        for word in split_words(text):
            wide, blank = self.measure_word(word, size)
            line = wide if word.starts else line + wide + blank
            longest, widest = max(longest, line), max(widest, wide)
        return longest, widest

    def _break_word(self, word: str, width: float, size: float) -> str:
        """The beginning of a word that is longer than all the room there is."""
        used = 0.0
        for number, sign in enumerate(word):
            used += self.measure_width(sign, size, bold=True)
            if used > width:
                return word[:number]
        return word

    def cut_text(self, text: b.Text, width: float, size: float, most_lines: int) -> b.Text:
        """The text itself where it takes at most so many lines, else as many words as fit, and an ellipsis."""
        if self.count_lines(text, width, size) <= most_lines:
            return text
        room = width - self.measure_width("…", size, bold=True)
        cursor, kept = _Cursor(self, room, size), list[tuple[b.Span, str]]()
        for word in split_words(text):
            if cursor.place(word) > most_lines:
                kept += [] if kept else [(word.span, self._break_word(word.text, room, size))]
                break
            lead = "\n" if word.starts else " " if word.spaced else ""
            before = kept.pop()[1] if kept and kept[-1][0] is word.span else ""
            kept.append((word.span, before + lead + word.text))
        return (*(replace(span, text=text) for span, text in kept), b.Span("…"))


@dataclass(frozen=True)
class Word:
    """A word with the span it stands in, whether a blank goes before it, and whether it starts a line of its own."""

    text: str
    span: b.Span
    spaced: bool
    starts: bool = False


def split_words(text: b.Text) -> Iterator[Word]:
    """Words of a text; a newline starts a line. What has no blank between its spans stays apart without one."""
    spaced = starts = False
    for span in b.as_spans(text):
        for number, line in enumerate(clean_text(span.text).split("\n")):
            starts = starts or number > 0
            parts = _split_line(line)
            for part in parts:
                if part.isspace() and "\u00a0" not in part:
                    spaced = True
                    continue
                yield Word(part, span, spaced and not starts, starts)
                spaced = starts = False


def _split_line(line: str) -> list[str]:
    """Words and the blanks between them; a blank that does not break is part of its word."""
    parts: list[str] = []
    for sign in line:
        blank = sign in " \t"
        if parts and (parts[-1][-1] in " \t") == blank:
            parts[-1] += sign
        else:
            parts.append(sign)
    return parts


@dataclass
class _Cursor:
    """Where the next word goes."""

    ruler: Ruler
    width: float
    size: float
    lines: int = 0
    used: float = 0.0

    def place(self, word: Word) -> int:
        """The line on which the word ends, from 1; words longer than a line are broken."""
        wide, blank = self.ruler.measure_word(word, self.size)
        blank = blank if self.used else 0.0
        if self.lines == 0 or word.starts or self.used + blank + wide > self.width:
            self.lines += 1
            self.used, blank = 0.0, 0.0
        self.used += blank + wide
        while self.used > self.width:
            self.lines += 1
            self.used -= max(self.width - self.size, self.size)
        return self.lines


def embolden(text: b.Text) -> b.Text:
    return tuple(replace(span, strong=True) for span in b.as_spans(text))


def keep_items(text: b.Text, most: int, more: str) -> b.Text:
    """The first lines of a text that is a list of lines; the others are counted in `more`, a text with `{count}`."""
    lines = split_lines(text)
    if len(lines) <= most:
        return text
    kept: list[b.Span] = []
    for line in lines[:most]:
        kept += [*([b.Span("\n")] if kept else []), *line]
    count = len(lines) - most
    return (*kept, b.Span("\n" if kept else ""), b.Span(more.format(count=count), muted=True))


def split_lines(text: b.Text) -> list[list[b.Span]]:
    """The lines of a text, each as spans."""
    lines: list[list[b.Span]] = [[]]
    for span in b.as_spans(text):
        for number, part in enumerate(clean_text(span.text).split("\n")):
            if number:
                lines.append([])
            if part:
                lines[-1].append(replace(span, text=part))
    return lines
