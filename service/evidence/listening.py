"""The run that makes a package: few lines through the path, while all lines are counted.

What a detector asks of the coverage is answered by all lines up to the same tick, as live; the
answers go into the package.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ais.coverage import Coverage
from service.evidence.choosing import chosen
from service.evidence.hearing import Answer, Overheard
from service.evidence.rerun import Found, Rerun, Rules
from service.pipeline.ticks import Ticks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from collections.abc import Set as AbstractSet

    from numpy.typing import NDArray

    from ais.batches import Receptions
    from ais.lines import FeedNames, LineBlock
    from service.pipeline.shelf import Shelf
    from store.editions import Adoption


@dataclass(frozen=True, slots=True)
class Listened:
    """What a run came to: ``found``, the ``answers`` of the coverage, and how far it read.

    behind  the position behind the last line that was taken
    """

    found: Found
    answers: list[Answer]
    behind: int


def listen(  # noqa: PLR0913 (what a run needs)
    blocks: Iterable[LineBlock],
    names: FeedNames,
    rules: Rules,
    shelf: Shelf,
    lines: NDArray[np.uint64],
    *,
    begin: Iterable[Adoption] = (),
    until: AbstractSet[tuple[str, int]] = frozenset(),
    progress: Callable[[int], None] = lambda _bytes: None,
) -> Listened:
    """Run the chosen ``lines`` of ``blocks`` again; stop when all events of ``until`` were told.

    ``until``  (id, version); empty = run to the end
    """
    whole = Coverage(rules.settings.coverage)
    coverage = Overheard(whole)
    rerun = Rerun(names, rules, shelf, coverage, begin)
    decoder, ticks = rules.decoder(names), Ticks()
    waiting, seen, behind = set(until), 0, 0
    for block in blocks:
        heard = decoder.decode(block).receptions
        for piece in ticks.cut(block):
            rerun.step(chosen(piece.block, lines))
            whole.step(_within(heard, piece.block))
            behind = int(piece.block.spool[-1]) + 1
        progress(len(block.data))
        told = rerun.found.events[seen:]
        seen += len(told)
        waiting -= {(one.id, one.version) for one in told}
        if until and not waiting:
            break
    return Listened(rerun.found, coverage.answers, behind)


def _within(heard: Receptions, block: LineBlock) -> Receptions:
    """Return what was heard by the lines of a piece."""
    first, last = block.spool[0], block.spool[-1]
    rows = np.searchsorted(heard.spool, [first, last + np.uint64(1)]).tolist()
    return heard.take(slice(*rows))
