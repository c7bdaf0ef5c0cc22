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
from alerts.texts import catalogue
from service.signing_in import form_token
from service.web.clock import now_of
from service.web.sessions import token_of
from service.web.speaking import spoken
from service.web.texts import many, shown
from service.web.texts import say as say_in_english
from service.web.unheard import told

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from service.rights import Person

Tone: TypeAlias = Literal["good", "bad"]
NAV: tuple[tuple[str, str, str], ...] = (
    ("/", "nav_map", "map.read"),
    ("/alerts", "nav_alerts", "alerts.read"),
    ("/log", "nav_log", "log.read"),
    ("/cases", "nav_cases", "cases.read"),
    ("/watchlist", "nav_list", "watchlist.read"),
    ("/contacts", "nav_contacts", "contacts.read"),
    ("/zones", "nav_zones", "zones.read"),
    ("/people", "nav_people", "people.manage"),
    ("/audit", "nav_audit", "audit.read"),
)
"""Pages of the bar: path, key of its word, and the deed that one must be allowed."""
ANALYSIS: tuple[tuple[str, str, str], ...] = (
    ("/find", "nav_find", "find.read"),
    ("/trends", "nav_trends", "trends.read"),
    ("/links", "nav_links", "links.read"),
    ("/lead-time", "nav_lead_time", "lead_time.read"),
    ("/exports", "nav_exports", "export"),
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
_HEADINGS = (403, 404, 413, 429, 503)
"""Statuses that have a heading of their own."""


def page(
    request: Request,
    template: str,
    status: int = 200,
    /,
    *,
    said: str = "",
    tone: Tone = "bad",
    headers: Mapping[str, str] | None = None,
    language: str = "en",
    **values: object,
) -> Response:
    """Return the page ``template``.html for the person who asks, its frame in ``language``.

    ``said`` stands above the content: what was done (``tone`` good) or what is wrong. Templates
    have person, form_token, exercise, assets, now, office_name, say and many, which give a text of
    a catalogue, and unheard (what an empty list is worth) besides ``values``.
    """
    person: Person | None = request.state.person
    nav, analysis = (
        pages_of(person, request.url.path, pages, language) if person else ()
        for pages in (NAV, ANALYSIS)
    )
    text = _room().get_template(f"{template}.html").render(
        person=person,
        nav=nav,
        analysis=analysis,
        language=language,
        say=_sayer(language),
        office_name=_office_name(request, person) if person else "",
        exercise=request.app.state.exercise,
        assets=request.app.state.files.prefix,
        form_token=form_token(token_of(request)),
        now=now_of(request) if request.app.state.exercise else dt.datetime.now(dt.UTC),
        said=said,
        tone=tone,
        unheard=told(request, language) if person else None,
        **values,
    )  # fmt: skip
    return HTMLResponse(text, status, HEADERS | dict(headers or {}))


def say(request: Request, status: int, why: str) -> Response:
    """Return a page that says one sentence, as why something is not given."""
    language = spoken(request)
    sentence = catalogue(language).refusal(why)
    if sentence == why:
        language = "en"  # a page is in one language
    heading = catalogue(language).say(f"say_{status if status in _HEADINGS else 400}")
    return page(request, "say", status, language=language, heading=heading,
                sentence=f"{sentence[:1].upper()}{sentence[1:]}.")  # fmt: skip


def pages_of(
    person: Person, path: str = "", pages: tuple[tuple[str, str, str], ...] = NAV,
    language: str = "en",
) -> list[dict[str, object]]:  # fmt: skip
    """Return those of ``pages`` that a person may see; ``here`` where ``path`` is in one."""
    say = catalogue(language).say
    return [
        {"path": where, "word": say(word), "here": path == where or path.startswith(f"{where}/")}
        for where, word, deed in pages
        if person.may(deed)
    ]


def _sayer(language: str) -> Callable[..., str]:
    in_language = catalogue(language).say

    def say(key: str, **values: object) -> str:
        """Return a text of the pages (keys with a dot), or of messages in ``language``."""
        return say_in_english(key, **values) if "." in key else in_language(key, **values)

    return say


def _office_name(request: Request, person: Person) -> str:
    office = request.app.state.routing.office(person.office)
    return office.name if office else person.office


@cache
def _room() -> jinja2.Environment:
    """Return the templates: everything that is put into one is escaped, and only text."""
    room = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        undefined=jinja2.StrictUndefined,
        finalize=shown,
        autoescape=True,
        trim_blocks=True,
    )
    room.filters["lines"] = _lines
    # For macros, which do not know in which language the page is: what they say is English.
    room.globals |= {"say": say_in_english, "many": many}
    return room


def _lines(text: object) -> Markup:
    """Return a text of several lines, each made harmless: for what people wrote at length."""
    return Markup("\n").join(plain(line) for line in str(text).splitlines())
