"""Scope, budget and overdue actions of a project."""

from __future__ import annotations

from decimal import Decimal

from slipwatch.document import blocks as b
from slipwatch.reports.blocks import Chip, Grid, Part, Row
from slipwatch.reports.facts import ActionFacts, BudgetFacts, ProjectFacts, ScopeFacts
from slipwatch.reports.words import Words, build_columns


def write_scope(scope: ScopeFacts | None, words: Words) -> tuple[Part, ...]:
    """Requirements against the frozen scope; without a freeze, what is there now."""
    if scope is None:
        return (b.Paragraph(words.say("scope.none"), muted=True),)
    pairs = [(words.say("scope.present"), words.say("scope.done", present=scope.present, done=scope.done))]
    if scope.frozen_on is None:
        pairs.append((words.say("scope.freeze"), words.say("scope.no_freeze")))
    else:
        pairs += [
            (words.say("scope.freeze"), words.say("scope.frozen", count=scope.frozen, day=scope.frozen_on)),
            (words.say("scope.added"), words.number(scope.added)),
            (words.say("scope.gone"), words.number(scope.gone)),
        ]
    if scope.changes:
        counts = ", ".join(
            f"{words.number(count)} {words.name_word('decision', name)}" for name, count in scope.changes.items()
        )
        pairs.append((words.say("scope.changes"), counts))
    return (b.Facts(tuple(pairs)),)


def write_budget(lines: tuple[BudgetFacts, ...], words: Words) -> tuple[Part, ...]:
    """One row per budget line; what is uncovered is marked."""
    if not lines:
        return (b.Paragraph(words.say("budget.none"), muted=True),)
    names = ("budget_line", "approved", "committed", "actual", "to_complete", "left")
    columns = build_columns(words, *names, right=names[1:])
    return (Grid(columns=columns, rows=tuple(_write_budget(line, words) for line in lines), kind="budget"),)


def _write_budget(line: BudgetFacts, words: Words) -> Row:
    def show(value: Decimal | None) -> str:
        return words.money(value, line.currency)

    left: b.Text = show(line.left)
    if line.left is not None and line.left < 0:
        left = (Chip(show(line.left), tone="critical"),)
    name = (b.Span(line.label, strong=True), b.Span(f"\n{line.name}", muted=True))
    approved = (
        show(line.approved) if line.approved is not None else (b.Span(words.say("budget.no_approved"), muted=True),)
    )
    return Row(cells=(name, approved, show(line.committed), show(line.actual), show(line.to_complete), left))


def write_actions(project: ProjectFacts, words: Words) -> tuple[Part, ...]:
    """Actions and decisions whose day has passed, the longest overdue first."""
    if not project.actions:
        return (b.Paragraph(words.say("actions.none"), muted=True),)
    columns = build_columns(words, "action", "responsible", "due", "overdue", right=["overdue"])
    ordered = sorted(project.actions, key=lambda action: (-action.overdue_wd, action.label))
    return (Grid(columns=columns, rows=tuple(_write_action(action, words) for action in ordered), kind="actions"),)


def _write_action(action: ActionFacts, words: Words) -> Row:
    name = (b.Span(action.label, strong=True), b.Span(f" {action.name}"))
    return Row(
        cells=(name, words.name_role(action.responsible), words.day(action.due_on), words.signed(action.overdue_wd))
    )
