"""Replay: who a vessel had said to be by a moment."""

from __future__ import annotations

from functools import partial
from math import ceil, nan
from typing import TYPE_CHECKING

from service.web.answers import answer
from service.web.api import mmsi_of, who
from service.web.recall import Recall, moment
from service.web.replay import LAST_MS, number
from store.said import vessel_then

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.requests import Request
    from starlette.responses import Response


async def vessel(request: Request) -> Response:
    """Answer ``?at=``: her identity then, since and until when it holds, her first report ever."""
    recall: Recall = request.app.state.past
    mmsi = mmsi_of(request)
    at = moment(int(number(request, "at", nan, 0, LAST_MS)))
    known = await recall.read(partial(vessel_then, mmsi=mmsi, at=at))
    # Rounded up: at none of these ms the answer would be another.
    times = {f"{name}_ms": _ms(known[name]) for name in ("since", "until", "first")}
    return answer(who(mmsi, known["message"], known) | times)


def _ms(at: datetime | None) -> int | None:
    return None if at is None else ceil(at.timestamp() * 1000)
