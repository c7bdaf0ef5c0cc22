"""The page behind the links of messages: what the alert is, and one button to acknowledge it.

::

    GET  /ack/{token}   lane, place, time, state as a plain mail shows them; changes nothing
    POST /ack/{token}   who=<name>: acknowledges as "<name> (<office>, by link)"

A link names office and notice and gives no rights beyond that one act.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias, TypeVar
from urllib.parse import parse_qs, urlsplit

import anyio
import jinja2
import structlog
from anyio import CapacityLimiter
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from alerts.acknowledging import Link, OldLinkError, TokenError
from alerts.plain import plain
from alerts.routing import RoutingSettings, kept_from, limits
from alerts.texts import Catalogue, catalogue
from service.receipts import Links, take_link
from service.web.metering import Meter
from service.web.refusing import note
from service.web.security import allowed_origin
from service.web.speaking import asked_for
from store import audit
from store.changes import Change
from store.connect import connect, told_apart
from store.errors import StoreError
from store.links import Linked, linked
from store.outbox import microseconds

if TYPE_CHECKING:
    from starlette.requests import Request

    from service.settings import Settings

Got = TypeVar("Got")
_Tone: TypeAlias = Literal["good", "bad"]
LONGEST_NAME = 100
_MOST_BYTES = 4096  # of a form with one name of 100 characters, each quoted
_PATIENCE_S, _DATABASE_S, _NOTE_S = 6.0, 4, 2
_LOOKS, _ACTS = 60, 20  # a minute, of one address: an office behind one address reads much at once
_THREADS = 2
_OPEN = ("new", "escalated")
_NOT_HERE = (
    "This link acknowledges nothing: the service has no key for such links. Sign in and "
    "acknowledge there, or call the desk that sent the message. "
    "For the administrator: put 32 random characters into the variable that "
    "receipts.secret_env names.\n"
)
_POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "style-src 'self'; img-src 'self'"
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "cache-control": "no-store",
    # Under no-referrer a browser says «Origin: null» with our own form; nothing leaves by this.
    "referrer-policy": "same-origin",
}
_log = structlog.get_logger()


class Acknowledging:
    """What the page needs: how links are opened, the database, and who is told of what."""

    def __init__(
        self,
        dsn: str,
        links: Links,
        routing: RoutingSettings,
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        """Open nothing yet; ``clock`` aware of its zone."""
        self.links, self._dsn, self._routing, self._clock = links, dsn, routing, clock
        # Threads of its own: a slow database must not take those of the map's questions.
        self._threads = CapacityLimiter(_THREADS)
        self.looks, self.acts = Meter(_LOOKS), Meter(_ACTS)
        page = urlsplit(routing.page)
        self.origins = (f"{page.scheme}://{page.netloc}".lower(),) if routing.page else ()

    def look(self, link: Link) -> Linked | None:
        """Return what ``link`` is about as its office may see it; None = nothing (any more).

        Blocking. Raises StoreError.
        """
        # A connection of its own: one kept for days would be dead when somebody needs it.
        with (
            told_apart(),
            connect(self._dsn, autocommit=True, patience_s=_DATABASE_S) as connection,
        ):
            found = linked(connection, link.notice)
        office = self._routing.office(found.office) if found else None
        if found is None or office is None or kept_from(found.alert, office):
            return None
        strict = found.alert.lane != "sar" and bool(limits(found.alert.codes, office))
        return Linked(found.office, found.language, found.limited or strict, found.alert)

    def read(self, link: Link) -> Linked | None:
        """Return ``look(link)``, noted in the audit; who opened the message's link is not known.

        Blocking. Raises StoreError where the database is away. That the row has to wait too long,
        as behind a long import, keeps nobody from a rescue: the message said as much.
        """
        found = self.look(link)
        if found is None:
            return None
        why = f"opened the signed link of message {link.notice}"
        made = Change(f"{found.office} (by link)", why, self._clock())
        try:
            with told_apart(), connect(self._dsn, patience_s=_NOTE_S) as connection:
                audit.append(connection, made, "alert.read", found.alert.id)
        except StoreError as error:
            _log.warning("look_not_noted", alert=found.alert.id, error=str(error))
        return found

    def take(self, link: Link, name: str) -> tuple[Linked | None, str, dict[str, str]]:
        """Acknowledge as ``name``; return what there is afterwards, and a text with its values.

        Blocking. Raises StoreError.
        """
        before = self.look(link)
        if before is None or before.alert.state not in _OPEN:
            return before, "", {}
        now = self._clock()
        # A name on trust: the link is the right, and an alert cannot wait for a sign-in.
        who = f"{name} ({before.office}, by link)"
        why = f"by the signed link of message {link.notice}; the name is as typed, not checked"
        taken = take_link(self._dsn, link, who, why, self._routing, now)
        after = self.look(link)
        still_open = after is not None and after.alert.state in _OPEN
        if taken is None:
            return after, "page_again" if still_open else "", {}
        at = catalogue(before.language).time(microseconds(now))
        return after, "page_noted" if still_open else "page_done", {"who": who, "time": at}

    def name_of(self, office_id: str) -> str:
        """Return an office's name, its id where the table does not know it."""
        office = self._routing.office(office_id)
        return office.name if office else office_id

    def language(self, office_id: str) -> str:
        """Return an office's language, "" where the table does not know the office."""
        office = self._routing.office(office_id)
        return office.language if office else ""

    async def apart(self, work: Callable[[], Got]) -> Got:
        """Do blocking ``work`` in a thread; raises TimeoutError when it takes too long."""
        with anyio.fail_after(_PATIENCE_S):
            return await anyio.to_thread.run_sync(
                work, abandon_on_cancel=True, limiter=self._threads
            )


def acknowledging_of(settings: Settings, dsn: str) -> Acknowledging | None:
    """Return what the page needs; None where no good secret of links is set."""
    try:
        links = Links(settings.routing.page, settings.receipts)
    except TokenError as error:
        _log.info("links_not_answered", error=str(error))
        return None
    return Acknowledging(dsn, links, settings.routing)


@dataclass(frozen=True, slots=True)
class _Shown:
    """One page: a text of the catalogue with its values, and what stands below it."""

    status: int = 200
    language: str = ""
    text: str = ""
    values: Mapping[str, object] | None = None
    tone: _Tone = "bad"
    about: Linked | None = None
    who: str = ""


async def acknowledge(request: Request) -> Response:
    """Answer ``/ack/{token}``: GET shows, POST acknowledges; always a page that says what is."""
    desk: Acknowledging | None = request.app.state.acknowledging
    if desk is None:
        return PlainTextResponse(_NOT_HERE, 404)
    try:
        shown = await _shown(request, desk)
    except OldLinkError as error:
        shown = _Shown(410, desk.language(error.office), "page_old")
    except TokenError:
        shown = _Shown(404, text="page_altered")
    except (StoreError, TimeoutError) as error:
        _log.warning("link_not_answered", error=str(error) or type(error).__name__)
        shown = _Shown(503, _language_of(request, desk), "page_away")
    page = _page(request, desk, shown)
    headers = _HEADERS | ({"retry-after": "60"} if shown.status == 429 else {})  # noqa: PLR2004 (HTTP)
    return HTMLResponse(page, shown.status, headers)


async def _shown(request: Request, desk: Acknowledging) -> _Shown:
    acts, shows = request.method == "POST", request.method == "GET"
    address = request.client.host if request.client else ""
    if not (desk.acts if acts else desk.looks).passes(address):
        return _Shown(429, text="page_busy")
    link = desk.links.opened(request.path_params["token"])
    language = desk.language(link.office)
    if not acts:
        read = desk.read if shows else desk.look
        return _looked(await desk.apart(lambda: read(link)), language)
    if not _ours(request, desk):
        note(request, "origin")
        return _Shown(403, language, "page_foreign")
    return await _taken(desk, link, _name_in(await _body(request)))


async def _taken(desk: Acknowledging, link: Link, named: _Named) -> _Shown:
    """Acknowledge as who is named, or say what is wrong with the name."""
    if named.fault:
        about = await desk.apart(lambda: desk.look(link))
        text, said = named.fault, {"most": str(LONGEST_NAME)}
        if about is None or about.alert.state not in _OPEN:
            text = ""
    else:
        about, text, said = await desk.apart(lambda: desk.take(link, named.name))
    if not text or about is None:
        return _looked(about, desk.language(link.office))
    status = 400 if named.fault else 409 if text == "page_again" else 200
    tone: _Tone = "good" if status == 200 else "bad"  # noqa: PLR2004 (HTTP)
    return _Shown(status, about.language, text, said, tone, about, named.name)


def _looked(about: Linked | None, language: str) -> _Shown:
    """Return the page that only says how things are."""
    if about is None:
        return _Shown(404, language, "page_unknown")
    state = about.alert.state
    if state in _OPEN:
        return _Shown(200, about.language, about=about)
    over = {"resolved": "page_closed", "retracted": "cancel_line"}
    return _Shown(200, about.language, over.get(state, "page_there"), None, "good", about)


def _page(request: Request, desk: Acknowledging, shown: _Shown) -> str:
    language = shown.language or asked_for(request)
    w, about = catalogue(language), shown.about
    said = w.say(shown.text, **(shown.values or {})) if shown.text else ""
    exercise = request.app.state.exercise or bool(about and about.alert.exercise)
    return _template().render(
        language=language,
        assets=request.app.state.files.prefix,
        exercise=exercise,
        say=w.say,
        said=said,
        tone=shown.tone,
        form=about is not None and about.alert.state in _OPEN and shown.tone == "bad",
        who=shown.who,
        longest=LONGEST_NAME,
        **_told(w, about, desk),
    )


def _told(w: Catalogue, about: Linked | None, desk: Acknowledging) -> dict[str, object]:
    """Return no more than a plain mail carries: a kind only of a rescue that is not limited."""
    if about is None:
        return {"alert": None, "office": ""}
    alert = about.alert
    named = alert.lane == "sar" and not about.limited
    return {
        "alert": alert,
        "office": desk.name_of(about.office),
        "lane": w.lanes[alert.lane],
        "kind": w.kinds[alert.kind] if named else "",
        "place": w.place(alert.place),
        "position": w.position(alert.lon, alert.lat),
        "since": w.time(alert.started_us),
        "state": w.say(f"state_{alert.state}"),
    }


def _ours(request: Request, desk: Acknowledging) -> bool:
    origins = (*request.app.state.settings.origins, *desk.origins)
    headers = request.headers
    return allowed_origin(
        headers.get("origin"), headers.get("host", ""), origins, request.url.scheme
    )


async def _body(request: Request) -> bytes:
    """Return the first bytes of what was sent; a form of ours is not longer."""
    body = b""
    with anyio.fail_after(_PATIENCE_S):
        async for part in request.stream():
            body += part
            if len(body) > _MOST_BYTES:
                break
    return body[: _MOST_BYTES + 1]


class _Named(NamedTuple):
    """A name as it was typed, and what is wrong with it; "" = nothing."""

    name: str
    fault: str


def _name_in(body: bytes) -> _Named:
    if len(body) > _MOST_BYTES:
        return _Named("", "page_long_name")
    try:
        fields = parse_qs(body.decode("ascii"), errors="strict", max_num_fields=8)
    except ValueError:
        return _Named("", "page_odd_name")
    typed = unicodedata.normalize("NFC", " ".join(fields.get("who", [""])[0].split()))
    if not typed:
        return _Named("", "page_no_name")
    name = plain(typed)
    if len(name) > LONGEST_NAME:
        return _Named(plain(typed, LONGEST_NAME), "page_long_name")
    # Marks that turn the direction of writing would make one person look like another.
    if name != typed or not any(one.isalpha() for one in name):
        return _Named(name, "page_odd_name")
    return _Named(name, "")


def _language_of(request: Request, desk: Acknowledging) -> str:
    """Return the language of the office that a good link names, else what the browser asks for."""
    try:
        link = desk.links.opened(request.path_params["token"])
    except TokenError:
        return asked_for(request)
    return desk.language(link.office) or asked_for(request)


@cache
def _template() -> jinja2.Template:
    room = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        undefined=jinja2.StrictUndefined,
        finalize=plain,
        autoescape=True,
        trim_blocks=True,
    )
    return room.get_template("acknowledge.html")
