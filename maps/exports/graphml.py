"""GraphML (graphml.graphdrawing.org): what programs for networks open, as Gephi and yEd do."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from alerts.links.graphml import graphml
from maps.errors import ExportError
from maps.export import Content, Kind


class GraphMl:
    """A network: vessels, and an edge for each piece of evidence."""

    word: ClassVar[str] = "GraphML, for programs that draw networks"
    ending: ClassVar[str] = "graphml"
    media: ClassVar[str] = "application/graphml+xml"
    kinds: ClassVar[frozenset[Kind]] = frozenset({"links"})
    why_not: ClassVar[str] = "it holds who is tied to whom, nothing else"
    placed: ClassVar[bool] = False

    def write(self, content: Content, path: Path) -> None:
        """Write the document; raises ExportError where there is no network."""
        if content.network is None:
            raise ExportError(f"graphml of {content.kind}: expected links")
        path.write_bytes(graphml(content.network, content.title))
