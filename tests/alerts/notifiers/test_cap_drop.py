"""The CAP file drop: whole files, the same for every attempt."""

from __future__ import annotations

import json

import pytest
from lxml import etree

from alerts.notifier import Later, Refused
from alerts.notifiers.cap import CapDrop
from tests.plugins.notices import distress, notice

KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def channel(tmp_path) -> CapDrop:
    return CapDrop("cap", tmp_path, "vedetta@desk.example")


def test_two_files_appear_and_the_receipt_names_the_message(channel, tmp_path):
    receipt = channel.send(distress(), KEY)
    assert receipt.reference == "A-0123456789ab.1.catania"
    xml, twin = sorted(tmp_path.iterdir())
    assert xml.name == "20261120T120100Z_A-0123456789ab_1_catania_01234567.cap.xml"
    assert etree.parse(xml).getroot().tag.endswith("alert")
    assert json.loads(twin.read_bytes())["type"] == "FeatureCollection"


def test_a_repeat_changes_nothing(channel, tmp_path):
    first = channel.send(notice(), KEY)
    files = {path: path.read_bytes() for path in tmp_path.iterdir()}
    assert channel.send(notice(), KEY) == first
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == files


def test_without_the_twin_only_the_message_is_written(tmp_path):
    CapDrop("cap", tmp_path, "vedetta@desk.example", twin=False).send(notice(), KEY)
    assert [path.suffix for path in tmp_path.iterdir()] == [".xml"]


def test_a_folder_that_is_away_is_tried_again_and_named_at_start(tmp_path):
    channel = CapDrop("cap", tmp_path / "mount", "vedetta@desk.example")
    with pytest.raises(Later, match="cannot be written"):
        channel.send(notice(), KEY)
    with pytest.raises(Refused, match="channel cap: folder"):
        channel.ready()


def test_what_cap_cannot_say_is_refused(channel, tmp_path):
    with pytest.raises(Refused, match="was never told"):
        channel.send(notice(change="cancel"), KEY)
    assert list(tmp_path.iterdir()) == []


def test_an_id_cannot_leave_the_folder(channel, tmp_path):
    channel.send(notice(id="../../etc/passwd"), KEY)
    assert len(list(tmp_path.iterdir())) == 2


def test_a_wrong_sender_is_named_at_start(tmp_path):
    with pytest.raises(Refused, match="channel cap: sender"):
        CapDrop("cap", tmp_path, "two words").ready()
