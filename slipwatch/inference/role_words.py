"""Whether names of those responsible are roles or persons, and whose side a role is on."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence


def split_words(text: str) -> frozenset[str]:
    """The words of a list that is written as a text."""
    return frozenset(text.split())


_ROLE_WORDS = split_words(
    """acheteur acheteuse achat achats administrateur analyst analyste architect architecte architekt assistant buyer
    chef cheffe client committee comite consultant controller controleur coordinateur copil direction directeur
    directrice director einkauf einkaufer einkaeufer equipe expert finance formateur formation gestionnaire head
    integrateur integrator it key leiter leiterin leitung lead leader lenkungsausschuss logistik logistique logistics
    manager management metier metiers officer owner pilote planer planificateur planner planung pmo process processus
    produktion production product projekt projektleiter projektleiterin project projet qualite quality responsable
    rh hr schlusselanwender schluesselanwender sponsor steering supplier fournisseur lieferant support team testeur
    tester utilisateur utilisateurs user users vendor verantwortlicher warehouse lager fachbereich daten donnees data
    change conduite"""
)
_SPONSOR = split_words("sponsor direktion directeur directrice director direction coo cfo cio auftraggeber")
_PMO = frozenset({"pmo"})


def list_words(name: str) -> list[str]:
    """Lower-case words without accents."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", name) if not unicodedata.combining(sign))
    return re.findall(r"[^\W\d_]+", plain.casefold())


def is_role(name: str) -> bool:
    """A role says what somebody does: one of its words is a word of an organisation."""
    return not _ROLE_WORDS.isdisjoint(list_words(name))


def is_role_list(names: Sequence[str]) -> bool:
    """True where most of the names are roles; a list of persons must become pseudonyms, so doubt says no."""
    return bool(names) and sum(map(is_role, names)) * 3 >= len(names) * 2


def is_sponsor(name: str) -> bool:
    return not _SPONSOR.isdisjoint(list_words(name))


def is_pmo(name: str) -> bool:
    return not _PMO.isdisjoint(list_words(name))


def is_buyer(name: str) -> bool:
    return any(word.startswith(("acheteu", "achat", "buyer", "einkauf", "einkaeuf", "procurement", "purchas"))
               for word in list_words(name))  # fmt: skip


def find_company(name: str, companies: Iterable[str]) -> str | None:
    """The company whose name stands in the name of a role, as in "Chef de projet Norvane"; None for none."""
    words = set(list_words(name))
    for company in companies:
        heads = [word for word in list_words(company) if len(word) > 3]
        if heads and heads[0] in words:
            return company
    return None
