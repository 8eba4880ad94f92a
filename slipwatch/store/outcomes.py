"""What an expectation is, whoever wrote it, and what becomes of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

KEY_LIMIT = 1000
"""Labels of failing records that are kept per expectation; their number is always exact."""

State = Literal["passed", "failed", "broken"]


class Expectation(Protocol):
    """An expectation of a suite, generated or written by a user."""

    @property
    def type(self) -> str: ...
    @property
    def kwargs(self) -> Mapping[str, Any]: ...
    @property
    def severity(self) -> str: ...


class Suite(Protocol):
    """The expectations on one entity."""

    @property
    def expectations(self) -> Sequence[Expectation]: ...


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one expectation. `unexpected_count` is None where it looks at no single rows; `by_source` splits
    it; `keys` are labels of failing records, at most `KEY_LIMIT`; `detail` says why it is broken."""

    expectation: Expectation
    state: State
    element_count: int
    unexpected_count: int | None = None
    observed: object = None
    by_source: Mapping[str, int] = field(default_factory=dict)
    keys: tuple[str, ...] = ()
    detail: str = ""
    engine: Literal["sql", "gx"] = "sql"
