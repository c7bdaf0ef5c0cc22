import pytest

from watchlist.identifiers import call_sign, call_sign_country, imo_is_valid, mmsi_kind


@pytest.mark.parametrize("imo", [9_074_729, 9_241_061, 9_703_291, 8_814_275])
def test_the_last_digit_of_an_imo_number_checks_the_others(imo) -> None:
    assert imo_is_valid(imo)
    assert not any(imo_is_valid(imo // 10 * 10 + d) for d in range(10) if d != imo % 10)


@pytest.mark.parametrize("imo", [0, -9_074_729, 907_472, 90_747_290, 1_073_741_823])
def test_an_imo_number_has_seven_digits(imo) -> None:
    assert not imo_is_valid(imo)


@pytest.mark.parametrize(
    "mmsi, kind",
    [
        (247_123_450, "ship"),
        (2_470_001, "coast station"),
        (24_700_001, "group"),
        (111_247_001, "sar aircraft"),
        (992_471_001, "aid to navigation"),
        (982_470_001, "craft of a ship"),
        (970_123_456, "sart"),
        (972_123_456, "mob"),
        (974_123_456, "epirb"),
        (100_000_001, "invalid"),
        (999_999_999, "invalid"),
        (0, "invalid"),
        (1_073_741_823, "invalid"),
    ],
)
def test_an_mmsi_says_what_kind_of_station_it_is(mmsi, kind) -> None:
    assert mmsi_kind(mmsi) == kind


@pytest.mark.parametrize(
    "text, sign",
    [
        ("9ha 123", "9HA123"),
        ("9HA4@53", "9HA4"),
        ("9HA4@@@", "9HA4"),
        ("@9HA453", ""),
        ("SV-1234", "SV1234"),
        ("0", ""),
        ("0000000", ""),
        ("XXXX", ""),
        ("none", ""),
        ("12345", ""),
        ("", ""),
    ],
)
def test_call_signs_in_one_form_and_junk_as_none(text, sign) -> None:
    assert call_sign(text) == sign


@pytest.mark.parametrize(
    "sign, state",
    [
        ("9HA1234", "MLT"),
        ("IBCD", "ITA"),
        ("SVAB", "GRC"),
        ("TCXY", "TUR"),
        ("5BXY4", "CYP"),
        ("D5AB2", "LBR"),
        ("3FXY8", "PAN"),
        ("QQQ1", None),
        ("", None),
    ],
)
def test_a_call_sign_names_its_state(sign, state) -> None:
    assert call_sign_country(sign) == state
