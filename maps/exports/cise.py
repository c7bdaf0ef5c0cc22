"""CISE 1.5.3: one Push for each alert, named by its id, in one archive."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from lxml import etree

from alerts.cise import CiseParty, cise_messages
from maps.export import Content, Kind


@dataclass(frozen=True, slots=True)
class Cise:
    """What the nodes of the Common Information Sharing Environment read; not signed.

    party  says who speaks
    """

    word: ClassVar[str] = "CISE messages"
    ending: ClassVar[str] = "cise.zip"
    media: ClassVar[str] = "application/zip"
    kinds: ClassVar[frozenset[Kind]] = frozenset({"alerts"})
    why_not: ClassVar[str] = "CISE is a message about an alert: ask for alerts"
    placed: ClassVar[bool] = False

    party: CiseParty = field(default_factory=lambda: CiseParty("vedetta"))

    def write(self, content: Content, path: Path) -> None:
        """Write the messages."""
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for notice in content.notices:
                for root in cise_messages(notice, self.party):
                    text = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
                    archive.writestr(f"{notice.alert.id}.cise.xml", text)
