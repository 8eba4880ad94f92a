"""Letters as the sample programme would give them: the poll of 13 April, an ending, a first load."""

from dataclasses import replace
from datetime import date

from slipwatch.alerts.letterhead import Letterhead
from slipwatch.alerts.routing import Letter, route
from slipwatch.model.finding import Concern, Finding, GreyReason, Message, NotJudged, Severity
from tests.alerts.build import PORTFOLIO, RULES, assess, at_week, finding, proof, step, subject, surround

HEAD = Letterhead(
    programme="Confluence",
    sender="slipwatch@meridor.example",
    reply_to="pmo@meridor.example",
    domain="slipwatch.meridor.example",
    prefect_url="https://prefect.meridor.example/deployments",
    report="reports/2026-04-13/status.html",
)

BUYERS = {"accountable": "buyer", "audience": "owner", "severity": Severity.WARNING}

SIT = subject(13, key="SIT-EXIT", name="SIT exit")
SCOPE = subject(20, entity="project", key="ERP-CORE", name="ERP-CORE")
HANDHELDS = subject(6, entity="order_line", key="4500032015/10", name="120 handhelds", project="WMS-DC")
ON_SITE = subject(12, key="HANDHELDS", name="Handhelds on site", project="WMS-DC")
CONVEYORS = subject(10, entity="order_line", key="4500031402/10", name="Conveyors", project="WMS-DC")
BUILD = subject(11, key="BUILD", name="Build complete")


def find_slip(about, *, forecast, slip, baseline, **options):
    arguments = {"forecast": forecast, "slip": slip, "number": 1, "baseline": baseline, "tolerance": 5, "unit": "wd"}
    text = Message(id="schedule.milestone_slip.finding", arguments=arguments)
    return finding(about, value=slip, gravity=slip, text=text, stake_days=slip, since=baseline, **options)


def find_promise(about, *, after, promised, needed, supplier="Telmar Mobile", **options) -> Finding:
    arguments = {"supplier": supplier, "promised": promised, "after": after, "needed": needed, "unit": "wd"}
    return finding(
        about,
        rule="supply.promise_after_need",
        concern=Concern.SUPPLY,
        value=after,
        gravity=after,
        threshold=0,
        text=Message(id="supply.promise_after_need.finding", arguments=arguments),
        **BUYERS,
        **options,
    )


def judge_april() -> tuple[list, list]:
    """Alerts before the poll of 13 April and what was judged on that day."""
    opened = step(
        [],
        assess(
            find_promise(HANDHELDS, after=9, promised=date(2026, 4, 17), needed=date(2026, 4, 2)),
            find_promise(
                CONVEYORS, after=8, promised=date(2026, 4, 10), needed=date(2026, 3, 27), supplier="Hallstedt"
            ),
        ),
        assess(
            find_slip(ON_SITE, forecast=date(2026, 4, 30), slip=14, baseline=date(2026, 4, 10), **BUYERS),
            finding(BUILD),
        ),
        week=14,
    )
    silent = Message(
        id="schedule.silent_move.finding",
        arguments={"source": "TRK", "old": date(2026, 4, 30), "new": date(2026, 5, 13), "day": date(2026, 4, 8)},
    )
    vanished = Message(
        id="scope.vanished_scope.finding", arguments={"count": 14, "total": 87, "day": date(2026, 4, 6)}, plural="count"
    )
    sit_proof = (
        proof("TRK: 13 mai 2026", source="TRK", days_old=5, url="https://tracker.norvane.example/m/77", label="M-77"),
        proof("PLAN: 30 avril 2026", days_old=3),
    )
    judged = [
        assess(
            find_slip(SIT, forecast=date(2026, 5, 13), slip=7, baseline=date(2026, 4, 30), evidence=sit_proof),
            find_slip(ON_SITE, forecast=date(2026, 5, 22), slip=27, baseline=date(2026, 4, 10), **BUYERS),
            evaluated=[BUILD.id],
        ),
        assess(
            finding(
                SIT,
                rule="schedule.silent_move",
                threshold=0,
                value=1,
                gravity=1,
                unit="items",
                text=silent,
                stake_days=7,
            )
        ),
        assess(
            finding(
                SCOPE,
                rule="scope.vanished_scope",
                concern=Concern.SCOPE,
                value=14,
                gravity=14,
                unit="items",
                threshold=0,
                text=vanished,
            )
        ),
        assess(
            find_promise(HANDHELDS, after=9, promised=date(2026, 4, 17), needed=date(2026, 4, 2)),
            find_promise(
                CONVEYORS, after=13, promised=date(2026, 4, 17), needed=date(2026, 3, 27), supplier="Hallstedt"
            ),
            not_judged=[_grey(62)],
        ),
    ]
    return list(opened.alerts), judged


def _grey(count: int) -> NotJudged:
    names = tuple(f"450003{number:04}/10" for number in range(count))
    return NotJudged(
        rule="supply.promise_after_need",
        reason=GreyReason.OUT_OF_RULE,
        subjects=tuple(range(100, 100 + count)),
        counted=names,
        text=Message(id="test.grey"),
        cure=Message(id="test.grey.cure"),
    )


def write_april(*, language: str = "fr", released: frozenset[str] = frozenset()) -> tuple[Letter, ...]:
    alerts, judged = judge_april()
    outcome = step(alerts, *judged, week=15)
    roles = PORTFOLIO.roles | {"pmo": replace(PORTFOLIO.roles["pmo"], language=language)}
    roots = {alert.key: f"<root-{alert.key.subject}@slipwatch.meridor.example>" for alert in alerts}
    around = surround(
        portfolio=replace(PORTFOLIO, roles=roles),
        told={"pmo": roots, "buyer": roots},
        open_alerts=outcome.alerts,
        released=released,
    )
    return route(outcome.transitions, judged, RULES, at=at_week(15), around=around)


def write_ending() -> Letter:
    """One alert, resolved: the mail answers the one that opened it."""
    opened = step([], assess(finding(BUILD)), week=14)
    ended = step(opened.alerts, assess(rule="schedule.milestone_slip", evaluated=[BUILD.id]), week=15)
    told = {"pmo": {opened.alerts[0].key: "<first@slipwatch.meridor.example>"}}
    around = surround(told=told, open_alerts=ended.alerts)
    return route(ended.transitions, [], RULES, at=at_week(15), around=around)[0]


def write_first_load() -> Letter:
    lines = [subject(200 + n, entity="order_line", key=f"45000288{n:02}/10", name="") for n in range(31)]
    found = [
        finding(line, rule="supply.receipt_overdue", concern=Concern.SUPPLY, value=30 + 6 * n, unit="d", **BUYERS)
        for n, line in enumerate(lines)
    ]
    judged = [assess(*found, not_judged=[_grey(62)])]
    outcome = step([], *judged, week=1, first_rules={"supply.receipt_overdue"})
    return route(outcome.transitions, judged, RULES, at=at_week(1), around=surround(open_alerts=outcome.alerts))[0]
