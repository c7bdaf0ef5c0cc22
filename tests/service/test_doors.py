"""Listening sockets: what cannot be one is said in one line."""

from __future__ import annotations

import os
import socket

import pytest

from service.doors import inherited, listening
from service.errors import WrongUseError


@pytest.mark.parametrize("host", ["192.0.2.1", "no.such.host.invalid"])
def test_an_address_that_is_not_ours_names_the_setting(host):
    with pytest.raises(WrongUseError, match=rf"^web\.host: '{host}' cannot be listened on \("):
        listening(host, 0)


def test_a_socket_that_listens_already_is_served_on():
    with listening("127.0.0.1", 0) as held:
        address = held.getsockname()
        with inherited(os.dup(held.fileno())) as door:
            client = socket.create_connection(address)
            with client, door.accept()[0] as served:
                served.send(b"here")
                assert client.recv(9) == b"here"


def test_what_does_not_listen_is_refused():
    with socket.socket() as idle, pytest.raises(WrongUseError, match="does not listen"):
        inherited(idle.fileno())


def test_what_is_no_socket_is_refused(tmp_path):
    with (tmp_path / "file").open("w") as file, pytest.raises(WrongUseError, match="no socket"):
        inherited(file.fileno())
