"""Distress passes every rate limit."""

from __future__ import annotations

import pytest

from ais.feed import FeedHealth
from ais.feeds.splitting import LineSplitter
from ais.feeds.urgent import Urgent
from tests.plugins.nmea import encoded

SHIP = encoded(type=1, mmsi=247000001, lon=14.2, lat=40.8, speed=12, status=0)[0]
SART = encoded(type=1, mmsi=970123456, lon=14.2, lat=40.8)[0]
ACTIVE = encoded(type=1, mmsi=247000001, lon=14.2, lat=40.8, status=14)[0]
MAYDAY = encoded(type=14, mmsi=247000001, text="MAYDAY")
LONG = encoded(type=14, mmsi=247000001, text="MAYDAY " * 15)
TO_ONE = encoded(type=12, mmsi=247000001, dest_mmsi=247000002, text="HELP")
VOYAGE = encoded(type=5, mmsi=247000001, shipname="MARIA")


@pytest.mark.parametrize(
    "lines",
    [
        [SART],
        [ACTIVE],
        MAYDAY,
        LONG,
        TO_ONE,
        [rb"\s:r1,c:1790000000*00\ "[:-1] + SART],
        [b'{"MessageType":"SafetyBroadcastMessage","Message":{}}'],
        [b'{"class":"AIS","mmsi":972123456}'],
    ],
)
def test_distress_is_urgent_with_all_its_parts(lines) -> None:
    urgent = Urgent()
    assert all(urgent.is_so(line) for line in lines)


@pytest.mark.parametrize(
    "lines", [[SHIP], VOYAGE, [b""], [b"!AIVDM,1,1,,A,1,0*00"], [b'{"mmsi":247000001}'], [b"{"]]
)
def test_what_is_none_is_not(lines) -> None:
    urgent = Urgent()
    assert not any(urgent.is_so(line) for line in lines)


def test_it_passes_a_rate_limit_in_its_place_and_the_rest_is_counted() -> None:
    health = FeedHealth("f", "listen")
    splitter = LineSplitter(health, rate_limit=2, clock=lambda: 0.0)
    came = [SHIP, SHIP, SHIP, *LONG, SHIP, SART, SHIP]
    assert splitter.feed(b"\n".join(came) + b"\n") == [SHIP, SHIP, *LONG, SART]
    assert splitter.feed(MAYDAY[0] + b"\n") == MAYDAY
    assert health.dropped == {"rate limit": 3}


def test_a_text_that_began_within_the_limit_ends_beyond_it() -> None:
    splitter = LineSplitter(FeedHealth("f", "listen"), rate_limit=1, clock=lambda: 0.0)
    assert splitter.feed(LONG[0] + b"\n") == LONG[:1]
    assert splitter.feed(b"\n".join(LONG[1:]) + b"\n") == LONG[1:]
