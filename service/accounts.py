"""Accounts as an administrator keeps them, on the command line and on the page alike."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from alerts.alert import HANDLING
from alerts.routing import RoutingSettings
from service import passwords
from service.errors import WrongUseError
from service.meanwhile import StaleError
from service.rights import ROLES
from store import audit
from store.changes import in_turn
from store.people import ACTIVE, DISABLED, MUST_SET, Account, account_named, add_account
from store.people import change_account as keep
from store.sessions import end_sessions
from store.tokens import end_tokens

if TYPE_CHECKING:
    import psycopg

    from store.changes import Change

FIELDS = ("display", "role", "member_state", "office", "clearance")
"""What an administrator says of an account, besides its name."""
_CHANGES = tuple(f"people.{one}" for one in (
    "add", "edit", "disable", "enable", "reset", "reset_second_factor", "password",
    "second_factor",
))  # fmt: skip
_LONGEST = 100
_STATE = re.compile(r"([A-Z]{3})?")


def add(
    connection: psycopg.Connection, name: str, said: Mapping[str, str], routing: RoutingSettings,
    first_h: float, change: Change,
) -> tuple[Account, str]:  # fmt: skip
    """Make an account; return it with its temporary password, which is kept nowhere.

    ``said`` by FIELDS; the password is good for ``first_h`` hours. Raises WrongUseError for what
    cannot be, RuleError for a name that is taken.
    """
    account = _checked(_with(Account(name, "", ""), said), routing)
    account, password = _temporary(account, first_h, change.at)
    return add_account(connection, account, change), password


def edit(
    connection: psycopg.Connection, name: str, said: Mapping[str, str], routing: RoutingSettings,
    change: Change,
) -> Account:  # fmt: skip
    """Change what is ``said`` of an account; raises as ``add`` does, and where nothing changes."""
    before = found(connection, name)
    # Who leaves an office leaves its id behind, and who changes it its Member State.
    leaves = "office" if said.get("role", before.role) != "office" else "member_state"
    moves = "role" in said or "office" in said
    given = {**({leaves: ""} if moves else {}), **said}
    account = _checked(_with(before, given), routing)
    if account == before:
        raise WrongUseError(f"{before.name}: is so already; give a field that differs")
    return keep(connection, account, change, "edit", before)


def disable(connection: psycopg.Connection, name: str, change: Change) -> Account:
    """Close an account and end its sessions and tokens; the last administrator stays."""
    account = found(connection, name)
    if account.state == DISABLED:
        raise WrongUseError(f"{account.name}: is disabled already")
    kept = keep(connection, replace(account, state=DISABLED), change, "disable", account)
    end_sessions(connection, account.id)
    end_tokens(connection, account.id)
    return kept


def enable(
    connection: psycopg.Connection, name: str, first_h: float, change: Change
) -> tuple[Account, str]:
    """Open a closed account again, with a new temporary password."""
    account = found(connection, name)
    if account.state != DISABLED:
        raise WrongUseError(f"{account.name}: is not disabled")
    opened, password = _temporary(account, first_h, change.at)
    return keep(connection, opened, change, "enable", account), password


def reset(
    connection: psycopg.Connection, name: str, first_h: float, change: Change
) -> tuple[Account, str]:
    """Give an open account a new temporary password and take its second factor away.

    Its sessions and tokens end: who held the old password may have made one.
    """
    account = found(connection, name)
    if account.state == DISABLED:
        raise WrongUseError(f"{account.name}: is disabled; enable it instead")
    bare = replace(account, totp="", totp_step=0)
    opened, password = _temporary(bare, first_h, change.at)
    kept = keep(connection, opened, change, "reset", account)
    end_sessions(connection, account.id)
    end_tokens(connection, account.id)
    return kept, password


def reset_second_factor(connection: psycopg.Connection, name: str, change: Change) -> Account:
    """Take the second factor away: it is set up anew at the next sign-in, which is needed."""
    account = found(connection, name)
    if not account.totp:
        raise WrongUseError(f"{account.name}: has no second step")
    bare = replace(account, totp="", totp_step=0)
    kept = keep(connection, bare, change, "reset_second_factor", account)
    end_sessions(connection, account.id)
    return kept


def seen_as(account: Account) -> str:
    """Return what a form carries of an account that it shows: any other has another one."""
    said = (*(getattr(account, name) for name in FIELDS), account.state, bool(account.totp))
    return hashlib.sha256(repr(said).encode()).hexdigest()[:20]


def must_be_as_seen(connection: psycopg.Connection, name: str, seen: str) -> None:
    """Raise StaleError where an account is no longer as ``seen_as`` said; nobody changes it now.

    The turn is the caller's until its transaction ends.
    """
    in_turn(connection, "desk")
    account = found(connection, name)
    if seen_as(account) != seen:
        rows = audit.rows(connection, subject=account.name, limit=50)
        last = next((one for one in rows if one.action in _CHANGES), None)
        by = (last.who, last.at, last.why) if last else ()
        raise StaleError(f"account {account.name}", *by)


def found(connection: psycopg.Connection, name: str) -> Account:
    """Return the account of ``name``; raises WrongUseError where there is none."""
    account = account_named(connection, name)
    if account is None:
        raise WrongUseError(f"{name[:64]!r}: there is no such account; see vedetta user list")
    return account


def shown_state(account: Account, now: dt.datetime) -> str:
    """Return an account's state in words."""
    if account.state == ACTIVE and not account.totp:
        return "active, no second step"
    if account.state == MUST_SET:
        over = account.password_until is not None and account.password_until < now
        return "temporary password over" if over else "first sign-in"
    return account.state


def _with(account: Account, said: Mapping[str, str]) -> Account:
    """Return the account with what is ``said`` of it: nothing but FIELDS."""
    given: dict[str, Any] = {name: said[name] for name in FIELDS if name in said}
    return replace(account, **given)


def _temporary(account: Account, first_h: float, now: dt.datetime) -> tuple[Account, str]:
    password = passwords.temporary()
    until = now + dt.timedelta(hours=first_h)
    made = replace(
        account, password=passwords.hashed(password), password_until=until, state=MUST_SET
    )
    return made, password


def _checked(account: Account, routing: RoutingSettings) -> Account:
    """Return the account as it may be; raises WrongUseError naming field, value and cure."""
    display = " ".join(account.display.split())
    if not display or len(display) > _LONGEST or not display.isprintable():
        expected = f"a name, at most {_LONGEST} letters"
        raise WrongUseError(f"display {display[:40]!r}: expected {expected}")
    if account.role not in ROLES:
        raise WrongUseError(f"role {account.role!r}: expected one of {', '.join(ROLES)}")
    if account.clearance not in HANDLING:
        raise WrongUseError(
            f"clearance {account.clearance!r}: expected one of {', '.join(HANDLING)}"
        )
    state = account.member_state.upper()
    if not _STATE.fullmatch(state):
        raise WrongUseError(
            f"member state {account.member_state!r}: expected three letters as ITA, or nothing"
        )
    return _of_office(replace(account, display=display, member_state=state), routing)


def _of_office(account: Account, routing: RoutingSettings) -> Account:
    """Return the account of an office with its office's Member State; others have no office."""
    if account.role != "office":
        if account.office:
            raise WrongUseError(
                f"office {account.office!r}: belongs to role office only; the role is "
                f"{account.role}"
            )
        return account
    ours = [one.id for one in routing.offices if one.kind == "office"]
    office = routing.office(account.office)
    if office is None or office.id not in ours:
        expected = ", ".join(ours) or "an office under routing: in config.yaml"
        raise WrongUseError(f"office {account.office!r}: expected {expected}")
    if account.member_state and office.country and account.member_state != office.country:
        raise WrongUseError(
            f"member state {account.member_state!r}: {office.id} belongs to {office.country}; "
            "leave it out"
        )
    return replace(account, member_state=office.country)
