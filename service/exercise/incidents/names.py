"""Names, numbers and MMSIs that are not what they should be."""

from __future__ import annotations

from service.exercise.incidents.plot import Plot

KN = 12.0


def identity_change(plot: Plot) -> None:
    """Play: a ship takes another name and call sign at sea."""
    ship = plot.ship(identity=plot.identity(70, 95)).sails(plot.course, KN, 30)
    other = plot.identity(70, 95)
    ship.becomes(name=other.name, call_sign=other.call_sign)
    plot.true("identity_change", ship, 20)
    ship.sails(plot.course, KN, 40)


def invalid_identity(plot: Plot) -> None:
    """Play: a ship sends an IMO number whose check digit is wrong."""
    good = plot.identity(70, 100)
    ship = plot.ship(
        identity=plot.identity(70, 100, imo=good.imo - good.imo % 10 + (good.imo + 3) % 10)
    )
    plot.true("invalid_identity", ship, 15)
    ship.sails(plot.course, KN, 50)


def invalid_mmsi(plot: Plot) -> None:
    """Play: a ship sends with an MMSI of a country that does not exist."""
    ship = plot.ship(identity=plot.identity(70, 100, mmsi=299_000_000 + plot.number))
    plot.true("invalid_identity", ship, 15)
    ship.sails(plot.course, KN, 50)


def false_name(plot: Plot) -> None:
    """Play: a listed ship sails under another name, MMSI and call sign; the IMO number stays."""
    listed = plot.lists(plot.identity(70, 90))
    ship = plot.ship(identity=plot.identity(70, 90, imo=listed.imo))
    plot.true("watchlist", ship, 7)
    ship.sails(plot.course, KN, 50)


def listed_ship(plot: Plot) -> None:
    """Play: a listed ship sails by under its own MMSI."""
    ship = plot.ship(identity=plot.lists(plot.identity(80, 150)))
    plot.true("watchlist", ship, 1)
    ship.sails(plot.course, KN, 50)


def clone(plot: Plot) -> None:
    """Play: two ships twelve miles apart send with one MMSI."""
    ship = plot.ship(identity=plot.identity(70, 120))
    other = plot.ship(plot.course + 90, 12, identity=ship.identity)
    ship.sails(plot.course, KN, 20)
    other.at_s = ship.at_s
    plot.true("clone", ship, 20)
    ship.sails(plot.course, KN, 40)
    other.sails(plot.course + 180, 9, 40)


def jump(plot: Plot) -> None:
    """Play: a ship is suddenly 20 miles away and sails on from there."""
    ship = plot.ship(identity=plot.identity(70, 120)).sails(plot.course, KN, 30)
    ship.is_at(*plot.near(plot.course, 20))
    plot.true("jump", ship, 15)
    ship.sails(plot.course, KN, 40)
