"""A real Chromium, and how tests ask and touch a map in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

ARGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
SCREEN = {"width": 1280, "height": 720}
# What comes at once on a quiet machine may take long on a loaded one, and is not wrong then.
expect.set_options(timeout=20_000)
AXE = Axe()


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """Chromium for a module: its loop must not run while tests of others do."""
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=chromium, args=ARGS) as browser,
    ):
        yield browser


def until(
    page: Page, asked: str, wanted: Callable[[Any], bool] = bool, seconds: float = 15.0
) -> Any:
    """Ask the page until the answer is as wanted (its policy forbids Playwright's own way)."""
    # Most is there within a few milliseconds, and there are thousands of such questions.
    for asking in range(round(seconds * 10)):
        if wanted(answer := page.evaluate(f"() => {{ try {{ return {asked} }} catch {{}} }}")):
            return answer
        page.wait_for_timeout(min(10 << asking, 100))
    pytest.fail(f"{asked} is {answer!r}")


def place(page: Page, lat: float, lon: float) -> tuple[float, float]:
    """Where a position of the live map lies on the page, px."""
    at = page.evaluate(
        "([lat, lon]) => { const p = vedetta.map.latLngToContainerPoint([lat, lon]); "
        "return [p.x, p.y]; }",
        [lat, lon],
    )
    box = page.locator("#map_live").bounding_box()
    return box["x"] + at[0], box["y"] + at[1]


def click_at(page: Page, lat: float, lon: float, **how: Any) -> None:
    """Click a position of the live map."""
    page.mouse.click(*place(page, lat, lon), **how)


def click_ship(page: Page, key: int) -> None:
    """Click the vessel of a track where she is drawn now."""
    at = page.evaluate(
        "(key) => { const { fleet } = vedetta, slot = fleet.slots.get(key); "
        "return [fleet.lat[slot], fleet.lon[slot]]; }",
        key,
    )
    click_at(page, *at)


def on_canvas(page: Page, lat: float, lon: float) -> list[float]:
    """Where a position lies on the canvas of the vessels, px."""
    return page.evaluate(
        "([lat, lon]) => { const p = vedetta.layer.onCanvas("
        "vedetta.map.latLngToContainerPoint([lat, lon])); return [p.x, p.y]; }",
        [lat, lon],
    )


def pixels(page: Page, x: float, y: float, half: float, colour: str) -> int:
    """Count pixels of about a colour round a point of the vessels' canvas."""
    return page.evaluate(
        """([x, y, half, colour]) => { const { context, ratio } = vedetta.layer;
        const n = 2 * half * ratio;
        const { data } = context.getImageData((x - half) * ratio, (y - half) * ratio, n, n);
        const rgb = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
        let found = 0;
        for (let p = 0; p < data.length; p += 4)
            found += rgb.every((value, i) => Math.abs(data[p + i] - value) < 6);
        return found; }""",
        [x, y, half, colour],
    )


def faults(page: Page) -> list[str]:
    """What axe finds on the page, one line each; by night it asks what the colours change."""
    page.evaluate(AXE.axe_script)
    found = []
    for theme, options in (("day", "{}"), ("night", "{ runOnly: ['color-contrast'] }")):
        wear(page, theme)
        told = page.evaluate(f"axe.run(document, {options})")
        assert told["passes"] or theme == "night"
        for one in told["violations"]:
            found += [f"{page.url} {theme} {one['id']}: {node['html']}" for node in one["nodes"]]
    return found


def wear(page: Page, theme: str) -> None:
    """Have the page in the colours of ``day`` or ``night``."""
    page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
