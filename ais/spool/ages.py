"""How long ago the segments of a spool were written, by the stamps of the lines behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ais.errors import SpoolError
from ais.spool.closing import first_and_last_ms
from ais.spool.layout import open_path, position, segments_on_disk, split
from ais.spool.manifest import Manifest

if TYPE_CHECKING:
    from pathlib import Path

_DAY_MS = 86_400_000


def ages_ms(manifest: Manifest, now_ms: int = 0) -> dict[int, int]:
    """Return how long before ``now_ms`` each segment ended, ms, by sequence.

    That is what the segments after it span, and the gaps between them; each counts for a day at
    most, for a clock may be wrong by years. So an outage of a week ages nothing by more than that.
    """
    spans = {one.sequence: (one.first_ms, one.last_ms) for one in manifest.closed.values()}
    for sequence in segments_on_disk(manifest.folder)[0]:
        spans.setdefault(sequence, first_and_last_ms(open_path(manifest.folder, sequence)))
    ages: dict[int, int] = {}
    age, behind_ms = 0, now_ms
    for sequence in sorted(spans, reverse=True):
        first_ms, last_ms = spans[sequence]
        if not last_ms:
            continue
        ages[sequence] = age = age + _at_most_a_day(behind_ms - last_ms)
        age += _at_most_a_day(last_ms - first_ms)
        behind_ms = first_ms
    return ages


def place_before(folder: Path, at: int, span_s: float) -> int:
    """Return the position of a segment that began about ``span_s`` before the one of ``at``.

    0 where the spool is no longer than that; ``at`` itself where the manifest is damaged.
    """
    manifest = Manifest(folder)
    try:
        manifest.refresh()
    except SpoolError:
        return at
    ages = ages_ms(manifest)
    there = sorted({n for kind in segments_on_disk(folder) for n in kind if n <= split(at)[0]})
    newest = ages.get(split(at)[0], 0)
    older = [n for n in there if ages.get(n, newest) - newest > span_s * 1000]
    young = [n for n in there if n > max(older, default=0)]
    first = min(young, default=split(at)[0])
    return 0 if first <= 1 else min(position(first, 0), at)


def _at_most_a_day(passed_ms: int) -> int:
    return min(max(passed_ms, 0), _DAY_MS)
