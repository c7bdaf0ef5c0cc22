"""What time it is for who keeps something: an exercise may run ahead of the wall's clock."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.requests import Request


def now_of(request: Request) -> dt.datetime:
    """Return the time of the picture where it is ahead of ours, else ours; UTC.

    What happened by an exercise's clock happened: who writes of it writes after it.
    """
    stream = dt.datetime.fromtimestamp(request.app.state.poller.now_ms() / 1000, dt.UTC)
    return max(dt.datetime.now(dt.UTC), stream)


def now_us(request: Request) -> int:
    """Return ``now_of`` in µs since 1970."""
    return int(now_of(request).timestamp() * 1_000_000)
