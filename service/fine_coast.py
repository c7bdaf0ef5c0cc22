"""The fine coast's file: made once for a user of this machine, never part of the project.

::

    requirements/coast.lock ──pip──▶ a wheel ──maps.fine_coast.make──▶ <user cache>/coast/
                                     100 MB, thrown away               <hash of the lock>.coast

Nothing waits for it: without it the map draws the coast that the project carries (docs/adr/0012).
"""

from __future__ import annotations

import hashlib
import shutil
import sys
import tempfile
from pathlib import Path

import platformdirs
import structlog

from maps.fine_coast.shelf import FORMAT
from service.assets import ROOT, alone, run
from service.errors import ServiceError

COAST_LOCK = ROOT / "requirements" / "coast.lock"
_FETCH_S, _MAKE_S = 1800, 1800  # a slow line, and a machine that has better to do

_log = structlog.get_logger()


class FineCoastError(ServiceError):
    """The fine coast is not there and could not be made."""


def fine_coast(cache: Path | None = None, lock: Path = COAST_LOCK) -> Path:
    """Return the file of the fine coast; make it if it is not there, one process at a time.

    Takes half a minute the first time. Raises FineCoastError with the ways out.
    """
    home = (cache or platformdirs.user_cache_path("vedetta")) / "coast"
    path = home / f"{_key(lock)}.coast"
    if not path.is_file():
        try:
            home.mkdir(parents=True, exist_ok=True)
            with alone(home / ".lock"):
                if not path.is_file():
                    _make(path, lock)
        except OSError as error:
            raise FineCoastError(
                f"cannot write the fine coast to {home} ({error.strerror or error}): "
                "set XDG_CACHE_HOME to a folder that you can write"
            ) from error
    return path


def _key(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes() + FORMAT.encode()).hexdigest()[:16]


def _make(path: Path, lock: Path) -> None:
    """Fetch the wheel, make ``path`` from it, whole or not at all, and throw the wheel away."""
    for left in path.parent.glob(".making-*"):  # by a service that ended meanwhile
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".making-") as name:
        making = Path(name)
        _log.info("fine_coast_fetch", into=str(path))
        pip = [sys.executable, "-m", "pip", "install", "-qq", "--no-input", "--no-compile"]
        pip += ["--disable-pip-version-check", "--only-binary", ":all:", "--require-hashes"]
        pip += ["--no-cache-dir", "--target", str(making / "wheel"), "-r", str(lock)]
        reason = run(pip, ROOT, {"PIP_USER": "0"}, _FETCH_S)
        if reason is None:
            maker = [sys.executable, "-m", "maps.fine_coast.make", str(making / "made")]
            paths = {"PYTHONPATH": f"{ROOT}:{making / 'wheel'}"}
            reason = run(maker, ROOT, paths, _MAKE_S)
        if reason is not None:
            raise FineCoastError(
                f"cannot make the fine coast ({reason}): connect to the network, or copy "
                f"{path.name} from another machine's cache to {path.parent}"
            )
        (making / "made").rename(path)
    _log.info("fine_coast_made", file=str(path), bytes=path.stat().st_size)
