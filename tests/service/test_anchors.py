"""The head of the audit's chain, kept outside the database."""

from __future__ import annotations

import datetime as dt
from email import message_from_bytes
from email.policy import default

import pytest
from aiosmtpd.controller import Controller

from alerts.notifiers.email import Email
from service.anchors import AnchorError, AuditSettings, anchored, anchoring, read
from service.errors import SettingsError
from service.schedule import Turn
from service.settings import Settings, parse_settings
from store import audit
from store.changes import Change
from store.connect import connect, session

NOON = dt.datetime(2026, 5, 3, 12, tzinfo=dt.UTC)
TURN = Turn(NOON, None, lambda: False)


class AnyPort(Controller):
    """A server on a port that is free."""

    def _trigger_server(self):
        # It connects to itself once, and would take port 0 for a number.
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class Postbox:
    """Keeps what it is sent."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 (aiosmtpd)
        self.mails.append(envelope.content)
        return "250 taken"


def add(dsn: str, *subjects: str) -> None:
    with session(dsn) as connection:
        for one in subjects:
            audit.append(connection, Change("anna", "case 12", NOON), "look", one)


def test_each_run_adds_one_line_and_leaves_the_others(dsn, tmp_path):
    file = tmp_path / "outside" / "anchors"
    job = anchoring(Settings(audit=AuditSettings(file)), dsn, lambda: NOON)
    job.work(TURN)
    add(dsn, "a", "b")
    first = file.read_bytes()
    assert job.work(TURN)["number"] == 2
    assert file.read_bytes().startswith(first)
    assert [(one.at, one.head.number) for one in read(file)] == [(NOON, 0), (NOON, 2)]
    with session(dsn) as connection:
        assert audit.verify(connection, [one.head for one in read(file)]) is None


def test_a_torn_line_stops_neither_proofs_nor_further_anchors(dsn, tmp_path):
    file = tmp_path / "anchors"
    add(dsn, "a")
    anchored(dsn, file, NOON)
    with file.open("a") as torn:
        torn.write("2026-11-29T19:")
    assert [one.head.number for one in read(file)] == [1]
    add(dsn, "b")
    anchored(dsn, file, NOON)
    assert [one.head.number for one in read(file)] == [1, 2]


def test_an_anchor_that_somebody_wrote_without_a_line_s_end_counts(dsn, tmp_path):
    file = tmp_path / "anchors"
    add(dsn, "a")
    file.write_text(anchored(dsn, None, NOON).line())
    assert [one.head.number for one in read(file)] == [1]


def test_a_chain_that_lost_its_last_anchor_gets_no_new_one(dsn, tmp_path):
    file = tmp_path / "anchors"
    add(dsn, "a", "b")
    anchored(dsn, file, NOON)
    with connect(dsn) as connection:
        connection.execute("ALTER TABLE audit DISABLE TRIGGER ALL")
        connection.execute("DELETE FROM audit WHERE number = 2")
    with pytest.raises(AnchorError, match=r"audit row 2 is not the row that .* holds"):
        anchored(dsn, file, NOON)
    assert len(read(file)) == 1


def test_an_anchor_is_mailed_by_the_first_channel_that_can(dsn):
    add(dsn, "a")
    box = Postbox()
    controller = AnyPort(box, hostname="127.0.0.1", port=0)
    controller.start()
    try:
        mail = Email("mail", "127.0.0.1", "vedetta@desk.example", controller.port, "none")
        wanted = AuditSettings(anchor_to=("dpo@desk.example",))
        settings = Settings(channels=(mail,), audit=wanted, exercise=True)
        assert anchoring(settings, dsn, lambda: NOON).work(TURN)["mailed"] is True
    finally:
        controller.stop()
    [mail] = [message_from_bytes(one, policy=default) for one in box.mails]
    with session(dsn) as connection:
        head = audit.head(connection)
    assert (mail["To"], mail["Subject"]) == ("dpo@desk.example", "EXERCISE Vedetta audit: head 1")
    assert f"2026-05-03T12:00:00Z 1:{head.hash}" in mail.get_content()


def test_nothing_is_anchored_unless_the_settings_say_where(dsn):
    assert anchoring(Settings(), dsn) is None


@pytest.mark.parametrize(
    "said, fault",
    [
        ({"anchor_to": ["a@b.example"]}, "audit.anchor_to: nothing here sends mail"),
        ({"every_h": 0}, "audit.every_h: 0 is not accepted: expected a number above 0"),
        ({"file": "x"}, "audit.file: is unknown"),
    ],
)
def test_settings_that_would_anchor_nothing_are_refused(said, fault):
    with pytest.raises(SettingsError, match=fault):
        parse_settings({"audit": said})
