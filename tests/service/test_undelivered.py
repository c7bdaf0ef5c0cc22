"""A rescue centre that could not be told: our own desk hears of it at once, and once."""

from __future__ import annotations

import psycopg

from alerts.notifier import Refused
from alerts.notifiers.log import Log
from alerts.routing import Office, RoutingSettings, Rule
from service.delivering import Courier, DeliverySettings
from service.undelivered import Undelivered
from store.connect import connect
from store.incidents import changes
from store.outbox import deliveries
from tests.plugins.notices import NOON_US, alert
from tests.plugins.told import put

ID = "A-0123456789ab"
ROUTING = RoutingSettings(
    (
        Office("jot", "Joint desk", channels=("log",)),
        Office("roma", "MRCC Roma", "rescue_centre", channels=("hook",), agreement="1"),
    ),
    (Rule("all", ("jot", "roma")),),
)


class Full(Log):
    """A channel that refuses everything."""

    def send(self, _notice, _key):
        """Refuse."""
        raise Refused("552 mailbox full")


def give_up(connection: psycopg.Connection, channel: str = "hook") -> None:
    """Have all that waits on ``channel`` refused until nobody tries it any more."""
    now = [NOON_US]
    courier = Courier(Full(channel), DeliverySettings(), on_dead=Undelivered(ROUTING),
                      clock=lambda: now[0], ticks=lambda: now[0])  # fmt: skip
    for _ in range(12):
        now[0] += 61_000_000
        while courier.turn(connection):
            pass


def test_our_desk_is_paged_once_when_a_rescue_centre_could_not_be_told(dsn):
    put(dsn, alert("distress"), ROUTING)
    with connect(dsn, autocommit=True) as connection:
        give_up(connection)
        assert [one.office for one in deliveries(connection, state="dead")] == ["roma"]
        page, first = deliveries(connection, office="jot")
        assert (first.change, page.change) == ("alert", "update")
        assert page.why == "MRCC Roma was not told by hook: 552 mailbox full"
        assert changes(connection, ID)[-1].why == page.why
        assert (
            page.why
            in connection.execute(
                "SELECT notice FROM delivery WHERE number = %s", [page.number]
            ).fetchone()[0]
        )
        # The page itself cannot be sent either: that is not told again and again.
        give_up(connection, "log")
        give_up(connection, "log")
        assert len(deliveries(connection)) == 3


def test_law_enforcement_that_is_refused_pages_nobody(dsn):
    put(dsn, alert("gap"), ROUTING)
    with connect(dsn, autocommit=True) as connection:
        give_up(connection, "log")
        assert [one.state for one in deliveries(connection)] == ["dead"]
