"""Editions of zones, lists, traffic models and watch rules as files beside the spool.

They are what its ``_control`` lines speak of.

A file is named by its content's hash and never changes, so a spool with its editions is replayed
anywhere, years later, with what was in force.
"""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from ais.spool.layout import replace_durably
from alerts.places import Places
from alerts.rules import Rules
from alerts.traffic.model import TrafficModel
from alerts.traffic.usual import Usual
from geofence.index import ZoneIndex
from geofence.zones import ZoneSet
from service.errors import ServiceError
from watchlist.entries import Edition

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

ZONES, WATCHLIST, TRAFFIC, RULES = "zones", "watchlist", "traffic", "rules"
WHAT = (ZONES, WATCHLIST, TRAFFIC, RULES)
"""What takes effect by a ``_control`` line."""
_ENDING = {ZONES: "json", WATCHLIST: "json", TRAFFIC: "model", RULES: "json"}
READY = 8
"""Editions kept ready in memory: those in force, and those that follow them."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """A model of the usual traffic, and the tables made of it."""

    model: TrafficModel
    usual: Usual


Prepared: TypeAlias = "ZoneIndex | Edition | Traffic | Rules"


def prepared_of(what: str, content: bytes) -> Prepared:
    """Return an edition's bytes ready for use; raises as ``Shelf.prepare`` for what is none."""
    if what == ZONES:
        return ZoneIndex.of(ZoneSet.from_bytes(content))
    if what == TRAFFIC:
        model = TrafficModel.from_bytes(content)
        return Traffic(model, Usual.of(model))
    return Rules.from_bytes(content) if what == RULES else Edition.from_bytes(content)


class Shelf:
    """The folder of editions; prepares each once, in any thread."""

    def __init__(self, folder: Path) -> None:
        """Use ``folder``, which is made when the first edition is put there."""
        self.folder = folder
        self._ready: dict[tuple[str, str], Prepared] = {}
        self._held: dict[tuple[str, str], Prepared] = {}
        self._places: dict[str, Places] = {}
        self._lock = threading.Lock()

    def path(self, what: str, sha256: str) -> Path:
        """Return where the edition lies or would lie."""
        return self.folder / f"{what}-{sha256}.{_ENDING[what]}"

    def put(self, what: str, content: bytes) -> str:
        """Keep ``content`` durably and return its SHA-256; what is there already stays so.

        A file that was altered is written anew. Raises OSError where the disk refuses.
        """
        sha256 = hashlib.sha256(content).hexdigest()
        path = self.path(what, sha256)
        if self.holds(what, sha256):
            # As good as new for those who remove old files.
            path.touch()
            return sha256
        # The list names vessels of interest: nobody but the service reads it.
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_durably(path, content)
        return sha256

    def holds(self, what: str, sha256: str) -> bool:
        """Tell whether the edition's file is there with the bytes of its name."""
        try:
            content = self.path(what, sha256).read_bytes()
        except OSError:
            return False
        return hashlib.sha256(content).hexdigest() == sha256

    def remove_all_but(self, needed: Collection[str], before_s: float) -> list[str]:
        """Remove the files of editions that are not ``needed`` (hashes); return their names.

        Files written at or after ``before_s``, s since 1970, stay: one may be about to be adopted.
        """
        if not self.folder.is_dir():
            return []
        names = {self.path(what, sha256).name for what in WHAT for sha256 in needed}
        # With what is left of files that a full disk refused.
        endings = dict.fromkeys(_ENDING.values())
        files = [one for end in endings for tmp in ("", ".tmp")
                 for one in self.folder.glob(f"*-*.{end}{tmp}")]  # fmt: skip
        old = [file for file in sorted(files) if file.name not in names]
        old = [file for file in old if file.stat().st_mtime < before_s]
        for file in old:
            file.unlink(missing_ok=True)
        return [file.name for file in old]

    def hold(self, what: str, sha256: str, prepared: Prepared) -> None:
        """Have ``prepared`` ready under its name, without a file, for good."""
        with self._lock:
            self._held[what, sha256] = prepared

    def prepare(self, what: str, sha256: str) -> Prepared:
        """Return the edition ready for use, from memory or from its file.

        Raises ServiceError where the file is missing or is not what its name says, GeofenceError,
        WatchlistError, TrafficError and RuleError where its content cannot be used.
        """
        with self._lock:
            for kept in (self._held, self._ready):
                if (what, sha256) in kept:
                    return kept[what, sha256]
        prepared = self._read(what, sha256)
        with self._lock:
            self._ready[what, sha256] = prepared
            while len(self._ready) > READY:
                del self._ready[next(iter(self._ready))]
        return prepared

    def zones(self, sha256: str) -> ZoneIndex:
        """Return the index of a zone set; raises ServiceError as ``prepare`` does."""
        prepared = self.prepare(ZONES, sha256)
        if not isinstance(prepared, ZoneIndex):
            raise ServiceError(f"edition {sha256}: is no zone set; expected one for {ZONES}")
        return prepared

    def places(self, sha256: str) -> Places:
        """Return the distances to the ports and anchorages of a zone set, made once.

        Raises ServiceError as ``prepare`` does.
        """
        with self._lock:
            if sha256 in self._places:
                return self._places[sha256]
        places = Places.of(self.zones(sha256).zones.zones)
        with self._lock:
            self._places[sha256] = places
            while len(self._places) > READY:
                del self._places[next(iter(self._places))]
        return places

    def watchlist(self, sha256: str) -> Edition:
        """Return a list; raises ServiceError as ``prepare`` does."""
        prepared = self.prepare(WATCHLIST, sha256)
        if not isinstance(prepared, Edition):
            raise ServiceError(f"edition {sha256}: is no list; expected one for {WATCHLIST}")
        return prepared

    def traffic(self, sha256: str) -> Traffic:
        """Return a model of the usual traffic; raises ServiceError as ``prepare`` does."""
        prepared = self.prepare(TRAFFIC, sha256)
        if not isinstance(prepared, Traffic):
            raise ServiceError(f"edition {sha256}: is no model; expected one for {TRAFFIC}")
        return prepared

    def rules(self, sha256: str) -> Rules:
        """Return watch rules; raises ServiceError as ``prepare`` does."""
        prepared = self.prepare(RULES, sha256)
        if not isinstance(prepared, Rules):
            raise ServiceError(f"edition {sha256}: are no rules; expected some for {RULES}")
        return prepared

    def _read(self, what: str, sha256: str) -> Prepared:
        path = self.path(what, sha256)
        try:
            content = path.read_bytes()
        except OSError as error:
            msg = f"edition {path} cannot be read ({error.strerror}); put it there again"
            raise ServiceError(msg) from error
        if hashlib.sha256(content).hexdigest() != sha256:
            msg = f"edition {path}: its bytes are not those of its name; restore the file"
            raise ServiceError(msg)
        return prepared_of(what, content)
