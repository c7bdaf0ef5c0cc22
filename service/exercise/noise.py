"""Chance as a pure function: the same numbers give the same draw, in any order, in any chunk."""

from __future__ import annotations

import numpy as np

from ais.compiled import compiled


@compiled
def mixed(seed: int, a: int, b: int, salt: int) -> np.uint64:
    """Return 64 well-mixed bits of four integers (splitmix64's finaliser over their sum)."""
    z = np.uint64(seed) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(a)
    z = _finished(z * np.uint64(0xD1B54A32D192ED03) + np.uint64(b))
    return _finished(z + np.uint64(salt) * np.uint64(0x9E3779B97F4A7C15))


@compiled
def _finished(z: np.uint64) -> np.uint64:
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@compiled
def chance(seed: int, a: int, b: int, salt: int) -> float:
    """Return a uniform draw in [0, 1)."""
    return float(mixed(seed, a, b, salt) >> np.uint64(11)) * 2.0**-53


@compiled
def wobble(seed: int, a: int, b: int, salt: int) -> float:
    """Return a draw of mean 0 and standard deviation 1, never beyond 3.5 (four uniforms)."""
    total = 0.0
    for k in range(4):
        total += chance(seed, a, b, salt + k)
    return float((total - 2.0) * np.sqrt(3.0))
