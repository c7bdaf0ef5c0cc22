"""What looks like an incident and is none: nobody wants to be told of these."""

from __future__ import annotations

from service.exercise.incidents.plot import Plot

FISHING = 7


def convoy(plot: Plot) -> None:
    """Play: five ships in line, a mile apart, at one speed."""
    plot.innocent(*(
        plot.ship(plot.course + 180, 1.0 * number, identity=plot.identity(70, 150)).sails(
            plot.course, 9, 120
        )
        for number in range(5)
    ))  # fmt: skip


def fishing_fleet(plot: Plot) -> None:
    """Play: six fishing vessels tow to and fro within some miles of each other."""
    fleet = []
    for number in range(6):
        boat = plot.ship(60 * number, 1.5, identity=plot.identity(30, 22)).reports(FISHING)
        for turn in range(6):
            boat.sails(plot.course + 180 * turn + 7 * number, 3.1, 25)
        fleet.append(boat)
    plot.innocent(*fleet)


def towing(plot: Plot) -> None:
    """Play: a tug with a barge on a long line: two vessels close together at five knots."""
    tug = plot.ship(identity=plot.identity(31, 32)).sails(plot.course, 5, 150)
    barge = plot.ship(plot.course + 180, 0.2, identity=plot.identity(90, 60))
    plot.innocent(tug, barge.sails(plot.course, 5, 150))


def pilot_boarding(plot: Plot) -> None:
    """Play: a pilot boat comes alongside a ship that goes on at six knots, and turns back."""
    ship = plot.ship(plot.course + 180, 3, identity=plot.identity(80, 200))
    pilot = plot.ship(plot.course, 4, identity=plot.identity(50, 15))
    ship.sails(plot.course, 9, 20).sails(plot.course, 6, 12)
    pilot.sails(plot.course + 180, 12, 20).is_at(*plot.near(plot.course + 90, 0.03))
    pilot.sails(plot.course, 6, 10).sails(plot.course, 14, 15)
    plot.innocent(ship.sails(plot.course, 9, 30), pilot)


def liner(plot: Plot) -> None:
    """Play: a scheduled passenger ship sails to a watched coast, as it does every day."""
    ship = plot.ship(plot.course + 180, 16, identity=plot.identity(60, 180))
    plot.innocent(ship.sails(plot.course, 18, 80))


def bunkering(plot: Plot) -> None:
    """Play: a bunker tanker lies alongside a ship in the roads of a port for hours."""
    ship = plot.ship(identity=plot.identity(70, 200)).reports(1)
    tanker = plot.ship(90, 0.03, identity=plot.identity(80, 70)).reports(1)
    plot.innocent(ship.stays(360, heading=40), tanker.stays(360, heading=40))
