"""HTML: one element per block, classes instead of styles, every text escaped; mails and pages bring their own look."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from markupsafe import Markup

from slipwatch.document import blocks as b
from slipwatch.document.escape import clean_text, clean_url

Renderers = Mapping[type, Callable[[Any, "Renderers"], Markup]]
"""A function per block type. A medium that lays a block out in another way brings another function for it."""


def render_html(document: b.Document, *, style: str = "") -> str:
    """A page that stands alone: nothing is loaded from elsewhere. `style` is CSS of our own for its head."""
    page = Markup(
        '<!DOCTYPE html>\n<html lang="{language}" dir="ltr">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<title>{title}</title>\n<style>\n{style}\n</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )
    return page.format(
        language=clean_text(document.language),
        title=clean_text(document.title),
        style=Markup(style),  # noqa: S704 — a style sheet of our own, never upstream text
        body=render_blocks([b.Heading(1, document.title), *document.blocks]),
    )


def render_blocks(blocks: Iterable[b.Block], renderers: Renderers | None = None) -> Markup:
    """The elements of the blocks, one per line, to be put into a page or a mail."""
    chosen = PAGE if renderers is None else renderers
    return Markup("\n").join(chosen[type(block)](block, chosen) for block in blocks)


def write_spans(text: b.Text) -> Markup:
    return Markup("").join(map(_write_span, b.as_spans(text)))


def _write_span(span: b.Span) -> Markup:
    words = Markup("<br>").join(clean_text(span.text).split("\n"))
    if span.code:
        words = Markup('<span class="code">{}</span>').format(words)
    if span.muted:
        words = Markup('<span class="muted">{}</span>').format(words)
    if span.strong:
        words = Markup("<strong>{}</strong>").format(words)
    url = clean_url(span.url)
    return Markup('<a href="{}" rel="noopener noreferrer">{}</a>').format(url, words) if url else words


def _render_heading(block: b.Heading, _renderers: Renderers) -> Markup:
    anchor = Markup(' id="{}"').format(clean_text(block.anchor)) if block.anchor else Markup("")
    return Markup("<h{level}{anchor}>{text}</h{level}>").format(
        level=min(max(block.level, 1), 6), anchor=anchor, text=clean_text(block.text)
    )


def _render_paragraph(block: b.Paragraph, _renderers: Renderers) -> Markup:
    return Markup("<p{}>{}</p>").format(Markup(' class="muted"') if block.muted else "", write_spans(block.text))


def render_facts(block: b.Facts, _renderers: Renderers) -> Markup:
    row = Markup('<tr><th scope="row">{}</th><td>{}</td></tr>')
    rows = Markup("\n").join(row.format(clean_text(name), write_spans(value)) for name, value in block.pairs)
    return Markup('<table class="facts">\n{}\n</table>').format(rows)


def _render_counters(block: b.Counters, _renderers: Renderers) -> Markup:
    cell = Markup('<li class="{}"><strong>{}</strong> {}</li>')
    cells = Markup("\n").join(
        cell.format(tone, clean_text(figure), clean_text(word)) for figure, word, tone in block.figures
    )
    return Markup('<ul class="counters">\n{}\n</ul>').format(cells)


def render_table(block: b.Table, _renderers: Renderers) -> Markup:
    marks = [Markup(' class="number"') if column.align == "right" else Markup("") for column in block.columns]
    head = Markup("").join(
        Markup('<th scope="col"{}>{}</th>').format(mark, clean_text(column.title))
        for mark, column in zip(marks, block.columns, strict=True)
    )
    rows = [_render_row(row, marks) for row in block.rows[: block.most_rows]]
    hidden = len(block.rows) - len(rows)
    if hidden:
        more = block.more.format(count=hidden)
        rows.append(Markup('<tr><td class="muted" colspan="{}">{}</td></tr>').format(len(block.columns), more))
    caption = Markup("<caption>{}</caption>\n").format(clean_text(block.caption)) if block.caption else Markup("")
    return Markup('<table class="data">\n{}<thead><tr>{}</tr></thead>\n<tbody>\n{}\n</tbody>\n</table>').format(
        caption, head, Markup("\n").join(rows)
    )


def _render_row(row: Iterable[b.Text], marks: Iterable[Markup]) -> Markup:
    cell = Markup("<td{}>{}</td>")
    cells = Markup("").join(cell.format(mark, write_spans(text)) for mark, text in zip(marks, row, strict=True))
    return Markup("<tr>{}</tr>").format(cells)


def _render_bullets(block: b.Bullets, _renderers: Renderers) -> Markup:
    items = Markup("\n").join(Markup("<li>{}</li>").format(write_spans(item)) for item in block.items)
    return Markup("<ul{}>\n{}\n</ul>").format(Markup(' class="muted"') if block.muted else "", items)


def _render_link(block: b.Link, _renderers: Renderers) -> Markup:
    return Markup('<p class="action">{}</p>').format(_write_span(b.Span(block.text, url=block.url)))


def _render_picture(block: b.Picture, _renderers: Renderers) -> Markup:
    data = base64.b64encode(block.svg.encode()).decode()
    caption = Markup("<figcaption>{}</figcaption>").format(clean_text(block.caption)) if block.caption else ""
    return Markup('<figure><img src="data:image/svg+xml;base64,{}" alt="{}">{}</figure>').format(
        data, clean_text(block.alt), caption
    )


def _render_chart(block: b.DateChart, renderers: Renderers) -> Markup:
    return renderers[b.Picture](block.picture, renderers)


def _render_banner(block: b.Banner, _renderers: Renderers) -> Markup:
    return Markup('<p class="banner {}"><strong class="word">{}</strong> {}</p>').format(
        block.tone, clean_text(block.word), write_spans(block.text)
    )


def _render_details(block: b.Details, renderers: Renderers) -> Markup:
    return Markup("<details{}>\n<summary>{}</summary>\n{}\n</details>").format(
        Markup(" open") if block.open else "", clean_text(block.summary), render_blocks(block.blocks, renderers)
    )


def _render_panel(block: b.Panel, renderers: Renderers) -> Markup:
    return Markup('<section class="panel {}">\n{}\n</section>').format(
        block.tone, render_blocks(block.blocks, renderers)
    )


def _render_rule(_block: b.Rule, _renderers: Renderers) -> Markup:
    return Markup("<hr>")


PAGE: Renderers = {
    b.Heading: _render_heading,
    b.Paragraph: _render_paragraph,
    b.Facts: render_facts,
    b.Counters: _render_counters,
    b.Table: render_table,
    b.Bullets: _render_bullets,
    b.Link: _render_link,
    b.Picture: _render_picture,
    b.DateChart: _render_chart,
    b.Banner: _render_banner,
    b.Details: _render_details,
    b.Panel: _render_panel,
    b.Rule: _render_rule,
}
