"""The system's two clocks, to be set by hand."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from service import clock

WALL_S = 1_790_000_000.0


@dataclass(slots=True)
class Hands:
    """What ``time.time()`` and ``time.monotonic()`` say, seconds."""

    wall: float = WALL_S
    steady: float = 50.0

    def time(self) -> float:
        """Return the time of day, which people and NTP may set."""
        return self.wall

    def monotonic(self) -> float:
        """Return the time that only passes."""
        return self.steady

    def pass_s(self, seconds: float) -> None:
        """Let time pass on both."""
        self.wall += seconds
        self.steady += seconds


@pytest.fixture
def hands(monkeypatch) -> Hands:
    """Have the receive clock read these."""
    at = Hands()
    monkeypatch.setattr(clock, "time", at)
    return at
