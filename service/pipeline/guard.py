"""What happens when a block breaks the path: the poisonous line is found, the others go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from ais.lines import TICK

if TYPE_CHECKING:
    from collections.abc import Callable

    from ais.lines import LineBlock
    from service.pipeline.path import Outcome, Path, State

_log = structlog.get_logger()
MOST_IN_TURN = 1_000
"""Lines that may fail with no good one between them; more than that is no fault of lines."""


class StateFaultError(Exception):
    """Everything fails: the pipeline has to start anew from its database.

    Attributes:
        spool: The line at which it was clear.
    """

    def __init__(self, spool: int, text: str) -> None:
        self.spool = spool
        super().__init__(text)


class Guard:
    """Runs the path so that no line can stop the lines beside it.

    It keeps a copy of the path's state and the blocks since, at most ``lines`` lines in
    ``blocks`` blocks. When a block fails, the state is built up again, the block is tried once
    more, then halved until the line that fails stands alone; that line goes to ``quarantine`` and
    is counted. Where the service's own lines fail, or everything does, nothing is quarantined any
    more: what is at fault is the state, and the lines wait in the spool for a pipeline that starts
    anew.
    """

    def __init__(
        self,
        path: Path,
        quarantine: Callable[[LineBlock, str], None],
        *,
        lines: int = 200_000,
        blocks: int = 256,
        is_patient: bool = False,
    ) -> None:
        """Guard ``path``; ``quarantine`` is given a block of one line and the error's text.

        ``is_patient``: a life that began anew failed at the same place, so it is the lines after
        all: they are quarantined, however many.
        """
        self.path = path
        self.poisoned = 0
        self._quarantine = quarantine
        self._in_turn, self._is_patient = 0, is_patient
        self._lines, self._blocks = lines, blocks
        self._kept = 0
        self._checkpoint: State = path.freeze()
        self._since: list[tuple[LineBlock, int]] = []

    def step(self, block: LineBlock, offset: int) -> list[Outcome]:
        """Take ``block`` through the path; one Outcome, or several where a line was taken out.

        Raises StateFaultError where the fault is not that of a line.
        """
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
            self._in_turn = 0
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
            outcomes = [self.path.step(block, offset)]
        except Exception as error:  # noqa: BLE001 (as above)
            self.path.thaw(before)
            if len(block) == 1:
                self._take_out(block, error)
                return []
        else:
            self._in_turn = 0
            return outcomes
        middle = len(block) // 2
        first = self._halve(block.cut(0, middle), int(block.spool[middle]))
        return first + self._halve(block.cut(middle, len(block)), offset)

    def _take_out(self, block: LineBlock, error: Exception) -> None:
        self._in_turn += 1
        hopeless = block.feed[0] == TICK or self._in_turn > MOST_IN_TURN
        if hopeless and not self._is_patient:
            msg = (
                f"line at spool position {block.spool[0]}, {self._in_turn} in turn, fails with "
                f"{error!r}: expected a line to fail alone; the lines wait in the spool"
            )
            raise StateFaultError(int(block.spool[0]), msg) from error
        self.poisoned += 1
        _log.error("line_quarantined", line=block.line(0), error=repr(error))
        self.path.leave_out(block)
        self._quarantine(block, repr(error))
