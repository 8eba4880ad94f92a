"""Brings old copies into the ledger, oldest first, each in a transaction of its own: what was brought stays brought."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slipwatch.connector import ReadsCopies
from slipwatch.engine.copies.dates import DateRule, Dating, check_declared
from slipwatch.engine.copies.gather import Copy, Gathering, Progress, group_by_date, list_copies, quote_name
from slipwatch.engine.copies.report import CopyState, HistoryReport, Outcome
from slipwatch.engine.guard import describe_rejects, judge_window
from slipwatch.engine.run import hold_lease
from slipwatch.errors import ConfigError, SourceError
from slipwatch.model.records import Window, WindowKind, WindowState
from slipwatch.registry import find_connector
from slipwatch.store import reconstruction
from slipwatch.store.runs import finish_run, start_run
from slipwatch.store.spool import Spooled, spool_window
from slipwatch.wire.windows import read_position, write_position

if TYPE_CHECKING:
    from slipwatch.engine.wiring import Programme
    from slipwatch.store.windows import WindowRow

RUN = "import"
ANY_SHARE = 100.0
"""How many rows may be unreadable is judged here, by the limit of the source."""

WHICH = "declare a time for one of them in a file for --dates, as {name}: 2026-03-14 17:30, or leave one out: skip"


def import_history(
    programme: Programme,
    folder: Path,
    *,
    source: str | None = None,
    stream: str | None = None,
    rule: DateRule | None = None,
    declared: Mapping[str, Any] | None = None,
    is_rehearsal: bool = False,
    progress: Progress | None = None,
) -> HistoryReport:
    """Bring the dated copies of a folder into history, with the mapping that the source has today.

    Nothing that is known today changes, nobody is told, and what the source itself was read of stays its own. Each copy
    that cannot be dated or read is left alone and reported with a cure. A `is_rehearsal` reads everything and writes
    nothing. Raises `ConfigError`, `LeaseError`, and `SourceError`s of the folder itself.
    """
    key = choose_source(programme, source)
    with ExitStack() as stack:
        if not is_rehearsal:
            stack.enter_context(hold_lease(programme))
        connector = stack.enter_context(open_copies(programme, key, stream))
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=programme.home, prefix="import-")))
        files = list_copies(folder)
        check_declared(declared or {}, [file.name for file in files], subject="--dates")
        dating = Dating(rule=rule or DateRule(), declared=declared or {}, zone=programme.zone, now=programme.now())
        gathering = Gathering(connector=connector, dating=dating, among=(stream,) if stream else ())
        found = [gathering.date(file) for file in files]
        bringing = Bringing(
            programme=programme,
            connector=connector,
            source=key,
            is_rehearsal=is_rehearsal,
            spool=scratch if is_rehearsal else programme.home / "spool",
        )
        return bringing.finish(
            [*bringing.bring_all(found, progress), *(one for one in found if isinstance(one, Outcome))]
        )


def choose_source(programme: Programme, source: str | None) -> str:
    """The source asked for, or the only one that reads old copies. Raises `ConfigError`."""
    known = programme.settings.sources
    able = [key for key, one in known.items() if issubclass(find_connector(one.type), ReadsCopies)]
    if source in able:
        return source
    if source is None and len(able) == 1:
        return able[0]
    choice = ", ".join(able) or "none"
    if source is None:
        raise ConfigError("of which source are these copies?", subject="--source", cure=f"one of: {choice}")
    message = "reads no old copies" if source in known else "no such source"
    raise ConfigError(message, subject=source, cure=f"those that do: {choice}")


@contextmanager
def open_copies(programme: Programme, source: str, stream: str | None) -> Iterator[ReadsCopies]:
    """The connector of a source, closed at the end. Raises `ConfigError` for a stream that it does not have."""
    connector = programme.open_connector(source)
    try:
        names = [info.name for info in connector.discover()]
        if stream is not None and stream not in names:
            raise ConfigError(f"has no stream {stream}", subject=source, cure=f"one of: {', '.join(names)}")
        if not isinstance(connector, ReadsCopies):
            raise ConfigError("reads no old copies", subject=source)
        yield connector
    finally:
        connector.close()


@dataclass(kw_only=True)
class Bringing:
    """Copies on their way into the ledger, or, in a rehearsal, as far as the scratch folder."""

    programme: Programme
    connector: ReadsCopies
    source: str
    is_rehearsal: bool
    spool: Path
    run: int | None = None
    names: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, WindowKind] = field(default_factory=dict)
    known: dict[str, list[WindowRow]] = field(default_factory=dict)
    firsts: dict[str, datetime | None] = field(default_factory=dict)

    def bring_all(self, found: Sequence[Copy | Outcome], progress: Progress | None) -> Iterator[Outcome]:
        copies = [one for one in found if isinstance(one, Copy)]
        done = 0
        for together, again in group_by_date(copies):
            for stream in sorted({stream for one in together for stream in one.streams}):
                yield from self.bring([one for one in together if stream in one.streams], stream)
            yield from again
            done += len(together) + len(again)
            if progress:
                progress(done, len(copies))

    def bring(self, copies: Sequence[Copy], stream: str) -> Iterator[Outcome]:
        """The copies of one instant for one stream: usually one."""
        self.look_up(stream)
        fresh: list[tuple[Copy, Spooled]] = []
        for copy in copies:
            known = self.find_known(copy, stream)
            read = known or self.read(copy, stream)
            if isinstance(read, Outcome):
                yield read
            else:
                fresh.append((copy, read))
        yield from self.settle(fresh, stream)

    def look_up(self, stream: str) -> None:
        """What the ledger holds of a stream: asked once."""
        if stream not in self.known:
            ledger = self.programme.ledger
            self.known[stream] = reconstruction.list_copies(ledger, self.source, stream)
            self.firsts[stream] = reconstruction.find_first_read(ledger, self.source, stream)
            for row in self.known[stream]:
                position = read_position(row.position or "{}")
                self.names.setdefault(str(position.get("digest")), str(position.get("file")))

    def find_known(self, copy: Copy, stream: str) -> Outcome | None:
        """Where there is nothing to read: it was brought before, or the source itself tells of its time."""
        first = self.firsts[stream]
        if first is not None and copy.as_of >= first:
            day = first.astimezone(self.programme.zone).date()
            return copy.conclude(CopyState.WATCHED, stream=stream, detail=f"the source itself was read from {day} on")
        for row in self.known[stream]:
            is_same = read_position(row.position or "{}").get("digest") == copy.digest
            if is_same and row.as_of is not None and self.find_day(row.as_of) == self.find_day(copy.as_of):
                return copy.conclude(CopyState.KNOWN, stream=stream, rows=row.rows, rejects=row.rejects)
        return None

    def find_day(self, instant: datetime) -> object:
        return instant.astimezone(self.programme.zone).date()

    def read(self, copy: Copy, stream: str) -> Spooled | Outcome:
        """A copy in the archive, or why it is set aside."""
        position = write_position(file=copy.name, digest=copy.digest)
        window = Window(stream=stream, kind=self.find_kind(stream), until=copy.as_of, position=position)
        try:
            spooled = spool_window(
                self.connector.read_copy(window, copy.path),
                self.spool,
                source=self.source,
                most_rejects_percent=ANY_SHARE,
            )
        except SourceError as error:
            return self.set_aside(copy, stream, error.message, error.cure)
        why = self.judge(spooled)
        if why:
            shutil.rmtree(spooled.folder)
            return self.set_aside(copy, stream, why, "correct the mapping, or leave the copy out")
        return spooled

    def find_kind(self, stream: str) -> WindowKind:
        if not self.kinds:
            connector: Any = self.connector
            self.kinds = {info.name: info.kind for info in connector.discover()}
        return self.kinds[stream]

    def set_aside(self, copy: Copy, stream: str, detail: str, cure: str) -> Outcome:
        return copy.conclude(CopyState.SET_ASIDE, stream=stream, detail=self.programme.redact(detail), cure=cure)

    def judge(self, spooled: Spooled) -> str:
        """Why a copy cannot be believed; empty where it can."""
        if spooled.rows + spooled.rejects == 0:
            return "it holds no record"
        verdict = judge_window(
            kind=spooled.window.kind,
            rows=spooled.rows,
            rejects=spooled.rejects,
            proven=spooled.completeness is not None and spooled.completeness.proven,
            previous_sizes=(),
            limits=self.programme.limits(self.source),
        )
        if verdict.state is WindowState.MERGED:
            return ""
        return f"{verdict.detail} records cannot be read: {describe_rejects(spooled.read_rejects())}"

    def settle(self, fresh: Sequence[tuple[Copy, Spooled]], stream: str) -> Iterator[Outcome]:
        """Bring one of the copies of an instant, if all of them say the same, and the ledger nothing else."""
        told = [
            (self.name_copy(row), row.fingerprint)
            for row in self.known[stream]
            if fresh and row.as_of == fresh[0][0].as_of
        ]
        said = [*told, *((copy.name, spooled.fingerprint) for copy, spooled in fresh)]
        is_clear = len({fingerprint for _, fingerprint in said}) <= 1
        for index, (copy, spooled) in enumerate(fresh):
            if is_clear and index == 0 and not told:
                yield self.write(copy, spooled, stream)
                continue
            shutil.rmtree(spooled.folder)
            others = ", ".join(name for name, _ in said if name != copy.name)
            if is_clear:
                yield copy.conclude(
                    CopyState.SAME, stream=stream, rows=spooled.rows, detail=f"says the same as {others}"
                )
            else:
                detail = f"other copies of the same time say something else: {others}"
                yield self.set_aside(copy, stream, detail, WHICH.format(name=quote_name(copy.name)))

    def name_copy(self, row: WindowRow) -> str:
        return str(read_position(row.position or "{}").get("file", "another copy"))

    def write(self, copy: Copy, spooled: Spooled, stream: str) -> Outcome:
        """Bring a copy, or say that it would be brought."""
        twin = self.names.setdefault(copy.digest, copy.name)
        notes = [] if twin == copy.name else [f"the same content as {twin}"]
        notes += [describe_rejects(spooled.read_rejects())] if spooled.rejects else []
        detail = "; ".join(notes)
        facts = {"stream": stream, "rows": spooled.rows, "rejects": spooled.rejects, "detail": detail}
        if self.is_rehearsal:
            return copy.conclude(CopyState.READY, **facts)
        programme = self.programme
        if self.run is None:
            self.run = start_run(programme.ledger, kind=RUN, at=programme.now(), configuration=programme.settings.texts)
        report = reconstruction.reconstruct_window(
            programme.ledger,
            spooled,
            run=self.run,
            at=programme.now(),
            subject_keys=programme.identities.find_keys,
            lease=programme.lease,
        )
        return copy.conclude(CopyState.IMPORTED, told=report.told, **facts)

    def finish(self, outcomes: Sequence[Outcome]) -> HistoryReport:
        report = HistoryReport(
            source=self.source, run=self.run, is_rehearsal=self.is_rehearsal, outcomes=tuple(outcomes)
        )
        if self.run is not None:
            counts = {str(state): count for state, count in report.count().items()}
            state = "partial" if report.open else "done"
            finish_run(
                self.programme.ledger,
                self.run,
                at=self.programme.now(),
                state=state,
                summary={"source": self.source, **counts},
            )
        return report
