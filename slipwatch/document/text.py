"""Plain text: everything a document says, for readers without HTML; links are written out."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import Any

from slipwatch.document import blocks as b
from slipwatch.document.escape import clean_line, clean_text, clean_url

WIDTH = 76
NAME_WIDTH = 24
LEAST_COLUMN = 14


def render_text(document: b.Document) -> str:
    """The title and every block, lines of at most `WIDTH` characters where words and addresses allow.

    Texts are cleaned of control and bidirectional characters; nothing in plain text can be active.
    """
    title = [_render_heading(b.Heading(1, document.title))] if clean_line(document.title) else []
    return "\n\n".join([*title, *_render_blocks(document.blocks)]) + "\n"


def _render_blocks(blocks: Iterable[b.Block]) -> list[str]:
    return [text for block in blocks if (text := _RENDERERS[type(block)](block))]


def write_spans(text: b.Text) -> str:
    """One line of words; the address of a link follows its words in brackets."""
    return " ".join("".join(map(_write_span, b.as_spans(text))).split())


def _write_span(span: b.Span) -> str:
    words, url = clean_text(span.text), clean_url(span.url)
    if not url or url == words:
        return words
    return f"{words} <{url}>" if words.strip() else f"<{url}>"


def _wrap(text: str, *, first: str = "", rest: str = "") -> str:
    return textwrap.fill(
        text, WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )


def _render_heading(block: b.Heading) -> str:
    text = _wrap(clean_line(block.text))
    line = max(map(len, text.split("\n")))
    return text if block.level > 2 else f"{text}\n{('=' if block.level == 1 else '-') * line}"


def _render_paragraph(block: b.Paragraph) -> str:
    return _wrap(write_spans(block.text))


def _render_facts(block: b.Facts) -> str:
    """Names in a column of their own: no colon, which every language sets in its own way."""
    width = min(max((len(clean_line(name)) for name, _ in block.pairs), default=0), NAME_WIDTH)
    return "\n".join(
        _wrap(write_spans(value), first=clean_line(name).ljust(width) + "  ", rest=" " * (width + 2))
        for name, value in block.pairs
    )


def _render_counters(block: b.Counters) -> str:
    return _wrap(" · ".join(f"{clean_line(figure)} {clean_line(word)}" for figure, word, _ in block.figures))


def _render_bullets(block: b.Bullets) -> str:
    return "\n".join(_wrap(write_spans(item), first="- ", rest="  ") for item in block.items)


def _render_link(block: b.Link) -> str:
    url = clean_url(block.url)
    return f"{clean_line(block.text)}\n{url}" if url else clean_line(block.text)


def _render_picture(block: b.Picture) -> str:
    return _wrap(" ".join(filter(None, (f"[{clean_line(block.alt)}]", clean_line(block.caption)))))


def _render_chart(block: b.DateChart) -> str:
    return _render_picture(block.picture)


def _render_banner(block: b.Banner) -> str:
    return _wrap(f"[{clean_line(block.word)}] {write_spans(block.text)}".rstrip(), rest="  ")


def _render_details(block: b.Details) -> str:
    return "\n\n".join([clean_line(block.summary), *_render_blocks(block.blocks)])


def _render_panel(block: b.Panel) -> str:
    return "\n".join(_render_blocks(block.blocks))


def _render_rule(_block: b.Rule) -> str:
    return "-" * WIDTH


def _render_table(block: b.Table) -> str:
    rows = [[write_spans(cell) for cell in row] for row in block.rows[: block.most_rows]]
    titles = [clean_line(column.title) for column in block.columns]
    widths = _fit_widths(list(zip(titles, *rows, strict=True)))
    body = _lay_out(titles, rows, block.columns, widths) if widths else _list_rows(titles, rows)
    hidden = len(block.rows) - len(rows)
    tail = [block.more.format(count=hidden)] if hidden else []
    return "\n".join([*filter(None, [clean_line(block.caption)]), body, *tail])


def _fit_widths(columns: Sequence[Sequence[str]]) -> list[int]:
    """Widths of columns that fit a line, the widest narrowed; none where a word or an address would have to be cut."""
    widths = [max(1, *map(len, cells)) for cells in columns]
    least = [min(width, _find_least(cells)) for cells, width in zip(columns, widths, strict=True)]
    while sum(widths) + 2 * (len(widths) - 1) > WIDTH:
        spare = {column: width for column, width in enumerate(widths) if width > least[column]}
        if not spare:
            return []
        widths[max(spare, key=lambda column: spare[column])] -= 1
    return widths


def _find_least(cells: Iterable[str]) -> int:
    """The longest word, or what a column needs to be read."""
    return max([LEAST_COLUMN, *(len(word) for cell in cells for word in cell.split())])


def _lay_out(
    titles: Sequence[str], rows: Sequence[Sequence[str]], columns: Sequence[b.Column], widths: Sequence[int]
) -> str:
    def join(cells: Sequence[str]) -> str:
        padded = (
            cell.rjust(width) if column.align == "right" else cell.ljust(width)
            for cell, column, width in zip(cells, columns, widths, strict=True)
        )
        return "  ".join(padded).rstrip()

    lines = [line for row in (titles, ["-" * width for width in widths], *rows) for line in _wrap_row(row, widths)]
    return "\n".join(map(join, lines))


def _wrap_row(cells: Sequence[str], widths: Sequence[int]) -> Iterator[tuple[str, ...]]:
    wrapped = [
        textwrap.wrap(cell, width, break_long_words=False, break_on_hyphens=False) or [""]
        for cell, width in zip(cells, widths, strict=True)
    ]
    return zip_longest(*wrapped, fillvalue="")


def _list_rows(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Each row as a list item, for tables with too many columns for a line."""
    lines = []
    for row in rows:
        pairs = [(title, cell) for title, cell in zip(titles, row, strict=True) if cell]
        lines += [_wrap(f"{pairs[0][1]}", first="- ", rest="  ")] if pairs else []
        lines += [_wrap(f"{title}  {cell}", first="  ", rest="    ") for title, cell in pairs[1:]]
    return "\n".join(lines)


_RENDERERS: dict[type, Callable[[Any], str]] = {
    b.Heading: _render_heading,
    b.Paragraph: _render_paragraph,
    b.Facts: _render_facts,
    b.Counters: _render_counters,
    b.Table: _render_table,
    b.Bullets: _render_bullets,
    b.Link: _render_link,
    b.Picture: _render_picture,
    b.DateChart: _render_chart,
    b.Banner: _render_banner,
    b.Details: _render_details,
    b.Panel: _render_panel,
    b.Rule: _render_rule,
}
