"""Rows of what waits for a decision: opening inventory, open alerts, unassigned records, recipients."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from slipwatch.document.escape import escape_xlsx_cell
from slipwatch.engine.links import REGISTER, assign
from slipwatch.engine.opening import list_opening, name_known
from slipwatch.engine.unassigned import Pattern, list_patterns
from slipwatch.engine.workbook.columns import Sheet
from slipwatch.engine.workbook.rows import Row, build_row
from slipwatch.engine.workbook.sheets import ALERTS, INVENTORY, RECIPIENTS, UNASSIGNED
from slipwatch.engine.workbook.wording import Wording
from slipwatch.model.alert import Alert, AlertState
from slipwatch.model.columns import Entity
from slipwatch.model.records import SPOKEN
from slipwatch.model.tables import ENTITIES
from slipwatch.reports.desk_facts import OpeningGroup
from slipwatch.store.acts import Act, list_acts, released_recipients
from slipwatch.store.alerts import load_alerts
from slipwatch.store.reader import read_entity
from slipwatch.store.subjects import list_entities

if TYPE_CHECKING:
    import pandas as pd

    from slipwatch.engine.wiring import Programme

DECLARED = ("project", "milestone")
MOST_RECORDS = 500
"""Single records listed for want of a project code; the rest follows when these are assigned."""

EXAMPLES = 3
GROUP = "group:"


def bind(programme: Programme, wording: Wording) -> dict[str, Callable[[], Iterator[Row]]]:
    """What makes the rows of each of these sheets."""
    return {
        INVENTORY.id: lambda: _list_inventory(programme, wording),
        ALERTS.id: lambda: _list_alerts(programme, wording),
        UNASSIGNED.id: lambda: _list_unassigned(programme, wording),
        RECIPIENTS.id: lambda: _list_recipients(programme, wording),
    }


def name_alert(alert: Alert) -> str:
    """What a workbook calls an alert: it lasts as long as the alert."""
    return f"{alert.key.subject}:{alert.key.concern.value}:{alert.key.episode}"


def find_alerts(programme: Programme, state: AlertState) -> dict[str, Alert]:
    """Alerts in a state, by the name that a workbook gives them, the gravest first."""
    found = [alert for alert in load_alerts(programme.ledger) if alert.state is state]
    found.sort(key=lambda alert: (-alert.severity, alert.subject.project or "", alert.subject.key))
    return {name_alert(alert): alert for alert in found}


def name_group(group: OpeningGroup) -> str:
    """What a workbook calls a group of the opening inventory."""
    return escape_xlsx_cell(GROUP + group.name).strip()


def _list_inventory(programme: Programme, wording: Wording) -> Iterator[Row]:
    """What stood there on the first day: one row for each group that waits, and one for each of its findings below."""
    members: dict[str, list[Alert]] = defaultdict(list)
    for alert in find_alerts(programme, AlertState.INVENTORY).values():
        members[name_known(alert)].append(alert)
    for group in list_opening(programme):
        if group.waits:
            yield _build_group(programme, group, wording)
            for alert in members.get(group.name, ()):
                yield _build_alert(programme, INVENTORY, alert, wording)


def _build_group(programme: Programme, group: OpeningGroup, wording: Wording) -> Row:
    say, language = programme.catalogue.translate, wording.language
    texts = [say(text, language, zone=programme.zone) for text in (group.text, group.cure) if text is not None]
    kind = programme.catalogue.say(f"report.opening.kind.{group.kind}", language)
    values = {
        "name": wording.say("shown.group", kind=kind, count=group.count),
        "subject": ", ".join(group.keys[:EXAMPLES]) + (" …" if group.count > EXAMPLES else ""),
        "rules": ", ".join(group.rules),
        "severity": wording.word(group.severity.name.lower()) if group.severity else None,
        "since": group.oldest_on,
        "text": " → ".join(texts) or wording.say("shown.assign", sheet=wording.title(UNASSIGNED.id)),
        "project": group.project,
        "ref": name_group(group),
    }
    return build_row(INVENTORY, values, wording, group=True)


def _list_alerts(programme: Programme, wording: Wording) -> Iterator[Row]:
    acts = _list_acknowledged(programme)
    for alert in find_alerts(programme, AlertState.OPEN).values():
        act = acts.get((alert.subject.key, alert.key.concern.value))
        since = act is not None and act.at >= alert.opened_at
        told = wording.say("shown.acknowledged", author=act.author, day=act.at.date(), reason=act.reason) if act else ""
        yield _build_alert(programme, ALERTS, alert, wording, acknowledged=told if since else None)


def _list_acknowledged(programme: Programme) -> dict[tuple[str, str], Act]:
    return {(act.subject, str(act.detail.get("concern"))): act for act in list_acts(programme.ledger, "acknowledge")}


def _build_alert(programme: Programme, sheet: Sheet, alert: Alert, wording: Wording, **more: Any) -> Row:
    findings = [reason.finding for reason in alert.reasons.values()]
    say = programme.catalogue.translate
    values = {
        "project": alert.subject.project,
        "subject": alert.subject.key,
        "name": alert.subject.name,
        "concern": wording.word(alert.key.concern.value),
        "severity": wording.word(alert.severity.name.lower()),
        "rules": ", ".join(sorted(alert.reasons)),
        "text": " ".join(say(finding.text, wording.language, zone=programme.zone) for finding in findings),
        "since": alert.opened_at.astimezone(programme.zone).date(),
        "accountable": alert.accountable,
        "ref": name_alert(alert),
    }
    return build_row(sheet, values | more, wording)


def _list_unassigned(programme: Programme, wording: Wording) -> Iterator[Row]:
    left, there = MOST_RECORDS, list_entities(programme.ledger)
    patterns = list_patterns(programme) if there else []
    for entity in ENTITIES.values():
        if "project_code" not in entity.by_name or entity.name in DECLARED or entity.name not in there:
            continue
        frame = find_unassigned(programme, entity)
        coded = frame["project_code"].notna() & frame["project_code"].ne("")
        for code, part in frame[coded].groupby("project_code", sort=True):
            labels = part["label"].astype(str).tolist()
            guess = _find_proposal(patterns, entity, ("project_code", str(code)))
            yield _build_unassigned(wording, entity, ("project_code", str(code), guess), labels)
        single = frame.loc[~coded].drop_duplicates("label").head(left)
        left -= len(single)
        for label, name in zip(single["label"], single.get("name", single["label"]), strict=True):
            guess = _find_proposal(patterns, entity, ("label", str(label)))
            yield _build_unassigned(wording, entity, ("label", str(label), guess), [str(name)])


def find_unassigned(programme: Programme, entity: Entity) -> pd.DataFrame:
    """Open records of an entity that no rule gives to a project."""
    frame = read_entity(programme.ledger, entity.name, open_only=True)
    frame = frame[~frame["source"].isin([REGISTER, SPOKEN])]
    frame = assign(frame, entity.name, programme.settings.links.assignments, programme.portfolio)
    return frame[frame["project"].isna() & frame["vanished_at"].isna()]


def _find_proposal(patterns: Sequence[Pattern], entity: Entity, of: tuple[str, str]) -> str:
    """Project and milestone that the pattern of a code or label suggests; empty where it suggests none."""
    for one in patterns:
        caught = of[1] == one.prefix if one.whole else of[1].startswith(one.prefix)
        if caught and one.project and (one.entity, one.field) == (entity.name, of[0]):
            return " ".join(filter(None, (one.project, one.milestone)))
    return ""


def _build_unassigned(wording: Wording, entity: Entity, of: tuple[str, str, str], labels: Sequence[str]) -> Row:
    shown = ", ".join(labels[:EXAMPLES]) + (" …" if len(labels) > EXAMPLES else "")
    values = {"entity": entity.name, "field": of[0], "value": of[1], "count": len(labels), "examples": shown}
    values["proposed"] = of[2]
    return build_row(UNASSIGNED, {**values, "what": wording.name_entity(entity.name)}, wording)


def _list_recipients(programme: Programme, wording: Wording) -> Iterator[Row]:
    released = released_recipients(programme.ledger)
    for key, role in programme.settings.portfolio.roles.items():
        state = "reads all" if key == programme.settings.routing.pmo else "released" if key in released else "drafts"
        values = {
            "role": key,
            "name": role.name,
            "side": wording.word(role.side),
            "address": role.address,
            "state": wording.word(state if role.address else "unreachable"),
        }
        yield build_row(RECIPIENTS, values, wording)
