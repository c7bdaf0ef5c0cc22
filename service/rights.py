"""Who may do what: six roles, a literal table of deeds, and the person as the rest sees them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

Role: TypeAlias = Literal[
    "operator", "office", "analyst", "supervisor", "administrator", "auditor"
]
ROLES: tuple[Role, ...] = get_args(Role)

_DESK: tuple[Role, ...] = ("operator", "analyst", "supervisor")
_READERS: tuple[Role, ...] = ("operator", "office", "analyst", "supervisor")
_WRITERS: tuple[Role, ...] = ("analyst", "supervisor")

DEEDS: dict[str, tuple[Role, ...]] = {
    # What every person has: the sea as AIS shows it, and their own account.
    "map.read": ROLES,
    "zones.read": ROLES,
    "account.own": ROLES,
    "protection.see": ROLES,
    # What is known and told of vessels; how much of it, service.sight says.
    "alerts.read": _READERS,
    "alerts.act": ("operator", "office", "supervisor"),
    "alerts.assign": ("operator", "supervisor"),
    "contacts.read": _READERS,
    "contacts.enter": _READERS,
    "watchlist.read": _READERS,
    "watchlist.propose": _DESK,
    "watchlist.release": ("supervisor",),
    "watchlist.persons": _WRITERS,
    "log.read": _DESK,
    "log.write": _DESK,
    "log.sign": ("operator", "supervisor"),
    "cases.read": _DESK,
    "cases.edit": _WRITERS,
    "cases.release": ("supervisor",),
    "zones.edit": _WRITERS,
    "export": _WRITERS,
    "replay": _DESK,
    "duty.read": (*_DESK, "office"),
    "duty.edit": ("operator", "supervisor"),
    "deliveries.read": ("operator", "supervisor"),
    # What is wrong with a feed, in words that tell addresses and paths: for who has it mended.
    "feeds.mend": ("operator", "supervisor", "administrator"),
    "scoreboard.read": _DESK,
    "lead_time.read": _WRITERS,
    "links.read": _DESK,
    "trends.read": _READERS,
    "find.read": _DESK,
    "find.save": _WRITERS,
    "find.release": ("supervisor",),
    # Who watches the watchers, and who gives them their keys.
    "audit.read": ("auditor", "supervisor"),
    "people.manage": ("administrator",),
    "protection.subject": ("supervisor", "administrator"),
}
"""Each deed and the roles that may do it. What is not here nobody may."""


TOKEN_DEEDS = tuple(deed for deed in DEEDS if deed.endswith(".read") or deed == "export")
"""What a token of another program may be for: it reads, and nothing of people."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is signed in.

    account       id of the account · name as they sign in, stands in the audit · display for eyes
    member_state  ISO 3166 alpha-3, "" = none · office  id in the routing table, "" = none
    clearance     strictest handling code that they may see; "" = no entry at all
    session       names the session for people, gives no rights
    scopes        of an API token: the only deeds that it may do; None = all of the role's
    """

    account: str
    name: str
    display: str
    role: Role
    member_state: str = ""
    office: str = ""
    clearance: str = "H1"
    session: str = ""
    scopes: frozenset[str] | None = None

    def may(self, deed: str) -> bool:
        """Tell whether this person may do ``deed``, a name in DEEDS."""
        if self.scopes is not None and deed not in self.scopes:
            return False
        return self.role in DEEDS.get(deed, ())
