"""Markdown with tables, as Prefect's artifacts and most wikis read it; everything that is not ours is escaped."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from typing import Any

from slipwatch.document import blocks as b
from slipwatch.document.escape import clean_line, clean_url, escape_markdown


def render_markdown(document: b.Document) -> str:
    """The title and every block; ends in a newline. Pictures are embedded as `data:` images, nothing is loaded from
    elsewhere."""
    title = [f"# {escape_markdown(document.title)}"] if clean_line(document.title) else []
    return "\n\n".join([*title, *render_blocks(document.blocks)]) + "\n"


def render_blocks(blocks: Iterable[b.Block]) -> list[str]:
    """One Markdown text per block that says anything."""
    return [text for block in blocks if (text := _RENDERERS[type(block)](block))]


def write_spans(text: b.Text) -> str:
    return "".join(map(_write_span, b.as_spans(text)))


def _write_span(span: b.Span) -> str:
    lead = " " if span.text[:1].isspace() else ""
    tail = " " if span.text[-1:].isspace() and span.text.strip() else ""
    words = escape_markdown(span.text)
    if span.strong:
        words = _embolden(span.text)
    url = clean_url(span.url)
    return lead + (f"[{words}]({_encode(url)})" if url else words) + tail


def _embolden(text: str) -> str:
    """Nothing around nothing: four asterisks in a row draw a line."""
    words = escape_markdown(text)
    return f"**{words}**" if words else ""


def _encode(url: str) -> str:
    return url.replace("(", "%28").replace(")", "%29").replace("[", "%5B").replace("]", "%5D").replace("|", "%7C")


def _render_heading(block: b.Heading) -> str:
    return f"{'#' * min(block.level, 6)} {escape_markdown(block.text)}"


def _render_paragraph(block: b.Paragraph) -> str:
    words = write_spans(block.text).strip()
    return f"*{words}*" if block.muted and isinstance(block.text, str) and words else words


def _render_facts(block: b.Facts) -> str:
    return "\n".join(f"- {_embolden(name)} {write_spans(value)}" for name, value in block.pairs)


def _render_counters(block: b.Counters) -> str:
    return " · ".join(f"{_embolden(figure)} {escape_markdown(word)}" for figure, word, _ in block.figures)


def _render_table(block: b.Table) -> str:
    marks = ["---:" if column.align == "right" else "---" for column in block.columns]
    lines = [_join_row(escape_markdown(column.title) for column in block.columns), _join_row(marks)]
    lines += [_join_row(map(write_spans, row)) for row in block.rows[: block.most_rows]]
    hidden = len(block.rows) - block.most_rows
    caption = [f"{_embolden(block.caption)}\n"] if block.caption else []
    return "\n".join([*caption, *lines, *([f"\n{block.more.format(count=hidden)}"] if hidden > 0 else [])])


def _join_row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _render_bullets(block: b.Bullets) -> str:
    return "\n".join(f"- {write_spans(item)}" for item in block.items)


def _render_link(block: b.Link) -> str:
    return _write_span(b.Span(block.text, url=block.url))


def _render_picture(block: b.Picture) -> str:
    data = base64.b64encode(block.svg.encode()).decode()
    caption = f"\n\n*{escape_markdown(block.caption)}*" if block.caption else ""
    return f"![{escape_markdown(block.alt)}](data:image/svg+xml;base64,{data}){caption}"


def _render_chart(block: b.DateChart) -> str:
    return _render_picture(block.picture)


def _render_banner(block: b.Banner) -> str:
    return f"> {_embolden(block.word)} {write_spans(block.text)}".rstrip()


def _render_details(block: b.Details) -> str:
    return "\n\n".join([_embolden(block.summary), *render_blocks(block.blocks)])


def _render_panel(block: b.Panel) -> str:
    return "\n\n".join(render_blocks(block.blocks))


def _render_rule(_block: b.Rule) -> str:
    return "---"


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
