"""The pages by which people come in: name and password, own password, second step.

::

    POST /sign-in ─▶ /sign-in/password ─▶ /sign-in/enrol ─▶ the page that was asked for
                  └▶ /sign-in/code ───────────────────────▶

Every page carries ``to``, where the person wanted to go, as a link of a message says it.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote

import anyio
import segno
import structlog
from anyio import CapacityLimiter
from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from alerts.texts import catalogue
from service.passwords import SHORTEST, address_of
from service.signing_in import Opened, Refused, SigningIn, Where, form_token
from service.web.bodies import body_of, replayed
from service.web.doorkeeper import FORM_FIELD, check_origin
from service.web.pages import HEADERS, page, say
from service.web.refusing import note
from service.web.security import without_reason
from service.web.sessions import give_cookie, token_of
from service.web.speaking import spoken
from service.web.waits import Waits
from store.changes import folded
from store.errors import RefusedError, StoreError

if TYPE_CHECKING:
    from starlette.datastructures import FormData

    from store.people import Account
    from store.sessions import Session

Got = TypeVar("Got")
_PATIENCE_S = 15.0
_AT_ONCE = 2  # argon2 takes 64 MiB and a core
_LONGEST_PATH = 2000
_MOST_BYTES = 16_384
_WRONG = "Name and password do not fit, or the account is closed."
_AWAY = "the database does not answer; try again in a moment"
_log = structlog.get_logger()


class Entrance:
    """What the pages need: the steps, and how often they may be tried."""

    def __init__(self, signing_in: SigningIn, *, demo: bool = False) -> None:
        """``demo``: names and passwords stand in a terminal, and the page says so."""
        self.steps, self.demo = signing_in, demo
        self._any = False
        self.names, self.addresses = Waits(5, 60.0), Waits(30, 300.0)
        self._threads = CapacityLimiter(_AT_ONCE)

    async def anybody(self) -> bool:
        """Tell whether there is any account; before the first one the page says what to do."""
        self._any = self._any or await self.apart(self.steps.anybody)
        return self._any

    async def apart(self, work: Callable[[], Got]) -> Got:
        """Do blocking ``work`` in a thread of the few for it."""
        with anyio.fail_after(_PATIENCE_S):
            return await anyio.to_thread.run_sync(
                work, abandon_on_cancel=True, limiter=self._threads
            )


def entrance(request: Request) -> Entrance:
    """Return the application's entrance."""
    found: Entrance = request.app.state.entrance
    return found


async def sign_in(request: Request) -> Response:
    """GET: ask for name and password; to who is in already, give what they want."""
    to = inside(request.query_params.get("to", "/"))
    anew = "again" in request.query_params  # a session that ends soon, or another person
    if not anew and await request.app.state.sessions.person(token_of(request)):
        return RedirectResponse(to, 303, HEADERS)
    if not await entrance(request).anybody():
        return page(request, "nobody", language=spoken(request))
    return _asked(request, to)


async def begin(request: Request) -> Response:
    """POST: check name and password, and go on to what is asked next."""
    check_origin(request)
    form = await _form(request)
    name, password, to = (_text(form, one) for one in ("name", "password", "to"))
    at, door = _address(request), entrance(request)
    wait = max(door.addresses.take(at), door.names.take(folded(name)))
    if wait:
        said = f"Too many tries. Wait {wait:.0f} s, then try again."
        return _asked(request, inside(to), name, said, 429)
    where = Where(at, request.headers.get("user-agent", ""))
    opened = await door.apart(lambda: door.steps.begin(name, password, where))
    if opened is None:
        _log.info("sign_in_refused", name=name[:64], address=at)
        refused = _asked(request, inside(to), name, _WRONG, 401)
        if door.names.waits(folded(name)):
            # After the answer: the time it takes must not say whether there is such an account.
            refused.background = BackgroundTask(
                door.apart, lambda: door.steps.refused(name, where)
            )
        return refused
    door.names.forget(folded(name))
    door.addresses.refund(at)
    return _onward(request, opened, inside(to))


async def step(request: Request) -> Response:
    """GET one of the later pages; who has no such step to make begins anew."""
    to, asked = inside(request.query_params.get("to", "/")), request.url.path.rsplit("/", 1)[-1]
    found = await _unfinished(request)
    if found is None or found[0].step != asked:
        return RedirectResponse(f"/sign-in?to={quote(to)}", 303, HEADERS)
    return _step_page(request, *found, to)


async def own_password(request: Request) -> Response:
    """POST the password that a person chose."""

    def work(door: Entrance, token: str, form: FormData) -> Opened | Refused:
        """Take it where both are the same."""
        new = _text(form, "new")
        if new != _text(form, "again"):
            return Refused("The two passwords differ; enter the same one twice.")
        return door.steps.own_password(token, new)

    return await _stepped(request, work)


async def enrol(request: Request) -> Response:
    """POST the first code of a new second factor."""
    return await _stepped(
        request, lambda door, token, form: door.steps.enrol(token, _text(form, "code"))
    )


async def code(request: Request) -> Response:
    """POST the code of the second step."""
    return await _stepped(
        request, lambda door, token, form: door.steps.code(token, _text(form, "code"))
    )


async def _stepped(
    request: Request, work: Callable[[Entrance, str, FormData], Opened | Refused]
) -> Response:
    """Do the step of an unfinished sign-in, its form checked and its tries counted."""
    check_origin(request)
    door, token, form = entrance(request), token_of(request), await _form(request)
    to, found = inside(_text(form, "to")), await _unfinished(request)
    ours = hmac.compare_digest(_text(form, FORM_FIELD).encode(), form_token(token).encode())
    if found and not ours:
        note(request, "form", who=found[1].name)
    if found is None or not ours:
        return RedirectResponse(f"/sign-in?to={quote(to)}", 303, HEADERS)
    session, account = found
    if wait := door.names.take(f"{account.id} {session.step}"):
        said = f"Too many tries. Wait {wait:.0f} s, then try again."
        return _step_page(request, session, account, to, said, 429)
    done = await door.apart(lambda: work(door, token, form))
    if isinstance(done, Refused):
        if done.replayed:
            note(request, "code", done.why, who=account.name)
        again = _step_page(request, session, account, to, done.why, 400)
        if door.names.waits(f"{account.id} {session.step}"):
            where = Where(session.address, session.agent)
            again.background = BackgroundTask(
                door.apart, lambda: door.steps.refused(account.name, where)
            )
        return again
    door.names.forget(f"{account.id} {session.step}")
    return _onward(request, done, to)


async def sign_out(request: Request) -> Response:
    """POST: end this session."""
    door, token = entrance(request), token_of(request)
    await door.apart(lambda: door.steps.sign_out(token))
    return _out(request, token)


async def sign_out_everywhere(request: Request) -> Response:
    """POST: end every session of the account."""
    door, token = entrance(request), token_of(request)
    await door.apart(lambda: door.steps.sign_out(token, everywhere=True))
    request.app.state.sessions.forget()
    return _out(request, token)


def guarded(endpoint: Callable[[Request], object]) -> Callable[[Request], object]:
    """Answer 503 with one sentence where ``endpoint`` cannot reach the database."""

    async def guard(request: Request) -> Response:
        """Answer through ``endpoint``, or say what failed."""
        try:
            answered: Response = await endpoint(request)  # type: ignore[misc]
        except HTTPException as error:
            return say(request, error.status_code, error.detail)
        except RefusedError:
            return say(request, 400, "this cannot be kept as it is; look at what was typed")
        except (StoreError, TimeoutError) as error:
            said = str(error).split("\n")[0] or type(error).__name__
            _log.warning("page_failed", path=request.url.path, error=said)
            return say(request, 503, _AWAY)
        return answered

    return guard


def inside(to: str) -> str:
    """Return ``to`` where it is a page of ours, else the map: nobody is led elsewhere.

    Without a reason: who made the link would have stated it in another's name.
    """
    good = to.startswith("/") and not to.startswith(("//", "/\\", "/sign-in", "/api/"))
    good = good and len(to) <= _LONGEST_PATH and to.isascii() and to.isprintable()
    return without_reason(to) if good else "/"


def _asked(
    request: Request, to: str, name: str = "", said: str = "", status: int = 200
) -> Response:
    language = spoken(request)
    return page(
        request, "sign_in", status, said=catalogue(language).refusal(said), language=language,
        to=to, name=name[:64], demo=entrance(request).demo,
    )  # fmt: skip


def _step_page(
    request: Request, session: Session, account: Account, to: str, said: str = "",
    status: int = 200,
) -> Response:  # fmt: skip
    language = spoken(request, account.office)
    values: dict[str, object] = {
        "to": to, "name": account.display, "said": catalogue(language).refusal(said),
        "language": language,
    }  # fmt: skip
    if session.step == "enrol":
        code = segno.make(address_of(session.pending, account.name), error="m")
        secret = " ".join(session.pending[n : n + 4] for n in range(0, len(session.pending), 4))
        values |= {"picture": code.svg_data_uri(scale=4, border=4), "secret": secret}
    elif session.step == "password":
        values |= {"shortest": SHORTEST, "name": account.name}
    return page(request, session.step, status, **values)  # type: ignore[arg-type]


def _onward(request: Request, opened: Opened, to: str) -> Response:
    """Lead on with the new token; the old one is no longer good for anything."""
    request.app.state.sessions.forget(token_of(request))
    where = to if opened.step == "in" else f"/sign-in/{opened.step}?to={quote(to)}"
    response = RedirectResponse(where, 303, HEADERS)
    give_cookie(request, response, opened.token)
    return response


def _out(request: Request, token: str) -> Response:
    request.app.state.sessions.forget(token)
    response = RedirectResponse("/sign-in", 303, HEADERS)
    give_cookie(request, response, "")
    return response


async def _unfinished(request: Request) -> tuple[Session, Account] | None:
    token, door = token_of(request), entrance(request)
    return await door.apart(lambda: door.steps.unfinished(token)) if token else None


async def _form(request: Request) -> FormData:
    body = await body_of(request, _MOST_BYTES)
    return await Request(request.scope, replayed(body)).form(max_files=0, max_fields=10)


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
