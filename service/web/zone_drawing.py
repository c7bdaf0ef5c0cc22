"""Zones that somebody draws on the live map: one as it is, and one as it shall be. JSON."""

from __future__ import annotations

import datetime as dt
import json
import re
import unicodedata
from typing import TYPE_CHECKING, Any

import shapely
from starlette.exceptions import HTTPException

from alerts.plain import plain
from geofence.files.features import ReadOptions
from geofence.files.geometry import WIDEST_DEG, shape_fault
from geofence.zones import LEAVE_M, Zone
from service import zoning
from service.desk import change
from service.web.answers import answer
from service.web.refusing import turned_away
from service.web.workroom import person_of, workroom
from store.changes import in_turn

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from service.desk import Desk
    from store.changes import Change

_MOST_BYTES, _TOO_LONG = 2 << 20, 413
_LONGEST = {"name": 120, "why": 500, "note": 300}
_SHAPE = (KeyError, TypeError, ValueError, OverflowError, IndexError, AttributeError,
          shapely.errors.ShapelyError)  # fmt: skip


class GiantError(HTTPException):
    """A shape with more corners, or wider, than one that somebody draws."""


async def one_zone(request: Request) -> Response:
    """Answer the newest version of a zone exactly, to be changed by hand."""
    zone_id = request.path_params["id"]
    now, history = await workroom(request).apart(
        lambda at: zoning.history_of(at.connection, zone_id)
    )
    if now is None:
        raise HTTPException(404, "there is no such zone in force")
    seen = history[-1].version if history and history[-1].state == "active" else None
    return answer(now.feature() | {"version": seen})


async def save(request: Request) -> Response:
    """POST a drawn zone: a new one, or with ``id`` and ``version`` the next version of one."""
    try:
        said = await body(request)
    except HTTPException as error:
        if error.status_code == _TOO_LONG:
            raise turned_away(request, "shape", _TOO_LONG, error.detail) from None
        raise
    mark = _mark(request, said)

    def work(at: Desk) -> dict[str, Any]:
        """Work at one desk, in one transaction."""
        in_turn(at.connection)
        given = str(said.get("id") or "")
        zone_id = given or zoning.free_id(at.connection, id_of(_text(said, "name")))
        zone = _must_make_sense(_zone(at, said, zone_id, new=not given))
        seen = int(said["version"]) if given else None
        done, edition = zoning.draw(at.connection, zone, seen, mark)
        return {"id": zone.id, "done": done, "edition": edition}

    try:
        done = await workroom(request).apart(work)
    except GiantError as error:
        raise turned_away(request, "shape", error.status_code, error.detail) from None
    except _SHAPE as error:
        raise HTTPException(400, f"this is no zone: {plain(error, 120)}") from None
    request.app.state.zones.forget()
    return answer(done)


async def body(request: Request, most: int = _MOST_BYTES) -> dict[str, Any]:
    """Return the JSON object of a request; raises HTTPException where it is none or too long."""
    data = bytearray()
    async for part in request.stream():
        data += part
        if len(data) > most:
            raise HTTPException(413, f"this is too long; expected at most {most >> 20} MiB")
    try:
        said = json.loads(bytes(data))
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise HTTPException(400, "expected a JSON object")
    return said


def id_of(name: str) -> str:
    """Return the id of a name: "Canale di Sicília, sud" is drawn-canale-di-sicilia-sud."""
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    words = re.sub(r"[^a-z0-9]+", "-", bare).strip("-")[:60].strip("-")
    return f"drawn-{words or 'zone'}"


def _mark(request: Request, said: dict[str, Any]) -> Change:
    why = _text(said, "why")
    if not why or not _text(said, "name"):
        raise HTTPException(400, "give the zone a name, and say why it is drawn")
    return change(person_of(request).name, why)


def _must_make_sense(zone: Zone) -> Zone:
    """Return ``zone``; raises HTTPException for what a hand that draws cannot mean."""
    if zone.kind == "land":
        raise HTTPException(400, "land is not drawn by hand: it comes along, or in a file")
    if zone.valid_from and zone.valid_until and zone.valid_from >= zone.valid_until:
        raise HTTPException(400, "the zone would end before it begins: correct from and until")
    return zone


def _zone(at: Desk, said: dict[str, Any], zone_id: str, *, new: bool) -> Zone:
    """Return the zone that is ``said``; what the form does not know stays as it was."""
    before = None if new else zoning.history_of(at.connection, zone_id)[0]
    details = dict(before.details) if before else {}
    for name in ("note", "circle"):
        details.pop(name, None)
        if value := _text(said, name):
            details[name] = value
    leave = said.get("leave_m")
    return Zone(
        id=zone_id, name=_text(said, "name"), kind=str(said.get("kind") or "custom"),
        geometry=shape_of(said["geometry"]),
        source=before.source if before else "drawn by hand",
        licence=before.licence if before else "own", version=before.version if before else "",
        legal_status=str(said.get("legal_status") or "operational"),
        valid_from=moment(said.get("valid_from")), valid_until=moment(said.get("valid_until")),
        leave_m=LEAVE_M if leave in {None, ""} else float(leave), details=details,
    )  # fmt: skip


def shape_of(geometry: dict[str, Any]) -> shapely.Polygon | shapely.MultiPolygon:
    """Return a polygon of GeoJSON; raises HTTPException where its border crosses itself.

    Nothing is repaired: who drew it sees it, and moves a vertex.
    """
    shape: Any = shapely.geometry.shape(geometry)
    most = ReadOptions().feature_vertices
    fault = shape_fault(shape, most)
    if fault and shapely.get_num_coordinates(shape) > most:
        raise GiantError(400, f"the shape {fault}")
    if fault:
        raise HTTPException(400, f"the shape {fault}")
    if not shapely.is_valid(shape):
        where = re.search(r"\[(\S+) (\S+)\]", shapely.is_valid_reason(shape))
        at = f" near {float(where[2]):.3f}° north, {float(where[1]):.3f}° east" if where else ""
        raise HTTPException(400, f"the border crosses itself{at}: move or delete a vertex there")
    west, south, east, north = shape.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:  # noqa: PLR2004 (degrees)
        raise GiantError(400, "the shape reaches beyond 180° east or west, or a pole")
    if max(part.bounds[2] - part.bounds[0] for part in shapely.get_parts(shape)) > WIDEST_DEG:
        raise GiantError(400, f"the shape is wider than {WIDEST_DEG:g}°: draw it in parts")
    whole: shapely.Polygon | shapely.MultiPolygon = shapely.normalize(shapely.force_2d(shape))
    return whole


def moment(text: object) -> dt.datetime | None:
    """Return a time in UTC of ISO text, None for none; raises ValueError for another text."""
    if not text:
        return None
    at = dt.datetime.fromisoformat(str(text))
    return at.replace(tzinfo=dt.UTC) if at.tzinfo is None else at.astimezone(dt.UTC)


def _text(said: dict[str, Any], name: str) -> str:
    return plain(said.get(name) or "", _LONGEST.get(name, 200))
