"""The acts that a workbook asks for, carried out one by one: each with author, reason and time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from slipwatch.engine import desk
from slipwatch.engine.baselines import approve_baseline
from slipwatch.engine.opening import accept_groups, list_opening, name_known
from slipwatch.engine.workbook.cells import term
from slipwatch.engine.workbook.comparing import Change
from slipwatch.engine.workbook.desk_rows import find_alerts, name_group
from slipwatch.engine.workbook.sheets import ALERTS, BASELINES, INVENTORY, RECIPIENTS, STATEMENTS, UNASSIGNED
from slipwatch.engine.workbook.speaking import check_said, record_said
from slipwatch.errors import SlipwatchError
from slipwatch.model.alert import Alert, AlertState
from slipwatch.reports.desk_facts import OpeningKind
from slipwatch.store.acts import list_acts, record_act, released_recipients

if TYPE_CHECKING:
    from slipwatch.engine.wiring import Programme

ACTING = (INVENTORY, ALERTS, BASELINES, RECIPIENTS, STATEMENTS, UNASSIGNED)


Do = Callable[["Programme", str, str], object]
"""Carries an act out for an author, with a reason."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One act that a row asks for: its kind and subject in the words of the ledger, and what carries it out."""

    change: Change
    kind: str
    subject: str
    do: Do

    def find_reason(self, given: str) -> str:
        """The row's own reason, else the one given with the import."""
        return self.change.reason or given


def check_acts(programme: Programme, changes: Sequence[Change]) -> bool:
    """Refuse what cannot be done, while it is only looked at: `programme` has the configuration as it will be. True
    where anything was refused."""
    good = [change for change in changes if not change.entry.faults]
    for change in good:
        if change.sheet is STATEMENTS:
            try:
                check_said(programme, change)
            except SlipwatchError as error:
                _refuse(change, error)
        if change.sheet is RECIPIENTS and change.mark == "release":
            role = programme.portfolio.roles.get(change.identity[0])
            if role is None or not role.address:
                change.entry.refuse("mark", change.identity[0], term("allowed.address"), term("cure.address"))
    return any(change.entry.faults for change in good)


def list_wanted(programme: Programme, changes: Sequence[Change]) -> list[Wanted]:
    """The acts of all sound rows, in the order in which they are done: what others rest on comes first."""
    makers = (_approve, _assign, _accept, _acknowledge, _release, _state)
    good = [change for change in changes if not change.entry.faults]
    return [wanted for make in makers for wanted in make(programme, good)]


def _of(changes: Iterable[Change], sheet: object, *marks: str) -> Iterator[Change]:
    return (change for change in changes if change.sheet is sheet and (not marks or change.mark in marks))


def _approve(_programme: Programme, changes: Sequence[Change]) -> Iterator[Wanted]:
    for change in _of(changes, BASELINES, "approve"):
        if change.row is not None and change.row.frozen:
            continue
        kind, number, project = str(change.get("kind")), change.get("number"), change.get("project")

        def do(programme: Programme, author: str, reason: str, change: Change = change) -> object:
            only = (str(change.get("kind")), change.get("project"))
            return approve_baseline(programme, int(change.get("number")), author=author, reason=reason, only=only)

        subject = " ".join(str(part) for part in (kind, project, number) if part is not None)
        yield Wanted(change=change, kind="approve_baseline", subject=subject, do=do)


def _assign(_programme: Programme, changes: Sequence[Change]) -> Iterator[Wanted]:
    for change in _of(changes, UNASSIGNED):

        def do(programme: Programme, author: str, reason: str, change: Change = change) -> object:
            names = ("project", "milestone", "prefix", "entity", "field")
            detail = {name: change.get(name) for name in names if change.get(name) is not None}
            subject, at = str(change.get("value")), programme.now()
            return record_act(
                programme.ledger, kind="assign", subject=subject, author=author, reason=reason, at=at, detail=detail
            )

        yield Wanted(change=change, kind="assign", subject=str(change.get("value")), do=do)


def _accept(programme: Programme, changes: Sequence[Change]) -> Iterator[Wanted]:
    """A mark on a group is a mark on each of its findings, unless one has a mark of its own."""
    marked = list(_of(changes, INVENTORY, "accept"))
    waiting = find_alerts(programme, AlertState.INVENTORY) if marked else {}
    groups = {name_group(group): group for group in list_opening(programme)} if marked else {}
    own = {change.identity[0] for change in marked}
    for change in marked:
        name = change.identity[0]
        group = groups.get(name)
        if group is not None and group.kind is not OpeningKind.KNOWN:
            yield Wanted(change=change, kind="accept_group", subject=group.name, do=_bind_group(group.name))
            continue
        alerts = {key: alert for key, alert in waiting.items() if group and name_known(alert) == group.name}
        found = [alert for key, alert in alerts.items() if key not in own] if group else [waiting[name]]
        subject = ", ".join(alert.subject.key for alert in found)
        if found:
            yield Wanted(change=change, kind="accept_known", subject=subject, do=_bind_alerts(found))


def _bind_group(name: str) -> Do:
    return lambda programme, author, reason: accept_groups(programme, [name], author=author, reason=reason)


def _bind_alerts(found: Sequence[Alert]) -> Do:
    return lambda programme, author, reason: desk.accept_alerts(programme, found, author=author, reason=reason)


def _acknowledge(programme: Programme, changes: Sequence[Change]) -> Iterator[Wanted]:
    marked = list(_of(changes, ALERTS, "acknowledge"))
    alerts = find_alerts(programme, AlertState.OPEN) if marked else {}
    for change in marked:
        alert = alerts[change.identity[0]]

        def do(programme: Programme, author: str, reason: str, alert: Alert = alert) -> object:
            acts = list_acts(programme.ledger, "acknowledge")
            concern = str(alert.key.concern)
            said = {(act.subject, act.author, act.reason, act.detail.get("concern")) for act in acts}
            if (alert.subject.key, author, reason, concern) in said:
                return None  # this file was imported before
            return desk.acknowledge_alerts(programme, [alert], author=author, reason=reason)

        yield Wanted(change=change, kind="acknowledge", subject=alert.subject.key, do=do)


def _release(programme: Programme, changes: Sequence[Change]) -> Iterator[Wanted]:
    released = released_recipients(programme.ledger)
    for mark, act in (("release", desk.release_recipient), ("withdraw", desk.withdraw_recipient)):
        for change in _of(changes, RECIPIENTS, mark):
            role = change.identity[0]
            if (role in released) == (mark == "release"):
                continue

            def do(programme: Programme, author: str, reason: str, role: str = role, act: Act = act) -> None:
                act(programme, role, author=author, reason=reason)

            yield Wanted(change=change, kind=f"{mark}_recipient", subject=role, do=do)


Act = Callable[..., None]


def _state(_programme: Programme, changes: Sequence[Change]) -> Iterator[Wanted]:
    for change in _of(changes, STATEMENTS):

        def do(programme: Programme, author: str, reason: str, change: Change = change) -> None:
            record_said(programme, change, author=author, reason=reason)

        yield Wanted(change=change, kind="record_statement", subject=str(change.get("subject")), do=do)


def carry_out(programme: Programme, wanted: Sequence[Wanted], *, author: str, reason: str) -> list[Wanted]:
    """Do the acts; one that is refused leaves its row with the cure. Returns those that were done."""
    done = []
    for act in wanted:
        why = act.find_reason(reason)
        if not why:
            refuse_reason(act.change)
            continue
        try:
            act.do(programme, author, why)
        except SlipwatchError as error:
            _refuse(act.change, error)
        else:
            done.append(act)
    return done


def _refuse(change: Change, error: SlipwatchError) -> None:
    """The engine refused an act: its words stand at the cell that it names, else at the mark or the key."""
    near = [column.field for column in change.sheet.columns if str(change.get(column.field)) == error.subject]
    field = near[0] if near else "mark" if "mark" in change.sheet.by_field else change.sheet.keys[0]
    found = f"{error.subject}: {error.message}" if error.subject else error.message
    change.entry.refuse(field, found, term("allowed.act"), term("cure.configuration", cure=error.cure))


def refuse_reason(change: Change) -> None:
    """An act without a reason comes back."""
    field = "act_reason" if "act_reason" in change.sheet.by_field else change.sheet.keys[0]
    change.entry.refuse(field, "", term("allowed.reason"), term("cure.reason"))
