"""What the suppliers send: confirmations of every line, notices where they practise them, and when."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path

import pytest

from slipwatch.sample.calendars import DC_M, count_working_days, shift_working_days
from slipwatch.sample.cast import SUPPLIERS
from slipwatch.sample.orders import list_order_lines
from slipwatch.sample.orders_quiet import list_quiet_lines
from slipwatch.sample.programme import SEED
from tests.sample import reference_reader as read

LINES = {line.key: line for line in list_order_lines(SEED)}


@pytest.fixture(scope="module")
def statements(drop: Path) -> dict[str, list[dict]]:
    found: dict[str, list[dict]] = defaultdict(list)
    for path in sorted((drop / "suppliers").glob("*.csv")):
        kind = path.stem.split("_")[2]
        found[kind] += [row | {"file": path.name} for row in read.read_supplier_file(path)]
    return found


def test_headers_and_dates_in_two_languages(drop: Path) -> None:
    german = (drop / "suppliers" / "2025-12-31_hallstedt_confirmations.csv").read_bytes()
    assert german.startswith(
        b"\xef\xbb\xbfAB-Nummer;AB-Datum;Lieferantennummer;Bestellnummer;Position;Menge;Einheit;Liefertermin;"
        b"Best\xc3\xa4tigt von\r\n"
    )
    assert b";27.03.2026;" in german
    english = (drop / "suppliers" / "2026-02-05_telmar_confirmations.csv").read_text(encoding="utf-8").splitlines()
    assert english == [
        "confirmation_no;confirmed_on;supplier_no;order;item;quantity;unit;promised_on;confirmed_by",
        "AB-TEL-00032;2026-02-05;0000300127;4500032015;10;120;PCE;2026-03-27;Telmar Mobile, order desk",
    ]


def test_every_row_is_in_the_file_of_its_day(statements: dict) -> None:
    for rows in statements.values():
        for row in rows:
            assert row["file"].startswith(str(max(row["on"], date(2025, 12, 31))))
            assert SUPPLIERS[row["file"].split("_")[1]].number == row["supplier_no"]


def test_numbers_are_unique(statements: dict) -> None:
    for rows in statements.values():
        assert len({row["no"] for row in rows}) == len(rows)


def test_every_statement_names_a_line_and_its_quantity(statements: dict) -> None:
    for rows in statements.values():
        assert all(row["quantity"] == LINES[row["key"]].quantity for row in rows)


def test_every_line_is_confirmed_within_two_days_but_the_printers_and_the_one_never_sent(statements: dict) -> None:
    first: dict[str, date] = {}
    for row in statements["confirmations"]:
        first[row["key"]] = min(row["on"], first.get(row["key"], row["on"]))
    assert set(LINES) - set(first) == {"4500031990/10"}
    waited = {
        key: count_working_days(LINES[key].site, sent, day)
        for key, day in first.items()
        if (sent := LINES[key].sent_on)
    }
    assert {key for key, days in waited.items() if not 1 <= days <= 2} == {"4500031870/10"}
    assert first["4500031870/10"] == date(2026, 2, 12)


def test_only_handhelds_and_cradles_are_promised_anew(statements: dict) -> None:
    dates: dict[str, list[date]] = defaultdict(list)
    for row in statements["confirmations"]:
        dates[row["key"]].append(row["date"])
    assert {key: known for key, known in dates.items() if len(known) > 1} == {
        "4500032015/10": [date(2026, 3, 27), date(2026, 4, 30)],
        "4500032340/10": [date(2026, 3, 20), date(2026, 4, 17)],
    }


def test_confirmations_and_notices_reach_back_to_2025(statements: dict) -> None:
    confirmed = Counter(row["file"].split("_")[1] for row in statements["confirmations"] if row["on"].year == 2025)
    noticed = Counter(row["file"].split("_")[1] for row in statements["notices"] if row["on"].year == 2025)
    assert set(confirmed) == set(SUPPLIERS)
    assert min(confirmed.values()) >= 10
    assert set(noticed) == {"telmar", "hallstedt", "imprilis"}
    assert min(noticed.values()) >= 10


def test_some_suppliers_never_send_notices(statements: dict) -> None:
    assert {row["file"].split("_")[1] for row in statements["notices"]} == {"telmar", "hallstedt", "imprilis"}


def test_announced_in_time_where_practised(statements: dict) -> None:
    noticed = {row["key"]: row["on"] for row in statements["notices"]}
    late = set()
    for key, line in LINES.items():
        transit = SUPPLIERS[line.supplier].transit_days
        promised = line.buyer_dates[-1].promised_on
        if transit and line.needed_on:
            latest = shift_working_days(line.site, promised, -transit)
            if latest < date(2026, 6, 29) and noticed.get(key, date.max) > latest:
                late.add(key)
    assert late == {"4500032015/10"}
    assert noticed["4500032015/10"] == date(2026, 5, 7)


def test_consumables_have_no_notice(statements: dict) -> None:
    assert not {row["key"] for row in statements["notices"] if LINES[row["key"]].needed_on is None}


def test_quiet_lines_are_delivered_on_the_day_promised() -> None:
    for line in list_quiet_lines(SEED):
        promised = line.buyer_dates[-1].promised_on
        assert [answer.promised_on for answer in line.confirmations] == [promised]
        assert line.flagged_on or [part.day for part in line.deliveries] == [promised]
        assert line.needed_on
        assert line.needed_on >= promised


def test_no_quiet_delivery_at_dc_m_while_the_wms_is_down() -> None:
    for line in list_quiet_lines(SEED):
        if line.site == DC_M:
            assert all(not date(2026, 5, 8) <= part.day <= date(2026, 5, 22) for part in line.deliveries)


def test_statements_of_a_poll_are_those_before_it(statements: dict) -> None:
    last = max(row["on"] for rows in statements.values() for row in rows)
    assert last < date(2026, 6, 29)
    assert last > date(2026, 6, 29) - timedelta(days=21)
