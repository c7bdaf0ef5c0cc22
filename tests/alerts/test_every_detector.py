"""What holds for each detector, whoever writes it: a new one cannot forget it (DESIGN §3)."""

from __future__ import annotations

import dataclasses
import io
import random
import re
import traceback
from dataclasses import replace
from functools import lru_cache
from itertools import groupby
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from alerts.detector import State
from alerts.detectors import DETECTORS
from alerts.events import Event
from tests.plugins.casts import UNTIL, Lookout, cast, doubled, edition, rules, zones
from tests.plugins.stories import Stream, Watch, anonymous, us
from tests.plugins.traffic import lane_usual

pytestmark = pytest.mark.slow

EVERY = pytest.mark.parametrize("name", sorted(DETECTORS))
# The cases are drawn alike for all detectors, which look at each of them together.
FEW = settings(
    max_examples=2, derandomize=True, deadline=None, phases=[Phase.generate], database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
SEEDS = st.integers(0, 1)
LARGEST_ROW = 48
UNITS = (
    "_m _nm _km _kn _deg _s _min _h _days _share _ratio _score _per_h _sigma _degree _percent _mm"
    " _c _pct _factor _d"
).split()


class Guarded:
    """A detector whose fault is kept, so that the others of the run can be judged."""

    def __init__(self, detector: Any) -> None:
        self.detector = detector
        self.version, self.kinds, self.TABLE = detector.version, detector.kinds, detector.TABLE
        self.uses = getattr(detector, "uses", ())
        self.fault = ""

    def step(self, *given: Any) -> list[Event]:
        return self._guard(self.detector.step, given)

    def tick(self, *given: Any) -> list[Event]:
        return self._guard(self.detector.tick, given)

    def _guard(self, act: Any, given: Any) -> list[Event]:
        if self.fault:
            return []
        try:
            return list(act(*given))
        except Exception:  # noqa: BLE001 (whatever it is, it belongs to this detector alone)
            self.fault = traceback.format_exc()
            return []


class Run:
    """All detectors over one stream, with zones and list in force."""

    def __init__(self, lookout: Lookout | None = None) -> None:
        self.lookout = lookout or Lookout()
        self.detectors = {name: Guarded(one()) for name, one in DETECTORS.items()}
        self.watch = Watch(self.detectors, zones())
        self.watch.screening.adopt_list(edition(), "test")
        self.watch.screening.adopt_traffic(lane_usual(), "test")
        self.watch.screening.adopt_rules(rules(), "test")
        self.events: list[Event] = []

    def sees(self, stream: Stream, until: float = 0, piece: int = 0) -> Run:
        looks = {"visits": self.lookout.visits, "hits": self.lookout.hits}
        self.events += self.watch.sees(stream, until, piece=piece, **looks)
        return self

    def of(self, name: str) -> list[Event]:
        """The events of one detector, which must have made no fault."""
        assert not self.detectors[name].fault, self.detectors[name].fault
        return [event for event in self.events if event.kind in DETECTORS[name].kinds]

    def resumed(self) -> Run:
        """Another run that goes on from this one's state, once on disk and back."""
        other = Run(self.lookout)
        parts = self.watch.screening.freeze()
        other.watch.screening.thaw({part: _on_disk(state) for part, state in parts.items()})
        other.watch.segmenter.thaw(self.watch.segmenter.freeze())
        other.watch.now = self.watch.now
        for name, detector in self.detectors.items():
            other.detectors[name].fault = detector.fault
        return other


def _on_disk(state: dict[str, Any]) -> dict[str, Any]:
    file = io.BytesIO()
    np.savez(file, **state)
    file.seek(0)
    with np.load(file, allow_pickle=False) as kept:
        return {name: kept[name] for name in kept.files}


@lru_cache(8)
def stream_of(seed: int) -> Stream:
    return Stream.of(*cast(seed))


@lru_cache(8)
def plain(seed: int) -> Run:
    return Run().sees(stream_of(seed), UNTIL)


@lru_cache(8)
def in_pieces(seed: int) -> Run:
    return Run().sees(stream_of(seed), UNTIL, piece=1 + seed * 3)


@lru_cache(8)
def twice(seed: int) -> Run:
    return Run().sees(doubled(stream_of(seed)), UNTIL)


@lru_cache(8)
def in_another_order(seed: int) -> Run:
    ships = sorted(cast(seed), key=lambda ship: ship.mmsi)
    groups = [list(group) for _, group in groupby(ships, key=lambda ship: ship.mmsi)]
    random.Random(seed).shuffle(groups)
    return Run().sees(Stream.of(*(ship for group in groups for ship in group)), UNTIL)


@lru_cache(8)
def stopped(seed: int) -> Run:
    """Stopped four times, in the middle of a tick's rows."""
    stream, run = stream_of(seed), Run()
    cuts = [us("2026-05-10T00:00:00") + minute * 60_000_000 + 1 for minute in (73, 131, 187, 300)]
    events: list[Event] = []
    for first, last in zip([0, *cuts], [*cuts, cuts[-1] * 2], strict=True):
        part = stream.between(first, last)
        run.sees(part, UNTIL if last > cuts[-1] else 0)
        events += run.events
        run = run.resumed()
    run.events = events
    return run


def told(events: list[Event]) -> list[Event]:
    """Events apart from where their lines stood."""
    rows = [anonymous(event) for event in events]
    # The place of a feed is that of its last message, whoever sent it.
    rows = [replace(e, lon=None, lat=None) if e.kind == "feed_outage" else e for e in rows]
    return sorted(rows, key=lambda e: (e.kind, e.id, e.started_us, e.version, repr(e.evidence)))


@EVERY
def test_the_story_gives_it_something_to_say(name):
    assert plain(0).of(name) + plain(1).of(name)


@EVERY
@FEW
@given(seed=SEEDS)
def test_other_cuts_of_the_stream_change_nothing(name, seed):
    assert in_pieces(seed).of(name) == plain(seed).of(name)


@EVERY
@FEW
@given(seed=SEEDS)
def test_every_row_twice_is_once(name, seed):
    assert told(twice(seed).of(name)) == told(plain(seed).of(name))


@EVERY
@FEW
@given(seed=SEEDS)
def test_the_order_of_rows_of_one_moment_changes_nothing(name, seed):
    assert told(in_another_order(seed).of(name)) == told(plain(seed).of(name))


@EVERY
@FEW
@given(seed=SEEDS)
def test_stopped_and_resumed_is_never_stopped(name, seed):
    assert stopped(seed).of(name) == plain(seed).of(name)


@EVERY
def test_its_events_are_versions_of_episodes(name):
    newest: dict[str, Event] = {}
    for event in plain(0).of(name):
        before = newest.get(event.id)
        assert event.version == (before.version + 1 if before else 1)
        assert (event.state == "open") == (before is None)
        assert before is None or before.state in {"open", "updated"}
        assert event.trigger == 0 or event.inputs
        newest[event.id] = event


@EVERY
def test_it_keeps_no_more_than_48_bytes_a_vessel(name):
    state = State.of(DETECTORS[name]())
    assert state.table.dtype.itemsize <= LARGEST_ROW
    assert "segment" in (state.table.dtype.names or ())


@EVERY
def test_its_docstring_tells_rule_settings_and_false_alarms(name):
    text = DETECTORS[name].__doc__ or ""
    for field in dataclasses.fields(DETECTORS[name]):
        assert re.search(rf"\b{field.name}\b", text), field.name
    assert "false alarm" in text.lower()


@EVERY
def test_its_settings_say_their_units(name):
    detector = DETECTORS[name]()
    assert dataclasses.is_dataclass(detector)
    assert not hasattr(detector, "__dict__")
    for field in dataclasses.fields(DETECTORS[name]):
        if type(getattr(detector, field.name)) is float:
            assert field.name.endswith(tuple(UNITS)), field.name
