"""Where a source may be: one origin, and no address that only our own machine should reach.

A source's answer can name other addresses (a redirect, a next link), and a name can be pointed elsewhere between two
look-ups. So the origin is compared before a request, and the address is checked when the connection is made, with the
very address that is then used.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import Any
from urllib.parse import urljoin, urlsplit

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from slipwatch.errors import ConfigError, PermanentError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

METADATA = frozenset(ipaddress.ip_address(text) for text in ("100.100.100.200", "192.0.0.192", "fd00:ec2::254"))
"""Where clouds serve a machine its own secrets, beside the link-local addresses."""

DEFAULT_PORTS = {"http": 80, "https": 443}


def split_origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port of an address. Raises `ConfigError` for what is no plain http(s) address."""
    try:
        parts = urlsplit(url)
        scheme, host, port = parts.scheme.lower(), (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        raise ConfigError("the address cannot be read", cure="https://host[:port]/path") from None
    if scheme not in DEFAULT_PORTS or not host:
        raise ConfigError(f"not an http(s) address: {scheme}://{host}", cure="https://host[:port]/path")
    if parts.username or parts.password:
        raise ConfigError(f"the address of {host} holds a password", cure="name it by a reference: env:NAME")
    return scheme, host, port or DEFAULT_PORTS[scheme]


def join_on_origin(base: str, link: str) -> str:
    """The absolute form of a link found in an answer. Raises `PermanentError` when it leaves the origin of `base`."""
    url = urljoin(base, link)
    try:
        same = split_origin(url) == split_origin(base)
    except ConfigError:
        same = False
    if not same:
        target = urlsplit(url)
        raise PermanentError(
            f"the source points to another origin: {target.scheme}://{target.netloc.rpartition('@')[2]}",
            subject=urlsplit(base).netloc,
            cure="if it has moved, write its new address into the options",
        )
    return url


def find_fault(address: Address, *, named_loopback: bool) -> str | None:
    """Why no connection is made to an address, or None. Private networks are where most ERPs live: they are allowed."""
    if isinstance(address, ipaddress.IPv6Address):
        address = address.ipv4_mapped or address.sixtofour or address
    if address.is_link_local or address in METADATA:
        return "it is a link-local or metadata address"
    if address.is_multicast or address.is_unspecified or address == ipaddress.ip_address("255.255.255.255"):
        return "it is no address of a server"
    if address.is_loopback and not named_loopback:
        return "its name leads to this machine"
    return None


def names_loopback(host: str) -> bool:
    """True where the address, as it is written, plainly means this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host that may be connected to, in the resolver's order.

    Raises `PermanentError` where none is left, OSError where the name is unknown.
    """
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    faults = {text: find_fault(_parse(text), named_loopback=names_loopback(host)) for text in found}
    allowed = [text for text in dict.fromkeys(found) if faults[text] is None]
    if not allowed:
        address, fault = next(iter(faults.items()))
        raise PermanentError(
            f"not connected to {address}: {fault}",
            subject=host,
            cure="write 127.0.0.1 or localhost into the options if this machine is meant",
        )
    return allowed


def _parse(text: str) -> Address:
    return ipaddress.ip_address(text.partition("%")[0])


class _Pinned(HTTPConnection):
    """A connection to an address that was checked; the name stays what TLS and the Host header say."""

    _dns_host: str

    def _new_conn(self) -> socket.socket:
        name, failure = self._dns_host, None
        try:
            for address in resolve(name, self.port):
                self._dns_host = address
                try:
                    return super()._new_conn()
                except HTTPError as error:
                    failure = failure or error
        finally:
            self._dns_host = name
        raise failure or OSError(f"no address for {name}")


class _PinnedTls(_Pinned, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Pinned


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _PinnedTls


class GuardedAdapter(HTTPAdapter):
    """Connections of `requests` through `resolve`, without any retry of its own."""

    def __init__(self) -> None:
        super().__init__(max_retries=0, pool_connections=1, pool_maxsize=2)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}
