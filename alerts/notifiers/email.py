"""Notices by e-mail: plain ones carry little, sealed ones all that the office may know."""

from __future__ import annotations

import datetime as dt
import email.utils
import ipaddress
import os
import re
import smtplib
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage, Message
from email.policy import SMTP
from pathlib import Path
from typing import ClassVar, Literal

from alerts.alert import Notice
from alerts.errors import AlertsError
from alerts.notifier import Later, Partly, Receipt, Refused, delivery_key
from alerts.plain import plain
from alerts.sealing import SealError, certificate, for_openpgp, for_smime, public_key
from alerts.texts import letter, subject

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}")
# A subject that is folded at its first blank is shown with a blank before it by some readers.
_HEADS = SMTP.clone(max_line_length=240)
_SHOWN = 120
_PERMANENT = 500


class MailboxError(AlertsError, ValueError):
    """Settings by which no mail could be sent; a ValueError so that its path is named."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where an office reads its mail.

    to       addresses
    smime    their certificates, PEM, RSA: mails of law enforcement carry details, encrypted for
             these; SAR mails are open
    openpgp  their public keys, one per file: likewise; not both

    Raises MailboxError for what is no address.
    """

    to: tuple[str, ...]
    smime: tuple[Path, ...] = ()
    openpgp: tuple[Path, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what could never be delivered, or could become a second header."""
        if not self.to:
            raise MailboxError("to: is empty; expected an address")
        for address in self.to:
            _check_address("to", address)
        if self.smime and self.openpgp:
            raise MailboxError("smime and openpgp: both are given; expected one of them")


@dataclass(frozen=True, slots=True)
class Email:
    """A channel over one SMTP server.

    name      of the channel · host, port of the server · sender  address in From
    security  starttls, tls (from the first byte), none (only to this machine)
    user_env, password_env  environment variables with the sign-in; empty = none
    ca_file   trusted certificates, PEM; None = those of the host · timeout_s  for each step
    offices   by id, where each reads its mail

    Raises MailboxError where this cannot be meant.
    """

    kind: ClassVar[str] = "email"

    name: str
    host: str
    sender: str
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user_env: str = ""
    password_env: str = ""
    ca_file: Path | None = None
    timeout_s: float = 20.0
    offices: Mapping[str, Mailbox] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse an open connection to another machine."""
        _check_address("sender", self.sender)
        if self.timeout_s <= 0:
            raise MailboxError(f"timeout_s {self.timeout_s}: expected seconds, more than 0")
        if self.security == "none" and not _here(self.host):
            msg = (
                f"security: none to {self.host!r}; expected starttls or tls (none: loopback only)"
            )
            raise MailboxError(msg)

    def ready(self) -> None:
        """Raise Refused where a secret or a key is not there or cannot be used now."""
        for name in filter(None, (self.user_env, self.password_env)):
            if not os.environ.get(name):
                raise Refused(f"channel {self.name}: ${name} is empty; set it")
        now = dt.datetime.now(dt.UTC)
        for office, box in self.offices.items():
            try:
                for path in box.smime:
                    certificate(path, now)
                for path in box.openpgp:
                    public_key(path)
            except SealError as error:
                raise Refused(f"channel {self.name}, office {office}: {error}") from error

    def send(self, notice: Notice, key: str) -> Receipt:
        """Send the mail; the reference is its Message-ID. Raises Later, Partly and Refused.

        Where the office's key cannot be used the mail goes out without details: late is worse than
        short, and open is worse than both.
        """
        return self._send(notice, key, None)

    def send_to(self, notice: Notice, key: str, left: Sequence[str]) -> Receipt:
        """Send the mail to those of the office's addresses that are in ``left``; as ``send``."""
        return self._send(notice, key, left)

    def _send(self, notice: Notice, key: str, left: Sequence[str] | None) -> Receipt:
        box = self.offices.get(notice.office)
        if box is None:
            msg = f"channel {self.name}: no mailbox of office {notice.office}; expected one in "
            raise Refused(f"{msg}offices:")
        try:
            part, note = _sealed(notice, box), ""
        except SealError as error:
            part, note = None, f"sent without details: {error}"
        mail = self._mail(notice, key, box, part)
        to = [one for one in box.to if left is None or one in left]
        # Nobody of those who were left reads mail here any more.
        refused = self._hand_over(mail, to) if to else ""
        return Receipt(str(mail["Message-ID"]), "; ".join(filter(None, [note, refused])))

    def _mail(
        self, notice: Notice, key: str, box: Mailbox, sealed: Message | None
    ) -> EmailMessage:
        mail = EmailMessage(policy=_HEADS)
        mail["From"] = email.utils.formataddr(("Vedetta", self.sender))
        mail["To"] = ", ".join(box.to)
        mail["Subject"] = subject(notice)
        mail["Date"] = email.utils.format_datetime(
            dt.datetime.fromtimestamp(notice.sent_us / 1_000_000, dt.UTC)
        )
        mail["Message-ID"] = self._message_id(key)
        earlier = [
            self._message_id(delivery_key(name, self.name)) for name, _ in notice.references
        ]
        if earlier:
            mail["In-Reply-To"] = earlier[-1]
            mail["References"] = " ".join(dict.fromkeys([earlier[0], *earlier[-8:]]))
        mail["Auto-Submitted"] = "auto-generated"
        mail["X-Vedetta-Notice"] = notice.id
        if notice.alert.lane == "sar":
            mail["Importance"] = "high"
            mail["X-Priority"] = "1"
        _put_body(mail, _open(notice) if sealed is None else sealed)
        return mail

    def _message_id(self, key: str) -> str:
        return f"<{key}@{self.sender.rpartition('@')[2]}>"

    def _hand_over(self, mail: EmailMessage, to: Sequence[str]) -> str:
        """Give the mail to the server; return who of ``to`` was refused for good, "" = nobody."""
        try:
            with self._connected() as server:
                refused = server.send_message(mail, self.sender, list(to))
        except smtplib.SMTPRecipientsRefused as error:
            refused = error.recipients
        except smtplib.SMTPResponseException as error:
            said = plain(_text(error.smtp_error), _SHOWN)
            fault = f"{self.host}: answered {error.smtp_code} {said}"
            # A wrong sign-in is cured by a person while the mail waits.
            if error.smtp_code >= _PERMANENT and isinstance(error, smtplib.SMTPDataError):
                raise Refused(fault) from error
            raise Later(fault) from error
        except (OSError, smtplib.SMTPException) as error:
            fault = plain(error, _SHOWN) or type(error).__name__
            raise Later(f"{self.host}: {fault}") from error
        return self._judged(refused, to)

    def _judged(self, refused: Mapping[str, tuple[int, bytes]], to: Sequence[str]) -> str:
        """Return what is said of recipients that were refused; raises where that is not enough."""
        told = "; ".join(
            f"{plain(who, _SHOWN)}: {code} {plain(_text(said), _SHOWN)}"
            for who, (code, said) in refused.items()
        )
        busy = [who for who, (code, _) in refused.items() if code < _PERMANENT]
        if busy and len(refused) < len(to):
            raise Partly(f"{self.host}: {told}", busy)
        if busy:
            raise Later(f"{self.host}: {told}")
        if len(refused) == len(to):
            raise Refused(f"{self.host}: {told}")
        return told

    def _connected(self) -> smtplib.SMTP:
        # Our own name would be asked of a name server, which may hang.
        ours = self.sender.rpartition("@")[2]
        if self.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, ours, timeout=self.timeout_s, context=self._trust()
            )
        else:
            server = smtplib.SMTP(self.host, self.port, ours, timeout=self.timeout_s)
        try:
            if self.security == "starttls":
                server.starttls(context=self._trust())
            if self.user_env:
                server.login(os.environ.get(self.user_env, ""),
                             os.environ.get(self.password_env, ""))  # fmt: skip
        except BaseException:
            server.close()
            raise
        return server

    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.ca_file) if self.ca_file else None)


def _sealed(notice: Notice, box: Mailbox) -> Message | None:
    """Return the letter for those only who hold a key, None where it goes out open.

    A SAR mail is always open: whoever is on duty must be able to read it on any device, and what
    it carries in the open is what a rescuer needs.
    """
    if notice.alert.lane == "sar":
        return None
    if box.smime:
        at = dt.datetime.now(dt.UTC)
        return for_smime(letter(notice, sealed=True), box.smime, at)
    if box.openpgp:
        return for_openpgp(letter(notice, sealed=True), box.openpgp)
    return None


def _open(notice: Notice) -> Message:
    """Return the letter for everybody who handles the mail on its way."""
    part = EmailMessage(policy=SMTP)
    part.set_content(letter(notice, sealed=False), cte="quoted-printable")
    return part


def _put_body(mail: EmailMessage, part: Message) -> None:
    """Make ``part`` the body of ``mail``: its content headers and what is within."""
    for name, value in part.items():
        if name.lower() != "mime-version":
            mail[name] = value
    mail["MIME-Version"] = "1.0"
    mail.set_payload(part.get_payload())


def _check_address(where: str, address: str) -> None:
    if not _ADDRESS.fullmatch(address):
        raise MailboxError(f"{where}: {address!r} is no address; expected one as duty@example.org")


def _here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _text(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said
