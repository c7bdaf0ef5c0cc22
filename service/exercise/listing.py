"""What an exercise's incidents need beside the lines: the list, and what is true, as files."""

from __future__ import annotations

import csv
import dataclasses
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from service.exercise.incidents.script import Identity, Truth

_COLUMNS = ("mmsi", "imo", "call_sign", "name", "type", "length_m", "reason", "contributor",
            "handling", "source_grade", "info_grade", "tlp", "priority")  # fmt: skip
REASON = "EXERCISE"


def write_list(identities: Sequence[Identity], path: Path) -> None:
    """Write a watchlist (CSV, DESIGN §6) that names ``identities``; imo 0 is left empty."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(_COLUMNS)
        for one in identities:
            table.writerow([one.mmsi, one.imo or "", one.call_sign, one.name, one.ship_type,
                            one.length_m, REASON, "own", "H1", "B", 3, "amber",
                            "high"])  # fmt: skip


def write_truths(truths: Sequence[Truth], path: Path) -> None:
    """Write what is true, one JSON object a line: the fields of ``Truth``, times in µs (UTC)."""
    lines = [f"{json.dumps(dataclasses.asdict(truth))}\n" for truth in truths]
    path.write_text("".join(lines), "utf-8")
