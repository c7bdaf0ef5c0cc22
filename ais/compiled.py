"""The one way in which this project compiles a row loop."""

import os
from collections.abc import Callable
from typing import Any, TypeVar, cast

import platformdirs

# Numba keeps compiled code beside the source by default, which a read-only checkout refuses.
os.environ.setdefault("NUMBA_CACHE_DIR", str(platformdirs.user_cache_path("vedetta") / "numba"))

# It reads its cache folder when it is imported, so it comes after the line above.
import numba

_Function = TypeVar("_Function", bound=Callable[..., Any])


def compiled(function: _Function) -> _Function:
    """Compile ``function`` once, keep it in the user's cache, release the interpreter's lock.

    Never with fastmath or parallel reductions: the same spool must give the same bytes anywhere.
    """
    return cast("_Function", numba.njit(cache=True, nogil=True)(function))
