"""What the suppliers of the sample programme sell: texts as a buyer types them, units, usual prices and quantities."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Article:
    """`price_cents` is the list price of one unit in euro cents, `quantity` a usual quantity."""

    text: str
    unit: str
    price_cents: int
    quantity: int


ARTICLES: dict[str, tuple[Article, ...]] = {
    "norvane": (
        Article("Journées conseil SIT, lot commande-encaissement", "J", 95_000, 12),
        Article("Journées paramétrage stocks; y compris reprise", "J", 92_000, 15),
        Article("Atelier de conception, préparation et compte rendu", "FF", 380_000, 1),
        Article("Beratungstage Rollout Württemberg", "J", 98_000, 10),
    ),
    "kestrix": (
        Article("Paramétrage préparation de commandes", "J", 88_000, 8),
        Article("Licence WMS, poste supplémentaire", "PCE", 64_000, 10),
        Article("Assistance démarrage, forfait", "FF", 520_000, 1),
    ),
    "hallstedt": (
        Article("Rollenförderer Modul 3 m", "PCE", 214_500, 6),
        Article("Antriebseinheit für Förderstrecke", "PCE", 98_750, 4),
        Article("Butée escamotable, jeu complet", "PCE", 41_280, 8),
    ),
    "telmar": (
        Article("Station d'accueil 4 emplacements", "PCE", 28_900, 10),
        Article("Batterie de rechange haute capacité", "PCE", 6_450, 60),
        Article("Dragonne et étui, lot de 10", "LOT", 11_990, 12),
    ),
    "imprilis": (
        Article("Imprimante d'étiquettes de bureau", "PCE", 41_900, 4),
        Article("Tête d'impression 300 dpi", "PCE", 18_640, 6),
        Article("Etikettendrucker Versand, Gehäuse verstärkt", "PCE", 68_200, 3),
        Article("Support mural d'imprimante", "PCE", 7_350, 8),
    ),
    "ferrolis": (
        Article("Sabot de protection d'échelle, H 400", "PCE", 4_280, 80),
        Article("Barrière de fin d'allée 2,4 m", "PCE", 31_600, 12),
        Article("Grillage anti-chute, panneau", "PCE", 8_930, 40),
    ),
    "previsia": (
        Article("Journées modélisation de la demande", "J", 99_000, 6),
        Article("Abonnement utilisateur S&OP, trimestre", "PCE", 36_000, 20),
        Article("Atelier indicateurs S&OP", "FF", 240_000, 1),
    ),
    "lienzo": (
        Article("Mise en service d'un partenaire EDI", "FF", 165_000, 1),
        Article("Message DESADV, adaptation", "FF", 98_000, 1),
    ),
}
"""Articles by supplier key."""

CONSUMABLES = (
    Article("Rouleau d'étiquettes 100×150 thermique", "RL", 890, 20_000),
    Article("Ruban transfert cire-résine 110 mm", "RL", 1_240, 20_000),
    Article("Etiketten für Regalplätze, Polyester", "RL", 2_150, 20_000),
    Article("Pochette porte-document, adhésive", "BTE", 1_675, 20_000),
)
"""Articles of the framework order for consumables."""
