"""The one way in which this project compiles a row loop."""

import hashlib
import os
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar, cast

import platformdirs


def _cache_folder() -> Path:
    """Return a folder for this very source: numba does not see a change in another file."""
    root = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256(version("pyais").encode())
    for room in ("ais", "geofence", "watchlist", "alerts", "store", "service"):
        for path in sorted((root / room).rglob("*.py")):
            text = path.read_bytes()
            marks = (b"@compiled", b"@allocating", b"@helper")
            if path.parent == root / "ais" or any(mark in text for mark in marks):
                digest.update(text)
    return platformdirs.user_cache_path("vedetta") / "numba" / digest.hexdigest()[:16]


# Numba keeps compiled code beside the source by default, which a read-only checkout refuses.
os.environ.setdefault("NUMBA_CACHE_DIR", str(_cache_folder()))

import numba  # noqa: E402  (it reads its cache folder when it is imported)

_Function = TypeVar("_Function", bound=Callable[..., Any])
njit: Any = numba.njit  # whose types do not know all its options
# Without reference counts (two locked instructions for each array that is passed or sliced) loops
# run up to twice as fast and compile in half the time. Never with fastmath or parallel reductions:
# the same spool must give the same bytes anywhere.
LEAN: dict[str, Any] = {"nogil": True, "cache": True, "_nrt": False, "error_model": "numpy"}


def compiled(function: _Function) -> _Function:
    """Compile ``function`` once, keep it in the user's cache, release the interpreter's lock.

    Its arrays are handed in: numba refuses one that makes some, which is ``allocating``. A number
    divided by zero is infinite or NaN, as in numpy.
    """
    return cast("_Function", njit(**LEAN)(function))


def allocating(function: _Function) -> _Function:
    """Compile, likewise, a function that makes arrays or calls one that gives it some."""
    return cast("_Function", njit(**LEAN | {"_nrt": True})(function))
