"""Ties between vessels: kinds in words, how much each weighs, and on what it rests.

A node is named by the MMSI of a vessel, nine digits, or by the id of an entry of the list to
which no vessel has answered.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from alerts.alert import Codes
from alerts.incidents.codes import AUTOMATIC

TieKind: TypeAlias = Literal[
    "met", "together", "imo", "call_sign", "name", "port", "owner", "manager", "sister_ship",
    "met_with", "same_owner", "same_manager",
]  # fmt: skip
KINDS: tuple[TieKind, ...] = get_args(TieKind)
WORDS: dict[TieKind, str] = {
    "met": "met at sea", "together": "sailed together", "imo": "same IMO number",
    "call_sign": "same call sign", "name": "same name", "port": "in port together",
    "owner": "owner, by the list", "manager": "manager, by the list",
    "sister_ship": "sister ship, by the list", "met_with": "met, by the list",
    "same_owner": "an owner in common", "same_manager": "a manager in common",
}  # fmt: skip
"""Each kind as it stands in a sentence."""
GROUPS: dict[str, tuple[TieKind, ...]] = {
    "meetings": ("met", "met_with"),
    "together": ("together",),
    "identifiers": ("imo", "call_sign", "name"),
    "ports": ("port",),
    "owners": ("owner", "manager", "sister_ship", "same_owner", "same_manager"),
}
"""What people choose from: several kinds under one word."""
OF_THE_LIST: frozenset[TieKind] = frozenset((
    "owner", "manager", "sister_ship", "met_with", "same_owner", "same_manager",
))  # fmt: skip

_LISTED = {"sister_ship": 0.9, "owner": 0.85, "manager": 0.75, "met_with": 0.7,
           "same_owner": 0.85, "same_manager": 0.75}  # fmt: skip
_ALONE = {"imo": 0.95, "call_sign": 0.8, "name": 0.4}
_MET_LEAST, _MET = 0.3, 0.7
_PORT, _PORT_MOST = 0.5, 0.6
_TOGETHER_MOST, _TOGETHER_H = 0.8, 12.0


@dataclass(frozen=True, slots=True)
class Tie:
    """One piece of evidence that ties two nodes.

    one, other     nodes, in order · says  what was seen, a sentence · strength  0 to 1
    first, last    the span that it covers, UTC; None = not known
    lon, lat       where, degrees · evidence  what it rests on: event:ID, alert:ID, entry:ID,
                   port:ID of a zone, identity:MMSI, track:MMSI
    codes          of what went into it
    """

    kind: TieKind
    one: str
    other: str
    says: str
    strength: float
    evidence: str
    first: dt.datetime | None = None
    last: dt.datetime | None = None
    lon: float | None = None
    lat: float | None = None
    codes: Codes = AUTOMATIC

    def __post_init__(self) -> None:
        """Put the two in order: a tie has no direction."""
        if self.other < self.one:
            one, other = self.other, self.one
            object.__setattr__(self, "one", one)
            object.__setattr__(self, "other", other)

    @property
    def ends(self) -> tuple[str, str]:
        """Return both nodes."""
        return self.one, self.other

    @property
    def order(self) -> tuple[str, str, float, str, str]:
        """Return what ties are sorted by: the strongest of a pair first."""
        return self.one, self.other, -self.strength, self.kind, self.evidence


def node_of(mmsi: int) -> str:
    """Return the name of a vessel's node."""
    return f"{mmsi:09d}"


def met(confidence: float) -> float:
    """Return how much a meeting of this confidence weighs."""
    return max(_MET_LEAST, _MET * confidence)


def together(hours: float) -> float:
    """Return how much so many hours side by side weigh: a lane brings two together, too."""
    return min(_TOGETHER_MOST, hours / _TOGETHER_H)


def identifier(kind: TieKind, users: int) -> float:
    """Return how much an identifier weighs that ``users`` vessels sent: the fewer the more."""
    return _ALONE[kind] / max(1, users - 1)


def port(shares: float) -> float:
    """Return how much stays in port weigh; each counts 1 shared among all who lay there too."""
    return min(_PORT_MOST, _PORT * shares)


def listed(kind: TieKind) -> float:
    """Return how much a tie weighs that the list tells of."""
    return _LISTED[kind]
