"""The buyer's export: its layout, its three bad weeks, and what it shows of every kind of line."""

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from slipwatch.sample.calendars import DC_M, SITE_G, SITE_R, count_working_days, is_working_day, shift_working_days
from slipwatch.sample.cast import SUPPLIERS
from slipwatch.sample.programme import POLLS
from slipwatch.sample.truth import TRUTH
from tests.sample import reference_reader as read

BAD = {date(2026, 2, 20), date(2026, 3, 13)}


@pytest.fixture(scope="module")
def exports(drop: Path) -> dict[date, dict[str, dict]]:
    """Every complete file: day to rows by key."""
    files = {read.day_of(path): path for path in sorted((drop / "erp").glob("*.csv"))}
    return {day: {row["key"]: row for row in read.read_erp(path)[0]} for day, path in files.items() if day not in BAD}


def erp_text(drop: Path, day: str) -> str:
    return (drop / "erp" / f"{day}_commandes.csv").read_bytes().decode("cp1252")


def test_every_complete_file_has_431_lines(exports: dict) -> None:
    assert len(exports) == 22
    assert {day: len(rows) for day, rows in exports.items()} == dict.fromkeys(exports, 431)


def test_two_new_orders_take_the_place_of_two_old_lines(exports: dict) -> None:
    days = sorted(exports)
    changes = {
        after: (set(exports[after]) - set(exports[before]), set(exports[before]) - set(exports[after]))
        for before, after in pairwise(days)
        if set(exports[after]) != set(exports[before])
    }
    assert changes == {
        date(2026, 1, 30): ({"4500031870/10"}, {"4500024990/10"}),
        date(2026, 2, 6): ({"4500032015/10"}, {"4500024990/20"}),
    }


def test_layout(drop: Path) -> None:
    lines = erp_text(drop, "2026-01-02").split("\r\n")
    assert lines[0].startswith('"N° commande";"Poste";"N° fournisseur"')
    assert lines[-1] == ""
    assert lines[-2].startswith('"Sous-total";;;')
    assert len(lines) == 1 + 431 + 1 + 1
    assert all(line.split(";")[0].strip('"').isdigit() and line[0] == '"' for line in lines[1:-2])
    assert all('"0000' in line.split(";")[2] for line in lines[1:-2])


def test_subtotal_is_the_sum_of_all_lines(drop: Path) -> None:
    rows, _ = read.read_erp(drop / "erp" / "2026-01-02_commandes.csv")
    cents = sum(row["quantity"] * int(row["price"].replace(",", "")) for row in rows)
    stated = erp_text(drop, "2026-01-02").split("\r\n")[-2].split(";")[8]
    assert int(stated.replace(",", "")) == cents


def test_windows_1252_matters(drop: Path) -> None:
    raw = (drop / "erp" / "2026-01-02_commandes.csv").read_bytes()
    assert "Hallstedt Fördertechnik" in raw.decode("cp1252")
    with pytest.raises(UnicodeDecodeError):
        raw.decode("utf-8")


def test_a_text_may_hold_the_delimiter(exports: dict) -> None:
    assert any(";" in row["text"] for row in exports[date(2026, 1, 2)].values())


def test_filtered_file_has_only_site_g(drop: Path) -> None:
    rows, damaged = read.read_erp(drop / "erp" / "2026-02-20_commandes.csv")
    assert (len(rows), damaged) == (168, [])
    assert {row["site"] for row in rows} == {SITE_G}
    assert round(100 * (168 / 431 - 1)) == -61


def test_damaged_file_has_the_right_count_and_no_key(drop: Path, exports: dict) -> None:
    rows, damaged = read.read_erp(drop / "erp" / "2026-03-13_commandes.csv")
    assert len(rows) == 431
    assert set(damaged) == {"4,5E+09"}
    assert len(damaged) == 431
    assert not any(row["supplier_no"].startswith("0") for row in rows)
    assert not {row["key"] for row in rows} & set(exports[date(2026, 3, 6)])


def test_keys_are_unique(exports: dict, drop: Path) -> None:
    for path in (drop / "erp").glob("*.csv"):
        rows, damaged = read.read_erp(path)
        assert damaged or len({row["key"] for row in rows}) == len(rows)


def test_kinds_of_lines(exports: dict) -> None:
    for rows in exports.values():
        assert sum(row["needed"] is None for row in rows.values()) == 62
        assert sum(not row["reference"].startswith("CF-") for row in rows.values()) == 12
        assert sum(row["sent"] is None for row in rows.values()) == 1
    assert {row["reference"][:5] for row in rows.values() if row["needed"] is None} == {"CF-WD"}


def test_old_lines_are_late_by_up_to_210_days_until_the_flag(exports: dict) -> None:
    first = exports[date(2026, 1, 2)]
    late = {
        key: row
        for key, row in first.items()
        if not row["complete"] and row["needed"] and row["promised"] < date(2026, 1, 2)
    }
    assert tuple(sorted(late)) == TRUTH.opening_inventory
    assert max((date(2026, 1, 2) - row["promised"]).days for row in late.values()) == 210
    assert {row["site"] for row in late.values()} == {SITE_R, SITE_G}
    flags = {day: {rows[key]["complete"] for key in late} for day, rows in exports.items()}
    assert flags == {day: {day >= date(2026, 1, 30)} for day in exports}
    assert {rows[key]["received"] for rows in exports.values() for key in late} == {0}
    assert {rows[key]["booked"] for rows in exports.values() for key in late} == {None}


def test_lag_is_always_the_same(exports: dict) -> None:
    for rows in exports.values():
        for row in rows.values():
            if row["booked"]:
                supplier = next(s for s in SUPPLIERS.values() if s.number == row["supplier_no"])
                assert count_working_days(row["site"], row["delivered"], row["booked"]) == supplier.lag_days


def test_at_least_ten_punctual_receipts_of_2025_for_each_supplier(exports: dict) -> None:
    punctual = Counter(
        row["supplier"]
        for row in exports[date(2026, 1, 2)].values()
        if row["delivered"] and row["needed"] and row["delivered"].year == 2025
    )
    assert {supplier.name for supplier in SUPPLIERS.values()} == set(punctual)
    assert min(punctual.values()) >= 10
    for row in exports[date(2026, 1, 2)].values():
        if row["delivered"] and row["needed"]:
            assert row["delivered"] == row["promised"] <= row["needed"]


def test_bookings_are_never_later_than_the_file(exports: dict) -> None:
    for day, rows in exports.items():
        assert all(row["booked"] is None or row["booked"] <= day for row in rows.values())
        assert all(row["sent"] is None or row["sent"] <= day for row in rows.values())


HIDDEN = [
    (date(2026, 2, 13), date(2026, 2, 26)),
    (date(2026, 3, 6), date(2026, 3, 19)),
    (date(2026, 5, 29), date(2026, 6, 18)),
]


def test_no_line_at_sites_r_and_g_is_due_while_no_file_could_show_it(exports: dict) -> None:
    for rows in exports.values():
        for row in rows.values():
            if row["site"] != DC_M and row["promised"] and row["promised"].year == 2026:
                supplier = next(s for s in SUPPLIERS.values() if s.number == row["supplier_no"])
                due = shift_working_days(row["site"], row["promised"], supplier.lag_days)
                assert not any(first <= day <= last for first, last in HIDDEN for day in (row["promised"], due)), row


def test_every_receipt_at_sites_r_and_g_shows_before_it_is_missed(exports: dict) -> None:
    for poll in POLLS:
        newest = max(day for day in exports if day <= poll.files_of)
        for row in exports[newest].values():
            if row["site"] != DC_M and not row["complete"]:
                supplier = next(s for s in SUPPLIERS.values() if s.number == row["supplier_no"])
                due = shift_working_days(row["site"], row["promised"], supplier.lag_days)
                assert due >= poll.day or row["key"] in TRUTH.opening_inventory, (poll, row)


def test_promises_lie_on_working_days_except_good_friday(exports: dict) -> None:
    closed = {
        row["key"]
        for rows in exports.values()
        for row in rows.values()
        if row["promised"] and not is_working_day(row["site"], row["promised"])
    }
    assert closed == {"4500032207/10", "4500032207/20", "4500032207/30"}


def test_only_the_named_lines_ever_move(exports: dict) -> None:
    dates: dict[str, list[date]] = {}
    for day in sorted(exports):
        for key, row in exports[day].items():
            known = dates.setdefault(key, [])
            if row["promised"] not in known:
                known.append(row["promised"])
    moved = {key: known for key, known in dates.items() if len(known) > 1}
    assert moved == {
        "4500031870/10": [date(2026, 3, 13), date(2026, 3, 6)],
        "4500032015/10": [date(2026, 3, 27), date(2026, 4, 17), date(2026, 4, 30)],
        "4500031402/10": [date(2026, 3, 27), date(2026, 4, 2), date(2026, 4, 10), date(2026, 4, 17), date(2026, 4, 24)],
        "4500032340/10": [date(2026, 3, 20), date(2026, 4, 17)],
    }
    constant = ("needed", "sent", "quantity", "price", "reference", "supplier_no", "site", "text")
    last = exports[max(exports)]
    for rows in exports.values():
        assert all(rows[key][name] == row[name] for key, row in last.items() if key in rows for name in constant)


def test_overwritten_promise_is_gone_from_the_next_file_on(exports: dict) -> None:
    shown = {day: rows["4500031402/10"]["promised"] for day, rows in exports.items()}
    assert shown[date(2026, 3, 20)] == date(2026, 3, 27)
    assert shown[date(2026, 3, 27)] == date(2026, 4, 2)
    assert shown[date(2026, 4, 3)] == date(2026, 4, 10)
    assert shown[date(2026, 4, 10)] == date(2026, 4, 17)
    assert shown[date(2026, 4, 17)] == date(2026, 4, 24)


def test_handhelds_are_booked_in_two_parts(exports: dict) -> None:
    received = {day: rows["4500032015/10"]["received"] for day, rows in exports.items() if "4500032015/10" in rows}
    assert [received[date(2026, 5, day)] for day in (7, 15, 22, 29)] == [0, 80, 80, 120]
    assert exports[date(2026, 5, 29)]["4500032015/10"]["complete"]
    assert not exports[date(2026, 5, 22)]["4500032015/10"]["complete"]


def test_racking_protection_is_booked_four_working_days_late(exports: dict) -> None:
    for item in (10, 20, 30):
        assert exports[date(2026, 4, 3)][f"4500032207/{item}"]["received"] == 0
        booked = exports[date(2026, 4, 10)][f"4500032207/{item}"]
        assert (booked["delivered"], booked["booked"]) == (date(2026, 4, 2), date(2026, 4, 10))
        assert booked["complete"]


def test_consumables_are_called_off_and_never_complete(exports: dict) -> None:
    days = sorted(exports)
    for before, after in pairwise(days):
        rows = [key for key, row in exports[after].items() if row["needed"] is None]
        grown = sum(exports[after][key]["received"] > exports[before][key]["received"] for key in rows)
        assert grown > 0
        assert all(exports[after][key]["received"] >= exports[before][key]["received"] for key in rows)
        assert not any(exports[after][key]["complete"] for key in rows)
        assert {exports[after][key]["promised"] for key in rows} == {date(2026, 3, 2)}


def test_63_red_lines_on_20_april(exports: dict) -> None:
    """Consumables and cradles: what a tool that only looks at ERP dates would cry about."""
    rows = exports[date(2026, 4, 17)].values()
    red = [row for row in rows if not row["complete"] and row["promised"] < date(2026, 4, 20)]
    assert len(red) == 63
    assert {row["key"] for row in red if row["needed"]} == {"4500032340/10"}


def test_six_services_of_lienzo_in_the_26_weeks(exports: dict) -> None:
    last = exports[max(exports)]
    days = [row["delivered"] for row in last.values() if row["supplier"] == "Lienzo" and row["delivered"]]
    assert sorted(day for day in days if day.year == 2026) == [
        date(2026, 1, 15),
        date(2026, 2, 5),
        date(2026, 3, 3),
        date(2026, 4, 9),
        date(2026, 5, 20),
        date(2026, 6, 24),
    ]


def test_no_receipt_is_later_than_promised_or_needed_but_those_told(exports: dict) -> None:
    late = {
        row["key"]
        for rows in exports.values()
        for row in rows.values()
        if row["delivered"] and row["needed"] and row["delivered"] > min(row["promised"], row["needed"])
    }
    assert late == {"4500032015/10", "4500031402/10", "4500032340/10"}


def test_orders_are_sent_long_before_they_are_due(exports: dict) -> None:
    for row in exports[max(exports)].values():
        if row["sent"] and row["key"] not in ("4500031870/10",):
            assert row["promised"] - row["sent"] >= timedelta(days=18)
