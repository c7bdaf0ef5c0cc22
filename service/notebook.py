"""The sea in a notebook: positions, tracks and events as GeoDataFrames and Arrow tables.

::

    sea = open_sea(os.environ["DATABASE_URL"], who="a.greco", reason="K-000012: routes of March")
    found = sea.tracks("247000001", start="2026-03-01", end="2026-03-08")
    found.frame()      # a GeoDataFrame          found.table   # an Arrow table
    found.sidecar      # sources, codes, who, why: keep it with what is made of it

Every question is an export: it stands in the audit with its reason, and what handling codes forbid
is kept back (docs/exports.md). Where nothing is found, frame and table have their columns and no
rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from service.exporting import asking
from service.exporting.asking import Asked
from service.exporting.making import Outlet, make
from service.moments import moment
from service.people import named, said
from store.changes import Change
from store.history import Box

if TYPE_CHECKING:
    import geopandas  # type: ignore[import-untyped]  # carries no types

    from maps.export import Kind


@dataclass(frozen=True, slots=True)
class Found:
    """What was found: an Arrow table with its shapes as WKB, and the sidecar of the export."""

    table: pa.Table
    sidecar: dict[str, Any]

    def __len__(self) -> int:
        """Return the number of rows."""
        return int(self.table.num_rows)

    def frame(self) -> geopandas.GeoDataFrame:
        """Return it as a GeoDataFrame in WGS 84."""
        import geopandas
        import shapely

        columns = self.table.drop_columns(["geometry"]).to_pandas()
        shapes = shapely.from_wkb(self.table["geometry"].to_numpy(zero_copy_only=False))
        return geopandas.GeoDataFrame(columns, geometry=shapes, crs="OGC:CRS84")


@dataclass(frozen=True, slots=True)
class Sea:
    """A database, who asks it, and why; made by ``open_sea``.

    The questions take vessels (MMSI, or imo:N) and, by name:

    start, end  ISO 8601 texts or datetimes, UTC · box  (west, south, east, north), degrees
    zones       ids · alert, case  ids · permission  who permitted what codes forbid
    """

    dsn: str
    who: str
    reason: str
    outlet: Outlet = Outlet()  # noqa: RUF009 (frozen)

    def positions(self, *vessels: object, **asked: Any) -> Found:  # noqa: ANN401 (see the class)
        """Return positions, a row each."""
        return self._found("positions", vessels, asked)

    def tracks(self, *vessels: object, **asked: Any) -> Found:  # noqa: ANN401 (see the class)
        """Return tracks, a line each, with lists of times, speeds and courses of their points."""
        return self._found("tracks", vessels, asked)

    def events(self, *vessels: object, **asked: Any) -> Found:  # noqa: ANN401 (see the class)
        """Return what detectors saw, the newest version of each event."""
        return self._found("events", vessels, asked)

    def _found(self, kind: Kind, vessels: Sequence[object], words: dict[str, Any]) -> Found:
        start, end = (_moment(name, words.pop(name, None)) for name in ("start", "end"))
        box = words.pop("box", None)
        asked = Asked(kind, "parquet", vessels=asking.vessels([str(one) for one in vessels]),
                      box=Box(*box) if box else None, zones=tuple(words.pop("zones", ())),
                      start=start, end=end, **words)  # fmt: skip
        made = Change(self.who, self.reason, dt.datetime.now(dt.UTC))
        with TemporaryDirectory(prefix="vedetta-notebook-") as folder:
            one = make(self.dsn, asked, made, Path(folder) / "found.parquet", outlet=self.outlet,
                       empty=True)  # fmt: skip
            return Found(pq.read_table(one.path), one.sidecar)


def open_sea(dsn: str, who: str, reason: str, outlet: Outlet | None = None) -> Sea:
    """Return the sea of a database for ``who``, who says why.

    ``outlet`` where the service thins other than by default. Raises WrongUseError without a name
    or a reason.
    """
    sea = Sea(dsn, named("who", who), said("reason", reason, "why: it is kept in the audit"))
    return replace(sea, outlet=outlet) if outlet else sea


def _moment(name: str, given: object) -> dt.datetime | None:
    if isinstance(given, dt.datetime):
        given = given.isoformat()
    return moment(name, str(given) if given else None)
