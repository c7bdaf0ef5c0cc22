"""By what a change is told from the ordinary swing of weeks."""

from __future__ import annotations

from dataclasses import dataclass

_MOST_WEEKS = 52


@dataclass(frozen=True, slots=True)
class TrendSettings:
    """The section trends: of config.yaml.

    weeks         the last so many whole weeks are held against
    before_weeks  so many before them
    false_share   of all changes told, so large a share may be chance 0-1
    least         fewer arrivals, silences, meetings in the greater of the two are never told
    least_ratio   a change by less than this factor is never told
    slow_swing    slow swing that so few weeks cannot show: standard deviation of the logarithm
    cell_deg      side of the areas in which silences and meetings are counted, degrees
    mail          every office is written each week what changed
    """

    weeks: int = 4
    before_weeks: int = 44
    false_share: float = 0.03
    least: int = 5
    least_ratio: float = 1.5
    slow_swing: float = 0.05
    cell_deg: float = 0.5
    mail: bool = True

    def __post_init__(self) -> None:
        """Refuse what no comparison can be made of; raises ValueError."""
        for name in ("weeks", "before_weeks"):
            if not 1 <= (value := getattr(self, name)) <= _MOST_WEEKS:
                raise ValueError(f"{name} {value}: expected 1 to {_MOST_WEEKS}")
        if not 0 < self.false_share < 1:
            raise ValueError(f"false_share {self.false_share}: expected between 0 and 1")
        if self.least_ratio < 1:
            raise ValueError(f"least_ratio {self.least_ratio}: expected at least 1")
        if not 0 < self.cell_deg <= 5:  # noqa: PLR2004 (a piece of sea, not all of it)
            raise ValueError(f"cell_deg {self.cell_deg}: expected above 0, at most 5")
