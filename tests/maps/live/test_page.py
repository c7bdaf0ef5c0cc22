import re
from pathlib import Path

import pytest

from maps.live import page as live
from maps.live.page import NONCE, STYLES, PageSettings, render
from maps.live.symbols import CLASSES

ASSETS = Path(live.__file__).parents[1] / "assets"
MOST_LINES = 400


@pytest.fixture(scope="module")
def page() -> str:
    return render(PageSettings(assets="/assets/abc", coast="Natural Earth"))


def test_the_page_names_no_foreign_address(page) -> None:
    assert not re.findall(r"(?:https?:)?//\w[^\s\"']*", page)


def test_every_script_and_style_is_ours(page) -> None:
    links = re.findall(r'<(?:script|link|img)\b[^>]*?(?:src|href)="([^"]*)"', page)
    assert len(links) > 3
    assert all(link.startswith("/assets/abc/") for link in links)


def test_each_sheet_of_the_page_is_there_and_no_sheet_is_too_long_to_read(page) -> None:
    sheets = {one.name: one.read_text().splitlines() for one in ASSETS.glob("*.css")}
    linked = re.findall(r'href="/assets/abc/(\w+\.css)"', page)
    assert [one.removesuffix(".css") for one in linked] == list(STYLES)
    assert set(linked) <= set(sheets)
    assert {name for name, lines in sheets.items() if len(lines) > MOST_LINES} == set()


def test_the_one_inline_script_carries_the_nonce(page) -> None:
    inline = [tag for tag in re.findall(r"<script[^>]*>", page) if "src=" not in tag]
    assert inline == [f'<script nonce="{NONCE}">']


def test_there_are_no_inline_styles_or_handlers(page) -> None:
    assert "<style" not in page
    assert not re.search(r"\s(?:style|on\w+)=", page)


def test_zooming_is_not_forbidden(page) -> None:
    assert "user-scalable" not in page
    assert "maximum-scale" not in page


def test_zoom_ends_reach_leaflet(page) -> None:
    assert re.search(r'"?minZoom"?: 3\b', page)
    assert re.search(r'"?maxZoom"?: 17\b', page)


def test_the_map_has_a_role_and_a_name(page) -> None:
    assert re.search(r'<div id="map_live" role="application" aria-label="Map: [^"]+"></div>', page)


def test_an_exercise_is_marked_and_the_service_is_not(page) -> None:
    assert "EXERCISE" not in page
    marked = render(PageSettings(exercise=True))
    assert "<title>EXERCISE · Vedetta</title>" in marked
    assert ">EXERCISE</strong>" in marked


def test_the_page_tells_the_classes_in_wire_order(page) -> None:
    told = re.findall(r'"key": "(\w+)"', page)
    assert told == [entry.key for entry in CLASSES]


def test_two_maps_in_one_process_do_not_share_links(page) -> None:
    assert "/assets/other/" not in page
    render(PageSettings(assets="/assets/other"))
    assert "/assets/other/" not in render(PageSettings(assets="/assets/abc"))
