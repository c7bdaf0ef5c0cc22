"""Ships that come to a watched coast; the site lies on its border, the course straight in."""

from __future__ import annotations

from service.exercise.incidents.plot import Plot


def ghost_freighter(plot: Plot) -> None:
    """Play: an old freighter, listed and renamed, steers for a coast and loses command."""
    listed = plot.lists(plot.identity(70, 80))
    ship = plot.ship(plot.course + 180, 16, identity=listed)
    plot.true("watchlist", ship, 7)
    plot.true("predicted_arrival", ship, 35)
    ship.sails(plot.course, 12, 30)
    other = plot.identity(70, 80)
    ship.becomes(name=other.name, call_sign=other.call_sign)
    plot.true("identity_change", ship, 20)
    ship.sails(plot.course, 12, 50)
    plot.true("zone_entered", ship, 5)
    ship.sails(plot.course, 12, 25)
    plot.true("not_under_command", ship, 3)
    ship.reports(2).sails(plot.course, 3, 15).sails(plot.course, 0.8, 40)


def visit(plot: Plot) -> None:
    """Play: a listed ship crosses the border of a coast, and leaves again after 40 minutes."""
    ship = plot.ship(plot.course + 180, 5, identity=plot.lists(plot.identity(79, 70)))
    ship.sails(plot.course, 10, 30)
    plot.true("zone_entered", ship, 5)
    ship.sails(plot.course, 10, 20).sails(plot.course + 180, 10, 20)
    plot.true("zone_left", ship, 8)
    ship.sails(plot.course + 180, 10, 30)


def weaving(plot: Plot) -> None:
    """Play: a listed ship sails along a border, touching it again and again: one entry only."""
    ship = plot.ship(plot.course + 180, 3, identity=plot.lists(plot.identity(37, 24)))
    ship.sails(plot.course, 6, 30)
    plot.true("zone_entered", ship, 15)
    for turn in range(12):
        ship.sails(plot.course + (45 if turn % 2 else -225), 6, 4)
        ship.sails(plot.course + (135 if turn % 2 else -315), 6, 4)
