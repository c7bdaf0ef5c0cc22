"""Which dossier somebody asks for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from service.rights import Person
    from store.changes import Change


@dataclass(frozen=True, slots=True)
class Order:
    """Which dossier: vessel, span (aware, UTC), language, of which replay (0 = live).

    permission  who allowed what codes forbid, "" = nobody · person  whose rights hold, None = the
    shell's · within  the case for which it is read, with its legal basis, as the audit says it
    """

    vessel: str
    since: dt.datetime
    until: dt.datetime
    made: Change
    language: str = "en"
    run: int = 0
    permission: str = ""
    person: Person | None = None
    within: Mapping[str, str] = field(default_factory=dict)
