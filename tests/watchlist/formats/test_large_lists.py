import dataclasses

import pytest

from watchlist.changes import diff
from watchlist.duplicates import proposals

ROWS = 50_000


@pytest.mark.slow
def test_fifty_thousand_rows_are_read_compared_and_proposed(read):
    header = "mmsi;call_sign;name;flag;length_m\n"
    rows = (f"{247_000_000 + i};IB{i:05d};SHIP {i};ITA;{20 + i % 300}\n" for i in range(ROWS))
    entries = read(header + "".join(rows)).entries
    assert len(entries) == ROWS
    kept = {f"W{i}": dataclasses.replace(entry, id=f"W{i}") for i, entry in enumerate(entries)}
    assert len(diff(kept, entries).unchanged) == ROWS
    assert len(proposals(entries, kept.values())) == ROWS
