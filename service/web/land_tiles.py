"""The fine coast: blocks at ``/tiles/land/{z}/{x}/{y}``, whether there are any at ``/tiles/land``.

All blocks are held packed (2 MB), so an answer reads nothing and computes nothing.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from starlette.responses import Response

from maps.fine_coast.blocks import LEVELS
from maps.fine_coast.shelf import Shelf
from service.web.answers import answer

if TYPE_CHECKING:
    from starlette.requests import Request

_KIND = "application/octet-stream"
# The address carries the version, so another coast has other addresses; only the browser of
# somebody signed in may keep a block, no proxy on the way.
_FOR_GOOD = "private, max-age=31536000, immutable"
_ASK_AGAIN = "private, no-cache"


class LandTiles:
    """The blocks, once they are there: ``find`` returns their file, and may take minutes."""

    def __init__(self, find: Callable[[], Path] | None = None) -> None:
        """Hold nothing yet; None: never."""
        self._find = find
        self.shelf: Shelf | None = None
        self.state: Literal["making", "ready", "missing"] = "making" if find else "missing"

    def load(self) -> None:
        """Find and read the blocks, in a thread; raises what finding and reading raise."""
        if self._find is None:
            return
        try:
            self.shelf = Shelf.open(self._find())
            self.state = "ready"
        finally:
            if self.shelf is None:
                self.state = "missing"


async def about(request: Request) -> Response:
    """Answer which coast there is: its state, and when it is ready its version and levels."""
    tiles: LandTiles = request.app.state.land_tiles
    said: dict[str, object] = {"state": tiles.state}
    if tiles.shelf:
        said |= {"version": tiles.shelf.version, "levels": [level.z for level in LEVELS]}
    return answer(said)


async def block(request: Request) -> Response:
    """Answer one block; 404 for a place that has none, which the map draws by its other coast."""
    tiles: LandTiles = request.app.state.land_tiles
    asked = request.path_params
    packed = tiles.shelf and tiles.shelf.block((asked["z"], asked["x"], asked["y"]))
    if not (tiles.shelf and packed):
        return Response("no fine coast there\n", 404, {"cache-control": "no-store"}, "text/plain")
    tag = f'"{tiles.shelf.version}-{asked["z"]}-{asked["x"]}-{asked["y"]}"'
    kept = _FOR_GOOD if request.query_params.get("v") == tiles.shelf.version else _ASK_AGAIN
    headers = {"cache-control": kept, "etag": tag, "vary": "accept-encoding"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(packed, headers=headers | {"content-encoding": "gzip"}, media_type=_KIND)
    return Response(gzip.decompress(packed), headers=headers, media_type=_KIND)
