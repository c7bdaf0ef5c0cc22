"""``/links``: the network round a vessel, as a picture and a table that open the evidence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

from starlette.exceptions import HTTPException

from alerts.links.ties import GROUPS
from service.errors import WrongUseError
from service.exporting.asking import said
from service.exporting.choosing import Viewer
from service.known import UnknownError
from service.links import telling
from service.links.asking import LONGEST, LONGEST_ALL, MOST_HOPS, usual_start
from service.links.consulting import asked_for, consulted
from service.links.naming import UnclearError
from service.reading import stated_or_none, told
from service.web.answers import answer
from service.web.link_picture import picture, rows_of, tied
from service.web.noting import change_of
from service.web.purpose import for_case, list_page, reading, with_purpose
from service.web.workroom import person_of, workroom
from store.errors import UnavailableError

if TYPE_CHECKING:
    from starlette.datastructures import QueryParams
    from starlette.requests import Request
    from starlette.responses import Response

    from service.desk import Desk
    from service.links.asking import Wanted
    from service.links.gathering import Found

PATIENCE_S = 60.0
_LONGEST = 40
_CANCELLED = "57014"  # query_canceled: the statement took longer than it may
Got = TypeVar("Got")


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the address says, every text cut to a line."""

    vessel: str
    to: str
    since: str
    until: str
    hops: str
    ties: tuple[str, ...]
    everybody: bool

    @classmethod
    def of(cls, given: QueryParams) -> _Asked:
        """Return what an address asks for."""
        texts = {name: " ".join(given.get(name, "").split())[:_LONGEST]
                 for name in ("vessel", "to", "since", "until", "hops")}  # fmt: skip
        ties = tuple(one[:_LONGEST] for one in given.getlist("tie")[: len(GROUPS)])
        everybody = given.get("all") == "1" and not texts["vessel"]
        return cls(**texts, ties=ties, everybody=everybody)

    @property
    def something(self) -> bool:
        """Tell whether anything is asked for."""
        return bool(self.vessel) or self.everybody

    def found(self, at: Desk, now: dt.datetime) -> Wanted:
        """Return the question; raises WrongUseError and UnknownError."""
        if self.hops not in {"", *map(str, range(1, MOST_HOPS + 1))}:
            raise WrongUseError(f"hops {self.hops!r}: expected 1 to {MOST_HOPS} steps")
        if not self.something:
            raise WrongUseError("name a vessel, or ask for all=1")
        span = (self.since, self.until)
        return asked_for(at.connection, self.vessel, self.to, span, hops=int(self.hops or "1"),
                         groups=self.ties, now=now)  # fmt: skip

    def filled(self, now: dt.datetime) -> dict[str, Any]:
        """Return what the form shows: what was asked, else what is usual."""
        end = now.replace(second=0, microsecond=0)
        start = usual_start(end, () if self.everybody else (self.vessel,))
        return {
            "vessel": self.vessel, "to": self.to, "hops": self.hops or "1",
            "since": self.since or said(start)[:16], "until": self.until or said(end)[:16],
            "ties": self.ties or tuple(GROUPS), "everybody": self.everybody,
        }  # fmt: skip


async def _page(request: Request) -> Response:
    """Answer the page; the look stands in the audit."""
    asked, person = _Asked.of(request.query_params), person_of(request)
    now = dt.datetime.now(dt.UTC)
    if not asked.something:
        return _shown(request, asked, None, now)
    mark, more = reading(request), for_case(request)

    def work(at: Desk) -> Found:
        """Work at one desk, in one transaction."""
        return consulted(at.connection, asked.found(at, now), mark, viewer=Viewer(person),
                         details=more)  # fmt: skip

    try:
        found = await _apart(request, work)
    except UnknownError as error:
        return _shown(request, asked, None, now, 404, f"{error}.")
    except UnclearError as error:
        return _shown(request, asked, None, now, meant=_choices(asked, error))
    except WrongUseError as error:
        return _shown(request, asked, None, now, 400, f"{error}.")
    return _shown(request, asked, found, now)


shown = with_purpose(_page)


async def as_json(request: Request) -> Response:
    """GET /api/v1/links: the same for programs.

    What the list tells is in it only for who said in this session for what they read it.
    """
    asked, person = _Asked.of(request.query_params), person_of(request)
    now, mark = dt.datetime.now(dt.UTC), change_of(request, "asked by a program")

    def work(at: Desk) -> dict[str, Any]:
        """Work at one desk, in one transaction."""
        stated = stated_or_none(at.connection, person)
        made = mark if stated is None else replace(mark, why=stated.text)
        with_list = stated is not None and person.may("watchlist.read")
        found = consulted(at.connection, asked.found(at, now), made, viewer=Viewer(person),
                          with_list=with_list, details=told(stated))  # fmt: skip
        return {**telling.in_json(found), "purpose": with_list}

    try:
        return answer(await _apart(request, work))
    except UnknownError as error:
        raise HTTPException(404, str(error)) from None
    except WrongUseError as error:
        raise HTTPException(400, str(error)) from None


async def _apart(request: Request, work: Callable[[Desk], Got]) -> Got:
    """Do ``work`` in a thread; raises WrongUseError where the database gave it up for its time."""
    try:
        return await workroom(request).apart(work)
    except UnavailableError as error:
        if error.sqlstate != _CANCELLED:
            raise
        msg = "this takes too long; ask for a shorter span, fewer steps or fewer kinds of ties"
        raise WrongUseError(msg) from None


def _shown(
    request: Request, asked: _Asked, found: Found | None, now: dt.datetime, status: int = 200,
    said_: str = "", meant: Sequence[tuple[str, str]] = (),
) -> Response:  # fmt: skip
    given = asked.filled(now)
    values: dict[str, Any] = {
        "given": given, "groups": GROUPS, "hops": range(1, MOST_HOPS + 1), "found": found,
        "longest": LONGEST.days, "longest_all": LONGEST_ALL.days, "meant": meant,
    }  # fmt: skip
    if found is not None:
        values |= _told(found, given, now)
    return list_page(request, "links", status, said=said_, **values)


def _choices(asked: _Asked, error: UnclearError) -> list[tuple[str, str]]:
    """Return the vessels that a name may mean, and where the links of each stand."""
    texts = {name: getattr(asked, name) for name in ("vessel", "to", "since", "until", "hops")}
    name = "vessel" if texts["vessel"] == error.text else "to"
    return [
        (str(one), f"/links?{urlencode({**texts, name: one.mmsi, 'tie': asked.ties}, doseq=True)}")
        for one in error.meant
    ]


def _told(found: Found, given: dict[str, Any], now: dt.datetime) -> dict[str, Any]:
    """Return what the page says of a network."""
    span = {"since": given["since"], "until": given["until"]}

    def address(node: str) -> str:
        """Return where the links round a node stand."""
        return f"/links?{urlencode({'vessel': node, **span, 'hops': given['hops']})}"

    roots = [str(one) for one in found.wanted.roots]
    export = {"kind": "links", "format": "graphml", "vessel": " ".join(roots),
              "from": said(found.wanted.start), "to": said(found.wanted.end),
              "hops": given["hops"]}  # fmt: skip
    drawn = picture(found, address)
    return {
        "sentence": telling.sentence_of(found), "chain": telling.chain_says(found),
        "handling": telling.handling(found.codes), "drawn": drawn,
        "rows": rows_of(found, address, now), "central": tied(found, address),
        "export": f"/exports/new?{urlencode(export)}",
    }  # fmt: skip
