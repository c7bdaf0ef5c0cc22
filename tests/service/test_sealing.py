"""Secrets of second factors in the database: sealed, opened, sealed anew, used."""

from __future__ import annotations

import datetime as dt

import psycopg
import pyotp
import pytest

from service.passwords import new_secret
from service.people_settings import PeopleSettings
from service.sealing import MARK, Seal, SealError, seal_of, seal_old
from service.signing_in import Opened, Refused, SigningIn, Where
from store import audit
from store.people import account_named
from tests.plugins import people
from tests.plugins.people import PASSWORD

OLD, NEW = "o" * 32, "n" * 40
KEYED = PeopleSettings(totp_key_env="VEDETTA_TEST_KEY")
HERE = Where("127.0.0.1", "tests")


def totp(dsn: str, name: str = "operator") -> str:
    with psycopg.connect(dsn) as connection:
        return account_named(connection, name).totp


def in_with(steps: SigningIn, secret: str) -> Opened | Refused:
    begun = steps.begin("operator", PASSWORD, HERE)
    assert begun.step == "code"
    return steps.code(begun.token, pyotp.TOTP(secret).now())


def test_what_is_sealed_opens_with_its_key_only() -> None:
    kept = Seal((OLD,)).sealed("ABCDEF")
    assert "ABCDEF" not in kept
    assert Seal((NEW, OLD)).opened(kept) == "ABCDEF"
    for other in (Seal((NEW,)), Seal()):
        with pytest.raises(SealError):
            other.opened(kept)
    assert Seal().opened("ABCDEF") == Seal((OLD,)).opened("ABCDEF") == "ABCDEF"
    assert Seal((OLD,)).sealed("") == ""


@pytest.mark.parametrize("held", ["", "short", f"{NEW} short"])
def test_a_variable_without_a_good_key_is_refused_at_the_start(held, monkeypatch) -> None:
    with pytest.raises(SealError, match=r"people.totp_key_env: VEDETTA_TEST_KEY holds"):
        seal_of(KEYED, {"VEDETTA_TEST_KEY": held})
    monkeypatch.setenv("VEDETTA_TEST_KEY", held)
    with pytest.raises(SealError):
        SigningIn("", KEYED)


def test_a_second_factor_is_sealed_from_its_first_page_on(dsn, monkeypatch) -> None:
    monkeypatch.setenv("VEDETTA_TEST_KEY", NEW)
    people.add(dsn, "operator")
    steps = SigningIn(dsn, KEYED)
    begun = steps.begin("operator", PASSWORD, HERE)
    secret = steps.unfinished(begun.token)[0].pending
    with psycopg.connect(dsn) as connection:
        [pending] = connection.execute("SELECT pending FROM session").fetchone()
    assert pending.startswith(MARK)
    assert steps.enrol(begun.token, pyotp.TOTP(secret).now()).step == "in"
    assert totp(dsn).startswith(MARK)
    assert secret not in totp(dsn)


def test_old_secrets_are_sealed_at_the_start_and_anew_with_a_new_key(dsn, monkeypatch) -> None:
    secret = new_secret()
    people.add(dsn, "operator", totp=secret)
    people.add(dsn, "auditor")
    assert seal_old(dsn, Seal()) == 0
    for keys in ((OLD,), (NEW, OLD)):
        assert [seal_old(dsn, Seal(keys)) for _ in range(2)] == [1, 0]
    assert Seal((NEW,)).opened(totp(dsn)) == secret
    monkeypatch.setenv("VEDETTA_TEST_KEY", NEW)
    assert in_with(SigningIn(dsn, KEYED), secret).step == "in"
    with psycopg.connect(dsn) as connection:
        rows = audit.rows(connection, action="people.seal")
    assert [one.details.replace(" ", "") for one in rows] == ['{"accounts":1}'] * 2


def test_without_its_key_nobody_comes_in_and_the_page_says_why(dsn) -> None:
    secret = new_secret()
    people.add(dsn, "operator", totp=Seal((OLD,)).sealed(secret))
    refused = in_with(SigningIn(dsn, PeopleSettings()), secret)
    assert isinstance(refused, Refused)
    assert "lacks its key" in refused.why
    assert seal_old(dsn, Seal((NEW,)), lambda: dt.datetime.now(dt.UTC)) == 0
    assert Seal((OLD,)).opened(totp(dsn)) == secret
