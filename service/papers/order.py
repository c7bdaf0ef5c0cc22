"""Which dossier somebody asks for."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from service.rights import Person
    from store.changes import Change


@dataclass(frozen=True, slots=True)
class Order:
    """Which dossier: vessel, span (aware, UTC), language, of which replay (0 = live).

    permission  who allowed what codes forbid, "" = nobody · person  whose rights hold, None = the
    shell's
    """

    vessel: str
    since: dt.datetime
    until: dt.datetime
    made: Change
    language: str = "en"
    run: int = 0
    permission: str = ""
    person: Person | None = None
