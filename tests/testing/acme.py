"""A connector of a third party, as small as one can be, and the double of its system; flaws can be switched on."""

import contextlib

from slipwatch.connector import CONTRACT_VERSION, CheckReport, StreamInfo
from slipwatch.errors import SourceError
from slipwatch.model.records import Completeness, WindowKind
from slipwatch.testing.fault_server import Reply, reply_json
from slipwatch.wire.batches import Target, build_batches
from slipwatch.wire.days import Day
from slipwatch.wire.http import Call, HttpClient
from slipwatch.wire.mapping import Field, Key, RecordMap, compile_map
from slipwatch.wire.options import NetworkOptions, SecretReference
from slipwatch.wire.paginate import Page, read_by_key
from slipwatch.wire.rereading import build_again
from slipwatch.wire.windows import judge_counts, plan_complete

KEY = "sentinel-acme-key-12"
PAGE = 3
GATES = compile_map(
    RecordMap(
        entity="milestone",
        key=Key(paths=("id",)),
        fields=(Field("name", "title"), Field("forecast_on", "due", read=Day())),
    )
)


class AcmeDouble:
    def __init__(self, count=8):
        self.gates = [{"id": number, "title": f"Gate {number}", "due": "2026-05-04"} for number in range(1, count + 1)]

    def __call__(self, request):
        if request.headers.get("X-Key") != KEY:
            return Reply(status=401)
        if request.path == "/count":
            return reply_json({"count": len(self.gates)})
        rest = [gate for gate in self.gates if gate["id"] > int(request.query.get("above", 0))]
        return reply_json({"gates": rest[:PAGE], "left": len(rest)})


class AcmeOptions(NetworkOptions):
    key: SecretReference


class AcmeConnector:
    name = "acme.gates"
    contract_version = CONTRACT_VERSION
    Options = AcmeOptions

    def __init__(self, options, context):
        self.options, self.context = options, context
        self.http = HttpClient(
            options.address,
            now=context.now,
            sleep=context.sleep,
            pacing=options.build_pacing(),
            credentials=lambda: {"X-Key": context.resolve(options.key)},
        )

    def check(self):
        try:
            self.count()
        except SourceError as error:
            return CheckReport(ok=False, problems=(("", str(error)),))
        return CheckReport(ok=True)

    def discover(self):
        self.count()
        return (StreamInfo(name="gates", entity="milestone", kind=WindowKind.COMPLETE, key="gate id", deletes="sweep"),)

    def plan(self, stream, cursor):
        self.count()
        return (plan_complete(stream, clock=self.http.read_clock()),)

    def read(self, window):
        before = self.count()
        target = Target(entity="milestone", window=window, as_of=self.context.now(), map_record=GATES)
        yield from build_batches(
            self.list_pages(), target, complete=lambda read: judge_counts(read, before=before, after=self.count())
        )

    def sweep(self, stream):
        for page in self.list_pages():
            yield from (str(gate["id"]) for gate in page)

    def read_again(self, window, raws, *, as_of):
        return build_again(raws, Target(entity="milestone", window=window, as_of=as_of, map_record=GATES))

    def close(self):
        self.http.close()

    def count(self):
        return self.take(self.http.get_json("count"), "count", int)

    def list_pages(self):
        def fetch(after):
            body = self.http.get_json("gates", above=after or 0)
            gates = self.take(body, "gates", list)
            return Page(items=gates, last=len(gates) >= self.take(body, "left", int))

        return read_by_key(fetch, find_key=lambda gate: gate["id"])

    def take(self, body, name, kind):
        found = body.get(name) if isinstance(body, dict) else None
        if not isinstance(found, kind):
            raise SourceError(f"the answer holds no {name}")
        return found


class BelievesInShortPages(AcmeConnector):
    """Takes a page that was cut for the last one, and its length for the proof."""

    def read(self, window):
        def fetch(after):
            gates = self.http.get_json("gates", above=after or 0).get("gates", [])
            return Page(items=gates, last=len(gates) < PAGE)

        target = Target(entity="milestone", window=window, as_of=self.context.now(), map_record=GATES)
        pages = read_by_key(fetch, find_key=lambda gate: gate["id"])
        yield from build_batches(
            pages, target, complete=lambda read: Completeness(read=read, expected=None, proof="short_page")
        )


class TellsItsSecret(AcmeConnector):
    def check(self):
        return CheckReport(ok=True, notes=(f"signed in with {self.context.resolve(self.options.key)}",))


class ForgetsTheProof(AcmeConnector):
    def read(self, window):
        for batch in super().read(window):
            batch.completeness = None
            yield batch


class CountsOthers(AcmeConnector):
    def read(self, window):
        for batch in super().read(window):
            if batch.completeness is not None:
                batch.completeness = Completeness(read=99, expected=99, proof="count")
            yield batch


class WritesTexts(AcmeConnector):
    def read(self, window):
        for batch in super().read(window):
            for record in batch.records:
                record.values["forecast_on"] = "2026-05-04"
            yield batch


class WritesUnknownColumns(AcmeConnector):
    def read(self, window):
        for batch in super().read(window):
            for record in batch.records:
                record.values["deadline"] = record.values.pop("forecast_on")
            yield batch


class ReadsWhileItIsBuilt(AcmeConnector):
    def __init__(self, options, context):
        super().__init__(options, context)
        self.context = context
        self.http._credentials = dict
        with contextlib.suppress(SourceError):
            self.count()


class ForgetsToSweep(AcmeConnector):
    def sweep(self, stream):
        yield from list(super().sweep(stream))[:-1]


class TakesAWrongKey(AcmeConnector):
    def discover(self):
        return (StreamInfo(name="gates", entity="milestone", kind=WindowKind.COMPLETE, key="gate id"),)


class IgnoresTheirClock(AcmeConnector):
    def plan(self, stream, cursor):
        return (plan_complete(stream, clock=self.context.now()),)


class MisreadsItsArchive(AcmeConnector):
    def read_again(self, window, raws, *, as_of):
        return super().read_again(window, raws[1:], as_of=as_of)


class Writes(AcmeConnector):
    def check(self):
        self.http.fetch(Call(path="count", method="POST", body={}))
        return super().check()
