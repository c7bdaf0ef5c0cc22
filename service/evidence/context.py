"""What detectors looked at besides the lines: settings, editions, the version of the code."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import platform
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ais.feeds.file import FileFeed
from alerts.detectors import DETECTORS
from alerts.rules import Rules as WatchRules
from service.errors import ServiceError
from service.evidence.package import in_json
from service.evidence.rerun import Rules
from service.pipeline.shelf import RULES, WATCHLIST, WHAT, Shelf, prepared_of
from service.settings import parse_settings
from store.editions import Adoption
from watchlist.entries import Edition

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from alerts.events import Event

SETTINGS, CODE, ADOPTIONS = "context/settings.json", "context/code.json", "context/adoptions.json"
_SECTIONS = ("tracks", "visits", "roles", "coverage", "thinning")
_ROOMS = ("ais", "geofence", "watchlist", "alerts", "service/pipeline")
_ROOT = Path(__file__).resolve().parents[2]
RELEASE = "0.1.0"
_REDUCED = frozenset({WATCHLIST, RULES})
"""Editions of which only what was answered to is carried: their bytes have another hash."""


def settings_json(rules: Rules) -> bytes:
    """Return the settings that decide what events come of which lines; no secret is among them."""
    settings = rules.settings
    config: dict[str, Any] = {name: dataclasses.asdict(getattr(settings, name))
                              for name in _SECTIONS}  # fmt: skip
    config["watchlist"] = {
        "grace_days": settings.watchlist.grace_days,
        "match": dataclasses.asdict(settings.watchlist.match),
    }
    # Where a file lies is nobody's business; how its columns are read is part of the proof.
    config["feeds"] = [
        {"kind": "file", "name": one.name, "path": "-", "layout": one.layout,
         "time_format": one.time_format, "speed_scale": one.speed_scale}
        for one in settings.feeds if isinstance(one, FileFeed) and one.layout
    ]  # fmt: skip
    config["retention"] = {"positions_days": settings.retention.positions_days}
    config["detectors"] = {
        name: dataclasses.asdict(settings.detectors[name])  # type: ignore[call-overload]
        if name in settings.detectors
        else False
        for name in DETECTORS
    }
    return in_json({"own_time": sorted(rules.own_time), "settings": config})


def rules_of(content: bytes) -> Rules:
    """Return the rules that ``settings_json`` wrote; raises ServiceError for other ones.

    Settings that this version of the program does not know are refused by their path.
    """
    try:
        said = json.loads(content)
        own_time, config = said["own_time"], said["settings"]
    except (ValueError, KeyError, TypeError) as error:
        raise ServiceError(f"{SETTINGS}: are no settings of a package ({error!r})") from error
    return Rules(parse_settings(config, SETTINGS), frozenset(own_time))


@cache
def code_facts() -> dict[str, Any]:
    """Return which program this is: release, a hash of each room's files, what it runs on."""
    import numba
    import numpy as np

    return {
        "release": RELEASE,
        "rooms": {room: _digest(_ROOT / room) for room in _ROOMS},
        "python": platform.python_version(),
        "numpy": np.__version__,
        "numba": numba.__version__,
    }


def other_code(made: Mapping[str, Any]) -> str:
    """Return in which rooms this program is not the one that made the package, "" = the same."""
    now = code_facts()["rooms"]
    there = made.get("rooms")
    there = there if isinstance(there, dict) else {}
    return ", ".join(room for room in now if there.get(room) != now[room])


def _digest(folder: Path) -> str:
    whole = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc":
            whole.update(f"{path.relative_to(folder).as_posix()}\0".encode())
            whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()


def member_of(what: str, sha256: str) -> str:
    """Return the name of an edition's member."""
    return f"context/{Shelf(Path()).path(what, sha256).name}"


def reduced(edition: Edition, ids: Iterable[str]) -> Edition:
    """Return an edition with the entries ``ids`` only: nobody else's name leaves with them."""
    wanted = frozenset(ids)
    return Edition(tuple(one for one in edition.entries if one.id in wanted))


def spoken(rules: WatchRules, events: Iterable[Event]) -> WatchRules:
    """Return the watch rules that told ``events``: what others look for does not leave."""
    told = {fact.value for one in events if (fact := one.evidence.get("rule")) is not None}
    return WatchRules(tuple(one for one in rules.rules if one.id in told))


def shelf_of(members: Mapping[str, bytes]) -> Shelf:
    """Return a shelf that holds the editions of a package, under the names that lines know.

    Raises ServiceError for an edition that is not what their name says.
    """
    shelf = Shelf(Path())
    for name, content in members.items():
        what, _, rest = name.removeprefix("context/").partition("-")
        sha256 = rest.partition(".")[0]
        if what in _REDUCED and rest:
            shelf.hold(what, sha256, prepared_of(what, content))
        elif what in WHAT and rest:
            if hashlib.sha256(content).hexdigest() != sha256:
                raise ServiceError(f"{name}: is not the edition of that hash")
            shelf.hold(what, sha256, prepared_of(what, content))
    return shelf


def adoptions_json(adoptions: Iterable[Adoption]) -> bytes:
    """Return what was in force before the first line."""
    return in_json([dataclasses.asdict(one) for one in adoptions])


def adoptions_of(content: bytes) -> tuple[Adoption, ...]:
    """Return what ``adoptions_json`` wrote; raises ServiceError for something else."""
    try:
        return tuple(Adoption(**one) for one in json.loads(content))
    except (ValueError, TypeError) as error:
        raise ServiceError(f"{ADOPTIONS}: says nothing usable ({error!r})") from error
