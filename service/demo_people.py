"""The people of the demo: an account of each role, and a colleague for who hands over.

Passwords are made anew each time.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from service.desk import change
from service.passwords import LETTERS, hashed
from service.rights import Role
from store.connect import session
from store.people import ACTIVE, Account, add_account


@dataclass(frozen=True, slots=True)
class _Part:
    """A role that one can try: what it is for, and how far its eyes go."""

    role: Role
    purpose: str
    clearance: str
    member_state: str = ""
    office: str = ""
    name: str = ""  # the role's where there is none


_PARTS = (
    _Part("operator", "watches the map, takes alerts, enters contacts", "H1"),
    _Part(
        "operator",
        "another one, for a second browser: takes over the watch",
        "H1",
        name="colleague",
    ),
    _Part("supervisor", "leads the watch: releases list and cases, reads the audit", "H3"),
    _Part("analyst", "list, zones, cases, exports", "H2"),
    _Part("office", "EURTF Catania: what was routed to it", "H1", "ITA", "eurtf-catania"),
    _Part("administrator", "accounts and rights, no list", "H0"),
    _Part("auditor", "who did what, no list", "H0"),
)


def make_people(dsn: str) -> str:
    """Make the accounts and return them as lines for the terminal: name, password, purpose.

    They stand in the demo's own database, which the next demo removes.
    """
    made = change("demo", "an account to try the role")
    lines = ["  SIGN IN AS     PASSWORD"]
    with session(dsn) as connection:
        for part in _PARTS:
            password = _password()
            name = part.name or part.role
            account = Account(
                name, name.title(), part.role, part.member_state, part.office,
                part.clearance, hashed(password), state=ACTIVE,
            )  # fmt: skip
            add_account(connection, account, made)
            lines.append(f"  {name:<13}  {password}   {part.purpose}")
    return "\n".join(lines)


def _password() -> str:
    """Return a password that is typed in a second: it opens an exercise on this machine."""
    half = ["".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(2)]
    return "-".join(half)
