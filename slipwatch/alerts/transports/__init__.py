"""The contract of a transport: it hands over one message at a time and says what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol, runtime_checkable

from pydantic import BaseModel, ConfigDict

from slipwatch.model.alert import OutboxMessage

CONTRACT_VERSION = 1
"""Raised when a change breaks transports of third parties."""

ACCOUNT_CODES = frozenset({530, 534, 535, 538})
"""Replies to a login (RFC 4954): a person must act, and another try might lock the account."""

CHANNEL_CODES = ACCOUNT_CODES | {421, 454}
"""Replies that are about the server or our account, never about one message."""


class TransportOptions(BaseModel):
    """Options of a transport. Unknown keys are refused; secrets are references (`env:`, `file:`, `block:`)."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What the other side answered to an accepted message: `code` is None where the medium has none."""

    code: int | None
    text: str


@runtime_checkable
class Transport(Protocol):
    """A way out. Built by `Type(options, resolve, home)`; building it touches nothing outside.

    `resolve` turns a secret reference into its value, only while a message is sent; `home` is the folder that relative
    paths in the options start from.
    """

    name: ClassVar[str]
    contract_version: ClassVar[int]
    Options: ClassVar[type[TransportOptions]]

    def send(self, message: OutboxMessage) -> Reply:
        """Hand the message over; returning means that the other side took responsibility for it.

        Raises `DeliveryError`: `permanent` where no retry can help; `code` None where the other side was not reached or
        the link broke. Raises `ConfigError` for a secret that is missing.
        """
        ...

    def close(self) -> None:
        """Release connections; may be called twice."""
        ...


@runtime_checkable
class ChecksItself(Protocol):
    """What a transport may offer beside: going the way of a message up to the point where it would be handed over."""

    def check(self) -> str:
        """What was found, in a few words for a person; nothing is handed over.

        Raises `DeliveryError` with a cure where a message could not leave now, and `ConfigError` for a missing secret.
        """
        ...
