from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from store import audit
from store.changes import Change
from store.connect import session
from store.errors import RuleError
from store.people import (
    DISABLED,
    Account,
    account_by,
    account_named,
    accounts,
    add_account,
    change_account,
    use_step,
)
from store.sessions import (
    Session,
    drop_sessions,
    end_session,
    end_sessions,
    held,
    put_session,
    sessions_of,
    sessions_open,
)
from store.tokens import ApiToken, add_token, end_token, end_tokens, token_held, tokens_of

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ROOT = Change("root", "a test", NOON)
ANNA = Account("anna", "Anna", "operator", "ITA", "", "H2", "hash", totp="SECRET")
IDLE = timedelta(hours=12)
KEY, OTHER = b"k" * 32, b"o" * 32


@pytest.fixture
def anna(dsn: str) -> Account:
    with session(dsn) as connection:
        return add_account(connection, ANNA, ROOT)


def put(dsn: str, account: Account, key: bytes = KEY, step: str = "in", **said) -> Session:
    fields = {"made_at": NOON, "used_at": NOON, "ends_at": NOON + timedelta(hours=14)} | said
    one = Session(key, account.id, step, **fields)
    with session(dsn) as connection:
        put_session(connection, one)
    return one


def test_an_account_comes_back_as_it_was_however_its_name_is_typed(dsn, anna) -> None:
    assert anna.id == "U-0001"
    with session(dsn) as connection:
        for name in ("anna", " ANNA ", "An na", "ａｎｎａ"):
            assert account_named(connection, name) == anna
        for name in ("аnna", "ann\0a", ""):
            assert account_named(connection, name) is None
        assert account_by(connection, anna.id) == anna
        assert account_by(connection, "U-9999") is None


def test_accounts_are_listed_by_name(dsn, anna) -> None:
    with session(dsn) as connection:
        add_account(connection, replace(ANNA, name="Aaron"), ROOT)
        assert [one.name for one in accounts(connection)] == ["Aaron", "anna"]


def test_a_change_is_audited_without_what_opens_the_account(dsn, anna) -> None:
    changed = replace(anna, display="A. Rossi", password="new", totp="")  # noqa: S106
    with session(dsn) as connection:
        change_account(connection, changed, ROOT, "edit")
        [row, _] = audit.rows(connection, subject="anna")
        assert account_by(connection, anna.id) == changed
    assert row.action == "people.edit"
    assert row.details == '{"display":["Anna","A. Rossi"],"second_factor":["yes","no"]}'


def test_a_change_made_from_an_older_account_is_refused(dsn, anna) -> None:
    with session(dsn) as connection:
        change_account(connection, replace(anna, state=DISABLED), ROOT, "disable", anna)
        with pytest.raises(RuleError, match="changed meanwhile"):
            change_account(connection, replace(anna, password="new"), ROOT, "password", anna)  # noqa: S106
        assert account_by(connection, anna.id).state == DISABLED


def test_a_code_that_was_used_meanwhile_stays_used(dsn, anna) -> None:
    with session(dsn) as connection:
        assert use_step(connection, anna.id, 7)
        change_account(connection, replace(anna, display="A. Rossi"), ROOT, "edit", anna)
        assert not use_step(connection, anna.id, 7)


def test_what_is_not_there_cannot_be_changed(dsn) -> None:
    with session(dsn) as connection, pytest.raises(RuleError, match="there is none"):
        change_account(connection, replace(ANNA, id="U-9"), ROOT, "edit")


@pytest.mark.parametrize(
    "wrong", [{"role": "captain"}, {"clearance": "H9"}, {"office": "x"}, {"member_state": "it"}]
)
def test_the_database_refuses_what_no_account_can_be(dsn, wrong) -> None:
    from store.errors import RefusedError

    with pytest.raises(RefusedError), session(dsn) as connection:
        add_account(connection, replace(ANNA, **wrong), ROOT)


def test_a_code_is_used_once_and_never_after_a_later_one(dsn, anna) -> None:
    with session(dsn) as connection:
        assert [use_step(connection, anna.id, step) for step in (5, 5, 4, 6)] == [
            True, False, False, True,
        ]  # fmt: skip


def test_a_session_is_held_with_its_account(dsn, anna) -> None:
    one = put(dsn, anna, pending="ABC", address="::1", agent="x")
    with session(dsn) as connection:
        assert held(connection, KEY, NOON, IDLE) == (one, anna)
        assert held(connection, OTHER, NOON, IDLE) is None


@pytest.mark.parametrize("after", [timedelta(hours=12), timedelta(hours=14)])
def test_a_session_ends_when_nobody_uses_it_and_in_any_case(dsn, anna, after) -> None:
    put(dsn, anna, used_at=NOON if after == IDLE else NOON + timedelta(hours=13))
    with session(dsn) as connection:
        assert held(connection, KEY, NOON + after - timedelta(seconds=1), IDLE)
    with session(dsn) as connection:
        connection.execute("UPDATE session SET used_at = %s", [NOON + after - IDLE])
        assert held(connection, KEY, NOON + after, IDLE) is None


def test_use_moves_the_end_of_idleness(dsn, anna) -> None:
    put(dsn, anna)
    for hours in (6, 13):
        with session(dsn) as connection:
            assert held(connection, KEY, NOON + timedelta(hours=hours), IDLE)


def test_who_is_disabled_holds_nothing(dsn, anna) -> None:
    put(dsn, anna)
    with session(dsn) as connection:
        change_account(connection, replace(anna, state=DISABLED), ROOT, "disable")
        assert held(connection, KEY, NOON, IDLE) is None


def test_sessions_are_ended_one_by_one_all_and_all_but_one(dsn, anna) -> None:
    for key in (KEY, OTHER, b"3" * 32):
        put(dsn, anna, key)
    put(dsn, anna, b"4" * 32, step="code")
    with session(dsn) as connection:
        assert len(sessions_of(connection, anna.id)) == 3
        assert sessions_open(connection, NOON) == {anna.id: 3}
        end_session(connection, b"3" * 32)
        assert end_sessions(connection, anna.id, but=KEY) == 2
        assert [one.key for one in sessions_of(connection, anna.id)] == [KEY]
        assert drop_sessions(connection, NOON) == 0
        assert drop_sessions(connection, NOON + timedelta(days=1)) == 1


TOKEN = ApiToken(KEY, "U-0001", "plotter", ("map.read",), NOON, NOON + timedelta(days=30))


def test_a_token_is_held_until_its_end_and_says_when_it_was_used(dsn, anna) -> None:
    active = replace(anna, state="active")
    with session(dsn) as connection:
        change_account(connection, active, ROOT, "edit")
        add_token(connection, TOKEN, Change("anna", "token", NOON))
        assert token_held(connection, KEY, NOON) == (TOKEN, active)
        assert token_held(connection, OTHER, NOON) is None
        assert token_held(connection, KEY, TOKEN.ends_at) is None
        [one] = tokens_of(connection, anna.id)
    assert one.used_at == NOON


def test_a_token_of_who_is_not_active_opens_nothing(dsn, anna) -> None:
    with session(dsn) as connection:
        add_token(connection, TOKEN, Change("anna", "token", NOON))
        assert token_held(connection, KEY, NOON) is None


def test_tokens_have_names_of_their_own_and_are_not_without_number(dsn, anna) -> None:
    made = Change("anna", "token", NOON)
    with session(dsn) as connection:
        add_token(connection, TOKEN, made)
        with pytest.raises(RuleError, match="is there; choose another name"):
            add_token(connection, replace(TOKEN, key=OTHER), made)
        for n in range(19):
            add_token(connection, replace(TOKEN, key=bytes([n]) * 32, label=f"{n}"), made)
        with pytest.raises(RuleError, match="remove one first"):
            add_token(connection, replace(TOKEN, key=OTHER, label="one more"), made)
        assert end_token(connection, anna.id, "plotter", made)
        assert not end_token(connection, anna.id, "plotter", made)
        assert end_tokens(connection, anna.id) == 19


def test_a_session_without_an_account_cannot_be(dsn) -> None:
    with pytest.raises(psycopg.Error), psycopg.connect(dsn) as connection:
        put_session(connection, Session(KEY, "U-9", "in", NOON, NOON, NOON))
