"""One HTML file that stands alone: style inside, drawings inline, no script, nothing loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files

from markupsafe import Markup

from slipwatch.document import blocks as b
from slipwatch.document.escape import clean_line, clean_text, clean_url
from slipwatch.document.html import PAGE, Renderers, render_blocks
from slipwatch.locales import Catalogue
from slipwatch.reports.blocks import Chart, Chip, Fold, Grid, Note, Notes, Page, Row, Together
from slipwatch.reports.given import ReportInput
from slipwatch.reports.sections import build_pages, build_words, title_report
from slipwatch.reports.words import NOTHING, Words

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
"""Content security policy of the file itself: even markup that slipped through could load or run nothing."""

COMPACT = frozenset({"lights", "moves", "story", "milestones", "supply", "sources", "budget", "windows", "actions"})
"""Kinds of table whose cells are figures and dates: on a phone they stand side by side under their titles."""

SHELL = Markup(
    '<!DOCTYPE html>\n<html lang="{language}" dir="ltr">\n<head>\n<meta charset="utf-8">\n'
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    '<meta http-equiv="Content-Security-Policy" content="{policy}">\n<meta name="referrer" content="no-referrer">\n'
    '<meta name="color-scheme" content="light">\n<title>{title}</title>\n<style>\n{style}</style>\n</head>\n<body>\n'
    "{masthead}\n<main>\n{pages}\n</main>\n<footer><p>{footer}</p></footer>\n</body>\n</html>\n"
)


def render_report(given: ReportInput, catalogue: Catalogue, language: str) -> str:
    """The whole report in one language. The same facts give the same bytes."""
    words = build_words(given, catalogue, language)
    pages = build_pages(given, words)
    page = SHELL.format(
        language=words.language,
        policy=POLICY,
        title=clean_line(title_report(given, words)),
        style=Markup(read_style()),  # noqa: S704 — the style sheet of this package
        masthead=_render_masthead(given, pages, words),
        pages=Markup("\n").join(render_page(page) for page in pages),
        footer=clean_line(words.say("footer", at=given.at, programme=given.programme)),
    )
    return str(page)


@lru_cache(maxsize=1)
def read_style() -> str:
    return (files("slipwatch.reports") / "style.css").read_text(encoding="utf-8")


def _render_masthead(given: ReportInput, pages: Iterable[Page], words: Words) -> Markup:
    """Whose report of which day, judged as of when, and the contents."""
    facts = [words.say("as_of", at=given.at, zone=given.zone_name)]
    if given.next_committee:
        name, day = given.next_committee
        facts.append(words.say("next_committee", name=name, day=day))
    links = Markup("\n").join(
        Markup('<a href="#{}">{}</a>').format(page.anchor, clean_line(page.title.split(" · ")[0])) for page in pages
    )
    return Markup(
        '<header>\n<p class="programme">{programme}</p>\n<h1>{kind} <span class="day">{day}</span></h1>\n'
        '<p class="muted">{facts}</p>\n<nav>\n{links}\n</nav>\n</header>'
    ).format(
        programme=clean_line(given.programme),
        kind=words.say("kind"),
        day=words.long_day(given.day),
        facts=clean_line(" · ".join(facts)),
        links=links,
    )


def render_page(page: Page) -> Markup:
    mark = Markup(" {}").format(_write_chip(page.mark)) if page.mark else Markup("")
    title = Markup("<h2>{}{}</h2>").format(clean_line(page.title), mark)
    body = render_blocks(page.parts, RENDERERS)  # type: ignore[arg-type]  # — the renderers below know these parts too
    return Markup('<section class="page" id="{}">\n{}\n{}\n</section>').format(page.anchor, title, body)


def write_spans(text: b.Text) -> Markup:
    """Runs of text; like those of other pages, with chips and with links inside the file."""
    return Markup("").join(map(_write_span, b.as_spans(text)))


def _write_span(span: b.Span) -> Markup:
    if isinstance(span, Chip):
        return _write_chip(span)
    words = Markup("<br>").join(clean_text(span.text).split("\n"))
    for wanted, element in ((span.code, "code"), (span.strong, "strong"), (span.muted, "small")):
        if wanted:
            words = Markup(f"<{element}>{{}}</{element}>").format(words)  # noqa: S704 — the three names above
    return _link(span.url, words)


def _link(url: str | None, words: Markup) -> Markup:
    if url and url.startswith("#"):
        return Markup('<a href="{}">{}</a>').format(url, words)
    safe = clean_url(url)
    return Markup('<a href="{}" rel="noopener noreferrer">{}</a>').format(safe, words) if safe else words


def _write_chip(chip: Chip) -> Markup:
    return Markup('<span class="chip {}">{}</span>').format(chip.tone, clean_line(chip.text))


def render_grid(grid: Grid, _renderers: Renderers) -> Markup:
    """A table whose cells carry the title of their column, so that a phone can print each row as a card."""
    head = Markup("").join(
        Markup('<th scope="col"{}>{}</th>').format(_align(column), clean_line(column.title)) for column in grid.columns
    )
    rows = Markup("\n").join(_render_row(row, grid.columns) for row in grid.rows)
    caption = Markup("<caption>{}</caption>\n").format(clean_line(grid.caption)) if grid.caption else Markup("")
    compact = " compact" if grid.kind in COMPACT else ""
    return Markup('<table class="grid {}{}">\n{}<thead><tr>{}</tr></thead>\n{}\n</table>').format(
        grid.kind, compact, caption, head, rows
    )


def _align(column: b.Column) -> Markup:
    return Markup(' class="number"') if column.align == "right" else Markup("")


def _render_row(row: Row, columns: tuple[b.Column, ...]) -> Markup:
    """A row and its notes are one body, so that they stay together on paper."""
    first, *rest = zip(row.cells, columns, strict=True)
    cells = [Markup('<th scope="row">{}</th>').format(write_spans(first[0]))]
    cells += [_render_cell(text, column) for text, column in rest]
    lines = [Markup("<tr>{}</tr>").format(Markup("").join(cells))]
    if row.notes:
        lines.append(
            Markup('<tr class="note"><td colspan="{}">{}</td></tr>').format(len(columns), _list_notes(row.notes))
        )
    return Markup('<tbody class="{}">{}</tbody>').format(row.tone, Markup("").join(lines))


def _list_notes(notes: Iterable[Note]) -> Markup:
    element = Markup("<div><dt>{}</dt><dd>{}</dd></div>")
    items = (element.format(write_spans(note.head), _join_lines(note.lines)) for note in notes)
    return Markup('<dl class="notes">{}</dl>').format(Markup("").join(items))


def _join_lines(lines: Iterable[b.Text]) -> Markup:
    return Markup("").join(Markup("<p>{}</p>").format(write_spans(line)) for line in lines)


def render_notes(block: Notes, _renderers: Renderers) -> Markup:
    return _list_notes(block.notes)


def _render_cell(text: b.Text, column: b.Column) -> Markup:
    return Markup('<td{} data-label="{}"><div>{}</div></td>').format(
        _class_cell(text, column), clean_line(column.title), write_spans(text)
    )


def _class_cell(text: b.Text, column: b.Column) -> Markup:
    """Figures are aligned; an empty cell of a card needs no line on a phone."""
    names = [name for name, holds in (("number", column.align == "right"), ("empty", text == NOTHING)) if holds]
    return Markup(' class="{}"').format(" ".join(names)) if names else Markup("")


def render_chart(chart: Chart, _renderers: Renderers) -> Markup:
    """Both drawings; the style shows the one that fits. The legend belongs to the narrow one."""
    items = Markup("").join(Markup("<li>{}</li>").format(write_spans(entry)) for entry in chart.legend)
    return Markup(
        '<figure class="chart">\n<div class="wide">{wide}</div>\n<div class="narrow">{narrow}<ol>{items}</ol></div>\n'
        '<figcaption><span class="said">{alt}</span> {caption}</figcaption>\n</figure>'
    ).format(
        wide=Markup(chart.wide),  # noqa: S704 — a drawing of drawing.py, its texts escaped there
        narrow=Markup(chart.narrow),  # noqa: S704 — as above
        items=items,
        alt=clean_line(chart.alt),
        caption=clean_line(chart.caption),
    )


def _render_fold(fold: Fold, renderers: Renderers) -> Markup:
    body = render_blocks(fold.parts, renderers)  # type: ignore[arg-type]  # — the renderers below know these parts too
    return Markup("<details>\n<summary>{}</summary>\n{}\n</details>").format(clean_line(fold.summary), body)


def _render_together(block: Together, renderers: Renderers) -> Markup:
    body = render_blocks(block.parts, renderers)  # type: ignore[arg-type]  # — the renderers below know these parts too
    return Markup('<div class="together">\n{}\n</div>').format(body)


def _render_paragraph(block: b.Paragraph, _renderers: Renderers) -> Markup:
    return Markup("<p{}>{}</p>").format(Markup(' class="muted"') if block.muted else "", write_spans(block.text))


def _render_bullets(block: b.Bullets, _renderers: Renderers) -> Markup:
    items = Markup("\n").join(Markup("<li>{}</li>").format(write_spans(item)) for item in block.items)
    return Markup("<ul>\n{}\n</ul>").format(items)


def _render_facts(block: b.Facts, _renderers: Renderers) -> Markup:
    pairs = Markup("\n").join(
        Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(clean_line(name), write_spans(value))
        for name, value in block.pairs
    )
    return Markup("<dl>\n{}\n</dl>").format(pairs)


RENDERERS: Renderers = {
    **PAGE,
    b.Paragraph: _render_paragraph,
    b.Bullets: _render_bullets,
    b.Facts: _render_facts,
    Grid: render_grid,
    Chart: render_chart,
    Notes: render_notes,
    Fold: _render_fold,
    Together: _render_together,
}
