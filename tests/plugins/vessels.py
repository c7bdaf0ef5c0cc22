"""Rows of identity reports and positions, and listed vessels, as tests tell them."""

import numpy as np

from ais.batches import PositionBatch, StaticBatch
from watchlist.entries import Listed

FOREVER = 2**62


def listed(entry: str, **facts) -> Listed:
    """Return a listed vessel with ``facts``, all else unknown."""
    blank = {"version": 1, "mmsi": (), "imo": (), "call_sign": (), "names": (), "type": ""}
    blank |= {"flag": "", "length_m": None, "contributor": "ITA", "handling": "H1"}
    blank |= {"handling_comment": "", "source_grade": "B", "info_grade": 3, "tlp": "amber"}
    blank |= {"priority": "medium", "matches_from": 0, "matches_until": FOREVER}
    return Listed(id=entry, **(blank | facts))


def statics(*rows: dict) -> StaticBatch:
    """Return reports; ``spool`` is also the time of reception in µs, unless ``received`` is."""
    columns = {name: np.zeros(len(rows), kind) for name, kind in StaticBatch.dtypes().items()}
    columns["ship_type"][:] = 255
    columns["message"][:] = 5
    for name in ("to_bow_m", "to_stern_m", "to_port_m", "to_starboard_m", "draught_m"):
        columns[name][:] = np.nan
    _fill(columns, rows)
    return StaticBatch(**columns)


def positions(*rows: dict) -> PositionBatch:
    """Return position reports, times as in ``statics``."""
    columns = {name: np.zeros(len(rows), kind) for name, kind in PositionBatch.dtypes().items()}
    _fill(columns, rows)
    return PositionBatch(**columns)


def _fill(columns: dict, rows: tuple[dict, ...]) -> None:
    for k, row in enumerate(rows):
        said = dict(row)
        received = said.pop("received", said["spool"])
        columns["received"][k] = np.datetime64(received, "us")
        if length := said.pop("length_m", None):
            said |= {"to_bow_m": length - 10, "to_stern_m": 10}
        for name, value in said.items():
            columns[name][k] = value
