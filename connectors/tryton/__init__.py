"""Tryton over JSON-RPC: suppliers, order lines with their promised dates, shipping notices, receipts.

Tested against series 8.2 and 7.0. It only reads: the methods it may call are listed in `client.READS`. Tryton keeps no
history of a promise, so that each change counts from the day it is first seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from typing import ClassVar

from pydantic import Field

from connectors.tryton import mapping
from connectors.tryton.client import Item, TrytonClient, filter_window
from connectors.tryton.mapping import Listing, Settings
from slipwatch import connector
from slipwatch.connector import CheckReport, Context, StreamInfo
from slipwatch.errors import IncompleteError, PermanentError, SourceError
from slipwatch.model.records import Batch, Completeness, Window, WindowKind
from slipwatch.wire.batches import Target, build_batches
from slipwatch.wire.http import HttpClient
from slipwatch.wire.options import FieldsByColumn, NetworkOptions, SecretReference, WebAddress
from slipwatch.wire.rereading import build_again
from slipwatch.wire.windows import judge_counts, plan_complete, plan_incremental

STREAMS = {
    "suppliers": StreamInfo(name="suppliers", entity="supplier", kind=WindowKind.COMPLETE, key="party id"),
    "order_lines": StreamInfo(
        name="order_lines", entity="order_line", kind=WindowKind.INCREMENTAL, key="purchase line id", deletes="sweep"
    ),
    "shipments": StreamInfo(
        name="shipments", entity="shipment", kind=WindowKind.INCREMENTAL, key="stock move id", deletes="sweep"
    ),
    "receipts": StreamInfo(
        name="receipts", entity="receipt", kind=WindowKind.INCREMENTAL, key="stock move id", deletes="sweep"
    ),
}

LISTINGS: Mapping[str, Callable[[Settings], Listing]] = {
    "suppliers": mapping.list_suppliers,
    "order_lines": mapping.list_order_lines,
    "shipments": mapping.list_shipments,
    "receipts": mapping.list_receipts,
}

RIGHTS: Mapping[str, tuple[str, ...]] = {
    "suppliers": ("party.party", "purchase.purchase"),
    "order_lines": ("purchase.purchase", "purchase.line", "stock.move"),
    "shipments": ("stock.move", "stock.shipment.in", "purchase.line"),
    "receipts": ("stock.move", "purchase.line"),
}

PARTIES_AT_ONCE = 200


class TrytonOptions(NetworkOptions):
    """A Tryton database.

    `password` names the password of `user`; a user of its own that only reads is best. `web_address` is where people
    open the web client, for links. `fields` maps entity and column to a field of Tryton's, such as
    `order_line: {project_code: purchase.reference}`, which is also what stands for the project by itself.
    """

    database: str = Field(pattern=r"^[A-Za-z0-9_.-]+$")
    user: str
    password: SecretReference
    web_address: WebAddress | None = None
    fields: FieldsByColumn = Field(default_factory=dict)


class TrytonConnector:
    """See the module. One request at a time, one session."""

    name: ClassVar[str] = "tryton"
    contract_version: ClassVar[int] = connector.CONTRACT_VERSION
    Options: ClassVar[type[connector.Options]] = TrytonOptions

    def __init__(self, options: TrytonOptions, context: Context) -> None:
        self._options, self._context = options, context
        self._client = self._open_client(patient=True)

    def check(self) -> CheckReport:
        """Log-in, rights on each stream, the fields of each mapping, and the server's clock."""
        with closing(self._open_client(patient=False)) as client:
            try:
                client.open_session()
            except SourceError as error:
                return CheckReport(ok=False, problems=(("", str(error)),))
            problems = tuple(problem for stream in STREAMS for problem in self._try_stream(client, stream))
            skew = client.http.skew
            return CheckReport(
                ok=not problems,
                version=client.find_version(),
                clock_skew_seconds=skew.total_seconds() if skew else 0.0,
                problems=problems,
            )

    def discover(self) -> tuple[StreamInfo, ...]:
        """The streams, once a session could be opened. Raises `SourceError`s."""
        self._client.open_session()
        return tuple(STREAMS.values())

    def plan(self, stream: str, cursor: str | None) -> tuple[Window, ...]:
        """One window to the server's clock. Raises `SourceError`s."""
        info = find_stream(stream)
        self._client.verify(RIGHTS[stream])
        clock = self._client.http.read_clock()
        if info.kind is WindowKind.COMPLETE:
            return (plan_complete(stream, clock=clock),)
        return (plan_incremental(stream, cursor, clock=clock),)

    def read(self, window: Window) -> Iterator[Batch]:
        """Batches of one window. Rights are verified before the first request and before the last batch."""
        info, as_of = find_stream(window.stream), self._context.now()
        self._client.verify(RIGHTS[window.stream])
        listing = self._list(self._client, window.stream)
        target = Target(
            entity=info.entity, window=window, as_of=as_of, map_record=listing.map_record, keep=listing.keep
        )
        if window.stream == "suppliers":
            yield from self._read_suppliers(listing, target)
        else:
            yield from self._read_changes(listing, target)

    def read_again(self, window: Window, raws: Sequence[str], *, as_of: datetime) -> Iterator[Batch]:
        """The archived records of one window, mapped as the options say today; Tryton itself is not asked.

        Raises `ContractError` where the options name a field that was not asked for then: only Tryton can tell it.
        """
        info = find_stream(window.stream)
        listing = LISTINGS[window.stream](self._settle(requests=any('"requests.":' in raw for raw in raws[:1])))
        target = Target(
            entity=info.entity, window=window, as_of=as_of, map_record=listing.map_record, keep=listing.keep
        )
        return build_again(raws, target)

    def sweep(self, stream: str) -> Iterator[str]:
        """The id of every record that exists now. Raises `IncompleteError` where Tryton counts others than it lists."""
        find_stream(stream)
        self._client.verify(RIGHTS[stream])
        if stream == "suppliers":
            yield from map(str, self._list_supplier_ids())
        else:
            listing = self._list(self._client, stream)
            before, read = self._client.count(listing.model, listing.domain), 0
            for number in self._client.list_ids(listing.model, listing.domain):
                read += 1
                yield str(number)
            counts = judge_counts(read, before=before, after=self._client.count(listing.model, listing.domain))
            if not counts.proven:
                raise IncompleteError(f"Tryton counts {counts.expected} records and lists {read}", subject=stream)
        self._client.verify(RIGHTS[stream])

    def close(self) -> None:
        """End the session and release the connections."""
        self._client.close()

    def _open_client(self, *, patient: bool) -> TrytonClient:
        options, context = self._options, self._context

        def open_http(prove: Callable[[], Mapping[str, str]], renew: Callable[[], None]) -> HttpClient:
            return HttpClient(
                options.address,
                now=context.now,
                sleep=context.sleep,
                pacing=options.build_pacing(patient=patient),
                credentials=prove,
                renew=renew,
                ca_file=str(context.base / options.ca_file) if options.ca_file else None,
            )

        return TrytonClient(
            open_http,
            database=options.database,
            user=options.user,
            password=lambda: context.resolve(options.password),
        )

    def _list(self, client: TrytonClient, stream: str) -> Listing:
        requests = stream == "order_lines" and client.offers("purchase.line", "requests", of="purchase.request")
        return LISTINGS[stream](self._settle(requests=requests))

    def _settle(self, *, requests: bool) -> Settings:
        options, web = self._options, self._options.web_address
        return Settings(
            zone=self._context.time_zone,
            web_address=f"{web.rstrip('/')}/#{options.database}" if web else None,
            fields=options.fields,
            requests=requests,
        )

    def _read_changes(self, listing: Listing, target: Target) -> Iterator[Batch]:
        client, domain = self._client, [*listing.domain, *filter_window(target.window, listing.stamps)]
        before = client.count(listing.model, domain)

        def complete(read: int) -> Completeness:
            client.verify(RIGHTS[target.window.stream])
            return judge_counts(read, before=before, after=client.count(listing.model, domain))

        return build_batches(client.read(listing.model, domain, listing.names), target, complete=complete)

    def _read_suppliers(self, listing: Listing, target: Target) -> Iterator[Batch]:
        numbers = self._list_supplier_ids()
        slices = (numbers[start : start + PARTIES_AT_ONCE] for start in range(0, len(numbers), PARTIES_AT_ONCE))
        pages = (page for some in slices for page in self._read_parties(listing, some))

        def complete(read: int) -> Completeness:
            self._client.verify(RIGHTS["suppliers"])
            return Completeness(read=read, expected=len(numbers), proof="count")

        return build_batches(pages, target, complete=complete)

    def _read_parties(self, listing: Listing, numbers: list[int]) -> Iterator[Sequence[Item]]:
        return self._client.read(listing.model, [["id", "in", numbers]], listing.names)

    def _list_supplier_ids(self) -> list[int]:
        orders = self._client.read("purchase.purchase", mapping.ORDERS, ["party"])
        return sorted({order["party"] for page in orders for order in page})

    def _try_stream(self, client: TrytonClient, stream: str) -> list[tuple[str, str]]:
        """Read one record, as the connector will: the fields of another version show here."""
        try:
            client.verify(RIGHTS[stream])
            listing = self._list(client, stream)
            client.read_some(listing.model, listing.domain, listing.names)
        except SourceError as error:
            return [(stream, str(error))]
        return []


def find_stream(stream: str) -> StreamInfo:
    """The stream of this name. Raises `PermanentError` for another one."""
    if stream not in STREAMS:
        raise PermanentError(f"unknown stream {stream}", subject="tryton", cure=f"one of {', '.join(STREAMS)}")
    return STREAMS[stream]
