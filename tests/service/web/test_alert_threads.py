"""Whoever asks slow questions about vessels keeps nobody from a rescue."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from service.web.app import create_app
from service.web.server import running
from service.web.settings import WebSettings
from tests.plugins import people
from tests.plugins.alerted import ROUTING, raised, seen
from tests.plugins.waiting import until

MANY = 40


def test_a_rescue_opens_while_all_other_threads_are_taken(dsn, source, files, facts) -> None:
    [alert] = raised(dsn, seen("distress", 247_111_333), vessels=())
    asked, go = [], threading.Event()

    def slow(mmsi: int) -> None:
        asked.append(mmsi)
        go.wait(60)

    source.vessel = slow
    settings = WebSettings(port=0, poll_s=5)
    app = create_app(settings, dsn, source=source, files=files, facts=facts, routing=ROUTING)
    token = people.token(dsn)
    with (
        running(app, settings) as address,
        people.client(address, token) as one,
        people.client(address, token) as other,
        ThreadPoolExecutor(MANY) as pool,
    ):
        for _ in range(MANY):
            pool.submit(one.get, "/api/v1/vessels/247111333")
        until(lambda: len(asked) > 2)
        try:
            assert other.get(f"/api/v1/alerts/{alert.id}").json()["id"] == alert.id
        finally:
            go.set()
