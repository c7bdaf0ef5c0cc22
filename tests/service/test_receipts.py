"""Answers read back: they acknowledge what they name, once, and nothing else."""

from __future__ import annotations

import datetime as dt
import os

import pytest
from lxml import etree

from alerts.acknowledging import TokenError
from alerts.cap import CapSender, cap_xml
from alerts.cise import MESSAGE, message_id
from alerts.notices import Occasion, compose
from alerts.notifier import Refused
from alerts.routing import Office, RoutingSettings, Rule
from service.receipts import Inboxes, InboxSettings, Links, ReceiptSettings, take_link
from service.schedule import Turn
from store.connect import connect
from store.incidents import changes, incident
from store.outbox import deliveries, enqueue, told_before
from store.receipts import drop_receipts, receipts
from tests.plugins.certificates import put as put_certificate
from tests.plugins.certificates import signer
from tests.plugins.notices import NOON_US, alert, notice
from tests.plugins.told import put

NOON = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
ID = "A-0123456789ab"
ROUTING = RoutingSettings(
    offices=(
        Office("catania", "Catania", channels=("mail",)),
        Office("tunis", "Tunis", kind="third_country", channels=("cise",), handling_at_most="H3"),
    ),
    rules=(Rule("all", ("catania", "tunis")),),
)
TURN = Turn(NOON, None, lambda: False)


@pytest.fixture
def told(dsn) -> str:
    """A database with one alert of which Catania was told by mail and Tunis by CISE."""
    put(dsn, alert("distress"), ROUTING)
    with connect(dsn) as connection:
        connection.execute(
            "UPDATE delivery SET reference = %s WHERE office = 'tunis'",
            [message_id(f"{ID}.1.tunis")],
        )
    return dsn


@pytest.fixture
def inbox(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    return folder


def inboxes(dsn: str, folder, *certificates, offices=("catania", "tunis")) -> Inboxes:
    settings = ReceiptSettings((InboxSettings(folder, offices, certificates),))
    return Inboxes(dsn, settings, ROUTING, clock=lambda: NOON)


def drop(folder, name: str, data: bytes, age_s: float = 3600) -> None:
    (folder / name).write_bytes(data)
    at = NOON.timestamp() - age_s
    os.utime(folder / name, (at, at))


def cap_ack(about: str = f"{ID}.1.catania") -> bytes:
    told = notice(change="ack", references=((about, NOON_US),), taken_by="m.papas")
    return cap_xml(told, CapSender("desk@catania.example"))


def cise(kind: str, **fields: str) -> etree._Element:
    root = etree.Element(f"{{{MESSAGE}}}{kind}", nsmap={"n": MESSAGE})
    for name, value in fields.items():
        etree.SubElement(root, name).text = value
    return root


def tell(dsn: str, about, occasion: Occasion) -> None:
    """Enqueue what all who were told are told now."""
    with connect(dsn) as connection:
        past = told_before(connection, about.id)
        enqueue(connection, compose(about, (), (), past, ROUTING, occasion))


def state(dsn: str) -> str:
    with connect(dsn) as connection:
        return incident(connection, ID).alert.state


def test_a_cap_ack_of_our_office_acknowledges_the_alert_in_its_name(told, inbox):
    drop(inbox, "ack.xml", cap_ack())
    assert inboxes(told, inbox).work(TURN) == {"read": 1, "refused": 0, "waiting": 0}
    assert state(told) == "acknowledged"
    with connect(told) as connection:
        newest = changes(connection, ID)[-1]
        [mail] = deliveries(connection, office="catania")
    assert (newest.who, newest.why) == ("desk@catania.example", "Taken on by m.papas.")
    assert (mail.acknowledged_by, mail.acknowledged_how) == ("desk@catania.example", "CAP")
    assert [path.name for path in (inbox / "read").iterdir()] == ["ack.xml"]


def test_the_same_answer_twice_counts_once(told, inbox):
    reader = inboxes(told, inbox)
    for _ in range(2):
        drop(inbox, "ack.xml", cap_ack())
        reader.work(TURN)
    with connect(told) as connection:
        assert len(receipts(connection, ID)) == 1
        assert len(changes(connection, ID)) == 2
    assert sorted(path.name for path in (inbox / "read").iterdir()) == ["ack-1.xml", "ack.xml"]


def test_feedback_of_another_state_is_kept_but_our_desk_still_has_to_answer(told, inbox):
    ours = message_id(f"{ID}.1.tunis")
    root = cise("Feedback", MessageID="f-1", FeedbackType="info", Reason="seen", RefMessageID=ours)
    drop(inbox, "f.xml", etree.tostring(root))
    inboxes(told, inbox).work(TURN)
    assert state(told) == "new"
    with connect(told) as connection:
        [one] = deliveries(connection, office="tunis")
        [kept] = receipts(connection, ID)
    assert one.acknowledged_how == "CISE"
    assert (kept.said, kept.taken) == ("info seen", True)


def test_an_acknowledgement_of_a_gateway_takes_nothing_on(told, inbox):
    ours = message_id(f"{ID}.1.tunis")
    root = cise("Acknowledgement", CorrelationID=ours, MessageID="a-1", AckCode="BadRequest")
    drop(inbox, "a.xml", etree.tostring(root))
    inboxes(told, inbox).work(TURN)
    with connect(told) as connection:
        [kept] = receipts(connection, ID)
        [one] = deliveries(connection, office="tunis")
    assert (kept.good, kept.taken, kept.said) == (False, False, "BadRequest")
    assert one.acknowledged_at is None


def test_where_a_signature_is_asked_for_only_a_signed_answer_is_read(told, inbox, tmp_path):
    _, certificate = put_certificate(signer(), tmp_path)
    reader = inboxes(told, inbox, certificate)
    drop(inbox, "forged.xml", cap_ack())
    assert reader.work(TURN)["refused"] == 1
    assert state(told) == "new"
    drop(inbox, "signed.xml", signer().sign(etree.fromstring(cap_ack())))
    assert reader.work(TURN)["read"] == 1
    assert state(told) == "acknowledged"


@pytest.mark.parametrize("data", [b"", b"no xml", b"<a/>", b"<!DOCTYPE a []><a/>"])
def test_what_is_no_answer_is_put_aside_and_keeps_no_other_waiting(told, inbox, data):
    drop(inbox, "a.xml", data)
    drop(inbox, "b.xml", cap_ack())
    assert inboxes(told, inbox).work(TURN) == {"read": 1, "refused": 1, "waiting": 0}
    assert [path.name for path in (inbox / "refused").iterdir()] == ["a.xml"]


def test_a_partner_cannot_acknowledge_what_another_office_was_told(told, inbox, tmp_path):
    _, certificate = put_certificate(signer(), tmp_path)
    drop(inbox, "forged.xml", signer().sign(etree.fromstring(cap_ack(f"{ID}.1.catania"))))
    assert inboxes(told, inbox, certificate, offices=("tunis",)).work(TURN)["refused"] == 1
    assert state(told) == "new"
    with connect(told) as connection:
        assert receipts(connection) == []
        assert all(one.acknowledged_at is None for one in deliveries(connection))


def test_a_partner_cannot_use_up_the_name_of_another_ones_answer(told, tmp_path):
    theirs, ours = tmp_path / "tunis", tmp_path / "catania"
    for folder, office in ((theirs, "tunis"), (ours, "catania")):
        folder.mkdir()
        # Sender and identifier are those of Catania's answer in both.
        drop(folder, "ack.xml", cap_ack(f"{ID}.1.{office}"))
        inboxes(told, folder, offices=(office,)).work(TURN)
    assert state(told) == "acknowledged"


def test_a_late_ack_of_a_test_does_not_acknowledge_the_distress_that_it_became(dsn, inbox):
    test = RoutingSettings(ROUTING.offices, (Rule("all", ("catania",), severity_at_least="info"),))
    put(dsn, alert("distress", severity="info"), test)
    tell(dsn, alert("distress", version=2), Occasion(NOON_US))
    drop(inbox, "late.xml", cap_ack(f"{ID}.1.catania"))
    assert inboxes(dsn, inbox).work(TURN)["read"] == 1
    assert state(dsn) == "new"
    with connect(dsn) as connection:
        newest, oldest = deliveries(connection)
    assert oldest.acknowledged_how == "CAP"
    assert newest.acknowledged_at is None


def test_who_answers_the_first_message_after_it_was_repeated_has_taken_it_on(told, inbox):
    tell(told, alert("distress", version=2, state="escalated"), Occasion(NOON_US, again=1))
    drop(inbox, "ack.xml", cap_ack(f"{ID}.1.catania"))
    inboxes(told, inbox).work(TURN)
    assert state(told) == "acknowledged"


def test_an_answer_that_comes_before_our_own_note_waits_and_one_to_nothing_is_kept(told, inbox):
    drop(inbox, "early.xml", cap_ack("A-0.1.catania"), age_s=5)
    reader = inboxes(told, inbox)
    assert reader.work(TURN)["waiting"] == 1
    drop(inbox, "early.xml", cap_ack("A-0.1.catania"))
    assert reader.work(TURN)["read"] == 1
    with connect(told) as connection:
        [kept] = receipts(connection)
        assert kept.alert is None
        assert drop_receipts(connection, NOON + dt.timedelta(days=1)) == 1


def test_a_link_acknowledges_in_the_name_of_who_is_signed_in(told):
    settings = ReceiptSettings()
    links = Links("https://desk.example/", settings, {"VEDETTA_LINK_SECRET": "s" * 32},
                  clock=lambda: NOON)  # fmt: skip
    address = links.link_of(f"{ID}.1.catania")
    assert address.startswith("https://desk.example/ack/")
    link = links.opened(address.rpartition("/")[2])
    assert (link.notice, link.office) == (f"{ID}.1.catania", "catania")
    assert take_link(told, link, "m.papas", "I take it", ROUTING, NOON) == ID
    assert state(told) == "acknowledged"
    with connect(told) as connection:
        assert changes(connection, ID)[-1].who == "m.papas"


def test_a_folder_that_is_not_there_is_named_at_start(dsn, inbox):
    inboxes(dsn, inbox).ready()
    with pytest.raises(Refused, match=r"receipts.inboxes\[0\].folder"):
        inboxes(dsn, inbox / "no").ready()


def test_links_need_a_secret_and_end():
    with pytest.raises(TokenError, match="0 bytes"):
        Links("https://x", ReceiptSettings(), {})
    now = [NOON]
    links = Links("https://x", ReceiptSettings(), {"VEDETTA_LINK_SECRET": "s" * 32},
                  clock=lambda: now[0])  # fmt: skip
    text = links.link_of("A-1.1.c").rpartition("/")[2]
    now[0] += dt.timedelta(days=31)
    with pytest.raises(TokenError, match="too old"):
        links.opened(text)
