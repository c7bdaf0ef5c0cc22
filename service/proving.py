"""Proving once more who somebody is, for a signature: the password again, not just a click."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from service import passwords
from service.rights import Person, Role
from service.sealing import SealError, seal_of
from service.signing_in import UNOPENED, Refused
from store.connect import connect, told_apart
from store.people import ACTIVE, Account, account_by, account_named, use_step

if TYPE_CHECKING:
    from service.people_settings import PeopleSettings

_WRONG = Refused("Name and password do not fit, or the account is closed.")
_PATIENCE_S = 4


class Proving:
    """Blocking; every method raises StoreError when the database does not answer."""

    def __init__(
        self,
        dsn: str,
        settings: PeopleSettings,
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        """Open nothing yet."""
        self._dsn, self._settings, self._clock = dsn, settings, clock
        self._seal = seal_of(settings)

    def again(self, person: Person, password: str) -> Person | Refused:
        """Prove that who is signed in sits there: by the password."""
        with told_apart(), connect(self._dsn, patience_s=_PATIENCE_S) as connection:
            account = account_by(connection, person.account)
        if not _fits(account, password):
            return Refused("The password does not fit; nothing was signed.")
        return person

    def other(self, name: str, password: str, code: str) -> Person | Refused:
        """Prove somebody who signs at a colleague's screen: name, password and second step."""
        with told_apart(), connect(self._dsn, patience_s=_PATIENCE_S) as connection:
            account = account_named(connection, name)
        if not _fits(account, password) or account is None:
            return _WRONG
        if self._settings.totp != "off" and (why := self._second(account, code)):
            return Refused(why)
        return person_of(account)

    def _second(self, account: Account, code: str) -> str:
        """Return why the second step fails, "" where it is done; each code works once."""
        if not account.totp:
            return "This account has no second step yet; sign in with it once, then sign here."
        try:
            secret = self._seal.opened(account.totp)
        except SealError:
            return UNOPENED.why
        step = passwords.step_of(secret, code, self._clock(), account.totp_step)
        with told_apart(), connect(self._dsn, patience_s=_PATIENCE_S) as connection:
            if step and use_step(connection, account.id, step):
                return ""
        return "This code does not fit. Wait for the next one and enter it."


def person_of(account: Account) -> Person:
    """Return an account as the rest sees it; not for offices, whose clearance routing bounds."""
    return Person(
        account.id, account.name, account.display, cast("Role", account.role),
        account.member_state, account.office, account.clearance,
    )  # fmt: skip


def _fits(account: Account | None, password: str) -> bool:
    # Whoever it is, one hash is computed: the time must not say which names exist.
    fits = passwords.matches(account.password if account else "", password)
    return fits and account is not None and account.state == ACTIVE
