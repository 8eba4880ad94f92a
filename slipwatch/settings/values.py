"""Kinds of value that the configuration knows. Each refuses what only looks like it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, Strict, StringConstraints

SECRET_FORMAT = "secret-reference"  # noqa: S105 — the name of a format, not a secret
LEDGER_FORMAT = "ledger-address"
HIDDEN_FORMATS = (SECRET_FORMAT, LEDGER_FORMAT)
"""What stands there may be a secret and is never repeated in an error."""

REFERENCE_PATTERN = r"^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+|block:[a-z0-9-]+(/[a-z0-9-]+)?)$"


class Part(BaseModel):
    """A piece of the configuration: unknown keys are refused, nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)


def keep_number(value: Any) -> Any:
    """A whole number where text is meant (a vendor number, a year) is that text."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def verify_zone(name: str) -> str:
    """The name itself. Raises `ValueError` where the time-zone database does not know it."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("a time zone of the IANA list, such as Europe/Paris") from error
    return name


Text = Annotated[
    str,
    BeforeValidator(keep_number, json_schema_input_type=str | int),
    StringConstraints(strip_whitespace=True, min_length=1, max_length=2000),
]
Key = Annotated[
    str,
    BeforeValidator(keep_number, json_schema_input_type=str | int),
    StringConstraints(pattern=r"^[^\s:/#\[\]]+$", max_length=80),
]
Whole = Annotated[int, Strict()]
Number = Annotated[float, Strict()]
Flag = Annotated[bool, Strict()]
Day = Annotated[date, Strict()]
Percent = Annotated[float, Strict(), Field(ge=0, le=100)]
Zone = Annotated[str, AfterValidator(verify_zone)]
Language = Literal["en", "fr", "de"]
Mailbox = Annotated[str, StringConstraints(pattern=r"^[^@\s<>,;]+@[^@\s<>,;]+$", max_length=254)]
