"""Ships that go to and fro between the same two ports keep to a line."""

from __future__ import annotations

from alerts.traffic.lines import Call, Line, lines_of

HOUR = 3_600_000_000
FERRY, TRAMP = 237_000_001, 247_000_002


def calls(mmsi: int, *ports: str) -> list[Call]:
    return [
        Call(mmsi, port, port.title(), n * 10 * HOUR, n * 10 * HOUR + HOUR)
        for n, port in enumerate(ports)
    ]


def test_a_ferry_keeps_to_her_line():
    [line] = lines_of(calls(FERRY, *["piraeus", "heraklion"] * 4), 30)
    assert line == Line(FERRY, "Heraklion", "Piraeus", 7, 30)
    assert line.words == "sailed between Heraklion and Piraeus 7 times in 30 days"


def test_five_passages_are_no_line_yet():
    assert lines_of(calls(FERRY, *["piraeus", "heraklion"] * 3), 30) == ()


def test_a_ship_that_goes_one_way_only_keeps_to_none():
    assert lines_of(calls(TRAMP, *["piraeus", "heraklion", "bari"] * 6), 30) == ()


def test_a_tramp_that_comes_back_now_and_then_keeps_to_none():
    ports = ["piraeus", "heraklion"] * 4 + ["bari", "split", "venice", "malta", "tunis"]
    assert lines_of(calls(TRAMP, *ports), 30) == ()


def test_the_same_port_again_is_no_passage():
    assert lines_of(calls(FERRY, *["piraeus"] * 20), 30) == ()


def test_calls_of_several_ships_are_held_apart():
    mixed = sorted(
        [*calls(FERRY, *["piraeus", "heraklion"] * 4), *calls(TRAMP, *["bari", "split"] * 2)],
        key=lambda call: call.from_us,
    )
    assert [line.mmsi for line in lines_of(mixed, 30)] == [FERRY]
