"""The hand of a person in a spreadsheet program: opens a workbook, types into cells, saves it."""

from datetime import date, datetime

import python_calamine
import xlsxwriter

from slipwatch.engine.workbook.sheets import BY_ID
from slipwatch.engine.workbook.wording import Wording

HEAD = 2


class Hand:
    """The sheets of a workbook as lists of rows. Saved without any of the formats: only the values count."""

    def __init__(self, path, language="en"):
        self.path, self.wording = path, Wording(language)
        book = python_calamine.load_workbook(path)
        self.sheets = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}

    def rows(self, sheet):
        return self.sheets[self.wording.title(sheet)]

    def column(self, sheet, field):
        return self.rows(sheet)[HEAD].index(self.wording.head(BY_ID[sheet], BY_ID[sheet].by_field[field]))

    def find(self, sheet, **known):
        """The row in which these columns show these values."""
        for row in self.rows(sheet)[HEAD + 1 :]:
            if all(row[self.column(sheet, field)] == value for field, value in known.items()):
                return row
        raise AssertionError(f"no row {known} in {sheet}")

    def type(self, sheet, known, **values):
        """Write into the row that shows `known`."""
        row = self.find(sheet, **known)
        for field, value in values.items():
            row[self.column(sheet, field)] = value
        return self

    def add(self, sheet, **values):
        """Write into the first spare row."""
        line = next(filter(self.is_spare(sheet), self.rows(sheet)[HEAD + 1 :]), None)
        if line is None:
            line = [""] * len(self.rows(sheet)[HEAD])
            self.rows(sheet).append(line)
        for field, value in values.items():
            line[self.column(sheet, field)] = value
        return self

    def is_spare(self, sheet):
        numbers = {self.column(sheet, "number")} if sheet in NUMBERED else set()
        return lambda row: all(cell == "" for place, cell in enumerate(row) if place not in numbers)

    def save(self, path=None):
        path = path or self.path
        book = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, rows in self.sheets.items():
            page = book.add_worksheet(name)
            for line, row in enumerate(rows):
                for place, cell in enumerate(row):
                    write(page, line, place, cell, day)
        book.close()
        return path


NUMBERED = ("statements", "actions", "decisions", "risks")


def write(page, line, place, cell, day):
    if isinstance(cell, bool):
        page.write_boolean(line, place, cell)
    elif isinstance(cell, (date, datetime)):
        page.write_datetime(line, place, cell, day)
    elif isinstance(cell, (int, float)):
        page.write_number(line, place, cell)
    elif cell != "":
        page.write_string(line, place, cell)
