"""Which lines carry the messages of some vessels: all parts of each, duplicates too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ais.decoder import Decoder

if TYPE_CHECKING:
    from collections.abc import Collection

    from ais.batches import Receptions
    from ais.decoder import Parsed
    from ais.lines import LineBlock


class Picker(Decoder):
    """A decoder that also knows from which lines each message of its last block was made."""

    _parsed: Parsed

    def _parse(self, block: LineBlock) -> Parsed:
        self._parsed = super()._parse(block)
        return self._parsed

    def lines_of(self, heard: Receptions, mmsis: Collection[int]) -> list[int]:
        """Return the spool positions of all lines of messages from ``mmsis``, sorted.

        ``heard``: receptions of the block that was decoded last. A line of an earlier block is
        among them where a message began there.
        """
        wanted = heard.spool[np.isin(heard.mmsi, np.fromiter(mmsis, np.uint32))]
        found = set(wanted.tolist())
        said, block = self._parsed.said, self._parsed.block
        several = np.flatnonzero(said.messages["parts"] > 1)
        for message in said.messages[several]:
            if int(block.spool[message["line"]]) in found:
                first = int(message["part"])
                found.update(said.lines[first : first + int(message["parts"])].tolist())
        return sorted(found)
