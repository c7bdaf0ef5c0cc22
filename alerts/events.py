"""Events: what a detector says happened, versioned, with the numbers that fired it."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, Self, TypeAlias

from alerts.errors import EventError
from alerts.kinds import KINDS, LANES, SEVERITIES, STATES, Lane, Severity, State

Value: TypeAlias = float | int | str | bool | None
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PLACE_DIGITS = 5
_NOTHING: Mapping[str, Fact] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Fact:
    """A number of the evidence: what was measured, its unit, and what it was held against."""

    value: Value
    unit: str | None = None
    threshold: Value = None


@dataclass(frozen=True, slots=True)
class Event:
    """One version of one event.

    id         by ``event_id``; the versions of one event share it
    version    from 1, one more with each state told · state open, updated, closed, retracted
    reason     why it was closed or retracted
    mmsi       the vessel it is about, None for an area or a feed · other_mmsi of an encounter
    mmsis      all vessels concerned, sorted · zone id of the zone concerned
    started_us, updated_us, ended_us   position time, µs since 1970 · lon, lat degrees, 5 decimals
    evidence   facts by name · inputs  spool positions of the rows it rests on
    trigger    spool position of the row that made it be told, 0 for a tick; orders, is not told
    """

    id: str
    kind: str
    detector_version: int
    version: int
    state: State
    reason: str | None
    lane: Lane
    severity: Severity
    confidence: float
    mmsi: int | None
    other_mmsi: int | None
    mmsis: tuple[int, ...]
    zone: str | None
    started_us: int
    updated_us: int
    ended_us: int | None
    lon: float | None
    lat: float | None
    evidence: Mapping[str, Fact] = field(default_factory=lambda: _NOTHING)
    inputs: tuple[int, ...] = ()
    trigger: int = 0

    def __post_init__(self) -> None:
        """Refuse what no event can be; raises EventError."""
        for value, allowed in (
            (self.kind, KINDS), (self.state, STATES), (self.lane, LANES),
            (self.severity, SEVERITIES),
        ):  # fmt: skip
            if value not in allowed:
                msg = f"event {self.id}: {value!r}; expected one of {', '.join(allowed)}"
                raise EventError(msg)
        if not 0 <= self.confidence <= 1:
            raise EventError(f"event {self.id}: confidence {self.confidence}; expected 0 to 1")

    @classmethod
    def begin(  # noqa: PLR0913 (an event is what it names)
        cls,
        kind: str,
        detector_version: int,
        *,
        started_us: int,
        lon: float | None,
        lat: float | None,
        mmsi: int | None = None,
        other_mmsi: int | None = None,
        mmsis: tuple[int, ...] = (),
        zone: str | None = None,
        lane: Lane | None = None,
        severity: Severity | None = None,
        confidence: float = 1.0,
        updated_us: int | None = None,
        evidence: Mapping[str, Fact] | None = None,
        inputs: tuple[int, ...] = (),
        trigger: int = 0,
    ) -> Self:
        """Return the first version of a new event, open; lane and severity by its kind.

        ``mmsis`` may be left out where ``mmsi`` and ``other_mmsi`` are all.
        """
        usual = KINDS.get(kind)
        if usual is None:
            raise EventError(f"event kind {kind!r}; expected one of {', '.join(KINDS)}")
        named = mmsis or tuple(one for one in (mmsi, other_mmsi) if one is not None)
        vessels = tuple(sorted(set(named)))
        place = _place(lon), _place(lat)
        return cls(
            id=event_id(kind, detector_version, vessels, started_us, *place, zone),
            kind=kind,
            detector_version=detector_version,
            version=1,
            state="open",
            reason=None,
            lane=lane or usual.lane,
            severity=severity or usual.severity,
            confidence=round(confidence, 3),
            mmsi=mmsi,
            other_mmsi=other_mmsi,
            mmsis=vessels,
            zone=zone,
            started_us=started_us,
            updated_us=started_us if updated_us is None else updated_us,
            ended_us=None,
            lon=place[0],
            lat=place[1],
            evidence=evidence or _NOTHING,
            inputs=inputs,
            trigger=trigger,
        )

    def next(self, state: State, updated_us: int, **changes: Any) -> Self:  # noqa: ANN401
        """Return the next version; fields in ``changes`` are replaced, evidence is added to."""
        if "evidence" in changes:
            changes["evidence"] = {**self.evidence, **changes["evidence"]}
        for name in {"lon", "lat"} & changes.keys():
            changes[name] = _place(changes[name])
        return replace(
            self, version=self.version + 1, state=state, updated_us=updated_us, **changes
        )

    @property
    def order(self) -> tuple[int, str, str, int]:
        """Return what events of one piece of the stream are sorted by."""
        return self.trigger, self.kind, self.id, self.version

    def as_dict(self, origin: Callable[[int], dict[str, Any]]) -> dict[str, Any]:
        """Return the event as JSON says it (DESIGN §6), keys in order.

        ``origin`` turns a spool position into what names it: file and line, or segment and offset.
        """
        return {
            "id": self.id,
            "kind": self.kind,
            "detector_version": self.detector_version,
            "version": self.version,
            "state": self.state,
            "reason": self.reason,
            "lane": self.lane,
            "severity": self.severity,
            "confidence": self.confidence,
            "mmsi": self.mmsi,
            "other_mmsi": self.other_mmsi,
            "mmsis": list(self.mmsis),
            "zone": self.zone,
            "started_at": stamp(self.started_us),
            "updated_at": stamp(self.updated_us),
            "ended_at": None if self.ended_us is None else stamp(self.ended_us),
            "lon": self.lon,
            "lat": self.lat,
            "evidence": {
                name: {"value": fact.value, "unit": fact.unit, "threshold": fact.threshold}
                for name, fact in self.evidence.items()
            },
            "inputs": [origin(at) for at in self.inputs],
        }

    def frozen(self) -> str:
        """Return the event as one line that ``thawed`` reads back; positions stay numbers."""
        return json.dumps({**self.as_dict(lambda at: {"at": at}), "us": [
            self.started_us, self.updated_us, self.ended_us, self.trigger]})  # fmt: skip

    @classmethod
    def thawed(cls, line: str) -> Self:
        """Return the event of a line that ``frozen`` gave; raises EventError for another one."""
        try:
            said = json.loads(line)
            started, updated, ended, trigger = said.pop("us")
            evidence = {name: Fact(**fact) for name, fact in said.pop("evidence").items()}
            inputs = tuple(row["at"] for row in said.pop("inputs"))
            mmsis = tuple(said.pop("mmsis"))
            for name in ("started_at", "updated_at", "ended_at"):
                del said[name]
            return cls(
                **said, mmsis=mmsis, evidence=evidence, inputs=inputs, started_us=started,
                updated_us=updated, ended_us=ended, trigger=trigger,
            )  # fmt: skip
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise EventError(f"{line[:80]!r} is no event: {error!r}") from error


def placed(event: Event, lon: float, lat: float) -> Event:
    """Return ``event`` at another place, with the id that it has; NaN degrees are none."""
    return replace(event, lon=_place(lon), lat=_place(lat))


def event_id(
    kind: str,
    detector_version: int,
    mmsis: tuple[int, ...],
    started_us: int,
    lon: float | None,
    lat: float | None,
    zone: str | None,
) -> str:
    """Return 16 hex digits: the same happening always has the same id (DESIGN §3).

    SHA-256 of kind | detector version | sorted MMSIs | start, µs | lon, lat in 1e-4° | zone id;
    what is absent is empty.
    """
    place = ("" if value is None else str(round(value * 10_000)) for value in (lon, lat))
    vessels = ",".join(str(one) for one in sorted(mmsis))
    parts = (kind, str(detector_version), vessels, str(started_us), ",".join(place), zone or "")
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]


def stamp(time_us: int) -> str:
    """Return µs since 1970 as YYYY-MM-DDTHH:MM:SS.mmmZ; parts of a millisecond are cut off."""
    at = _EPOCH + timedelta(microseconds=time_us - time_us % 1000)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


def _place(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else round(float(value), _PLACE_DIGITS)
