"""Which lines carry the messages of some vessels: all parts of each, duplicates too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ais.decoder import Decoder
from ais.dialects.csv_file import CsvDialect
from ais.foreign import pick

if TYPE_CHECKING:
    from collections.abc import Collection

    from ais.batches import Decoded, Receptions
    from ais.decoder import Parsed
    from ais.lines import LineBlock


class Picker(Decoder):
    """A decoder that also knows from which lines each message of its last block was made."""

    _parsed: Parsed

    def _parse(self, block: LineBlock) -> Parsed:
        self._parsed = super()._parse(block)
        return self._parsed

    def rows_of(self, decoded: Decoded, block: LineBlock, mmsis: Collection[int]) -> list[int]:
        """Return the spool positions of rows of ``mmsis`` in foreign lines, and of their headers.

        ``decoded``: what ``block``, the last one, came to.
        """
        rows, found = decoded.positions, []
        found += rows.spool[np.isin(rows.mmsi, np.fromiter(mmsis, np.uint32))].tolist()
        for name, dialect in self._dialects.items():
            if isinstance(dialect, CsvDialect) and name in self.names.names:
                mine = np.flatnonzero(block.feed == self.names.code(name))
                headers = mine[dialect.headers(pick(block, mine))]
                found += block.spool[headers].tolist()
        return found

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
