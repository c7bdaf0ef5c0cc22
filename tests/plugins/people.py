"""People who are signed in, made at once: no form, no argon2 of full strength."""

from __future__ import annotations

import datetime as dt
import secrets
import ssl
from typing import Any

import argon2
import httpx

from service.rights import ROLES, Person
from service.signing_in import form_token, key_of
from service.web.sessions import GivenSessions
from store.changes import Change
from store.connect import session
from store.people import ACTIVE, Account, account_named, add_account
from store.sessions import Session, put_session

PASSWORD = "nine grey gulls"  # noqa: S105 (of tests)
# The strength stands in the hash, so that checking this one is cheap too.
HASH = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
# Every client would read the host's certificates anew, 20 ms, and none of them speaks TLS.
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
TOKENS = {role: f"token-of-{role}" for role in ROLES}


def person(role: str = "operator", **said: Any) -> Person:
    """A person of ``role`` without a database; an office's person belongs to ``catania``."""
    office = {"office": "catania", "member_state": "ITA"} if role == "office" else {}
    return Person(f"U-{role}", role, role.title(), role, **{**office, **said})


def everybody(**said: Any) -> GivenSessions:
    """One person of each role, signed in without a database: ``create_app(…, sessions=…)``."""
    return GivenSessions({TOKENS[role]: person(role, **said) for role in ROLES})


def add(dsn: str, role: str, name: str = "", **said: Any) -> Account:
    """An account of ``role`` in the database, or the one that is there; its password: PASSWORD."""
    office = {"office": "catania", "member_state": "ITA"} if role == "office" else {}
    fields = {"password": HASH, "state": ACTIVE, **office, **said}
    made = Account(name or role, (name or role).title(), role, **fields)
    with session(dsn) as connection:
        if there := account_named(connection, made.name):
            return there
        return add_account(connection, made, Change("tests", "a test", _now()))


def token(dsn: str, role: str = "operator", name: str = "", **said: Any) -> str:
    """A token of a person of ``role`` who is signed in; the account is made where needed."""
    account, made, now = add(dsn, role, name, **said), secrets.token_urlsafe(32), _now()
    ends = now + dt.timedelta(hours=14)
    with session(dsn) as connection:
        put_session(connection, Session(key_of(made), account.id, "in", now, now, ends))
    return made


def headers(token: str, address: str = "") -> dict[str, str]:
    """What a browser of ours sends; with ``address`` also what a form of ours proves."""
    proof = {"origin": address, "x-form-token": form_token(token)} if address else {}
    return {"cookie": f"vedetta={token}", **proof}


def client(address: str, token: str) -> httpx.Client:
    """A client that is signed in and may send forms."""
    return httpx.Client(base_url=address, headers=headers(token, address), timeout=60,
                        verify=NO_TLS)  # fmt: skip


def signed_in(address: str, token: str) -> httpx.Client:
    """A client as a browser: it follows where a form leads, and keeps its cookie on the way."""
    proof = {name: one for name, one in headers(token, address).items() if name != "cookie"}
    return httpx.Client(base_url=address, headers=proof, cookies={"vedetta": token},
                        follow_redirects=True, timeout=60, verify=NO_TLS)  # fmt: skip


def cookie(address: str, token: str) -> dict[str, str]:
    """For Playwright: ``context.add_cookies([cookie(address, token)])``."""
    return {"name": "vedetta", "value": token, "url": address}


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
