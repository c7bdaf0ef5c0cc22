"""Mails at a real SMTP server: what arrives, who can open it, what a refusal means."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
from dataclasses import replace
from pathlib import Path

import pysequoia
import pytest
from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID

from alerts.notifier import Later, Partly, Refused, delivery_key
from alerts.notifiers.email import Email, Mailbox, MailboxError
from alerts.texts import letter
from service.errors import SettingsError
from service.settings import parse
from tests.plugins.notices import HOSTILE, NOON_US, alert, distress, hostile, notice

NOW = dt.datetime.now(dt.UTC)


class Post:
    """A mail server's mind: what it took, and what it answers to whom."""

    def __init__(self) -> None:
        self.mails: list[email.message.EmailMessage] = []
        self.answers: dict[str, str] = {}
        self.data = "250 taken"

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802 (aiosmtpd)
        answer = self.answers.get(address, "250 ok")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 (aiosmtpd)
        if self.data.startswith("250"):
            self.mails.append(
                email.message_from_bytes(envelope.content, policy=email.policy.default)
            )
        return self.data


class AnyPort(Controller):
    """A server on a port that is free."""

    def _trigger_server(self):
        # It connects to itself once, and would take port 0 for a number.
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def post():
    mind = Post()
    server = AnyPort(mind, hostname="127.0.0.1", port=0)
    server.start()
    mind.port = server.port
    yield mind
    server.stop()


@pytest.fixture
def channel(post) -> Email:
    box = Mailbox(("duty@catania.example",))
    return Email("mail", "127.0.0.1", "vedetta@desk.example", post.port, "none",
                 offices={"catania": box})  # fmt: skip


@pytest.fixture(scope="module")
def key():
    return rsa.generate_private_key(65537, 2048)


def certificate(key, path, days: int = 1):
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "duty@catania.example")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - dt.timedelta(days=9))
        .not_valid_after(NOW + dt.timedelta(days=days))
        .sign(key, hashes.SHA256())
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return made


def read(body: bytes) -> str:
    """What a reader sees of an opened entity."""
    inner = email.message_from_bytes(body, policy=email.policy.default)
    return inner.get_content().replace("\r\n", "\n")


def test_a_mail_arrives_with_its_headers_and_its_text(channel, post):
    receipt = channel.send(distress(), "k" * 32)
    [mail] = post.mails
    assert mail["From"] == "Vedetta <vedetta@desk.example>"
    assert mail["To"] == "duty@catania.example"
    assert mail["Subject"].startswith("Search and rescue: distress, 12 nm SE of Lampedusa")
    assert mail["Date"].datetime.timestamp() == NOON_US // 1_000_000 + 60
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Importance"] == "high"
    assert mail.get_content().replace("\r\n", "\n") == letter(distress(), sealed=False)
    assert receipt.reference == mail["Message-ID"] == f"<{'k' * 32}@desk.example>"


@pytest.mark.parametrize("language", ["it", "el"])
def test_letters_of_other_languages_arrive_whole(channel, post, language):
    made = distress(language=language)
    channel.send(made, "k" * 32)
    assert post.mails[0].get_content().replace("\r\n", "\n") == letter(made, sealed=False)


def test_an_update_stands_below_the_mail_that_it_updates(channel, post):
    first = notice()
    channel.send(first, delivery_key(first.id, "mail"))
    channel.send(notice(id="A-0123456789ab.2.catania", change="update",
                        references=((first.id, NOON_US),)), "k" * 32)  # fmt: skip
    one, other = post.mails
    assert other["In-Reply-To"] == other["References"] == one["Message-ID"]


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_a_hostile_name_adds_no_header_and_no_recipient(channel, post, text):
    channel.send(hostile(text), "k" * 32)
    [mail] = post.mails
    assert mail["Bcc"] is None
    assert mail["To"] == "duty@catania.example"
    assert mail.get_content_type() == "text/plain"


def test_smime_mail_is_opened_by_its_reader_and_carries_details(channel, post, key, tmp_path):
    made = certificate(key, tmp_path / "duty.pem")
    box = Mailbox(("duty@catania.example",), smime=(tmp_path / "duty.pem",))
    sealing = replace(channel, offices={"catania": box})
    sealing.ready()
    sealing.send(notice(), "k" * 32)
    [mail] = post.mails
    assert mail.get_content_type() == "application/pkcs7-mime"
    assert mail.get_param("smime-type") == "enveloped-data"
    assert b"MARIA" not in mail.as_bytes()
    body = pkcs7.pkcs7_decrypt_der(mail.get_payload(decode=True), made, key, [])
    assert read(body) == letter(notice(), sealed=True)


def test_openpgp_mail_is_opened_by_its_reader_and_carries_details(channel, post, tmp_path):
    secret = pysequoia.Tsk.generate("duty <duty@catania.example>")
    path = tmp_path / "duty.asc"
    path.write_text(str(secret.extract_certificate()))
    box = Mailbox(("duty@catania.example",), openpgp=(path,))
    sealing = replace(channel, offices={"catania": box})
    sealing.ready()
    sealing.send(notice(language="el"), "k" * 32)
    [mail] = post.mails
    assert mail.get_content_type() == "multipart/encrypted"
    assert mail.get_param("protocol") == "application/pgp-encrypted"
    version, body = mail.iter_parts()
    assert version.get_content_type() == "application/pgp-encrypted"
    assert b"Version: 1" in version.get_payload(decode=True)
    opened = pysequoia.decrypt(body.get_payload(decode=True), secret.decryptor())
    assert read(bytes(opened.bytes)) == letter(notice(language="el"), sealed=True)


def test_a_mail_goes_out_without_details_when_a_key_has_expired(channel, post, key, tmp_path):
    certificate(key, tmp_path / "old.pem", days=-1)
    box = Mailbox(("duty@catania.example",), smime=(tmp_path / "old.pem",))
    stale = replace(channel, offices={"catania": box})
    with pytest.raises(Refused, match=r"old\.pem: valid until"):
        stale.ready()
    receipt = stale.send(notice(), "k" * 32)
    assert "sent without details" in receipt.said
    assert post.mails[0].get_content().replace("\r\n", "\n") == letter(notice(), sealed=False)


def test_a_sar_mail_is_open_though_the_office_has_a_key(channel, post, key, tmp_path):
    certificate(key, tmp_path / "duty.pem")
    box = Mailbox(("duty@catania.example",), smime=(tmp_path / "duty.pem",))
    replace(channel, offices={"catania": box}).send(distress(), "k" * 32)
    text = post.mails[0].get_content()
    assert "VALLETTA STAR" in text
    assert "V-000001" not in text


def test_a_busy_server_means_later_and_a_server_that_is_away_too(channel, post):
    post.data = "451 try again"
    with pytest.raises(Later, match="451 try again"):
        channel.send(notice(), "k" * 32)
    with pytest.raises(Later):
        replace(channel, port=1).send(notice(), "k" * 32)


def test_a_server_that_says_nothing_means_later(channel):
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        mute = replace(channel, port=silent.getsockname()[1], timeout_s=0.2)
        with pytest.raises(Later, match="timed out"):
            mute.send(notice(), "k" * 32)


def test_a_mail_that_is_refused_for_good_is_refused(channel, post):
    post.data = "554 no"
    with pytest.raises(Refused, match="554 no"):
        channel.send(notice(), "k" * 32)
    post.data, post.answers = "250 ok", {"duty@catania.example": "550 unknown"}
    with pytest.raises(Refused, match="550 unknown"):
        channel.send(notice(), "k" * 32)


def test_one_wrong_recipient_does_not_keep_the_mail_from_the_others(channel, post):
    box = Mailbox(("duty@catania.example", "gone@catania.example"))
    post.answers = {"gone@catania.example": "550 unknown"}
    receipt = replace(channel, offices={"catania": box}).send(notice(), "k" * 32)
    assert len(post.mails) == 1
    assert "gone@catania.example: 550 unknown" in receipt.said
    post.answers = {"gone@catania.example": "450 greylisted"}
    with pytest.raises(Later, match="450 greylisted"):
        replace(channel, offices={"catania": box}).send(notice(), "k" * 32)


def test_one_full_mailbox_is_tried_again_alone(channel, post):
    box = Mailbox(("duty@catania.example", "full@catania.example"))
    busy = replace(channel, offices={"catania": box})
    post.answers = {"full@catania.example": "452 over quota"}
    with pytest.raises(Partly, match="452 over quota") as caught:
        busy.send(notice(), "k" * 32)
    assert caught.value.left == ("full@catania.example",)
    with pytest.raises(Later, match="452 over quota"):
        busy.send_to(notice(), "k" * 32, caught.value.left)
    assert len(post.mails) == 1
    post.answers = {}
    busy.send_to(notice(), "k" * 32, caught.value.left)
    assert [mail["Message-ID"] for mail in post.mails] == [f"<{'k' * 32}@desk.example>"] * 2


def test_an_office_without_a_mailbox_is_refused(channel):
    with pytest.raises(Refused, match="no mailbox of office piraeus"):
        channel.send(notice(office="piraeus"), "k" * 32)


def test_tls_is_asked_of_every_server_but_our_own_machine(channel, post):
    with pytest.raises(MailboxError, match="expected starttls or tls"):
        replace(channel, host="mail.example.org")
    with pytest.raises(Later, match="STARTTLS"):
        replace(channel, security="starttls").send(notice(), "k" * 32)
    assert post.mails == []


def test_a_missing_secret_is_known_at_start(channel, monkeypatch):
    monkeypatch.delenv("MAIL_PASSWORD", raising=False)
    with pytest.raises(Refused, match="MAIL_PASSWORD"):
        replace(channel, user_env="MAIL_PASSWORD").ready()


@pytest.mark.parametrize("address", ["", "duty", "a@b\r\nBcc: c@d", "a b@c", "a@b,c@d"])
def test_what_is_no_address_is_refused(address):
    with pytest.raises(MailboxError):
        Mailbox((address,))


def test_the_section_of_the_settings_is_parsed_and_a_wrong_key_is_named():
    section = {
        "name": "mail", "host": "mail.example", "sender": "vedetta@desk.example",
        "offices": {"catania": {"to": ["duty@catania.example"], "smime": ["a.pem"]}},
    }  # fmt: skip
    made = parse(Email, section, "channels[0].")
    assert made.offices["catania"] == Mailbox(("duty@catania.example",), (Path("a.pem"),))
    section["offices"]["catania"]["to"] = ["nobody"]
    with pytest.raises(SettingsError, match=r"channels\[0\]\.offices\.catania: to: 'nobody'"):
        parse(Email, section, "channels[0].")


def test_a_drill_is_marked(channel, post):
    channel.send(distress(alert=alert("distress", exercise=True)), "k" * 32)
    assert post.mails[0]["Subject"].startswith("EXERCISE ")
