"""Link rules that are proposed for records of no project, as they are pasted into links.yaml."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from slipwatch.reports.opening import tell_rule
from slipwatch.settings.commented import Noted, NoteLine, write_commented

if TYPE_CHECKING:
    from slipwatch.engine.wiring import Programme
    from slipwatch.reports.desk_facts import OpeningGroup

HEAD = ("Rules to paste under `assignments:` of links.yaml, behind those that are there: the first that catches wins.",)


def write_rules(programme: Programme, groups: Sequence[OpeningGroup]) -> str:
    """YAML of all rules; one that still needs a project is a comment, so that what is pasted is sound."""
    rules: list[Any] = []
    for group in groups:
        records = f"{group.count} {group.entity} records, such as {', '.join(group.keys[:3])}"
        if group.project is None:
            known = ", ".join(programme.portfolio.projects)
            rules.append(NoteLine(f"{records}: which project? ({known})"))
            rules.append(NoteLine(f"- {tell_rule(group)}"))
        else:
            rules.append(Noted(dict(group.rule or {}), records))
    return write_commented({"assignments": rules}, head=HEAD)
