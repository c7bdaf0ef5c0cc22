"""Where the reading of files stood, kept beside the spool: a restart dates no old line anew."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeAlias

import structlog

from ais.spool.layout import replace_durably

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ais.feed import FeedHealth

Place: TypeAlias = "tuple[int, int, int]"
"""Device, inode and byte behind the last line handed on."""
_log = structlog.get_logger()


class Resumes:
    """``feeds.json``: a place for each feed that reads a file.

    on_disk  by feed: what the file holds
    """

    def __init__(self, folder: Path, health: Mapping[str, FeedHealth]) -> None:
        """Read what the life before left; ``health`` is where feeds note their places."""
        self._file = folder / "feeds.json"
        self._health = health
        self.on_disk: dict[str, Place] = self._read()
        self._failed = False

    def now(self) -> dict[str, Place]:
        """Return the places as they are now; of feeds that have none yet, the ones before."""
        places = {one.name: one.resume for one in [*self._health.values()] if one.resume}
        return {**self.on_disk, **places}

    def keep(self, places: dict[str, Place]) -> None:
        """Write ``places``, taken by ``now`` before the lines up to them were made durable."""
        if places == self.on_disk:
            return
        try:
            replace_durably(self._file, json.dumps(places).encode())
        except OSError as error:
            # A restart reads some lines twice: no reason to hold up any.
            if not self._failed:
                _log.error("places_not_kept", file=str(self._file), error=str(error))
            self._failed = True
        else:
            self.on_disk, self._failed = places, False

    def _read(self) -> dict[str, Place]:
        try:
            listed = json.loads(self._file.read_bytes())
            return {
                str(name): (int(device), int(inode), int(at))
                for name, (device, inode, at) in listed.items()
            }
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, TypeError, AttributeError) as error:
            _log.warning("places_unreadable", file=str(self._file), error=repr(error))
            return {}
