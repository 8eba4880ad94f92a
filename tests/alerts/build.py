"""Small makers of alerts, findings and portfolios: what a test does not say is the same everywhere."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from importlib.resources import files

from slipwatch.alerts.lifecycle import Circumstances, advance
from slipwatch.alerts.routing import RoutingRules, Surroundings
from slipwatch.locales import Catalogue
from slipwatch.model.alert import Alert
from slipwatch.model.finding import Assessment, Concern, Evidence, Finding, Message, Severity, Subject
from slipwatch.model.portfolio import Portfolio, Project, Role, SourceProfile
from slipwatch.model.records import SourceRef

MONDAY = datetime(2026, 4, 13, 4, 0, tzinfo=UTC)
"""06:00 in Paris."""

CATALOGUE = Catalogue([files("slipwatch.locales"), files("tests.alerts.texts")])

PARIS = {"language": "fr", "time_zone": "Europe/Paris", "site": "R"}

ROLES = (
    Role(key="pmo", name="PMO Confluence", side="pmo", address="pmo@meridor.example", **PARIS),
    Role(key="owner_lead", name="Responsable métier", side="owner", address="metier@meridor.example", **PARIS),
    Role(key="buyer", name="Buyer", side="owner", address="buyer@meridor.example", **(PARIS | {"language": "en"})),
    Role(
        key="norvane",
        name="Norvane, project manager",
        side="integrator",
        address="pm@norvane.example",
        supplier="norvane",
    ),
    Role(key="telmar", name="Telmar Mobile", side="supplier", address="sales@telmar.example", supplier="telmar"),
    Role(key="hallstedt", name="Hallstedt", side="supplier", supplier="hallstedt"),
)

PORTFOLIO = Portfolio(
    name="Confluence",
    language="fr",
    time_zone="Europe/Paris",
    projects={
        "ERP-CORE": Project(key="ERP-CORE", name="ERP-CORE", integrator="norvane", accountable="owner_lead"),
        "WMS-DC": Project(key="WMS-DC", name="WMS-DC", accountable="buyer"),
    },
    roles={role.key: role for role in ROLES},
    sources={key: SourceProfile(key=key, name=key) for key in ("PLAN", "TRK", "ERP", "SUP", "WMS", "LOG")},
)

RULES = RoutingRules(pmo="pmo")


def is_weekday(_role: Role, day: date) -> bool:
    return day.weekday() < 5


def surround(**options: object) -> Surroundings:
    return Surroundings(**{"portfolio": PORTFOLIO, "is_working_day": is_weekday} | options)


def subject(
    id: int = 1, *, entity: str = "milestone", key: str = "", name: str = "", project: str | None = "ERP-CORE"
) -> Subject:
    return Subject(id=id, entity=entity, key=key or f"M{id}", name=name or f"Milestone {id}", project=project)


def finding(
    about: Subject | None = None,
    *,
    rule: str = "schedule.milestone_slip",
    value: float | None = 7,
    gravity: float | None = None,
    concern: Concern = Concern.TIME,
    **options: object,
) -> Finding:
    given = {
        "severity": Severity.CRITICAL,
        "threshold": 5,
        "unit": "wd",
        "text": Message(id="test.finding", arguments={"value": value, "unit": "wd"}),
        "action": Message(id="test.action"),
        "accountable": "norvane",
        "audience": "integrator",
    }
    return Finding(
        rule=rule, subject=about or subject(), concern=concern, value=value, gravity=gravity, **(given | options)
    )


def proof(
    text: str, *, source: str = "PLAN", days_old: int = 3, url: str | None = None, label: str = "SIT-EXIT"
) -> Evidence:
    return Evidence(
        text=Message(id="test.evidence", arguments={"words": text}),
        source=SourceRef(source=source, stream="main", source_id=label, label=label, url=url),
        known_at=MONDAY - timedelta(days=days_old),
    )


def assess(*findings: Finding, rule: str | None = None, evaluated: Iterable[int] = (), **options: object) -> Assessment:
    """One rule's assessment; subjects with a finding are evaluated too."""
    name = rule or findings[0].rule
    ids = {found.subject.id for found in findings}
    return Assessment(rule=name, findings=list(findings), evaluated=ids | set(evaluated), **options)


def at_week(week: int) -> datetime:
    """06:00 in Paris on the Monday of a week: W1 is 5 January 2026."""
    summer = 3600 if week >= 13 else 0
    return datetime(2026, 1, 5, 5, tzinfo=UTC) + timedelta(weeks=week - 1, seconds=-summer)


def step(
    alerts: Iterable[Alert],
    *assessments: Assessment,
    week: int = 1,
    next_episode=lambda subject, concern: 1,
    remind=None,
    **options: object,
):
    """One run: the outcome of `advance` with every rule of the assessments in force."""
    rules = {assessment.rule for assessment in assessments} | {rule for alert in alerts for rule in alert.reasons}
    given = {"at": at_week(week), "rules": rules} | options
    return advance(list(alerts), list(assessments), Circumstances(**given), next_episode=next_episode, remind=remind)


def money(amount: str) -> Decimal:
    return Decimal(amount)
