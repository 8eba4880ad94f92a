"""JSON-RPC over HTTP: reading by POST, errors inside 200, and only the methods that were named beforehand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fnmatch import fnmatchcase
from itertools import count
from typing import Any

from slipwatch.errors import PermanentError, SourceError, TransientError
from slipwatch.wire.http import Call, HttpClient

ExplainError = Callable[[Any], SourceError]
"""Turns the `error` of an answer into the error that says who must act."""


class JsonRpc:
    """Calls to one address. `reads` are patterns of the methods that may be called at all, so that a mistake in a
    connector cannot write to an ERP; calling another one raises `PermanentError` before anything is sent."""

    def __init__(self, client: HttpClient, path: str, *, reads: Iterable[str], explain: ExplainError) -> None:
        self.path = path
        self._client, self._reads, self._explain = client, tuple(reads), explain
        self._numbers = count(1)

    def call(
        self, method: str, *parameters: Any, renew: bool = True, retry: bool = True, secrets: tuple[str, ...] = ()
    ) -> Any:
        """The `result` of a method. Raises `SourceError`s; an answer to another question is asked for again.

        `renew` and `retry` are false for calls that open or end a session; `secrets` are values among the parameters.
        """
        if not any(fnmatchcase(method, pattern) for pattern in self._reads):
            raise PermanentError(f"the method {method} is not among those that only read", subject=self._client.host)
        number = next(self._numbers)
        answer = self._client.fetch(
            Call(
                path=self.path,
                method="POST",
                body={"id": number, "method": method, "params": list(parameters)},
                renew=renew,
                idempotent=retry,
                judge=lambda body: self._judge(number, body),
                secrets=secrets,
            )
        )
        return answer.body["result"]

    def _judge(self, number: int, body: Any) -> SourceError | None:
        if not isinstance(body, dict):
            return PermanentError("the answer is no JSON-RPC answer", cure="correct the address in the options")
        if body.get("error") is not None:
            return self._explain(body["error"])
        if body.get("id") not in (number, None) or "result" not in body:
            return TransientError("the answer belongs to another question")
        return None
