"""A programme whose sources are scripted: what each window brings, or what goes wrong with it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from slipwatch.connector import CONTRACT_VERSION, Context, Options, StreamInfo
from slipwatch.engine.collect import collect_source, collect_sources
from slipwatch.engine.sources import describe_sources
from slipwatch.engine.wiring import open_programme
from slipwatch.model.records import Batch, Completeness, Record, Window, WindowKind
from slipwatch.store.reader import read_entity
from slipwatch.store.runs import start_run
from slipwatch.store.views import read_windows
from tests.settings.small_configuration import write_configuration

NOW = datetime(2026, 3, 2, 6, tzinfo=UTC)
SECRET = "sentinel-that-nobody-may-read"

SOURCES = "sources:\n" + "".join(
    f"  {key}:\n    type: scripted\n    name: {key}\n    rhythm_days: 7\n    options: {{password: env:SCRIPTED}}\n"
    for key in ("ONE", "TWO")
)


@dataclass
class Script:
    """What a source brings: stream -> windows as ("key key ...", or an error), and how each stream grows."""

    streams: dict[str, list] = field(default_factory=dict)
    kind: WindowKind = WindowKind.COMPLETE
    fault: Exception | None = None
    on_close: Exception | None = None


SCRIPTS: dict[str, Script] = {}


class ScriptedOptions(Options):
    password: str


class ScriptedConnector:
    """Plans one window for each entry of its script, a minute apart; `position` is the number of those read."""

    name = "scripted"
    contract_version = CONTRACT_VERSION
    Options = ScriptedOptions

    def __init__(self, options, context: Context):
        self.script, self.context = SCRIPTS[context.source], context
        context.resolve(options.password)

    def discover(self):
        if self.script.fault:
            raise self.script.fault
        return tuple(
            StreamInfo(name=name, entity="order_line", kind=self.script.kind, key="id") for name in self.script.streams
        )

    def plan(self, stream, cursor):
        entries = self.script.streams[stream]
        return tuple(
            Window(
                stream=stream,
                kind=self.script.kind,
                until=self.context.now() + timedelta(minutes=number - len(entries)),
                position=str(number + 1),
            )
            for number in range(int(cursor or 0), len(entries))
        )

    def read(self, window):
        entry = self.script.streams[window.stream][int(window.position) - 1]
        if isinstance(entry, Exception):
            raise entry
        keys = entry.split()
        records = [Record(key, key, {"order_number": key}) for key in keys]
        yield Batch(
            stream=window.stream,
            entity="order_line",
            window=window,
            as_of=window.until,
            records=records,
            raw=keys,
            completeness=Completeness(read=len(keys), expected=len(keys), proof="count"),
        )

    def close(self):
        if self.script.on_close:
            raise self.script.on_close


@dataclass
class Place:
    """A programme with the scripted sources ONE and TWO, and what stands in its ledger."""

    folder: Path
    now: datetime = NOW

    def __post_init__(self):
        SCRIPTS.clear()
        SCRIPTS.update(ONE=Script(), TWO=Script())
        links = "identities: []\nassignments: []\n"
        config = write_configuration(
            self.folder / "config", sources=SOURCES, links=links, tolerances="rules: {}\n", baselines=None
        )
        self.programme = open_programme(
            config, environ={"SCRIPTED": SECRET}, now=lambda: self.now, home=self.folder / "home"
        )

    def script(self, source: str = "ONE", /, *, kind=WindowKind.COMPLETE, fault=None, on_close=None, **streams):
        SCRIPTS[source] = Script(streams, kind, fault, on_close)

    def read(self, source: str = "ONE"):
        return self._run(lambda run: collect_source(self.programme, run, source))

    def read_all(self):
        return self._run(lambda run: collect_sources(self.programme, run, ["ONE", "TWO"]))

    def _run(self, act: Callable):
        self.now += timedelta(hours=1)
        return act(start_run(self.programme.ledger, kind="test", at=self.now, configuration={}))

    def keys(self, source: str = "ONE") -> set[str]:
        frame = read_entity(self.programme.ledger, "order_line")
        return set(frame.loc[frame["source"].eq(source) & frame["absent_since"].isna(), "source_id"])

    def states(self, stream: str = "lines") -> list[str]:
        frame = read_windows(self.programme.ledger, latest_only=False)
        return frame.loc[frame["stream"].eq(stream), "state"].tolist()

    def health(self, source: str = "ONE") -> str:
        frame = describe_sources(self.programme, self.now)
        return frame.set_index("key").loc[source, "state"]
