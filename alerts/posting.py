"""One HTTP request to one address that was looked at first: for webhooks and partners' systems.

A name is resolved once, every address of it is checked, and the connection goes to that very
address (the certificate still has to bear the name): no answer of a name server leads into our own
network. Redirects are not followed, proxies of the environment are not used, the whole exchange
ends at one deadline, and an endless answer is cut.
"""

from __future__ import annotations

import email.utils
import ipaddress
import ssl
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from socket import SOCK_STREAM, getaddrinfo
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import httpcore

from alerts.errors import AlertsError
from alerts.notifier import Later, Refused
from alerts.plain import plain

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
_LONGEST_ANSWER = 65_536
_SHOWN = 120
# The message itself is what the other side does not want; all else may be cured over there.
_REFUSALS = frozenset({400, 405, 410, 413, 415, 422})
# Addresses that carry an IPv4 address within (NAT64, 6to4, Teredo, compatible ones), the relay of
# 6to4, and what was site-local once: they pass for public and lead elsewhere.
_TUNNELS = tuple(
    ipaddress.ip_network(one)
    for one in (
        "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96", "192.88.99.0/24",
        "fec0::/10",
    )
)  # fmt: skip


class EndpointError(AlertsError, ValueError):
    """An address to which nothing is ever sent; a ValueError so that its path is named."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to post to.

    url        https; plain http only to an address within ``allow``
    allow      networks besides the public internet, as 10.1.0.0/16; a name may lead nowhere else
    timeout_s  for the whole exchange, seconds
    ca_file    certificates that are trusted, PEM; None = those of the host

    Raises EndpointError where this cannot be meant.
    """

    url: str
    allow: tuple[str, ...] = ()
    timeout_s: float = 15.0
    ca_file: Path | None = None

    def __post_init__(self) -> None:
        """Refuse addresses that are none, or that could never be reached."""
        parts = urlsplit(self.url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise EndpointError(f"url {self.url!r}: expected https://host/path")
        if self.timeout_s <= 0:
            raise EndpointError(f"timeout_s {self.timeout_s}: expected seconds, more than 0")
        if parts.username or parts.password or not self.url.isprintable() or " " in self.url:
            raise EndpointError("url: a name or password stands in it; put secrets elsewhere")
        try:
            networks = self.networks()
        except ValueError as error:
            raise EndpointError(f"allow: {error}; expected networks as 10.1.0.0/16") from error
        if parts.scheme == "http" and not networks:
            raise EndpointError(f"url {self.url!r}: is not https; expected https, or its network "
                                "in allow")  # fmt: skip

    def networks(self) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
        """Return ``allow`` as networks."""
        return tuple(ipaddress.ip_network(one) for one in self.allow)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, the headers in lower case, the first 64 KiB of the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def post(endpoint: Endpoint, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send ``body`` and return the answer, whatever its status; raises Later where none came."""
    ends_at = time.monotonic() + endpoint.timeout_s
    backend = _Pinned(endpoint, ends_at)
    try:
        with (
            httpcore.ConnectionPool(
                ssl_context=_trust(endpoint.ca_file), network_backend=backend
            ) as pool,
            pool.stream(
                "POST", endpoint.url, headers=[*headers.items()], content=body
            ) as response,
        ):
            return Answer(
                response.status,
                {name.decode("latin-1").lower(): value.decode("latin-1")
                 for name, value in response.headers},
                _head(response.iter_stream()),
            )  # fmt: skip
    except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as error:
        said = plain(error, _SHOWN) or type(error).__name__
        raise Later(f"{_host(endpoint)}: no answer ({said})") from error
    except (OSError, httpcore.UnsupportedProtocol) as error:
        raise Later(f"{_host(endpoint)}: {plain(error, _SHOWN)}") from error


def accepted(endpoint: Endpoint, answer: Answer, now_s: float) -> str:
    """Return what the other side said when it took the message.

    Raises Later (busy, broken, wrong address or key: cured over there, or in config.yaml) with the
    seconds of Retry-After (``now_s`` is Unix time), and Refused where it never wants this message.
    """
    if 200 <= answer.status < 300:  # noqa: PLR2004 (HTTP)
        return str(answer.status)
    said = plain(answer.body.decode("utf-8", "replace"), _SHOWN)
    fault = f"{_host(endpoint)}: answered {answer.status}" + (f" ({said})" if said else "")
    if answer.status in _REFUSALS:
        raise Refused(fault)
    raise Later(fault, retry_after_s(answer.headers.get("retry-after"), now_s))


def retry_after_s(header: str | None, now_s: float) -> float | None:
    """Return the seconds of a Retry-After header (RFC 9110, 10.2.3), None where it has none."""
    if header is None:
        return None
    if header.strip().isdecimal():
        return float(header)
    try:
        at = email.utils.parsedate_to_datetime(header)
    except (ValueError, TypeError):
        return None
    return max(0.0, at.timestamp() - now_s)


def forbidden(address: Address, endpoint: Endpoint) -> bool:
    """Return whether nothing may be sent to ``address``: not public, and not allowed by name."""
    inner = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    real = inner or address
    if any(real in network for network in endpoint.networks()):
        return False
    public = real.is_global and not real.is_multicast
    tunnelled = any(real in network for network in _TUNNELS)
    # Plain http is for allowed networks only.
    return not public or tunnelled or urlsplit(endpoint.url).scheme == "http"


def _host(endpoint: Endpoint) -> str:
    return urlsplit(endpoint.url).hostname or ""


def _trust(ca_file: Path | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=None if ca_file is None else str(ca_file))
    except (OSError, ssl.SSLError) as error:
        raise Refused(f"ca_file {ca_file}: {error}; expected certificates in PEM") from error


def _head(chunks: Iterable[bytes]) -> bytes:
    """Return the first bytes of an answer; the rest is not read."""
    body = b""
    for chunk in chunks:
        body += chunk
        if len(body) >= _LONGEST_ANSWER:
            break
    return body[:_LONGEST_ANSWER]


class _Pinned(httpcore.NetworkBackend):
    """Connects to an address that was checked, and to nothing else."""

    def __init__(self, endpoint: Endpoint, ends_at: float) -> None:
        self._endpoint, self._ends_at = endpoint, ends_at

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 (one deadline instead)
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to an address of ``host``, all of which were checked."""
        found = getaddrinfo(host, port, type=SOCK_STREAM)
        addresses = [ipaddress.ip_address(str(one[4][0]).split("%")[0]) for one in found]
        for address in addresses:
            if forbidden(address, self._endpoint):
                cure = "expected a public address, or its network in allow"
                raise Later(f"{host}: leads to {address}, to which nothing is sent; {cure}")
        *first, last = dict.fromkeys(addresses)
        for address in first:
            # A host without IPv6 still hears of such addresses, and those come first.
            with suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                left = _left(self._ends_at) / 2
                return self._connect(str(address), port, left, local_address, socket_options)
        left = _left(self._ends_at)
        return self._connect(str(last), port, left, local_address, socket_options)

    def _connect(
        self,
        address: str,
        port: int,
        left_s: float,
        local_address: str | None,
        socket_options: Iterable[Any] | None,
    ) -> httpcore.NetworkStream:
        stream = httpcore.SyncBackend().connect_tcp(
            address, port, left_s, local_address, socket_options
        )
        return _Until(stream, self._ends_at)


class _Until(httpcore.NetworkStream):
    """A connection on which everything ends at one moment, however slowly bytes drip."""

    def __init__(self, stream: httpcore.NetworkStream, ends_at: float) -> None:
        self._stream, self._ends_at = stream, ends_at

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 (one deadline)
        """Read within what is left."""
        return self._stream.read(max_bytes, _left(self._ends_at))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 (one deadline)
        """Write within what is left."""
        self._stream.write(buffer, _left(self._ends_at))

    def close(self) -> None:
        """Close it."""
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002 (one deadline)
    ) -> httpcore.NetworkStream:
        """Go on encrypted, within what is left; the certificate bears ``server_hostname``."""
        left = _left(self._ends_at)
        return _Until(self._stream.start_tls(ssl_context, server_hostname, left), self._ends_at)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 (httpcore's signature)
        """Return what the stream within says."""
        return self._stream.get_extra_info(info)


def _left(ends_at: float) -> float:
    left = ends_at - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("it took too long")
    return left
