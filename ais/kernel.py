"""Steps of compiled loops, and arrays that the loops write into."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from ais.compiled import LEAN, njit

if TYPE_CHECKING:
    from numpy.typing import DTypeLike, NDArray

Record = Any
"""A row of a structured array in compiled code: numba knows its fields, mypy cannot."""
_Function = TypeVar("_Function", bound=Callable[..., Any])
_INNER = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True, **LEAN}


def helper(function: _Function) -> _Function:
    """Compile a step of a loop; only compiled code can call it."""
    result: _Function = njit(**_INNER)(function)
    return result


def leaf(signature: str) -> Callable[[_Function], _Function]:
    """Compile a small step for one signature only.

    Without it numba makes a copy of the step for every constant that it is called with.
    """
    result: Callable[[_Function], _Function] = njit(signature, **_INNER)
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
