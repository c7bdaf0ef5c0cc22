"""Which dialect reads the lines of which feed, as the settings say."""

from __future__ import annotations

from collections.abc import Sequence

from ais.dialect import JSON_LINES, Dialect
from ais.dialects.csv_file import CsvDialect
from ais.dialects.csv_identity import FIRST_PSEUDO_ID
from ais.dialects.json_lines import JsonDialect
from ais.feed import Feed
from ais.feeds.file import FileFeed

IDS_EACH = 100_000
"""Pseudo ids kept for each CSV feed, so that two feeds never share a number."""


def dialects_for(feeds: Sequence[Feed]) -> dict[str, Dialect]:
    """Return the decoder's dialects: JSON lines of any feed, and each file that has a layout."""
    found: dict[str, Dialect] = {JSON_LINES: JsonDialect()}
    for feed in feeds:
        layout = feed.csv_layout() if isinstance(feed, FileFeed) else None
        if layout is not None:
            first = FIRST_PSEUDO_ID + (len(found) - 1) * IDS_EACH
            found[feed.name] = CsvDialect(layout, first_id=first)
    return found
