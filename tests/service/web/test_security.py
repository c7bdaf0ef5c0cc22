import pytest

from service.web.security import KnownHosts, allowed_origin, page_policy


@pytest.mark.parametrize(
    "origin, host, allowed",
    [
        (None, "map.example", True),
        ("http://map.example", "map.example", True),
        ("https://map.example", "map.example", False),
        ("http://127.0.0.1:8080", "127.0.0.1:8080", True),
        ("http://127.0.0.1:8081", "127.0.0.1:8080", False),
        ("https://map.example.evil.example", "map.example", False),
        ("null", "map.example", False),
        ("", "", False),
    ],
)
def test_only_our_own_pages_open_the_live_socket(origin, host, allowed) -> None:
    assert allowed_origin(origin, host) is allowed


def test_an_origin_of_the_settings_may_too() -> None:
    assert allowed_origin("https://wall.example", "map.example", ("https://wall.example",))


def test_behind_tls_the_page_s_scheme_is_https() -> None:
    assert allowed_origin("https://map.example", "map.example", (), "https")
    assert not allowed_origin("http://map.example", "map.example", (), "https")


@pytest.mark.parametrize(
    "host, known",
    [
        ("localhost:8600", True),
        ("127.0.0.1", True),
        ("[::1]:8600", True),
        ("10.0.0.5:8600", True),
        ("MAP.example", True),
        ("wall.example:80", True),
        ("rebound.example", False),
        ("localhost.rebound.example", False),
        ("10.0.0.6", False),
        ("[", False),
        ("", False),
    ],
)
def test_only_our_own_names_are_answered(host, known) -> None:
    hosts = KnownHosts(lambda *_: None, "10.0.0.5", ("map.example", "wall.example"))
    assert hosts.knows(host) is known


def test_who_listens_everywhere_is_known_by_every_address_and_no_name() -> None:
    hosts = KnownHosts(lambda *_: None, "0.0.0.0")
    assert hosts.knows("192.168.1.5:8600")
    assert not hosts.knows("rebound.example:8600")


def test_the_policy_allows_nothing_inline_but_the_nonce() -> None:
    policy = dict(part.strip().split(" ", 1) for part in page_policy("abc").split(";"))
    assert policy["script-src"] == "'self' 'nonce-abc'"
    assert policy["style-src"] == "'self'"
    assert policy["default-src"] == "'none'"
