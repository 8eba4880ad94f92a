"""Redmine over its REST interface: projects, versions (milestones), issues with journals, relations between issues.

Written for Redmine 3.4 and later, tested against 5.0. It only reads. Issues are read as changes since the last window,
each with its journals; projects and versions completely, because Redmine tells nothing of what is deleted; relations
completely too, because a new one is no change of its issues.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from pydantic import Field

from connectors.redmine import mapping
from connectors.redmine.client import RedmineClient
from connectors.redmine.mapping import Item, Lookups
from connectors.redmine.relations import RelationReader, map_relations, prove_relations
from slipwatch import connector
from slipwatch.connector import CheckReport, Context, StreamInfo
from slipwatch.errors import IncompleteError, PermanentError, SourceError
from slipwatch.model.records import Batch, Completeness, Window, WindowKind
from slipwatch.wire.batches import Target, build_batches
from slipwatch.wire.http import HttpClient
from slipwatch.wire.options import FieldsByColumn, NetworkOptions, SecretReference
from slipwatch.wire.rereading import build_again
from slipwatch.wire.windows import BLIND_OVERLAP, OVERLAP, judge_counts, plan_complete, plan_incremental

STREAMS = {
    "projects": StreamInfo(name="projects", entity="project", kind=WindowKind.COMPLETE, key="project id"),
    "versions": StreamInfo(name="versions", entity="milestone", kind=WindowKind.COMPLETE, key="version id"),
    "issues": StreamInfo(
        name="issues",
        entity="work_item",
        kind=WindowKind.INCREMENTAL,
        key="issue id",
        history="native",
        deletes="sweep",
    ),
    "relations": StreamInfo(name="relations", entity="dependency", kind=WindowKind.COMPLETE, key="relation id"),
}

MAPPINGS = {"projects": mapping.map_projects, "versions": mapping.map_versions, "issues": mapping.map_issues}


class RedmineOptions(NetworkOptions):
    """A Redmine.

    `key` names the API key of a user that sees the projects. `projects` are identifiers; empty reads all that the key
    sees. `history` false saves one request per changed issue and loses what journals tell. `kinds` and `statuses` map
    names of trackers and statuses to words of the model. `custom_fields` maps entity and column to a custom field.
    """

    key: SecretReference
    projects: tuple[str, ...] = ()
    history: bool = True
    kinds: dict[str, str] = Field(default_factory=dict)
    statuses: dict[str, str] = Field(default_factory=dict)
    custom_fields: FieldsByColumn = Field(default_factory=dict)


class RedmineConnector:
    """See the module. One request at a time."""

    name: ClassVar[str] = "redmine"
    contract_version: ClassVar[int] = connector.CONTRACT_VERSION
    Options: ClassVar[type[connector.Options]] = RedmineOptions

    def __init__(self, options: RedmineOptions, context: Context) -> None:
        self._options, self._context = options, context
        self._client = self._open_client(patient=True)

    def check(self) -> CheckReport:
        """Identity, rights on each stream, and the server's clock."""
        client = self._open_client(patient=False)
        try:
            user, projects = client.verify(), client.list_projects()
        except SourceError as error:
            return CheckReport(ok=False, problems=(("", str(error)),))
        else:
            problems = find_problems(client, projects)
        finally:
            client.http.close()
        rights = "an administrator" if user.get("admin") else "an ordinary user"
        skew = client.http.skew
        return CheckReport(
            ok=not problems,
            clock_skew_seconds=skew.total_seconds() if skew else 0.0,
            problems=problems,
            notes=(f"the key is that of {rights}, who sees {len(projects)} projects",),
        )

    def discover(self) -> tuple[StreamInfo, ...]:
        """The streams, once the key has proved to be somebody's. Raises `SourceError`s."""
        self._client.verify()
        return tuple(STREAMS.values())

    def plan(self, stream: str, cursor: str | None) -> tuple[Window, ...]:
        """One window to the server's clock. Raises `SourceError`s."""
        info = find_stream(stream)
        self._client.verify()
        clock = self._client.http.read_clock()
        if info.kind is WindowKind.COMPLETE:
            return (plan_complete(stream, clock=clock),)
        overlap = OVERLAP if self._client.http.skew is not None else BLIND_OVERLAP
        return (plan_incremental(stream, cursor, clock=clock, overlap=overlap),)

    def read(self, window: Window) -> Iterator[Batch]:
        """Batches of one window. Identity is verified before the first request and before the last batch."""
        as_of = self._context.now()
        self._client.verify()
        if window.stream == "issues":
            yield from self._read_issues(window, as_of)
        elif window.stream == "relations":
            yield from self._read_relations(window, as_of)
        elif window.stream == "versions":
            yield from self._read_versions(window, as_of)
        else:
            yield from self._read_projects(window, as_of)

    def read_again(self, window: Window, raws: Sequence[str], *, as_of: datetime) -> Iterator[Batch]:
        """The archived records of one window, mapped as the options say today.

        Redmine is asked for its projects, and for issues for its statuses and trackers: their names are not in the
        records. A custom field that the key did not see then is not there. Raises `SourceError`s.
        """
        info = find_stream(window.stream)
        self._client.verify()
        reads_names = window.stream in MAPPINGS
        map_record = MAPPINGS[window.stream](self._look_up_all(window.stream)) if reads_names else map_relations()
        return build_again(raws, Target(entity=info.entity, window=window, as_of=as_of, map_record=map_record))

    def sweep(self, stream: str) -> Iterator[str]:
        """The id of every project, version, issue or relation that exists now.

        Raises `IncompleteError` where Redmine counts others than it lists.
        """
        find_stream(stream)
        self._client.verify()
        if stream == "issues":
            yield from self._sweep_issues()
        elif stream == "relations":
            yield from self._sweep_relations()
        elif stream == "versions":
            versions, expected = self._client.list_versions(self._client.list_projects())
            if expected != len(versions):
                raise IncompleteError(f"Redmine counts {expected} versions and lists {len(versions)}", subject=stream)
            yield from (str(version["id"]) for version in versions)
        else:
            yield from (str(project["id"]) for project in self._client.list_projects())
        self._client.verify()

    def close(self) -> None:
        """Release the connections."""
        self._client.http.close()

    def _open_client(self, *, patient: bool) -> RedmineClient:
        options, context = self._options, self._context
        http = HttpClient(
            options.address,
            now=context.now,
            sleep=context.sleep,
            pacing=options.build_pacing(patient=patient),
            credentials=lambda: {"X-Redmine-API-Key": context.resolve(options.key)},
            ca_file=str(context.base / options.ca_file) if options.ca_file else None,
        )
        return RedmineClient(http, projects=options.projects)

    def _read_projects(self, window: Window, as_of: datetime) -> Iterator[Batch]:
        projects = self._client.list_projects()
        target = Target(entity="project", window=window, as_of=as_of, map_record=mapping.map_projects(self._look_up()))
        return build_batches([projects], target, complete=lambda read: self._prove(read, read))

    def _read_versions(self, window: Window, as_of: datetime) -> Iterator[Batch]:
        projects = self._client.list_projects()
        versions, expected = self._client.list_versions(projects)
        lookups = self._look_up(projects=projects)
        target = Target(entity="milestone", window=window, as_of=as_of, map_record=mapping.map_versions(lookups))
        return build_batches([versions], target, complete=lambda read: self._prove(read, expected))

    def _read_issues(self, window: Window, as_of: datetime) -> Iterator[Batch]:
        lookups = self._look_up_all("issues")
        before = self._client.count_issues(window)

        def complete(read: int) -> Completeness:
            self._client.verify()
            return judge_counts(read, before=before, after=self._client.count_issues(window))

        target = Target(entity="work_item", window=window, as_of=as_of, map_record=mapping.map_issues(lookups))
        pages = map(self._prepare, self._client.read_issues(window))
        return build_batches(pages, target, complete=complete)

    def _prepare(self, listed: Sequence[Item]) -> list[Item]:
        """The issues of a page with what only the single issue tells, names of persons already replaced."""
        issues = map(self._client.fetch_issue, listed) if self._options.history else listed
        found = [issue for issue in issues if issue is not None]
        for issue in found:
            mapping.hide_names(issue, self._context.pseudonymise)
        return found

    def _read_relations(self, window: Window, as_of: datetime) -> Iterator[Batch]:
        reader, before = RelationReader(), self._client.count_issues()

        def complete(read: int) -> Completeness:
            self._client.verify()
            return prove_relations(read, judge_counts(reader.issues, before=before, after=self._client.count_issues()))

        target = Target(entity="dependency", window=window, as_of=as_of, map_record=map_relations())
        return build_batches(reader.read(self._client.read_related()), target, complete=complete)

    def _prove(self, read: int, expected: int) -> Completeness:
        self._client.verify()
        return Completeness(read=read, expected=expected, proof="count")

    def _sweep_issues(self) -> Iterator[str]:
        before, read = self._client.count_issues(), 0
        for source_id in self._client.list_issue_ids():
            read += 1
            yield source_id
        counts = judge_counts(read, before=before, after=self._client.count_issues())
        if not counts.proven:
            raise IncompleteError(f"Redmine counts {counts.expected} issues and lists {read}", subject="issues")

    def _sweep_relations(self) -> Iterator[str]:
        reader, before = RelationReader(), self._client.count_issues()
        for relations in reader.read(self._client.read_related()):
            yield from (str(relation["id"]) for relation in relations)
        counts = judge_counts(reader.issues, before=before, after=self._client.count_issues())
        if not counts.proven:
            raise IncompleteError(
                f"Redmine counts {counts.expected} issues and lists {reader.issues}", subject="relations"
            )

    def _look_up_all(self, stream: str) -> Lookups:
        """What the records of a stream refer to, as Redmine has it now."""
        if stream == "projects":
            return self._look_up()
        projects = self._client.list_projects()
        if stream == "versions":
            return self._look_up(projects=projects)
        statuses, trackers = self._client.list_statuses(), self._client.list_trackers()
        return self._look_up(projects=projects, statuses=statuses, trackers=trackers)

    def _look_up(
        self, *, projects: Sequence[Item] = (), statuses: Sequence[Item] = (), trackers: Sequence[Item] = ()
    ) -> Lookups:
        options = self._options
        kinds, words = {**mapping.KINDS, **options.kinds}, {**mapping.STATUSES, **options.statuses}
        return Lookups(
            address=self._client.http.address,
            projects={project["id"]: project["identifier"] for project in projects},
            status_names={status["id"]: status["name"] for status in statuses},
            closed=frozenset(status["id"] for status in statuses if status.get("is_closed")),
            first_statuses={row["id"]: row["default_status"]["id"] for row in trackers if row.get("default_status")},
            kinds={name.casefold(): kind for name, kind in kinds.items()},
            status_words={name.casefold(): word for name, word in words.items()},
            custom_fields=options.custom_fields,
            zone=ZoneInfo(self._context.time_zone),
        )


def find_stream(stream: str) -> StreamInfo:
    """The stream of this name. Raises `PermanentError` for another one."""
    if stream not in STREAMS:
        raise PermanentError(f"unknown stream {stream}", subject="redmine", cure=f"one of {', '.join(STREAMS)}")
    return STREAMS[stream]


def find_problems(client: RedmineClient, projects: Sequence[Item]) -> tuple[tuple[str, str], ...]:
    """What stands in the way of reading, by stream, with its cure."""
    problems = []
    if not projects:
        problems.append(("projects", "the key sees no project: give its user a role in the projects to be followed"))
    try:
        client.list_versions(projects[:1])  # one tells; with all of them a check would not end in time
    except SourceError as error:
        problems.append(("versions", str(error)))
    try:
        client.count_issues()
    except SourceError as error:
        problems.append(("issues", str(error)))
    return tuple(problems)
