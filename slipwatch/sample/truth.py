"""What must be found in the sample programme, poll by poll: nothing more, nothing less.

Rules carry their catalogue number; `OVERDUE` has none. Polls are numbered 1 to 26.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from slipwatch.sample.expectations import (
    OVERDUE,
    REBASELINED,
    RESOLVED,
    ExpectedAlert,
    ExpectedCount,
    ExpectedReason,
    Truth,
)
from slipwatch.sample.orders_quiet import list_old_keys

_SHORT = {"OVERDUE": OVERDUE}

_ALERTS = """
1|milestone|EC-10|time|5|TIME-06@5|7|owner-lead
2|order_line|4500031870/10|supply|6|SUP-01@6=6wd|7|buyer
3|source|ERP|quality|8|DQ-03@8=-61%|9|buyer
4|project|WMS-DC|governance|9|GOV-01@9=15%|12|sponsor
5|milestone|SP-10|time|9|TIME-06@9|10|norvane
6|order_line|4500032015/10|supply|10|SUP-02@10=9wd SUP-02@12=18wd! SUP-04@17!>19 OVERDUE@19!|21|buyer
7|source|PLAN|quality|10|DQ-02@10=5rows|11|client-planner
8|project|ERP-CORE|scope|11|SCOPE-01@11=9items|14|owner-lead
9|source|ERP|quality|11|DQ-02@11|12|buyer
10|order_line|4500031402/10|supply|13|SUP-02@13=4wd SUP-02@14=8wd! SUP-02@15=13wd! SUP-02@16=18wd!|17|buyer
11|budget_line|E-40|cost|13|COST-03@13=28450EUR|18|owner-lead
12|milestone|WD-20|time|14|TIME-01@14=14wd TIME-06@15! TIME-01@19=27wd!|21|buyer
13|milestone|EC-40|time|15|TIME-01@15=7wd TIME-03@15=1moves TIME-06@18! TIME-01@19=17wd! TIME-03@19=2moves!|22|norvane
14|project|ERP-CORE|scope|15|SCOPE-03@15=14items|18|norvane
15|milestone|WD-30|time|16|TIME-01@16=11wd TIME-06@17!|20|buyer
16|milestone|EC-30|time|17|TIME-06@17 TIME-01@18=15wd!|21|data-lead-g
17|source|WMS|quality|20|DQ-01@20=5wd|21|kestrix
18|milestone|EC-50|time|21|TIME-01@21=64wd|22|sponsor
19|milestone|EC-60|time|21|TIME-01@21=65wd|22|sponsor
20|milestone|WD-40|time|21|TIME-01@21=48wd TIME-06@21|22|sponsor
21|milestone|WD-50|time|21|TIME-01@21=59wd|22|sponsor
22|milestone|SP-30|time|22|TIME-01@22=20wd TIME-06@22|26|previsia
23|milestone|SP-40|time|23|TIME-01@23=19wd TIME-06@26!||previsia
24|source|ERP|quality|24|DQ-01@24=17d|25|buyer
"""
"""Number, entity, subject, concern, opened, reasons (rule@poll=value, ! worse, > ends), closed, role of the draft."""

_LATER_ALERTS = """
A|deliverable|SF-01|supply|6|SUP-07@6|7|owner-lead
B|milestone|EC-40|quality|15|DQ-04@15|20|client-planner
C|test_campaign|SF-02|quality|20|CLAIM@20=92%|25|norvane
D|training|FOR-03|governance|22|COM-01@22=46persons||hr-training
"""

_LATER_REASONS = """
6|SUP-03@10=21d
10|SUP-03@14=14d
14|SCOPE-02@15=14items>18
13|TIME-04@19=4wd
20|TIME-04@21
22|TIME-04@22
"""

_EPISODES = {"9": 2, "24": 3, "14": 2}
_REBASELINED = frozenset({"13", "18", "19", "20", "21"})
_FROZEN = {"6": (20,)}

_TIME_RULES = ("TIME-01", "TIME-03", "TIME-06")
_SUPPLY_RULES = ("SUP-01", "SUP-02", "SUP-04", OVERDUE)

_COUNTED = (
    ExpectedCount(
        what="suppliers without shipping notices",
        reason="not_practised",
        rules=("SUP-04",),
        first=1,
        last=26,
        count=5,
        keys=("ferrolis", "kestrix", "lienzo", "norvane", "previsia"),
    ),
    ExpectedCount(
        what="projects without scope freeze",
        reason="not_practised",
        rules=("SCOPE-01", "SCOPE-03"),
        first=1,
        last=8,
        count=3,
        keys=("ERP-CORE", "SOP-PLAN", "WMS-DC"),
    ),
    ExpectedCount(
        what="projects without scope freeze",
        reason="not_practised",
        rules=("SCOPE-01", "SCOPE-03"),
        first=9,
        last=26,
        count=2,
        keys=("SOP-PLAN", "WMS-DC"),
    ),
    ExpectedCount(
        what="budget lines without approved amount",
        reason="missing_value",
        rules=("COST-03",),
        first=1,
        last=5,
        count=1,
        keys=("S-30",),
    ),
    ExpectedCount(
        what="milestones without baseline date",
        reason="no_baseline",
        rules=_TIME_RULES,
        first=1,
        last=26,
        count=1,
        keys=("EC-45",),
    ),
    ExpectedCount(
        what="order lines without the day they were sent",
        reason="missing_value",
        rules=("SUP-01",),
        first=1,
        last=26,
        count=1,
        keys=("4500031990/10",),
    ),
    ExpectedCount(
        what="actions of WMS-DC without due date",
        reason="missing_value",
        rules=("GOV-01",),
        first=1,
        last=26,
        count=4,
    ),
    ExpectedCount(
        what="tickets of ERP-CORE without requirement, older than the freeze",
        reason="before_freeze",
        rules=("SCOPE-01",),
        first=9,
        last=26,
        count=19,
    ),
    ExpectedCount(
        what="consumables without need date",
        reason="out_of_rule",
        rules=_SUPPLY_RULES,
        first=1,
        last=26,
        count=62,
    ),
    ExpectedCount(
        what="order lines that no link rule catches",
        reason="unassigned",
        rules=_SUPPLY_RULES,
        first=1,
        last=26,
        count=12,
    ),
)

STALE_POLLS: dict[int, tuple[str, tuple[str, ...]]] = {
    20: ("WMS", ("SUP-02", "SUP-04", OVERDUE)),
    24: ("ERP", _SUPPLY_RULES),
}
"""Poll to the stale source and the rules that are grey for every open line; at poll 20 for those at DC-M only."""

BASELINE_1_SLIP_AT_END: dict[str, int] = {"EC-60": 65, "EC-40": 32, "WD-50": 59}
"""Working days against baseline 1 that reports still print after the new baseline."""

ACCEPTED_SLIP: dict[str, int] = {"EC-10": 8, "SP-10": 3, "SP-20": -3}
"""Working days between baseline 1 and acceptance, kept in the history of accepted milestones."""


def _read_reason(text: str) -> ExpectedReason:
    """From "rule@poll=value unit", with `!` for worse and `>poll` for the end."""
    text, _, ends = text.partition(">")
    rule, _, rest = text.rstrip("!").partition("@")
    poll, _, figure = rest.partition("=")
    digits = figure.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ%")
    return ExpectedReason(
        poll=int(poll),
        rule=_SHORT.get(rule, rule),
        value=float(digits) if digits else None,
        unit=figure[len(digits) :] or None,
        is_worse=text.endswith("!"),
        ends=int(ends) if ends else None,
    )


def _read_alert(row: str) -> ExpectedAlert:
    number, entity, subject, concern, opened, reasons, closed, role = row.split("|")
    ending = REBASELINED if number in _REBASELINED else RESOLVED
    return ExpectedAlert(
        number=number,
        entity=entity,
        subject=subject,
        concern=concern,
        opened=int(opened),
        reasons=tuple(map(_read_reason, reasons.split())),
        closed=int(closed) if closed else None,
        draft_for=role,
        ending=ending if closed else None,
        episode=_EPISODES.get(number, 1),
        frozen=_FROZEN.get(number, ()),
    )


def _read_alerts(table: str) -> tuple[ExpectedAlert, ...]:
    return tuple(map(_read_alert, table.strip().splitlines()))


def _read_later_reasons() -> tuple[tuple[str, ExpectedReason], ...]:
    rows = (row.split("|") for row in _LATER_REASONS.strip().splitlines())
    return tuple((number, _read_reason(reason)) for number, reason in rows)


@lru_cache(maxsize=1)
def load_truth() -> Truth:
    """The expectations of the first rule catalogue, and those of later rules apart."""
    alerts = _read_alerts(_ALERTS)
    later = _read_alerts(_LATER_ALERTS)
    return Truth(
        opening_inventory=list_old_keys(),
        alerts=alerts,
        later=later,
        later_reasons=_read_later_reasons(),
        counted=_COUNTED,
        new_lines={poll: sum(alert.opened == poll for alert in alerts) for poll in range(1, 27)},
        message_polls=(1, *range(5, 27)),
        deferred_messages={14: date(2026, 4, 7), 21: date(2026, 5, 26)},
        open_at_end=tuple(alert.number for alert in (*alerts, *later) if alert.closed is None),
    )


TRUTH = load_truth()
"""The story's tables in machine-readable form."""
