"""What comes back: a signed link that somebody opened, a CAP Ack, a CISE answer.

A link's token proves that the link is one that we sent, to which office and about which message.
It gives no rights: who opens it signs in first, and acts under the own name.

::

    token = base64url( version | expires (8 bytes) | office NUL notice ) . base64url( HMAC-SHA256 )
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import struct
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias
from urllib.parse import unquote

from lxml import etree

from alerts.cap import NAMESPACE as CAP
from alerts.cise import MESSAGE as CISE
from alerts.errors import AlertsError
from alerts.plain import plain

Channel: TypeAlias = Literal["link", "cap", "cise"]
_VERSION = 1
_SHORTEST_SECRET = 32
_LONGEST = 1000


class TokenError(AlertsError):
    """A link that is not ours, was altered, or is too old."""


class OldLinkError(TokenError):
    """A link that is ours and whole, and too old.

    Attributes:
        office: Whom it was sent to.
    """

    def __init__(self, office: str) -> None:
        self.office = office
        super().__init__("link: is too old; look for the alert at the desk")


class AnswerError(AlertsError):
    """A document that answers none of our messages."""


@dataclass(frozen=True, slots=True)
class Link:
    """What a token says: the notice it was sent with, to whom, and until when it is good, µs."""

    notice: str
    office: str
    expires_us: int


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of another system, or of a person through a link.

    reference   what it answers: CAP identifier or CISE MessageID or CorrelationID of ours
    taken       whether somebody took the matter on; False: it only arrived, or was refused
    good        whether the message was accepted
    id          of the answer itself; the same answer twice counts once
    who, said   as the other side gives them, made plain · at_us  None where it gives no time
    """

    channel: Channel
    reference: str
    taken: bool
    good: bool
    id: str
    who: str = ""
    said: str = ""
    at_us: int | None = None


def token(link: Link, secret: bytes) -> str:
    """Return the token of a link, of letters that need no quoting in an address.

    Raises TokenError where the secret is shorter than 32 bytes.
    """
    body = struct.pack(">Bq", _VERSION, link.expires_us)
    body += f"{link.office}\0{link.notice}".encode()
    return f"{_coded(body)}.{_coded(_mac(body, secret))}"


def opened(text: str, secret: bytes, now_us: int) -> Link:
    """Return what a token says; raises TokenError where it is not ours, altered, or too old."""
    first, _, second = text[:_LONGEST].partition(".")
    body, mac = _decoded(first), _decoded(second)
    if not hmac.compare_digest(mac, _mac(body, secret)):
        raise TokenError("link: its signature does not fit; open the newest message again")
    version, expires_us = struct.unpack_from(">Bq", body)
    office, _, notice = body[9:].decode().partition("\0")
    if version != _VERSION or expires_us <= now_us:
        raise OldLinkError(office)
    return Link(notice, office, expires_us)


def answered(root: etree._Element) -> Answer:
    """Return the answer that a document gives; raises AnswerError where it is none.

    ``root`` as ``alerts.signed_xml`` read or verified it. Read are CAP 1.2 Ack and Error, CISE
    Acknowledgement, and CISE Feedback on a message of ours.
    """
    name = etree.QName(root)
    if name.namespace == CAP and name.localname == "alert":
        return _cap(root)
    if name.namespace == CISE and name.localname == "Acknowledgement":
        return _acknowledgement(root)
    if name.namespace == CISE and name.localname == "Feedback":
        return _feedback(root)
    raise AnswerError(
        f"{plain(name.localname, 40)!r} answers nothing; expected CAP alert, CISE Acknowledgement "
        "or Feedback"
    )


def _cap(root: etree._Element) -> Answer:
    kind = _text(root, f"{{{CAP}}}msgType")
    if kind not in {"Ack", "Error"}:
        raise AnswerError(f"CAP {kind!r} is no answer; expected Ack or Error")
    told = _text(root, f"{{{CAP}}}references").split()
    parts = told[-1].split(",") if told else []
    if len(parts) != 3:  # noqa: PLR2004 (sender, identifier, sent)
        raise AnswerError("CAP answer without references; expected sender,identifier,sent of ours")
    sender = _text(root, f"{{{CAP}}}sender")
    return Answer(
        "cap",
        unquote(parts[1]),
        taken=kind == "Ack",
        good=kind == "Ack",
        id=f"{sender},{_text(root, f'{{{CAP}}}identifier')}",
        who=sender,
        said=_text(root, f"{{{CAP}}}note"),
        at_us=_time(_text(root, f"{{{CAP}}}sent")),
    )


def _acknowledgement(root: etree._Element) -> Answer:
    """Read what a gateway says: the message arrived, which is not that a person has read it."""
    code = _text(root, "AckCode")
    detail = _text(root, "AckDetail")
    return Answer(
        "cise",
        _needed(root, "CorrelationID"),
        taken=False,
        good=code == "Success",
        id=_needed(root, "MessageID"),
        who=_text(root, "Sender/ServiceID"),
        said=f"{code} {detail}".strip(),
        at_us=_time(_text(root, "CreationDateTime")),
    )


def _feedback(root: etree._Element) -> Answer:
    """Read what a partner says about a message: «info» is that somebody deals with it."""
    kind = _text(root, "FeedbackType")
    return Answer(
        "cise",
        _needed(root, "RefMessageID"),
        taken=kind == "info",
        good=kind == "info",
        id=_needed(root, "MessageID"),
        who=_text(root, "Sender/ServiceID"),
        said=f"{kind} {_text(root, 'Reason')}".strip(),
        at_us=_time(_text(root, "CreationDateTime")),
    )


def _needed(root: etree._Element, path: str) -> str:
    if found := _text(root, path):
        return found
    raise AnswerError(f"CISE {etree.QName(root).localname} without {path}; expected one")


def _text(root: etree._Element, path: str) -> str:
    return plain(root.findtext(path) or "")


def _time(text: str) -> int | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if at.tzinfo is None else round(at.timestamp() * 1_000_000)


def _mac(body: bytes, secret: bytes) -> bytes:
    if len(secret) < _SHORTEST_SECRET:
        raise TokenError(
            f"link secret: {len(secret)} bytes; expected at least {_SHORTEST_SECRET} random ones"
        )
    return hmac.digest(secret, b"vedetta link " + body, hashlib.sha256)


def _coded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    # b64decode drops letters that are none of its own; a token has no such freedom.
    if not re.fullmatch(r"[A-Za-z0-9_-]+", text):
        raise TokenError("link: is no link of ours; copy it whole")
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (ValueError, binascii.Error) as error:
        raise TokenError("link: is cut; copy it whole") from error
    if _coded(data) != text:
        raise TokenError("link: is no link of ours; copy it whole")
    return data
