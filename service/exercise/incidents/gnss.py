"""Fixes that are not where the ships are: one cause, never the ship's."""

from __future__ import annotations

from service.exercise.incidents.plot import Plot

SHIPS = 7


def interference(plot: Plot) -> None:
    """Play: seven ships of an area all say one place that is not theirs, for 50 minutes."""
    false = plot.near(plot.course + 90, 14)
    ships = [
        plot.ship(51 * number, 2.0 + 0.7 * number, identity=plot.identity(70, 110))
        for number in range(SHIPS)
    ]
    for number, ship in enumerate(ships):
        ship.sails(plot.course, 10 + 0.4 * number, 20 + 0.5 * number)
    plot.area("gnss_interference", ships[0].at_s, 35, *false)
    for ship in ships:
        ship.pretends(*false).sails(plot.course, 10, 50, sog=0.0, cog=float("nan"))
        ship.knows_its_place().sails(plot.course, 10, 15)


def on_land(plot: Plot) -> None:
    """Play: one ship says a place miles inland, with its speed, for half an hour."""
    ship = plot.ship(identity=plot.identity(70, 110))
    plot.true("on_land", ship, 15)
    ship.pretends(plot.lon, plot.lat).sails(plot.course, 8, 30)
    ship.named = False
