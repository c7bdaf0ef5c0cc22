"""What an answer cannot know: where nobody is heard, and since when positions are stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from service.lead_time import share_heard
from store.coverage import cells
from store.past import stored

if TYPE_CHECKING:
    import datetime as dt

    from shapely.geometry.base import BaseGeometry

    from service.finding.question import Sea

_WELL = 0.9


def notes(sea: Sea, area: BaseGeometry | None, start: dt.datetime) -> tuple[str, ...]:
    """Return sentences about what is missing in ``area`` (None = everywhere) since ``start``."""
    return (*_heard(sea, area), *_stored(sea, start),
            "Who sends no AIS is in no answer.")  # fmt: skip


def _heard(sea: Sea, area: BaseGeometry | None) -> tuple[str, ...]:
    picture = cells(sea.connection)
    if not len(picture):
        return ("Where ships can be heard is not known yet.",)
    if area is None:
        return ()
    columns = (
        np.floor(picture[name] / sea.cell_deg).astype(int).tolist() for name in ("lon", "lat")
    )
    share = share_heard(area, set(zip(*columns, strict=True)), sea.cell_deg)
    if share is None:
        return ()
    if share >= _WELL:
        return (f"Ships are heard in {share:.0%} of this sea at present.",)
    heard = f"Ships are heard in {share:.0%} of this sea at present"
    return (f"{heard}: in the rest nobody would have been seen.",)


def _stored(sea: Sea, start: dt.datetime) -> tuple[str, ...]:
    first, _ = stored(sea.connection)
    if first is None:
        return ("No position is stored yet.",)
    return (f"Positions are stored since {first:%d %b %Y}.",) if start < first else ()
