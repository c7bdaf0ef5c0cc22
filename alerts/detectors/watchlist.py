"""Listed vessels that are heard: one event for each vessel and entry, as long as it is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from alerts.events import Event, Fact
from alerts.kinds import Severity
from alerts.roles import kind_of
from alerts.scene import AID, BASE, DEVICE
from alerts.whereabouts import Place, as_of
from watchlist.hits import MATCHED_ON, ON_CALL_SIGN, ON_IMO, ON_MMSI, ON_NAME, facts

if TYPE_CHECKING:
    from alerts.detector import State
    from alerts.scene import Scene, World
    from watchlist.entries import Listed
    from watchlist.hits import Hits

_MINUTE_US = 60_000_000
_HOUR_US = 60 * _MINUTE_US
_NO_VESSELS = (BASE, AID, DEVICE)
_CONFIDENCE = {ON_MMSI: 0.95, ON_IMO: 0.95, ON_CALL_SIGN: 0.9}


@dataclass(frozen=True, slots=True)
class Watchlist:
    """A vessel answers to an entry of the list in force (``watchlist``).

    MMSI, IMO number or call sign are equal: told with the first line that shows it; or the name
    is like a listed one (>= 0.90) and type, flag or length (within 10 %) agrees. The list's
    matching decides that (settings ``watchlist.*``); this detector makes episodes of it. The event
    is told again when it rests on something stronger, or when something new disagrees: a listed
    IMO number under another name. It is closed when the vessel was not heard for ``away_h``, when
    the entry ends, or when the list no longer names it; heard again, it is a new event.

    away_h            silence after which a vessel that is heard again is told again, hours
    name_trust_share  confidence of a likeness of names, times its score, 0-1

    Source: DETECTORS §2 row 4; RadianceFleet (name >= 0.85 alone) for comparison.
    Known false alarms: names alone flood, so a second fact is asked for; such a hit is ``medium``.
    Call signs and MMSIs typed wrongly at the set; ``disagrees`` says what does not fit.
    """

    version: ClassVar[int] = 2
    kinds: ClassVar[tuple[str, ...]] = ("watchlist",)
    uses: ClassVar[tuple[str, ...]] = ("list",)
    TABLE: ClassVar[np.dtype[Any] | None] = None

    away_h: float = 24.0
    name_trust_share: float = 0.8

    def step(self, state: State, scene: Scene) -> list[Event]:
        """Return what hits and rows of listed vessels came to."""
        things = [
            (int(hits.spool[k]), 0, k, (hits, entries))
            for hits, entries in scene.hits
            for k in range(len(hits))
            if kind_of(int(hits.mmsi[k])) not in _NO_VESSELS
        ]
        things += self._rows(state, scene)
        if not things:
            return []
        things.sort(key=lambda thing: thing[:3])
        asked = [(int(h[0].mmsi[k]), spool, int(h[0].received[k].view("i8")))
                 for spool, is_row, k, h in things if not is_row]  # fmt: skip
        places = iter(as_of(scene, asked))
        told: list[Event] = []
        for spool, is_row, k, what in things:
            if is_row:
                told += self._row(state, scene.rows[k])
            else:
                pair = _pair(what[0], what[1], k, self.name_trust_share)
                told += self._hit(state, scene, spool, pair, next(places))
        return told

    def _rows(self, state: State, scene: Scene) -> list[tuple[int, int, int, Any]]:
        """Note who was heard; return the rows of vessels that are to be told or placed."""
        pairs = state.memory.setdefault("pairs", {})
        heard = state.memory.setdefault("heard", {})
        rows = scene.rows
        if not pairs or not len(rows):
            return []
        listed = np.flatnonzero(scene.world.vessels["listed"][rows["vessel"]])
        for k in listed.tolist():
            name = str(rows["mmsi"][k])
            heard[name] = max(heard.get(name, 0), int(rows["received"][k]))
        waiting = {
            pair["mmsi"]
            for key, pair in pairs.items()
            if key not in state.book or not pair["placed"]
        }
        return [
            (int(rows["spool"][k]), 1, k, None)
            for k in listed.tolist()
            if int(rows["mmsi"][k]) in waiting
        ]

    def _row(self, state: State, row: Any) -> list[Event]:  # noqa: ANN401 (a ROW)
        """Tell a vessel that was away, and say where one is that had no place."""
        told: list[Event] = []
        placed = not (row["late"] or np.isnan(row["lon"]) or np.isnan(row["lat"]))
        place = (float(row["lon"]), float(row["lat"]), int(row["spool"])) if placed else None
        for key, pair in state.memory["pairs"].items():
            if pair["mmsi"] != int(row["mmsi"]):
                continue
            spool, time, now = int(row["spool"]), int(row["time"]), int(row["received"])
            if key not in state.book:
                told.append(self._open(state, key, place, (spool, time, now)))
            elif not pair["placed"] and place:
                pair["placed"] = True
                told += state.book.update(
                    key, time, now, at_once=True, lon=place[0], lat=place[1],
                    inputs=(*state.book[key].inputs, spool), trigger=spool,
                )  # fmt: skip
        return told

    def _hit(
        self, state: State, scene: Scene, spool: int, pair: dict[str, Any], place: Place | None
    ) -> list[Event]:
        """Open the event of a pair, or say what is new of it."""
        pairs, heard = state.memory["pairs"], state.memory["heard"]
        key, received = f"{pair['mmsi']}|{pair['entry']}", pair["received"]
        heard[str(pair["mmsi"])] = max(heard.get(str(pair["mmsi"]), 0), received)
        time = _time_of(scene, pair["mmsi"], spool, received)
        before = pairs.get(key)
        pairs[key] = pair
        if before is None or key not in state.book:
            return [self._open(state, key, place, (spool, time, received))]
        pair["placed"] = before["placed"]
        grave = pair["on"] < before["on"] or pair["disagrees"] & ~before["disagrees"] > 0
        # What once was told as news is none when it comes back: two ships may share an MMSI.
        pair["disagrees"] |= before["disagrees"]
        pair["on"] = min(pair["on"], before["on"])
        return state.book.update(
            key, max(time, state.book[key].updated_us), received, at_once=grave,
            evidence=_evidence(pair), severity=pair["severity"], confidence=pair["confidence"],
            inputs=(state.book[key].inputs[0], spool), trigger=spool,
        )  # fmt: skip

    def _open(
        self, state: State, key: str, place: Place | None, at: tuple[int, int, int]
    ) -> Event:
        pair = state.memory["pairs"][key]
        spool, time, now = at
        pair["placed"] = place is not None
        inputs = (spool,) if place is None or place[2] == spool else (place[2], spool)
        event = Event.begin(
            "watchlist", self.version, started_us=time, mmsi=pair["mmsi"],
            lon=place[0] if place else None, lat=place[1] if place else None,
            severity=pair["severity"], confidence=pair["confidence"], evidence=_evidence(pair),
            inputs=inputs, trigger=spool,
        )  # fmt: skip
        return state.book.open(key, event, now)

    def tick(self, state: State, world: World) -> list[Event]:
        """Close what is over, once a minute."""
        now = world.now_us
        pairs = state.memory.get("pairs")
        if not state.passes(now, _MINUTE_US) or not pairs:
            return []
        gone = _unlisted(world, {pair["mmsi"] for pair in pairs.values()})
        told: list[Event] = []
        for key, pair in list(pairs.items()):
            heard = state.memory["heard"].get(str(pair["mmsi"]), 0)
            reason = ""
            if pair["until"] <= now:
                reason = "the entry is no longer in force"
            elif gone.get(pair["mmsi"], 0) > pair["spool"]:
                reason = "the list no longer names it"
            elif now - heard >= self.away_h * _HOUR_US:
                reason = f"not heard for {self.away_h:g} h"
            if not reason:
                continue
            if key in state.book:
                told.append(state.book.close(key, max(heard, pair["received"]), reason))
            if not reason.startswith("not heard"):
                del pairs[key]
        left = {str(pair["mmsi"]) for pair in pairs.values()}
        for name in state.memory["heard"].keys() - left:
            del state.memory["heard"][name]
        return told


def _pair(
    hits: Hits, entries: tuple[Listed, ...], k: int, name_trust_share: float
) -> dict[str, Any]:
    """Return what is kept of a hit: values that JSON keeps."""
    entry = entries[hits.entry[k]]
    on, score = int(hits.matched_on[k]), round(float(hits.score[k]), 3)
    weak = on == ON_NAME or entry.priority == "low"
    severity: Severity = "medium" if weak else "high"
    return {
        "mmsi": int(hits.mmsi[k]),
        "entry": entry.id,
        "on": on,
        "disagrees": int(hits.disagrees[k]),
        "received": int(hits.received[k].view("i8")),
        "spool": int(hits.spool[k]),
        "until": entry.matches_until,
        "severity": severity,
        "confidence": round(_CONFIDENCE.get(on, score * name_trust_share), 3),
        "placed": False,
        "facts": {
            "entry": entry.id,
            "entry_version": entry.version,
            "matched_on": MATCHED_ON[on],
            "score": score,
            "agrees": ", ".join(facts(int(hits.agrees[k]))),
            "disagrees": ", ".join(facts(int(hits.disagrees[k]))),
            "sent_name": bytes(hits.name[k]).decode("ascii", "replace"),
            "sent_call_sign": bytes(hits.call_sign[k]).decode("ascii", "replace"),
            "sent_imo": int(hits.imo[k]) or None,  # 0: no number was sent
            "priority": entry.priority,
            "contributor": entry.contributor,
            "handling": entry.handling,
            "handling_comment": entry.handling_comment,
            "source_grade": entry.source_grade,
            "info_grade": entry.info_grade,
            "tlp": entry.tlp,
        },
    }


def _evidence(pair: dict[str, Any]) -> dict[str, Fact]:
    return {name: Fact(value) for name, value in pair["facts"].items()}


def _time_of(scene: Scene, mmsi: int, spool: int, received: int) -> int:
    """Return the position time of the line that showed a hit, its receive time without one."""
    rows = scene.rows
    k = int(np.searchsorted(rows["spool"], np.uint64(spool)))
    while k < len(rows) and int(rows["spool"][k]) == spool:
        if int(rows["mmsi"][k]) == mmsi:
            return int(rows["time"][k])
        k += 1
    return received


def _unlisted(world: World, mmsis: set[int]) -> dict[int, int]:
    """Return the newest row's spool position of each of ``mmsis`` that no row calls listed.

    A row older than the hit does not know of it yet: only a newer one disproves it.
    """
    fleet = world.fleet[np.isin(world.fleet["mmsi"], list(mmsis))]
    if not len(fleet):
        return {}
    listed = set(fleet["mmsi"][world.vessels["listed"][fleet["vessel"]]].tolist())
    newest: dict[int, int] = {}
    for mmsi, spool in zip(fleet["mmsi"].tolist(), fleet["spool"].tolist(), strict=True):
        if mmsi not in listed:
            newest[mmsi] = max(newest.get(mmsi, 0), spool)
    return newest
