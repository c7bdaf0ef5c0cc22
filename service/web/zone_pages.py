"""The pages of zones: which there are, one with its history, what leaves, what is removed."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import shapely
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from geofence.files.writing import write_zones
from geofence.zones import Zone
from maps.live.zones import ZONE_KINDS
from service import zoning
from service.desk import Desk
from service.editions import zones_in_force
from service.web.pages import HEADERS, page
from service.web.purpose import for_case, reading
from service.web.texts import many, say, word
from service.web.workroom import made, seen, workroom
from store import audit
from store.zones import zones_now

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from store.zones import ZoneVersion

TITLES = {kind.kind: kind.title for kind in ZONE_KINDS} | {
    kind: word(f"zones.kind.{kind}") for kind in ("land", "custom")
}
FORMATS = {"geojson": "application/geo+json", "gpkg": "application/geopackage+sqlite3",
           "kml": "application/vnd.google-earth.kml+xml", "zip": "application/zip"}  # fmt: skip
"""Endings under which zones leave, and how a browser calls them; zip is a Shapefile."""
_OURS, _ALL = "people", "all"
_ROWS = 500


async def zones_page(request: Request) -> Response:
    """Answer the zones in force of one kind, or those that people put here."""
    wanted = request.query_params.get("kind", _OURS)
    words = request.query_params.get("q", "")[:80]

    def work(at: Desk) -> tuple[tuple[Zone, ...], dict[str, ZoneVersion]]:
        """Work at one desk, in one transaction."""
        stored = {one.zone.id: one for one in zones_now(at.connection)}
        return zones_in_force(at.connection).zones, stored

    zones, stored = await workroom(request).apart(work)
    counts = Counter(zone.kind for zone in zones)
    rows = [
        row_of(zone, stored.get(zone.id))
        for zone in zones
        if _is_wanted(zone, wanted, zone.id in stored) and _holds(zone, words)
    ]
    kinds = [(kind, title, counts[kind]) for kind, title in TITLES.items() if counts[kind]]
    return page(
        request, "zones", rows=rows[:_ROWS], found=len(rows), kinds=kinds, wanted=wanted,
        words=words, people=len(stored), all=len(zones), titles=TITLES, formats=tuple(FORMATS),
    )  # fmt: skip


def _is_wanted(zone: Zone, wanted: str, stored: bool) -> bool:  # noqa: FBT001 (one of the facts)
    return wanted == _ALL or (stored if wanted == _OURS else zone.kind == wanted)


def _holds(zone: Zone, words: str) -> bool:
    text = f"{zone.id} {zone.name} {zone.source}".casefold()
    return all(word in text for word in words.casefold().split())


def row_of(zone: Zone, version: ZoneVersion | None) -> dict[str, Any]:
    """Return what a table says of a zone; without a version it comes along with the program."""
    return {
        "id": zone.id, "name": zone.name or zone.id, "kind": zone.kind,
        "source": zone.source, "licence": zone.licence, "edition": zone.version,
        "status": zone.legal_status, "valid": valid(zone), "version": version,
    }  # fmt: skip


def valid(zone: Zone) -> str:
    """Return from when until when a zone counts, in words."""
    starts, ends = (
        f"{end:%d %b %Y %H:%M} UTC" if end else "" for end in (zone.valid_from, zone.valid_until)
    )
    if starts and ends:
        return say("zones.counts.span", since=starts, until=ends)
    if starts:
        return say("zones.counts.since", since=starts)
    return say("zones.counts.until", until=ends) if ends else say("zones.counts.always")


async def zone_page(request: Request) -> Response:
    """Answer one zone: what is known of it, every version, and what may be done."""
    return await shown(request)


async def shown(request: Request, status: int = 200, said: str = "") -> Response:
    """Return the page of the zone that the path names."""
    zone_id = request.path_params["id"]
    now, history = await workroom(request).apart(
        lambda at: zoning.history_of(at.connection, zone_id)
    )
    zone = now or (history[-1].zone if history else None)
    if zone is None:
        raise HTTPException(404, "there is no such zone")
    stored = bool(history) and history[-1].state == "active"
    return page(
        request, "zone", status, said=said, zone=zone, title=TITLES.get(zone.kind, zone.kind),
        facts=facts(zone), history=history[::-1], in_force=now is not None, stored=stored,
        formats=tuple(FORMATS), where=_where(zone),
    )  # fmt: skip


def facts(zone: Zone) -> list[tuple[str, str]]:
    """Return what is known of a zone, as words and values."""
    vertices = int(shapely.get_num_coordinates(zone.geometry))
    parts = len(shapely.get_parts(zone.geometry))
    told: list[tuple[str, str]] = [
        (say("zones.facts.status"), zone.legal_status), (say("zones.facts.source"), zone.source),
        (say("zones.facts.licence"), zone.licence), (say("zones.facts.version"), zone.version),
        (say("zones.valid"), valid(zone)),
        (say("zones.facts.leave"), say("zones.facts.outside", metres=f"{zone.leave_m:g}")),
        (say("zones.facts.border"), many("zones.facts.parts", parts, vertices=vertices)),
    ]  # fmt: skip
    told += [(str(name).replace("_", " ").capitalize(), _text(value))
             for name, value in zone.details.items()]  # fmt: skip
    return [(name, value) for name, value in told if value]


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _where(zone: Zone) -> str:
    """Return the map's place at which a zone is seen whole, as its address says it."""
    west, south, east, north = zone.geometry.bounds
    span = max(east - west, (north - south) * 1.4, 0.02)
    level = next((one for one in range(14, 3, -1) if 1200 / 256 * 360 / 2**one > span), 4)
    return f"{level}/{(south + north) / 2:.4f}/{(west + east) / 2:.4f}"


async def remove(request: Request) -> Response:
    """POST: take a zone out of force, with the reason."""
    form, zone_id = await request.form(), request.path_params["id"]
    mark, version = made(request, form), seen(form)
    await workroom(request).apart(
        lambda at: zoning.remove(at.connection, [zone_id], mark, {zone_id: version})
    )
    request.app.state.zones.forget()
    return RedirectResponse(f"/zones/{zone_id}", 303, HEADERS)


async def export(request: Request) -> Response:
    """Answer a file of zones: ``?id=`` (several), else of ``kind``; a line in the audit."""
    asked = request.query_params
    form, kind, ids = asked.get("format", "geojson"), asked.get("kind"), asked.getlist("id")
    if form not in FORMATS:
        raise HTTPException(400, f"format {form[:20]!r}: expected one of {', '.join(FORMATS)}")
    mark = reading(request)

    def work(at: Desk) -> bytes:
        """Work at one desk, in one transaction."""
        there = zones_in_force(at.connection).zones
        chosen = [z for z in there if (z.id in ids if ids else kind in {None, z.kind})]
        if not chosen:
            raise HTTPException(404, "no such zone is in force")
        told = {"format": form, "kind": kind or "", "ids": ids, "zones": len(chosen)}
        told |= for_case(request)
        data = written(chosen, form)
        audit.append(at.connection, mark, "zones.export", "zones", told)
        return data

    data = await workroom(request).apart(work)
    name = re.sub(r"[^a-z0-9_-]", "-", ids[0] if len(ids) == 1 else f"zones-{kind or 'all'}")
    disposition = {"content-disposition": f'attachment; filename="{name}.{form}"'}
    return Response(data, media_type=FORMATS[form], headers=HEADERS | disposition)


def written(zones: Sequence[Zone], form: str) -> bytes:
    """Return zones as the bytes of a file; raises GeofenceError where the format cannot."""
    with TemporaryDirectory(prefix="vedetta-export-") as folder:
        path = Path(folder) / f"zones.{form}"
        write_zones(zones, path)
        return path.read_bytes()
