"""Ships that meet: mother ship and skiff, and two that lie together."""

from __future__ import annotations

from service.exercise.incidents.plot import Plot


def mother_ship(plot: Plot) -> None:
    """Play: a trawler stops far out; a skiff comes, lies alongside for 50 minutes and leaves."""
    trawler = plot.ship(plot.course + 180, 5, identity=plot.identity(30, 28))
    trawler.sails(plot.course, 8, 37.5)
    skiff = plot.ship(plot.course + 90, 6, identity=plot.identity(37, 9, class_b=True))
    skiff.sails(plot.course + 270, 10, 36)
    skiff.is_at(*plot.near(plot.course + 90, 0.05)).at_s = trawler.at_s
    plot.true("encounter", trawler, 40, others=(skiff.identity.mmsi,))
    trawler.sails(plot.course, 0.4, 55, heading=plot.course)
    skiff.sails(plot.course, 0.4, 50)
    trawler.sails(plot.course + 180, 9, 40)
    skiff.sails(plot.course + 90, 12, 30)


def rendezvous(plot: Plot) -> None:
    """Play: two freighters meet at open sea and lie together for an hour and a half."""
    first = plot.ship(plot.course + 180, 5, identity=plot.identity(70, 88))
    second = plot.ship(plot.course + 30, 5, identity=plot.identity(70, 95))
    first.sails(plot.course, 10, 30)
    second.sails(plot.course + 210, 10, 29.5)
    second.at_s = first.at_s
    plot.true("encounter", first, 40, others=(second.identity.mmsi,))
    first.sails(plot.course, 0.6, 90, heading=plot.course)
    second.sails(plot.course, 0.6, 90, heading=plot.course)
    first.sails(plot.course, 11, 30)
    second.sails(plot.course + 60, 11, 30)
