"""The opening inventory as groups to work through: what stood there on the first day, and what hinders judging.

Old findings by cause and age, records of no project by what they begin with, milestones without an approved date, and
rules that are not practised here. One mark accepts a group; what joins it later is shown as new in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from slipwatch.alerts.inventory import group_grey
from slipwatch.engine.desk import accept_alerts, accept_inventory, require_act
from slipwatch.engine.unassigned import Pattern, list_patterns
from slipwatch.model.alert import Alert, AlertState
from slipwatch.model.finding import Assessment, GreyReason
from slipwatch.reports.desk_facts import Age, OpeningGroup, OpeningKind
from slipwatch.store.acts import Act, list_acts, record_act
from slipwatch.store.alerts import find_last_judged, load_alerts, read_judgements

if TYPE_CHECKING:
    from slipwatch.engine.wiring import Programme

ACT, KNOWN_ACT = "accept_group", "accept_known"
LONG = {"wd": ((250, Age.YEARS), (60, Age.MONTHS)), "d": ((365, Age.YEARS), (90, Age.MONTHS))}
"""Days late from which a finding is years or months old: those who accept years must not accept last week with them."""

KINDS: Mapping[GreyReason, OpeningKind] = {
    GreyReason.NO_BASELINE: OpeningKind.NO_BASELINE,
    GreyReason.NOT_PRACTISED: OpeningKind.NOT_PRACTISED,
    GreyReason.MISSING_VALUE: OpeningKind.MISSING_VALUE,
    GreyReason.OUT_OF_RULE: OpeningKind.MISSING_VALUE,
}

ORDER = list(OpeningKind)


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """A group that was accepted, and how many of its members were not before."""

    name: str
    keys: tuple[str, ...]


def list_opening(
    programme: Programme,
    *,
    at: datetime | None = None,
    assessments: Iterable[Assessment] | None = None,
    alerts: Iterable[Alert] | None = None,
    known_by: datetime | None = None,
) -> tuple[OpeningGroup, ...]:
    """Every group: what waits first, by kind, the gravest and largest first.

    As things stand now after the last run, or as they stood: with acts up to `at`, a judgement and its alerts, and
    records known then.
    """
    acts = [act for act in list_acts(programme.ledger) if at is None or act.at <= at]
    judged = _read_judged(programme) if assessments is None else assessments
    loose = [_describe_pattern(pattern) for pattern in list_patterns(programme, known_by)]
    known = _list_known(programme, acts, load_alerts(programme.ledger) if alerts is None else alerts)
    groups = [*known, *(_mark(group, acts, programme) for group in (*loose, *_list_grey(judged)))]
    return tuple(sorted(groups, key=_rank))


def _rank(group: OpeningGroup) -> tuple[bool, int, int, int, str]:
    return not group.waits, ORDER.index(group.kind), -(group.severity or 0), -group.count, group.name


def _read_judged(programme: Programme) -> list[Assessment]:
    run = find_last_judged(programme.ledger)
    return [] if run is None else read_judgements(programme.ledger, run)


def _list_known(programme: Programme, acts: Sequence[Act], alerts: Iterable[Alert]) -> Iterator[OpeningGroup]:
    """Entries of the inventory by the rules that found them and by how long they have been late."""
    groups: dict[str, list[Alert]] = defaultdict(list)
    for alert in alerts:
        if alert.state in (AlertState.INVENTORY, AlertState.ACCEPTED):
            groups[name_known(alert)].append(alert)
    by_key = {act.subject: act for act in acts if act.kind == KNOWN_ACT}
    for name, members in groups.items():
        yield _describe_known(programme, name, members, by_key)


def name_known(alert: Alert) -> str:
    """What a group is called: `supply.receipt_overdue/years`."""
    age = find_age(alert)
    return "+".join(sorted(alert.reasons)) + ("" if age is Age.UNDATED else f"/{age}")


def find_age(alert: Alert) -> Age:
    """For how long the worst finding of an alert has held, by the days that it is late."""
    found = [(reason.finding.value, reason.finding.unit) for reason in alert.reasons.values()]
    late = [(value, LONG[unit]) for value, unit in found if value is not None and unit in LONG]
    ages = [next((age for days, age in limits if value > days), Age.RECENT) for value, limits in late]
    return min(ages, key=list(Age).index, default=Age.UNDATED)


def _describe_known(programme: Programme, name: str, alerts: list[Alert], by_key: Mapping[str, Act]) -> OpeningGroup:
    findings = [reason.finding for alert in alerts for reason in alert.reasons.values()]
    worst = max(findings, key=lambda finding: (finding.severity, finding.value or 0.0))
    waiting = tuple(sorted(alert.subject.key for alert in alerts if alert.state is AlertState.INVENTORY))
    done = [by_key[alert.subject.key] for alert in alerts if alert.subject.key in by_key]
    act = max(done, key=lambda one: one.at, default=None) if len(waiting) < len(alerts) else None
    return OpeningGroup(
        name=name,
        kind=OpeningKind.KNOWN,
        keys=tuple(sorted(alert.subject.key for alert in alerts)),
        rules=tuple(sorted(alerts[0].reasons)),
        severity=worst.severity,
        age=find_age(alerts[0]),
        oldest_on=min((finding.since for finding in findings if finding.since), default=None),
        worst=worst.value,
        unit=worst.unit,
        cure=worst.action,
        accepted_by=act.author if act else None,
        accepted_on=act.at.astimezone(programme.zone).date() if act else None,
        fresh=waiting if act else (),
    )


def _describe_pattern(pattern: Pattern) -> OpeningGroup:
    place = "" if pattern.field == "label" else f"{pattern.field}="
    return OpeningGroup(
        name=f"unassigned/{pattern.entity}/{place}{pattern.prefix}{'' if pattern.whole else '..'}",
        kind=OpeningKind.UNASSIGNED,
        keys=pattern.keys,
        entity=pattern.entity,
        field=pattern.field,
        prefix=pattern.prefix,
        whole=pattern.whole,
        project=pattern.project,
        milestone=pattern.milestone,
    )


def _list_grey(assessments: Iterable[Assessment]) -> Iterator[OpeningGroup]:
    groups: dict[str, OpeningGroup] = {}
    for grey in group_grey(assessments):
        if grey.reason not in KINDS:
            continue
        name = f"{grey.reason}/{grey.text.id.removeprefix('not_judged.')}"
        known = groups.get(name)
        groups[name] = OpeningGroup(
            name=name,
            kind=KINDS[grey.reason],
            keys=tuple(sorted({*grey.counted, *(known.keys if known else ())})),
            rules=tuple(sorted({*grey.rules, *(known.rules if known else ())})),
            text=grey.text,
            cure=grey.cure,
        )
    yield from groups.values()


def _mark(group: OpeningGroup, acts: Sequence[Act], programme: Programme) -> OpeningGroup:
    """The group with who accepted it, and what joined since."""
    own = [act for act in acts if act.kind == ACT and act.subject == group.name]
    if not own:
        return group
    known = {key for act in own for key in act.detail["keys"]}
    return replace(
        group,
        accepted_by=own[-1].author,
        accepted_on=own[-1].at.astimezone(programme.zone).date(),
        fresh=tuple(key for key in group.keys if key not in known),
    )


def accept_groups(programme: Programme, names: Sequence[str], *, author: str, reason: str) -> list[Accepted]:
    """Accept groups by name or kind (`all` for everything), and beside them entries by key, name or concern."""
    require_act(ACT, author, reason)
    groups = [group for group in list_opening(programme) if group.waits]
    wanted = set(names)
    chosen = [group for group in groups if wanted & {group.name, str(group.kind), "all"}]
    done = [_accept(programme, group, author, reason) for group in chosen]
    rest = [name for name in names if name != "all" and name not in {n for g in chosen for n in (g.name, str(g.kind))}]
    if rest:
        keys = accept_inventory(programme, rest, author=author, reason=reason)
        done += [Accepted(name=key, keys=(key,)) for key in keys]
    return done


def _accept(programme: Programme, group: OpeningGroup, author: str, reason: str) -> Accepted:
    fresh = group.fresh if group.accepted_on else group.keys
    if group.kind is OpeningKind.KNOWN:
        alerts = [alert for alert in load_alerts(programme.ledger) if alert.state is AlertState.INVENTORY]
        own = [alert for alert in alerts if name_known(alert) == group.name]
        return Accepted(name=group.name, keys=tuple(accept_alerts(programme, own, author=author, reason=reason)))
    record_act(
        programme.ledger, kind=ACT, subject=group.name, author=author, reason=reason, at=programme.now(),
        detail={"keys": list(fresh)},
    )  # fmt: skip
    return Accepted(name=group.name, keys=fresh)
