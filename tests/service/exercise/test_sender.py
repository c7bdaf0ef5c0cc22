import asyncio
import contextlib

import numpy as np
import pytest

from service.exercise.exercise import LineColumns
from service.exercise.sender import Clients, serve

START = 1_800_000_000


async def serving(exercise, **kwargs):
    ready = asyncio.get_running_loop().create_future()

    def on_ready(host, port):
        ready.set_result((host, port))

    task = asyncio.create_task(
        serve(exercise, "127.0.0.1", 0, start_epoch_s=START, on_ready=on_ready, **kwargs)
    )
    return task, await ready


async def stopped(task):
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


def test_a_client_gets_the_lines_of_the_simulated_time(exercise):
    async def story():
        task, (host, port) = await serving(exercise, speed=30)
        reader, writer = await asyncio.open_connection(host, port)
        lines = [await reader.readline() for _ in range(200)]
        writer.close()
        await stopped(task)
        return lines

    received = asyncio.run(story())
    sent = exercise.lines(START, START + 600).wire().splitlines(keepends=True)
    first = sent.index(received[0])
    assert received == sent[first : first + 200]


def test_two_clients_get_the_same_lines(exercise):
    async def story():
        task, address = await serving(exercise, speed=30)
        links = [await asyncio.open_connection(*address) for _ in range(2)]
        texts = [[await reader.readline() for _ in range(60)] for reader, _ in links]
        for _, writer in links:
            writer.close()
        await stopped(task)
        return texts

    one, two = asyncio.run(story())
    assert set(one[-20:]) & set(two) or set(two[-20:]) & set(one)


def test_a_client_is_greeted_with_the_identities_told_before_the_start(exercise):
    async def story():
        task, address = await serving(exercise, greeting_s=360)
        reader, writer = await asyncio.open_connection(*address)
        lines = [await reader.readline() for _ in range(40)]
        writer.close()
        await stopped(task)
        return lines

    greeting = asyncio.run(story())
    before = exercise.lines(START - 360, START).wire().splitlines(keepends=True)
    assert set(greeting) <= set(before)
    assert all(b"VDM,2," in line or b",H" in line for line in greeting)


class Wide:
    """An exercise whose every step is more than a socket takes."""

    def begin(self, begins_s):
        """Nothing happens in it."""

    def lines(self, from_s, to_s):
        size = 1 << 20
        return LineColumns(
            np.array([0]), np.full(size + 2, 65, np.uint8), np.array([0]), np.array([size])
        )


def test_a_client_that_does_not_read_is_dropped_and_the_other_is_served():
    async def story():
        task, address = await serving(Wide(), buffer_bytes=4 << 20)
        slow_reader, slow = await asyncio.open_connection(*address, limit=1024)
        reader, writer = await asyncio.open_connection(*address)
        read = 0
        while read < 40 << 20:
            read += len(await reader.read(1 << 20))
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await slow_reader.readexactly(60 << 20)
        slow.close()
        writer.close()
        await stopped(task)

    asyncio.run(asyncio.wait_for(story(), 60))


def test_a_port_that_is_taken_fails_at_once(exercise):
    async def story():
        task, (host, port) = await serving(exercise)
        with pytest.raises(OSError, match="address already in use"):
            await serve(exercise, host, port, start_epoch_s=START)
        await stopped(task)

    asyncio.run(story())


def test_nobody_connected_is_no_trouble():
    clients = Clients()
    clients.send(b"!AIVDM\r\n")
    assert (len(clients), clients.dropped) == (0, 0)
