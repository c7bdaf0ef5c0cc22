"""What each receiver hears, by place, class and hour (being built)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from ais.batches import Receptions


@dataclass(frozen=True, slots=True)
class CoverageSettings:
    """Settings of the coverage."""


class Coverage:
    """Placeholder until the builder of the coverage has replaced it."""

    def __init__(self, settings: CoverageSettings | None = None) -> None:
        """Start deaf."""

    def step(self, receptions: Receptions) -> None:
        """Count."""

    def tick(self, now_us: int) -> None:
        """Decay."""

    def freeze(self) -> dict[str, NDArray[Any]]:
        """Return all state as arrays."""
        return {}

    def thaw(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Take what ``freeze`` gave."""
