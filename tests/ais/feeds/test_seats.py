"""Who goes when a listening feed is full."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

from ais.feed import FeedHealth
from ais.feeds.seats import QUIET_S, Seat, Seats


@pytest.fixture
def seats() -> Seats:
    """Three seats, and a clock that is set by hand."""
    at = SimpleNamespace(s=100.0)
    made = Seats(3, FeedHealth("f", "listen"), clock=lambda: at.s)
    made.clock.at = at  # type: ignore[attr-defined]
    return made


def told(seats: Seats, *steps: tuple[str, float]) -> tuple[list[bool], list[bool]]:
    """Hosts that come, and how long after the one before; (who got a seat, who still has it)."""

    async def story() -> tuple[list[bool], list[bool]]:
        came: list[Seat | None] = []

        async def come(host: str) -> None:
            came.append(seats.take(host))
            await asyncio.Event().wait()

        tasks = []
        for host, after_s in steps:
            seats.clock.at.s += after_s  # type: ignore[attr-defined]
            tasks.append(asyncio.create_task(come(host)))
            await asyncio.sleep(0)
        there = [seat in seats.taken for seat in came]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return [seat is not None for seat in came], there

    return asyncio.run(story())


def test_a_host_that_takes_all_seats_gives_one_to_another(seats: Seats) -> None:
    got, there = told(seats, ("evil", 0), ("evil", 1), ("evil", 1), ("naples", 1))
    assert (got, there) == ([True] * 4, [False, True, True, True])
    assert seats.health.dropped == {"client sent away": 1}


def test_it_gets_none_of_theirs_back(seats: Seats) -> None:
    steps = [("evil", 0), ("evil", 1), ("evil", 1), ("naples", 1), ("evil", 1)]
    got, there = told(seats, *steps)
    assert (got[-1], there) == (False, [False, True, True, True, False])
    assert seats.health.dropped["client refused"] == 1


def test_among_equals_the_quiet_one_goes(seats: Seats) -> None:
    got, there = told(seats, ("a", 0), ("b", QUIET_S - 5), ("c", 5), ("d", 1))
    assert (got[-1], there) == (True, [False, True, True, True])


def test_where_none_is_quiet_the_newcomer_is_refused(seats: Seats) -> None:
    got, _ = told(seats, ("a", 0), ("b", 1), ("c", 1), ("d", 1))
    assert got == [True, True, True, False]


def test_who_never_brought_a_line_goes_before_a_receiver_that_fell_silent(seats: Seats) -> None:
    async def story() -> list[bool]:
        async def come(host: str) -> Seat | None:
            return seats.take(host)

        first = await asyncio.create_task(come("a"))
        assert first is not None
        seats.heard(first)
        seats.clock.at.s += 1  # type: ignore[attr-defined]
        others = [await asyncio.create_task(come(host)) for host in "bc"]
        seats.clock.at.s += 2 * QUIET_S  # type: ignore[attr-defined]
        await asyncio.create_task(come("d"))
        return [seat in seats.taken for seat in (first, *others)]

    there = asyncio.run(story())
    assert (there[0], sorted(there[1:])) == (True, [False, True])


def test_a_seat_that_was_left_is_free(seats: Seats) -> None:
    async def story() -> int:
        async def come() -> None:
            seat = seats.take("a")
            assert seat is not None
            seats.leave(seat)

        for _ in range(9):
            await asyncio.create_task(come())
        return seats.health.clients

    assert asyncio.run(story()) == 0
    assert seats.health.dropped == {}
