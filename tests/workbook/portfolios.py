"""Portfolios of any shape, with the texts that break spreadsheets, as configurations that load."""

from datetime import date

import yaml
from hypothesis import strategies as st

from slipwatch.document.escape import escape_xlsx_cell
from slipwatch.settings import load_settings
from tests.hostile import HOSTILE
from tests.settings.small_configuration import write_configuration


def is_writable(text):
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return 0 < len(text.strip()) <= 2000


TEXTS = st.sampled_from([text for text in HOSTILE if is_writable(text)]) | st.text(min_size=1, max_size=40).filter(
    is_writable
)
LETTERS = st.characters(exclude_categories=("Z", "C"), exclude_characters=":/#[]")
KEYS = st.text(LETTERS, min_size=1, max_size=12).filter(lambda text: escape_xlsx_cell(text).strip() == text)
DAYS = st.dates(date(1990, 1, 1), date(2199, 12, 31))
ZONES = st.sampled_from(["UTC", "Europe/Paris", "Asia/Tokyo"])


def maybe(strategy):
    return st.none() | strategy


def drop_nothing(part):
    """A group without what is not said; pydantic then takes the default."""
    return {name: value for name, value in part.items() if value is not None}


@st.composite
def portfolios(draw):
    """The data of portfolio.yaml."""
    sites, roles, projects, suppliers, milestones = (
        draw(st.lists(KEYS, unique_by=str.casefold, min_size=least, max_size=4)) for least in (0, 1, 1, 0, 0)
    )
    pick = {
        "site": maybe(st.sampled_from(sites)) if sites else st.none(),
        "role": maybe(st.sampled_from(roles)),
        "supplier": maybe(st.sampled_from(suppliers)) if suppliers else st.none(),
        "project": st.sampled_from(projects),
    }
    several = st.lists(TEXTS, max_size=3)

    def build(**fields):
        return drop_nothing({name: draw(strategy) for name, strategy in fields.items()})

    return {
        "projects": {
            key: build(
                name=TEXTS, site=pick["site"], accountable=pick["role"], sponsor=pick["role"],
                currency=st.sampled_from(["EUR", "CHF"]), scope_freeze=maybe(DAYS),
            )
            for key in projects
        },
        "sites": {
            key: build(
                name=TEXTS, country=st.sampled_from(["FR", "DE", "NO"]), time_zone=ZONES, codes=several,
                extra_holidays=st.lists(DAYS, max_size=2, unique=True),
                weekend=maybe(st.lists(st.integers(0, 6), unique=True, max_size=6)),
            )
            for key in sites
        },
        "milestones": {
            key: build(
                name=TEXTS, project=pick["project"], gate=maybe(st.booleans()), site=pick["site"],
                accountable=pick["role"], aliases=several,
            )
            for key in milestones
        },
        "suppliers": {
            key: build(name=TEXTS, codes=several, transit_days=maybe(st.integers(0, 365)), accountable=pick["role"])
            for key in suppliers
        },
        "roles": {
            key: build(
                name=TEXTS, side=st.sampled_from(["owner", "integrator", "supplier", "pmo"]), time_zone=ZONES,
                language=st.sampled_from(["en", "fr", "de"]), site=pick["site"], supplier=pick["supplier"],
            )
            | {"address": "pmo@example.org"}
            for key in roles
        },
        "committees": draw(
            st.dictionaries(
                KEYS,
                st.fixed_dictionaries({
                    "name": TEXTS, "kind": TEXTS, "dates": st.lists(DAYS, max_size=3, unique=True),
                    "projects": st.lists(pick["project"], max_size=2, unique=True),
                }),
                max_size=2,
            )
        ),
    }  # fmt: skip


@st.composite
def baselines(draw, portfolio):
    """The data of baselines.yaml that go with a portfolio."""
    keys = list(portfolio["milestones"])
    proposals = []
    for number in range(1, 1 + draw(st.integers(0, 2)) if keys else 1):
        chosen = draw(st.lists(st.sampled_from(keys), unique=True, min_size=1, max_size=3))
        items = [{"milestone": key, "date": draw(DAYS)} for key in chosen]
        proposals.append({"number": number, "kind": "schedule", "name": draw(TEXTS), "reason": draw(TEXTS)})
        proposals[-1] |= {"effective_on": draw(DAYS), "items": items}
    if draw(st.booleans()):
        project = draw(st.sampled_from(list(portfolio["projects"])))
        amounts = draw(st.lists(st.decimals(0, 10**9, places=2), min_size=1, max_size=2))
        items = [{"budget_line": f"B{place}", "amount": float(amount)} for place, amount in enumerate(amounts)]
        proposals.append({"number": 1, "kind": "cost", "name": draw(TEXTS), "project": project})
        proposals[-1] |= {"effective_on": draw(DAYS), "items": items}
    return {"baselines": proposals}


def write(folder, portfolio, proposals=None):
    """A configuration around a portfolio, loaded."""
    pmo = next(iter(portfolio["roles"]))
    write_configuration(
        folder,
        portfolio=dump(portfolio),
        baselines=dump(proposals or {"baselines": []}),
        sources=dump({"sources": {"PLAN": {"type": "files", "name": "Plan", "options": {"folder": "drop"}}}}),
        routing=dump({"pmo": pmo}),
        links="assignments: []\n",
        tolerances="rules: {}\n",
        order_line=None,
    )
    return load_settings(folder)


def dump(data):
    return yaml.dump(data, Dumper=Quoting, allow_unicode=False, sort_keys=False)


class Quoting(yaml.SafeDumper):
    """Texts in quotes: without them some are numbers to us that PyYAML takes for words."""


Quoting.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"'))
