"""HTML for mail programs, which know tables and inline styles and little else: one column of 600 px, nothing remote."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from markupsafe import Markup

from slipwatch.document import blocks as b
from slipwatch.document.escape import clean_text, clean_url
from slipwatch.document.html import PAGE, Renderers, render_blocks, write_spans

if TYPE_CHECKING:
    from css_inline import CSSInliner

MOST_BYTES = 100_000
"""Gmail clips what is longer than 102 kB."""

ROW_STEPS = (100, 50, 25, 10, 5)
"""Rows that a table may show, the largest number that fits."""


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What stands above and below the document: `head` names programme and day, `foot` says why the mail was sent."""

    head: b.Text
    foot: tuple[b.Block, ...] = ()


def render_mail(document: b.Document, frame: Frame | None = None) -> str:
    """HTML of at most `MOST_BYTES` with every style in its element: rows of tables give way until it fits.

    Without a frame it is a plain letter, as a person would have written it.
    """
    rows = iter(ROW_STEPS)
    html = _inline(_build(_cap_rows(document, next(rows)), frame))
    while len(html.encode()) > MOST_BYTES and (most := next(rows, 0)):
        html = _inline(_build(_cap_rows(document, most), frame))
    return html


def _cap_rows(document: b.Document, most: int) -> b.Document:
    return replace(document, blocks=tuple(_cap_block(block, most) for block in document.blocks))


def _cap_block(block: b.Block, most: int) -> b.Block:
    if isinstance(block, b.Table):
        return replace(block, most_rows=min(block.most_rows, most))
    if isinstance(block, (b.Panel, b.Details)):
        return replace(block, blocks=tuple(_cap_block(inner, most) for inner in block.blocks))
    return block


def _build(document: b.Document, frame: Frame | None) -> str:
    page = Markup(
        '<!DOCTYPE html>\n<html lang="{language}" dir="ltr">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light">\n<title>{title}</title>\n<style>{style}</style>\n</head>\n'
        "<body>\n{preview}{content}\n</body>\n</html>\n"
    )
    body = render_blocks(
        [b.Heading(1, document.title), *document.blocks] if frame else document.blocks, MAIL if frame else LETTER
    )
    preview = Markup('<div class="preview">{}</div>\n').format(clean_text(document.preview)) if document.preview else ""
    return page.format(
        language=clean_text(document.language),
        title=clean_text(document.title),
        style=Markup(_read_style()),  # noqa: S704 — the style sheet beside this file, never upstream text
        preview=preview,
        content=_put_in_frame(body, frame) if frame else Markup('<div class="letter">\n{}\n</div>').format(body),
    )


def _put_in_frame(body: Markup, frame: Frame) -> Markup:
    return Markup(
        '<table class="outer" role="presentation" cellpadding="0" cellspacing="0"><tr>'
        '<td class="outer-cell" align="center">\n'
        '<table class="page" role="presentation" width="600" cellpadding="0" cellspacing="0">\n'
        '<tr><td class="head">{head}</td></tr>\n<tr><td class="body">\n{body}\n</td></tr>\n'
        '<tr><td class="foot">\n{foot}\n</td></tr>\n</table>\n</td></tr></table>'
    ).format(head=write_spans(frame.head), body=body, foot=render_blocks(frame.foot, MAIL))


@lru_cache(maxsize=1)
def _read_style() -> str:
    return files("slipwatch.document").joinpath("mail.css").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def _make_inliner() -> CSSInliner:
    from css_inline import CSSInliner

    return CSSInliner(load_remote_stylesheets=False, keep_style_tags=False)


def _inline(html: str) -> str:
    return str(_make_inliner().inline(html))


def _render_panel(block: b.Panel, renderers: Renderers) -> Markup:
    return Markup(
        '<table class="panel" role="presentation" cellpadding="0" cellspacing="0"><tr>'
        '<td class="bar bar-{}" width="5">&nbsp;</td><td class="inside">\n{}\n</td></tr></table>'
    ).format(block.tone, render_blocks(block.blocks, renderers))


def _render_banner(block: b.Banner, _renderers: Renderers) -> Markup:
    return Markup('<p class="banner"><span class="word word-{}">{}</span> {}</p>').format(
        block.tone, clean_text(block.word), write_spans(block.text)
    )


def _render_link(block: b.Link, _renderers: Renderers) -> Markup:
    url = clean_url(block.url)
    if url is None:
        return Markup("<p>{}</p>").format(clean_text(block.text))
    return Markup(
        '<table class="button" role="presentation" cellpadding="0" cellspacing="0"><tr>'
        '<td><a href="{}" rel="noopener noreferrer">{}</a></td></tr></table>'
    ).format(url, clean_text(block.text))


def _render_counters(block: b.Counters, _renderers: Renderers) -> Markup:
    width = 100 // max(len(block.figures), 1)
    cell = Markup('<td class="{}" width="{}%"><span class="figure">{}</span><br>{}</td>')
    cells = Markup("").join(
        cell.format(tone, width, clean_text(figure), clean_text(word)) for figure, word, tone in block.figures
    )
    return Markup(
        '<table class="counters" role="presentation" cellpadding="0" cellspacing="0"><tr>{}</tr></table>'
    ).format(cells)


def _render_picture(block: b.Picture, _renderers: Renderers) -> Markup:
    """Mail programs block or drop drawings: their words take the place."""
    return Markup('<p class="muted">{}</p>').format(clean_text(" ".join(filter(None, (block.alt, block.caption)))))


def _render_details(block: b.Details, renderers: Renderers) -> Markup:
    return render_blocks([b.Heading(3, block.summary), *block.blocks], renderers)


MAIL: Renderers = {
    **PAGE,
    b.Panel: _render_panel,
    b.Banner: _render_banner,
    b.Link: _render_link,
    b.Counters: _render_counters,
    b.Picture: _render_picture,
    b.Details: _render_details,
}

LETTER: Renderers = {**MAIL, b.Link: PAGE[b.Link]}
"""A letter of a person's has links, not buttons."""
