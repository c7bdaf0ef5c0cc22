"""«My account»: who I am here, my password, where I am signed in."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from service.passwords import SHORTEST
from service.rights import DEEDS, TOKEN_DEEDS, Person
from service.signing_in import Refused, form_token, key_of
from service.web.answers import answer
from service.web.pages import ANALYSIS, Tone, page, pages_of
from service.web.sessions import give_cookie, token_of
from service.web.sign_in import entrance
from service.web.texts import say, word
from store.errors import StoreError
from store.outbox import microseconds
from store.sessions import held

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from service.web.transactions import Transactions


TOKEN_WORDS = {one: word(f"account.reads.{one.partition('.')[0]}") for one in TOKEN_DEEDS}
"""Deeds of tokens, as the page says them."""


async def me(request: Request) -> Response:
    """Answer who asks, what they may do and see, and what their forms carry."""
    person: Person = request.state.person
    return answer({
        "name": person.name, "display": person.display, "role": person.role,
        "member_state": person.member_state, "office": person.office,
        "clearance": person.clearance, "deeds": [one for one in DEEDS if person.may(one)],
        "form_token": form_token(token_of(request)), "exercise": request.app.state.exercise,
        "pages": _named(pages_of(person)),
        "analysis": _named(pages_of(person, pages=ANALYSIS)),
        "session": await _session(request),
    })  # fmt: skip


async def _session(request: Request) -> dict[str, int] | None:
    """Return when this session ends and what time it is, epoch ms; None where it is not known."""
    transactions: Transactions = request.app.state.transactions
    idle = dt.timedelta(minutes=request.app.state.people.idle_min)
    now, key = dt.datetime.now(dt.UTC), key_of(token_of(request))
    try:
        found = await transactions.do(lambda connection: held(connection, key, now, idle))
    except (StoreError, TimeoutError):
        return None
    if found is None:
        return None
    return {"ends": microseconds(found[0].ends_at) // 1000, "now": microseconds(now) // 1000}


async def signed_in(request: Request) -> Response:
    """Answer the page after signing in beside an open map, which it tells."""
    return page(request, "signed_in")


def _named(pages: list[dict[str, object]]) -> list[dict[str, object]]:
    return [{"path": one["path"], "word": one["word"]} for one in pages]


async def account(request: Request) -> Response:
    """Answer the page of one's own account."""
    return await shown(request)


async def change_password(request: Request) -> Response:
    """POST: change one's own password."""
    form, token, door = await request.form(), token_of(request), entrance(request)
    old, new = str(form.get("old", "")), str(form.get("new", ""))
    person: Person = request.state.person
    if wait := door.names.take(f"{person.account} old"):
        return await shown(request, say("account.tries", seconds=f"{wait:.0f}"), 429)
    if new != str(form.get("again", "")):
        return await shown(request, say("account.differ"), 400)
    done = await door.apart(lambda: door.steps.change_password(token, old, new))
    if isinstance(done, Refused):
        return await shown(request, done.why, 400)
    door.names.forget(f"{person.account} old")
    request.app.state.sessions.forget()
    response = await shown(request, say("account.changed"), tone="good", token=done.token)
    give_cookie(request, response, done.token)
    return response


async def add_token(request: Request) -> Response:
    """POST: make a token of a program; the answer shows it, once."""
    form, token, door = await request.form(), token_of(request), entrance(request)
    person: Person = request.state.person
    if wait := door.names.take(f"{person.account} old"):
        return await shown(request, say("account.tries", seconds=f"{wait:.0f}"), 429)
    password, label = str(form.get("old", "")), str(form.get("label", ""))
    deeds, days = [str(one) for one in form.getlist("deed")], str(form.get("days", ""))
    lasts = int(days) if days.isascii() and days.isdigit() else 0
    done = await door.apart(lambda: door.steps.add_token(token, password, label, deeds, lasts))
    if isinstance(done, Refused):
        return await shown(request, done.why, 400)
    door.names.forget(f"{person.account} old")
    return await shown(request, tone="good", made=done.token)


async def remove_token(request: Request) -> Response:
    """POST: end a token; it is refused within seconds."""
    form, door, person = await request.form(), entrance(request), request.state.person
    label = str(form.get("label", ""))
    gone = await door.apart(lambda: door.steps.remove_token(person.account, label))
    request.app.state.tokens.forget()
    said = say("account.removed" if gone else "account.no_token")
    return await shown(request, said, tone="good" if gone else "bad")


async def shown(
    request: Request, said: str = "", status: int = 200, *, tone: Tone = "bad", token: str = "",
    made: str = "",
) -> Response:  # fmt: skip
    """Return the page; ``token`` is what the browser holds from now on, "" = what it has.

    ``made`` is a new token of a program, shown only now.
    """
    person: Person = request.state.person
    door, held = entrance(request), token or token_of(request)
    # The forms of this very answer carry what belongs to the new token.
    request.cookies.update({name: held for name in request.cookies if token})
    sessions = await door.apart(lambda: door.steps.sessions(person.account))
    kept = await door.apart(lambda: door.steps.account(person.account))
    tokens = await door.apart(lambda: door.steps.tokens(person.account))
    off = door.steps.settings.totp == "off"
    second = say(f"account.second_{'off' if off else 'set' if kept and kept.totp else 'not_set'}")
    here = key_of(held)
    rows = [
        {
            "here": one.key == here, "address": one.address, "agent": browser(one.agent),
            "made_at": one.made_at, "used_at": one.used_at, "ends_at": one.ends_at,
        }
        for one in sessions
    ]  # fmt: skip
    return page(
        request, "account", status, said=said, tone=tone, sessions=rows, second=second,
        shortest=SHORTEST, made=made, tokens=tokens,
        purposes=[(one, TOKEN_WORDS.get(one, one)) for one in TOKEN_DEEDS if person.may(one)],
    )  # fmt: skip


def browser(agent: str) -> str:
    """Return the browser and system of a user agent in two words, as far as it tells."""
    names = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"),
             ("Safari/", "Safari"))  # fmt: skip
    systems = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"),
               ("Windows", "Windows"), ("Mac OS", "Mac"), ("Linux", "Linux"))  # fmt: skip
    tables = (names, systems)
    found = [next((word for mark, word in one if mark in agent), "") for one in tables]
    known = [one for one in found if one]
    if not known:
        return say("account.some_program")
    return say("account.browser_on", browser=found[0], system=found[1]) if all(found) else known[0]
