"""The sheets in front: how to use the workbook, and what is to be corrected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from slipwatch.document.escape import clean_line, escape_xlsx_cell
from slipwatch.engine.workbook.columns import Area
from slipwatch.engine.workbook.entries import Correction
from slipwatch.engine.workbook.sheets import BY_ID, FIX, SHEETS
from slipwatch.engine.workbook.state import State
from slipwatch.engine.workbook.styles import ACCENT, GROUND, LINE, RED, TABS, Styles, find_height
from slipwatch.engine.workbook.wording import Wording

STEPS = ("step1", "step2", "step3")
RULES = ("rule1", "rule2", "rule3", "rule4", "rule5")
COLOURS = ("open", "mark", "key", "shown", "frozen", "group")
FIX_COLUMNS = (("sheet", 22), ("cell", 9), ("row", 26), ("column", 22), ("found", 30), ("allowed", 46), ("cure", 60))


def write_guide(page: Any, state: State, styles: Styles, wording: Wording, named: tuple[str, str]) -> None:
    """`named` are the programme and the instant of the export, as the reader sees it."""
    page.hide_gridlines(2)
    page.set_tab_color(ACCENT)
    page.set_column(0, 0, 30)
    page.set_column(1, 1, 9)
    page.set_column(2, 2, 86)
    page.set_row(0, 34)
    heading = _style_heading(styles)
    plain = styles.make(text_wrap=True, font_size=11)
    page.write_string(0, 0, clean_line(wording.say("guide.title", programme=named[0])), styles.title)
    page.merge_range(1, 0, 1, 2, wording.say("guide.edition", at=named[1]), styles.about)
    line = 3
    for title, texts in (("steps", STEPS), ("rules", RULES)):
        _write_heading(page, line, wording.say(f"guide.{title}"), heading)
        for text in texts:
            line += 1
            page.set_row(line, 32)
            page.merge_range(line, 0, line, 2, wording.say(f"guide.{text}"), plain)
        line += 2
    line = _write_colours(page, line, styles, wording)
    _write_contents(page, line, state, styles, wording)
    page.protect("", {"objects": True})
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.set_first_sheet()
    page.activate()


def _style_heading(styles: Styles) -> Any:
    return styles.make(bold=True, font_size=12, font_color=ACCENT, bottom=1, bottom_color=LINE, valign="vcenter")


def _write_heading(page: Any, line: int, text: str, style: Any) -> None:
    page.set_row(line, 22)
    page.write_string(line, 0, text, style)
    for number in (1, 2):
        page.write_blank(line, number, None, style)


def _write_colours(page: Any, line: int, styles: Styles, wording: Wording) -> int:
    _write_heading(page, line, wording.say("guide.colours"), _style_heading(styles))
    for name in COLOURS:
        line += 1
        ground = styles.make(bg_color=GROUND[name], border=1, border_color=LINE, font_size=11, indent=1)
        page.write_string(line, 0, wording.say(f"guide.colour_{name}"), ground)
    return line + 2


def _write_contents(page: Any, line: int, state: State, styles: Styles, wording: Wording) -> None:
    heading = _style_heading(styles)
    _write_heading(page, line, wording.say("guide.contents"), heading)
    page.write_string(line, 1, wording.say("guide.rows"), heading)
    for area in Area:
        for sheet in (sheet for sheet in SHEETS if sheet.area is area):
            line += 1
            title = wording.title(sheet.id)
            page.set_row(line, 30)
            link = styles.make(font_color=TABS[area], bold=True, underline=1, font_size=11)
            page.write_url(line, 0, f"internal:'{title.replace(chr(39), chr(39) * 2)}'!A1", link, title)
            count = sum(not row.group for row in state.rows[sheet.id])
            page.write_number(line, 1, count, styles.make(align="center", font_size=11))
            page.write_string(line, 2, wording.say(f"about.{sheet.id}"), styles.about)


def write_fixes(page: Any, places: Sequence[tuple[Correction, str]], styles: Styles, wording: Wording) -> None:
    """Every cell that kept its row from being taken, with a link to it."""
    page.hide_gridlines(2)
    page.set_tab_color(RED)
    page.set_row(0, 30)
    page.write_string(0, 0, wording.title(FIX), styles.title)
    page.merge_range(1, 0, 1, len(FIX_COLUMNS) - 1, wording.say("about.fix"), styles.about)
    page.set_row(2, 26)
    for number, (name, width) in enumerate(FIX_COLUMNS):
        page.set_column(number, number, width)
        page.write_string(2, number, wording.say(f"fix.{name}"), styles.head("open"))
    plain = styles.make(text_wrap=True, border=1, border_color=LINE, indent=1)
    link = styles.make(font_color=RED, bold=True, underline=1, border=1, border_color=LINE)
    for line, (correction, cell) in enumerate(places, start=3):
        sheet = BY_ID[correction.sheet]
        title = wording.title(sheet.id)
        target = f"internal:'{title.replace(chr(39), chr(39) * 2)}'!{cell}"
        page.write_url(line, 1, target, link, cell)
        head = wording.head(sheet, sheet.by_field[correction.field])
        texts = {0: title, 2: str(correction.row), 3: head, 4: correction.found}
        texts |= {5: wording.tell(correction.allowed), 6: wording.tell(correction.cure)}
        page.set_row(line, find_height((texts[number], FIX_COLUMNS[number][1]) for number in texts))
        for number, text in texts.items():
            page.write_string(line, number, escape_xlsx_cell(text), plain)
    page.freeze_panes(3, 0)
    page.autofilter(2, 0, 2 + max(1, len(places)), len(FIX_COLUMNS) - 1)
    page.protect("", {"objects": True, "autofilter": True})
    page.set_landscape()
    page.fit_to_pages(1, 0)
