"""Fills a running Redmine through its REST interface, as a project manager would by hand."""

from dataclasses import dataclass, field
from typing import Any

import requests


@dataclass
class Redmine:
    """A real Redmine and the key of its administrator. Every call raises requests.HTTPError when Redmine refuses."""

    url: str
    key: str
    session: requests.Session = field(default_factory=requests.Session, repr=False)

    def call(self, method: str, path: str, body: dict[str, Any] | None = None, **query: Any) -> dict[str, Any]:
        answer = self.session.request(
            method, self.url + path, json=body, params=query, headers={"X-Redmine-API-Key": self.key}, timeout=60
        )
        answer.raise_for_status()
        return answer.json() if answer.content.strip() else {}

    def create_project(self, identifier: str, name: str, **fields: Any) -> int:
        modules = ["issue_tracking", "time_tracking", "gantt", "calendar"]
        trackers = [row["id"] for row in self.call("GET", "/trackers.json")["trackers"]]
        project = {"identifier": identifier, "name": name, "enabled_module_names": modules, "tracker_ids": trackers}
        return self.call("POST", "/projects.json", {"project": project | fields})["project"]["id"]

    def delete_project(self, identifier: str) -> None:
        self.call("DELETE", f"/projects/{identifier}.json")

    def create_version(self, project: str, name: str, due_date: str, **fields: Any) -> int:
        version = {"name": name, "due_date": due_date, "status": "open", **fields}
        return self.call("POST", f"/projects/{project}/versions.json", {"version": version})["version"]["id"]

    def update_version(self, version_id: int, **fields: Any) -> None:
        self.call("PUT", f"/versions/{version_id}.json", {"version": fields})

    def create_issue(self, project: str, subject: str, **fields: Any) -> int:
        issue = {"project_id": project, "subject": subject, "tracker_id": self.find_id("trackers", "Feature"), **fields}
        return self.call("POST", "/issues.json", {"issue": issue})["issue"]["id"]

    def update_issue(self, issue_id: int, **fields: Any) -> None:
        self.call("PUT", f"/issues/{issue_id}.json", {"issue": fields})

    def relate(self, issue_id: int, other_id: int, relation_type: str = "precedes") -> None:
        relation = {"issue_to_id": other_id, "relation_type": relation_type}
        self.call("POST", f"/issues/{issue_id}/relations.json", {"relation": relation})

    def find_id(self, kind: str, name: str) -> int:
        """The id of a tracker or issue status (`kind` is its plural in the API) by its English name."""
        return next(row["id"] for row in self.call("GET", f"/{kind}.json")[kind] if row["name"] == name)
