"""The pack as one HTML file that stands alone, in the look of the report."""

from __future__ import annotations

from markupsafe import Markup

from slipwatch.document.escape import clean_line
from slipwatch.locales import Catalogue
from slipwatch.reports.blocks import Page
from slipwatch.reports.given import ReportInput
from slipwatch.reports.lights import mark_light
from slipwatch.reports.pack.building import list_sheets, list_words, open_desk, title_pack
from slipwatch.reports.pack.sheet import Sheet
from slipwatch.reports.page import POLICY, SHELL, read_style, render_page
from slipwatch.reports.rag import judge_project
from slipwatch.reports.sections import build_words


def render_pack(given: ReportInput, key: str, catalogue: Catalogue, language: str) -> str:
    """The sheets of a project below each other. The same facts give the same bytes."""
    words = build_words(given, catalogue, language)
    desk = open_desk(given, key, words)
    lights = judge_project(desk.project)
    told = list_words(desk, lights)
    pages = [_turn_page(sheet) for sheet in list_sheets(desk, lights)]
    pages[0] = Page(
        anchor=pages[0].anchor, title=pages[0].title, parts=pages[0].parts, mark=mark_light(lights.own.colour, words)
    )
    masthead = Markup('<header>\n<p class="programme">{}</p>\n<h1>{}</h1>\n<p class="muted">{}</p>\n</header>').format(
        clean_line(given.programme), clean_line(title_pack(desk)), clean_line(told["subtitle"])
    )
    return str(
        SHELL.format(
            language=words.language,
            policy=POLICY,
            title=clean_line(title_pack(desk)),
            style=Markup(read_style()),  # noqa: S704 — the style sheet of the reports
            masthead=masthead,
            pages=Markup("\n").join(map(render_page, pages)),
            footer=clean_line(words.say("footer", at=given.at, programme=given.programme)),
        )
    )


def _turn_page(sheet: Sheet) -> Page:
    return Page(anchor=f"pack-{sheet.key}", title=sheet.title, parts=sheet.parts)
