"""What an administrator does while somebody signs in holds: the slow hash must not undo it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pyotp
import pytest

from service import accounts
from service.passwords import hashed
from service.people_settings import PeopleSettings
from service.signing_in import Opened, Refused, SigningIn, Where
from store.changes import Change
from store.connect import session
from store.people import DISABLED, Account, account_named
from tests.plugins import people
from tests.plugins.people import PASSWORD

OWN = "four loud herons"


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class Interrupted:
    """A clock; with its call number ``at`` an administrator does something."""

    def __init__(self, at: int, does: Callable[[], object]) -> None:
        self.left, self.does = at, does

    def __call__(self) -> dt.datetime:
        self.left -= 1
        if self.left == 0:
            self.does()
        return now()


def admin(dsn: str, deed: Callable[..., object], *more: object) -> Callable[[], object]:
    def work() -> None:
        with session(dsn) as connection:
            deed(connection, "anna", *more, Change("root", "left us", now()))

    return work


def kept(dsn: str) -> Account | None:
    with session(dsn) as connection:
        return account_named(connection, "anna")


@pytest.fixture
def token(dsn) -> str:
    return people.token(dsn, "operator", "anna")


def test_who_is_closed_while_changing_a_password_stays_closed(dsn, token) -> None:
    steps = SigningIn(dsn, PeopleSettings(), Interrupted(2, admin(dsn, accounts.disable)))
    done = steps.change_password(token, PASSWORD, OWN)
    assert isinstance(done, Refused)
    assert kept(dsn).state == DISABLED
    assert SigningIn(dsn, PeopleSettings()).sessions(kept(dsn).id) == []


def test_a_first_password_does_not_open_an_account_that_was_closed_meanwhile(dsn) -> None:
    people.add(dsn, "operator", "anna", password=hashed("temp-temp-temp"),
               state="must_set_password")  # fmt: skip
    first = SigningIn(dsn, PeopleSettings()).begin("anna", "temp-temp-temp", Where())
    steps = SigningIn(dsn, PeopleSettings(), Interrupted(2, admin(dsn, accounts.disable)))
    assert isinstance(steps.own_password(first.token, OWN), Refused)
    assert kept(dsn).state == DISABLED


def test_an_old_password_opens_nothing_once_it_was_reset(dsn) -> None:
    people.add(dsn, "operator", "anna", password=hashed(OWN), totp=pyotp.random_base32())
    steps = SigningIn(dsn, PeopleSettings(), Interrupted(1, admin(dsn, accounts.reset, 72)))
    assert steps.begin("anna", OWN, Where()) is None


@pytest.mark.parametrize("hours, opens", [(71.9, True), (72.1, False)])
def test_a_temporary_password_opens_until_its_hours_are_over(dsn, hours, opens) -> None:
    people.add(dsn, "operator", "anna", password=hashed(OWN))
    with session(dsn) as connection:
        change = Change("root", "forgot it", now())
        _, temporary = accounts.reset(connection, "anna", 72, change)
    later = change.at + dt.timedelta(hours=hours)
    steps = SigningIn(dsn, PeopleSettings(), lambda: later)
    assert isinstance(steps.begin("anna", temporary, Where()), Opened) is opens


def test_a_password_of_ones_own_opens_after_the_temporary_one_is_over(dsn) -> None:
    until = now() + dt.timedelta(hours=1)
    people.add(dsn, "operator", "anna", password=hashed("temp-temp-temp"),
               state="must_set_password", password_until=until)  # fmt: skip
    steps = SigningIn(dsn, PeopleSettings())
    first = steps.begin("anna", "temp-temp-temp", Where())
    assert isinstance(steps.own_password(first.token, OWN), Opened)
    later = SigningIn(dsn, PeopleSettings(), lambda: now() + dt.timedelta(hours=2))
    assert isinstance(later.begin("anna", OWN, Where()), Opened)


def test_the_code_of_an_empty_secret_opens_nothing(dsn) -> None:
    people.add(dsn, "operator", "anna", password=hashed(OWN), totp=pyotp.random_base32())
    steps = SigningIn(dsn, PeopleSettings())
    opened = steps.begin("anna", OWN, Where())
    assert isinstance(opened, Opened)
    with session(dsn) as connection:
        connection.execute("UPDATE account SET totp = '', totp_step = 0")
    assert isinstance(steps.code(opened.token, "123456"), Refused)
