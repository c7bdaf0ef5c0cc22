"""Numbers on the command line."""

from __future__ import annotations

import math

import click


class Finite(click.FloatRange):
    """A range of numbers without nan and infinity: nan is below and above no bound."""

    def convert(
        self, value: float, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return ``value`` as a float; fails for what is no number within the range."""
        number: float = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value!r} is no finite number.", param, ctx)
        return number


PORT = click.IntRange(1, 65_535)
MINUTES = Finite(0, min_open=True)
SPEED = Finite(0.1, 60)
HOURS = Finite(0.001)
COUNT = click.IntRange(1)
