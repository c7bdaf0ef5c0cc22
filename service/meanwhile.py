"""What somebody looked at was changed meanwhile: nobody overwrites what they have not seen."""

from __future__ import annotations

import datetime as dt

from alerts.plain import plain
from service.errors import ServiceError

_LONGEST_WHY = 120


class StaleError(ServiceError):
    """Somebody changed it after it was opened; the text says who, when and why."""

    def __init__(
        self, what: str, who: str = "", at: dt.datetime | None = None, why: str = ""
    ) -> None:
        """Say that ``what`` was changed by ``who`` at a time; "" and None = not known."""
        by = f" by {plain(who)}" if who else ""
        when = f" at {at.astimezone(dt.UTC):%d %b %H:%M} UTC" if at else ""
        said = f" ({plain(why, _LONGEST_WHY)})" if why else ""
        super().__init__(f"{what} was changed{by}{when}{said} since you opened it: open it again")
