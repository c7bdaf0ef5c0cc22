"""Our own files for the browser: read once, served from memory, cached by their version."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.responses import Response

from maps.live import texts

if TYPE_CHECKING:
    from starlette.requests import Request

_ROOT = Path(__file__).parents[2]
_LAND = _ROOT / "geofence" / "data" / "mediterranean_land.geojson"
_OURS = _ROOT / "maps" / "assets"
_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".geojson": "application/geo+json",
}
_LEAFLET = ("leaflet.js", "leaflet.css")
_FOR_GOOD = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class WebFile:
    """One file: as it is, packed, and the hash that names its content."""

    kind: str
    data: bytes
    packed: bytes
    etag: str


class WebFiles:
    """The files under ``/assets/<version>/``; the version is a hash of all of them."""

    def __init__(self, node_modules: Path) -> None:
        """Read our files, Leaflet's from ``node_modules``, the coast, and what scripts say."""
        paths = {path.name: path for path in _OURS.iterdir() if path.suffix in _TYPES}
        paths |= {f"leaflet/{name}": node_modules / "leaflet/dist" / name for name in _LEAFLET}
        paths[_LAND.name] = _LAND
        self._files = {name: _read(path) for name, path in paths.items()}
        self._files[texts.MODULE] = _made(".js", texts.module().encode())
        tags = "".join(f"{name}{file.etag}" for name, file in sorted(self._files.items()))
        self.version = hashlib.sha256(tags.encode()).hexdigest()[:12]

    @property
    def prefix(self) -> str:
        """The path under which the page finds its files."""
        return f"/assets/{self.version}"

    def answer(self, request: Request) -> Response:
        """Answer a request for ``/assets/{version}/{name}``; another version is not found."""
        file = self._files.get(request.path_params["name"])
        if file is None or request.path_params["version"] != self.version:
            return Response("no such file: load the page again\n", 404, media_type="text/plain")
        headers = {"cache-control": _FOR_GOOD, "etag": file.etag, "vary": "accept-encoding"}
        if request.headers.get("if-none-match") == file.etag:
            return Response(status_code=304, headers=headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["content-encoding"] = "gzip"
            return Response(file.packed, headers=headers, media_type=file.kind)
        return Response(file.data, headers=headers, media_type=file.kind)


def _read(path: Path) -> WebFile:
    return _made(path.suffix, path.read_bytes())


@cache
def _made(suffix: str, data: bytes) -> WebFile:
    tag = f'"{hashlib.sha256(data).hexdigest()[:16]}"'
    return WebFile(_TYPES[suffix], data, gzip.compress(data, 6, mtime=0), tag)
