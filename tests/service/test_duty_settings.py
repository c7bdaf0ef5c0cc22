"""The sections duty, digests and receipts as they stand in a configuration file."""

from __future__ import annotations

import datetime as dt

import pytest

from alerts.roster import on_duty
from service.digests import DigestSettings
from service.errors import SettingsError
from service.escalating import DutySettings
from service.receipts import ReceiptSettings
from service.settings import parse
from service.strict_yaml import load_yaml

DUTY = b"""
rosters:
  - office: catania
    zone: Europe/Rome
    people:
      - {id: a.rossi, name: Anna Rossi, phone: "+39 000", channels: [rossi-mail]}
      - {id: b.verdi, name: Bruno Verdi}
      - {id: head, name: Head of desk}
    shifts:
      - {people: [a.rossi, b.verdi], begins: "06:00", ends: "22:00",
         days: [mon, tue, wed, thu, fri]}
      - {people: [b.verdi], begins: "06:00", ends: "06:00", days: [sat, sun, holiday]}
    holidays: ["2026-12-25"]
    away:
      - {person: a.rossi, since: "2026-11-23", until: "2026-11-29", instead: head}
    swaps:
      - {begins: "2026-11-20T08:00:00+01:00", ends: "2026-11-20T09:00:00+01:00", people: [head]}
    chain: [head]
escalation:
  sar_repeat_min: 2
  law_severity_at_least: critical
"""


def test_a_roster_is_read_and_asked():
    duty = parse(DutySettings, load_yaml(DUTY), "config.yaml: duty.")
    roster = duty.roster("catania")
    assert duty.escalation.sar_repeat_min == 2
    noon = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
    assert [one.name for one in on_duty(roster, noon)] == ["Head of desk", "Bruno Verdi"]
    swap = dt.datetime(2026, 11, 20, 7, 30, tzinfo=dt.UTC)
    assert [one.id for one in on_duty(roster, swap)] == ["head"]
    christmas = dt.datetime(2026, 12, 25, 12, tzinfo=dt.UTC)
    assert [one.id for one in on_duty(roster, christmas)] == ["b.verdi"]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (b"chain: [head]", b"chain: [nobody]", "chain: 'nobody' is nobody"),
        (b"zone: Europe/Rome", b"zone: Rome", "zone 'Rome'"),
        (b'ends: "22:00"', b'ends: "25:00"', "rosters.0.shifts.0.ends"),
        (b"holidays:", b"holiday:", "rosters.0.holiday: is unknown"),
        (b"[sat, sun, holiday]", b"[sat, sunday]", "days"),
        (b"critical", b"grave", "law_severity_at_least"),
    ],
)
def test_what_is_wrong_is_named_with_its_path(old, new, fault):
    assert old in DUTY
    with pytest.raises(SettingsError, match=fault):
        parse(DutySettings, load_yaml(DUTY.replace(old, new, 1)), "config.yaml: duty.")


def test_digests_and_receipts_are_read():
    assert parse(DigestSettings, {"daily_hour": 7}, "digests.").daily_hour == 7
    said = {"inboxes": [{"folder": "/in", "offices": ["a"], "certificates": ["/a.pem"]}]}
    assert str(parse(ReceiptSettings, said, "receipts.").inboxes[0].certificates[0]) == "/a.pem"
    with pytest.raises(SettingsError, match="daily_hour"):
        parse(DigestSettings, {"daily_hour": 24}, "digests.")
    with pytest.raises(SettingsError, match="weekly_day"):
        parse(DigestSettings, {"weekly_day": "monday"}, "digests.")
    with pytest.raises(SettingsError, match="zone 'Rome'"):
        parse(DigestSettings, {"zone": "Rome"}, "digests.")
