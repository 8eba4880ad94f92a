"""Redmine's REST interface, read only, and its habits.

- A wrong key is no error on lists: Redmine answers 200 with what anonymous visitors see. Only `/users/current.json`
  says 401, so identity is verified before and after everything that is read.
- `limit` is cut to 100 without a word; closed issues and closed projects are left out unless asked for.
- Journals come only with a single issue.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from slipwatch.errors import AccessError, AuthError, ContractError, PermanentError
from slipwatch.model.records import Window
from slipwatch.wire.http import HttpClient, NothingThere
from slipwatch.wire.paginate import Key, Page, read_by_key, read_by_offset

PAGE = 100
ACTIVE_AND_CLOSED = "1|5"
NO_SUBPROJECTS = "!*"

Item = dict[str, Any]


class RedmineClient:
    """The requests of one source. `projects` are identifiers, or empty for all that the key can see."""

    def __init__(self, http: HttpClient, *, projects: Sequence[str] = ()) -> None:
        self.http = http
        self._projects = tuple(projects)

    def verify(self) -> Item:
        """The user that our key stands for. Raises `AuthError` where it stands for nobody."""
        user = take_object(self.http.get_json("users/current.json"), "user")
        if not user.get("id"):
            raise AuthError("the key stands for no user", subject=self.http.host, cure="renew the key")
        return user

    def list_projects(self) -> list[Item]:
        """Every project, active or closed, that is read. Raises `AccessError` where a named one is not visible."""
        visible = list(self._read_projects())
        if not self._projects:
            return visible
        found = {project["identifier"]: project for project in visible}
        for identifier in self._projects:
            if identifier not in found:
                raise AccessError(
                    f"the project {identifier} is not visible to our key",
                    subject=self.http.host,
                    cure="give its user a role in the project, or take the project out of the options",
                )
        return [found[identifier] for identifier in self._projects]

    def list_versions(self, projects: Iterable[Item]) -> tuple[list[Item], int]:
        """The versions of these projects, each once, and how many Redmine announced.

        A project that tracks no issues has none, and answers 403 to every key.
        """
        found: dict[Key, Item] = {}
        missing = 0
        for project in projects:
            if "issue_tracking" not in {module["name"] for module in project.get("enabled_modules", ())}:
                continue
            body = self.http.get_json(f"projects/{project['id']}/versions.json")
            rows = take_list(body, "versions")
            missing += take_total(body) - len(rows)
            found |= {find_id(row): row for row in rows}  # a shared version is listed by several projects
        return list(found.values()), len(found) + missing

    def read_issues(self, window: Window) -> Iterator[Sequence[Item]]:
        """The issues of a window, project by project where projects are named, by ascending id."""
        for scope in self._list_scopes():
            yield from read_by_key(self._fetch_issues(scope | filter_window(window)), find_key=find_id)

    def read_related(self) -> Iterator[Sequence[Item]]:
        """Every issue with its relations, by ascending id."""
        for scope in self._list_scopes():
            yield from read_by_key(self._fetch_issues({**scope, "include": "relations"}), find_key=find_id)

    def count_issues(self, window: Window | None = None) -> int:
        """How many issues Redmine itself counts in a window, or in all."""
        wanted = filter_window(window) if window else {}
        bodies = (self.http.get_json("issues.json", status_id="*", limit=1, **wanted, **s) for s in self._list_scopes())
        return sum(map(take_total, bodies))

    def list_issue_ids(self) -> Iterator[str]:
        """The id of every issue there is."""
        for scope in self._list_scopes():
            for items in read_by_key(self._fetch_issues(scope), find_key=find_id):
                yield from (str(item["id"]) for item in items)

    def fetch_issue(self, issue: Item) -> Item | None:
        """The issue with its journals and relations; None where it is gone since it was listed."""
        try:
            body = self.http.get_json(f"issues/{issue['id']}.json", include="journals,relations")
        except NothingThere:
            return None
        return take_object(body, "issue")

    def list_statuses(self) -> list[Item]:
        """Every issue status with its id, name and `is_closed`."""
        return take_list(self.http.get_json("issue_statuses.json"), "issue_statuses", "name")

    def list_trackers(self) -> list[Item]:
        """Every tracker, with its default status where Redmine tells it (since 3.0)."""
        return take_list(self.http.get_json("trackers.json"), "trackers")

    def _read_projects(self) -> Iterator[Item]:
        def fetch(offset: int) -> Page:
            body = self.http.get_json(
                "projects.json", include="enabled_modules", status=ACTIVE_AND_CLOSED, limit=PAGE, offset=offset
            )
            return Page(items=take_list(body, "projects", "identifier"), total=take_total(body))

        for items in read_by_offset(fetch, find_key=find_id):
            yield from items

    def _list_scopes(self) -> list[dict[str, str | int]]:
        if not self._projects:
            return [{}]
        return [{"project_id": project["id"], "subproject_id": NO_SUBPROJECTS} for project in self.list_projects()]

    def _fetch_issues(self, wanted: dict[str, str | int]) -> Callable[[Key | None], Page]:
        def fetch(after: Key | None) -> Page:
            above = {} if after is None else {"issue_id": f">={int(after) + 1}"}
            body = self.http.get_json("issues.json", status_id="*", sort="id", limit=PAGE, **wanted, **above)
            items = take_list(body, "issues")
            return Page(items=items, last=len(items) >= take_total(body))

        return fetch


def filter_window(window: Window) -> dict[str, str | int]:
    """Redmine's filter for a window; it compares whole seconds, so that the end is rounded up."""
    until = write_second(window.until + timedelta(seconds=1))
    if window.since is None:
        return {"updated_on": f"<={until}"}
    return {"updated_on": f"><{write_second(window.since)}|{until}"}


def write_second(moment: datetime) -> str:
    """An instant as Redmine's filters take it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def find_id(item: Item) -> Key:
    """The id of a listed item."""
    return int(item["id"])


def take_list(body: Any, name: str, *needs: str) -> list[Item]:
    """The list of this name, each row of it with an id and the fields needed.

    Raises `PermanentError` where the answer is not Redmine's, `ContractError` where rows have lost a field.
    """
    rows = body.get(name) if isinstance(body, dict) else None
    if not isinstance(rows, list):
        raise PermanentError(f"the answer holds no list of {name}", cure="check that the address is that of a Redmine")
    for row in rows:
        if not isinstance(row, dict) or not isinstance(row.get("id"), int) or not row.keys() >= set(needs):
            raise ContractError(f"{name} without {' or '.join(('id', *needs))}: is this a Redmine of another version?")
    return rows


def take_object(body: Any, name: str) -> Item:
    """The object of this name. Raises `PermanentError` where the answer is not Redmine's."""
    found = body.get(name) if isinstance(body, dict) else None
    if not isinstance(found, dict):
        raise PermanentError(f"the answer holds no {name}", cure="check that the address is that of a Redmine")
    return found


def take_total(body: Any) -> int:
    """Redmine's own count. Raises `PermanentError` where it gives none: then nothing proves a list complete."""
    total = body.get("total_count") if isinstance(body, dict) else None
    if not isinstance(total, int):
        raise PermanentError("the answer holds no total_count", cure="check that the address is that of a Redmine")
    return total
