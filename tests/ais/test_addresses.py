"""An address that is told, logged or shown names where a feed connects and no secret."""

from __future__ import annotations

import pytest

from ais.addresses import bare

HIDDEN = "s3cr3t-K3y"


@pytest.mark.parametrize("address", [
    f"wss://{HIDDEN}@ais.example:443/v0/stream",
    f"wss://reader:{HIDDEN}@ais.example:443/v0",
    f"WSS://reader:{HIDDEN}@ais.example:443",
    f"wss://ais.example:443/v0/stream?key={HIDDEN}",
    f"wss://ais.example:443/{HIDDEN}/stream#{HIDDEN}",
    f"wss://ais.example:443?key={HIDDEN}",
])  # fmt: skip
def test_of_an_address_scheme_host_and_port_are_told(address):
    assert bare(f"{address} refused: '{address}' again").lower() == (
        "wss://ais.example:443 refused: 'wss://ais.example:443' again"
    )


@pytest.mark.parametrize("address", [
    f"wss://reader:{HIDDEN}/2@ais.example/v0", f"wss://reader:{HIDDEN}?@ais.example",
    f"wss://reader:it'{HIDDEN}@ais.example/v0", f"http://u:p {HIDDEN}@ais.example/",
])  # fmt: skip
def test_a_password_that_is_not_quoted_does_not_pass_for_a_host(address):
    assert HIDDEN not in bare(address)


@pytest.mark.parametrize("text", ["[Errno 2] No such file: '/data/a.txt'", "10.1.2.3:4001 gone"])
def test_other_text_is_told_as_it_is(text):
    assert bare(text) == text
