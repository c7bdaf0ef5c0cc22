"""Requests go where the settings say and nowhere else, and end in time."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import ssl
import threading

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from alerts.notifier import Later, Refused
from alerts.posting import (
    Answer,
    Endpoint,
    EndpointError,
    accepted,
    forbidden,
    post,
    retry_after_s,
)
from tests.plugins.endpoint import listening

HERE = ("127.0.0.0/8", "::1/128")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.0", "255.255.255.255", "224.0.0.1", "::1", "::", "fe80::1", "fc00::1", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "2002:7f00:1::",
        "2001:0:7f00:1::", "::7f00:1", "::10.0.0.1", "fec0::1", "192.88.99.1",
    ],
)  # fmt: skip
def test_nothing_is_sent_into_our_own_network(address):
    assert forbidden(ipaddress.ip_address(address), Endpoint("https://partner.example/"))


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"])
def test_public_addresses_are_open(address):
    assert not forbidden(ipaddress.ip_address(address), Endpoint("https://partner.example/"))


def test_a_network_that_is_allowed_is_open_and_its_neighbour_is_not():
    inside = Endpoint("https://partner.example/", ("10.1.0.0/16",))
    assert not forbidden(ipaddress.ip_address("10.1.2.3"), inside)
    assert not forbidden(ipaddress.ip_address("::ffff:10.1.2.3"), inside)
    assert forbidden(ipaddress.ip_address("10.2.0.1"), inside)


def test_plain_http_goes_to_allowed_networks_only():
    inside = Endpoint("http://partner.example/", ("10.1.0.0/16",))
    assert forbidden(ipaddress.ip_address("93.184.216.34"), inside)


@pytest.mark.parametrize(
    "url, allow",
    [
        ("http://partner.example/", ()),
        ("ftp://partner.example/", HERE),
        ("https://", ()),
        ("https://user:secret@partner.example/", ()),
        ("https://partner.example/a b", ()),
        ("https://partner.example/\r\nX: y", ()),
        ("https://partner.example/", ("10.1.2.3/16",)),
    ],
)
def test_an_address_that_cannot_be_meant_is_refused(url, allow):
    with pytest.raises(EndpointError) as caught:
        Endpoint(url, allow)
    assert "secret@" not in str(caught.value)


def test_a_name_that_leads_to_us_is_never_connected_to():
    with listening() as partner:
        inside = Endpoint(f"https://localhost:{partner.port}/")
        with pytest.raises(Later, match="to which nothing is sent"):
            post(inside, b"x", {})
        assert partner.got == []


def test_the_name_is_resolved_once_and_that_address_is_used(monkeypatch):
    asked = []
    usual = socket.getaddrinfo

    def rebinding(host, port, **kind):
        # The first answer is harmless; a second one would lead elsewhere.
        asked.append(host)
        assert asked == ["partner.example"]
        return usual("127.0.0.1", port, **kind)

    with listening() as partner:
        url = f"http://partner.example:{partner.port}/hook"
        monkeypatch.setattr("alerts.posting.getaddrinfo", rebinding)
        post(Endpoint(url, HERE), b"x", {})
        [got] = partner.got
        assert got.headers["host"] == f"partner.example:{partner.port}"


def test_where_the_first_address_does_not_answer_the_next_one_is_tried(monkeypatch):
    def both(_host, port, **_):
        return [(2, 1, 6, "", ("127.0.0.9", port)), (2, 1, 6, "", ("127.0.0.1", port))]

    with listening() as partner:
        monkeypatch.setattr("alerts.posting.getaddrinfo", both)
        url = f"http://partner.example:{partner.port}/hook"
        assert post(Endpoint(url, HERE), b"x", {}).status == 200


def test_one_forbidden_address_among_several_is_one_too_many(monkeypatch):
    def both(_host, port, **_):
        return [(2, 1, 6, "", ("93.184.216.34", port)), (2, 1, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr("alerts.posting.getaddrinfo", both)
    with pytest.raises(Later, match=r"127\.0\.0\.1"):
        post(Endpoint("https://partner.example/"), b"x", {})


def test_a_redirect_is_not_followed():
    with listening() as other, listening() as partner:
        partner.answer = lambda _: (307, {"Location": other.url}, b"")
        endpoint = Endpoint(partner.url, HERE)
        with pytest.raises(Later, match="answered 307"):
            accepted(endpoint, post(endpoint, b"x", {}), 0.0)
        assert other.got == []


def test_proxies_of_the_environment_are_not_used(monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with listening() as partner:
        assert post(Endpoint(partner.url, HERE), b"x", {}).status == 200


def test_an_endless_answer_is_cut():
    with listening() as partner:
        partner.answer = lambda _: (200, {}, b"x" * 1_000_000)
        assert len(post(Endpoint(partner.url, HERE), b"x", {}).body) == 65_536


def test_a_partner_that_hangs_is_left_at_the_deadline():
    with listening() as partner:
        partner.hang = threading.Event()
        with pytest.raises(Later, match="no answer"):
            post(Endpoint(partner.url, HERE, timeout_s=0.2), b"x", {})


def test_bytes_that_drip_do_not_move_the_deadline():
    with socket.create_server(("127.0.0.1", 0)) as server:
        stop = threading.Event()

        def drip() -> None:
            peer, _ = server.accept()
            with peer:
                peer.sendall(b"HTTP/1.1 200 OK\r\n")
                while not stop.wait(0.05):
                    try:
                        peer.sendall(b"X: y\r\n")
                    except OSError:
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        port = server.getsockname()[1]
        try:
            with pytest.raises(Later, match="no answer"):
                post(Endpoint(f"http://127.0.0.1:{port}/", HERE, timeout_s=0.3), b"x", {})
        finally:
            stop.set()
            thread.join()


def test_nobody_there_means_later():
    with pytest.raises(Later, match=r"127\.0\.0\.1: no answer"):
        post(Endpoint("http://127.0.0.1:1/", HERE), b"x", {})


def test_a_name_that_nobody_knows_means_later(monkeypatch):
    def nobody(*_, **__):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr("alerts.posting.getaddrinfo", nobody)
    with pytest.raises(Later, match="Name or service not known"):
        post(Endpoint("https://partner.example/"), b"x", {})


@pytest.mark.parametrize("status", [301, 401, 403, 404, 408, 425, 429, 500, 502, 503, 504])
def test_what_may_be_cured_over_there_is_tried_again(status):
    with pytest.raises(Later):
        accepted(Endpoint("https://partner.example/"), Answer(status, {}, b""), 0.0)


@pytest.mark.parametrize("status", [400, 405, 410, 413, 415, 422])
def test_a_message_that_is_not_wanted_is_refused(status):
    with pytest.raises(Refused, match=f"answered {status}"):
        accepted(Endpoint("https://partner.example/"), Answer(status, {}, b""), 0.0)


def test_a_partners_words_are_one_short_line():
    with pytest.raises(Later) as caught:
        accepted(Endpoint("https://p.example/"), Answer(500, {}, b"\x1b[31m\r\n" + b"x" * 999), 0)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    "header, seconds",
    [
        (None, None), ("120", 120.0), ("soon", None), ("-5", None),
        ("Fri, 20 Nov 2026 12:01:30 GMT", 90.0), ("Fri, 20 Nov 2026 11:00:00 GMT", 0.0),
    ],
)  # fmt: skip
def test_retry_after_is_seconds_or_a_date(header, seconds):
    noon = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC).timestamp()
    assert retry_after_s(header, noon) == seconds


def certificate(name: str, folder) -> tuple[ssl.SSLContext, object]:
    """A server's TLS for ``name``, and the file in which it is trusted."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context, path


def test_the_certificate_bears_the_name_though_the_address_is_pinned(tmp_path, monkeypatch):
    usual = socket.getaddrinfo
    monkeypatch.setattr(
        "alerts.posting.getaddrinfo",
        lambda _host, port, **kind: usual("127.0.0.1", port, **kind),
    )
    tls, trusted = certificate("partner.example", tmp_path)
    with listening(tls) as partner:
        right = Endpoint(f"https://partner.example:{partner.port}/", HERE, ca_file=trusted)
        assert post(right, b"x", {}).status == 200
        wrong = Endpoint(f"https://other.example:{partner.port}/", HERE, ca_file=trusted)
        with pytest.raises(Later, match="certificate verify failed"):
            post(wrong, b"x", {})
        with pytest.raises(Later, match="certificate verify failed"):
            post(Endpoint(f"https://partner.example:{partner.port}/", HERE), b"x", {})


def test_trust_that_is_no_certificate_is_refused(tmp_path):
    (tmp_path / "ca.pem").write_text("nothing")
    with pytest.raises(Refused, match="expected certificates in PEM"):
        post(Endpoint("https://p.example/", ca_file=tmp_path / "ca.pem"), b"x", {})
