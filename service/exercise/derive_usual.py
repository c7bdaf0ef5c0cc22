"""Derive what is usual in the exercise's sea: ``python -m service.exercise.derive_usual``.

A minute and a half; run it after any change of the scenario's lanes, ferries or paths. Writes
``service/exercise/data/usual.model``, which the demo adopts and the scoreboard is held against.
"""

from __future__ import annotations

from service.exercise.background import CARRIED, SEEDS, usual_traffic
from service.exercise.scenario import load_scenario


def main() -> None:
    """Learn the model and write the file."""
    learned = iter(range(1, len(SEEDS) + 1))
    model = usual_traffic(
        load_scenario(), progress=lambda: print(f"{next(learned)} of {len(SEEDS)} days")
    )
    content = model.to_bytes()
    CARRIED.write_bytes(content)
    print(f"{CARRIED}: {model.passages:,.0f} passages, {len(content) / 1000:,.0f} kB")


if __name__ == "__main__":
    main()
