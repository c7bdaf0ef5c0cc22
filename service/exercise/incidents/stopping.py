"""Ships that lose command, stop dead, drift or linger."""

from __future__ import annotations

from service.exercise.incidents.plot import Plot

NOT_UNDER_COMMAND, AGROUND = 2, 6


def not_under_command(plot: Plot) -> None:
    """Play: a cargo ship under way says that it is not under command, and slows down."""
    ship = plot.ship(identity=plot.identity(70, 120)).sails(plot.course, 12, 25)
    plot.true("not_under_command", ship, 3)
    ship.reports(NOT_UNDER_COMMAND)
    for kn in (10, 7, 4, 2):
        ship.sails(plot.course, kn, 4)
    ship.sails(plot.course, 1, 30).reports(0).sails(plot.course, 11, 20)


def aground(plot: Plot) -> None:
    """Play: a ship off a coast runs aground: the status says so, the speed is gone."""
    ship = plot.ship(plot.course + 180, 6, identity=plot.identity(79, 80))
    ship.sails(plot.course, 10, 30)
    plot.true("not_under_command", ship, 3)
    ship.reports(AGROUND).stays(330, heading=plot.course)


def sudden_stop(plot: Plot) -> None:
    """Play: a passenger ship falls from 16 knots to nothing within 40 s and lies still."""
    ship = plot.ship(identity=plot.identity(60, 150)).sails(plot.course, 16, 25, every_s=6)
    plot.true("sudden_stop", ship, 4)
    for kn in (11, 6, 2):
        ship.sails(plot.course, kn, 0.2, every_s=6)
    ship.sails(plot.course, 0.2, 35).sails(plot.course, 9, 20)


def black_out(plot: Plot) -> None:
    """Play: a ship without power drifts across its heading for an hour and a half."""
    ship = plot.ship(identity=plot.identity(74, 110)).sails(plot.course, 11, 25)
    for kn in (8, 5, 3):
        ship.sails(plot.course, kn, 4)
    plot.true("drift", ship, 30)
    ship.sails(plot.course + 95, 1.8, 90, heading=(plot.course + 5) % 360)
    ship.sails(plot.course, 11, 20)


def loitering(plot: Plot) -> None:
    """Play: a ship stays off a coast without a port for more than three hours, hardly moving."""
    ship = plot.ship(plot.course + 180, 4, identity=plot.identity(70, 75))
    ship.sails(plot.course, 9, 25)
    plot.true("loitering", ship, 155)
    for turn in range(13):
        ship.sails(
            plot.course + 90 + 140 * turn, 0.9, 15, heading=(plot.course + 140 * turn) % 360
        )
    ship.sails(plot.course + 180, 10, 20)
