"""Notices as lines of the service's own log: lane, place, time; never who."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import structlog

from alerts.alert import Notice
from alerts.events import stamp
from alerts.notifier import Receipt
from alerts.plain import plain

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Log:
    """A channel into the log; the log may be read by people who may not read alerts."""

    kind: ClassVar[str] = "log"

    name: str

    def ready(self) -> None:
        """Need nothing."""

    def send(self, notice: Notice, key: str) -> Receipt:
        """Write one line; the reference is the notice's id. Never raises."""
        alert = notice.alert
        _log.info(
            "notice",
            channel=self.name,
            notice=notice.id,
            key=key,
            change=notice.change,
            office=notice.office,
            alert=alert.id,
            lane=alert.lane,
            severity=alert.severity,
            place=plain(alert.place, 80),
            started_at=stamp(alert.started_us),
            exercise=alert.exercise,
            handling=alert.codes.handling,
            tlp=alert.codes.tlp,
        )
        return Receipt(notice.id)
