"""Accounts: what an administrator may make of them, and what cannot be."""

from __future__ import annotations

import datetime as dt

import pytest

from alerts.routing import Office, RoutingSettings
from service import accounts, passwords
from service.errors import WrongUseError
from store import audit
from store.changes import Change
from store.connect import session
from store.errors import RuleError
from store.people import ACTIVE, DISABLED, MUST_SET, account_named
from store.people import accounts as all_accounts
from store.sessions import sessions_open
from tests.plugins import people

ROUTING = RoutingSettings(offices=(
    Office("catania", "EURTF Catania", country="ITA"),
    Office("piraeus", "EURTF Piraeus", country="GRC"),
    Office("mrcc", "MRCC", kind="rescue_centre", enabled=False),
))  # fmt: skip
NOON = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
MADE = Change("root", "first one", NOON)
ANNA = {"display": "Anna Rossi", "role": "operator"}


def add(connection, name: str = "anna", **said: str):
    return accounts.add(connection, name, ANNA | said, ROUTING, 72, MADE)


def test_a_new_account_has_a_temporary_password_that_ends(dsn) -> None:
    with session(dsn) as connection:
        account, password = add(connection)
        kept = account_named(connection, " ANNA ")
        [row] = audit.rows(connection, subject="anna")
    assert kept == account
    assert (kept.state, kept.password_until) == (MUST_SET, NOON + dt.timedelta(hours=72))
    assert passwords.matches(kept.password, password)
    assert (row.action, row.who, row.why) == ("people.add", "root", "first one")
    assert password not in row.details
    assert "argon2" not in row.details


@pytest.mark.parametrize(
    "name, said, complaint",
    [
        ("anna", {"role": "captain"}, "role 'captain': expected one of operator"),
        ("anna", {"clearance": "H4"}, "clearance 'H4': expected one of H0"),
        ("anna", {"member_state": "Italy"}, "expected three letters"),
        ("anna", {"display": " "}, "display '': expected a name"),
        ("anna", {"role": "office"}, "office '': expected catania, piraeus"),
        ("anna", {"role": "office", "office": "mrcc"}, "expected catania, piraeus"),
        ("anna", {"role": "office", "office": "catania", "member_state": "GRC"}, "belongs to ITA"),
        ("anna", {"office": "catania"}, "belongs to role office only"),
        ("аnna", {}, "expected 2 to 64 letters"),
        ("a", {}, "expected 2 to 64 letters"),
        ("an na", {}, "expected 2 to 64 letters"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(dsn, name, said, complaint) -> None:
    with session(dsn) as connection:
        with pytest.raises((WrongUseError, RuleError), match=complaint):
            add(connection, name, **said)
        assert all_accounts(connection) == []


def test_two_names_that_look_alike_are_one(dsn) -> None:
    with session(dsn) as connection:
        add(connection, "a.rossi")
        with pytest.raises(RuleError, match=r"'a.rossi' has it"):
            add(connection, "A.Rossi")


def test_a_person_of_an_office_belongs_to_its_member_state(dsn) -> None:
    with session(dsn) as connection:
        account, _ = add(connection, role="office", office="catania")
        assert account.member_state == "ITA"
        moved = accounts.edit(connection, "anna", {"office": "piraeus"}, ROUTING, MADE)
        assert moved.member_state == "GRC"
        left = accounts.edit(connection, "anna", {"role": "analyst"}, ROUTING, MADE)
        assert (left.office, left.member_state) == ("", "GRC")


def test_a_change_says_in_the_audit_what_it_was_and_is(dsn) -> None:
    with session(dsn) as connection:
        add(connection)
        accounts.edit(connection, "anna", {"clearance": "H3"}, ROUTING, MADE)
        [row, _] = audit.rows(connection, subject="anna")
        assert (row.action, row.details) == ("people.edit", '{"clearance":["H1","H3"]}')
        with pytest.raises(WrongUseError, match="is so already"):
            accounts.edit(connection, "anna", {"clearance": "H3"}, ROUTING, MADE)


def test_the_last_administrator_stays(dsn) -> None:
    with session(dsn) as connection:
        add(connection, "root", role="administrator")
    for act in (
        lambda c: accounts.disable(c, "root", MADE),
        lambda c: accounts.edit(c, "root", {"role": "auditor"}, ROUTING, MADE),
    ):
        with pytest.raises(RuleError, match="last administrator"), session(dsn) as connection:
            act(connection)
    people.add(dsn, "administrator", "able")
    with session(dsn) as connection:
        assert account_named(connection, "root").state == MUST_SET
    # Who never signed in yet is no replacement for the only one who can.
    with pytest.raises(RuleError, match="last administrator"), session(dsn) as connection:
        accounts.disable(connection, "able", MADE)
    with session(dsn) as connection:
        add(connection, "second", role="administrator")
        assert accounts.disable(connection, "root", MADE).state == DISABLED


def test_a_closed_account_is_signed_out_and_opens_with_a_new_password(dsn) -> None:
    people.token(dsn, "operator", "anna")
    with session(dsn) as connection:
        assert sum(sessions_open(connection, dt.datetime.now(dt.UTC)).values()) == 1
        accounts.disable(connection, "anna", MADE)
        assert sessions_open(connection, dt.datetime.now(dt.UTC)) == {}
        with pytest.raises(WrongUseError, match="disabled already"):
            accounts.disable(connection, "anna", MADE)
        with pytest.raises(WrongUseError, match="enable it instead"):
            accounts.reset(connection, "anna", 72, MADE)
        opened, password = accounts.enable(connection, "anna", 72, MADE)
        assert opened.state == MUST_SET
        assert passwords.matches(opened.password, password)


def test_a_reset_takes_password_and_second_step_away(dsn) -> None:
    people.add(dsn, "operator", "anna", totp="ABCD", totp_step=7)
    with session(dsn) as connection:
        kept, password = accounts.reset(connection, "anna", 72, MADE)
        assert (kept.totp, kept.totp_step, kept.state) == ("", 0, MUST_SET)
        assert not passwords.matches(kept.password, people.PASSWORD)
        assert passwords.matches(kept.password, password)


def test_the_second_step_alone_may_be_reset(dsn) -> None:
    people.add(dsn, "operator", "anna", totp="ABCD")
    with session(dsn) as connection:
        kept = accounts.reset_second_factor(connection, "anna", MADE)
        assert (kept.totp, kept.state) == ("", ACTIVE)
        with pytest.raises(WrongUseError, match="has no second step"):
            accounts.reset_second_factor(connection, "anna", MADE)


def test_an_account_is_never_said_with_what_opens_it(dsn) -> None:
    people.add(dsn, "operator", "anna", totp="SECRETSECRET")
    with session(dsn) as connection:
        accounts.reset(connection, "anna", 72, MADE)
        said = "".join(row.details for row in audit.rows(connection))
    assert "SECRET" not in said
    assert "argon2" not in said
