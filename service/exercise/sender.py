"""The exercise as a receiver network on a TCP port: lines are sent as simulated time goes by.

Simulated time is ``start_epoch_s`` plus ``speed`` times the time since the server was ready. Every
client gets the lines from its connection on; one that does not keep up is dropped, the others
never wait for it. Identities are sent every 6 minutes only, so a client can be greeted with those
that were sent before the start.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import structlog

from service.exercise.exercise import SLICE_MS

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from service.exercise.exercise import Exercise, LineColumns

STEP_S = 0.1
"""Real time between two batches of lines."""
BUFFER_BYTES = 8 << 20
"""A client that is this far behind is dropped."""

_log = structlog.get_logger()


class Clients:
    """The connected clients: written to without waiting, dropped when their buffer is full."""

    def __init__(self, buffer_bytes: int = BUFFER_BYTES) -> None:
        self.buffer_bytes = buffer_bytes
        self.dropped = 0
        self._greeting = b""
        self._writers: set[asyncio.StreamWriter] = set()

    def __len__(self) -> int:
        """Return the number of connected clients."""
        return len(self._writers)

    async def welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection until the client goes; what it sends is read and ignored."""
        writer.write(self._greeting)
        self._writers.add(writer)
        _log.info("exercise_client_connected", peer=str(writer.get_extra_info("peername")))
        try:
            while await reader.read(4096):
                pass
        except OSError:
            pass  # the client is gone, which is what was waited for
        finally:
            self._writers.discard(writer)
            writer.close()

    def greet(self, lines: bytes) -> None:
        """Send ``lines`` to every client, and first of all to those that come later."""
        self._greeting = lines
        self.send(lines)

    def send(self, lines: bytes) -> None:
        """Queue ``lines`` to every client; drops those that are too far behind."""
        for writer in list(self._writers):
            waiting = writer.transport.get_write_buffer_size()
            # drain() would make everybody wait for the slowest: look at the buffer instead.
            if waiting + len(lines) > self.buffer_bytes:
                self.dropped += 1
                self._writers.discard(writer)
                writer.transport.abort()
                _log.warning("exercise_client_dropped", waiting_bytes=waiting)
            else:
                writer.write(lines)

    def close(self) -> None:
        """Close every connection."""
        for writer in self._writers:
            writer.close()
        self._writers.clear()


def identities(lines: LineColumns) -> bytes:
    """Return the static reports (types 5 and 24) among ``lines``, each with its line end."""
    kept = []
    for i in range(len(lines)):
        line = lines.line(i)
        words = line[line.find(b"!") :].split(b",", 6)
        # The only reports of two sentences are those of type 5.
        if words[1:2] == [b"2"] or (words[5:6] and words[5].startswith(b"H")):
            kept.append(line + b"\r\n")
    return b"".join(kept)


async def serve(  # noqa: PLR0913 (each a thing of its own, all but three with a default)
    exercise: Exercise,
    host: str,
    port: int,
    *,
    speed: float = 1.0,
    start_epoch_s: float,
    on_ready: Callable[[str, int], None] | None = None,
    greeting_s: float = 0.0,
    buffer_bytes: int = BUFFER_BYTES,
    door: socket.socket | None = None,
) -> None:
    """Serve ``exercise`` on ``host:port`` (0: any free port) until cancelled.

    ``door``, a socket that listens already, takes the place of host and port.

    ``on_ready`` is called with the host and the port once clients are accepted and the first
    lines are made; there the simulated clock and the scenario's incidents start. Lines are made
    in a thread, a slice ahead.
    Every client first gets the identities sent in the ``greeting_s`` before the start.
    """
    clients = Clients(buffer_bytes)
    if door is None:
        server = await asyncio.start_server(clients.welcome, host, port)
    else:
        server = await asyncio.start_server(clients.welcome, sock=door)
    try:
        exercise.begin(start_epoch_s)
        # Compiling takes some seconds the first time: who connects meanwhile waits for lines,
        # which is better than a refused connection and a back-off.
        await asyncio.to_thread(exercise.lines, start_epoch_s, start_epoch_s + 1)
        if greeting_s > 0:
            before = await asyncio.to_thread(
                exercise.lines, start_epoch_s - greeting_s, start_epoch_s
            )
            clients.greet(identities(before))
        address = server.sockets[0].getsockname()
        _log.info("exercise_serving", host=address[0], port=address[1], speed=speed)
        if on_ready is not None:
            on_ready(address[0], address[1])
        await _send_all(exercise, clients, speed, start_epoch_s)
    finally:
        server.close()
        clients.close()


async def _send_all(
    exercise: Exercise, clients: Clients, speed: float, start_epoch_s: float
) -> None:
    loop = asyncio.get_running_loop()
    begun, sent_s = loop.time(), start_epoch_s
    ahead: asyncio.Task[object] | None = None
    while True:
        await asyncio.sleep(STEP_S)
        now_s = start_epoch_s + speed * (loop.time() - begun)
        if ahead is not None:
            await ahead
        clients.send((await asyncio.to_thread(exercise.lines, sent_s, now_s)).wire())
        # Whole slices are made and kept: ask early for the next one, while nobody waits for it.
        soon = now_s + SLICE_MS / 2000
        ahead = asyncio.create_task(asyncio.to_thread(exercise.lines, soon, soon + 0.001))
        sent_s = now_s
