"""Where a source may be, and that nothing is sent anywhere else."""

import ipaddress
import socket
import ssl
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from slipwatch.errors import ConfigError, PermanentError
from slipwatch.testing.clock import Clock
from slipwatch.testing.fault_server import FaultServer, reply_json
from slipwatch.wire.http import HttpClient
from slipwatch.wire.origin import find_fault, join_on_origin, names_loopback, resolve, split_origin

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://erp.example/db", ("https", "erp.example", 443)),
        ("http://ERP.Example.:8080", ("http", "erp.example", 8080)),
        ("http://[::1]:8000/x", ("http", "::1", 8000)),
    ],
)
def test_an_origin_is_scheme_host_and_port(url, origin):
    assert split_origin(url) == origin


@pytest.mark.parametrize("url", ["erp.example", "ftp://erp.example", "http://", "http://host:port/", "", "http://[::1"])
def test_what_is_no_web_address_is_a_mistake_of_configuration(url):
    with pytest.raises(ConfigError):
        split_origin(url)


@pytest.mark.parametrize("link", ["issues.json?page=2", "/issues.json", "?page=2", "https://erp.example:443/x"])
def test_links_on_the_origin_are_followed(link):
    assert join_on_origin("https://erp.example/api/", link).startswith("https://erp.example")


@pytest.mark.parametrize(
    "link",
    [
        "http://erp.example/x",
        "https://erp.example:8443/x",
        "https://erp.example.evil.test/x",
        "https://evil.test/erp.example",
        "//evil.test/x",
        "https://erp.example@evil.test/",
        "https://user:pw@erp.example/",
        "javascript:alert(1)",
        "file:///etc/passwd",
    ],
)
def test_links_that_leave_the_origin_are_refused(link):
    with pytest.raises(PermanentError, match="another origin") as caught:
        join_on_origin("https://erp.example/api/", link)
    assert "pw" not in str(caught.value)


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254", "169.254.0.1", "fe80::1", "::ffff:169.254.169.254", "100.100.100.200", "fd00:ec2::254",
        "0.0.0.0", "::",  # noqa: S104 — an address to refuse
        "224.0.0.1", "ff02::1", "255.255.255.255", "2002:a9fe:a9fe::1",
        "127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1",
    ],
)  # fmt: skip
def test_addresses_that_only_this_machine_reaches_are_refused(address):
    assert find_fault(ipaddress.ip_address(address), named_loopback=False)


@pytest.mark.parametrize("address", ["10.1.2.3", "192.168.7.7", "172.16.0.9", "fd12::7", "93.184.216.34"])
def test_private_networks_are_where_erps_live(address):
    assert find_fault(ipaddress.ip_address(address), named_loopback=False) is None


@pytest.mark.parametrize("host", ["localhost", "erp.localhost", "127.0.0.1", "127.1.2.3", "::1"])
def test_this_machine_may_be_named(host):
    assert names_loopback(host)


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "127.1", "erp.example", "localhost.evil.test"])
def test_other_spellings_of_this_machine_do_not_name_it(host):
    assert not names_loopback(host)


@pytest.mark.parametrize("address", ["127.0.0.1", "169.254.169.254"])
def test_a_name_that_was_pointed_inwards_gets_no_connection(monkeypatch, address):
    with FaultServer(lambda request: reply_json({})) as server:
        port = int(server.url.rpartition(":")[2])
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *arguments, **options: found)
        clock = Clock(NOW)
        client = HttpClient(f"http://erp.example:{port}/", now=clock.now, sleep=clock.sleep)
        with pytest.raises(PermanentError, match="not connected to"):
            client.get_json("x")
        assert server.requests == []


def test_of_several_addresses_only_the_allowed_are_used(monkeypatch):
    found = [(2, 1, 6, "", (text, 80)) for text in ("169.254.169.254", "10.0.0.7", "10.0.0.7")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *arguments, **options: found)
    assert resolve("erp.example", 80) == ["10.0.0.7"]


def test_the_next_address_is_tried_when_one_is_dead(monkeypatch):
    with FaultServer(lambda request: reply_json({"ok": 1})) as server:
        port = int(server.url.rpartition(":")[2])
        found = [(10, 1, 6, "", ("::1", port, 0, 0)), (2, 1, 6, "", ("127.0.0.1", port))]
        real = socket.getaddrinfo
        monkeypatch.setattr(
            socket,
            "getaddrinfo",
            lambda host, *rest, **more: found if host == "localhost" else real(host, *rest, **more),
        )
        clock = Clock(NOW)
        client = HttpClient(f"http://localhost:{port}/", now=clock.now, sleep=clock.sleep)
        assert client.get_json("x") == {"ok": 1}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A PEM file with a self-signed certificate for localhost, and one with its key."""
    folder, key = tmp_path_factory.mktemp("tls"), ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    today = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    secret = serialization.NoEncryption()
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, secret)
    )
    return folder / "cert.pem", folder / "key.pem"


@pytest.fixture
def tls_server(certificate):
    server = FaultServer(lambda request: reply_json({"ok": 1}))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    server._server.socket = context.wrap_socket(server._server.socket, server_side=True)
    with server:
        yield server


def build_tls_client(server, host, **options):
    port, clock = server.url.rpartition(":")[2], Clock(NOW)
    options.setdefault("credentials", lambda: {"X-Key": "sentinel"})
    return HttpClient(f"https://{host}:{port}/", now=clock.now, sleep=clock.sleep, **options)


def test_an_unknown_certificate_is_refused_before_anything_is_sent(tls_server):
    with pytest.raises(PermanentError, match="certificate is refused"):
        build_tls_client(tls_server, "localhost").get_json("x")
    assert tls_server.requests == []


def test_a_private_authority_is_named_by_its_file(tls_server, certificate):
    assert build_tls_client(tls_server, "localhost", ca_file=str(certificate[0])).get_json("x") == {"ok": 1}


def test_the_name_is_verified_although_the_address_is_pinned(tls_server, certificate):
    with pytest.raises(PermanentError, match="certificate is refused"):
        build_tls_client(tls_server, "127.0.0.1", ca_file=str(certificate[0])).get_json("x")
    assert tls_server.requests == []
