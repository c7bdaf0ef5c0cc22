"""One export from question to file: chosen, checked, written, hashed, and only then known.

1. What the question means is looked up; what its codes forbid is refused, and the audit says so.
2. Rows go from the database into a private file beside the target, a block at a time.
3. The file is hashed, its sidecar made, and both are told to the audit.
4. Only then the file gets its name.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from maps.errors import ExportError
from maps.export import WORDS
from maps.exports import export_of
from service.cases import marked
from service.disclosure import forbids_codes
from service.errors import ServiceError
from service.exporting.asking import Asked, said
from service.exporting.choosing import Chosen, Viewer, choose
from service.exporting.content import content_of
from service.exporting.moving import leaving
from service.exporting.tally import Tally
from service.leaving import make_private
from store import audit
from store.changes import Change
from store.connect import session
from store.exports import count
from store.thinning import Thinning

if TYPE_CHECKING:
    import psycopg

    from alerts.alert import Codes

MOST = 2_000_000
"""Result rows above which it is a job: nobody waits for it at a page."""
_MOVING = ("positions", "tracks")
_PIECE = 1 << 20
_OWNER_ONLY = 0o600


class KeptBackError(ServiceError):
    """Codes forbid that it leaves; the text says which and whom to ask."""


class TooLongError(ServiceError):
    """More than ``MOST`` rows: this is work for the jobs process."""


@dataclass(frozen=True, slots=True)
class Outlet:
    """By what and how rows leave.

    thinning  what stored positions were thinned by · exercise  nothing of it is real
    """

    thinning: Thinning = field(default_factory=Thinning)
    exercise: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """A file that was made; ``sidecar`` is what stands beside it."""

    path: Path
    sidecar: dict[str, Any]

    @property
    def rows(self) -> int:
        """Rows of the result."""
        return int(self.sidecar["rows"])


def make(  # noqa: PLR0913 (all but four have a default and are given by name)
    dsn: str,
    asked: Asked,
    made: Change,
    path: Path,
    *,
    viewer: Viewer | None = None,
    outlet: Outlet | None = None,
    name: str = "",
    most: int | None = None,
    empty: bool = False,
    step: Callable[[int], None] | None = None,
    begin: Callable[[int | None], None] | None = None,
) -> Made:
    """Write what ``asked`` means to ``path`` and its sidecar to ``path``.json.

    ``name`` is what the audit calls it, "" = a new id. ``most`` result rows at most, else
    TooLongError before anything is written. ``empty``: that nothing was found is no error, but a
    file without rows (GeoParquet). ``begin`` is told how many positions there are to
    read, ``step`` of rows as they are read. Raises KeptBackError, UnknownError, ServiceError,
    MapsError, StoreError; then there is no file.
    """
    viewer, outlet = viewer or Viewer(), outlet or Outlet()
    name = name or new_id()
    with _reading(dsn) as connection:
        chosen = choose(connection, asked, viewer, made.at)
        tally = Tally(chosen.codes, asked.permission)
        _check(dsn, chosen, made, name)
        total = _total(connection, chosen, outlet, most)
        if begin:
            begin(total)
        tally.step = step or tally.step
        with _private(asked, path.absolute().parent) as part:
            _write(connection, chosen, viewer, outlet, made, tally, part)
            _check_result(dsn, asked, tally, made, name, empty=empty)
            sidecar = _sidecar(chosen, tally, made, outlet, part, path, name)
            _note(dsn, made, f"{asked.kind}.export", name, _told(sidecar))
            _beside(path, leaving_sidecar(sidecar))
            part.chmod(_OWNER_ONLY)
            part.replace(path)
    return Made(path, sidecar)


@contextmanager
def _reading(dsn: str) -> Iterator[psycopg.Connection]:
    """Yield a connection of which rows may still be on their way when something fails."""
    with session(dsn) as connection:
        try:
            yield connection
        except BaseException:
            # A rollback would wait for the end of a COPY that nobody reads any more.
            connection.close()
            raise


def new_id() -> str:
    """Return an id for an export."""
    return f"X-{uuid.uuid4().hex[:12]}"


def sidecar_of(path: Path) -> Path:
    """Return where the sidecar of an exported file stands."""
    return path.with_name(f"{path.name}.json")


def _check(dsn: str, chosen: Chosen, made: Change, name: str) -> None:
    """Refuse what the codes of the choice itself forbid: who is in it says something, too."""
    if chosen.asked.permission:
        return
    if why := forbids_codes(chosen.codes):
        what = chosen.asked.alert or chosen.asked.case
        _refuse(dsn, chosen.asked, made, name, f"{what} may not leave: {why}")


def _check_result(
    dsn: str, asked: Asked, tally: Tally, made: Change, name: str, *, empty: bool
) -> None:
    """Refuse a file of nothing, but for who asked for it; what was kept back is never nothing."""
    if tally.rows or (empty and not tally.kept):
        return
    words = WORDS[asked.kind]
    if tally.kept:
        what, why = tally.kept[0]
        more = f" (and {tally.kept_count - 1:,} more)" if tally.kept_count > 1 else ""
        _refuse(dsn, asked, made, name, f"no {words} may leave: {what}: {why}{more}")
    raise ServiceError(f"nothing to export: no {words} are stored that the question means")


def _refuse(dsn: str, asked: Asked, made: Change, name: str, why: str) -> None:
    details = {"query": asked.query(), "refused": why}
    _note(dsn, made, f"{asked.kind}.export_refused", name, details)
    raise KeptBackError(f"{why}; name who permitted it, or leave it out")


def _total(
    connection: psycopg.Connection, chosen: Chosen, outlet: Outlet, most: int | None
) -> int | None:
    """Return how many positions will be read, None where it is not known.

    Raises TooLongError where more than ``most`` would be the result: levelled, and in the area.
    """
    if chosen.asked.kind not in _MOVING:
        return None
    found = count(connection, chosen.selection, (1 << 62) if most is None else most + 1)
    if most is None or found <= most:
        return found
    rows = 0
    for block in leaving(connection, chosen, outlet.thinning, Tally(chosen.codes)):
        rows += len(block)
        if rows > most:
            raise TooLongError(f"more than {most:,} rows: it is made in the background")
    return None


def _write(
    connection: psycopg.Connection, chosen: Chosen, viewer: Viewer, outlet: Outlet, made: Change,
    tally: Tally, part: Path,
) -> None:  # fmt: skip
    layout = export_of(chosen.asked.kind, chosen.asked.layout)
    content = content_of(connection, chosen, layout, viewer, outlet.thinning, made.at, tally)
    try:
        layout.write(content, part)
    except ExportError:
        # GDAL cannot write a layer of nothing; that nothing is there is said better elsewhere.
        if tally.rows:
            raise


@contextmanager
def _private(asked: Asked, folder: Path) -> Iterator[Path]:
    """Yield where the file is written: a folder of its owner's alone, which is gone afterwards."""
    with TemporaryDirectory(prefix=".vedetta-", dir=folder) as place:
        yield Path(place) / f"{asked.kind}.{export_of(asked.kind, asked.layout).ending}"


def _sidecar(
    chosen: Chosen, tally: Tally, made: Change, outlet: Outlet, part: Path, path: Path, name: str
) -> dict[str, Any]:
    asked = chosen.asked
    feeds = sorted(tally.sources) if asked.kind in _MOVING else []
    return {
        "export": name,
        "made_by": "Vedetta",
        "exercise": outlet.exercise,
        "kind": asked.kind,
        "format": asked.layout,
        "query": asked.query(),
        "span": {"from": said(chosen.start), "to": said(chosen.end)},
        "feeds": feeds,
        "sources": sorted(tally.sources),
        "codes": coded(tally.codes),
        "permission": asked.permission,
        "who": made.who,
        "why": made.why,
        "case": asked.case,
        "at": f"{made.at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%S.%f}Z",
        "rows": tally.rows,
        "points": tally.points,
        "kept_back": [{"what": what, "why": why} for what, why in tally.kept],
        "kept_back_count": tally.kept_count,
        "notes": [
            *tally.notes,
            "AIS is what ships say of themselves; most small boats carry none",
        ],
        "file": {"name": path.name, "bytes": part.stat().st_size, "sha256": hash_of(part)},
    }


def coded(codes: Codes) -> dict[str, Any]:
    """Return handling codes as the sidecar says them."""
    return {**asdict(codes), "contributors": list(codes.contributors), "marked": marked(codes)}


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _beside(path: Path, sidecar: dict[str, Any]) -> None:
    beside = sidecar_of(path)
    make_private(beside)
    beside.write_text(json.dumps(sidecar, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def leaving_sidecar(sidecar: dict[str, Any]) -> dict[str, Any]:
    """Return a sidecar as it stands beside the file: of what was kept back its number only.

    Its ids and reasons are for who asked, and for the audit.
    """
    return {name: said for name, said in sidecar.items() if name != "kept_back"}


def _told(sidecar: dict[str, Any]) -> dict[str, Any]:
    """Return what the audit keeps of a sidecar: who, why and when it has already."""
    names = ("query", "span", "sources", "rows", "permission", "kept_back_count", "case")
    kept, why = ([one[name] for one in sidecar["kept_back"]] for name in ("what", "why"))
    return {
        **{name: sidecar[name] for name in names}, "codes": sidecar["codes"]["marked"],
        "kept": kept, "kept_why": why, "sha256": sidecar["file"]["sha256"],
        "bytes": sidecar["file"]["bytes"],
    }  # fmt: skip


def _note(dsn: str, made: Change, action: str, name: str, details: dict[str, Any]) -> None:
    """Append to the audit, in a transaction of its own: it stays, whatever comes after."""
    with session(dsn) as connection:
        audit.append(connection, made, action, name, details)
