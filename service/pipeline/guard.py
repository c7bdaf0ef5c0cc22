"""What happens when a block breaks the path: the poisonous line is found, the others go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from collections.abc import Callable

    from ais.lines import LineBlock
    from service.pipeline.path import Outcome, Path, State

_log = structlog.get_logger()


class Guard:
    """Runs the path so that no line can stop the lines beside it.

    It keeps a copy of the path's state and the blocks since, at most ``lines`` lines in
    ``blocks`` blocks. When a block fails, the state is built up again, the block is tried once
    more, then halved until the line that fails stands alone; that line goes to ``quarantine`` and
    is counted.
    """

    def __init__(
        self,
        path: Path,
        quarantine: Callable[[LineBlock, str], None],
        *,
        lines: int = 200_000,
        blocks: int = 256,
    ) -> None:
        """Guard ``path``; ``quarantine`` is given a block of one line and the error's text."""
        self.path = path
        self.poisoned = 0
        self._quarantine = quarantine
        self._lines, self._blocks = lines, blocks
        self._kept = 0
        self._checkpoint: State = path.freeze()
        self._since: list[tuple[LineBlock, int]] = []

    def step(self, block: LineBlock, offset: int) -> list[Outcome]:
        """Take ``block`` through the path; one Outcome, or several where a line was taken out."""
        if self._kept >= self._lines or len(self._since) >= self._blocks:
            self._renew()
        try:
            outcomes = [self.path.step(block, offset)]
        except Exception as error:  # noqa: BLE001 (the one place that catches a failing line)
            _log.warning("block_failed", lines=len(block), error=repr(error))
            self._rebuild()
            outcomes = self._halve(block, offset)
            self._renew()
        else:
            self._since.append((block, offset))
            self._kept += len(block)
        return outcomes

    def _renew(self) -> None:
        self._checkpoint, self._since, self._kept = self.path.freeze(), [], 0

    def _rebuild(self) -> None:
        self.path.thaw(self._checkpoint)
        for block, offset in self._since:
            self.path.step(block, offset)

    def _halve(self, block: LineBlock, offset: int) -> list[Outcome]:
        """Try a block, then its halves; a single line that fails is quarantined."""
        before = self.path.freeze()
        try:
            return [self.path.step(block, offset)]
        except Exception as error:  # noqa: BLE001 (as above)
            self.path.thaw(before)
            if len(block) == 1:
                self.poisoned += 1
                _log.error("line_quarantined", line=block.line(0), error=repr(error))
                self.path.leave_out(block)
                self._quarantine(block, repr(error))
                return []
        middle = len(block) // 2
        first = self._halve(block.cut(0, middle), int(block.spool[middle]))
        return first + self._halve(block.cut(middle, len(block)), offset)
