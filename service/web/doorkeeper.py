"""Who may pass: the session, the rights of its person, and that a form is one of ours.

::

    route ─▶ row of the table ─▶ PUBLIC ────────────────────────────▶ answered
                              ─▶ person? no ─▶ sign-in | 401 | 4401
                              ─▶ may the role? no ─▶ 403, one sentence
                              ─▶ POST: our origin and our form token? no ─▶ 403

What is refused, here or by the application behind, is noted for the audit: ``refusing``.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Mapping
from contextlib import suppress
from html import escape
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from service.signing_in import form_token
from service.web.answers import answer
from service.web.bodies import body_of, most_bytes, replayed, upload_bytes
from service.web.metering import Meter
from service.web.pages import HEADERS, say
from service.web.receiving import MULTIPART, Receiving
from service.web.refusing import (
    ended,
    leads_out,
    note,
    note_refused,
    path_of,
    too_often,
    turned_away,
    watched,
)
from service.web.rights import MACHINE, PUBLIC, deed_of
from service.web.security import allowed_origin, without_reason
from service.web.sessions import Sessions, token_of

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from service.rights import Person

SIGNED_OUT = 4401
"""Close code of a live socket whose session ended."""
NOT_KNOWN = 4503
"""Close code of a live socket while the database does not say whose it is."""
_FOREIGN = 1008
FORM_FIELD, FORM_HEADER = "form_token", "x-form-token"
_READS = frozenset({"GET", "HEAD"})
_API = "/api/v1/"
_SIGN_IN = 401
_GUESSES_A_MINUTE = 300  # of one address: an office behind one whose sessions all end asks a lot
_FORWARDED = ("x-forwarded-for", "forwarded", "x-real-ip")
_OUT = "there is no such page: this path would lead out of its folder"
_IN_WORDS = {
    "Not Found": "there is no such page",
    "Method Not Allowed": "this page takes no such request",
}
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_AWAY = "the database does not answer; try again in a moment"
_FORBIDDEN, _NOT_THERE = 403, 404
# A page that another site led to gets no cookie of ours (SameSite=Strict); led to by us, it does.
_ONCE_MORE = '<!DOCTYPE html><title>Vedetta</title><meta http-equiv="refresh" content="0; url={}">'


class Doorkeeper:
    """ASGI middleware: lets through what the table allows, and puts ``person`` into the state."""

    def __init__(
        self,
        app: ASGIApp,
        machine_token_env: str = "",
        token_per_min: int = 120,
        account_per_min: int = 1200,
    ) -> None:
        """Wrap ``app``; the rest as in PeopleSettings and WebSettings."""
        self._app = app
        self._pace, self._guesses = Meter(token_per_min), Meter(_GUESSES_A_MINUTE)
        self._accounts = Meter(account_per_min)
        self._machine = os.environ.get(machine_token_env, "") if machine_token_env else ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer through the wrapped application, or say why not."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        scope.setdefault("state", {})["person"] = None
        deed = deed_of(scope["app"].routes, scope)
        send = watched(deed, scope, send)
        out = scope["type"] == "http" and leads_out(scope["path"])
        if out or (deed is None and scope["type"] == "http"):
            # No route: the application says so to everybody, in the frame of who is signed in.
            with suppress(Exception):
                scope["state"]["person"] = await self._whose(Request(scope))
        if out:
            request = Request(scope, receive)
            note(request, "path", _OUT)
            await refused(request, _NOT_THERE, _OUT)(scope, receive, send)
        elif deed is None or deed == PUBLIC:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._socket(deed, scope, receive, send)
        else:
            await self._http(deed, scope, receive, send)

    async def _http(self, deed: str, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        if deed != MACHINE or not self._is_machine(request):
            try:
                receive = await self._let_in(request, deed)
            except HTTPException as error:
                stranger = error.status_code == _SIGN_IN
                response = (
                    _stranger(request)
                    if stranger
                    else refused(request, error.status_code, error.detail, error.headers)
                )
                await response(scope, receive, send)
                return
        try:
            await self._app(scope, receive, send)
        finally:
            if form := scope["state"].pop("form", None):
                await form.close()

    async def _let_in(self, request: Request, deed: str) -> Receive:
        """Put the person into the state and return what the endpoint receives.

        Raises HTTPException: 401 without a person, 403 without the right or with a foreign form.
        """
        person = await self._whose(request)
        if person is None:
            raise HTTPException(_SIGN_IN)
        request.scope["state"]["person"] = person
        if request.url.path.startswith(_API) and not self._accounts.passes(person.account):
            raise _too_often(request, "this account", self._accounts, person.account)
        if deed != MACHINE and not person.may(deed):
            whose = f"your role ({person.role})" if person.scopes is None else "this token"
            raise turned_away(request, "role", 403, f"{whose} does not include this")
        # No text of the database holds one: told here, once for all routes.
        if "\0" in request.scope["path"] or b"%00" in request.scope["query_string"]:
            raise HTTPException(400, "the address has a character in it that no text has (NUL)")
        if request.method in _READS:
            return request.receive
        most = upload_bytes(request)
        kind = request.headers.get("content-type", "")
        received = most and kind.startswith(MULTIPART)
        return await (_received(request, most) if received else _own_form(request))

    async def _whose(self, request: Request) -> Person | None:
        """Return who asks; wrong tokens of one address are not looked up for ever."""
        address = request.client.host if request.client else ""
        state, bearer = request.app.state, _bearer(request)
        held, sessions = (bearer, state.tokens) if bearer else (token_of(request), state.sessions)
        # Who is known goes on: others behind the same address must not keep them out.
        if held and not sessions.knows(held) and self._guesses.full(address):
            wait = {"retry-after": str(self._guesses.wait_s(address))}
            ended(request, held, bearer=bool(bearer))
            raise HTTPException(429, "too many wrong tokens; wait a minute", wait)
        try:
            person = await (self._by_token(request) if bearer else _person(request))
        except HTTPException:
            raise
        except Exception:  # noqa: BLE001 (reads fail in many ways; all mean the same here)
            raise HTTPException(503, _AWAY) from None
        if held and person is None:
            self._guesses.passes(address)
            ended(request, held, bearer=bool(bearer))
        return person

    async def _socket(self, deed: str, scope: Scope, receive: Receive, send: Send) -> None:
        connection = HTTPConnection(scope)
        try:
            person = await _person(connection)
        except Exception:  # noqa: BLE001 (as above)
            await _turn_away(receive, send, NOT_KNOWN, "the database does not answer")
            return
        scope["state"]["person"] = person
        # Before it is said that nobody is signed in: a foreign page has no cookie of ours.
        if not _from_us(connection):
            note(connection, "origin", "no page of ours opened this socket")
            await receive()
            await send({"type": "websocket.close", "code": _FOREIGN})
            return
        if person is None or not person.may(deed):
            held = token_of(connection)
            if person is None and held:
                ended(connection, held)
            else:
                note(connection, "stranger" if person is None else "role")
            await _turn_away(receive, send, SIGNED_OUT, "signed out")
            return
        await self._app(scope, receive, send)

    async def _by_token(self, request: Request) -> Person | None:
        """Return in whose name a program asks; raises HTTPException for what no token may."""
        token, sessions = _bearer(request), request.app.state.tokens
        if request.method not in _READS or not request.url.path.startswith(_API):
            said = f"a token reads what is below {_API}, and nothing else"
            raise turned_away(request, "token", 403, said)
        if not self._pace.passes(token):
            raise _too_often(request, "this token", self._pace, token, held=token)
        person: Person | None = await sessions.person(token)
        return person

    def _is_machine(self, request: Request) -> bool:
        """Tell whether a machine may read: this one, unless a proxy asks for somebody else."""
        said = request.headers.get("authorization", "")
        wanted = f"Bearer {self._machine}"
        if self._machine and hmac.compare_digest(said.encode(), wanted.encode()):
            return True
        if any(name in request.headers for name in _FORWARDED):
            return False
        return _is_loopback(request.client.host if request.client else "")


async def _turn_away(receive: Receive, send: Send, code: int, why: str) -> None:
    """Close a socket; accepted first, as a browser learns the code only of one that was open."""
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": code, "reason": why})


def _bearer(request: Request) -> str:
    """Return the token that a program sent, "" without one."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip()[:200] if kind.lower() == "bearer" else ""


async def still_in(request: Request) -> Person | None:
    """Return who asks, as they are now: for an answer that goes on; raises as ``Sessions``."""
    if not (bearer := _bearer(request)):
        return await _person(request)
    tokens: Sessions = request.app.state.tokens
    return await tokens.person(bearer)


async def _person(connection: HTTPConnection) -> Person | None:
    sessions: Sessions = connection.app.state.sessions
    return await sessions.person(token_of(connection))


def _stranger(request: Request) -> Response:
    """Lead somebody who is not signed in to the sign-in, or tell a program so.

    Noted where they ask for more than the map's bare page, with which everybody begins.
    """
    again = request.headers.get("sec-fetch-site") == "cross-site" and request.method in _READS
    if "noted" not in request.scope["state"] and request.url.path != "/" and not again:
        note(request, "stranger")
    if is_api(request):
        return refused(request, 401, "not signed in; sign in first, or send a token")
    reads = request.method in _READS
    back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if again:
        return HTMLResponse(_ONCE_MORE.format(escape(without_reason(back))), headers=HEADERS)
    return RedirectResponse(
        f"/sign-in?to={quote(back if reads else _page_of(request))}", 303, HEADERS
    )


def _page_of(request: Request) -> str:
    """Return the page of ours whose form was sent, "/" where none is named or it can be opened."""
    said = urlsplit(request.headers.get("referer", ""))
    if said.netloc != request.headers.get("host") or "\\" in said.path:
        return "/"
    asked = {**request.scope, "method": "GET", "path": unquote(said.path)}
    if deed_of(request.app.routes, asked) is None:
        return "/"
    return without_reason(said.path + (f"?{said.query}" if said.query else ""))


def is_api(request: Request) -> bool:
    """Tell whether a program asks, and not a person who reads a page."""
    return request.url.path.startswith(("/api/", "/health", "/metrics"))


def refused(
    request: Request, status: int, why: str, headers: Mapping[str, str] | None = None
) -> Response:
    """Answer that something is not given, ``why`` in one sentence."""
    response = answer({"error": why}, status) if is_api(request) else say(request, status, why)
    response.headers.update(dict(headers or {}))
    return response


def _too_often(
    request: Request, who: str, meter: Meter, key: str, held: str = ""
) -> HTTPException:
    wait = meter.wait_s(key)
    said = f"{who} asks more than {meter.most} times a minute; ask again in {wait} s"
    too_often(request, said, held, request.app.state.tokens.was(held) if held else "")
    return HTTPException(429, said, {"retry-after": str(wait)})


async def no_answer(request: Request, error: Exception) -> Response:
    """Answer for a path that no route has (404), or not by this method (405)."""
    status, said = 404, "Not Found"
    if isinstance(error, HTTPException):
        status, said = error.status_code, error.detail
    return refused(request, status, _IN_WORDS.get(said, said))


def check_origin(request: Request) -> None:
    """Raise HTTPException unless a page of ours sent the form: a browser always says which."""
    if request.headers.get("origin") is None or not _from_us(request):
        said = "no page of ours sent this; open the page and try again"
        raise turned_away(request, "origin", 403, said)


def _from_us(connection: HTTPConnection) -> bool:
    """Tell whether a page of ours asks, or a program, which names no origin."""
    headers, url = connection.headers, connection.url
    scheme = {"ws": "http", "wss": "https"}.get(url.scheme, url.scheme)
    others = connection.app.state.settings.origins
    return allowed_origin(headers.get("origin"), headers.get("host", ""), others, scheme)


async def _own_form(request: Request) -> Receive:
    """Return ``receive`` once more after the form's origin and token were found to be ours."""
    check_origin(request)
    wanted = form_token(token_of(request))
    given = request.headers.get(FORM_HEADER, "")
    body = await body_of(request, most_bytes(request))
    if not given and request.headers.get("content-type", "").startswith(_FORMS):
        form = await Request(request.scope, replayed(body)).form()
        given = str(form.get(FORM_FIELD, ""))
        await form.close()
    if not hmac.compare_digest(given.encode(), wanted.encode()):
        said = "this form is out of date; open the page again and repeat it"
        raise turned_away(request, "form", 403, said)
    return replayed(body)


async def _received(request: Request, most: int) -> Receive:
    """As ``_own_form``, for a form whose file goes to the disk: it is read here, and only once.

    The form lies in the state for the endpoint. What is refused stands in the audit.
    """
    wanted = form_token(token_of(request)).encode()

    def fits(given: str) -> bool:
        """Tell whether a token is that of this session."""
        return hmac.compare_digest(given.encode(), wanted)

    receiving: Receiving = request.app.state.receiving
    proven = fits(request.headers.get(FORM_HEADER, ""))
    try:
        check_origin(request)
        form = await receiving.form(request, most, fits, proven=proven)
    except HTTPException as error:
        if error.status_code == _FORBIDDEN and "noted" not in request.scope["state"]:
            note(request, "form", error.detail)
        elif error.status_code != _FORBIDDEN:
            await note_refused(request, path_of(request), error.detail)
        raise
    request.scope["state"]["form"] = form
    return replayed(b"")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
