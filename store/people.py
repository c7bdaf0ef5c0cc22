"""Accounts: who may sign in. Every change is a line of the audit; nothing is ever removed."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import TYPE_CHECKING

from store import audit
from store.changes import Change, folded, in_turn
from store.errors import RuleError
from store.queries import query

if TYPE_CHECKING:
    from collections.abc import Callable

    import psycopg

ACTIVE, DISABLED, MUST_SET = "active", "disabled", "must_set_password"
ADMINISTRATOR = "administrator"
# ASCII only: a Greek or Cyrillic letter would let one name look like another.
_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}", re.IGNORECASE)
_SECRET = frozenset(("password", "totp", "totp_step"))


@dataclass(frozen=True, slots=True)
class Account:
    """One account.

    id              given by the store, "" before · name  by which they sign in · display  for eyes
    role            one of service.rights.ROLES · office  id, of role office only
    member_state    ISO 3166 alpha-3, "" = none · clearance  H0-H3
    password        argon2id · password_until  of a temporary one, None = their own
    totp            base32, sealed where there is a key, "" = none
    totp_step       newest half minute whose code was used
    state           active, disabled, must_set_password
    """

    name: str
    display: str
    role: str
    member_state: str = ""
    office: str = ""
    clearance: str = "H1"
    password: str = ""
    password_until: datetime | None = None
    totp: str = ""
    totp_step: int = 0
    state: str = MUST_SET
    id: str = ""


_COLUMNS = ", ".join(one.name for one in fields(Account))
_SELECT = f"SELECT {_COLUMNS} FROM account "  # noqa: S608 (names of our own fields)


def add_account(connection: psycopg.Connection, account: Account, change: Change) -> Account:
    """Keep a new account and return it with its id; raises RuleError for a name that is taken."""
    if not _NAME.fullmatch(account.name):
        expected = "2 to 64 letters a-z, digits and . _ - @, the first a letter or digit"
        raise RuleError(f"name {account.name!r}: expected {expected}")
    in_turn(connection, "desk")
    if taken := account_named(connection, account.name):
        raise RuleError(f"name {account.name!r}: {taken.name!r} has it; choose another")
    [given] = connection.execute(
        "SELECT 'U-' || lpad(nextval('account_id')::text, 4, '0')"
    ).fetchone() or ("",)
    kept = replace(account, id=given)
    connection.execute(query("add_account"), _row(kept, change))
    audit.append(connection, change, "people.add", kept.name, _told(kept))
    return kept


def change_account(
    connection: psycopg.Connection, account: Account, change: Change, action: str,
    was: Account | None = None,
) -> Account:  # fmt: skip
    """Keep ``account`` instead of the one with its id; ``action`` names it in the audit.

    ``was``: the account from which it was made, None where it was read in turn. Raises RuleError
    where there is none with this id, where somebody changed it since ``was`` was read (or a
    password that is being hashed would open an account that was closed meanwhile), or where no
    active administrator would be left.
    """
    in_turn(connection, "desk")
    before = account_by(connection, account.id)
    if before is None:
        raise RuleError(f"account {account.id!r}: there is none; see vedetta user list")
    if was is not None:
        # A code that was used meanwhile is no change, and stays used.
        if replace(was, totp_step=0) != replace(before, totp_step=0):
            raise RuleError(f"{before.name}: was changed meanwhile; look at it again")
        if account.totp == before.totp:
            account = replace(account, totp_step=max(account.totp_step, before.totp_step))
    connection.execute(query("change_account"), _row(account, change))
    if _administers(before) and not _administers(account) and not _others(connection, before):
        raise RuleError(
            f"{before.name!r} is the last administrator who can sign in; make another one first"
        )
    old, new = _told(before), _told(account)
    told = {name: [old[name], new[name]] for name in new if old[name] != new[name]}
    audit.append(connection, change, f"people.{action}", before.name, told)
    return account


def accounts(connection: psycopg.Connection) -> list[Account]:
    """Return all accounts, by name."""
    return [Account(*row) for row in connection.execute(_SELECT.encode() + b"ORDER BY folded")]


def account_named(connection: psycopg.Connection, name: str) -> Account | None:
    """Return the account that signs in as ``name``, however it is typed."""
    if not name.isprintable():
        return None
    row = connection.execute(_SELECT.encode() + b"WHERE folded = %s", [folded(name)]).fetchone()
    return Account(*row) if row else None


def account_by(connection: psycopg.Connection, account_id: str) -> Account | None:
    """Return the account with this id."""
    row = connection.execute(_SELECT.encode() + b"WHERE id = %s", [account_id]).fetchone()
    return Account(*row) if row else None


def reseal_totp(
    connection: psycopg.Connection, renewed: Callable[[str], str], now: datetime
) -> int:
    """Keep of each second factor what ``renewed`` makes of it; return how many are others now.

    One row of the audit says how many, and none where it is none.
    """
    in_turn(connection, "desk")
    count = 0
    for one in accounts(connection):
        if (kept := renewed(one.totp)) != one.totp:
            connection.execute("UPDATE account SET totp = %s WHERE id = %s", [kept, one.id])
            count += 1
    if count:
        change = Change("vedetta", "sealed with the key of the settings", now)
        audit.append(connection, change, "people.seal", "accounts", {"accounts": count})
    return count


def use_step(connection: psycopg.Connection, account_id: str, step: int) -> bool:
    """Note that the code of half minute ``step`` was used; False where it was before."""
    done = connection.execute(
        "UPDATE account SET totp_step = %s WHERE id = %s AND totp_step < %s",
        [step, account_id, step],
    )
    return done.rowcount == 1


def _others(connection: psycopg.Connection, gone: Account) -> bool:
    """Tell whether somebody administers without ``gone``: who can sign in, if ``gone`` could."""
    able = {ACTIVE} if gone.state == ACTIVE else {ACTIVE, MUST_SET}
    return any(one.role == ADMINISTRATOR and one.state in able for one in accounts(connection))


def _administers(account: Account) -> bool:
    return account.role == ADMINISTRATOR and account.state != DISABLED


def _told(account: Account) -> dict[str, str]:
    """Return what the audit says of an account: never a hash or a secret."""
    said = {one.name: str(getattr(account, one.name) or "") for one in fields(account)}
    plain = {name: value for name, value in said.items() if name not in _SECRET}
    return {**plain, "second_factor": "yes" if account.totp else "no"}


def _row(account: Account, change: Change) -> dict[str, object]:
    row = {one.name: getattr(account, one.name) for one in fields(account)}
    said = {"folded": folded(account.name), "who": change.who, "at": change.at, "why": change.why}
    return row | said
