import pytest

from maps.live import words


@pytest.mark.parametrize(
    "code, said",
    [
        (70, "Cargo"),
        (81, "Tanker, hazard A"),
        (52, "Tug"),
        (38, "Reserved (38)"),
        (0, None),
        (None, None),
        (255, None),
        (49, "High-speed craft"),
        (99, "Other type"),
    ],
)
def test_ship_types_in_words(code, said) -> None:
    assert words.ship_type(code) == said


@pytest.mark.parametrize(
    "code, said",
    [
        (0, "Under way using engine"),
        (5, "Moored"),
        (14, "Distress device active"),
        (15, None),
        (255, None),
        (None, None),
    ],
)
def test_status_in_words(code, said) -> None:
    assert words.status(code) == said


def test_devices_are_named_for_what_they_are() -> None:
    assert words.station(1, 970_012_345) == "AIS-SART"
    assert words.station(21, 992_471_000) == "Aid to navigation"
    assert words.station(4, 2_470_001) == "Base station"
    assert words.station(9, 111_247_001) == "Rescue aircraft"
    assert words.station(1, 247_000_001) is None
