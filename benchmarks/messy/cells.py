"""What happens to the cells of a list: broken formulas, numbers that lost their digits, texts of another encoding."""

from __future__ import annotations

from benchmarks.messy.grid import Layout
from benchmarks.messy.messes import Mess, rename_keys
from benchmarks.messy.writing import Formula


def break_formulas(layout: Layout) -> None:
    """Errors of a spreadsheet in a date and a figure: a look-up that found nothing, a sheet that was deleted."""
    targets = [column for column in layout.columns if column.kind in ("date", "number") and None not in column.fields]
    data = layout.list_data()
    for turn, column in enumerate(targets[:2]):
        for _, row in data[3 + turn :: 9]:
            row.cells[layout.place(column)] = Formula("=VLOOKUP(Z1,Old!A:B,2,0)", "#N/A" if turn else "#REF!")
            layout.damaged.add((row.record or 0, column.name))
    layout.messes.add("formula errors")


def round_some(layout: Layout) -> None:
    """The same in some rows only: two files were pasted together."""
    column = layout.find("order")
    assert column is not None
    for _, row in layout.list_data()[5::6]:
        row.cells[layout.place(column)] = "4,5E+09" if layout.language != "en" else "4.5E+09"
        layout.damaged.add((row.record or 0, column.name))
    layout.messes.add("numbers in scientific notation")


def lose_zeros(layout: Layout) -> None:
    """Supplier numbers of ten digits: a part of the list went through a spreadsheet that took the zeros away."""
    column = layout.find("code")
    assert column is not None
    for _, row in layout.list_data()[1::2]:
        place = layout.place(column)
        row.cells[place] = str(row.cells[place]).lstrip("0")
    layout.notice = True
    layout.messes.add("leading zeros lost")


def placeholder_days(text: str) -> Mess:
    """Days that stand for none, such as 31.12.9999, instead of empty cells."""

    def change(layout: Layout) -> None:
        for column in layout.columns:
            if column.kind == "date":
                place = layout.place(column)
                for number, (_, row) in enumerate(layout.list_data()):
                    if row.cells[place] is None or (number % 8 == 2 and None in column.values):
                        row.cells[place] = text
                        column.values[row.record or 0] = None
        layout.messes.add("placeholder dates")

    return change


def write_null(layout: Layout) -> None:
    """NULL where there is nothing, as queries of a database print it."""
    for _, row in layout.list_data():
        row.cells = ["NULL" if cell is None else cell for cell in row.cells]
    layout.messes.add("NULL for nothing")


def join_order(layout: Layout) -> None:
    """Order and item in one column: 4500031870/10."""
    order, line = layout.find("order"), layout.find("line")
    assert order is not None
    assert line is not None
    order.values = [f"{number}/{item}" for number, item in zip(order.values, line.values, strict=True)]
    order.fields = ("order_line", "order_number")
    layout.columns.remove(line)
    layout.messes.add("order and item in one column")


def type_numbers(layout: Layout) -> None:
    """Order and item numbers in cells of numbers."""
    for column in layout.columns:
        if column.slot in ("order", "line"):
            column.write = int
    layout.messes.add("numbers of documents as numbers")


def break_lines(layout: Layout) -> None:
    """Line breaks, delimiters and quotation marks inside texts."""
    column = layout.find("remark") or layout.find("name") or layout.find("text")
    assert column is not None
    place = layout.place(column)
    for _, row in layout.list_data()[2::5]:
        row.cells[place] = f'{row.cells[place] or "cf."}\n"v2"; à voir, {row.record}'
        column.values[row.record or 0] = row.cells[place]
    layout.messes.add("line breaks in quotes")


def put_hostile(texts: tuple[str, ...]) -> Mess:
    """Texts that once broke or fooled a program, in the names of records."""

    def change(layout: Layout) -> None:
        column = layout.find("name") or layout.find("text")
        assert column is not None
        for (_, row), text in zip(layout.list_data()[1:], texts, strict=False):
            row.cells[layout.place(column)] = column.values[row.record or 0] = text
        layout.messes.add("hostile text")

    return change


def spoil_letters(layout: Layout) -> None:
    """UTF-8 that was read as Windows-1252 and saved again: Ã© for é, in headers and texts."""
    old = [column.name for column in layout.columns]
    for column in layout.columns:
        column.heads = tuple(spoil(head) for head in column.heads)
        column.values = [spoil(value) if isinstance(value, str) else value for value in column.values]
    for row in layout.rows:
        row.cells = [spoil(cell) if isinstance(cell, str) else cell for cell in row.cells]
    rename_keys(layout, old)
    layout.notice = True
    layout.messes.add("mojibake")


def spoil(text: str) -> str:
    return text.encode().decode("cp1252", errors="replace")
