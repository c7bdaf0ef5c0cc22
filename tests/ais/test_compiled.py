"""Compiled functions: those that count no references are never given an array to let go of."""

from __future__ import annotations

import dis
import importlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numba
import numpy as np
import pytest
from numba.core.dispatcher import Dispatcher

from ais.compiled import compiled

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("ais", "geofence", "watchlist", "alerts", "service")


def modules() -> Iterator[ModuleType]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if any(mark in path.read_text() for mark in ("@compiled", "@allocating", "@helper")):
                yield importlib.import_module(
                    ".".join(path.relative_to(ROOT).with_suffix("").parts)
                )


def functions() -> dict[str, Dispatcher]:
    found = {}
    for module in modules():
        for name, one in vars(module).items():
            if isinstance(one, Dispatcher) and one.py_func.__module__ == module.__name__:
                found[f"{module.__name__}.{name}"] = one
    return found


def is_lean(one: Dispatcher) -> bool:
    return one.targetoptions.get("_nrt") is False


def gives_an_array(one: Dispatcher) -> bool:
    said = str(one.py_func.__annotations__["return"])
    return any(word in said for word in ("NDArray", "Any", "Record"))


def test_no_lean_function_calls_one_that_gives_it_an_array() -> None:
    found = functions()
    assert len(found) > 150
    leaks = []
    for name, one in found.items():
        if not is_lean(one):
            continue
        # What nobody counts, nobody frees: the memory would be lost at each call.
        said = dis.get_instructions(one.py_func)
        names = {each.argval for each in said if each.opname == "LOAD_GLOBAL"}
        called = [one.py_func.__globals__.get(each) for each in sorted(names)]
        leaks += [
            f"{name} calls {other.py_func.__name__}"
            for other in called
            if isinstance(other, Dispatcher) and not is_lean(other) and gives_an_array(other)
        ]
    assert leaks == []


def test_a_lean_function_cannot_make_an_array() -> None:
    def makes(count: int) -> float:
        return np.zeros(count).sum()

    with pytest.raises(numba.core.errors.TypingError):
        compiled(makes)(3)


def test_a_division_by_zero_is_not_a_number_or_infinite() -> None:
    def divided(one: float, other: float) -> float:
        return one / other

    assert np.isinf(compiled(divided)(1.0, 0.0))
    assert np.isnan(compiled(divided)(0.0, 0.0))
