"""Where a dossier is asked for: codes, the database, the file, and the audit's line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from maps.papers.dossier import dossier
from maps.papers.page import html
from maps.papers.paper import Paper
from maps.papers.pdf import pdf
from service.disclosure import CURE, RefusedByCodesError, forbids_codes
from service.errors import WrongUseError
from service.papers.gathering import gathered
from store import audit
from store.connect import session

if TYPE_CHECKING:
    from maps.papers.facts import Facts
    from service.papers.order import Order
    from service.settings import Settings

MADE, REFUSED = "dossier.make", "dossier.refuse"
ENDINGS: dict[str, Callable[[Paper], bytes]] = {".pdf": pdf, ".html": html}
"""How a document is drawn, by the ending of its file."""


@dataclass(frozen=True, slots=True)
class Dossier:
    """A dossier: its file, what it says, and what it was made from."""

    content: bytes
    paper: Paper
    facts: Facts


def make_dossier(dsn: str, settings: Settings, order: Order, ending: str = ".pdf") -> Dossier:
    """Return the dossier that ``order`` asks for; it stands in the audit before it is handed out.

    Raises RefusedByCodesError, noted in the audit, WrongUseError, ServiceError.
    """
    if order.until <= order.since:
        raise WrongUseError(f"--to: {order.until:%Y-%m-%dT%H:%MZ} is not after --from; swap them")
    with session(dsn) as connection:
        facts = gathered(connection, settings, order)
    _permitted(dsn, order, facts)
    paper = dossier(facts, order.language)
    drawn = ENDINGS[ending](paper)
    with session(dsn) as connection:
        details = _details(order, facts, paper, ending)
        audit.append(connection, order.made, MADE, _subject(facts), details)
    return Dossier(drawn, paper, facts)


def _permitted(dsn: str, order: Order, facts: Facts) -> None:
    refused = "" if order.permission else forbids_codes(facts.codes)
    if not refused:
        return
    with session(dsn) as connection:
        audit.append(
            connection, order.made, REFUSED, _subject(facts), {"codes": refused, **order.within}
        )
    msg = f"{order.vessel}: codes forbid the dossier: {refused}{CURE}"
    raise RefusedByCodesError(msg)


def _details(order: Order, facts: Facts, paper: Paper, ending: str) -> dict[str, Any]:
    return {
        "from": order.since.isoformat(), "to": order.until.isoformat(), "content": paper.sha256(),
        "data": facts.sha256(), "marks": paper.marks, "format": ending[1:], "run": order.run,
        "permission": order.permission, "language": order.language, **order.within,
    }  # fmt: skip


def _subject(facts: Facts) -> str:
    return f"MMSI {facts.vessel.mmsi:09d}"


def ending_of(name: str) -> str:
    """Return how a file of this name is drawn; raises WrongUseError for another ending."""
    ending = f".{name.rpartition('.')[2].lower()}"
    if ending not in ENDINGS:
        raise WrongUseError(f"{name}: ends with {ending!r}; expected {' or '.join(ENDINGS)}")
    return ending
