"""Tryton's JSON-RPC, read only, and its habits.

- Series 8 answers at `/DATABASE/rpc/`, older ones at `/DATABASE/`; the other address says 405.
- Errors of the application come with status 200. A session that ended, or a wrong password, is 401.
- `write_date` is empty until the first change: what is new is found by `create_date`.
- Inactive records are left out unless the context asks for them.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from slipwatch.errors import AccessError, AuthError, ContractError, PermanentError, SourceError, TransientError
from slipwatch.model.columns import Kind
from slipwatch.model.records import Value, Window
from slipwatch.wire.http import HttpClient
from slipwatch.wire.jsonrpc import JsonRpc
from slipwatch.wire.paginate import Key, Page, read_by_key
from slipwatch.wire.values import Converter, Read, Reason, refuse

PAGE = 200
READS = (
    "common.server.version",
    "common.db.login",
    "common.db.logout",
    "model.res.user.get_preferences",
    "model.ir.model.access.get_access",
    "model.*.search_read",
    "model.*.search_count",
    "model.*.search",
    "model.*.fields_get",
)
"""Everything that is ever called: nothing of it writes business data."""

ONLY_CONTEXT = (True,)
"""Of a user's preferences, those that belong into the context of calls."""

Item = dict[str, Any]
Domain = list[Any]
Stamp = tuple[str, ...]
"""A field that holds when something changed; through a reference, with the model that it may lead to."""


class TrytonClient:
    """One user's session on one database. `password` gives the password whenever a session is opened."""

    def __init__(
        self,
        open_http: Callable[[Callable[[], Mapping[str, str]], Callable[[], None]], HttpClient],
        *,
        database: str,
        user: str,
        password: Callable[[], str],
    ) -> None:
        self.http = open_http(self._prove, self.open_session)
        self._database, self._user, self._password = database, user, password
        self._session = ""
        self._context: dict[str, Any] = {}
        self._rpc = self._address(f"{database}/rpc/")

    def open_session(self) -> None:
        """Log in, at the address of whichever series answers. Raises `AuthError`: then nothing is tried again."""
        self._session = ""
        try:
            answer = self._log_in(f"{self._database}/rpc/")
        except PermanentError:
            answer = self._log_in(f"{self._database}/")
        if not isinstance(answer, list) or len(answer) < 2:
            raise AuthError("no session was opened", subject=self.http.host, cure="check user and password")
        pair = f"{self._user}:{answer[0]}:{answer[1]}"
        self._session = "Session " + base64.b64encode(pair.encode()).decode()

    def verify(self, models: Sequence[str]) -> None:
        """Raises `AccessError` naming the model that our user may not read: its lists would be refused, or shorter."""
        readable = self.find_readable(models)
        for model in models:
            if model not in readable:
                raise AccessError(
                    f"our user may not read {model}", subject=self.http.host, cure="add it to a group that may"
                )

    def offers(self, model: str, name: str, *, of: str) -> bool:
        """Whether a model has a field that leads to another model, which our user may read: both hang on a module."""
        return name in take(dict, self.call(f"model.{model}.fields_get", None)) and of in self.find_readable([of])

    def find_readable(self, models: Sequence[str]) -> set[str]:
        """Those of the models that our user may read."""
        rights = take(dict, self.call("model.ir.model.access.get_access", list(models)))
        return {model for model in models if isinstance(rights.get(model), dict) and rights[model].get("read")}

    def read_some(self, model: str, domain: Domain, names: Sequence[str]) -> Sequence[Item]:
        """At most one record: enough to see whether the fields exist."""
        return take_rows(self.call(f"model.{model}.search_read", domain, 0, 1, None, list(names)))

    def read(self, model: str, domain: Domain, names: Sequence[str]) -> Iterator[Sequence[Item]]:
        """The fields `names` of every record in a domain, by ascending id."""

        def fetch(after: Key | None) -> Page:
            narrowed = domain if after is None else [*domain, ["id", ">", after]]
            items = take_rows(self.call(f"model.{model}.search_read", narrowed, 0, PAGE, [["id", "ASC"]], list(names)))
            return Page(items=items, last=len(items) < PAGE)

        return read_by_key(fetch, find_key=lambda item: int(item["id"]))

    def list_ids(self, model: str, domain: Domain) -> Iterator[int]:
        """The id of every record in a domain, ascending."""

        def fetch(after: Key | None) -> Page:
            narrowed = domain if after is None else [*domain, ["id", ">", after]]
            ids = take(list, self.call(f"model.{model}.search", narrowed, 0, PAGE * 10, [["id", "ASC"]]))
            return Page(items=ids, last=len(ids) < PAGE * 10)

        for ids in read_by_key(fetch, find_key=int):
            yield from ids

    def count(self, model: str, domain: Domain) -> int:
        """How many records Tryton itself counts in a domain."""
        return take(int, self.call(f"model.{model}.search_count", domain, 0, None))

    def call(self, method: str, *parameters: Any) -> Any:
        """The result of a method of a model, in our session and context. Raises `SourceError`s."""
        if not self._session:
            self.open_session()
        if not self._context:
            preferences = take(dict, self._rpc.call("model.res.user.get_preferences", *ONLY_CONTEXT, {}))
            self._context = {"company": preferences.get("company"), "language": "en", "active_test": False}
        return self._rpc.call(method, *parameters, self._context)

    def find_version(self) -> str:
        """The series of the server, or an empty text where a proxy keeps it to itself."""
        for path in ("rpc/", ""):
            with suppress(SourceError):
                return str(self._address(path).call("common.server.version", renew=False))
        return ""

    def close(self) -> None:
        """End the session, if the server still knows it, and release the connections."""
        if self._session:
            with suppress(SourceError):
                self._rpc.call("common.db.logout", renew=False, retry=False)
            self._session = ""
        self.http.close()

    def _log_in(self, path: str) -> Any:
        self._rpc = self._address(path)
        password = self._password()
        secret = {"password": password}
        return self._rpc.call("common.db.login", self._user, secret, "en", renew=False, secrets=(password,))

    def _address(self, path: str) -> JsonRpc:
        return JsonRpc(self.http, path, reads=READS, explain=explain_error)

    def _prove(self) -> Mapping[str, str]:
        return {"Authorization": self._session} if self._session else {}


Result = TypeVar("Result", bound=int | list[Any] | dict[str, Any])


def take(kind: type[Result], result: Any) -> Result:
    """The result of a method. Raises `PermanentError` where it is of another kind than Tryton gives."""
    if not isinstance(result, kind) or isinstance(result, bool):
        raise PermanentError("an answer is not Tryton's", cure="check that the address is that of a Tryton server")
    return result


def take_rows(result: Any) -> list[Item]:
    """Records with their ids. Raises `PermanentError` where the result is none."""
    rows = take(list, result)
    for row in rows:
        take(int, take(dict, row).get("id"))
    return rows


ENDED_LOGIN = re.compile(r"""["'«„“]\s*(?:Session|Sitzung)\s*["'»“”]""")
"""Tryton deletes logins that are too old while it answers somebody else of the same name, who may then be refused."""


def explain_error(error: Any) -> SourceError:
    """What an `error` beside status 200 means: a name, or a text, and then what Tryton would tell the user."""
    name, told = (error[0], error[1]) if isinstance(error, list) and len(error) > 1 else (error, "")
    if isinstance(told, list):
        told = " ".join(str(part) for part in told if part)
    if name == "UserError" and ENDED_LOGIN.search(str(told)):
        return TransientError("Tryton cleared away an old login meanwhile")
    if name == "UserError":
        return AccessError(str(told)[:200], cure="give our user the right to read it")
    if str(name).endswith(("TimeoutException", "ConcurrencyException", "OperationalError")):
        return TransientError(f"Tryton is busy: {name}")
    if str(name).startswith(("'", '"')):
        return ContractError(f"Tryton knows no {name}", cure="check that the modules purchase and stock are active")
    return PermanentError(f"Tryton reports {str(name)[:200]}")


def filter_window(window: Window, stamps: Sequence[Stamp]) -> Domain:
    """Records of which one of the stamps lies in a window; without a start, all that were there at its end."""
    until = write_moment(window.until)
    if window.since is None:
        return [["create_date", "<=", until]]
    since = write_moment(window.since)
    return [["OR", *([[name, ">=", since, *leads], [name, "<=", until, *leads]] for name, *leads in stamps)]]


def write_moment(moment: datetime) -> dict[str, Any]:
    """An instant as Tryton writes it: UTC, in parts."""
    utc = moment.astimezone(UTC)
    parts = ("year", "month", "day", "hour", "minute", "second", "microsecond")
    return {"__class__": "datetime", **{part: getattr(utc, part) for part in parts}}


@dataclass(frozen=True, kw_only=True)
class Typed:
    """Reads the tagged objects in which Tryton writes what JSON has no type for, and then the value."""

    read: Converter

    @property
    def kind(self) -> Kind:
        return self.read.kind

    @property
    def words(self) -> Mapping[str, str | None] | None:
        return getattr(self.read, "words", None)

    def build(self) -> Read:
        read = self.read.build()
        return lambda value: read(revive(value) if isinstance(value, dict) else value)


def revive(value: Item) -> Value:
    """The date, instant, number or span behind a tagged object. Raises `RecordError` for what is none."""
    parts = {name: part for name, part in value.items() if name != "__class__"}
    try:
        match value.get("__class__"):
            case "date":
                return date(**parts)
            case "datetime":
                return datetime(**parts, tzinfo=UTC)
            case "Decimal":
                return Decimal(parts["decimal"])
            case "timedelta":
                return timedelta(**parts)
    except (TypeError, ValueError, KeyError, ArithmeticError):
        raise refuse(Reason.BAD_DATE if "year" in parts else Reason.BAD_NUMBER, value) from None
    raise refuse(Reason.WRONG_TYPE, value)


def find_latest(values: Iterable[Item | None]) -> Any:
    """The latest of tagged dates or instants, or None."""
    return max(list_dates(values), default=None)


def list_dates(values: Iterable[Item | None]) -> list[Any]:
    """The dates or instants behind tagged objects, without the empty ones."""
    return [revive(value) for value in values if value is not None]
