"""A file of zones in two steps: what it would change is shown first, and then applied whole."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from geofence.errors import GeofenceError
from geofence.files.features import ReadOptions, ZoneDefaults
from geofence.files.reading import ENDINGS, ReadZones, ZoneFileError
from geofence.zones import KINDS, LEGAL, ZoneSet
from maps.live.zones import ZoneChart
from service import zoning
from service.desk import Desk, change
from service.errors import WrongUseError
from service.web.answers import answer
from service.web.bodies import upload_bytes
from service.web.pages import page
from service.web.refusing import note_refused
from service.web.texts import say
from service.web.uploads import form_of, goes_ahead
from service.web.workroom import REFUSALS, made, person_of, sentence, text, workroom
from service.web.zone_pages import TITLES, row_of
from store.changes import in_turn
from store.zones import put_zones, zones_now

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from starlette.requests import Request
    from starlette.responses import Response

    from geofence.zones import Zone
    from service.web.uploads import Upload
    from store.zones import ZoneVersion

_FIELDS = ("kind", "source", "licence", "edition", "legal_status", "prefix", "swap", "reproject")
_SWAPS = {"yes": True, "no": False}
_DRY = "a look at what a file would change"
_DRAWN = 2000  # zones on the preview's map; the list beside it has all


@dataclass(frozen=True, slots=True)
class _Read:
    """What a file says: ``done`` by id: added, changed, unchanged; ``before``: what it changes.

    ``seen``: the versions that it was held against, as the form carries them.
    """

    zones: ReadZones
    sha256: str
    done: dict[str, str]
    before: tuple[Zone, ...]
    seen: str


async def ask(request: Request) -> Response:
    """Answer the form that takes a file."""
    return _form(request, {})


def _form(
    request: Request, said: Mapping[str, str], wrong: str = "", faults: tuple[str, ...] = ()
) -> Response:
    return page(
        request, "zone_import", 400 if wrong else 200, said=wrong, faults=faults, kinds=KINDS,
        titles=TITLES, legal=LEGAL, endings=", ".join(ENDINGS), given=dict(said),
        most=upload_bytes(request, "/zones/import"),
    )  # fmt: skip


async def preview(request: Request) -> Response:
    """POST a file: show what it would change; nothing is written."""
    form, brought = await form_of(request)
    said = {name: text(form, name) for name in _FIELDS}
    room, person = workroom(request), person_of(request)
    upload = await room.uploads.of(person.account, form, brought)
    if goes_ahead(request):
        return answer({"token": upload.token})
    mark = change(person.name, _DRY)

    def work(at: Desk) -> _Read:
        """Work at one desk, in one transaction."""
        read, sha256 = _read(upload, said)
        there = zones_now(at.connection)
        before, seen = tuple(one.zone for one in there), _seen(read, there)
        done: dict[str, str] = dict(put_zones(at.connection, read.zones, mark))
        at.connection.rollback()
        changed = {one for one in done if done[one] == "changed"}
        return _Read(read, sha256, done, tuple(zone for zone in before if zone.id in changed),
                     seen)  # fmt: skip

    try:
        found = await room.apart(work)
    except ZoneFileError as error:
        await note_refused(request, "/zones/import", "; ".join(error.faults), upload.name)
        wrong_file = say("zones.import.wrong", file=upload.name)
        return _form(request, said, wrong_file, tuple(error.faults))
    except REFUSALS as error:
        wrong = _named(sentence(error), upload.path, upload.name)
        await note_refused(request, "/zones/import", wrong, upload.name)
        return _form(request, said, wrong)
    return _shown(request, upload.name, upload.token, said, found)


def _seen(read: ReadZones, there: Sequence[ZoneVersion]) -> str:
    """Return what must be the same when the file is applied: else it changes what nobody saw."""
    ours = {zone.id for zone in read.zones}
    found = sorted((one.zone.id, one.version) for one in there if one.zone.id in ours)
    return hashlib.sha256(repr(found).encode()).hexdigest()[:20]


def _named(said: str, path: Path, name: str) -> str:
    """Return a sentence with the file's own name in place of where it lies here."""
    return said.replace(str(path), name)


def _read(upload: Upload, said: Mapping[str, str]) -> tuple[ReadZones, str]:
    defaults = ZoneDefaults(
        kind=said["kind"] or "custom", source=said["source"] or upload.name,
        licence=said["licence"] or "not stated", version=said["edition"],
        legal_status=said["legal_status"] or "indicative", id_prefix=said["prefix"],
    )  # fmt: skip
    options = ReadOptions(swap=_SWAPS.get(said["swap"]), reproject=said["reproject"] == "yes")
    return zoning.read_file(upload.path, defaults, options)


def _shown(
    request: Request, name: str, token: str, said: Mapping[str, str], found: _Read
) -> Response:
    zones = found.zones.zones
    counts = {word: list(found.done.values()).count(word)
              for word in ("added", "changed", "unchanged")}  # fmt: skip
    return page(
        request, "zone_preview", file=name, token=token, given=dict(said), counts=counts,
        rows=[row_of(zone, None) | {"done": found.done[zone.id]} for zone in zones],
        notes=found.zones.notes, titles=TITLES, drawn=_chart(zones[:_DRAWN]),
        seen=found.seen, states=_states(found), before=_chart(found.before[:_DRAWN]),
    )  # fmt: skip


def _chart(zones: tuple[Zone, ...]) -> str:
    """Return light shapes as GeoJSON text; "" where they cannot be drawn."""
    try:
        return ZoneChart.of(ZoneSet(zones), "").data.decode() if zones else ""
    except (GeofenceError, ValueError):
        return ""


def _states(found: _Read) -> str:
    return " ".join(f"{zone}={done}" for zone, done in found.done.items())


async def apply(request: Request) -> Response:
    """POST: put the zones of a file that was looked at in force, all of them or none."""
    form = await request.form()
    said = {name: text(form, name) for name in _FIELDS}
    room, person, mark = workroom(request), person_of(request), made(request, form)
    upload = room.uploads.get(person.account, text(form, "token"))

    def work(at: Desk) -> tuple[dict[str, Any], int]:
        """Work at one desk, in one transaction."""
        read, sha256 = _read(upload, said)
        in_turn(at.connection)
        if _seen(read, zones_now(at.connection)) != text(form, "seen"):
            raise WrongUseError("the zones were changed meanwhile: bring the file once more")
        details = {"file": upload.name, "sha256": sha256}
        return zoning.put(at.connection, read.zones, mark, "import", details)

    done, edition = await room.apart(work)
    request.app.state.zones.forget()
    counts = {word: list(done.values()).count(word) for word in ("added", "changed")}
    return page(
        request, "zone_applied", said=say("zones.applied.done", file=upload.name), tone="good",
        counts=counts, edition=edition,
        ids=[one for one in done if done[one] != "unchanged"][:200],
    )  # fmt: skip
