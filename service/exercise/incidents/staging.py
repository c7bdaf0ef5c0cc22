"""From a scenario's incidents and a seed to actors on the sea: what the exercise adds."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from service.exercise.fleet import Fleet
from service.exercise.incidents import INCIDENTS
from service.exercise.incidents.acting import acted
from service.exercise.incidents.plot import Plot
from service.exercise.incidents.script import ACT, Cast, Identity, Truth
from service.exercise.receivers import Heard, Masts
from service.exercise.scenario import ScenarioError
from service.exercise.transponders import NO_TURN, REPORT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from service.exercise.scenario import Incident, Scenario

SITES = Path(__file__).parent.parent / "data" / "sites.json"
TEXT_MESSAGE = 14
_ANTENNA = 0.8
"""Share of the length before the antenna: it stands on the bridge, aft."""


@dataclass(frozen=True, slots=True)
class Stage:
    """The incidents of one exercise, ready to be asked for any span of time.

    begins_ms  when it began, ms since 1970 · fleet  the identities of its actors
    truths     what happens, in the order of time · listed  identities that its list holds
    innocent   MMSIs of actors of whom nothing is to be told · texts  safety texts
    """

    begins_ms: int
    fleet: Fleet
    acts: NDArray[np.void]
    cast: Cast
    truths: tuple[Truth, ...]
    listed: tuple[Identity, ...]
    innocent: frozenset[int]
    texts: tuple[str, ...]

    @classmethod
    def of(cls, scenario: Scenario, masts: Masts, seed: int, begins_s: float) -> Stage:
        """Put the scenario's incidents on the sea; raises ScenarioError for an unknown one."""
        cast, begins_ms = Cast(), round(begins_s * 1000)
        played: Counter[str] = Counter()
        for number, incident in enumerate(scenario.incidents):
            _play(
                cast, scenario, masts, incident, (seed, number, played[incident.kind], begins_ms)
            )
            played[incident.kind] += 1
        acts = np.zeros(len(cast.acts), ACT)
        for name in ACT.names or ():
            acts[name] = [act[name] for act in cast.acts]
        for name in ("start_ms", "end_ms"):
            acts[name] += begins_ms
        return cls(
            begins_ms,
            _fleet(cast.identities),
            acts,
            cast,
            tuple(sorted(cast.truths, key=lambda truth: truth.started_us)),
            tuple(cast.listed),
            frozenset(cast.innocent),
            tuple(dict.fromkeys(text.text for text in cast.texts)),
        )

    def reports(
        self, first_who: int, from_ms: int, to_ms: int, seed: int
    ) -> tuple[NDArray[np.void], NDArray[np.float64]]:
        """Return what the actors send in [from, to), and the places that they say (n, 2)."""
        sent, said = acted(self.acts, first_who, from_ms, to_ms, seed)
        texts = [
            text for text in self.cast.texts
            if from_ms <= self.begins_ms + round(text.at_s * 1000) < to_ms
        ]  # fmt: skip
        rows = np.zeros(len(texts), REPORT)
        for row, text in zip(rows, texts, strict=True):
            row["kind"], row["vessel"] = TEXT_MESSAGE, first_who + text.who
            row["sent_ms"] = self.begins_ms + round(text.at_s * 1000)
            row["lon"], row["lat"], row["turn"] = text.lon, text.lat, NO_TURN
            row["port"] = self.texts.index(text.text)
        places = np.column_stack([rows["lon"], rows["lat"]])
        return np.concatenate([sent, rows]), np.concatenate([said, places])

    def handed_on(self, heard: Heard) -> Heard:
        """Return the receptions without those of receivers that are out."""
        kept = np.ones(len(heard.report), bool)
        for outage in self.cast.outages:
            span = [self.begins_ms + round(s * 1000) for s in (outage.from_s, outage.until_s)]
            inside = (heard.line_ms >= span[0]) & (heard.line_ms < span[1])
            kept &= ~(inside & (heard.mast == outage.mast))
        return Heard(heard.report[kept], heard.mast[kept], heard.line_ms[kept])


def _play(
    cast: Cast,
    scenario: Scenario,
    masts: Masts,
    incident: Incident,
    numbers: tuple[int, int, int, int],
) -> None:
    seed, number, playing, begins_ms = numbers
    known = INCIDENTS.get(incident.kind)
    if known is None:
        raise ScenarioError(
            f"incidents.{number}.kind: {incident.kind!r} is unknown: expected one of "
            f"{', '.join(INCIDENTS)}"
        )
    sites = _sites(known.need) if known.need != "port" else _roads(scenario)
    # One order of the sites for a seed: two playings of a kind never share a place.
    order = np.random.default_rng([seed, 9, *known.need.encode()]).permutation(len(sites))
    before = sum(one.kind in _same_need(known.need) for one in scenario.incidents[:number])
    lon, lat, course = sites[order[before % len(sites)]].tolist()
    if incident.place is not None:
        lon, lat = incident.place
    random = np.random.default_rng([seed, 8, number, playing])
    plot = Plot(
        incident.kind, number, incident.at_s, begins_ms, lon, lat, course, cast, masts, random
    )
    known.play(plot)
    plot.ends()


@cache
def _sites(need: str) -> NDArray[np.float64]:
    return np.array(json.loads(SITES.read_bytes())[need], np.float64)


@cache
def _same_need(need: str) -> frozenset[str]:
    return frozenset(name for name, one in INCIDENTS.items() if one.need == need)


def _roads(scenario: Scenario) -> NDArray[np.float64]:
    ports = [port.approach for port in scenario.ports.values() if not port.gate]
    return np.array([(lon, lat, 0.0) for lon, lat in ports], np.float64)


def _fleet(identities: list[Identity]) -> Fleet:
    length = np.array([one.length_m for one in identities], np.int64)
    bow = np.rint(length * _ANTENNA).astype(np.int64)
    side = np.maximum(2, length // 14)
    texts = {
        name: np.array([getattr(one, name).encode() for one in identities], kind)
        for name, kind in (("name", "S20"), ("call_sign", "S7"))
    }
    return Fleet(
        mmsi=np.array([one.mmsi for one in identities], np.uint32),
        imo=np.array([one.imo for one in identities], np.uint32),
        call_sign=texts["call_sign"],
        name=texts["name"],
        ship_type=np.array([one.ship_type for one in identities], np.uint8),
        to_bow=bow,
        to_stern=length - bow,
        to_port=side,
        to_starboard=side,
        draught=np.array(
            [one.draught_m or round(one.length_m / 20.0, 1) for one in identities], np.float64
        ),
        class_b=np.array([one.class_b for one in identities], bool),
        heading_fitted=np.ones(len(identities), bool),
    )


def joined(fleet: Fleet, more: Fleet) -> Fleet:
    """Return the identities of both, those of ``fleet`` first."""
    columns = {
        one.name: np.concatenate([getattr(fleet, one.name), getattr(more, one.name)])
        for one in fields(Fleet)
    }
    return Fleet(**columns)
