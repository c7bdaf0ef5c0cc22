"""People of a demo in front of their screens: signed in with TOTP, and what their pages got."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psycopg
import pyotp
from playwright.sync_api import expect

from tests.plugins.browsing import SCREEN, until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

    from tests.plugins.demoing import Shown

PATIENCE_S = 90.0
_HEAR = """
window.heard = [];
const Plain = WebSocket;
window.WebSocket = class extends Plain {
    constructor(...said) {
        super(...said);
        this.addEventListener("message", ({ data }) => {
            if (typeof data === "string") window.heard.push([Date.now(), data]);
        });
    }
};
window.answered = [];
const ask = window.fetch;
window.fetch = async (...said) => {
    const answer = await ask(...said);
    answer.clone().text().then((text) => window.answered.push(text));
    return answer;
};"""
_ASK = """async (path) => {
    const answer = await fetch(path);
    return [answer.status, await answer.text()];
}"""
_LINE = """
SELECT max(health.at + (received - 'epoch'::timestamptz
       - (state->>'now_ms')::bigint * interval '1 ms') / %(speed)s)
FROM health, position
WHERE part = 'ingest' AND spool IN (
    SELECT (input->>'at')::bigint
    FROM alert_event JOIN event ON event.id = alert_event.event AND event.version = 1,
         json_array_elements(event.content->'inputs') AS input
    WHERE alert = %(alert)s AND alert_event.number = 0)"""


@dataclass
class Seat:
    """Somebody at a screen of their own.

    page  the open tab · secret  of their authenticator · password  what they sign with
    errors  of scripts
    """

    shown: Shown
    name: str
    page: Page
    password: str
    secret: str = ""
    errors: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, browser: Browser, shown: Shown, name: str) -> Seat:
        """Sit down, sign in and set up the second step."""
        context = browser.new_context(viewport=SCREEN, base_url=shown.address)
        context.set_default_timeout(PATIENCE_S * 1000)
        context.add_init_script(_HEAR)
        seat = cls(shown, name, context.new_page(), shown.passwords[name])
        seat.page.on("pageerror", lambda error: seat.errors.append(str(error)))
        seat._sign_in()
        return seat

    def _sign_in(self) -> None:
        page = self.page
        page.goto("/")
        page.fill("#name", self.name)
        page.fill("#password", self.password)
        page.click("main button")
        page.click("summary")
        self.secret = page.inner_text("details code").replace(" ", "")
        page.fill("#code", pyotp.TOTP(self.secret).now())
        page.click("main button")
        until(page, "vedetta.layer.count > 0", seconds=PATIENCE_S)
        page.locator(".source").click(force=True)  # sound is off until somebody clicks

    def until(self, asked: str, wanted: Any = bool) -> Any:
        """Ask the page until the answer is as wanted."""
        return until(self.page, asked, wanted, PATIENCE_S)

    def look(self, lat: float, lon: float, zoom: int = 11) -> None:
        """Move the map at once."""
        self.page.evaluate(f"vedetta.map.setView([{lat}, {lon}], {zoom}, {{ animate: false }})")

    def card(self, alert: str) -> Locator:
        """The card of an alert in the inbox."""
        return self.page.locator(f'.card[data-id="{alert}"]')

    def opens(self, alert: str) -> Locator:
        """Open an alert by its card; return what is said of it."""
        page = self.page
        if page.locator("#inbox-body").is_hidden():
            page.keyboard.press("Escape")
        self.card(alert).click()
        told = page.locator("#inbox-open")
        expect(told.get_by_role("heading", name="Who did what")).to_be_visible()
        return told

    def acts(self, act: str, **fields: str) -> None:
        """Do something with the open alert: the button, its form, the button of the form."""
        page = self.page
        page.get_by_role("button", name=act, exact=True).click()
        form = page.locator(".act-form")
        for name, value in fields.items():
            one = form.locator(f"[name={name}]")
            one.select_option(value) if name != "why" else one.fill(value)
        form.get_by_role("button", name=act).click()
        expect(form).to_have_count(0)

    def marks(self) -> list[tuple[int, dict[str, Any]]]:
        """Every frame of marks that the page got: (epoch ms by the page's clock, the frame)."""
        texts = [(at, json.loads(text)) for at, text in self.page.evaluate("window.heard")]
        return [(at, said) for at, said in texts if said.get("type") == "marks"]

    def asks(self, path: str) -> tuple[int, str]:
        """Ask as the page does; return status and text."""
        status, text = self.page.evaluate(_ASK, path)
        return status, text

    def got(self) -> list[str]:
        """Return every text that the page was told or got as an answer since it came."""
        told = [text for _, text in self.page.evaluate("window.heard")]
        return [*told, *self.page.evaluate("window.answered")]

    def arrivals(self) -> dict[str, int]:
        """When the page got each alert that was not there when it came, epoch ms."""
        frames = self.marks()
        came: dict[str, int] = {one["id"]: 0 for one in frames[0][1]["alerts"]}
        for at, said in frames[1:]:
            for one in said["alerts"]:
                came.setdefault(one["id"], at)
        return {alert: at for alert, at in came.items() if at}


def line_ms(dsn: str, alert: str, speed: float) -> float | None:
    """When the line of an alert's first event was received, epoch ms by our clock.

    The spool's clock runs ``speed`` times as fast; ingest says each second what it shows. None
    where that report was not stored (thinned).
    """
    with psycopg.connect(dsn) as connection:
        [(at,)] = connection.execute(_LINE, {"alert": alert, "speed": speed}).fetchall()
    return at and at.timestamp() * 1000
