"""Makes the pictures of docs/images from a demo: desk, wall and telephone. Run by hand.

``.venv/bin/python docs/derive_pictures.py [FOLDER]`` takes some minutes: a minute of the exercise
has to pass before there are alerts to be seen. zones*.png are drawn elsewhere and stay.
"""

from __future__ import annotations

import io
import re
import shutil
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.plugins.browsing import ARGS, SCREEN, until  # noqa: E402 (found by the line above)
from tests.plugins.demoing import Shown, demoing  # noqa: E402

SPEED, SHIPS, PORT, PATIENCE_MS, SETTLED_MS = 3, 150, 8780, 300_000, 4_000
OPTIONS = ("--port", str(PORT), "--speed", str(SPEED), "--vessels", str(SHIPS))
WALL, TELEPHONE = {"width": 3840, "height": 2160}, {"width": 390, "height": 844}
COLOURS = 200  # of a PNG: a third of its size, and nothing that an eye would miss
QUALITY = 60  # of a WebP, on the wall


def sits(browser: Browser, shown: Shown, name: str, theme: str = "day", **said: object) -> Page:
    """Sign somebody in, the inbox at hand and the colours as asked."""
    said = {"viewport": SCREEN, **said}
    context = browser.new_context(
        base_url=shown.address, color_scheme="dark" if theme == "night" else "light", **said
    )
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto("/sign-in")
    page.fill("#name", name)
    page.fill("#password", shown.passwords[name])
    page.keyboard.press("Enter")
    page.wait_for_selector("#map_live")
    return page


def on_map(page: Page, path: str = "/") -> Page:
    """Open the map and wait until it shows ships and alerts."""
    page.goto(path)
    until(page, "vedetta.fleet.size > 50", seconds=PATIENCE_MS / 1000)
    until(page, "document.querySelectorAll('.card').length > 1", seconds=PATIENCE_MS / 1000)
    return page


def keep(page: Page, path: Path) -> None:
    """Write what the page shows, small."""
    page.wait_for_timeout(SETTLED_MS)
    picture = Image.open(io.BytesIO(page.screenshot(timeout=PATIENCE_MS))).convert("RGB")
    if path.suffix == ".webp":
        picture.save(path, quality=QUALITY, method=6)
    else:
        picture.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    sys.stderr.write(f"{path.name}: {path.stat().st_size // 1024} KiB\n")


def desk(browser: Browser, shown: Shown, folder: Path) -> None:
    """Take the pictures of an operator's desk."""
    for theme, name in (("day", "live-map.png"), ("night", "live-map-night.png")):
        keep(on_map(sits(browser, shown, "operator", theme)), folder / name)
    page = on_map(sits(browser, shown, "supervisor"))
    page.locator(".card.sar").first.click()
    page.get_by_role("heading", name=re.compile("What was seen")).wait_for()
    keep(page, folder / "alert-open.png")
    page.goto("/log")
    keep(page, folder / "log.png")


def elsewhere(browser: Browser, shown: Shown, folder: Path) -> None:
    """Take the pictures of the wall, and of an office's telephone."""
    wall = sits(browser, shown, "operator", "night", viewport=WALL)
    keep(on_map(wall, "/?kiosk=1"), folder / "wall.webp")
    phone = sits(browser, shown, "office", viewport=TELEPHONE, device_scale_factor=2)
    phone.goto("/alerts")
    keep(phone, folder / "inbox-telephone.png")
    phone.locator("table.alerts a").first.click()
    phone.wait_for_selector("article.alert")
    keep(phone, folder / "alert-telephone.png")


def main() -> None:
    """Run a demo, wait for its alerts, and take the pictures."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images"
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with (
        tempfile.TemporaryDirectory() as data,
        demoing(Path(data), *OPTIONS) as shown,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=chromium, args=ARGS) as browser,
    ):
        desk(browser, shown, folder)
        elsewhere(browser, shown, folder)


if __name__ == "__main__":
    main()
