"""Invented records of every kind of list: names, parties, numbers, days and figures from a seed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from benchmarks.messy.truth import Value
from benchmarks.messy.words import read_yaml
from benchmarks.messy.writing import add_days

Records = dict[str, list[Value]]

FIRST = date(2026, 1, 12)
PROJECTS = ("ERP-CORE", "WMS-DC", "SOP-PLAN")
SITES = ("R100", "G200", "M300")
UNITS = {"en": ("PC", "KG", "M"), "fr": ("PCE", "KG", "M"), "de": ("ST", "KG", "M")}
SUPPLIERS = (
    "Telmar Systèmes SARL",
    "Hallstedt GmbH",
    "Imprilis & Fils",
    "Norvane Ltd",
    "Brennholt Labs",
    "Castelvero SpA",
)

ROLES = {
    "en": ("Integrator PM", "IT lead", "Purchasing", "Key user finance", "PMO"),
    "fr": ("CdP intégrateur", "DSI", "Achats", "Référent finance", "PMO"),
    "de": ("PL Integrator", "IT-Leitung", "Einkauf", "Key-User Finanzen", "PMO"),
}
FORUMS = {
    "en": ("Steering committee", "Project board", "Design authority"),
    "fr": ("COPIL", "COPROJ", "Comité d'architecture"),
    "de": ("Lenkungsausschuss", "Projektsitzung", "Architekturboard"),
}
PLACES = ("Lyon", "Hamburg", "Leeds", "Graz", "Nantes", "Basel")
TITLES: dict[str, dict[str, list[str]]] = read_yaml("names.yaml")


class Invention:
    """Draws values for one list; days fall before and after the middle of every month, so that their order shows."""

    def __init__(self, language: str, chance: Random, count: int) -> None:
        self.language, self.chance, self.count = language, chance, count

    def title(self, subject: str) -> list[Value]:
        names = TITLES[subject][self.language]
        return [f"{names[n % len(names)]} {PLACES[n // len(names) % len(PLACES)]}" for n in range(self.count)]

    def pick(self, subject: str) -> list[Value]:
        return self.draw(lambda: self.chance.choice(TITLES[subject][self.language]))

    def draw(self, one: Callable[[], Value]) -> list[Value]:
        return [one() for _ in range(self.count)]

    def days(self, *, spread: int = 150, start: date = FIRST) -> list[Value]:
        found = [add_days(start, self.chance.randrange(spread)) for _ in range(self.count)]
        for place in range(0, self.count, 3):  # enough days above 12 that any third of them shows the order
            found[place] = found[place].replace(day=13 + self.chance.randrange(15))
        return list(found)

    def after(self, days: list[Value], *, least: int, most: int, share: float = 1.0) -> list[Value]:
        """A later day for a share of the records, none for the others."""
        found: list[Value] = []
        for place, day in enumerate(days):
            keep = self.chance.random() < share or place % 6 == 0
            later = day + timedelta(days=self.chance.randint(least, most)) if isinstance(day, date) else None
            if later and place % 6 == 0 and later.day < 13:
                later = later.replace(day=later.day + 15)
            found.append(later if keep else None)
        return found

    def codes(self, prefix: str, *, first: int = 1, width: int = 3) -> list[Value]:
        return [f"{prefix}{first + n:0{width}d}" for n in range(self.count)]

    def sorted_projects(self) -> list[Value]:
        return [PROJECTS[n * len(PROJECTS) // self.count] for n in range(self.count)]

    def amounts(self, *, least: int, most: int, cents: bool = True) -> list[Value]:
        whole = [self.chance.randint(least, most) for _ in range(self.count)]
        whole[0] = max(whole[0], 1_250)
        return [Decimal(one) + (Decimal(self.chance.randint(1, 99)) / 100 if cents else 0) for one in whole]

    def order_lines(self) -> tuple[list[Value], list[Value]]:
        """Ten-digit order numbers with one to four lines each: neither identifies a row alone."""
        orders: list[Value] = []
        lines: list[Value] = []
        number = 4500031000 + self.chance.randrange(500)
        while len(orders) < self.count:
            number += self.chance.randint(1, 40)
            for line in range(1, self.chance.randint(2, 4) + 1):
                orders.append(str(number))
                lines.append(str(line * 10))
        return orders[: self.count], lines[: self.count]


def invent_plan(one: Invention) -> Records:
    baseline = one.days()
    forecast = one.after(baseline, least=0, most=40)
    return {
        "code": one.codes("M-", width=2),
        "project": one.sorted_projects(),
        "name": one.title("plan"),
        "baseline": baseline,
        "forecast": forecast,
        "accepted": one.after(forecast, least=0, most=9, share=0.3),
        "progress": one.draw(lambda: Decimal(one.chance.randrange(0, 21) * 5) / 100),
        "status": one.pick("states"),
        "owner": one.draw(lambda: one.chance.choice(ROLES[one.language])),
        "remark": [*one.pick("remarks")[: one.count // 3], *[None] * (one.count - one.count // 3)],
    }


def invent_orders(one: Invention) -> Records:
    orders, lines = one.order_lines()
    sent = one.days(spread=90)
    ordered = one.amounts(least=5, most=2_400, cents=False)
    return {
        "order": orders,
        "line": lines,
        "supplier": [SUPPLIERS[int(str(n)) % len(SUPPLIERS)] for n in orders],
        "name": one.title("orders"),
        "project": [f"CF-{p}-10" for p in one.sorted_projects()],
        "site": one.draw(lambda: one.chance.choice(SITES)),
        "ordered": ordered,
        "received": [n if one.chance.random() < 0.3 else Decimal(0) for n in ordered],
        "unit": one.draw(lambda: one.chance.choice(UNITS[one.language])),
        "price": one.amounts(least=2, most=1_900),
        "currency": ["EUR"] * one.count,
        "sent": sent,
        "needed": one.after(sent, least=30, most=70),
        "promised": one.after(sent, least=35, most=95, share=0.8),
        "status": one.pick("line states"),
    }


def invent_confirmations(one: Invention) -> Records:
    orders, lines = one.order_lines()
    said = one.days(spread=90)
    return {
        "code": one.codes("AB-", first=20_410, width=5),
        "said": said,
        "order": orders,
        "line": lines,
        "name": one.title("orders"),
        "quantity": one.amounts(least=5, most=2_400, cents=False),
        "unit": one.draw(lambda: one.chance.choice(UNITS[one.language])),
        "promised": one.after(said, least=25, most=80),
    }


def invent_receipts(one: Invention) -> Records:
    orders, lines = one.order_lines()
    received = one.days(spread=90)
    return {
        "code": one.codes("50000", first=12_100, width=5),
        "order": orders,
        "line": lines,
        "supplier": [SUPPLIERS[int(str(n)) % len(SUPPLIERS)] for n in orders],
        "site": one.draw(lambda: one.chance.choice(SITES)),
        "received": received,
        "booked": one.after(received, least=0, most=5),
        "quantity": one.amounts(least=5, most=2_400, cents=False),
        "unit": one.draw(lambda: one.chance.choice(UNITS[one.language])),
    }


def invent_actions(one: Invention) -> Records:
    due = one.days()
    return {
        "code": one.codes("A-"),
        "project": one.sorted_projects(),
        "name": one.title("actions"),
        "owner": one.draw(lambda: one.chance.choice(ROLES[one.language])),
        "due": due,
        "done": one.after(due, least=-6, most=12, share=0.4),
        "origin": one.draw(lambda: one.chance.choice(FORUMS[one.language])),
        "remark": [*one.pick("remarks")[: one.count // 3], *[None] * (one.count - one.count // 3)],
    }


def invent_decisions(one: Invention) -> Records:
    needed = one.days()
    taken = one.after(needed, least=-9, most=15, share=0.5)
    outcomes = one.pick("outcomes")
    return {
        "code": one.codes("D-"),
        "project": one.sorted_projects(),
        "name": one.title("decisions"),
        "needed": needed,
        "taken": taken,
        "outcome": [text if day else None for text, day in zip(outcomes, taken, strict=True)],
        "owner": one.draw(lambda: one.chance.choice(FORUMS[one.language])),
    }


def invent_risks(one: Invention) -> Records:
    probability = one.draw(lambda: Decimal(one.chance.randint(1, 5)))
    impact = one.draw(lambda: Decimal(one.chance.randint(1, 5)))
    reviewed = one.days()
    return {
        "code": one.codes("R-"),
        "project": one.sorted_projects(),
        "name": one.title("risks"),
        "probability": probability,
        "impact": impact,
        "score": [Decimal(str(p)) * Decimal(str(i)) for p, i in zip(probability, impact, strict=True)],
        "response": one.pick("responses"),
        "owner": one.draw(lambda: one.chance.choice(ROLES[one.language])),
        "reviewed": reviewed,
        "closed": one.after(reviewed, least=5, most=30, share=0.25),
    }


def invent_budget(one: Invention) -> Records:
    approved = [Decimal(one.chance.randint(30, 2_400)) * 1_000 for _ in range(one.count)]
    actual = [round(n * one.chance.randint(5, 60) / 10_000) * Decimal(100) for n in approved]
    committed = [round(n * one.chance.randint(5, 30) / 10_000) * Decimal(100) for n in approved]
    rest = [round(n * one.chance.randint(10, 70) / 10_000) * Decimal(100) for n in approved]
    variance = [a - b - c - r for a, b, c, r in zip(approved, actual, committed, rest, strict=True)]
    return {
        "code": one.codes("B-", first=10, width=2),
        "project": one.sorted_projects(),
        "name": one.title("budget"),
        "approved": list(approved),
        "committed": list(committed),
        "actual": list(actual),
        "rest": list(rest),
        "variance": list(variance),
    }


def invent_costs(one: Invention) -> Records:
    amounts = one.amounts(least=80, most=48_000)
    return {
        "code": one.codes("19", first=30_120, width=6),
        "booked": one.days(),
        "line": one.draw(lambda: f"B-{one.chance.randint(10, 20)}"),
        "amount": [-n if isinstance(n, Decimal) and place % 7 == 3 else n for place, n in enumerate(amounts)],
        "currency": ["EUR"] * one.count,
        "text": one.title("budget"),
    }


def invent_suppliers(one: Invention) -> Records:
    return {
        "code": [f"{104_700 + 13 * n:010d}" for n in range(one.count)],
        "name": [f"{SUPPLIERS[n % 6]} {PLACES[n // 6 % 6]}" for n in range(one.count)],
        "city": one.draw(lambda: one.chance.choice(PLACES)),
        "country": one.draw(lambda: one.chance.choice(("FR", "DE", "GB", "AT", "CH"))),
        "status": one.pick("supplier states"),
    }


def invent_tracker(one: Invention) -> Records:
    created = one.days(spread=100)
    return {
        "code": one.codes("DEF-", first=101),
        "project": one.sorted_projects(),
        "name": one.title("tracker"),
        "type": one.pick("types"),
        "status": one.pick("states"),
        "severity": one.pick("severities"),
        "assignee": one.draw(lambda: one.chance.choice(("m.petit", "k.lang", "j.doyle"))),
        "created": created,
        "due": one.after(created, least=10, most=40),
        "done": one.after(created, least=5, most=60, share=0.4),
    }


INVENT: dict[str, Callable[[Invention], Records]] = {
    "plan": invent_plan,
    "orders": invent_orders,
    "confirmations": invent_confirmations,
    "receipts": invent_receipts,
    "actions": invent_actions,
    "decisions": invent_decisions,
    "risks": invent_risks,
    "budget": invent_budget,
    "costs": invent_costs,
    "suppliers": invent_suppliers,
    "tracker": invent_tracker,
}
