"""CAP 1.2: one message for each alert, named by its id, in one archive."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from alerts.cap import CapSender, cap_xml
from maps.export import Content, Kind


@dataclass(frozen=True, slots=True)
class Cap:
    """What rescue centres and warning systems read; ``sender`` says who speaks."""

    word: ClassVar[str] = "CAP messages"
    ending: ClassVar[str] = "cap.zip"
    media: ClassVar[str] = "application/zip"
    kinds: ClassVar[frozenset[Kind]] = frozenset({"alerts"})
    why_not: ClassVar[str] = "CAP is a message about an alert: ask for alerts"
    placed: ClassVar[bool] = False

    sender: CapSender = field(default_factory=lambda: CapSender("vedetta"))

    def write(self, content: Content, path: Path) -> None:
        """Write the messages."""
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for notice in content.notices:
                archive.writestr(f"{notice.alert.id}.cap.xml", cap_xml(notice, self.sender))
