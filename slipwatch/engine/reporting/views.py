"""The report in pieces, for places that show one table or one page at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from slipwatch.document import blocks as b
from slipwatch.document.markdown import render_markdown
from slipwatch.engine.reporting.gather import gather_report
from slipwatch.reports.blocks import Grid, Part, simplify
from slipwatch.reports.given import ReportInput
from slipwatch.reports.lights import name_anchor, write_lights
from slipwatch.reports.rag import judge_project
from slipwatch.reports.sections import build_pages, build_words, write_summary
from slipwatch.reports.trust import write_freshness
from slipwatch.reports.words import Words

if TYPE_CHECKING:
    from slipwatch.engine.run import RunReport
    from slipwatch.engine.wiring import Programme

Cells = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Overview:
    """Rows of plain texts by column title; `summary` and `freshness` are Markdown."""

    rows: tuple[Cells, ...]
    summary: str
    sources: tuple[Cells, ...]
    freshness: str


@dataclass(frozen=True, kw_only=True)
class ProjectPage:
    """One project as Markdown; `summary` says its light and why."""

    key: str
    markdown: str
    summary: str


@dataclass(frozen=True, kw_only=True)
class Views:
    """Everything that is shown of one run, from facts that were gathered once."""

    overview: Overview
    pages: tuple[ProjectPage, ...]


def describe_run(programme: Programme, report: RunReport) -> Views:
    """Portfolio, sources and a page per project, as of a run. Raises `ValueError` before it has judged."""
    if report.judgement is None:
        raise ValueError(f"run {report.run} has not judged yet")
    given = gather_report(programme, report.judgement, at=report.at)
    words = build_words(given, programme.catalogue, programme.portfolio.language)
    return Views(overview=_describe_portfolio(given, words), pages=tuple(_list_project_pages(given, words)))


def _describe_portfolio(given: ReportInput, words: Words) -> Overview:
    """Lights of every project and health of every source."""
    lights = {project.key: judge_project(project) for project in given.projects}
    table, sources = write_lights(given, lights, words), write_freshness(given.sources, words)
    why = [table_part for table_part in simplify([table]) if isinstance(table_part, b.Bullets)]
    return Overview(
        rows=_list_rows(table),
        summary=_write_markdown([*write_summary(given, lights, words), *why], words),
        sources=_list_rows(sources),
        freshness=_write_markdown([b.Paragraph(words.say("freshness"))], words),
    )


def _list_project_pages(given: ReportInput, words: Words) -> list[ProjectPage]:
    """A page per project, with its trend chart inside."""
    pages = {page.anchor: page for page in build_pages(given, words)}
    return [
        ProjectPage(
            key=project.key,
            markdown=_write_markdown(pages[name_anchor(project)].parts, words, title=pages[name_anchor(project)].title),
            summary=_write_markdown(pages[name_anchor(project)].parts[:1], words),
        )
        for project in given.projects
    ]


def _list_rows(grid: Grid) -> tuple[Cells, ...]:
    """Cells as plain text under the titles of their columns."""
    titles = [column.title for column in grid.columns]
    return tuple(dict(zip(titles, map(b.flatten, row.cells), strict=True)) for row in grid.rows)


def _write_markdown(parts: list[Part] | tuple[Part, ...], words: Words, *, title: str = "") -> str:
    return render_markdown(b.Document(title=title, language=words.language, blocks=simplify(parts)))
