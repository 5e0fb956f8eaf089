"""The way out leads to public addresses alone, whatever a name, a server or a proxy says."""

from __future__ import annotations

import datetime
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from episodes.errors import BadInput
from pipeline.outward import Outward, Reply, Unreachable, is_public
from tests.receiver import receiving

PRIVATE = [
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "100.127.255.254",
    "127.0.0.1",
    "127.9.9.9",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "224.0.1.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "64:ff9b:1::808:808",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:a00:1::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%1",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
]
PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "172.32.0.1",
    "100.128.0.1",
    "192.169.0.1",
    "2606:4700:4700::1111",
    "2a00:1450:4001:81b::200e",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
    "2002:808:808::1",
]


def found(*addresses: str) -> Outward:
    """A way out for which every name leads there."""
    return Outward(private=False, find=lambda _host, _port: addresses)


@pytest.mark.parametrize("address", PRIVATE)
def test_no_private_address_is_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))
    with pytest.raises(BadInput, match="no public address"):
        found(address).checked("https://example.org/hook")
    with pytest.raises(BadInput, match="no public address"):
        found("1.1.1.1", address).checked("https://example.org/hook")


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))
    assert found(address).checked("https://example.org/hook") == "https://example.org/hook"


@given(st.ip_addresses(v=4))
def test_what_embeds_an_address_is_as_public_as_that(address: ipaddress.IPv4Address) -> None:
    packed = address.packed
    for embedding in (
        b"\0" * 10 + b"\xff\xff" + packed,
        bytes.fromhex("0064ff9b") + b"\0" * 8 + packed,
        bytes.fromhex("2002") + packed + b"\0" * 9 + b"\1",
    ):
        assert is_public(ipaddress.IPv6Address(embedding)) == is_public(address)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "0x7f.1",
        "2130706433",
        "0177.0.0.1",
        "[::1]",
        "localhost",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "0",
        "127.0.0.1.",
    ],
)
def test_this_machine_is_known_under_all_its_names(host: str) -> None:
    """As the system itself reads them."""
    with pytest.raises(BadInput, match=r"no public address|cannot be found|no URL"):
        Outward(private=False).checked(f"http://{host}:8000/")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org",
        "//example.org/x",
        "ftp://example.org/",
        "file:///etc/passwd",
        "http://",
        "http:///x",
        "https://user:secret@example.org/",
        "http://[::1",
        "gopher://x",
        "http://example.org:x/",
        "javascript:alert(1)",
        "http://\x00/",
        "http://exa℀mple.org/",
    ],
)
def test_what_is_no_address_of_the_web_is_refused_with_a_reason(url: str) -> None:
    with pytest.raises(BadInput) as refused:
        found("1.1.1.1").checked(url)
    assert str(refused.value).endswith(".")
    assert "\n" not in str(refused.value)


def test_an_address_is_kept_as_it_will_be_used() -> None:
    way = found("1.1.1.1")
    assert way.checked(" http://BÜCHER.example/ä?q=1#part ") == (
        "http://xn--bcher-kva.example/%C3%A4?q=1"
    )


@pytest.mark.parametrize("host", ["nowhere.invalid", "a" * 70 + ".example", "a..example"])
def test_what_cannot_be_found_is_told(host: str) -> None:
    with pytest.raises(BadInput, match=r"cannot be found|no URL"):
        Outward(private=False).checked(f"https://{host}/")


def test_what_is_sent_arrives_as_it_is() -> None:
    with receiving() as receiver:
        way = Outward(private=True)
        assert way.post(f"{receiver.url}?q=%C3%A4", {"X-Mark": "1"}, b"\x00body", 5.0) == 204
    (got,) = receiver.got
    assert (got.path, got.body) == ("/hook?q=%C3%A4", b"\x00body")
    assert got.headers["x-mark"] == "1"
    assert got.headers["host"] == f"127.0.0.1:{receiver.port}"


@contextmanager
def closed_door() -> Iterator[tuple[int, list[object]]]:
    """A port on this machine, and who knocked there."""
    knocked: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as door:
        door.settimeout(0.02)
        over = threading.Event()

        def watch() -> None:
            while not over.is_set():
                try:
                    connection, who = door.accept()
                except TimeoutError:
                    continue
                knocked.append(who)
                connection.close()

        watcher = threading.Thread(target=watch)
        watcher.start()
        yield door.getsockname()[1], knocked
        over.set()
        watcher.join()


def test_nothing_is_sent_where_a_name_leads_to_meanwhile() -> None:
    """DNS rebinding: public when it was checked, private when it is used."""
    answers = [["1.1.1.1"], ["127.0.0.1"]]
    with closed_door() as (port, knocked):
        way = Outward(private=False, find=lambda _host, _port: answers.pop(0))
        url = way.checked(f"http://rebinding.example:{port}/")
        with pytest.raises(Unreachable, match=r"127\.0\.0\.1, which is no public address"):
            way.post(url, {}, b"", 5.0)
    assert not answers
    assert knocked == []


def test_a_name_is_looked_up_once_for_a_connection() -> None:
    """What was checked is what is connected to: there is no second look."""
    asked: list[str] = []

    def find(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    with receiving() as receiver:
        way = Outward(private=True, find=find)
        assert way.post(f"http://hooks.example:{receiver.port}/x", {}, b"", 5.0) == 204
    assert asked == ["hooks.example"]
    assert receiver.got[0].headers["host"] == f"hooks.example:{receiver.port}"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_leads_nowhere(status: int) -> None:
    with closed_door() as (port, knocked), receiving() as receiver:
        receiver.answers, receiver.location = [status], f"http://127.0.0.1:{port}/"
        assert Outward(private=True).post(receiver.url, {}, b"", 5.0) == status
    assert knocked == []


def test_no_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with closed_door() as (port, knocked), receiving() as receiver:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
        assert Outward(private=True).post(receiver.url, {}, b"", 5.0) == 204
    assert knocked == []


@contextmanager
def answering(say: bytes, *, again_s: float | None = None) -> Iterator[str]:
    """A server that says the same to everybody, and goes on saying it every `again_s`."""
    over = threading.Event()

    def serve(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection:
            connection.recv(65_536)
            try:
                connection.sendall(say)
                while again_s is not None and not over.wait(again_s):
                    connection.sendall(say)
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = threading.Thread(target=serve, args=(listening,))
        server.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        over.set()
        server.join()


def test_who_answers_a_little_at_a_time_is_not_waited_for() -> None:
    """Each read alone would be in time."""
    with (
        answering(b"X: y\r\n", again_s=0.02) as url,
        pytest.raises(Unreachable, match=r"did not answer|no HTTP"),
    ):
        Outward(private=True).post(url, {}, b"", 0.3)
    with (
        answering(b"HTTP/1.1 100 Continue\r\n\r\n", again_s=0.02) as url,
        pytest.raises(Unreachable, match="did not answer"),
    ):
        Outward(private=True).post(url, {}, b"", 0.3)


def test_an_endless_answer_is_not_read() -> None:
    with answering(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 65_536, again_s=0.0) as url:
        assert Outward(private=True).post(url, {}, b"", 5.0) == 200


def test_an_answer_is_read_as_far_as_it_may_go() -> None:
    with answering(b"HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\nno it") as url:
        assert Outward(private=True).ask(url, {}, b"", 5.0, 5) == Reply(404, b"no it")
    with (
        answering(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nit is.") as url,
        pytest.raises(Unreachable, match="more than 5 bytes"),
    ):
        Outward(private=True).ask(url, {}, b"", 5.0, 5)
    with (
        answering(b"HTTP/1.1 200 OK\r\n\r\n", again_s=0.02) as url,
        pytest.raises(Unreachable, match="did not answer"),
    ):
        Outward(private=True).ask(url, {}, b"", 0.3, 1_000_000)


@pytest.mark.parametrize("say", [b"", b"220 mail.example ESMTP\r\n", b"HTTP/9.9 !\r\n\r\n"])
def test_what_is_no_answer_is_told(say: bytes) -> None:
    with answering(say) as url, pytest.raises(Unreachable, match="no HTTP"):
        Outward(private=True).post(url, {}, b"", 5.0)


def test_who_is_not_there_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with pytest.raises(Unreachable, match="cannot be reached"):
        Outward(private=True).post(f"http://127.0.0.1:{port}/", {}, b"", 5.0)
    with pytest.raises(Unreachable, match="cannot be reached"):
        Outward(private=True, find=lambda *_: ()).post("http://none.example/", {}, b"", 5.0)


def test_the_next_address_is_tried_where_one_is_shut() -> None:
    with receiving() as receiver:
        way = Outward(private=True, find=lambda *_: ["127.0.0.9", "127.0.0.1"])
        assert way.post(f"http://hooks.example:{receiver.port}/", {}, b"", 5.0) == 204


def certificate(folder: Path, name: str) -> Path:
    """A key and a certificate for a name, signed by itself, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(pem))
    return path


def test_the_certificate_must_be_the_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Connected to is an address; whom one talks to is told by the name."""
    file = certificate(tmp_path, "hooks.example")
    ours = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ours.load_cert_chain(file)
    asked: list[str | None] = []
    ours.sni_callback = lambda _socket, name, _context: asked.append(name)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    way = Outward(private=True, find=lambda *_: ["127.0.0.1"])
    with receiving(lambda plain: ours.wrap_socket(plain, server_side=True)) as receiver:
        at = f":{receiver.port}/hook"
        assert way.post("https://hooks.example" + at, {}, b"", 5.0) == 204
        with pytest.raises(Unreachable, match="cannot be reached"):
            way.post("https://other.example" + at, {}, b"", 5.0)
        monkeypatch.delenv("SSL_CERT_FILE")
        with pytest.raises(Unreachable, match="cannot be reached"):
            way.post("https://hooks.example" + at, {}, b"", 5.0)
    assert asked[:2] == ["hooks.example", "other.example"]
    assert len(receiver.got) == 1
