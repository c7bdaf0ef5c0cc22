"""Coming in and going out, over HTTP and with the real database."""

from __future__ import annotations

import datetime as dt
import re
import time
from dataclasses import replace

import httpx
import pyotp
import pytest

from alerts.routing import Office, RoutingSettings
from service.passwords import hashed
from service.people_settings import PeopleSettings
from service.web.app import create_app
from service.web.server import running
from service.web.settings import WebSettings
from store import audit
from store.changes import Change
from store.connect import session
from store.people import DISABLED, account_named, change_account
from tests.plugins import people
from tests.plugins.people import PASSWORD
from tests.plugins.waiting import until

OWN = "four loud herons"
SETTINGS = WebSettings(port=0, poll_s=5)
ROUTING = RoutingSettings(offices=(Office("catania", "EURTF Catania", country="ITA"),))


@pytest.fixture
def totp() -> str:
    return "required"


@pytest.fixture
def browser(dsn, source, files, facts, totp):
    app = create_app(SETTINGS, dsn, source=source, files=files, facts=facts, routing=ROUTING,
                     people=PeopleSettings(totp=totp))  # fmt: skip
    with (
        running(app, SETTINGS) as address,
        httpx.Client(base_url=address, headers={"origin": address}) as client,
    ):
        client.app = app
        yield client


def hidden(text: str, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', text)[1]


def send(browser: httpx.Client, path: str, **fields: str) -> httpx.Response:
    """Open the page of a step and send its form, as it was given and with ``fields``."""
    text = browser.get(path).text
    given = {name: hidden(text, name) for name in ("form_token", "to") if f'name="{name}"' in text}
    return browser.post(path.partition("?")[0], data=given | fields)


def enter(browser: httpx.Client, name: str, password: str, to: str = "/account") -> httpx.Response:
    return send(browser, f"/sign-in?to={to}", name=name, password=password)


def newcomer(dsn: str, **said) -> None:
    said = {"password": hashed("temp-temp-temp"), "state": "must_set_password"} | said
    people.add(dsn, "operator", "anna", **said)


def test_the_first_sign_in_sets_a_password_and_a_second_factor(dsn, browser) -> None:
    newcomer(dsn)
    first = enter(browser, "anna", "temp-temp-temp")
    assert (first.status_code, first.headers["location"]) == (
        303, "/sign-in/password?to=/account",
    )  # fmt: skip
    second = send(browser, first.headers["location"], new=OWN, again=OWN)
    assert second.headers["location"] == "/sign-in/enrol?to=/account"
    page = browser.get(second.headers["location"]).text
    assert 'src="data:image/svg+xml' in page
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page)[1].replace(" ", "")
    third = send(browser, second.headers["location"], code=pyotp.TOTP(secret).now())
    assert third.headers["location"] == "/account"
    assert "Anna (anna)" in browser.get("/account").text
    with session(dsn) as connection:
        done = [row.action for row in audit.rows(connection, subject="anna")]
        kept = account_named(connection, "ANNA")
    assert done == ["people.sign_in", "people.second_factor", "people.password", "people.add"]
    assert (kept.state, kept.password_until, kept.totp) == ("active", None, secret)


def test_the_second_step_takes_each_code_once(dsn, browser) -> None:
    secret = pyotp.random_base32()
    people.add(dsn, "operator", "anna", totp=secret)
    code = pyotp.TOTP(secret).at(int(time.time()) // 30 * 30)
    assert enter(browser, "anna", PASSWORD).headers["location"].startswith("/sign-in/code")
    assert send(browser, "/sign-in/code?to=/account", code=code).headers["location"] == "/account"
    with httpx.Client(base_url=browser.base_url, headers=browser.headers) as other:
        enter(other, "anna", PASSWORD)
        again = send(other, "/sign-in/code?to=/account", code=code)
        assert (again.status_code, "does not fit" in again.text) == (400, True)


def test_the_password_alone_opens_nothing(dsn, browser) -> None:
    people.add(dsn, "operator", "anna", totp=pyotp.random_base32())
    enter(browser, "anna", PASSWORD)
    assert browser.get("/api/v1/me").status_code == 401
    assert browser.get("/account").status_code == 303


@pytest.mark.parametrize("totp", ["off"])
class TestWithoutASecondStep:
    def test_name_and_password_are_enough(self, dsn, browser) -> None:
        people.add(dsn, "operator", "anna")
        assert enter(browser, "Anna", PASSWORD).headers["location"] == "/account"
        said = browser.get("/api/v1/me").json()
        assert (said["name"], said["role"]) == ("anna", "operator")
        assert "alerts.read" in said["deeds"]
        assert "people.manage" not in said["deeds"]
        assert said["pages"][0] == {"path": "/", "word": "Map"}
        assert "/people" not in {one["path"] for one in said["pages"]}

    @pytest.mark.parametrize(
        "name, password", [("anna", "wrong"), ("bob", PASSWORD), ("", ""), ("an\0na", "x")]
    )
    def test_a_refusal_never_says_which_part_was_wrong(self, dsn, browser, name, password) -> None:
        people.add(dsn, "operator", "anna")
        answer = enter(browser, name, password)
        assert answer.status_code == 401
        assert "Name and password do not fit" in answer.text

    def test_who_is_disabled_is_told_the_same(self, dsn, browser) -> None:
        people.add(dsn, "operator", "anna", state=DISABLED)
        assert enter(browser, "anna", PASSWORD).status_code == 401

    def test_a_temporary_password_ends(self, dsn, browser) -> None:
        past = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
        people.add(dsn, "operator", "anna", password_until=past)
        assert enter(browser, "anna", PASSWORD).status_code == 401

    def test_many_tries_have_to_wait_whether_the_name_exists_or_not(self, dsn, browser) -> None:
        people.add(dsn, "operator", "anna")
        for name in ("anna", "nobody"):
            codes = [enter(browser, name, "wrong").status_code for _ in range(7)]
            assert codes == [401] * 5 + [429] * 2

    def test_many_tries_are_in_the_audit_of_an_account_that_exists(self, dsn, browser) -> None:
        people.add(dsn, "operator", "anna")
        for name in ("anna", "nobody"):
            for _ in range(6):
                enter(browser, name, "wrong")
        with session(dsn) as connection:
            rows = until(lambda: audit.rows(connection, action="people.sign_in_refused"))
        assert [(row.subject, row.why) for row in rows] == [
            ("anna", "wrong password or code again and again")
        ]

    def test_before_the_first_account_the_page_says_how_to_make_one(self, dsn, browser) -> None:
        assert "user add" in browser.get("/sign-in").text
        people.add(dsn, "administrator")
        assert "user add" not in browser.get("/sign-in").text

    def test_a_form_of_megabytes_is_not_read(self, dsn, browser) -> None:
        people.add(dsn, "operator", "anna")
        parts = (b"x" * 65_536 for _ in range(32))
        kind = {"content-type": "application/x-www-form-urlencoded"}
        assert browser.post("/sign-in", content=parts, headers=kind).status_code == 413

    def test_the_session_is_a_new_one_after_each_sign_in(self, dsn, browser) -> None:
        people.add(dsn, "operator", "anna")
        enter(browser, "anna", PASSWORD)
        first = browser.cookies["vedetta"]
        assert browser.get("/sign-in").status_code == 303
        enter_again = browser.post("/sign-in", data={"name": "anna", "password": PASSWORD})
        assert enter_again.status_code == 303
        assert browser.cookies["vedetta"] != first

    def test_signing_out_ends_the_session_for_good(self, dsn, browser) -> None:
        people.add(dsn, "operator", "anna")
        enter(browser, "anna", PASSWORD)
        token = browser.cookies["vedetta"]
        form = hidden(browser.get("/account").text, "form_token")
        assert browser.post("/sign-out", data={"form_token": form}).status_code == 303
        stolen = {"cookie": f"vedetta={token}"}
        assert httpx.get(f"{browser.base_url}/api/v1/me", headers=stolen).status_code == 401

    def test_signing_out_everywhere_ends_all_of_them(self, dsn, browser) -> None:
        other = people.token(dsn, "operator", "anna")
        enter(browser, "anna", PASSWORD)
        form = hidden(browser.get("/account").text, "form_token")
        browser.post("/account/sign-out-everywhere", data={"form_token": form})
        with people.client(str(browser.base_url), other) as client:
            assert client.get("/api/v1/me").status_code == 401

    def test_a_changed_password_signs_out_the_others(self, dsn, browser) -> None:
        other = people.token(dsn, "operator", "anna")
        enter(browser, "anna", PASSWORD)
        form = {"form_token": hidden(browser.get("/account").text, "form_token"), "again": OWN}
        wrong = browser.post("/account/password", data=form | {"old": "no", "new": OWN})
        assert (wrong.status_code, "does not fit" in wrong.text) == (400, True)
        done = browser.post("/account/password", data=form | {"old": PASSWORD, "new": OWN})
        assert "The password is changed" in done.text
        # The page that says so can be used on: its forms belong to the new session.
        again = hidden(done.text, "form_token")
        assert browser.post("/sign-out", data={"form_token": again}).status_code == 303
        with people.client(str(browser.base_url), other) as client:
            assert client.get("/api/v1/me").status_code == 401

    @pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/\\evil", "x"])
    def test_nobody_is_led_elsewhere(self, dsn, browser, to) -> None:
        people.add(dsn, "operator", "anna")
        sent = {"name": "anna", "password": PASSWORD, "to": to}
        assert browser.post("/sign-in", data=sent).headers["location"] == "/"

    def test_a_foreign_page_signs_nobody_in(self, dsn, browser) -> None:
        people.add(dsn, "operator", "anna")
        sent = {"name": "anna", "password": PASSWORD}
        for origin in ("http://evil.example", "null"):
            answer = browser.post("/sign-in", data=sent, headers={"origin": origin})
            assert answer.status_code == 403


@pytest.mark.parametrize("scheme, mark", [("http", ""), ("https", "Secure")])
def test_the_cookie_is_kept_from_scripts_and_other_sites(dsn, browser, scheme, mark) -> None:
    people.add(dsn, "operator", "anna")
    sent = {"name": "anna", "password": PASSWORD}
    own = str(browser.base_url).replace("http:", f"{scheme}:")
    proxied = {"x-forwarded-proto": scheme, "origin": own}
    cookie = browser.post("/sign-in", data=sent, headers=proxied).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert ("__Host-vedetta=" in cookie, "Secure" in cookie) == (bool(mark), bool(mark))


def test_who_is_disabled_is_out_after_some_seconds(dsn, browser) -> None:
    token = people.token(dsn, "operator", "anna")
    browser.app.state.sessions._clock = iter(range(0, 1000, 10)).__next__
    with people.client(str(browser.base_url), token) as client:
        assert client.get("/api/v1/me").status_code == 200
        with session(dsn) as connection:
            kept = account_named(connection, "anna")
            off = Change("tests", "a test", dt.datetime.now(dt.UTC))
            change_account(connection, replace(kept, state=DISABLED), off, "disable")
        assert client.get("/api/v1/me").status_code == 401


@pytest.mark.parametrize("field, days", [("used_at", 1), ("ends_at", 2)])
def test_a_session_ends_by_itself(dsn, browser, field, days) -> None:
    token = people.token(dsn, "operator", "anna")
    with session(dsn) as connection:
        connection.execute(f"UPDATE session SET {field} = {field} - interval '{days} days'")
    with people.client(str(browser.base_url), token) as client:
        assert client.get("/api/v1/me").status_code == 401


def test_an_office_sees_no_more_than_its_office_may(dsn, browser) -> None:
    token = people.token(dsn, "office", "rita", clearance="H3")
    with people.client(str(browser.base_url), token) as client:
        assert client.get("/api/v1/me").json()["clearance"] == "H1"
        assert "EURTF Catania" in client.get("/account").text
