"""A Redmine in memory with the habits of the real one: a wrong key sees less, pages are clipped, closed is hidden."""

import json
from datetime import datetime

from slipwatch.testing.fault_server import Reply, Request, reply_json

KEY = "sentinel-redmine-key-77aa"
PAGE_LIMIT = 100
STATUSES = [
    {"id": 1, "name": "New", "is_closed": False},
    {"id": 2, "name": "In Progress", "is_closed": False},
    {"id": 5, "name": "Closed", "is_closed": True},
    {"id": 6, "name": "Rejected", "is_closed": True},
]
TRACKERS = [
    {"id": 1, "name": "Bug", "default_status": {"id": 1, "name": "New"}},
    {"id": 2, "name": "Feature", "default_status": {"id": 1, "name": "New"}},
    {"id": 9, "name": "Audit", "default_status": {"id": 1, "name": "New"}},
]
AUTHOR = {"id": 4, "name": "Ada Author"}
STAMP = "2026-03-01T10:00:00Z"
UNKNOWN = Reply(status=404, content=b"", headers={"Content-Type": "application/json"})


def build_project(number, identifier, *, public=True, modules=("issue_tracking",), **more):
    return {
        "id": number, "name": identifier.title(), "identifier": identifier, "status": 1, "is_public": public,
        "enabled_modules": [{"id": 10 * number, "name": module} for module in modules],
        "created_on": STAMP, "updated_on": STAMP,
    } | more  # fmt: skip


def build_version(number, project, name, due, /, **more):
    return {
        "id": number, "project": {"id": project, "name": f"Project {project}"}, "name": name, "description": "",
        "status": "open", "due_date": due, "sharing": "none", "created_on": STAMP, "updated_on": STAMP,
    } | more  # fmt: skip


def build_issue(number, project=1, /, **more):
    return {
        "id": number, "project": {"id": project, "name": f"Project {project}"},
        "tracker": {"id": 2, "name": "Feature"}, "status": {"id": 1, "name": "New", "is_closed": False},
        "priority": {"id": 2, "name": "Normal"}, "author": dict(AUTHOR), "subject": f"Item {number}",
        "description": None, "start_date": "2026-02-01", "due_date": "2026-04-01", "done_ratio": 0,
        "estimated_hours": None, "spent_hours": 0.0, "created_on": STAMP, "updated_on": STAMP,
        "closed_on": None, "journals": [],
    } | more  # fmt: skip


def build_relation(number, issue, other, kind="precedes", delay=0):
    delay = delay if kind == "precedes" else None
    return {"id": number, "issue_id": issue, "issue_to_id": other, "relation_type": kind, "delay": delay}


def build_journal(number, at, *details, user="Paul Planner"):
    return {
        "id": number, "user": {"id": 5, "name": user}, "notes": "", "created_on": at,
        "details": [
            {"property": "attr", "name": name, "old_value": old, "new_value": new} for name, old, new in details
        ],
    }  # fmt: skip


class RedmineDouble:
    """Call it with a request. Lists may be changed between requests."""

    def __init__(self, projects=(), versions=(), issues=(), relations=()):
        self.projects, self.versions, self.issues = list(projects), list(versions), list(issues)
        self.relations = list(relations)

    def __call__(self, request: Request) -> Reply:
        known = request.headers.get("X-Redmine-API-Key") == KEY
        path = request.path.removesuffix(".json").strip("/").split("/")
        if path == ["users", "current"]:
            return reply_json({"user": {"id": 1, "admin": True, "api_key": KEY}}) if known else Reply(status=401)
        visible = [project for project in self.projects if known or project["is_public"]]
        match path:
            case ["projects"]:
                wanted = request.query.get("status", "1").split("|")
                return self.page("projects", [row for row in visible if str(row["status"]) in wanted], request)
            case ["projects", number, "versions"]:
                return self.list_versions(int(number), visible)
            case ["issues"]:
                return self.page("issues", self.filter_issues(request, {row["id"] for row in visible}), request)
            case ["issues", number]:
                return self.show_issue(int(number), request)
            case ["issue_statuses"]:
                return reply_json({"issue_statuses": STATUSES})
            case ["trackers"]:
                return reply_json({"trackers": TRACKERS})
        return UNKNOWN

    def page(self, name, rows, request):
        offset, limit = int(request.query.get("offset", 0)), min(PAGE_LIMIT, int(request.query.get("limit", 25)))
        shown = [{key: value for key, value in row.items() if key != "journals"} for row in rows]
        if request.query.get("include") == "relations":
            shown = [row | {"relations": self.list_relations(row["id"])} for row in shown]
        return reply_json(
            {name: shown[offset : offset + limit], "total_count": len(rows), "offset": offset, "limit": limit}
        )

    def list_relations(self, number):
        return [row for row in self.relations if number in (row["issue_id"], row["issue_to_id"])]

    def list_versions(self, number, visible):
        project = next((row for row in visible if row["id"] == number), None)
        if project is None:
            return UNKNOWN
        if "issue_tracking" not in {module["name"] for module in project["enabled_modules"]}:
            return Reply(status=403)
        rows = [row for row in self.versions if row["project"]["id"] == number or row["sharing"] == "system"]
        return reply_json({"versions": rows, "total_count": len(rows)})

    def filter_issues(self, request, projects):
        query, rows = request.query, [row for row in self.issues if row["project"]["id"] in projects]
        if query.get("status_id") != "*":
            rows = [row for row in rows if not row["status"]["is_closed"]]
        if "project_id" in query:
            rows = [row for row in rows if str(row["project"]["id"]) == query["project_id"]]
        if "issue_id" in query:
            rows = [row for row in rows if row["id"] >= int(query["issue_id"].removeprefix(">="))]
        if "updated_on" in query:
            rows = [row for row in rows if lies_in(row["updated_on"], query["updated_on"])]
        return sorted(rows, key=lambda row: row["id"], reverse=query.get("sort") != "id")

    def show_issue(self, number, request):
        issue = next((row for row in self.issues if row["id"] == number), None)
        if issue is None:
            return UNKNOWN
        if "journals" not in request.query.get("include", ""):
            issue = {key: value for key, value in issue.items() if key != "journals"}
        return reply_json({"issue": json.loads(json.dumps(issue))})


def lies_in(stamp, text):
    moment = datetime.fromisoformat(stamp)
    if text.startswith("<="):
        return moment <= datetime.fromisoformat(text[2:])
    since, until = text.removeprefix("><").split("|")
    return datetime.fromisoformat(since) <= moment <= datetime.fromisoformat(until)
