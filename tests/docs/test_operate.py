"""What the page for operators shows happens, in the programme of the tutorial."""

import pytest

from tests.docs.pages import DOCS, Reader, expect, read_blocks, read_commands

PAGE = DOCS / "operate.md"
HEAD = "Order;Line;Vendor;Plant;Material;Project;Ordered on;Needed on;Promised on;Ordered;Received;Unit\n"
LINE = "{number};10;0000100562;L100;Scanner;LYO-31;04/01/2027;28/03/2031;{promised};24,000;0,000;PCE\n"


def write_orders(count, *, promised=("21/03/2031",)):
    lines = [
        LINE.format(number=4500000100 + number, promised=promised[number % len(promised)]) for number in range(count)
    ]
    return HEAD + "".join(lines)


@pytest.fixture
def reader(tmp_path, monkeypatch):
    """Somebody with the programme of the tutorial, after a first run over forty order lines."""
    monkeypatch.chdir(tmp_path)
    reader = Reader(tmp_path)
    reader.type("slipwatch init")
    shown = {block.path: block.text for block in reversed(read_blocks(DOCS / "tutorial.md")) if block.path}
    for path, text in shown.items():
        reader.save(path, text)
    reader.save("drop/orders.csv", write_orders(40))
    reader.type("slipwatch run")
    return reader


def test_what_the_page_shows_happens(reader):
    """One after the other, because runs and windows are numbered."""
    reader.follow(PAGE, heading="Watch the watcher")
    reader.save("drop/orders.csv", write_orders(10))
    reader.follow(PAGE, heading="When a window is held")
    reader.save("drop/orders.csv", write_orders(10, promised=("21/03/2031", "KW 12")))
    reader.follow(PAGE, heading="When a file, or a row, is set aside")

    assert "set aside" in reader.type("slipwatch alerts show ORDERS")


def test_the_scheduler_of_the_machine_is_told_what_the_page_shows(reader):
    blocks = [block for block in read_blocks(PAGE) if block.heading == "Every morning" and block.language == "console"]
    for command in (one for block in blocks[1:] for one in read_commands(block)):
        expect(reader.type(command.line), command.expected, command.line)


def test_a_new_name_of_a_column_is_read_at_the_next_run(reader):
    reader.save("drop/orders.csv", write_orders(40).replace("Promised on", "Liefertermin"))
    assert "set aside" in reader.type("slipwatch run")
    sources = (reader.folder / "config" / "sources.yaml").read_text(encoding="utf-8")
    mapped = sources.replace("promised_on: Promised on", "promised_on: [Promised on, Liefertermin]")
    reader.save("config/sources.yaml", mapped)

    assert "1 resolved" in reader.type("slipwatch run")


def test_a_role_is_released_with_author_and_reason(reader):
    reader.follow(PAGE, heading="Mail that leaves, and to whom")

    assert "released" in reader.type("slipwatch recipients list")
