"""What each office is told, and that nobody is told more than the codes allow."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alerts.alert import Codes
from alerts.cap import CapSender, cap_xml
from alerts.cise import CiseParty, cise_messages
from alerts.errors import AlertsError
from alerts.notices import (
    Occasion,
    Past,
    alert_json,
    alert_of,
    bare,
    compose,
    for_rescuers,
    frozen,
    notice_id,
    thawed,
)
from alerts.routing import Office, RoutingSettings, Rule, route
from alerts.texts import letter
from tests.plugins.notices import HOSTILE, MINUTE_US, NOON_US, alert, distress, event, hostile

OFFICES = (
    Office("catania", "EURTF Catania", country="ITA", channels=("mail", "hook")),
    Office("piraeus", "EURTF Piraeus", country="GRC", channels=("mail",), language="el"),
    Office("mrcc", "MRCC", kind="rescue_centre", channels=("mail",), agreement="1", centre="m"),
    Office("tunis", "Tunis", kind="third_country", channels=("mail",)),
)
TABLE = RoutingSettings(
    OFFICES, (Rule("all", ("catania", "tunis")),), page="https://desk.example/"
)
SENDER = CapSender("vedetta@desk.example")
OPEN = Codes("H1", "", "green", "B", 3, ("ITA",))
NOW = Occasion(NOON_US + MINUTE_US, zone_names=("SAR region Malta",))
BEFORE = Past((("A-0123456789ab.1.piraeus", NOON_US),), ("mail",), "alert", False, "el")


def composed(about, past=None, occasion=NOW, events=None):
    shown = [event(about.kind)] if events is None else events
    return compose(about, shown, route(about, TABLE), past or {}, TABLE, occasion)


def test_an_office_gets_one_notice_on_each_of_its_channels_with_a_key_of_its_own():
    first, second, third = composed(alert(codes=OPEN))
    assert [(one.notice.office, one.channel) for one in (first, second, third)] == [
        ("catania", "mail"), ("catania", "hook"), ("tunis", "mail"),
    ]  # fmt: skip
    assert first.notice is second.notice
    assert first.notice.change == "alert"
    assert first.notice.id == "A-0123456789ab.1.catania"
    assert first.notice.link == "https://desk.example/alerts/A-0123456789ab"
    assert len({first.key, second.key, third.key}) == 3


def test_the_same_version_has_the_same_key_and_a_repeat_has_another():
    about = alert(codes=OPEN)
    assert composed(about)[0].key == composed(about)[0].key
    again = composed(about, occasion=replace(NOW, again=2))[0]
    assert again.notice.id == notice_id(about, "catania", 2) == "A-0123456789ab.1.catania.r2"
    assert again.key != composed(about)[0].key


def test_who_was_told_is_told_of_changes_though_no_rule_names_the_office_any_more():
    [*_, last] = composed(alert(codes=OPEN, version=2), {"piraeus": BEFORE})
    assert (last.notice.office, last.notice.change, last.notice.language) == (
        "piraeus", "update", "el",
    )  # fmt: skip
    assert last.notice.references == BEFORE.references


def test_an_alert_of_weeks_names_its_first_message_and_the_newest():
    long = replace(BEFORE, references=tuple((f"n{n}", NOON_US + n) for n in range(100)))
    [*_, last] = composed(alert(codes=OPEN, version=2), {"piraeus": long})
    names = [name for name, _ in last.notice.references]
    assert names == ["n0", *(f"n{n}" for n in range(69, 100))]


def test_a_retraction_reaches_those_who_were_told_and_nobody_else():
    gone = alert(codes=OPEN, version=2, state="retracted", reason="a late report disproves it")
    [only] = composed(gone, {"piraeus": BEFORE})
    assert (only.notice.office, only.notice.change) == ("piraeus", "cancel")


def test_codes_that_became_stricter_hold_for_those_who_were_told_in_full_before():
    stricter = alert(version=2, codes=Codes("H3", "named persons", "red", contributors=("GRC",)))
    told = {one.notice.office: one.notice for one in composed(stricter, {"piraeus": BEFORE})}
    assert told["piraeus"].limited
    assert told["piraeus"].alert.vessels == ()


def test_a_third_country_that_the_codes_bar_by_now_hears_only_that_it_is_withdrawn():
    past = {"tunis": replace(BEFORE, language="en")}
    stricter = alert(version=2, codes=Codes("H2", tlp="amber", contributors=("ITA",)))
    assert "tunis" not in {one.notice.office for one in composed(stricter, past)}
    [gone] = composed(replace(stricter, state="retracted"), past)
    assert gone.notice.limited
    assert (gone.notice.office, gone.notice.change) == ("tunis", "cancel")


def test_a_limited_notice_holds_nothing_but_lane_place_and_time():
    about = alert(codes=Codes("H2", "ask Rome", "amber", contributors=("GRC",)), zones=("z",),
                  reason="seen before", assignee="a.rossi")  # fmt: skip
    first, *_ = composed(about)
    assert first.notice.limited
    line = frozen(first.notice)
    for secret in ("MARIA K", "247320162", "V-000001", "ask Rome", "GRC", "silent", "a.rossi",
                   "seen before", "SAR region Malta"):  # fmt: skip
        assert secret not in line
    assert "12 nm SE of Lampedusa" in line
    assert bare(about).lane == about.lane


def test_a_rescuer_is_told_who_is_in_danger_and_not_what_the_police_think():
    about = alert("distress", codes=Codes("H3", "named", "red"), assignee="a.rossi")
    shown, events = for_rescuers(about, [event("distress"), event("watchlist")])
    assert [one.kind for one in events] == ["distress"]
    assert shown.vessels[0].name == "MARIA K"
    assert shown.vessels[0].listed_as == ()
    assert (shown.shares, shown.assignee) == ((), "")


def test_a_rescuer_hears_why_an_alert_was_withdrawn_but_not_other_remarks():
    assert for_rescuers(alert("distress", reason="a remark"), [])[0].reason == ""
    gone = alert("distress", reason="under test", state="retracted")
    assert for_rescuers(gone, [])[0].reason == "under test"


def test_sar_help_goes_with_sar_alerts_only():
    help_ = distress().sar
    occasion = replace(NOW, sar=help_)
    assert all(one.notice.sar == help_ for one in composed(alert("distress"), None, occasion))
    assert all(one.notice.sar is None for one in composed(alert(codes=OPEN), None, occasion))


def test_the_link_may_be_made_for_each_notice():
    occasion = replace(NOW, link_of=lambda name: f"https://desk.example/n/{name}")
    assert composed(alert(codes=OPEN), None, occasion)[0].notice.link.endswith("ab.1.catania")


@pytest.mark.parametrize("made", [distress(), *map(hostile, HOSTILE)], ids=repr)
def test_a_notice_comes_back_from_the_outbox_as_it_was(made):
    line = frozen(made)
    assert line.isascii()
    assert thawed(line) == made


def test_an_alert_comes_back_from_json_as_it_was():
    assert alert_of(alert_json(alert())) == alert()


@pytest.mark.parametrize("line", ["", "{}", "[]", '{"alert": 1}'])
def test_a_line_that_is_no_notice_is_refused(line):
    with pytest.raises(AlertsError, match="is no"):
        thawed(line)


def test_all_are_told_which_office_took_it_on_and_only_ours_who_there():
    """Whoever was called before is not who took it on, and nobody is told that they did it."""
    taken = alert("distress", state="acknowledged", assignee="Anna Rossi", codes=OPEN)
    past = {name: replace(BEFORE, references=((f"A-0123456789ab.1.{name}", NOON_US),))
            for name in ("piraeus", "mrcc", "tunis")}  # fmt: skip
    said = Occasion(NOON_US, change="ack", by="Bruno Verdi", by_office="catania")
    told = {one.notice.office: one.notice for one in compose(taken, (), (), past, TABLE, said)}
    assert told["piraeus"].taken_by == "Bruno Verdi (EURTF Catania)"
    assert {told["mrcc"].taken_by, told["tunis"].taken_by} == {"EURTF Catania"}
    assert "Taken on by Bruno Verdi (EURTF Catania)." in cap_xml(told["piraeus"], SENDER).decode()
    [feedback] = cise_messages(told["tunis"], CiseParty("ours"))
    assert feedback.findtext("Reason") == "Taken on by EURTF Catania"
    assert "Bruno Verdi (EURTF Catania)" in letter(told["piraeus"], sealed=False)


def test_what_the_desk_took_on_is_not_said_to_be_the_readers():
    taken = alert("distress", state="acknowledged", codes=OPEN)
    past = {"mrcc": replace(BEFORE, references=(("A-0123456789ab.1.mrcc", NOON_US),))}
    [told] = compose(taken, (), (), past, TABLE, Occasion(NOON_US, change="ack", by="m.papas"))
    assert "Taken on by the desk." in cap_xml(told.notice, SENDER).decode()
