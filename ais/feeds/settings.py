"""The settings that all feeds share, and the checks of those that several have."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar, Literal

# A space would end the name on a spool line; a leading underscore marks the spool's own lines.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
_PORTS = (0, 65_535)

NMEA_LINE_BYTES = 1_024
"""Longest line of a feed that brings NMEA: a sentence has 82, a tag block as many again."""
MESSAGE_BYTES = 65_536
"""Longest JSON message or CSV row: the largest that a datagram can hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSettings:
    """What every feed has.

    name: on every spool line of the feed, so it must stay the same over the years
    time: "receive" = positions are dated by our clock; "source" = by the stamps on the lines
    silence_s: seconds without a line until the feed counts as silent
    rate_limit: lines per second from one source (connection, client or sender), None = any number
    """

    # pydantic reads this: a key that is no field fails at start, with its path in config.yaml.
    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    name: str
    time: Literal["source", "receive"] = "receive"
    silence_s: float = 300.0
    rate_limit: float | None = None

    def check_common(self) -> None:
        """Raise ValueError, in one line, if a shared setting is wrong."""
        if not _NAME.fullmatch(self.name):
            raise ValueError(
                f"name {self.name!r}: expected 1 to 63 letters, digits, dots, dashes or"
                " underscores, the first a letter or digit"
            )
        check_positive("silence_s", self.silence_s)
        if self.rate_limit is not None:
            check_positive("rate_limit", self.rate_limit)


def check_positive(setting: str, value: float) -> None:
    """Raise ValueError if ``value`` is not above zero."""
    if not value > 0:
        raise ValueError(f"{setting} {value!r}: expected a number above 0")


def check_port(port: int) -> None:
    """Raise ValueError if ``port`` is no port; 0 = the system picks a free one to listen on."""
    if not _PORTS[0] <= port <= _PORTS[1]:
        raise ValueError(f"port {port!r}: expected {_PORTS[0]} to {_PORTS[1]}")
