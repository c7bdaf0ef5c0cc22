"""CISE Push, Feedback on retraction: signed XML to an HTTP endpoint, or as a file drop."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from alerts.acknowledging import AnswerError, answered
from alerts.alert import Notice
from alerts.cise import CiseError, CiseParty, cise_messages
from alerts.dropping import drop, file_name, writable
from alerts.notifier import Later, Receipt, Refused
from alerts.posting import Endpoint, accepted, post
from alerts.signed_xml import Signer, XmlError, read_xml

# AckCode values behind which a fault of the network or of the other side's software stands.
_PASSING = {
    "ServerError", "NetworkError", "InternalGatewayFault", "ServiceManagerError",
    "EndPointNotFound", "TimestampError",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CiseDrop:
    """A folder that a CISE adaptor polls; a signed message per file.

    name          by which offices and rules call the channel
    folder        where files appear, whole: <time>_<notice>_<key>_<number>.cise.xml
    service_id    of ours, as the node knows it · participant of ours · recipient_id of theirs
    key, certificate   PEM files that sign
    passphrase_env     environment variable with the key's passphrase, empty = the key has none
    """

    kind: ClassVar[str] = "cise-drop"

    name: str
    folder: Path
    service_id: str
    key: Path
    certificate: Path
    participant: str = ""
    recipient_id: str = ""
    passphrase_env: str = ""

    def send(self, notice: Notice, key: str) -> Receipt:
        """Write the messages; the receipt names the MessageID of the last.

        Raises Later while the folder cannot be written, Refused for what CISE cannot say.
        """
        party = CiseParty(self.service_id, self.participant, self.recipient_id)
        signer = _signer(self.key, self.certificate, self.passphrase_env)
        messages = _signed(notice, party, signer)
        for number, (_, data) in enumerate(messages, 1):
            name = file_name(notice.sent_us, notice.id, key, f"_{number}.cise.xml")
            drop(self.folder, name, data)
        return Receipt(messages[-1][0], f"{len(messages)} files")

    def ready(self) -> None:
        """Raise Refused where folder, key or certificate cannot be used."""
        writable(self.folder, f"channel {self.name}: folder")
        _signer(self.key, self.certificate, self.passphrase_env)


@dataclass(frozen=True, slots=True)
class CiseHttp:
    """An endpoint of a CISE node or adaptor that takes signed XML by POST.

    name         by which offices and rules call the channel
    url, allow, timeout_s, ca_file   as in alerts.posting.Endpoint; http only within ``allow``
    the rest as in CiseDrop

    Raises EndpointError for an address that cannot be meant.
    """

    kind: ClassVar[str] = "cise"

    name: str
    url: str
    service_id: str
    key: Path
    certificate: Path
    participant: str = ""
    recipient_id: str = ""
    passphrase_env: str = ""
    allow: tuple[str, ...] = ()
    timeout_s: float = 15.0
    ca_file: Path | None = None
    _endpoint: Endpoint = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Check the address."""
        endpoint = Endpoint(self.url, self.allow, self.timeout_s, self.ca_file)
        object.__setattr__(self, "_endpoint", endpoint)

    def send(self, notice: Notice, key: str) -> Receipt:
        """Post the messages one by one; the receipt names the MessageID of the last.

        ``key`` goes along as Idempotency-Key. Raises Later and Refused as ``alerts.posting`` does,
        and by what an Acknowledgement in the answer says.
        """
        party = CiseParty(self.service_id, self.participant, self.recipient_id)
        signer = _signer(self.key, self.certificate, self.passphrase_env)
        messages = _signed(notice, party, signer)
        said = ""
        for number, (_, data) in enumerate(messages, 1):
            said = _post(self._endpoint, data, f"{key}-{number}")
        return Receipt(messages[-1][0], said)

    def ready(self) -> None:
        """Raise Refused where key or certificate cannot be used."""
        _signer(self.key, self.certificate, self.passphrase_env)


def _signed(notice: Notice, party: CiseParty, signer: Signer) -> list[tuple[str, bytes]]:
    """Return (MessageID, signed bytes) of every message of ``notice``."""
    try:
        return [
            (root.findtext("MessageID") or "", signer.sign(root, before="FeedbackType"))
            for root in cise_messages(notice, party)
        ]
    except (CiseError, XmlError) as error:
        raise Refused(str(error)) from error


def _signer(key: Path, certificate: Path, passphrase_env: str) -> Signer:
    """Return what signs; raises Refused where a file or the passphrase is not there."""
    try:
        texts = key.read_text("ascii"), certificate.read_text("ascii")
    except (OSError, ValueError) as error:
        raise Refused(f"CISE key or certificate: {error}; expected two PEM files") from error
    if not passphrase_env:
        return Signer(*texts)
    passphrase = os.environ.get(passphrase_env)
    if not passphrase:
        raise Refused(f"environment variable {passphrase_env}: is empty; put the passphrase there")
    return Signer(*texts, passphrase.encode())


def _post(endpoint: Endpoint, data: bytes, key: str) -> str:
    """Post one message and return what was answered; raises Later or Refused."""
    headers = {
        "Content-Type": "application/xml; charset=utf-8",
        "User-Agent": "vedetta",
        "Idempotency-Key": key,
    }
    answer = post(endpoint, data, headers)
    taken = accepted(endpoint, answer, time.time())
    try:
        said = answered(read_xml(answer.body))
    except (XmlError, AnswerError):
        # Nodes behind a queue answer without a body; the Acknowledgement comes later.
        return f"{taken} without an acknowledgement"
    if said.good:
        return said.said
    fault = f"{endpoint.url}: {said.said or 'refused without a code'}"
    raise Later(fault) if said.said.split(" ")[0] in _PASSING else Refused(fault)
