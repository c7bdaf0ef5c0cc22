"""Listening sockets: our own, or one that whoever started us holds already."""

from __future__ import annotations

import errno
import socket

from service.errors import WrongUseError, reason_of


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens there; raises WrongUseError naming the setting to change."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            msg = f"web.port: {port} on {host} is in use; choose another, or free this one"
        elif error.errno in {errno.EACCES, errno.EPERM}:
            msg = f"web.port: {port} needs rights that this user has not; choose one above 1023"
        else:
            why = reason_of(error)
            msg = f"web.host: {host!r} cannot be listened on ({why}); choose one of this machine"
        raise WrongUseError(msg) from error


def inherited(fd: int) -> socket.socket:
    """Return the listening socket that whoever started us hands over.

    Raises WrongUseError for a descriptor that is none.
    """
    try:
        door = socket.socket(fileno=fd)
        listens = door.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
    except OSError as error:
        msg = f"--fd {fd}: no socket ({reason_of(error)}); expected one that listens"
        raise WrongUseError(msg) from error
    if not listens:
        door.detach()
        msg = f"--fd {fd}: a socket that does not listen; expected one that does"
        raise WrongUseError(msg)
    return door
