"""Small exports as the programs of makers write them, with the heads of maker_exports.yaml."""

import csv
import io
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from xml.sax.saxutils import escape

import xlsxwriter
import yaml

ROWS = 9
FIRST = date(2026, 3, 17)
LANGUAGES = ("en", "fr", "de")


@dataclass(frozen=True)
class Export:
    """`slots` are what the columns hold; `heads` are the maker's names for them by language, in that order; `fields` is
    what they become, None for what is left out."""

    preset: str
    kind: str
    form: str
    slots: tuple[str, ...]
    fields: tuple[str | None, ...]
    heads: dict[str, tuple[str, ...]]
    keys: tuple[str, ...]
    days: dict[str, str] = field(default_factory=dict)
    instants: dict[str, str] = field(default_factory=dict)
    asks: tuple[str, ...] = ()

    def keep(self, *slots):
        """The export with these columns alone, in this order; `own` is a column that the user added."""
        heads = {
            language: tuple(names[self.slots.index(slot)] if slot in self.slots else "Zzz" for slot in slots)
            for language, names in self.heads.items()
        }
        return replace(self, slots=slots, heads=heads)

    def rename(self, language, slot, name):
        heads = list(self.heads[language])
        heads[self.slots.index(slot)] = name
        return replace(self, heads={**self.heads, language: tuple(heads)})


def load_exports():
    data = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    return tuple(make_export(**facts) for facts in data["exports"]), data["words"]


def make_export(columns, **facts):
    lines = [[part.strip() for part in line.split("|")] for line in columns.strip().splitlines()]
    languages = LANGUAGES if len(lines[0]) == 5 else ("any",)
    heads = {language: tuple(line[2 + n] for line in lines) for n, language in enumerate(languages)}
    slots, fields = tuple(line[0] for line in lines), tuple(line[1] or None for line in lines)
    return Export(**facts, slots=slots, fields=fields, heads=heads)


EXPORTS, WORDS = load_exports()
NAMES = ("Label prints twice", "Stock is negative", "Interface to the carrier", "Pallet without number")
SAME = {
    "project": "ERP", "priority": "High", "person": "j.doyle", "tags": "uat", "text": "4 days", "mode": "Auto",
    "plant": "LY01", "own": "x", "unit": "ST", "currency": "EUR", "one": "1", "company": "1000", "client": "100",
}  # fmt: skip
"""What stands in every row."""
VENDORS = ("104711     Brennholt Labs", "104724     Castelvero SpA")


def make_day(number, row):
    """Days whose order cannot be mistaken, and of which some have a day below 13."""
    return FIRST + timedelta(days=11 * row + 7 * number)


def write_figure(value, language):
    """As SAP writes it: three places, separators of the user, the minus behind."""
    text = f"{abs(value):,.3f}"
    marks = {"en": (",", "."), "fr": (" ", ","), "de": (".", ","), "any": (".", ",")}[language]
    text = text.replace(",", "\0").replace(".", marks[1]).replace("\0", marks[0])
    return f"{text}-" if value < 0 else text


def make_cell(export, language, slot, row):
    """The value that stands in a cell: a date, a figure, or a text."""
    group, is_head = row // 3, row % 3 == 0
    texts = {
        "name": f"{NAMES[row % 4]} {row}",
        "title": f"[ERP-{row}] {NAMES[row % 4]}",
        "code": f"ERP-{100 + row}",
        "number": str(1000 + row),
        "hex": f"a{row}f{7919 * (row + 3):x}",
        "seconds": str(3600 * (row + 1)),
        "running": str(row + 1),
        "version": f"Wave {group + 1}",
        "before": str(row) if row else "",
        "level": str(1 + (row > 0)),
        "late": str(row in (4, 7)).lower(),
        "vendor": VENDORS[group % 2],
        "vendor number": f"00001047{11 + group}",
        "company name": VENDORS[group % 2][11:],
        "order": f"45000318{70 + group}",
        "order per row": f"45000318{70 + row}",
        "line": str(10 * (row % 3 + 1)),
        "material": f"M-{9000 + row}",
        "deleted": "L" if row == 5 else "",
        "done": "X" if row < 3 else "",
        "order at head": f"P0{group + 31}" if is_head else "",
        "vendor at head": VENDORS[group % 2][11:] if is_head else "",
        "currency at head": "EUR" if is_head else "",
    } | SAME
    if slot in texts:
        return texts[slot]
    if slot in ("type", "status"):
        words = WORDS[slot][export.preset][language]
        return words[row % len(words)]
    days = {"due": 5, "start": 0, "base": 4, "closed day": 6, "created day": 1}
    if slot in days:
        return None if slot == "closed day" and row > 4 else make_day(days[slot], row)
    if slot == "need or none":
        return None if row == 3 else make_day(5, row)
    if slot in ("created", "updated", "closed"):
        return datetime.combine(make_day(1, row), datetime.min.time()) + timedelta(hours=8 + row, minutes=5)
    return {
        "quantity": Decimal(1250 + 10 * row), "returned": Decimal(-3 if row == 2 else row), "some": Decimal(row),
        "price": Decimal("71.64") + row, "hours": Decimal("7.5") + row, "percent": Decimal(10 * row),
        "share": Decimal(row) / 10,
    }[slot]  # fmt: skip


def write_cell(export, language, value):
    """A cell as text."""
    if isinstance(value, datetime):
        return value.strftime(export.instants[language])
    if isinstance(value, date):
        return value.strftime(export.days[language])
    if isinstance(value, Decimal):
        if export.form == "text.xls":
            return write_figure(value, language)
        text = f"{value:.2f}" if value != value.to_integral_value() else str(int(value))
        return text.replace(".", ",") if language in ("fr", "de") and export.preset == "redmine_csv" else text
    return ("00.00.0000" if export.form == "text.xls" else "") if value is None else value


def list_rows(export, language):
    return [[make_cell(export, language, slot, row) for slot in export.slots] for row in range(ROWS)]


def write_export(export, language, folder):
    """The export as a file whose name says nothing; its path."""
    heads, rows = export.heads[language], list_rows(export, language)
    if export.form == "xlsx":
        return write_workbook(heads, rows, folder / "export.xlsx")
    texts = [[write_cell(export, language, value) for value in row] for row in rows]
    if export.form == "xml":
        return write_rss(heads, texts, folder / "export.xml")
    delimiter = "\t" if export.form == "text.xls" else ";" if language in ("fr", "de") else ","
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows([heads, *texts])
    path = folder / ("export.xls" if export.form == "text.xls" else "export.csv")
    path.write_bytes(out.getvalue().encode("cp1252" if export.form == "text.xls" else "utf-8-sig"))
    return path


def write_workbook(heads, rows, path):
    with xlsxwriter.Workbook(path) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_row(0, 0, heads)
        for number, row in enumerate(rows, 1):
            for place, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(number, place, datetime.combine(cell, datetime.min.time()), day)
                elif cell:
                    sheet.write(number, place, float(cell) if isinstance(cell, Decimal) else cell)
    return path


def write_rss(heads, rows, path):
    items = [
        "<item>"
        + "".join(f"<{head}>{escape(text)}</{head}>" for head, text in zip(heads, row, strict=True))
        + "</item>"
        for row in rows
    ]
    path.write_text(f'<rss version="0.92"><channel><title>x</title>{"".join(items)}</channel></rss>', encoding="utf-8")
    return path
