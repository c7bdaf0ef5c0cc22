"""The demo as a new user starts it: one command, an address, ships that move."""

from __future__ import annotations

import re
import signal
import subprocess
import sys

import httpx
import numpy as np
import psutil
import pytest

from service.rights import ROLES
from tests.plugins.browsing import SCREEN, until
from tests.plugins.demoing import ROOT, demoing

pytestmark = pytest.mark.slow

PLACES = """Object.fromEntries([...vedetta.fleet.slots].map(
    ([key, slot]) => [key, [vedetta.fleet.lon[slot], vedetta.fleet.lat[slot]]]))"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """A running demo with its own data folder."""
    with demoing(tmp_path_factory.mktemp("demo"), "--port", "8700", "--speed", "5") as shown:
        yield shown


@pytest.fixture(scope="module")
def page(demo, browser):
    """The demo's page in Chromium."""
    page = browser.new_page(viewport=SCREEN)
    page.asked, page.errors = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.goto(demo.address)
    page.fill("#name", "operator")
    page.fill("#password", demo.passwords["operator"])
    page.click("main button")
    return page


@pytest.mark.browser
def test_hundreds_of_ships_are_on_the_map_and_move(page):
    until(page, "vedetta.fleet.slots.size > 300", seconds=90)
    before = page.evaluate(PLACES)

    def moved(after: dict[str, list[float]]) -> bool:
        return sum(before[key] != after[key] for key in {*before} & {*after}) > 200

    after = until(page, PLACES, moved, seconds=10)
    places = np.array(list(after.values()))
    assert places[:, 0].min() > -10
    assert places[:, 0].max() < 40
    assert page.errors == []


@pytest.mark.browser
def test_the_page_is_marked_as_an_exercise_and_asks_nobody_outside(page, demo):
    assert "EXERCISE" in page.inner_text("body")
    own = demo.address.rstrip("/")
    foreign = [u for u in page.asked if not u.startswith((own, own.replace("http", "ws")))]
    assert foreign == []


def test_everybody_who_was_printed_may_sign_in(demo):
    assert sorted(demo.passwords) == sorted([*ROLES, "colleague"])
    origin = demo.address.rstrip("/")
    for name, password in demo.passwords.items():
        with httpx.Client(base_url=origin, headers={"origin": origin}) as client:
            assert "terminal" in client.get("/sign-in").text
            client.post("/sign-in", data={"name": name, "password": password})
            role = client.get("/api/v1/me").json()["role"]
            assert role == ("operator" if name == "colleague" else name)


def test_health_tells_of_every_part(demo):
    answer = httpx.get(demo.address + "health")
    state = answer.json()
    assert (answer.status_code, state["live"], state["ready"]) == (200, True, True)
    assert [feed["state"] for feed in state["feeds"]] == ["connected"]
    assert state["spool"]["lag_s"] < 60
    assert state["counts"]["decoded"] > 1000


def test_figures_are_there_for_prometheus(demo):
    text = httpx.get(demo.address + "metrics").text
    assert float(re.search(r'vedetta_feed_lines_total\{feed="exercise"\} (\S+)', text)[1]) > 1000


def test_a_second_demo_is_refused_in_one_line(demo):
    environment = dict(psutil.Process(demo.process.pid).environ())
    words = [sys.executable, "-m", "service", "demo"]
    second = subprocess.run(
        words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert second.returncode == 1
    assert f"a demo runs already (process {demo.process.pid})" in second.stderr
    assert len(second.stderr.strip().splitlines()) == 1


def test_an_interrupt_ends_the_demo_and_all_that_it_started(demo):
    process = demo.process
    started = psutil.Process(process.pid).children(recursive=True)
    data = psutil.Process(process.pid).environ()["XDG_DATA_HOME"]
    process.send_signal(signal.SIGINT)
    assert process.wait(90) == 0
    gone, left = psutil.wait_procs(started, timeout=20)
    assert (len(gone) > 3, left) == (True, [])
    assert not [p for p in psutil.process_iter(["cmdline"]) if runs_in(p, data)]


def runs_in(process: psutil.Process, folder: str) -> bool:
    return any(word.startswith(folder) for word in process.info["cmdline"] or [])
