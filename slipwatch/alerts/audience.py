"""Who may read what: a finding belongs to one side besides the PMO, and outsiders see their own lines only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, field

from slipwatch.alerts.reasons import rank_reason
from slipwatch.model.alert import Alert, Reason
from slipwatch.model.finding import Concern, Finding, Subject
from slipwatch.model.portfolio import Portfolio, Role

SupplierOf = Callable[[Subject], str | None]


def name_no_supplier(_subject: Subject) -> str | None:
    """Where nothing is known of suppliers, no line is a supplier's own."""
    return None


@dataclass(frozen=True, kw_only=True)
class Audience:
    """What decides who reads what.

    `pmo` is the key of the role that reads all; `follows` gives the concerns that a role (by key) or a side (by name)
    follows beside what it is accountable for; `supplier_of` gives the portfolio key of a subject's supplier.
    """

    pmo: str
    portfolio: Portfolio
    follows: Mapping[str, Set[Concern]] = field(default_factory=dict)
    supplier_of: SupplierOf = name_no_supplier

    def may_read(self, role: Role, finding: Finding) -> bool:
        """The PMO reads all; the owner's side what is the owner's; integrators and suppliers what is their side's *and*
        their own: lines of their supplier, their projects, and what they are asked about."""
        if self._is_pmo(role):
            return True
        if finding.audience != role.side:
            return False
        return role.side == "owner" or self._is_own(role, finding)

    def _is_pmo(self, role: Role) -> bool:
        return role.key == self.pmo or role.side == "pmo"

    def _is_own(self, role: Role, finding: Finding) -> bool:
        if finding.accountable == role.key:
            return True
        if role.supplier is not None:
            return self.supplier_of(finding.subject) == role.supplier
        project = self.portfolio.projects.get(finding.subject.project or "")
        return role.side == "integrator" and project is not None and project.integrator == role.key

    def list_readable(self, role: Role, alert: Alert) -> tuple[Reason, ...]:
        """The reasons that the role may read, gravest first."""
        readable = (reason for reason in alert.reasons.values() if self.may_read(role, reason.finding))
        return tuple(sorted(readable, key=rank_reason))

    def is_concerned(self, role: Role, alert: Alert, reasons: Iterable[Reason]) -> bool:
        """Whether the alert is the role's business: the PMO's always, else by accountability or by subscription."""
        if self._is_pmo(role) or alert.accountable == role.key:
            return True
        followed = {*self.follows.get(role.key, ()), *self.follows.get(role.side, ())}
        return alert.key.concern in followed or any(reason.finding.accountable == role.key for reason in reasons)
