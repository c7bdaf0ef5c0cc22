"""How often the alerts of a kind were true, by the verdicts of people."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from alerts.alert import Verdict
from alerts.kinds import KINDS

_Z95 = 1.959964


@dataclass(frozen=True, slots=True)
class Precision:
    """Verdicts on the incidents in which a kind counted.

    true, explained, false_alarm  how many · precision  true of all; low and high its 95 % interval
    (Wilson), all 0-1. Explained: it happened, and was innocent.
    """

    kind: str
    true: int
    explained: int
    false_alarm: int
    precision: float
    low: float
    high: float

    @property
    def judged(self) -> int:
        """Return the number of verdicts."""
        return self.true + self.explained + self.false_alarm


def precision(verdicts: Iterable[tuple[str, Verdict, int]]) -> list[Precision]:
    """Return the figures by kind, in the order of KINDS, of (kind, verdict, number)."""
    counts: Counter[tuple[str, str]] = Counter()
    for kind, verdict, number in verdicts:
        counts[kind, verdict] += number
    kinds = [kind for kind in KINDS if any(one == kind for one, _ in counts)]
    return [_of(kind, counts) for kind in kinds]


def _of(kind: str, counts: Counter[tuple[str, str]]) -> Precision:
    true, explained = counts[kind, "true"], counts[kind, "explained"]
    false = counts[kind, "false alarm"]
    low, high = wilson(true, true + explained + false)
    share = true / (true + explained + false)
    return Precision(kind, true, explained, false, round(share, 3), low, high)


def wilson(hits: int, tries: int) -> tuple[float, float]:
    """Return the 95 % interval of a share, three decimals (Wilson 1927); 0 and 1 without tries."""
    if not tries:
        return 0.0, 1.0
    share, z2 = hits / tries, _Z95**2
    middle = (share + z2 / (2 * tries)) / (1 + z2 / tries)
    spread = math.sqrt(share * (1 - share) / tries + z2 / (4 * tries**2))
    half = _Z95 * spread / (1 + z2 / tries)
    return round(max(0.0, middle - half), 3), round(min(1.0, middle + half), 3)
