"""Kinds of option that sources over a network share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from slipwatch.errors import ConfigError
from slipwatch.model.options import Options
from slipwatch.model.tables import ENTITIES
from slipwatch.wire.origin import split_origin
from slipwatch.wire.pacing import Pacing

SecretReference = Annotated[
    str,
    StringConstraints(pattern=r"^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+|block:[a-z0-9-]+(/[a-z0-9-]+)?)$"),
    Field(json_schema_extra={"format": "secret-reference"}),
]
"""`env:NAME`, `file:/path` or `block:name`; a secret itself is refused."""


def verify_address(address: str) -> str:
    """The address itself. Raises `ValueError` for what is no http(s) address, or holds a password."""
    try:
        split_origin(address)
    except ConfigError as error:
        raise ValueError(str(error)) from error
    return address


def verify_columns(columns: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """The map itself. Raises `ValueError` for an entity or a column that the model does not have."""
    for entity, names in columns.items():
        if entity not in ENTITIES:
            raise ValueError(f"unknown entity {entity}; one of {', '.join(ENTITIES)}")
        for name in names:
            if name not in ENTITIES[entity].by_name:
                raise ValueError(f"unknown column {name} of {entity}; one of {', '.join(ENTITIES[entity].by_name)}")
    return columns


WebAddress = Annotated[str, AfterValidator(verify_address)]

FieldsByColumn = Annotated[dict[str, dict[str, str]], AfterValidator(verify_columns)]
"""Entity to canonical column to the source's own name of the field."""


class NetworkOptions(Options):
    """What every source behind HTTP can be told.

    `ca_file` is a PEM file of a private certificate authority, relative to the configuration. `per_second` bounds the
    pace of requests, all threads together; 0 asks one after the other, as fast as the source answers. `answer_within`
    is how many seconds the source may be silent before it is asked again.
    """

    address: WebAddress
    ca_file: Path | None = None
    per_second: float = Field(default=0.0, ge=0.0)
    answer_within: float = Field(default=60.0, gt=0.0, le=600.0)

    def build_pacing(self, *, patient: bool = True) -> Pacing:
        """The limits of requests; impatient ones are for a check, which must end within 30 s."""
        if patient:
            return Pacing(per_second=self.per_second, read_timeout=self.answer_within)
        return Pacing(
            per_second=self.per_second, connect_timeout=3.0, read_timeout=min(5.0, self.answer_within),
            longest_answer=5.0, tries=1, longest_wait=0.0, wait_budget=0.0,
        )  # fmt: skip
