"""Ships that do in a lane what hardly any ship does there, and one that is lighter than before."""

from __future__ import annotations

from service.exercise.incidents.plot import Plot

TURN_DEG = 80.0
"""``derive_sites.in_lane`` sees to it that this is rare there."""


def leaves_lane(plot: Plot) -> None:
    """Play: a cargo ship turns out of a busy lane, goes on for half an hour, and comes back."""
    ship = plot.ship(identity=plot.identity(70, 140)).sails(plot.course, 13, 20)
    plot.true("off_route", ship, 16)
    ship.sails(plot.course + TURN_DEG, 13, 30).sails(plot.course + TURN_DEG + 180, 13, 30)
    ship.sails(plot.course, 13, 20)


def crawls(plot: Plot) -> None:
    """Play: a cargo ship falls from 13 to 4 knots in a busy lane, and says nothing of it."""
    ship = plot.ship(identity=plot.identity(70, 130)).sails(plot.course, 13, 15)
    plot.true("speed_anomaly", ship, 21)
    ship.sails(plot.course, 4, 60).sails(plot.course, 13, 10)


def lightened(plot: Plot) -> None:
    """Play: a tanker far from any port says that she lies three metres higher than before."""
    ship = plot.ship(identity=plot.identity(80, 200)).sails(plot.course, 12, 40)
    plot.true("draught_change", ship, 22)
    ship.becomes(draught_m=7.0).sails(plot.course, 12, 60)
