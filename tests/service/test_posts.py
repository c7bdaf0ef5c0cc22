"""A digest really arrives at a mail server, and reads as it was written."""

from __future__ import annotations

import email
import socket
from email.policy import default

import pytest
from aiosmtpd.controller import Controller

from alerts.notifier import Later, Refused
from alerts.notifiers.email import Email, Mailbox
from service.posts import MailPost


class Inbox:
    def __init__(self) -> None:
        self.mails: list[bytes] = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 (aiosmtpd calls it so)
        self.mails.append(envelope.content)
        return "250 OK"


@pytest.fixture
def inbox():
    inbox = Inbox()
    # aiosmtpd greets itself on the port that it was given: 0 will not do.
    with socket.create_server(("127.0.0.1", 0)) as free:
        inbox.port = free.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=inbox.port)
    controller.start()
    yield inbox
    controller.stop()


def channel(port: int) -> MailPost:
    boxes = {"catania": Mailbox(("duty@catania.example",))}
    return MailPost(
        Email("mail", "127.0.0.1", "vedetta@desk.example", port, "none", offices=boxes)
    )


def test_a_digest_arrives(inbox):
    post = channel(inbox.port)
    post.write("catania", "Riepilogo\r\nBcc: x@y", "Nulla di nuovo, è tutto.\n", "20261120-daily")
    mail = email.message_from_bytes(inbox.mails[0], policy=default)
    assert mail["Subject"] == "Riepilogo Bcc: x@y"
    assert mail["Message-ID"] == "<20261120-daily@desk.example>"
    assert mail["Bcc"] is None
    assert mail.get_content() == "Nulla di nuovo, è tutto.\r\n"


def test_an_office_without_a_mailbox_and_a_server_that_is_away():
    with pytest.raises(Refused, match="no mailbox of office desk"):
        channel(9).write("desk", "a", "b", "c")
    with pytest.raises(Later):
        channel(9).write("catania", "a", "b", "c")
