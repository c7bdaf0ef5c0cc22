"""Notifications that were drawn: what one reader waited for, all who may know the same have."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

import shapely

from maps.papers.trends import trends_paper

if TYPE_CHECKING:
    from alerts.trends.report import Report
    from maps.papers.paper import Paper
    from maps.papers.trends import Drawn

MOST = 24
"""Notifications kept, about a megabyte each."""


class Drawings:
    """Draws each notification once, as long as nothing of what it says changes.

    The key is all that is drawn, so who may know more or less has another one. One is drawn at a
    time: who asks for the same meanwhile waits and has it too.
    """

    def __init__(self, most: int = MOST) -> None:
        """Keep ``most``; those that nobody asked for longest go first."""
        self._most = most
        self._kept: OrderedDict[str, Paper] = OrderedDict()
        self._drawing, self._keeping = threading.Lock(), threading.Lock()

    def kept(self, report: Report, drawn: Drawn, language: str) -> Paper | None:
        """Return the notification if it was drawn before, at once."""
        return self._kept_as(_key(report, drawn, language))

    def paper(self, report: Report, drawn: Drawn, language: str) -> Paper:
        """Return the notification of ``report`` in ``language``."""
        key = _key(report, drawn, language)
        with self._drawing:
            paper = self._kept_as(key) or trends_paper(report, drawn, language)
            with self._keeping:
                self._kept[key] = paper
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)
        return paper

    def _kept_as(self, key: str) -> Paper | None:
        with self._keeping:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def __len__(self) -> int:
        """Return how many are kept."""
        return len(self._kept)


def _key(report: Report, drawn: Drawn, language: str) -> str:
    zones = [(name, shapely.to_wkb(shape)) for name, shape in sorted(drawn.zones.items())]
    said = (language, report, drawn.made, drawn.marks, zones, drawn.places, drawn.ships)
    return hashlib.sha256(repr(said).encode()).hexdigest()
