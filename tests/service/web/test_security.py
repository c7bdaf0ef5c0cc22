import pytest

from service.web.security import allowed_origin, page_policy


@pytest.mark.parametrize(
    "origin, host, allowed",
    [
        (None, "map.example", True),
        ("https://map.example", "map.example", True),
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


def test_the_policy_allows_nothing_inline_but_the_nonce() -> None:
    policy = dict(part.strip().split(" ", 1) for part in page_policy("abc").split(";"))
    assert policy["script-src"] == "'self' 'nonce-abc'"
    assert policy["style-src"] == "'self'"
    assert policy["default-src"] == "'none'"
