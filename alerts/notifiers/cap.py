"""CAP as a file drop: one XML per notice, and beside it the same as GeoJSON."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from alerts.alert import Notice
from alerts.cap import CapError, CapSender, cap_xml, identifier
from alerts.dropping import drop, file_name, writable
from alerts.geojson import geojson
from alerts.notifier import Receipt, Refused


@dataclass(frozen=True, slots=True)
class CapDrop:
    """A folder that a partner's system polls.

    name       by which offices and rules call the channel
    folder     where files appear, whole: <time>_<notice>_<key>.cap.xml and .geojson
    sender     CAP's sender, unique and lasting, as vedetta@desk.example
    sender_name, contact   of the desk, for people · expires_h  hours until a message is void
    twin       whether the GeoJSON is written too
    """

    kind: ClassVar[str] = "cap"

    name: str
    folder: Path
    sender: str
    sender_name: str = "Vedetta"
    contact: str = ""
    expires_h: float = 24.0
    twin: bool = True

    def send(self, notice: Notice, key: str) -> Receipt:
        """Write the files; the receipt names CAP's identifier.

        Raises Later while the folder cannot be written, Refused for what CAP cannot say.
        """
        try:
            message = cap_xml(notice, self._sender())
        except CapError as error:
            raise Refused(str(error)) from error
        if self.twin:
            # First the twin: who sees the XML may rely on it.
            drop(
                self.folder, file_name(notice.sent_us, notice.id, key, ".geojson"), geojson(notice)
            )
        name = file_name(notice.sent_us, notice.id, key, ".cap.xml")
        drop(self.folder, name, message)
        return Receipt(identifier(notice.id), name)

    def ready(self) -> None:
        """Raise Refused where the folder or the sender cannot be used."""
        writable(self.folder, f"channel {self.name}: folder")
        try:
            self._sender()
        except CapError as error:
            raise Refused(f"channel {self.name}: {error}") from error

    def _sender(self) -> CapSender:
        return CapSender(self.sender, self.sender_name, self.contact, self.expires_h)
