"""Who is told of what, by the table of offices and rules."""

from __future__ import annotations

import pytest

from alerts.alert import Codes
from alerts.routing import (
    Office,
    RoutingError,
    RoutingSettings,
    Rule,
    Told,
    Untold,
    considered,
    explain,
    limits,
    route,
)
from tests.plugins.notices import alert

CATANIA = Office("catania", "EURTF Catania", country="ITA", channels=("mail",), language="it")
PIRAEUS = Office("piraeus", "EURTF Piraeus", country="GRC", channels=("mail",), language="el")
ROMA = Office(
    "mrcc-roma", "MRCC Roma", kind="rescue_centre", country="ITA", channels=("fax",),
    agreement="2026/17", centre="mrcc-roma",
)  # fmt: skip
MALTA = Office(
    "rcc-malta", "RCC Malta", kind="rescue_centre", channels=("fax",), enabled=False,
    centre="rcc-malta",
)  # fmt: skip
TUNIS = Office("tunis", "Tunis", kind="third_country", country="TUN", channels=("mail",))
OFFICES = (CATANIA, PIRAEUS, ROMA, MALTA, TUNIS)
OPEN = Codes("H1", "", "green", "B", 3, ("ITA",))


def table(*rules: Rule) -> RoutingSettings:
    return RoutingSettings(OFFICES, rules)


def told(*rules: Rule, about=None, **where) -> list[str]:
    return [one.office for one in route(about or alert(codes=OPEN), table(*rules), **where)]


def test_a_centre_that_is_not_written_as_an_id_is_refused():
    with pytest.raises(RoutingError, match="centre 'MRCC Roma': expected its name in lower case"):
        Office("roma", "MRCC Roma", "rescue_centre", enabled=False, centre="MRCC Roma")


def test_every_rule_that_fits_counts_and_an_office_is_told_once():
    [one] = route(alert(codes=OPEN), table(Rule("gaps", ("catania",), kinds=("gap",)),
                                           Rule("all law", ("catania",), lanes=("law",),
                                                channels=("hook", "mail"))))  # fmt: skip
    assert one == Told(
        "catania", ("hook", "mail"), "it", limited=False, why="rule gaps; rule all law"
    )


@pytest.mark.parametrize(
    "said",
    [
        {"lanes": ("sar",)},
        {"kinds": ("encounter",)},
        {"severity_at_least": "high"},
        {"zones": ("office-catania",)},
        {"member_states": ("GRC",)},
        {"handling_at_most": "H0"},
    ],
    ids=lambda said: next(iter(said)),
)
def test_a_rule_whose_one_condition_does_not_fit_tells_nobody(said):
    assert told(Rule("no", ("catania",), **said)) == []


@pytest.mark.parametrize(
    "said",
    [
        {"lanes": ("law", "sar")},
        {"kinds": ("encounter", "gap")},
        {"severity_at_least": "medium"},
        {"zones": ("office-catania", "z")},
        {"member_states": ("ITA",)},
        {"handling_at_most": "H1"},
    ],
    ids=lambda said: next(iter(said)),
)
def test_bounds_are_included_and_one_of_several_is_enough(said):
    assert told(Rule("yes", ("catania",), **said), about=alert(codes=OPEN, zones=("z",))) == [
        "catania"
    ]


def test_a_member_state_also_fits_by_a_zone_of_its_own():
    rule = Rule("greek waters", ("piraeus",), member_states=("GRC",))
    assert told(rule) == []
    assert told(rule, countries=("GRC",)) == ["piraeus"]


def test_the_star_means_offices_and_never_third_countries_or_rescue_centres():
    assert told(Rule("all", ("*",))) == ["catania", "piraeus"]


def test_a_third_country_is_told_where_a_rule_names_it_and_the_codes_allow():
    rule = Rule("tunis too", ("tunis",))
    assert told(rule) == ["tunis"]
    for codes in (Codes("H2", tlp="green"), Codes("H0", tlp="amber"), Codes("H0", tlp="red")):
        assert told(rule, about=alert(codes=codes)) == []


def test_an_office_over_whose_bound_the_codes_are_is_told_lane_place_time_and_link():
    [one] = route(alert(codes=Codes("H2", tlp="green", contributors=("GRC",))),
                  table(Rule("all", ("catania",))))  # fmt: skip
    assert one.limited
    assert "H2" in one.why


def test_what_a_member_state_contributed_itself_it_is_told_in_full():
    codes = Codes("H2", tlp="amber", contributors=("ITA",))
    assert limits(codes, CATANIA) == ""
    assert limits(codes, PIRAEUS) != ""
    assert limits(Codes("H2", contributors=("ITA", "GRC")), CATANIA) != ""
    assert limits(Codes("H0", tlp="red"), CATANIA) == "TLP red"


def test_an_unknown_handling_code_is_the_strictest():
    assert limits(Codes("H9"), Office("x", "X", handling_at_most="H3")) != ""


def test_sar_goes_first_to_the_enabled_rescue_centres_of_the_region():
    about = alert("distress", codes=Codes("H3", tlp="red"))
    found = considered(
        about, table(Rule("sar", ("*",), lanes=("sar",))), centres=("rcc-malta", "mrcc-roma")
    )
    assert [one.office for one in found] == ["mrcc-roma", "rcc-malta", "catania", "piraeus"]
    assert isinstance(found[1], Untold)
    assert "not enabled" in found[1].why
    # No code keeps from a rescuer what a rescuer needs.
    assert not any(one.limited for one in found if isinstance(one, Told))


def test_a_sar_alert_that_no_rule_fits_is_told_to_every_office():
    found = route(alert("distress"), table(Rule("law", ("piraeus",), lanes=("law",))))
    assert [one.office for one in found] == ["catania", "piraeus"]


def test_telling_only_a_rescue_centre_does_not_leave_the_offices_out():
    found = route(alert("distress"), table(), centres=("mrcc-roma",))
    assert [one.office for one in found] == ["mrcc-roma", "catania", "piraeus"]


def test_a_rescue_centre_is_never_told_a_suspicion():
    assert told(Rule("odd", ("mrcc-roma", "catania"))) == ["catania"]


def test_an_office_without_a_channel_is_named_as_not_told():
    settings = RoutingSettings((Office("dumb", "Dumb"),), (Rule("r", ("dumb",)),))
    [one] = considered(alert(codes=OPEN), settings)
    assert isinstance(one, Untold)
    assert "no channel" in one.why


def test_a_dry_run_says_who_gets_what_and_who_does_not_and_why():
    settings = table(Rule("all", ("*", "mrcc-roma")))
    text = explain(considered(alert(codes=OPEN), settings), settings)
    assert text.splitlines() == [
        "told      catania (EURTF Catania): mail; it; in full; rule all",
        "told      piraeus (EURTF Piraeus): mail; el; in full; rule all",
        "not told  mrcc-roma (MRCC Roma): a rescue centre is told of SAR alerts only",
        "not told  rcc-malta (RCC Malta): no rule fits, and no region of rcc-malta is concerned",
        "not told  tunis (Tunis): no rule fits",
    ]
    assert explain((), RoutingSettings()) == "nobody: there is no office"


@pytest.mark.parametrize(
    "wrong, said",
    [
        (lambda: Office("Big Office", "x"), "lower-case"),
        (lambda: Office("x", "x", handling_at_most="H7"), "H7"),
        (lambda: Office("x", "x", kind="rescue_centre"), "agreement"),
        (lambda: Rule("r", ()), "offices is empty"),
        (lambda: Rule("r", ("x",), kinds=("gaps",)), "'gaps' is unknown"),
        (lambda: Rule("r", ("x",), lanes=("police",)), "'police' is unknown"),
        (lambda: RoutingSettings((CATANIA, CATANIA)), "twice"),
        (lambda: RoutingSettings((CATANIA,), (Rule("r", ("rome",)),)), "'rome' is unknown"),
        (lambda: RoutingSettings(page="javascript:alert(1)"), "https"),
        (lambda: table().check_channels(("mail",)), "'fax' is unknown"),
    ],
)
def test_a_table_that_cannot_be_meant_is_refused_in_one_line(wrong, said):
    with pytest.raises(RoutingError, match=said) as caught:
        wrong()
    assert "\n" not in str(caught.value)


def test_what_is_information_only_pages_nobody_unless_a_rule_says_so():
    tested = alert("distress", severity="info")
    assert told(Rule("sar", ("*",), lanes=("sar",)), about=tested, centres=("mrcc-roma",)) == []
    asked = Rule("tests", ("catania",), lanes=("sar",), severity_at_least="info")
    assert told(asked, about=tested, centres=("mrcc-roma",)) == ["catania"]


def test_a_rescue_whose_rules_reach_nobody_is_told_to_every_office():
    off = Office("off", "Off", channels=("mail",), enabled=False)
    mute = Office("mute", "Mute")
    settings = RoutingSettings((*OFFICES, off, mute), (Rule("sar", ("off", "mute"), ("sar",)),))
    assert [one.office for one in route(alert("distress"), settings)] == ["catania", "piraeus"]
