"""Requests to addresses that somebody named: never where only this machine can reach.

A name is looked up here, what it leads to is checked, and the connection goes to that very
address: between check and connection nothing can change. No redirect is followed, no proxy
of the environment is used, and all of it has one deadline. (Server-side request forgery:
OWASP's cheat sheet on its prevention.) Knows addresses; does not know what is sent.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_network

import httpcore2
import httpx2

from episodes.errors import BadInput

LookUp = Callable[[str, int], Sequence[str]]
"""The IP addresses of a host, which may be one already. Raises OSError."""

_PORTS = {"http": 80, "https": 443}
_V6 = IPv6Network("2000::/3")
"""All there is of the public IPv6 (RFC 4291, IANA's registry)."""
_NOT_OURS = tuple(
    ip_network(network)
    for network in (
        "192.0.0.0/24",  # protocol assignments
        "192.88.99.0/24",  # relays of 6to4
        "2001::/23",  # protocol assignments, Teredo among them
        "2001:db8::/32",  # documentation
        "3fff::/20",  # documentation
    )
)
"""Special, whatever the library of this Python's version says (RFC 6890 and later)."""
_NAT64, _6TO4, _MAPPED = (
    IPv6Network("64:ff9b::/96"),
    IPv6Network("2002::/16"),
    IPv6Network("::ffff:0:0/96"),
)


class Unreachable(Exception):
    """There was no answer; the message is a sentence that says why."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What was answered: the HTTP status, and the content as it came."""

    status: int
    content: bytes


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is one of the open internet: what it embeds is what counts."""
    if isinstance(address, IPv6Address):
        packed = address.packed
        if address in _MAPPED or address in _NAT64:
            return is_public(IPv4Address(packed[12:]))
        if address in _6TO4:
            return is_public(IPv4Address(packed[2:6]))
        if address not in _V6:
            return False
    if any(address in network for network in _NOT_OURS):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def look_up(host: str, port: int) -> list[str]:
    """As the system does it."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class Outward:
    """The way out. `private` allows every address; `find` is how names are looked up."""

    def __init__(self, *, private: bool, find: LookUp = look_up) -> None:
        self._private, self._find = private, find

    def checked(self, url: str) -> str:
        """The URL as it will be used, if it may be. Raises BadInput with the reason."""
        try:
            parts = httpx2.URL(url.strip())
        except httpx2.InvalidURL as error:
            raise BadInput(f"This is no URL ({error}).") from error
        port = _port(parts)
        if port is None or not parts.host:
            raise BadInput("Give an address that begins with http:// or https://.")
        if parts.userinfo:
            raise BadInput(
                "Leave name and password out of the address: what is sent is signed."
            )
        try:
            self.addresses(parts.raw_host.decode(), port)
        except OSError as error:
            raise BadInput(f"{parts.host} cannot be found ({error.strerror}).") from error
        return str(parts.copy_with(fragment=None))

    def addresses(self, host: str, port: int) -> list[str]:
        """Where a host is. Raises OSError, and BadInput if any of it is not to be reached."""
        try:
            found = list(self._find(host, port))
        except UnicodeError as error:  # of a label without or with too many letters
            raise OSError(0, "this is no name") from error
        for address in found:
            if not self._private and not is_public(ipaddress.ip_address(address)):
                raise BadInput(
                    f"{host} leads to {address}, which is no public address: "
                    "CLEANCAST_WEBHOOK_PRIVATE=true would allow it."
                )
        return found

    def post(self, url: str, headers: Mapping[str, str], body: bytes, most_s: float) -> int:
        """Send `body`; the status of the answer, of which no more is read.

        Raises Unreachable, also for an address that is not to be reached, and when it
        takes more than `most_s` seconds (looking up the name not counted).
        """
        with self._posted(url, headers, body, most_s) as answer:
            return answer.status

    def ask(
        self,
        url: str,
        headers: Mapping[str, str],
        body: bytes,
        most_s: float,
        most_bytes: int,
    ) -> Reply:
        """Send `body` and read the answer, however slowly it comes, within `most_s` seconds.

        Raises Unreachable as `post` does, and for more than `most_bytes` of answer.
        """
        content = bytearray()
        with self._posted(url, headers, body, most_s) as answer:
            for part in answer.iter_stream():
                content += part
                if len(content) > most_bytes:
                    raise Unreachable(f"It answered more than {most_bytes:,} bytes.")
            return Reply(answer.status, bytes(content))

    @contextmanager
    def _posted(
        self, url: str, headers: Mapping[str, str], body: bytes, most_s: float
    ) -> Iterator[httpcore2.Response]:
        """The answer while its content is still to come; what goes wrong is Unreachable."""
        try:
            parts = httpx2.URL(url)
        except httpx2.InvalidURL as error:
            raise Unreachable(f"Its address is no URL ({error}).") from error
        target = httpcore2.URL(
            scheme=parts.raw_scheme,
            host=parts.raw_host,
            port=_port(parts),
            target=parts.raw_path,
        )
        sent = {"Host": parts.netloc.decode(), "Connection": "close", **headers}
        way = _Way(self, most_s)
        try:
            with (
                httpcore2.ConnectionPool(network_backend=way) as pool,
                pool.stream("POST", target, headers=list(sent.items()), content=body) as answer,
            ):
                yield answer
        except BadInput as refused:
            raise Unreachable(str(refused)) from refused
        except httpcore2.TimeoutException as error:
            raise Unreachable(f"It did not answer within {most_s:.0f} s.") from error
        except (httpcore2.NetworkError, OSError) as error:
            raise Unreachable(f"It cannot be reached ({error}).") from error
        except httpcore2.ProtocolError as error:
            raise Unreachable(f"What it answered is no HTTP ({error}).") from error


def _port(url: httpx2.URL) -> int | None:
    return url.port if url.port is not None else _PORTS.get(url.scheme)


class _Way(httpcore2.NetworkBackend):
    """Connects to addresses that were checked, and sees to the deadline."""

    def __init__(self, outward: Outward, most_s: float) -> None:
        self._outward, self._most_s = outward, most_s
        self._system = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        """To the first address of the host that lets one in."""
        addresses = self._outward.addresses(host, port)
        clock = _Deadline(self._most_s)
        error: httpcore2.NetworkError | None = None
        for address in addresses:
            try:
                stream = self._system.connect_tcp(
                    address, port, clock.left_s(), local_address, socket_options
                )
                return _Stream(stream, clock)
            except httpcore2.ConnectError as failure:
                error = failure
        raise error or httpcore2.ConnectError("it has no address")


class _Deadline:
    def __init__(self, most_s: float) -> None:
        self._at = time.monotonic() + most_s

    def left_s(self) -> float:
        """Seconds left. Raises httpcore2.ReadTimeout when there are none."""
        left = self._at - time.monotonic()
        if left <= 0:
            raise httpcore2.ReadTimeout
        return left


class _Stream(httpcore2.NetworkStream):
    """A connection that ends at a deadline, however slowly the other side goes on."""

    def __init__(self, stream: httpcore2.NetworkStream, clock: _Deadline) -> None:
        self._stream, self._clock = stream, clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """What came."""
        return self._stream.read(max_bytes, self._clock.left_s())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send it."""
        self._stream.write(buffer, self._clock.left_s())

    def close(self) -> None:
        """Hang up."""
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        """Encrypt from here on; the certificate must be the name's, not the address's."""
        left_s = self._clock.left_s()
        return _Stream(
            self._stream.start_tls(ssl_context, server_hostname, left_s), self._clock
        )

    def get_extra_info(self, info: str) -> object:
        """As the library asks for it."""
        return self._stream.get_extra_info(info)
