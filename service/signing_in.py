"""Signing in, step by step; each step that succeeds gives the browser a new token.

::

    name, password ─▶ [own password] ─▶ [enrol second factor] | code ─▶ in

Blocking; every method raises StoreError when the database does not answer.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import structlog

from service import passwords
from service.people_settings import PeopleSettings
from service.rights import DEEDS, TOKEN_DEEDS
from service.sealing import SealError, seal_of
from store import audit
from store.changes import Change
from store.connect import connect, told_apart
from store.errors import RuleError
from store.people import (
    ACTIVE,
    DISABLED,
    MUST_SET,
    Account,
    account_by,
    account_named,
    accounts,
    change_account,
    use_step,
)
from store.sessions import IN, Session, end_session, end_sessions, held, put_session, sessions_of
from store.tokens import ApiToken, add_token, end_token, tokens_of

if TYPE_CHECKING:
    import psycopg

UNFINISHED = dt.timedelta(minutes=10)
"""A sign-in that is not finished in this time begins anew."""
_PATIENCE_S = 10  # a long import of a list may have the turn of the audit
_LONGEST_AGENT, _LONGEST_LABEL = 200, 60
_MOST_DAYS = 365
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Where:
    """The browser: its address, and what it calls itself."""

    address: str = ""
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """What the browser holds from now on, and what is asked of it next (in = nothing)."""

    token: str
    step: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a step did not succeed, one sentence for the person; ``replayed``: a used code."""

    why: str
    replayed: bool = False


UNOPENED = Refused("Codes cannot be checked: the service lacks its key. Tell the administrator.")
_MEANWHILE = Refused("The account was changed meanwhile; sign in again.")
"""An administrator was faster: what they did stays."""


def key_of(token: str) -> bytes:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).digest()


def form_token(token: str) -> str:
    """Return what our own forms carry: only a page of ours knows it."""
    return hashlib.sha256(b"form:" + token.encode()).hexdigest()[:40]


class SigningIn:
    """The way in, and what people do with their own account."""

    def __init__(
        self,
        dsn: str,
        settings: PeopleSettings,
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        """Open nothing yet; ``clock`` aware of its zone. Raises SealError without its key."""
        self._dsn, self.settings, self._clock = dsn, settings, clock
        self._seal = seal_of(settings)

    def begin(self, name: str, password: str, where: Where) -> Opened | None:
        """Check name and password; None where they do not fit, whichever it is."""
        with self.connection() as connection:
            account = account_named(connection, name)
        # Whoever it is, one hash is computed: the time must not say which names exist.
        fits = passwords.matches(account.password if account else "", password)
        now = self._clock()
        if account is None or not fits or account.state == DISABLED:
            return None
        if account.password_until and account.password_until < now:
            return None
        with self.connection() as connection:
            # The hash took its time: an administrator may have closed or reset it meanwhile.
            now_it_is = account_by(connection, account.id)
            if now_it_is is None or replace(now_it_is, totp_step=account.totp_step) != account:
                return None
            return self._open(connection, account, self._next(account), where)

    def anybody(self) -> bool:
        """Tell whether there is any account."""
        with self.connection() as connection:
            return bool(accounts(connection))

    def refused(self, name: str, where: Where) -> None:
        """Note in the audit that somebody tries on and on, where there is such an account."""
        with self.connection() as connection:
            if account := account_named(connection, name):
                change = self._own(account, "wrong password or code again and again")
                told = {"address": where.address}
                audit.append(connection, change, "people.sign_in_refused", account.name, told)

    def unfinished(self, token: str) -> tuple[Session, Account] | None:
        """Return the session of ``token`` and whose it is, whatever its step."""
        idle = dt.timedelta(minutes=self.settings.idle_min)
        with self.connection() as connection:
            found = held(connection, key_of(token), self._clock(), idle)
        if found is None or not found[0].pending:
            return found
        try:
            return replace(found[0], pending=self._seal.opened(found[0].pending)), found[1]
        except SealError:
            return None  # the key was changed in these minutes: the sign-in begins anew

    def own_password(self, token: str, password: str) -> Opened | Refused:
        """Take the password that a person chose at their first sign-in."""
        found = self._at(token, "password")
        if isinstance(found, Refused):
            return found
        session, account = found
        if fault := passwords.fault_of(password, account.name):
            return Refused(fault)
        if passwords.matches(account.password, password):
            return Refused("That is the temporary password; choose one of your own.")
        kept = replace(
            account, password=passwords.hashed(password), password_until=None, state=ACTIVE
        )
        return self._changed(
            account, kept, "password", "first sign-in",
            lambda connection: self._on(connection, session, kept),
        )  # fmt: skip

    def enrol(self, token: str, code: str) -> Opened | Refused:
        """Take the second factor that the page showed, proven by its first code."""
        found = self._at(token, "enrol")
        if isinstance(found, Refused):
            return found
        session, account = found
        step = passwords.step_of(session.pending, code, self._clock())
        if not step:
            return Refused("This code does not fit. Wait for the next one and enter it.")
        kept = replace(account, totp=self._seal.sealed(session.pending), totp_step=step)
        return self._changed(
            account, kept, "second_factor", "first sign-in",
            lambda connection: self._on(connection, session, kept, proven=True),
        )  # fmt: skip

    def code(self, token: str, code: str) -> Opened | Refused:
        """Take the code of the second step; each code works once."""
        found = self._at(token, "code")
        if isinstance(found, Refused):
            return found
        session, account = found
        if not account.totp:
            # Reset since the password was given: of an empty secret anybody knows the codes.
            return _MEANWHILE
        try:
            secret = self._seal.opened(account.totp)
        except SealError as error:
            _log.error("second_factor_not_opened", account=account.name, error=str(error))
            return UNOPENED
        step = passwords.step_of(secret, code, self._clock(), account.totp_step)
        with self.connection() as connection:
            if not step or not use_step(connection, account.id, step):
                # It fits, but its half minute was used: the person is told no more than else.
                used = bool(passwords.step_of(secret, code, self._clock()))
                why = "This code does not fit. Wait for the next one and enter it."
                return Refused(why, replayed=used)
            return self._on(connection, session, account, proven=True)

    def change_password(self, token: str, old: str, new: str) -> Opened | Refused:
        """Change one's own password; every other session of the account ends."""
        found = self._at(token, IN)
        if isinstance(found, Refused):
            return found
        session, account = found
        if not passwords.matches(account.password, old):
            return Refused("The present password does not fit.")
        if fault := passwords.fault_of(new, account.name):
            return Refused(fault)
        kept = replace(account, password=passwords.hashed(new))

        def anew(connection: psycopg.Connection) -> Opened:
            """End every session, this one too, and open one that lasts as long."""
            end_sessions(connection, account.id)
            where = Where(session.address, session.agent)
            return self._open(connection, kept, IN, where, ends_at=session.ends_at)

        return self._changed(account, kept, "password", "own account", anew)

    def add_token(
        self, token: str, password: str, label: str, deeds: Collection[str], days: int
    ) -> Opened | Refused:
        """Make a token of a program; with the password, as it outlives the session."""
        found = self._at(token, IN)
        if isinstance(found, Refused):
            return found
        _, account = found
        if not passwords.matches(account.password, password):
            return Refused("The present password does not fit.")
        good = [one for one in TOKEN_DEEDS if one in deeds and account.role in DEEDS[one]]
        name = " ".join(label.split())[:_LONGEST_LABEL]
        if not good or not name or not name.isprintable() or not 1 <= days <= _MOST_DAYS:
            return Refused("A token has a name, an end within a year, and at least one purpose.")
        made, now = f"vedetta_{secrets.token_urlsafe(32)}", self._clock()
        ends = now + dt.timedelta(days=days)
        kept = ApiToken(key_of(made), account.id, name, tuple(good), now, ends)
        try:
            with self.connection() as connection:
                add_token(connection, kept, self._own(account, f"token {name}"))
        except RuleError as error:
            return Refused(f"{str(error)[:1].upper()}{str(error)[1:]}.")
        return Opened(made, IN)

    def tokens(self, account_id: str) -> list[ApiToken]:
        """Return the tokens of an account, by label."""
        with self.connection() as connection:
            return tokens_of(connection, account_id)

    def remove_token(self, account_id: str, label: str) -> bool:
        """End a token of an account; False where there is none of that label."""
        with self.connection() as connection:
            account = account_by(connection, account_id)
            if account is None:
                return False
            return end_token(connection, account_id, label, self._own(account, "own account"))

    def sign_out(self, token: str, *, everywhere: bool = False) -> None:
        """End the session of ``token``, or all of its account."""
        found = self.unfinished(token)
        with self.connection() as connection:
            end_session(connection, key_of(token))
            if found and everywhere:
                count = end_sessions(connection, found[1].id) + 1
                change = self._own(found[1], "own account")
                told = {"sessions": count}
                audit.append(connection, change, "people.sign_out", found[1].name, told)

    def sessions(self, account_id: str) -> list[Session]:
        """Return the sessions of an account, newest use first."""
        with self.connection() as connection:
            return sessions_of(connection, account_id)

    def account(self, account_id: str) -> Account | None:
        """Return the account with this id."""
        with self.connection() as connection:
            return account_by(connection, account_id)

    def _changed(
        self, was: Account, kept: Account, action: str, why: str,
        then: Callable[[psycopg.Connection], Opened],
    ) -> Opened | Refused:  # fmt: skip
        """Keep an account as its person made it, unless somebody changed it meanwhile."""
        try:
            with self.connection() as connection:
                change_account(connection, kept, self._own(kept, why), action, was)
                return then(connection)
        except RuleError:
            return _MEANWHILE

    def _at(self, token: str, step: str) -> tuple[Session, Account] | Refused:
        found = self.unfinished(token)
        if found is None or found[0].step != step:
            return Refused("This took too long; begin again with name and password.")
        return found

    def _next(self, account: Account, *, proven: bool = False) -> str:
        if account.state == MUST_SET:
            return "password"
        if proven or self.settings.totp == "off":
            return IN
        return "code" if account.totp else "enrol"

    def _on(
        self, connection: psycopg.Connection, session: Session, account: Account, *,
        proven: bool = False,
    ) -> Opened:  # fmt: skip
        end_session(connection, session.key)
        where = Where(session.address, session.agent)
        return self._open(connection, account, self._next(account, proven=proven), where)

    def _open(
        self, connection: psycopg.Connection, account: Account, step: str, where: Where,
        ends_at: dt.datetime | None = None,
    ) -> Opened:  # fmt: skip
        now, token = self._clock(), secrets.token_urlsafe(32)
        hours = self.settings.hours(account.name)
        lasts = dt.timedelta(hours=hours) if step == IN else UNFINISHED
        pending = self._seal.sealed(passwords.new_secret()) if step == "enrol" else ""
        agent = "".join(c for c in where.agent[:_LONGEST_AGENT] if c.isprintable())
        kept = Session(
            key_of(token), account.id, step, now, now, ends_at or now + lasts, pending,
            where.address, agent,
        )  # fmt: skip
        put_session(connection, kept)
        if step == IN and ends_at is None:
            change = self._own(account, "signed in")
            # The session's name, so that a refusal of it later leads back to who signed in.
            told = {"address": where.address, "hours": hours, "session": kept.key.hex()[:12]}
            audit.append(connection, change, "people.sign_in", account.name, told)
        return Opened(token, step)

    def _own(self, account: Account, why: str) -> Change:
        return Change(account.name, why, self._clock())

    @contextmanager
    def connection(self) -> Iterator[psycopg.Connection]:
        """Give a connection whose work is kept when the block ends well; raises StoreError."""
        with told_apart(), connect(self._dsn, patience_s=_PATIENCE_S) as connection:
            yield connection
