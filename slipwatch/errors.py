"""Every public error, grouped by what the caller can do about it.

| situation | raise |
|---|---|
| configuration is wrong: unknown key, missing secret, wrong unit | `ConfigError` |
| the source refuses our key, or answers with a login page | `AuthError` |
| this stream may not be read with our rights, others may | `AccessError` |
| the source asks us to wait longer than we are willing to sleep | `RateLimited` |
| time-out, 502, dropped connection: worth another try | `TransientError` |
| it will fail again in the same way: end-of-life address, wrong content | `PermanentError` |
| the window could not be proven complete | `IncompleteError` |
| the source's columns or types are no longer those of the mapping | `ContractError` |
| one record cannot be read, the rest can | `RecordError` |
| a message was refused by the mail server | `DeliveryError` |
| somebody else holds the lease | `LeaseError` |
"""

from __future__ import annotations

from datetime import datetime


class SlipwatchError(Exception):
    """Root of all errors. `subject` names what is concerned, `cure` what to do, in words a PMO understands."""

    def __init__(self, message: str, *, subject: str = "", cure: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.subject = subject
        self.cure = cure

    def __str__(self) -> str:
        head = f"{self.subject}: {self.message}" if self.subject else self.message
        return f"{head} ({self.cure})" if self.cure else head


class ConfigError(SlipwatchError):
    """A person must correct the configuration; nothing was read or sent."""


class SourceError(SlipwatchError):
    """Anything that goes wrong while a source is read."""


class AuthError(SourceError):
    """A person must renew the key: the source is stopped, never retried, so that no account is locked out."""


class AccessError(SourceError):
    """One stream is forbidden to our key; the other streams go on."""


class TransientError(SourceError):
    """Worth another try: the only error, with `RateLimited`, that the orchestrator retries."""


class RateLimited(TransientError):
    """The source asks us to come back later than we are willing to sleep; `until` is an aware instant."""

    def __init__(self, message: str, *, until: datetime, subject: str = "", cure: str = "") -> None:
        super().__init__(message, subject=subject, cure=cure)
        self.until = until


class PermanentError(SourceError):
    """The same request fails in the same way again."""


class IncompleteError(SourceError):
    """The window was read but could not be proven complete: kept as raw archive, the cursor stays."""


class ContractError(SourceError):
    """A column that the mapping uses is gone or has another type: the window is set aside as a whole."""


class RecordError(SourceError):
    """One record is set aside; `key` is its source key or None, `excerpt` a short piece of what was read."""

    def __init__(self, message: str, *, key: str | None = None, excerpt: str = "", subject: str = "") -> None:
        super().__init__(message, subject=subject)
        self.key = key
        self.excerpt = excerpt[:500]


class DeliveryError(SlipwatchError):
    """A message could not be handed over. `permanent` ends the tries; `code` is the server's reply code, if any."""

    def __init__(
        self, message: str, *, permanent: bool, code: int | None = None, subject: str = "", cure: str = ""
    ) -> None:
        super().__init__(message, subject=subject, cure=cure)
        self.permanent = permanent
        self.code = code


class LeaseError(SlipwatchError):
    """Another run holds the lease; this one must not start."""


class LedgerError(SlipwatchError):
    """The ledger refuses: a newer schema, an unknown key, or an edit of something that is frozen."""
