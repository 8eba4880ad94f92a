"""What the page for operators shows happens, in the programme of the tutorial."""

import pytest

from tests.docs.pages import DOCS, Reader, read_blocks

PAGE = DOCS / "operate.md"
HEAD = "Order;Line;Vendor;Plant;Material;Project;Ordered on;Needed on;Promised on;Ordered;Received;Unit\n"
LINE = "{number};10;0000100562;L100;Scanner;LYO-31;04/01/2027;28/03/2031;{promised};24,000;0,000;PCE\n"


def write_orders(count, *, promised=("21/03/2031",)):
    lines = [
        LINE.format(number=4500000100 + number, promised=promised[number % len(promised)]) for number in range(count)
    ]
    return HEAD + "".join(lines)


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    """Somebody with the programme of the tutorial, after a first run over forty order lines."""
    reader = Reader(tmp_path_factory.mktemp("operate"))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(reader.folder)
        reader.type("slipwatch init")
        shown = {block.path: block.text for block in reversed(read_blocks(DOCS / "tutorial.md")) if block.path}
        for path, text in shown.items():
            reader.save(path, text)
        reader.save("drop/orders.csv", write_orders(40))
        reader.type("slipwatch run")
        yield reader


def test_the_watchdog_is_content_after_a_good_run(reader):
    reader.follow(PAGE, heading="Watch the watcher")


def test_a_window_that_jumps_is_held_until_it_is_released(reader):
    reader.save("drop/orders.csv", write_orders(10))
    reader.follow(PAGE, heading="When a window is held")

    assert "orders.csv" not in reader.type("slipwatch sources list")


def test_a_file_with_too_many_bad_rows_is_set_aside(reader):
    reader.save("drop/orders.csv", write_orders(10, promised=("21/03/2031", "KW 12")))
    reader.follow(PAGE, heading="When a file, or a row, is set aside")

    assert "set aside" in reader.type("slipwatch alerts show ORDERS")


def test_a_new_name_of_a_column_is_read_at_the_next_run(reader):
    reader.save("drop/orders.csv", write_orders(10).replace("Promised on", "Liefertermin"))
    assert "set aside" in reader.type("slipwatch run")
    sources = (reader.folder / "config" / "sources.yaml").read_text(encoding="utf-8")
    reader.save(
        "config/sources.yaml", sources.replace("promised_on: Promised on", "promised_on: [Promised on, Liefertermin]")
    )

    assert "1 resolved" in reader.type("slipwatch run")


def test_a_role_is_released_with_author_and_reason(reader):
    reader.follow(PAGE, heading="Mail that leaves, and to whom")
