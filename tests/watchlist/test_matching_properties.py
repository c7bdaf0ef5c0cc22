"""However the stream is cut, repeated or interrupted, the same hits are told."""

from dataclasses import fields
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.plugins.vessels import listed, positions, statics
from watchlist.entries import Edition
from watchlist.hits import Hits
from watchlist.matching import Matcher, MatchSettings

_HOUR = 3_600_000_000
_MMSIS = (247_000_001, 237_000_002, 999_999_999)
_NAMES = (b"BLUE SKY M", b"BLUESKY", b"EZADEEN", b"EZADEN", b"PSARA", b"")
_ROW = st.fixed_dictionaries(
    {"mmsi": st.sampled_from(_MMSIS)},
    optional={
        "name": st.sampled_from(_NAMES),
        "imo": st.sampled_from([9_074_729, 9_241_061, 9_074_720]),
        "call_sign": st.sampled_from([b"SVAB", b"9HA123", b"0"]),
        "ship_type": st.sampled_from([0, 30, 70, 80]),
        "length_m": st.sampled_from([50.0, 100.0]),
        "moved": st.booleans(),
        "back": st.integers(0, 4),
    },
)
_LISTS = (
    Edition(
        (
            listed("a", mmsi=_MMSIS[:1], names=("Ezadeen",), type="cargo", matches_from=1_000),
            listed("b", names=("BLUE SKY M", "PSARA"), flag="ITA", matches_until=1_500),
            listed("c", imo=(9_074_729,), call_sign=("SVAB",), length_m=52.0, matches_from=1_200),
        )
    ),
    Edition((listed("b", names=("BLUE SKY",), flag="GRC"), listed("c", imo=(9_241_061,)))),
)


def _batches(rows, begin: int, every: int):
    """Return positions and statics, a row each ``every`` µs; some received out of order."""
    moved, said = [], []
    for k, row in enumerate(rows, begin):
        facts = dict(row)
        at = every * (k - facts.pop("back", 0))
        facts |= {"spool": k + 1, "received": at}
        if facts.pop("moved", False):
            moved.append({name: facts[name] for name in ("mmsi", "spool", "received")})
        said.append(facts)
    return positions(*moved), statics(*said)


def _run(rows, cuts, *, every=100, twice: bool = False, restart: bool = False) -> list[tuple]:
    matcher = Matcher(few := MatchSettings(former_values=2, forget_days=1.0))
    told = [matcher.adopt(_LISTS[0], 0, 0)]
    bounds = sorted({0, len(rows), 12, *cuts})
    for begin, end in pairwise(bounds):
        if begin == 12:
            told.append(matcher.adopt(_LISTS[1], 1_250, 1 << 20))
        batches = _batches(rows[begin:end], begin, every)
        if twice:
            batches = tuple(b.take(np.repeat(np.arange(len(b)), 2)) for b in batches)
        told.append(matcher.step(*batches))
        if restart:
            state, matcher = matcher.freeze(), Matcher(few)
            assert not any(array.dtype.hasobject for array in state.values())
            matcher.thaw(state)
            matcher.adopt_again(_LISTS[begin >= 12])
    hits = Hits.join(told)
    return list(zip(*(getattr(hits, f.name).tolist() for f in fields(Hits)), strict=True))


_ROWS = st.lists(_ROW, min_size=12, max_size=24)
_CUTS = st.lists(st.integers(0, 24), max_size=6)


@settings(deadline=None, max_examples=150)
@given(_ROWS, _CUTS, st.booleans(), st.booleans(), st.sampled_from([100, 9 * _HOUR]))
def test_cuts_repeats_and_restarts_change_nothing(rows, cuts, twice, restart, every) -> None:
    cuts = [cut for cut in cuts if cut <= len(rows)]
    cut = _run(rows, cuts, every=every, twice=twice, restart=restart)
    assert cut == _run(rows, [], every=every)


def test_the_story_of_the_properties_tells_hits() -> None:
    rows = [{"mmsi": _MMSIS[k % 2], "name": _NAMES[k % 3], "ship_type": 70} for k in range(20)]
    assert len(_run(rows, [])) > 4
