"""Replay: who was listed and which contacts were known, each with since and until when."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from service.marks import contact_said
from service.sight import sees, sees_contact
from service.web.answers import answer
from service.web.noting import looked_once
from service.web.recall import Recall, moment
from service.web.replay import LONGEST_ALERTS_H, times, within
from store.then import contacts_between, listed_between

if TYPE_CHECKING:
    from datetime import datetime

    import psycopg
    from starlette.requests import Request
    from starlette.responses import Response

    from service.rights import Person
    from store.then import ContactThen, ListedThen

    Then = tuple[list[ContactThen], list[ListedThen]]

_MOST = 5000
_NOTED = ("marks.replayed", "map", "replayed who was listed and what was seen")


async def marks(request: Request) -> Response:
    """Answer ``?from=&to=``: as far as the person may know of it now, and of what stood then."""
    start, end = times(request)
    within(start, end, LONGEST_ALERTS_H)
    recall: Recall = request.app.state.past
    contacts, listed = await recall.read(partial(_then, start=moment(start), end=moment(end)))
    said = _said(request.state.person, contacts, listed)
    if said["contacts"] or said["listed"]:
        await looked_once(request, *_NOTED)
    return answer({**said, "more": _MOST in {len(contacts), len(listed)}})


def _then(connection: psycopg.Connection, start: datetime, end: datetime) -> Then:
    contacts = contacts_between(connection, start, end, _MOST)
    return contacts, listed_between(connection, start, end, _MOST)


def _said(
    person: Person, contacts: list[ContactThen], listed: list[ListedThen]
) -> dict[str, list[dict[str, Any]]]:
    seen = [one for one in listed if all(sees(person, codes) for codes in one.codes)]
    return {
        "contacts": [contact_said(one.contact) | _span(one) for one in contacts]
        if sees_contact(person)
        else [],
        "listed": [{"mmsi": one.mmsi} | _span(one) for one in seen],
    }


def _span(one: ContactThen | ListedThen) -> dict[str, int | None]:
    until = None if one.until is None else int(one.until.timestamp() * 1000)
    return {"from_ms": int(one.since.timestamp() * 1000), "to_ms": until}
