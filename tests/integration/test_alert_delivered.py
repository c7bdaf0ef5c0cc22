"""The whole way of a call for help: from a line on the radio to offices, by every channel.

Real ingest with spool and database, a real mail server, a real HTTP server, real files.
"""

from __future__ import annotations

import email
import email.policy
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from lxml import etree

from alerts.detectors.distress import Distress
from alerts.notifiers.cap import CapDrop
from alerts.notifiers.cise import CiseDrop
from alerts.notifiers.email import Email, Mailbox
from alerts.notifiers.webhook import Webhook
from alerts.routing import Office, RoutingSettings, Rule
from service.delivering import Dispatcher
from service.ingest import Ingest
from service.settings import IngestSettings, Settings
from store.connect import connect
from store.outbox import deliveries
from tests.plugins.certificates import put, signer
from tests.plugins.endpoint import Endpoint, listening
from tests.plugins.nmea import encoded
from tests.plugins.waiting import at_work, until

SART, SHIP = 970_123_456, 247_320_162
HOSTILE = "=<B>&AMP;'/C'!A0\\"
CAP = {"c": "urn:oasis:names:tc:emergency:cap:1.2"}


class AnyPort(Controller):
    """A mail server on a port that is free."""

    def _trigger_server(self) -> None:
        # It connects to itself once, and would take port 0 for a number.
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@dataclass
class Mails:
    """What arrived."""

    got: list[email.message.EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 (aiosmtpd)
        self.got.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 taken"


@dataclass
class World:
    """Everybody at the other ends, and the service between."""

    settings: Settings
    mails: Mails
    partner: Endpoint
    ingest: Ingest

    def files(self, name: str) -> list[etree._Element]:
        """Return the XML files that were dropped, oldest first."""
        return [
            etree.parse(path).getroot()
            for path in sorted((self.settings.folder / name).glob("*.xml"))
        ]


@pytest.fixture
def world(dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setenv("HOOK_SECRET", "s" * 32)
    mails = Mails()
    server = AnyPort(mails, hostname="127.0.0.1", port=0)
    server.start()
    key, certificate = put(signer(), tmp_path)
    for name in ("cap", "cise"):
        (tmp_path / name).mkdir()
    with listening() as partner:
        channels = (
            Email("mail", "127.0.0.1", "vedetta@desk.example", server.port, "none",
                  offices={"catania": Mailbox(("duty@catania.example",)),
                           "piraeus": Mailbox(("duty@piraeus.example",))}),
            Webhook("hook", partner.url, "HOOK_SECRET", ("127.0.0.0/8",)),
            CapDrop("cap", tmp_path / "cap", "vedetta@desk.example"),
            CiseDrop("cise", tmp_path / "cise", "eu.desk.vessel.push", key, certificate),
        )  # fmt: skip
        offices = (
            Office("catania", "EURTF Catania", country="ITA", channels=("mail", "cap", "cise"),
                   language="it"),
            Office("piraeus", "EURTF Piraeus", country="GRC", channels=("mail", "hook"),
                   language="el"),
        )  # fmt: skip
        settings = Settings(
            folder=tmp_path,
            exercise=True,
            # A minute of the stream in a second: a call is over after a minute of silence.
            ingest=IngestSettings(block_ms=10, clock_speed=60),
            routing=RoutingSettings(
                offices, (Rule("sar", ("*",), lanes=("sar",)),), "https://desk.example/"
            ),
            channels=channels,
            detectors={"distress": Distress(sticky_min=2)},
        )
        dispatcher = Dispatcher(channels, settings.delivery, dsn)
        dispatcher.start()
        ingest = Ingest(settings, dsn)
        with at_work(ingest) as raised:
            yield World(settings, mails, partner, ingest)
        dispatcher.close()
        server.stop()
        assert raised == []


def send(world: World, *messages: dict) -> None:
    for one in messages:
        world.ingest.sink("lampedusa", encoded(**one))


def settled(dsn: str, number: int) -> None:
    """Wait until ``number`` messages have left."""

    def done() -> bool:
        with connect(dsn) as connection:
            rows = deliveries(connection)
        assert not [one for one in rows if one.state == "dead"]
        return len(rows) >= number and all(one.state == "sent" for one in rows)

    until(done, 240)  # loops may have to be compiled first


def call(**said: object) -> dict:
    place = {"lon": 12.61, "lat": 35.42}
    return {
        "type": 1,
        "mmsi": SART,
        "status": 14,
        "speed": 0,
        "course": 0,
        "turn": 0,
        **place,
        **said,
    }


def test_a_call_for_help_reaches_both_offices_by_every_channel_and_its_end_follows(
    world: World, dsn: str
) -> None:
    send(world,
         {"type": 5, "mmsi": SHIP, "shipname": HOSTILE, "callsign": "=1+1", "ship_type": 70},
         {"type": 1, "mmsi": SHIP, "speed": 9, "course": 90, "turn": 0, "lon": 12.7, "lat": 35.5},
         call())  # fmt: skip
    settled(dsn, 10)
    first, then = _of(world, "catania"), _of(world, "piraeus")
    assert [len(first), len(then)] == [2, 2]
    # Mails: one language each, what a rescuer needs, the hostile name on one line.
    assert "ESERCITAZIONE" in first[0]["Subject"]
    assert first[1]["References"] == first[0]["Message-ID"]
    for letter in first:
        text = letter.get_body().get_content()
        assert "35°25.2′N" in text
        assert str(SART) in text
    assert any(HOSTILE in line for line in text.splitlines())
    assert "Il silenzio non significa che qualcuno sia stato salvato." in text
    # The webhook: two signed bodies.
    told = [json.loads(got.body) for got in world.partner.got]
    assert [one["change"] for one in told] == ["alert", "update"]
    assert HOSTILE in {one["name"] for one in told[1]["sar"]["nearest"]}
    # CAP: a drill, an update that refers to the alert.
    alert, update = world.files("cap")
    assert [one.findtext("c:msgType", namespaces=CAP) for one in (alert, update)] == [
        "Alert", "Update",
    ]  # fmt: skip
    assert alert.findtext("c:status", namespaces=CAP) == "Exercise"
    assert alert.findtext("c:identifier", namespaces=CAP) in update.findtext(
        "c:references", namespaces=CAP
    )
    assert [one.tag.rpartition("}")[2] for one in world.files("cise")] == ["Push", "Push"]


@pytest.mark.data
def test_files_are_valid_by_the_schemas_of_the_standards(
    world: World, dsn: str, shared_data: Path
) -> None:
    send(world, call(status=15), call())
    settled(dsn, 5)
    folder = shared_data / "reference"
    cap = etree.XMLSchema(etree.parse(folder / "CAP-v1.2.xsd"))
    cise = etree.XMLSchema(etree.parse(folder / "cise" / "cise.xsd"))
    for one in world.files("cap"):
        cap.assertValid(one)
    pushes = world.files("cise")
    for one in pushes:
        # The schema of the envelope knows no entities; alerts/test_cise.py looks at those.
        for entity in one.findall("Payload/MaritimeSafetyIncident"):
            entity.getparent().remove(entity)
        cise.assertValid(one)
    assert pushes


def _of(world: World, office: str) -> list[email.message.EmailMessage]:
    return [one for one in world.mails.got if office in one["To"]]
