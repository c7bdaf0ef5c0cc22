"""Reports to packed AIS messages: which columns each message type takes from where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ais.encode import PART_A, PART_B, Payloads, payloads

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from service.exercise.fleet import Fleet
    from service.exercise.scenario import Aid, Scenario

TEXT = 14
KINDS = (1, 3, 4, 5, TEXT, 18, 21, PART_A, 27, PART_B)
GNSS = 1
"""EPFD code of GPS, ITU-R M.1371-5 table 47."""
NO_ETA = {"month": 0, "day": 0, "hour": 24, "minute": 60}


@dataclass(frozen=True, slots=True)
class Speakers:
    """Everyone who sends: vessels, base stations, aids; and the texts of destinations.

    station_mmsi, aid_mmsi (k,) u4 · aids as in the scenario · destinations (ports + 1,) S20, the
    last one for -1 (none) · texts  what safety broadcasts say
    """

    fleet: Fleet
    station_mmsi: NDArray[np.uint32]
    aids: tuple[Aid, ...]
    aid_mmsi: NDArray[np.uint32]
    destinations: NDArray[np.bytes_]
    texts: tuple[str, ...] = ()

    @classmethod
    def of(cls, scenario: Scenario, fleet: Fleet, texts: tuple[str, ...] = ()) -> Speakers:
        """Give numbers to base stations (00MIDxxxx) and aids (99MID6xxx when virtual)."""
        stations = 2_470_000 + np.arange(1, len(scenario.receivers) + 1)
        aids = [992_471_000 + 5_000 * aid.virtual + n for n, aid in enumerate(scenario.aids, 1)]
        places = [port.locode.encode() for port in scenario.ports.values()]
        return cls(
            fleet,
            stations.astype(np.uint32),
            scenario.aids,
            np.array(aids, np.uint32),
            np.array([*places, b""], "S20"),
            texts,
        )


def packed(
    speakers: Speakers, reports: NDArray[np.void], wanted: NDArray[np.bool_]
) -> tuple[Payloads, NDArray[np.int64]]:
    """Pack the wanted reports; returns payloads and the payload of each report (-1: none)."""
    place = np.full(len(reports), -1, np.int64)
    parts, count = [], 0
    for kind in KINDS:
        rows = np.flatnonzero(wanted & (reports["kind"] == kind))
        if len(rows):
            sent = reports[rows]
            parts.append(
                _broadcasts(speakers, sent)
                if kind == TEXT
                else payloads(kind, columns(speakers, kind, sent))
            )
            place[rows] = np.arange(count, count + len(rows))
            count += len(rows)
    nothing = np.empty(0, np.int64)
    empty = Payloads(np.empty(0, np.uint8), nothing, nothing, np.empty(0, np.uint8))
    return (Payloads.join(parts) if parts else empty), place


def _broadcasts(speakers: Speakers, reports: NDArray[np.void]) -> Payloads:
    """Pack safety broadcasts (type 14), each as long as what it says."""
    mmsi = speakers.fleet.mmsi[reports["vessel"]].tolist()
    made = [
        _broadcast(number, speakers.texts[port])
        for number, port in zip(mmsi, reports["port"].tolist(), strict=True)
    ]
    ends = np.cumsum([len(text) for text, _ in made])
    start = np.concatenate([[0], ends[:-1]]).astype(np.int64)
    data = np.frombuffer(b"".join(text for text, _ in made), np.uint8)
    return Payloads(data, start, ends.astype(np.int64), np.array([n for _, n in made], np.uint8))


def _broadcast(mmsi: int, text: str) -> tuple[bytes, int]:
    """Return the characters of a type 14, and how many bits fill the last of them."""
    bits = f"{TEXT:06b}00{mmsi:030b}00" + "".join(f"{ord(one) & 63:06b}" for one in text.upper())
    fill = -len(bits) % 6
    bits += "0" * fill
    sixes = [int(bits[k : k + 6], 2) for k in range(0, len(bits), 6)]
    return bytes(six + (48 if six < 40 else 56) for six in sixes), fill  # noqa: PLR2004


def columns(
    speakers: Speakers, kind: int, reports: NDArray[np.void]
) -> Mapping[str, NDArray[np.generic]]:
    """Return the fields of message ``kind`` for ``reports`` of that kind, in pyais' names."""
    if kind == 4:  # noqa: PLR2004
        return _base_station(speakers, reports)
    if kind == 21:  # noqa: PLR2004
        return _aid(speakers, reports)
    if kind in {5, PART_A, PART_B}:
        return _static(speakers, kind, reports)
    return _position(speakers, kind, reports)


def _position(
    speakers: Speakers, kind: int, reports: NDArray[np.void]
) -> Mapping[str, NDArray[np.generic]]:
    fields = {
        "mmsi": speakers.fleet.mmsi[reports["vessel"]],
        "lon": reports["lon"],
        "lat": reports["lat"],
        "speed": np.minimum(reports["sog"], 102.0),
        "course": _turned(reports["cog"], 10),
    }
    if kind == 27:  # noqa: PLR2004
        fields["course"] = _turned(reports["cog"], 1)
        return fields | {"status": reports["status"], "accuracy": _ones(reports)}
    fields |= {
        "heading": _turned(reports["heading"], 1),
        "second": reports["sent_ms"] // 1000 % 60,
        "accuracy": _ones(reports),
    }
    if kind == 18:  # noqa: PLR2004
        return fields | {"cs": _ones(reports), "band": _ones(reports)}
    return fields | {"status": reports["status"], "turn": reports["turn"]}


def _static(
    speakers: Speakers, kind: int, reports: NDArray[np.void]
) -> Mapping[str, NDArray[np.generic]]:
    fleet, who = speakers.fleet, reports["vessel"]
    fields: dict[str, NDArray[np.generic]] = {"mmsi": fleet.mmsi[who]}
    if kind != PART_B:
        fields["shipname"] = fleet.name[who]
    if kind == PART_A:
        return fields
    fields |= {
        "callsign": fleet.call_sign[who],
        "ship_type": fleet.ship_type[who],
        "to_bow": fleet.to_bow[who],
        "to_stern": fleet.to_stern[who],
        "to_port": fleet.to_port[who],
        "to_starboard": fleet.to_starboard[who],
    }
    if kind == PART_B:
        return fields
    return (
        fields
        | _voyage(reports)
        | {
            "imo": fleet.imo[who],
            "draught": fleet.draught[who],
            "destination": speakers.destinations[reports["port"]],
            "epfd": _ones(reports),
        }
    )


def _voyage(reports: NDArray[np.void]) -> dict[str, NDArray[np.generic]]:
    known = (reports["port"] >= 0) & (reports["eta_ms"] > 0)
    minutes = (reports["eta_ms"] // 60_000).astype("datetime64[m]")
    day, month = minutes.astype("datetime64[D]"), minutes.astype("datetime64[M]")
    parts = {
        "month": month.astype(np.int64) % 12 + 1,
        "day": (day - month.astype("datetime64[D]")).astype(np.int64) + 1,
        "hour": (minutes - day).astype(np.int64) // 60,
        "minute": (minutes - day).astype(np.int64) % 60,
    }
    return {name: np.where(known, part, NO_ETA[name]) for name, part in parts.items()}


def _base_station(
    speakers: Speakers, reports: NDArray[np.void]
) -> Mapping[str, NDArray[np.generic]]:
    seconds = (reports["sent_ms"] // 1000).astype("datetime64[s]")
    day, month = seconds.astype("datetime64[D]"), seconds.astype("datetime64[M]")
    of_day = (seconds - day).astype(np.int64)
    return {
        "mmsi": speakers.station_mmsi[reports["vessel"]],
        "year": seconds.astype("datetime64[Y]").astype(np.int64) + 1970,
        "month": month.astype(np.int64) % 12 + 1,
        "day": (day - month.astype("datetime64[D]")).astype(np.int64) + 1,
        "hour": of_day // 3600,
        "minute": of_day // 60 % 60,
        "second": of_day % 60,
        "lon": reports["lon"],
        "lat": reports["lat"],
        "accuracy": _ones(reports),
        "epfd": _ones(reports),
    }


def _aid(speakers: Speakers, reports: NDArray[np.void]) -> Mapping[str, NDArray[np.generic]]:
    who = reports["vessel"]
    return {
        "mmsi": speakers.aid_mmsi[who],
        "aid_type": np.array([aid.kind for aid in speakers.aids])[who],
        "name": np.array([aid.name.encode() for aid in speakers.aids], "S20")[who],
        "virtual_aid": np.array([aid.virtual for aid in speakers.aids])[who],
        "lon": reports["lon"],
        "lat": reports["lat"],
        "second": reports["sent_ms"] // 1000 % 60,
        "epfd": _ones(reports),
    }


def _turned(angle_deg: NDArray[np.float64], steps: int) -> NDArray[np.float64]:
    # 359.96 rounds to 360.0, which would say «not available».
    rounded: NDArray[np.float64] = np.rint(angle_deg * steps) / steps
    return np.where(rounded >= 360, 0.0, rounded)  # noqa: PLR2004


def _ones(reports: NDArray[np.void]) -> NDArray[np.int64]:
    return np.full(len(reports), GNSS, np.int64)
