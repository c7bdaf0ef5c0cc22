import pytest

from watchlist.flags import FLAGS, alpha3, country, flag


@pytest.mark.parametrize(
    "mmsi, state",
    [
        (247_000_001, "Italy"),
        (237_000_001, "Greece"),
        (215_000_001, "Malta"),
        (2_470_001, "Italy"),
        (24_700_001, "Italy"),
        (992_470_001, "Italy"),
        (111_248_001, "Malta"),
        (982_470_001, "Italy"),
        (636_000_001, "Liberia"),
        (970_012_345, None),
        (974_247_001, None),
        (100_000_001, None),
        (0, None),
    ],
)
def test_flags_by_mmsi(mmsi, state) -> None:
    assert flag(mmsi) == state


@pytest.mark.parametrize(
    "mmsi, code",
    [
        (247_000_001, "ITA"),
        (271_000_001, "TUR"),
        (255_000_001, "PRT"),
        (303_000_001, "USA"),
        (992_470_001, "ITA"),
        (970_012_345, None),
        (999_999_999, None),
    ],
)
def test_countries_by_mmsi(mmsi, code) -> None:
    assert country(mmsi) == code


@pytest.mark.parametrize(
    "text, code",
    [
        ("Italy", "ITA"),
        ("it", "ITA"),
        ("ITA", "ITA"),
        ("Türkiye", "TUR"),
        ("TURKEY", "TUR"),
        ("UK", "GBR"),
        ("U.K.", "GBR"),
        ("St Vincent", "VCT"),
        ("St. Vincent & Grenadines", "VCT"),
        ("Marshall Is.", "MHL"),
        ("Cook Is", "COK"),
        ("the Bahamas", "BHS"),
        ("Bahamas (the)", "BHS"),
        ("Côte d'Ivoire", "CIV"),
        ("Viet Nam", "VNM"),
        ("South Korea", "KOR"),
        ("Curaçao", "CUW"),
        ("", None),
        ("Atlantis", None),
        ("x" * 1_000_000, None),
    ],
)
def test_flags_as_the_field_writes_them(text, code) -> None:
    assert alpha3(text) == code


def test_every_state_that_gives_mmsis_has_a_code() -> None:
    assert [name for name in set(FLAGS.values()) if alpha3(name) is None] == []
