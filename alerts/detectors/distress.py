"""Distress: a device that calls, a ship that says so, a text that asks for help."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from ais.compiled import compiled
from alerts.calls import FILL, denied, plain, words_of
from alerts.distances import metres
from alerts.events import Event, Fact
from alerts.rescue import MIN_US
from alerts.scene import NEVER, NO_SLOT

if TYPE_CHECKING:
    from alerts.detector import State
    from alerts.scene import Scene, World

_ACTIVE, _TEST = 14, 15
_DEVICES = {970: "AIS-SART", 972: "man-overboard device", 974: "EPIRB-AIS"}
_PREFIX = 1_000_000
_BELIEVABLE_KN = 50.0
_MOVED_M = 185.2
_ONE_CALLER_M = 9_260.0
_REMEMBERED = 20  # texts of an episode: a beacon repeats the same few


@dataclass(frozen=True, slots=True)
class _Signal:
    """One message of a vessel in distress, or, with an empty ``sign``, only its place.

    time_us, received_us  µs since 1970 · lon, lat degrees, None without a place
    sign  what says distress, empty for a place or for words of who is in distress already
    test  it says that it is a test · doubt  why it may be a fault
    sure  confidence 0-1
    """

    spool: int
    mmsi: int
    time_us: int
    received_us: int
    lon: float | None
    lat: float | None
    feed: int
    sign: str
    test: bool = False
    doubt: str = ""
    sure: float = 1.0
    text: str = ""
    place_us: int = NEVER

    @property
    def quiet(self) -> bool:
        """Tell whether it is information only."""
        return self.test or bool(self.doubt)


@dataclass(frozen=True, slots=True)
class Distress:
    """Somebody is in distress: navigation status 14, a distress device, or a text.

    Fires at the first message, also without a position ("position unknown", with the feed and
    station that heard it), and lasts until ``sticky_min`` after the last one:

    - navigation status 14 (AIS-SART is active) from any MMSI;
    - anything from an MMSI that begins with 970, 972 or 974; status 15 from these is a test;
    - type 12 or 14 text with one of ``words`` from any MMSI, as often as they are strung together
      ("SOSSOSSOS"); a long one also inside others. It is a test where a ship says nothing but
      that ("TEST MAYDAY"), for "ENGINE TEST FAILED" is none. Any text of a distress device counts;
      with one of ``test_words``, unless "NOT A TEST" or "NO TEST", it is a test;
    - each further text of who is in distress, whatever it says.

    One episode per MMSI; of those who send none (0) one for each place, 5 nm around, and for each
    text. A test is told as information only, and so is status 14 of a ship (no
    distress device) whose transponder is broken: without a position, or at 50 kn and more. The
    first real message of the same episode makes it critical at once, and nothing makes it less
    again. Nothing retracts it. A place that has moved by a tenth of a nautical mile is told as an
    update, words that were not said before are told at once.

    sticky_min     minutes without a message until the episode is over (OpenCPN: 18)
    place_age_min  minutes: a text has the sender's place if that is not older
    words          what makes a text distress · test_words  what makes it a test

    Source: DETECTORS row 1; ITU-R M.1371-5 (status 14, 15), ITU-R M.585-9 (MMSI 970, 972, 974);
    OpenCPN (a SART outranks all, 18 min).
    False alarms: ordinary ships that send status 14 by mistake (confidence 0.7; on the Seine one
    sent it 1,586 times without a position, hence the rule above), texts that relay
    or name a distress of somebody else ("relay" in the evidence): the place is then the sender's.
    """

    version: ClassVar[int] = 1
    kinds: ClassVar[tuple[str, ...]] = ("distress",)
    TABLE: ClassVar[np.dtype[Any] | None] = None

    sticky_min: float = 18.0
    place_age_min: float = 60.0
    words: tuple[str, ...] = field(default=(
        "MAYDAY", "MAY DAY", "SOS", "ABANDON", "ABANDONED", "ABANDONING", "SART ACTIVE",
        "MOB ACTIVE", "EPIRB ACTIVE", "MAN OVERBOARD",
    ))  # fmt: skip
    test_words: tuple[str, ...] = ("TEST", "TESTING")

    def step(self, state: State, scene: Scene) -> list[Event]:
        """Tell new episodes at once, and what changes in open ones."""
        keys = list(state.book.keys())
        open_ones = {int(key.partition("-")[0]) for key in keys}
        texts = self._texts(scene, open_ones)
        rows = self._rows(scene, open_ones | {one.mmsi for one in texts})
        signals = sorted([*texts, *rows], key=lambda one: one.spool)
        told: list[Event] = []
        for signal in signals:
            key = _episode(state, signal)
            if key in state.book:
                told += _goes_on(state, key, signal)
            elif signal.sign:
                told.append(self._begins(state, key, signal, scene))
        return told

    def tick(self, state: State, world: World) -> list[Event]:
        """Close what was not heard for ``sticky_min``."""
        told = []
        oldest = world.now_us - round(self.sticky_min * MIN_US)
        for key in state.book.keys():  # noqa: SIM118 (a book is no dict)
            kept = state.memory[key]
            if kept["heard"] <= oldest:
                reason = f"no distress message for {self.sticky_min:g} min"
                spools = tuple(sorted({*state.book[key].inputs, kept["spool"]}))
                told.append(state.book.close(key, kept["time"], reason, inputs=spools))
                del state.memory[key]
        return told

    @staticmethod
    def _rows(scene: Scene, known: set[int]) -> list[_Signal]:
        """Return signals of positions, and the places of all who are in distress by then."""
        rows = scene.rows
        picked = np.zeros(len(rows), np.bool_)
        if _calling(rows, picked):
            known = known | set(rows["mmsi"][picked].tolist())
        if not known:
            return []
        _of(rows, np.array(sorted(known), np.int64), picked)
        return [_of_row(row) for row in rows[picked]]

    def _texts(self, scene: Scene, known: set[int]) -> list[_Signal]:
        """Return what asks for help, and whatever else is said by who does so by then."""
        texts = scene.texts
        if not len(texts):
            return []
        said = [(k, int(texts.mmsi[k]), plain(texts.text[k])) for k in range(len(texts))]
        words = words_of(self.words)
        callers = known | {
            mmsi for _, mmsi, text in said if mmsi // _PREFIX in _DEVICES or words.search(text)
        }
        calling = np.zeros(len(scene.rows), np.bool_)
        if _calling(scene.rows, calling):
            callers |= set(scene.rows["mmsi"][calling].tolist())
        found = [(k, text) for k, mmsi, text in said if mmsi in callers and text]
        # 0 is nobody's number, or that of several: none of its places is the caller's.
        mmsis = {int(texts.mmsi[k]) for k, _ in found} - {0}
        places = _places(scene, mmsis) if mmsis else []
        return [self._of_text(scene, k, text, places) for k, text in found]

    def _of_text(
        self, scene: Scene, k: int, text: str, places: list[tuple[int, int, int, float, float]]
    ) -> _Signal:
        mmsi, spool = int(scene.texts.mmsi[k]), int(scene.texts.spool[k])
        received = int(scene.texts.received.view("i8")[k])
        oldest = received - round(self.place_age_min * MIN_US)
        known = [one for one in places if one[1] == mmsi and one[0] < spool and one[2] >= oldest]
        lon: float | None = None
        lat: float | None = None
        at = NEVER
        if known:
            _, _, at, lon, lat = max(known)
        word, device = words_of(self.words).search(text), _DEVICES.get(mmsi // _PREFIX)
        sign = f"text {word.group()}" if word else f"text of {device}" if device else ""
        tested = words_of(self.test_words).search(text) is not None and not denied(text)
        if tested and not device:
            tested = not self._rest(text)
        return _Signal(
            spool, mmsi, received, received, lon, lat, int(scene.texts.feed[k]), sign,
            test=tested, sure=0.9, text=text, place_us=at,
        )  # fmt: skip

    def _rest(self, text: str) -> str:
        """Return what a text says beside that it is a test of a call for help."""
        for words in (self.words, self.test_words, FILL):
            text = words_of(words).sub(" ", text)
        return "".join(c for c in text if c.isalnum())

    def _begins(self, state: State, key: str, signal: _Signal, scene: Scene) -> Event:
        evidence = {
            **_said(signal),
            "heard_by": Fact(_feed(scene.world, signal.feed)),
            "sticky_until_silent": Fact(self.sticky_min, "min"),
        }
        if station := _station(scene, signal.spool):
            evidence["station"] = Fact(station)
        event = Event.begin(
            "distress", self.version, started_us=signal.time_us, lon=signal.lon, lat=signal.lat,
            mmsi=signal.mmsi, severity="info" if signal.quiet else "critical",
            confidence=signal.sure, evidence=evidence, inputs=(signal.spool,),
            trigger=signal.spool,
        )  # fmt: skip
        state.memory[key] = {
            "heard": signal.received_us, "time": signal.time_us, "spool": signal.spool,
            "quiet": signal.quiet, "placed": NEVER, "said": [signal.text] if signal.text else [],
        }  # fmt: skip
        return state.book.open(key, event, signal.received_us)


def _episode(state: State, signal: _Signal) -> str:
    """Return the key of the episode that a message belongs to.

    An MMSI has one. Those who send none, as 0, are told apart by place, or by what they say: two
    calls that are taken for one hide the second. Further words without a sign go to who was heard
    last.
    """
    if signal.mmsi:
        return str(signal.mmsi)
    open_ones = [key for key in state.book.keys() if key.startswith("0-")]  # noqa: SIM118
    same = [key for key in open_ones if _is_caller(state, key, signal)]
    if not (same or signal.sign) and signal.text:
        same = open_ones
    return max(
        same, key=lambda key: (state.memory[key]["heard"], key), default=f"0-{signal.spool}"
    )


def _is_caller(state: State, key: str, signal: _Signal) -> bool:
    kept, event = state.memory[key], state.book[key]
    if not (signal.sign or signal.text):
        return False
    if signal.text:
        return signal.text in kept["said"]
    if signal.lon is None:
        return event.lon is None and not kept["said"]
    return event.lon is not None and _apart_m(event, signal) <= _ONE_CALLER_M


def _goes_on(state: State, key: str, signal: _Signal) -> list[Event]:
    """Take one more message into an open episode; tell it when it says something new."""
    kept, event = state.memory[key], state.book[key]
    changes: dict[str, Any] = {}
    facts = _facts(signal, event)
    at_once = False
    if signal.sign or signal.text:
        kept["heard"] = max(kept["heard"], signal.received_us)
        kept["time"], kept["spool"] = max(kept["time"], signal.time_us), signal.spool
        if kept["quiet"] and not signal.quiet:
            kept["quiet"], at_once = False, True
            changes |= {"severity": "critical", "confidence": signal.sure}
        if not kept["quiet"]:
            facts |= {"under_test": Fact(value=False), "doubted": Fact(None)}
        if signal.text and signal.text not in kept["said"]:
            kept["said"] = [*kept["said"][-_REMEMBERED:], signal.text]
            changes["inputs"] = (*event.inputs[:3], signal.spool)
            at_once = True
            if "text" in event.evidence:
                facts["earlier_text"] = Fact(event.evidence["text"].value)
    if signal.lon is not None and not signal.text and signal.time_us >= kept["placed"]:
        kept["placed"] = signal.time_us
        if event.lon is None or _apart_m(event, signal) > _MOVED_M:
            changes |= {"lon": signal.lon, "lat": signal.lat}
            facts["position"] = Fact("known")
            at_once = at_once or event.lon is None
    if not changes:
        return []
    changes |= {"inputs": (*event.inputs[:3], signal.spool), "evidence": facts}
    updated = max(event.updated_us, signal.time_us)
    return state.book.update(key, updated, signal.received_us, at_once=at_once,
                             trigger=signal.spool, **changes)  # fmt: skip


def _facts(signal: _Signal, event: Event) -> dict[str, Fact]:
    """Return what a message says of an open episode; words alone say nothing of its sign."""
    if not (signal.sign or signal.text):
        return {}
    facts = {**_said(signal), "position": event.evidence["position"]}
    if not signal.sign:
        for name in ("sign", "under_test", "doubted"):
            del facts[name]
    return facts


def _apart_m(event: Event, signal: _Signal) -> float:
    here = (event.lon or 0.0, event.lat or 0.0)
    return metres(*here, signal.lon or 0.0, signal.lat or 0.0)


@compiled
def _calling(rows: Any, picked: Any) -> bool:  # noqa: ANN401 (numpy records, here and below)
    """Mark the rows that say distress; tell whether there is one."""
    found = False
    for i in range(len(rows)):
        first = rows[i].mmsi // _PREFIX
        if rows[i].nav_status == _ACTIVE or first in (970, 972, 974):
            picked[i] = found = True
    return found


@compiled
def _of(rows: Any, known: Any, picked: Any) -> None:  # noqa: ANN401
    """Mark all rows of the vessels ``known``, which is sorted."""
    for i in range(len(rows)):
        mmsi = np.int64(rows[i].mmsi)
        at = np.searchsorted(known, mmsi)
        picked[i] = picked[i] or (at < len(known) and known[at] == mmsi)


def _said(signal: _Signal) -> dict[str, Fact]:
    facts = {
        "sign": Fact(signal.sign),
        "under_test": Fact(signal.test),
        "doubted": Fact(signal.doubt or None),
        "position": Fact("unknown" if signal.lon is None else "known"),
    }
    if signal.text:
        facts["text"] = Fact(signal.text)
        facts["relay"] = Fact(re.search(r"\bRELAY", signal.text) is not None)
    if signal.place_us != NEVER:
        age = max(0, signal.received_us - signal.place_us) / MIN_US
        facts["position_age"] = Fact(round(age, 1), "min")
    return facts


def _of_row(row: Any) -> _Signal:  # noqa: ANN401 (a ROW record)
    device = _DEVICES.get(int(row["mmsi"]) // _PREFIX)
    status = int(row["nav_status"])
    sign, sure, doubt = "", 1.0, ""
    somewhere = not (math.isnan(row["lon"]) or math.isnan(row["lat"]))
    if device:
        sign = device if status == _ACTIVE else f"{device}, status {status}"
    elif status == _ACTIVE:
        sign, sure = "navigation status 14", 0.7
        if not somewhere:
            doubt = "a ship's transponder without a position"
        elif row["sog"] >= _BELIEVABLE_KN:
            doubt = f"a ship at {float(row['sog']):g} kn"
    placed = somewhere and not row["late"]
    lon, lat = (float(row["lon"]), float(row["lat"])) if placed else (None, None)
    return _Signal(
        int(row["spool"]), int(row["mmsi"]), int(row["time"]), int(row["received"]), lon, lat,
        int(row["feed"]), sign, test=device is not None and status == _TEST, doubt=doubt,
        sure=sure,
    )  # fmt: skip


def _places(scene: Scene, mmsis: set[int]) -> list[tuple[int, int, int, float, float]]:
    """Return (spool, MMSI, received, lon, lat) of what were the newest places of ``mmsis``.

    Also those that later rows of this scene have taken the place of: where the stream was cut must
    not decide which of them a text finds.
    """
    who = np.fromiter(mmsis, np.uint32, len(mmsis))
    rows, fleet = scene.rows, scene.world.fleet
    own = rows[np.isin(rows["mmsi"], who)]
    last = fleet[np.isin(fleet["mmsi"], who) & (fleet["slot"] != NO_SLOT)]
    found = []
    for part in (own[~own["late"] & ~own["repeat"] & ~np.isnan(own["lon"])], last):
        columns = (part[name].tolist() for name in ("spool", "mmsi", "received", "lon", "lat"))
        found += list(zip(*columns, strict=True))
    before = own[own["p_time"] != NEVER]
    columns = (
        before[name].tolist() for name in ("p_spool", "mmsi", "p_received", "p_lon", "p_lat")
    )
    return found + list(zip(*columns, strict=True))


def _feed(world: World, code: int) -> str:
    return world.feeds[code] if code < len(world.feeds) else f"feed {code}"


def _station(scene: Scene, spool: int) -> str:
    """Return the mark of the station that heard the message, empty where it has none."""
    at = np.flatnonzero(scene.receptions.spool == np.uint64(spool))
    station = int(scene.receptions.station[at[0]]) if len(at) else 0
    return f"{station:08x}" if station else ""
