"""What handling codes and the traffic light allow to leave (Council doc. 6261/18, TLP 2.0)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from alerts.alert import Codes
from service.errors import ServiceError

if TYPE_CHECKING:
    from watchlist.entries import WatchlistEntry


CURE = "; --permission says who gave it"
"""How a refusal ends: what cures it at the command line."""


class RefusedByCodesError(ServiceError):
    """The codes forbid it; the text says which, and whom to ask."""


class Coded(Protocol):
    """What carries codes: an entry, or the part of it that is matched."""

    @property
    def handling(self) -> str:
        """H0 to H3."""

    @property
    def handling_comment(self) -> str:
        """What H3 restricts."""

    @property
    def tlp(self) -> str:
        """clear, green, amber or red."""

    @property
    def contributor(self) -> str:
        """Who gave the entry and can permit more."""


def forbids(entry: Coded) -> str:
    """Return why ``entry`` may not leave without its contributor's permission, "" when it may.

    H0 binds the purpose and H1 the use in court: neither keeps an entry from a colleague. H2, H3
    and TLP red do.
    """
    comment = entry.handling_comment
    return _forbids(entry.handling, comment, entry.tlp, entry.contributor)


def forbids_codes(codes: Codes) -> str:
    """Return why what carries ``codes`` may not leave, "" when it may."""
    return _forbids(codes.handling, codes.comment, codes.tlp, ", ".join(codes.contributors))


def entry_codes_of(entry: WatchlistEntry) -> Codes:
    """Return the codes of an entry."""
    given = (entry.contributor,) if entry.contributor else ()
    return Codes(entry.handling, entry.handling_comment, entry.tlp, entry.source_grade,
                 entry.info_grade, given)  # fmt: skip


def forbids_in_court(codes: Codes) -> str:
    """Return why what rests on ``codes`` may not be used in court, "" when it may.

    H1 is information that its provider keeps out of judicial proceedings unless asked.
    """
    if codes.handling != "H1":
        return forbids_codes(codes)
    whose = _whose(", ".join(codes.contributors))
    reasons = [f"handling H1, not in judicial proceedings without permission of {whose}"]
    return "; ".join(filter(None, [*reasons, forbids_codes(codes)]))


def _forbids(handling: str, comment: str, tlp: str, contributor: str) -> str:
    whose = _whose(contributor)
    reasons = []
    if handling == "H2":
        reasons.append(f"handling H2, not to be passed on without permission of {whose}")
    elif handling == "H3":
        reasons.append(f"handling H3, {comment or 'restricted'}; ask {whose}")
    if tlp == "red":
        reasons.append(f"TLP red, for the eyes of those whom {whose} named")
    return "; ".join(reasons)


def _whose(contributor: str) -> str:
    """Return whom to ask; the list calls its own entries «own»."""
    named = {"": "the contributor", "own": "this service's supervisor"}
    return named.get(contributor, contributor)
