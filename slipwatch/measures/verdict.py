"""Sorts the subjects of a rule into judged, grey and found, so that silence can be told from not looking."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd

from slipwatch.measures.rows import Row, iterate
from slipwatch.model.finding import Assessment, Finding, GreyReason, Message, NotJudged

COMMON_TEXTS = frozenset({GreyReason.UNASSIGNED, GreyReason.STALE_SOURCE})
"""Reasons that read the same for every rule: `not_judged.unassigned`, `not_judged.stale_source`."""


class Verdict:
    """`rows` holds one row per subject that still waits to be judged (columns `subject` and `label`); every step takes
    some away. What is left when the rule concludes is evaluated.

    >>> lines = pd.DataFrame({"subject": [1, 2, 3], "label": ["A", "B", "C"], "project": ["P", None, "P"]})
    >>> verdict = Verdict("supply.demo", lines)
    >>> verdict.set_grey(verdict.rows["project"].isna(), GreyReason.UNASSIGNED)
    >>> verdict.settle(verdict.rows["label"].eq("C"))
    >>> sorted(verdict.assessment.evaluated), verdict.rows["label"].to_list()
    ([3], ['A'])
    >>> verdict.assessment.not_judged[0].counted
    ('B',)
    """

    def __init__(self, rule: str, rows: pd.DataFrame) -> None:
        self.rule = rule
        self.rows = rows
        self.assessment = Assessment(rule=rule)

    def settle(self, which: pd.Series[bool]) -> None:
        """These are evaluated, and there is nothing to say about them."""
        self.assessment.evaluated.update(self._take(which, "subject").astype(int).to_list())

    def set_grey(self, which: pd.Series[bool], reason: GreyReason, text: str = "", *, counted: str = "label") -> None:
        """These cannot be judged. `counted` is the column whose distinct values are counted; `text` tells what lacks
        (an id of the catalogue, with a cure under `<text>.cure`), or is left out for a reason common to all rules."""
        taken = self._take(which, ["subject", counted])
        if len(taken):
            names = dict.fromkeys(taken[counted].dropna().astype(str))
            self.note_grey(reason, taken["subject"].astype(int), names, text=text)

    def note_grey(self, reason: GreyReason, subjects: Iterable[int], counted: Iterable[str], *, text: str = "") -> None:
        """Record what was not judged; nothing where nothing is counted."""
        names = tuple(counted)
        if not names:
            return
        id = f"not_judged.{reason if reason in COMMON_TEXTS else text}"
        self.assessment.not_judged.append(
            NotJudged(
                rule=self.rule,
                reason=reason,
                subjects=tuple(subjects),
                counted=names,
                text=Message(id=id),
                cure=Message(id=f"{id}.cure"),
            )
        )

    def conclude(self, failing: pd.Series[bool], write: Callable[[Row], Finding]) -> Assessment:
        """Everything left is evaluated; each failing row becomes a finding."""
        self.assessment.findings.extend(write(row) for row in iterate(self.rows[as_mask(failing)]))
        self.settle(self.rows["subject"].notna())
        return self.assessment

    def _take(self, which: pd.Series[bool], columns: str | list[str]) -> Any:
        """Take rows away; of what was taken only some columns are wanted."""
        chosen = as_mask(which)
        if not chosen.any():  # the usual case: nothing is copied
            return self.rows[columns].iloc[:0]
        taken = self.rows.loc[chosen, columns]
        self.rows = self.rows[~chosen] if not chosen.all() else self.rows.iloc[:0]
        return taken


def as_mask(which: pd.Series[Any]) -> pd.Series[bool]:
    """A condition in which unknown counts as no.

    >>> as_mask(pd.Series([True, pd.NA, False], dtype="boolean")).to_list()
    [True, False, False]
    """
    return which.astype("boolean").fillna(value=False).astype(bool)
