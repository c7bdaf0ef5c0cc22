"""Asking the sea in a real Chromium: why somebody asks stays out of addresses and history."""

from __future__ import annotations

import pytest

from service.finding import finding
from service.web.app import create_app
from service.web.server import running
from service.web.settings import WebSettings
from tests.plugins import asked
from tests.plugins.browsing import until
from tests.plugins.seats import seats

pytestmark = pytest.mark.browser


def test_the_address_of_an_answer_is_the_question_and_no_reason(browser, dsn) -> None:
    finding.ready()
    asked.write(dsn)
    settings = WebSettings(port=0, poll_s=5)
    app = create_app(settings, dsn)
    with running(app, settings) as address, seats(browser, address, dsn) as sits:
        page = sits("analyst", path="/find?q=in-turn")
        seen: list[str] = []
        page.on("request", lambda one: seen.append(one.url))
        page.on("framenavigated", lambda one: seen.append(one.url))
        for field, text in {"a": "11,36,11.5,36.5", "b": "13,35.9,13.5,36.5", "within": "12",
                            "from": "2026-05-01T00:00", "to": "2026-05-02T00:00",
                            "why": "informer"}.items():  # fmt: skip
            page.fill(f"#{field}", text)
        page.click("button.main")
        until(page, "document.querySelectorAll('table.found tbody tr').length === 1")
        until(page, "location.search.includes('within=12')")
        page.reload()
        until(page, "document.querySelectorAll('table.found tbody tr').length === 1")
        assert page.input_value("#why") == ""
        assert not any("informer" in one for one in [*seen, page.url])
