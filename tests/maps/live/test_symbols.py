import re
from pathlib import Path

import numpy as np
import pytest

from maps.live import symbols

ASSETS = Path(__file__).parents[3] / "maps" / "assets"


def class_of(mmsi: int = 247_000_001, message: int = 1, ship_type: int = 255) -> str:
    found = symbols.classes(
        np.array([mmsi], "u4"), np.array([message], "u1"), np.array([ship_type], "u1")
    )
    return symbols.CLASSES[found[0]].key


@pytest.mark.parametrize(
    "code, key",
    [
        (70, "cargo"),
        (79, "cargo"),
        (84, "tanker"),
        (60, "passenger"),
        (30, "fishing"),
        (36, "pleasure"),
        (37, "pleasure"),
        (49, "high_speed"),
        (52, "special"),
        (35, "special"),
        (0, "unknown"),
        (99, "unknown"),
        (255, "unknown"),
        (200, "unknown"),
    ],
)
def test_ship_types_have_their_class(code, key) -> None:
    assert class_of(ship_type=code) == key


def test_what_is_no_ship_is_known_by_message_or_mmsi() -> None:
    assert class_of(mmsi=2_470_001, message=4) == "base"
    assert class_of(mmsi=992_471_234, message=21) == "aid"
    assert class_of(mmsi=111_247_001, message=9) == "aircraft"
    assert class_of(mmsi=970_012_345, message=1, ship_type=70) == "distress"
    assert class_of(mmsi=974_012_345) == "distress"


def state_of(nav_status: int, sog_kn: float) -> int:
    return int(symbols.states(np.array([nav_status], "u1"), np.array([sog_kn], "f4"))[0])


def test_a_ship_at_anchor_that_makes_way_is_drawn_as_moving() -> None:
    assert state_of(1, 0.1) & symbols.STATIONARY
    assert not state_of(1, 9.0) & symbols.STATIONARY


def test_status_decides_where_no_speed_is_sent() -> None:
    assert state_of(5, np.nan) & symbols.STATIONARY
    assert not state_of(0, np.nan) & symbols.STATIONARY


def test_status_14_is_distress() -> None:
    assert state_of(14, 2.0) & symbols.DISTRESS
    assert not state_of(15, 2.0) & symbols.DISTRESS


def test_a_lone_report_beside_a_track_is_not_shown() -> None:
    mmsi, reports = np.array([1, 1, 2], "u4"), np.array([50, 1, 1], "u4")
    assert symbols.confirmed(mmsi, reports).tolist() == [True, False, True]


def test_two_tracks_of_one_mmsi_are_both_shown() -> None:
    mmsi, reports = np.array([1, 1], "u4"), np.array([50, 2], "u4")
    assert symbols.confirmed(mmsi, reports).all()


def tokens() -> dict[str, dict[str, str]]:
    text = (ASSETS / "tokens.css").read_text()
    day, night = text.split(':root[data-theme="night"]')
    form = re.compile(r"--([a-z_-]+): (#[0-9a-f]{6});")
    return {"day": dict(form.findall(day)), "night": dict(form.findall(day + night))}


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["day", "night"])
@pytest.mark.parametrize("key", [entry.key for entry in symbols.CLASSES])
def test_symbols_stand_out_from_sea_and_land(theme, key) -> None:
    colours = tokens()[theme]
    assert contrast(colours[key], colours["sea"]) >= 3
    assert contrast(colours[key], colours["land"]) >= 3


@pytest.mark.parametrize("theme", ["day", "night"])
@pytest.mark.parametrize("mark", ["sar", "text", "lost"])
def test_marks_stand_out_from_sea_and_land(theme, mark) -> None:
    colours = tokens()[theme]
    assert contrast(colours[mark], colours["sea"]) >= 3
    assert contrast(colours[mark], colours["land"]) >= 3


@pytest.mark.parametrize("theme", ["day", "night"])
@pytest.mark.parametrize("mark", ["sar", "listed", "law", "infrastructure"])
def test_rings_stand_out_by_their_tone_or_their_rim(theme, mark) -> None:
    colours = tokens()[theme]
    for ground in ("sea", "land"):
        inks = (colours[mark], colours["mark-rim"])
        assert max(contrast(ink, colours[ground]) for ink in inks) >= 3
    assert contrast(colours[mark], colours["mark-rim"]) >= 3


@pytest.mark.parametrize("theme", ["day", "night"])
@pytest.mark.parametrize("ink, paper", [("text", "surface"), ("quiet", "surface")])
def test_text_is_readable(theme, ink, paper) -> None:
    colours = tokens()[theme]
    assert contrast(colours[ink], colours[paper]) >= 4.5
    assert contrast(colours["banner-text"], colours["banner"]) >= 4.5


TONES = ("band", "basin", "port", "departure", "arrival", "rescue", "office", "drawn")


@pytest.mark.parametrize("theme", ["day", "night"])
@pytest.mark.parametrize("tone", TONES)
def test_names_of_zones_are_readable_on_the_sea(theme, tone) -> None:
    colours = tokens()[theme]
    assert contrast(colours[f"zone-{tone}"], colours["sea"]) >= 4.5


@pytest.mark.parametrize("key", [kind.key for kind in symbols.CLASSES if kind.shape == "ship"])
def test_each_class_of_ships_has_a_form_or_sign_of_its_own(key) -> None:
    text = (ASSETS / "hulls.js").read_text()
    form = re.compile(r"^  (\w+)(?:: (.*),$|\(context\))", re.MULTILINE)
    hulls = dict(form.findall(text.split("const HULLS = {")[1].split("\n};")[0]))
    signs = dict(form.findall(text.split("const SIGNS = {")[1].split("\n};")[0]))
    alike = [other for other, drawn in hulls.items() if drawn and drawn == hulls[key]]
    assert alike in ([], [key]) or sum(other not in signs for other in alike) == 1
