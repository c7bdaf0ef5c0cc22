"""Pages for forms and lists: one frame, filled for the person who asks.

A page is a template here that extends ``frame.html``; a page of the bar is a line in ``NAV``, or
in ``ANALYSIS`` if it is one of the analysts' desk: those stand behind one word of the bar.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

import jinja2
from markupsafe import Markup
from starlette.responses import HTMLResponse

from alerts.plain import plain
from service.signing_in import form_token
from service.web.clock import now_of
from service.web.sessions import token_of
from service.web.unheard import told

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from service.rights import Person

Tone: TypeAlias = Literal["good", "bad"]
NAV: tuple[tuple[str, str, str], ...] = (
    ("/", "Map", "map.read"),
    ("/alerts", "Alerts", "alerts.read"),
    ("/log", "Log", "log.read"),
    ("/cases", "Cases", "cases.read"),
    ("/watchlist", "List", "watchlist.read"),
    ("/contacts", "Contacts", "contacts.read"),
    ("/zones", "Zones", "zones.read"),
    ("/people", "People", "people.manage"),
    ("/audit", "Audit", "audit.read"),
)
"""Pages of the bar: path, word, and the deed that one must be allowed."""
ANALYSIS: tuple[tuple[str, str, str], ...] = (
    ("/find", "Find", "find.read"),
    ("/trends", "Trends", "trends.read"),
    ("/links", "Links", "links.read"),
    ("/lead-time", "Lead time", "lead_time.read"),
    ("/exports", "Exports", "export"),
)
"""Pages of the analysts' desk, as ``NAV``: in the list that the word «Analysis» opens."""
_POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'"
)
HEADERS = {
    "content-security-policy": _POLICY,
    "cache-control": "no-store",
    # Under no-referrer a browser says «Origin: null» with our own form; nothing leaves by this.
    "referrer-policy": "same-origin",
}
_HEADINGS = {403: "Not allowed", 404: "Not there", 413: "Too long", 429: "Wait a moment",
             503: "Not now"}  # fmt: skip


def page(
    request: Request,
    template: str,
    status: int = 200,
    /,
    *,
    said: str = "",
    tone: Tone = "bad",
    headers: Mapping[str, str] | None = None,
    **values: object,
) -> Response:
    """Return the page ``template``.html for the person who asks.

    ``said`` stands above the content: what was done (``tone`` good) or what is wrong. Templates
    have person, form_token, exercise, assets, now, office_name and unheard (what an empty list is
    worth, in ``language`` where that is given) besides ``values``.
    """
    person: Person | None = request.state.person
    text = _room().get_template(f"{template}.html").render(
        person=person,
        nav=pages_of(person, request.url.path) if person else (),
        analysis=pages_of(person, request.url.path, ANALYSIS) if person else (),
        office_name=_office_name(request, person) if person else "",
        exercise=request.app.state.exercise,
        assets=request.app.state.files.prefix,
        form_token=form_token(token_of(request)),
        now=now_of(request) if request.app.state.exercise else dt.datetime.now(dt.UTC),
        said=said,
        tone=tone,
        unheard=told(request, str(values.get("language", "en"))) if person else None,
        **values,
    )  # fmt: skip
    return HTMLResponse(text, status, HEADERS | dict(headers or {}))


def say(request: Request, status: int, why: str) -> Response:
    """Return a page that says one sentence, as why something is not given."""
    heading = _HEADINGS.get(status, "Not possible")
    return page(request, "say", status, heading=heading, sentence=f"{why[:1].upper()}{why[1:]}.")


def pages_of(
    person: Person, path: str = "", pages: tuple[tuple[str, str, str], ...] = NAV
) -> list[dict[str, object]]:
    """Return those of ``pages`` that a person may see; ``here`` where ``path`` is in one."""
    return [
        {"path": where, "word": word, "here": path == where or path.startswith(f"{where}/")}
        for where, word, deed in pages
        if person.may(deed)
    ]


def _office_name(request: Request, person: Person) -> str:
    office = request.app.state.routing.office(person.office)
    return office.name if office else person.office


@cache
def _room() -> jinja2.Environment:
    """Return the templates: everything that is put into one is escaped, and only text."""
    room = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        undefined=jinja2.StrictUndefined,
        finalize=_shown,
        autoescape=True,
        trim_blocks=True,
    )
    room.filters["lines"] = _lines
    return room


def _lines(text: object) -> Markup:
    """Return a text of several lines, each made harmless: for what people wrote at length."""
    return Markup("\n").join(plain(line) for line in str(text).splitlines())


def _shown(value: object) -> object:
    return plain(value) if isinstance(value, str) and not hasattr(value, "__html__") else value
