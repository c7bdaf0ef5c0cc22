"""Signed JSON at a real HTTP server."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import pytest

from alerts.notifier import Later, Refused
from alerts.notifiers.webhook import Webhook, payload, signature
from alerts.posting import EndpointError
from tests.plugins.endpoint import listening
from tests.plugins.notices import HOSTILE, distress, hostile, notice

SECRET = "s" * 32


@pytest.fixture
def partner(monkeypatch):
    monkeypatch.setenv("HOOK_SECRET", SECRET)
    with listening() as found:
        yield found


def hook(partner, **changes) -> Webhook:
    return Webhook("hook", partner.url, "HOOK_SECRET", ("127.0.0.0/8",), **changes)


def test_a_partner_can_check_who_sent_it_and_sees_a_repeat(partner):
    receipts = [hook(partner).send(distress(), "k" * 32) for _ in range(2)]
    first, again = partner.got
    assert [one.reference for one in receipts] == ["k" * 32] * 2
    for got in (first, again):
        assert got.headers["webhook-id"] == got.headers["idempotency-key"] == "k" * 32
        signed = b"%s.%s.%s" % (
            b"k" * 32, got.headers["webhook-timestamp"].encode(), got.body,
        )  # fmt: skip
        digest = hmac.new(SECRET.encode(), signed, hashlib.sha256).digest()
        assert got.headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"


def test_the_signature_is_the_one_of_the_specification():
    # Computed with openssl: printf 'msg_1.1700000000.{}' | openssl dgst -sha256 -hmac key -binary
    assert signature(b"key", "msg_1", 1_700_000_000, b"{}") == (
        "v1,XaXLFEFQ69Q4+demDWPEv5ydXczDW2mM5crCUEFcFBA="
    )


def test_a_notice_is_sent_with_its_events_and_what_a_rescuer_needs(partner):
    hook(partner).send(distress(), "k" * 32)
    said = json.loads(partner.got[0].body)
    assert said["change"] == "alert"
    assert said["alert"]["vessels"][0]["name"] == "MARIA K"
    assert said["alert"]["started_at"] == "2026-11-20T12:00:00.000Z"
    assert said["events"][0]["evidence"]["silent_s"]["unit"] == "s"
    assert said["sar"]["nearest"][0]["distance_nm"] == 7.9
    assert partner.got[0].headers["content-type"] == "application/json"


def test_a_limited_notice_names_lane_place_time_and_link_only():
    said = payload(notice(limited=True))
    assert set(said["alert"]) == {
        "id", "version", "state", "lane", "place", "lon", "lat", "started_at", "updated_at",
        "handling", "tlp",
    }  # fmt: skip
    assert said["link"]
    assert "MARIA" not in json.dumps(said)
    assert not {"events", "zones", "sar"} & said.keys()


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_a_hostile_name_is_data_and_nothing_else(partner, text):
    hook(partner).send(hostile(text), "k" * 32)
    [got] = partner.got
    assert json.loads(got.body)["alert"]["vessels"][0]["name"] == text
    assert got.body.isascii()


def test_a_partner_that_is_busy_says_when(partner):
    partner.answer = lambda _: (429, {"Retry-After": "17"}, b"slow down")
    with pytest.raises(Later, match="answered 429") as caught:
        hook(partner).send(notice(), "k" * 32)
    assert caught.value.retry_after_s == 17.0


def test_a_missing_or_short_secret_is_known_at_start_and_never_sent(partner, monkeypatch):
    monkeypatch.setenv("HOOK_SECRET", "short")
    for act in (hook(partner).ready, lambda: hook(partner).send(notice(), "k" * 32)):
        with pytest.raises(Refused, match=r"\$HOOK_SECRET has 5 characters"):
            act()
    assert partner.got == []


def test_an_open_address_is_refused_at_start():
    with pytest.raises(EndpointError, match="is not https"):
        Webhook("hook", "http://partner.example/", "HOOK_SECRET")
