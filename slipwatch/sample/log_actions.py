"""Actions of the log: always about as many open ones, closed before their due date, except for the three of the story.

"Power supply for conveyors" was due on 12 February and has no budget owner; two more were due on 24 and 26 February;
all three are closed by 20 March. Four actions of WMS-DC never had a date.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from random import Random

from slipwatch.sample.calendars import SITE_R, shift_working_days

END = date(2026, 7, 31)


@dataclass(frozen=True, kw_only=True)
class Action:
    """`due_on` is None for an action without a date; `done_on` None for one that is not closed within the story."""

    project: str
    subject: str
    responsible: str
    opened_on: date
    due_on: date | None
    done_on: date | None


@dataclass(frozen=True)
class Thread:
    """A seat in the action log: when one action of it is closed, the next is opened."""

    project: str
    responsible: str
    topic: str
    starts_on: date


_STEPS = ("Cadrer", "Vérifier", "Compléter", "Faire valider", "Tester", "Documenter", "Planifier", "Suivre")

_TOPICS = {
    "ERP-CORE": """owner-lead:règles de prix key-users:scénarios SIT norvane:transports data-lead-g:articles Site G
        data-lead-g:comptes clients norvane:autorisations key-users:recette retours owner-lead:points ouverts conception
        norvane:interfaces change-lead:communication sites hr-training:supports de formation key-users:éditions
        norvane:jobs de nuit owner-lead:clôture mensuelle""",
    "WMS-DC": """kestrix:adressage kestrix:règles de réapprovisionnement buyer:contrats de maintenance
        key-users:plan de quai change-lead:affichage kestrix:profils de terminaux buyer:pièces de rechange
        key-users:étiquetage hr-training:plan de formation caristes kestrix:messages EDI key-users:inventaire initial
        buyer:Wi-Fi allées
        kestrix:reprise des stocks sponsor:accès travaux key-users:tournées kestrix:impression buyer:consignes""",
    "SOP-PLAN": """previsia:familles de produits previsia:calendrier S&OP key-users:historique promotions
        owner-lead:rôles S&OP norvane:extraction quotidienne previsia:indicateurs""",
}
_LATER_TOPICS = "sponsor:budget énergie buyer:réserves de chantier kestrix:plan de secours"

_TOLD = (
    ("Alimentation électrique des convoyeurs", "sponsor", date(2026, 2, 12), date(2026, 3, 18)),
    ("Accord incendie pour les convoyeurs", "buyer", date(2026, 2, 24), date(2026, 3, 19)),
    ("Plan de circulation provisoire", "key-users", date(2026, 2, 26), date(2026, 3, 20)),
)
_UNDATED = ("Signalétique de sécurité", "Reprise des palettes usagées", "Vestiaires intérimaires", "Fiches de poste")


@lru_cache(maxsize=4)
def list_actions(seed: int) -> tuple[Action, ...]:
    """Every action of the story in the order of its number: by day of opening."""
    rng = Random(f"{seed}:actions")
    actions = [*_list_told(), *_list_undated()]
    for thread in _list_threads():
        actions += _follow(rng, thread)
    return tuple(sorted(actions, key=lambda action: (action.opened_on, action.project, action.subject)))


def _list_told() -> list[Action]:
    return [
        Action(
            project="WMS-DC",
            subject=subject,
            responsible=responsible,
            opened_on=date(2025, 12, 15),
            due_on=due,
            done_on=done,
        )
        for subject, responsible, due, done in _TOLD
    ]


def _list_undated() -> list[Action]:
    return [
        Action(
            project="WMS-DC",
            subject=subject,
            responsible="change-lead",
            opened_on=date(2025, 10, 13),
            due_on=None,
            done_on=None,
        )
        for subject in _UNDATED
    ]


def _list_threads() -> Iterator[Thread]:
    for project, topics in _TOPICS.items():
        for position, (responsible, topic) in enumerate(_read_topics(topics)):
            yield Thread(project, responsible, topic, date(2025, 9, 1) + timedelta(days=position % 5))
    for responsible, topic in _read_topics(_LATER_TOPICS):
        yield Thread("WMS-DC", responsible, topic, date(2026, 3, 20))


def _read_topics(text: str) -> list[tuple[str, str]]:
    """Pairs of role and topic from words like "buyer:spare parts"; a topic may hold spaces."""
    pairs: list[tuple[str, str]] = []
    for word in text.split():
        role, found, topic = word.partition(":")
        if found:
            pairs.append((role, topic))
        else:
            pairs[-1] = (pairs[-1][0], f"{pairs[-1][1]} {word}")
    return pairs


def _follow(rng: Random, thread: Thread) -> Iterator[Action]:
    """One action after the other; each is closed one to four working days before it is due."""
    opened, step = thread.starts_on, rng.randrange(len(_STEPS))
    while opened < END:
        due = shift_working_days(SITE_R, opened, rng.randint(12, 25))
        done = shift_working_days(SITE_R, due, -rng.randint(1, 4))
        yield Action(
            project=thread.project,
            subject=f"{_STEPS[step % len(_STEPS)]} : {thread.topic}",
            responsible=thread.responsible,
            opened_on=opened,
            due_on=due,
            done_on=done,
        )
        opened, step = done, step + 1
