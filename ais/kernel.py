"""How the decoder's row kernels and their helper functions are compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

# Not plain `import numba`: ais.compiled sets its cache folder first.
from ais.compiled import numba  # type: ignore[attr-defined]

if TYPE_CHECKING:
    from numpy.typing import DTypeLike, NDArray

Record = Any
"""A row of a structured array in compiled code: numba knows its fields, mypy cannot."""
_Function = TypeVar("_Function", bound=Callable[..., Any])

# The kernels own no memory: without reference counts (two locked instructions for each array that
# is passed or sliced) they run twice as fast and compile in half the time. They cannot allocate.
_njit: Any = numba.njit
_LEAN: dict[str, Any] = {"nogil": True, "cache": True, "_nrt": False, "error_model": "numpy"}


def kernel(function: _Function) -> _Function:
    """Compile a loop that Python calls; its arrays, scratch too, are handed in."""
    result: _Function = _njit(**_LEAN)(function)
    return result


def helper(function: _Function) -> _Function:
    """Compile a step of a kernel; only compiled code can call it."""
    result: _Function = _njit(no_cpython_wrapper=True, no_cfunc_wrapper=True, **_LEAN)(function)
    return result


def leaf(signature: str) -> Callable[[_Function], _Function]:
    """Compile a small step for one signature only.

    Without it numba makes a copy of the step for every constant that it is called with.
    """
    result: Callable[[_Function], _Function] = _njit(
        signature, no_cpython_wrapper=True, no_cfunc_wrapper=True, **_LEAN
    )
    return result


class Scratch:
    """Arrays that kernels write into, used again from block to block.

    Fresh memory costs a page fault every 4 KiB, which is half the time of a kernel that fills it.
    """

    def __init__(self) -> None:
        self._arrays: dict[str, NDArray[Any]] = {}

    def take(self, name: str, count: int, dtype: DTypeLike, width: int = 0) -> NDArray[Any]:
        """Return (count,) or (count, width), unset, valid until ``name`` is taken again."""
        held = self._arrays.get(name)
        if held is None or len(held) < count:
            size = max(count, 256)
            held = np.empty((size, width) if width else size, dtype)
            self._arrays[name] = held
        return held[:count]
