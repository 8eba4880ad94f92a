"""A connector as a third party would write one for the loopback API, on the parts that Slipwatch offers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from slipwatch import connector
from slipwatch.connector import CheckReport, Context, StreamInfo
from slipwatch.model.records import Batch, Completeness, Window, WindowKind
from slipwatch.wire.amounts import Money, Quantity
from slipwatch.wire.batches import Target, build_batches
from slipwatch.wire.days import Day, Instant
from slipwatch.wire.http import HttpClient
from slipwatch.wire.mapping import Field, Key, RecordMap, compile_map
from slipwatch.wire.options import NetworkOptions
from slipwatch.wire.paginate import Page, read_by_key
from slipwatch.wire.windows import plan_incremental

STREAM = StreamInfo(name="order_lines", entity="order_line", kind=WindowKind.INCREMENTAL, key="id")

LINES = RecordMap(
    entity="order_line",
    key=Key(paths=("id",)),
    label=Key(paths=("order", "line")),
    known_at=Field("known_at", "changed_at", read=Instant()),
    fields=(
        Field("order_number", "order"),
        Field("line_number", "line"),
        Field("name", "material"),
        Field("project_code", "project"),
        Field("site_code", "plant"),
        Field("supplier", "vendor"),
        Field("ordered_on", "ordered_on", read=Day()),
        Field("needed_on", "needed_on", read=Day()),
        Field("promised_on", "promised_on", read=Day()),
        Field("ordered_quantity", "quantity", read=Quantity()),
        Field("received_quantity", "received", read=Quantity()),
        Field("unit_price", "price", read=Money(), unit="EUR"),
    ),
)


class PagedOptions(NetworkOptions):
    """Where the API is."""


class PagedConnector:
    """One stream, read as changes since the last window."""

    name: ClassVar[str] = "benchmark_paged"
    contract_version: ClassVar[int] = connector.CONTRACT_VERSION
    Options: ClassVar[type[connector.Options]] = PagedOptions

    def __init__(self, options: PagedOptions, context: Context) -> None:
        self._context = context
        self._http = HttpClient(
            options.address, now=context.now, sleep=context.sleep, pacing=options.build_pacing(patient=True)
        )
        self._total = 0

    def check(self) -> CheckReport:
        self._http.get_json("order_lines", limit=1)
        return CheckReport(ok=True)

    def discover(self) -> tuple[StreamInfo, ...]:
        return (STREAM,)

    def plan(self, stream: str, cursor: str | None) -> tuple[Window, ...]:
        return (plan_incremental(stream, cursor, clock=self._context.now()),)

    def read(self, window: Window) -> Iterator[Batch]:
        target = Target(entity=STREAM.entity, window=window, as_of=self._context.now(), map_record=compile_map(LINES))
        bounds = {"until": window.until.isoformat()}
        if window.since is not None:
            bounds["changed_since"] = window.since.isoformat()
        pages = read_by_key(lambda after: self._fetch(after, bounds), find_key=lambda item: item["id"])
        return build_batches(pages, target, complete=self._prove)

    def sweep(self, stream: str) -> Iterator[str]:
        pages = read_by_key(lambda after: self._fetch(after, {}), find_key=lambda item: item["id"])
        yield from (str(item["id"]) for page in pages for item in page)

    def close(self) -> None:
        self._http.close()

    def _fetch(self, after: int | str | None, bounds: dict[str, str]) -> Page:
        start = {} if after is None else {"after": after}
        body: Any = self._http.get_json("order_lines", limit=1000, **start, **bounds)
        self._total = body["total"]
        return Page(items=body["items"])

    def _prove(self, read: int) -> Completeness:
        return Completeness(read=read, expected=self._total, proof="count")
