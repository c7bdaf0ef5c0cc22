"""Pages our own offices when a rescue could not be told to somebody.

A dead letter alone is seen by whoever looks for dead letters, and a rescue centre is not called
again. So it stands in the alert's log, and every office of ours that was told of the alert gets a
message that says whom it did not reach.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import structlog

from alerts.incidents.acts import comment
from alerts.incidents.incident import SERVICE
from alerts.notices import Occasion, compose
from alerts.plain import plain
from service.casework import done
from store.changes import Change
from store.outbox import enqueue, moment, told_before
from store.told import died_before

if TYPE_CHECKING:
    import psycopg

    from alerts.routing import RoutingSettings
    from store.outbox import Leased

_log = structlog.get_logger()
_LONGEST_FAULT = 200


@dataclass(frozen=True, slots=True)
class Undelivered:
    """What a courier calls for a dead letter; ``link_of`` as ``service.alerting.Alerting`` has it.

    Once for each alert, office and channel: the page about a dead letter may be one itself.
    """

    routing: RoutingSettings
    link_of: Callable[[str], str] | None = None

    def __call__(
        self, connection: psycopg.Connection, leased: Leased, channel: str, fault: str, now_us: int
    ) -> None:
        """Page our offices, in the caller's transaction. Raises what the database raises."""
        alert_id, unreached = leased.notice.alert.id, leased.notice.office
        if leased.notice.alert.lane != "sar" or died_before(connection, leased, channel):
            return
        office = self.routing.office(unreached)
        name = office.name if office else unreached
        why = f"{plain(name, 80)} was not told by {channel}: {plain(fault, _LONGEST_FAULT)}"
        made = Change(SERVICE, why, moment(now_us))
        details = {"office": unreached, "channel": channel, "delivery": leased.number}
        after = done(connection, alert_id, comment, "comment", made, details=details)
        past = {
            one: before
            for one, before in told_before(connection, alert_id, lists=True).items()
            if (known := self.routing.office(one)) and known.kind == "office" and known.enabled
        }
        # Not kept as the alert's reason: it is what this one message is about.
        shown = replace(after.alert, reason=why)
        occasion = Occasion(now_us, change="update", sar=leased.notice.sar, link_of=self.link_of)
        paged = [
            replace(one, why=why)
            for one in compose(shown, after.live, (), past, self.routing, occasion)
            if (one.notice.office, one.channel) != (unreached, channel)
        ]
        if not enqueue(connection, paged):
            _log.error("nobody_paged", alert=alert_id, office=unreached, channel=channel)
