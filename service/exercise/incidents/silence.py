"""Ships and receivers that fall silent."""

from __future__ import annotations

from service.exercise.incidents.plot import Plot
from service.exercise.incidents.script import Actor, Outage

KN = 11.0


def _company(plot: Plot, minutes: float) -> list[Actor]:
    """Return four ships that sail with it, heard all the time, as are four that fish there."""
    places = ((90, 1.8), (270, 2.1), (0, 3.0), (180, 2.6))
    for number in range(4):
        # Others fish all the while where it will fall silent.
        boat = plot.ship(plot.course + 40 * number, 7.5, identity=plot.identity(30, 26))
        for turn in range(int(minutes // 25) + 3):
            boat.sails(plot.course + 90 * number + 180 * turn, 3.2, 25)
    return [
        plot.ship(plot.course + way, nm, identity=plot.identity(70, 130)).sails(
            plot.course, KN, minutes
        )
        for way, nm in places
    ]


def dark_ship(plot: Plot) -> None:
    """Play: a ship in company switches its transponder off for 100 minutes; they are heard."""
    _company(plot, 165)
    ship = plot.ship(identity=plot.identity(70, 85)).sails(plot.course, KN, 45)
    plot.true("gap", ship, 70)
    ship.goes(plot.course, KN, 100)
    plot.true("reappearance", ship, 3)
    ship.sails(plot.course, KN, 20)


def dark_listed_ship(plot: Plot) -> None:
    """Play: the same of a listed ship: 35 minutes are enough."""
    _company(plot, 115)
    ship = plot.ship(identity=plot.lists(plot.identity(70, 85)))
    plot.true("watchlist", ship, 7)
    ship.sails(plot.course, KN, 45)
    plot.true("gap", ship, 27)
    ship.goes(plot.course, KN, 50)
    plot.true("reappearance", ship, 3)
    ship.sails(plot.course, KN, 20)


def receiver_outage(plot: Plot) -> None:
    """Play: a receiver hands on nothing for 70 minutes: one infrastructure event, no silent ships.

    It begins when the place has been heard for an hour.
    """
    masts = plot.masts
    mast = plot.number * 5 % (len(masts.names) - 1)
    if masts.satellite[mast]:
        return
    begins_s = plot.at_s + 3600
    plot.cast.outages.append(Outage(mast, begins_s, begins_s + 70 * 60))
    plot.area("feed_outage", begins_s, 25, float(masts.lon_deg[mast]), float(masts.lat_deg[mast]))


def out_of_hearing(plot: Plot) -> None:
    """Play: a ship sails on beyond the receivers: no suspicion, at most a loss of coverage."""
    ship = plot.ship(identity=plot.identity(80, 180))
    plot.innocent(ship.sails(plot.course, 15, 280))
