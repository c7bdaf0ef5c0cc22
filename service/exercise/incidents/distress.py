"""People in need: distress devices, a call in a text, ships that meet at a boat without AIS."""

from __future__ import annotations

from service.exercise.incidents.plot import Plot
from service.exercise.incidents.script import Actor, Identity

SART, MOB, EPIRB = 970, 972, 974
ACTIVE, UNDER_TEST = 14, 15
AT_ONCE_MIN = 1.5


def _device(plot: Plot, kind: int, status: int) -> Actor:
    mmsi = kind * 1_000_000 + 110_000 + plot.number
    actor = plot.ship(identity=Identity(mmsi))
    actor.named = False
    return actor.reports(status)


def sart(plot: Plot) -> None:
    """Play: a search and rescue transmitter is switched on: a message each eight seconds."""
    device = _device(plot, SART, ACTIVE)
    plot.true("distress", device, AT_ONCE_MIN, severity="critical")
    device.calls("SART ACTIVE")
    for _ in range(30):
        device.sails(plot.course, 0.8, 1, every_s=8)


def sart_without_place(plot: Plot) -> None:
    """Play: a man-overboard device sends before it has a fix, and finds one after ten minutes."""
    device = _device(plot, MOB, ACTIVE).knows_no_place()
    plot.true("distress", device, AT_ONCE_MIN, severity="critical")
    device.stays(10, sog=float("nan"), heading=float("nan")).knows_its_place()
    device.sails(plot.course, 0.5, 15, heading=float("nan"))


def sart_under_test(plot: Plot) -> None:
    """Play: a beacon is tried out in its test mode: information, no distress."""
    device = _device(plot, EPIRB, UNDER_TEST)
    plot.true("distress", device, AT_ONCE_MIN, severity="info")
    device.calls("EPIRB TEST").stays(2)


def mayday(plot: Plot) -> None:
    """Play: an ordinary ship sends MAYDAY as a safety text and loses way."""
    ship = plot.ship(identity=plot.identity(30, 24)).sails(plot.course, 8, 20)
    plot.true("distress", ship, AT_ONCE_MIN, severity="critical")
    ship.calls("MAYDAY MAYDAY TAKING WATER 21 PERSONS ON BOARD")
    ship.sails(plot.course, 2, 20).calls("MAYDAY RELAY").stays(20)


def rescue(plot: Plot) -> None:
    """Play: three merchant ships turn aside to a boat that has no AIS, and lie round it."""
    first_s, ships = plot.at_s + 1e9, []
    for number, (way, far) in enumerate(((20, 9.0), (140, 7.0), (260, 11.0))):
        ship = plot.ship(way + 40, far + 6, identity=plot.identity(70 + number, 140))
        # Each comes along its own lane, then steers for the place.
        ship.sails(
            _towards(ship, plot.near(way, far)), 12, _minutes(ship, plot.near(way, far), 12)
        )
        aim = plot.near(way, 0.5 + 0.3 * number)
        ship.sails(_towards(ship, aim), 13, _minutes(ship, aim, 13))
        first_s = min(first_s, ship.at_s)
        ships.append(ship)
    second_s = sorted(ship.at_s for ship in ships)[1]
    others = tuple(ship.identity.mmsi for ship in ships)
    plot.true("converging_rescue", ships[0], 20, others=others, from_s=second_s)
    for ship in ships:
        ship.sails(plot.course, 1.2, 55)
        ship.sails(plot.course, 12, 30)


def _towards(ship: Actor, aim: tuple[float, float]) -> float:
    from alerts.distances import bearing

    return float(bearing(ship.lon, ship.lat, *aim))


def _minutes(ship: Actor, aim: tuple[float, float], kn: float) -> float:
    from alerts.distances import metres

    return float(metres(ship.lon, ship.lat, *aim)) / 1852 / kn * 60
