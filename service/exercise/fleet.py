"""Who the vessels are: invented names, call signs, IMO numbers and MMSIs of real flags.

MMSIs and IMO numbers are drawn at random and may by chance be those of real ships: everything
here is an exercise and says nothing about any of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from service.exercise.scenario import Kind

FLAGS: tuple[tuple[str, tuple[int, ...], float], ...] = (
    ("I", (247,), 16),
    ("SV", (237, 239, 240, 241), 13),
    ("9H", (215, 229, 248, 249, 256), 11),
    ("TC", (271,), 9),
    ("EA", (224, 225), 6),
    ("F", (226, 227, 228), 6),
    ("9A", (238,), 3),
    ("5B", (209, 210, 212), 4),
    ("D5", (636, 637), 8),
    ("3E", (352, 353, 354, 355, 356, 357, 370, 371, 372, 373, 374), 8),
    ("V7", (538,), 6),
    ("CQ", (255,), 3),
    ("V2", (304, 305), 2),
    ("VR", (477,), 2),
    ("9V", (563, 564, 565), 2),
    ("M", (232, 233, 234, 235), 2),
    ("SU", (622,), 1.5),
    ("TS", (672,), 1.5),
    ("7T", (605,), 1.5),
    ("4X", (428,), 1),
    ("OD", (450,), 1),
    ("ZA", (201,), 0.5),
)
"""Call sign prefix, maritime identification digits, weight."""
COASTAL = 8
"""Boats of the coast fly one of the first so many flags."""
WORDS = {
    "first": "AEGEAN ADRIA ALBA ALTAIR AMBER ANDROS ARGO ATLAS AURORA AZZURRA BELLA BLUE CALYPSO "
    "CAPO CEDAR CORAL CORSA DELFINO DIANA DORADA EASTERN ELENI EUROPA FIDES FORTUNE GIULIA GOLDEN "
    "GRANDE HELIOS HERMES ILARIA IONIAN IRIS ISOLA KALLISTO KAPITAN LAGUNA LEVANTE LUNA MAESTRO "
    "MARE MARINA MERIDIAN MISTRAL NAUTILUS NEREUS NORD NOVA OCEAN OLIVIA ORION PEGASUS PELAGIA "
    "PERLA PONENTE REGINA ROSA SANTA SELENE SILVER SIROCCO SOLE STELLA SUD TETHYS TIRRENO TRITON "
    "URSA VALENTINA VEGA VENTO VIOLA ZEPHYR",
    "second": "ALFA BAY BREEZE BRIDGE CARRIER COURAGE DAWN DREAM EXPRESS FAITH GLORY GRACE "
    "HARMONY HOPE HORIZON JOY LADY LEADER LIGHT MARIA MAR NAVIGATOR PEACE PIONEER PRIDE PROGRESS "
    "QUEEN RIVER SEA SKY SPIRIT STAR SUN TRADER UNITY VICTORY VOYAGER WAVE WIND WING",
    "saint": "ANNA ANTONIO CATERINA CRISTOFORO ELENA FRANCESCO GIORGIO GIOVANNI GIUSEPPE LUCIA "
    "MARCO MARIA MICHELE NICOLA PAOLO PIETRO RITA ROSALIA TERESA VINCENZO",
}
SHIP_TYPES: dict[Kind, tuple[int, ...]] = {
    "cargo": (70, 70, 70, 71, 72, 74, 79),
    "tanker": (80, 80, 81, 82, 83, 84, 89),
    "passenger": (60, 60, 69),
    "high_speed": (40, 49),
    "fishing": (30,),
    "pleasure": (36, 36, 37),
    "tug": (52, 31),
    "pilot": (50,),
    "anchored": (70, 70, 80, 89),
    "moored": (70, 60, 80, 90),
}
LENGTH_M: dict[Kind, tuple[float, float]] = {
    "cargo": (80, 366),
    "tanker": (75, 333),
    "passenger": (110, 330),
    "high_speed": (28, 90),
    "fishing": (12, 34),
    "pleasure": (8, 28),
    "tug": (22, 42),
    "pilot": (10, 18),
    "anchored": (80, 250),
    "moored": (60, 250),
}
CLASS_B_SHARE: dict[Kind, float] = {"pleasure": 0.9, "fishing": 0.25, "pilot": 0.1}
IMO_FROM_M = 45.0
"""About 300 GT: below it ships seldom have an IMO number."""


@dataclass(frozen=True, slots=True)
class Fleet:
    """Identities, one row per vessel (n,): what types 5 and 24 say.

    mmsi, imo u4 · call_sign S7 · name S20 · ship_type u1 · to_bow, to_stern, to_port,
    to_starboard i8 (metres) · draught f8 (metres) · class_b, heading_fitted bool
    """

    mmsi: NDArray[np.uint32]
    imo: NDArray[np.uint32]
    call_sign: NDArray[np.bytes_]
    name: NDArray[np.bytes_]
    ship_type: NDArray[np.uint8]
    to_bow: NDArray[np.int64]
    to_stern: NDArray[np.int64]
    to_port: NDArray[np.int64]
    to_starboard: NDArray[np.int64]
    draught: NDArray[np.float64]
    class_b: NDArray[np.bool_]
    heading_fitted: NDArray[np.bool_]

    def __len__(self) -> int:
        """Return the number of vessels."""
        return len(self.mmsi)


def imo_numbers(serial: NDArray[np.int64]) -> NDArray[np.uint32]:
    """Return IMO numbers of six-digit serials: the seventh digit is the check digit."""
    digits = serial[:, None] // 10 ** np.arange(5, -1, -1) % 10
    check = (digits * np.arange(7, 1, -1)).sum(axis=1) % 10
    numbers: NDArray[np.uint32] = (serial * 10 + check).astype(np.uint32)
    return numbers


def christened(kinds: list[Kind], seed: int) -> Fleet:
    """Return one identity per entry of ``kinds``, the same for the same seed."""
    random = np.random.default_rng([seed, 101])
    count = len(kinds)
    kind = np.array(kinds)
    length = _drawn(kind, LENGTH_M, random)
    boat = np.isin(kind, ["fishing", "pleasure", "tug", "pilot"])
    mmsi, call_sign = _registered(boat, random)
    class_b = random.random(count) < np.array([CLASS_B_SHARE.get(one, 0.0) for one in kinds])
    serial = 900_000 + random.permutation(99_999)[np.arange(count) % 99_999]
    has_imo = (length >= IMO_FROM_M) & (np.arange(count) < 99_999)  # noqa: PLR2004
    types = [SHIP_TYPES[one] for one in kinds]
    draws = random.random(count)
    beam = np.clip(length / 6.6 * random.uniform(0.85, 1.15, count), 3, 60)
    # The antenna stands on the bridge: aft on ships, forward on boats.
    bow = np.where(boat, 0.4, 0.82) * length * random.uniform(0.9, 1.05, count)
    port = beam * random.uniform(0.3, 0.7, count)
    return Fleet(
        mmsi=mmsi,
        imo=np.where(has_imo, imo_numbers(serial.astype(np.int64)), 0).astype(np.uint32),
        call_sign=call_sign,
        name=_names(kind, random),
        ship_type=np.array(
            [t[int(d * len(t))] for t, d in zip(types, draws, strict=True)], np.uint8
        ),
        to_bow=_metres(bow),
        to_stern=_metres(length - bow),
        to_port=_metres(port),
        to_starboard=_metres(beam - port),
        draught=_tenths(np.clip(length / 18.0 * random.uniform(0.7, 1.1, count), 0.8, 21)),
        class_b=class_b,
        heading_fitted=random.random(count) < np.where(class_b, 0.2, 0.93),
    )


def _tenths(length: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.round(length, 1), np.float64)


def _metres(length: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.rint(length).astype(np.int64)


def _drawn(
    kind: NDArray[np.str_], ranges: dict[Kind, tuple[float, float]], random: np.random.Generator
) -> NDArray[np.float64]:
    low = np.array([ranges[one][0] for one in kind.tolist()])
    high = np.array([ranges[one][1] for one in kind.tolist()])
    # Small ships are many, large ones few.
    return np.asarray(np.rint(low + (high - low) * random.random(len(kind)) ** 1.7), np.float64)


def _registered(
    boat: NDArray[np.bool_], random: np.random.Generator
) -> tuple[NDArray[np.uint32], NDArray[np.bytes_]]:
    weight = np.array([flag[2] for flag in FLAGS])
    coastal = np.where(np.arange(len(FLAGS)) < COASTAL, weight, 0)
    count = len(boat)
    flags = np.where(
        boat,
        random.choice(len(FLAGS), count, p=coastal / coastal.sum()),
        random.choice(len(FLAGS), count, p=weight / weight.sum()),
    ).tolist()
    # Every number of the six digits once, so that no two vessels share an MMSI.
    low = random.permutation(1_000_000)[np.arange(count) % 1_000_000].tolist()
    mids = [FLAGS[flag][1] for flag in flags]
    mmsi = [mid[six % len(mid)] * 1_000_000 + six for mid, six in zip(mids, low, strict=True)]
    letters = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", "S1")[
        random.integers(0, 26, (count, 2))
    ]
    signs = [
        FLAGS[flag][0].encode() + pair.tobytes() + str(two).encode()
        for flag, pair, two in zip(flags, letters, random.integers(2, 100, count), strict=True)
    ]
    return np.array(mmsi, np.uint32), np.array(signs, "S7")


def _names(kind: NDArray[np.str_], random: np.random.Generator) -> NDArray[np.bytes_]:
    first, second, saint = (WORDS[part].split() for part in ("first", "second", "saint"))
    a, b = random.integers(0, 1 << 30, (2, len(kind)))
    seen: dict[str, int] = {}
    names = []
    for one, x, y in zip(kind.tolist(), a.tolist(), b.tolist(), strict=True):
        if one == "fishing" and x % 3:
            name = f"SAN {saint[y % len(saint)]}" if y % 2 else f"S. {saint[y % len(saint)]}"
        elif one == "pilot":
            name = f"PILOT {first[y % len(first)]}"
        elif one in {"pleasure", "fishing"}:
            name = first[x % len(first)]
        else:
            name = f"{first[x % len(first)]} {second[y % len(second)]}"
        seen[name] = seen.get(name, 0) + 1
        again = f" {seen[name]}" if seen[name] > 1 else ""
        names.append((name[: 20 - len(again)] + again).encode())
    return np.array(names, "S20")
