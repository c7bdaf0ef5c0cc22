"""Stretches of coast that the public record names: where boats leave, and where they arrive.

Public record: reports of Frontex, UNHCR, IOM and coast guards, and the cases of DETECTORS §4. A
stretch says nothing on any ship in it. Longitude, latitude in degrees, corners of coarse frames.
"""

from __future__ import annotations

from dataclasses import dataclass

DEPARTURE, ARRIVAL = "departure", "arrival"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of coast and the strip of sea along it.

    coast   corners of a frame round the country's coast that is meant
    sea     corners of a frame round the sea that is meant; "" = all of it around
    nearer  a country whose facing coast takes the water that is nearer to it; "" = none
    """

    end: str
    id: str
    name: str
    country: str
    width_nm: float
    coast: str
    sea: str = ""
    nearer: str = ""


def _box(west: float, south: float, east: float, north: float) -> str:
    return f"{west} {south} {east} {south} {east} {north} {west} {north}"


AEGEAN_TURKEY = "25.40 40.05 27.50 40.05 29.30 37.50 29.30 36.00 27.00 36.00 25.40 38.00"
CALABRIA = (
    "15.60 37.90 15.70 38.02 16.00 38.15 16.30 38.60 16.50 39.20 16.20 39.90 16.55 40.10 "
    "17.20 39.95 18.20 39.30 18.20 38.30 16.30 37.30"
)
SICILY_EAST = (
    "15.15 36.69 14.95 36.95 14.90 37.50 15.20 38.00 15.55 38.23 15.64 38.26 15.60 38.10 "
    "15.57 37.90 16.20 37.60 16.20 36.20 15.30 36.20"
)
SICILY_SOUTH = (
    "12.20 37.83 12.50 37.83 14.00 37.40 14.90 36.95 15.15 36.69 15.30 36.10 12.20 36.10"
)
PELOPONNESE = (
    "21.05 38.15 21.60 38.15 22.20 37.30 22.60 37.00 23.10 36.90 23.60 36.60 23.60 35.95 "
    "21.00 35.95"
)
PELOPONNESE_SEA = (
    "20.20 38.30 21.40 38.30 22.20 37.30 22.60 37.00 23.20 36.95 23.80 36.70 23.80 35.40 "
    "20.20 35.40"
)
RHODES = "27.00 36.45 27.35 36.20 27.50 35.80 28.40 35.80 28.40 36.70 27.00 36.70"
STRETCHES = (
    Stretch(DEPARTURE, "libya-west", "western Libya", "LBY", 24, _box(11.5, 32.0, 15.45, 33.3)),
    Stretch(DEPARTURE, "cyrenaica", "Cyrenaica", "LBY", 24, _box(19.6, 31.0, 25.2, 33.2)),
    Stretch(DEPARTURE, "tunisia-sahel", "Tunisia's Sahel", "TUN", 24, _box(10, 35.23, 11.5, 36.2)),
    Stretch(
        DEPARTURE, "tunisia-sfax", "Sfax and Kerkennah", "TUN", 24, _box(10, 34.2, 11.9, 35.23)
    ),
    Stretch(DEPARTURE, "turkey-west", "western Turkey", "TUR", 12, AEGEAN_TURKEY, nearer="GRC"),
    Stretch(DEPARTURE, "lebanon", "Lebanon", "LBN", 24, _box(34.9, 33.0, 36.2, 34.8)),
    Stretch(DEPARTURE, "syria", "Syria", "SYR", 24, _box(35.5, 34.6, 36.2, 36.0)),
    Stretch(DEPARTURE, "algeria-west", "western Algeria", "DZA", 24, _box(-2.3, 34.8, 1.5, 36.8)),
    Stretch(DEPARTURE, "algeria-centre", "central Algeria", "DZA", 24, _box(1.5, 36.0, 5.5, 37.2)),
    Stretch(DEPARTURE, "algeria-east", "eastern Algeria", "DZA", 24, _box(5.5, 36.5, 8.8, 37.3)),
    Stretch(DEPARTURE, "egypt-west", "western Egypt", "EGY", 24, _box(25.0, 30.5, 29.6, 31.9)),
    Stretch(DEPARTURE, "egypt-delta", "the Nile delta", "EGY", 24, _box(29.6, 30.8, 31.85, 31.8)),
    Stretch(ARRIVAL, "lampedusa", "Lampedusa and the Pelagie", "ITA", 24, _box(12, 35, 13.2, 36)),
    Stretch(ARRIVAL, "pantelleria", "Pantelleria", "ITA", 12, _box(11.8, 36.6, 12.2, 37.0)),
    Stretch(ARRIVAL, "sicily-south", "southern Sicily", "ITA", 24, SICILY_SOUTH, SICILY_SOUTH),
    Stretch(ARRIVAL, "sicily-east", "eastern Sicily", "ITA", 24, SICILY_EAST, SICILY_EAST),
    Stretch(ARRIVAL, "calabria", "Ionian Calabria", "ITA", 24, CALABRIA, CALABRIA),
    Stretch(
        ARRIVAL,
        "apulia",
        "Apulia",
        "ITA",
        24,
        "16.85 40.40 16.85 40.70 16.20 41.20 16.20 41.40 17.00 41.50 19.00 40.40 18.80 39.60 "
        "17.80 39.70 17.20 40.20",
        nearer="ALB",
    ),
    Stretch(
        ARRIVAL,
        "sardinia-south-west",
        "south-western Sardinia",
        "ITA",
        24,
        _box(8, 38.7, 9.05, 39.5),
    ),
    Stretch(
        ARRIVAL, "crete", "Crete", "GRC", 24, "23.4 35.75 26.5 35.75 26.5 34.8 24.6 34.8 23.4 35"
    ),
    Stretch(ARRIVAL, "gavdos", "Gavdos", "GRC", 24, _box(23.9, 34.7, 24.3, 35.0)),
    Stretch(ARRIVAL, "lesvos", "Lesvos", "GRC", 12, _box(25.7, 38.85, 26.75, 39.5), nearer="TUR"),
    Stretch(
        ARRIVAL,
        "chios",
        "Chios and Psara",
        "GRC",
        12,
        _box(25.5, 38.1, 26.45, 38.75),
        nearer="TUR",
    ),
    Stretch(
        ARRIVAL,
        "samos",
        "Samos, Ikaria and Fourni",
        "GRC",
        12,
        _box(25.9, 37.42, 27.1, 37.85),
        nearer="TUR",
    ),
    Stretch(
        ARRIVAL,
        "leros-kos",
        "Patmos, Leros, Kalymnos and Kos",
        "GRC",
        12,
        _box(26.2, 36.64, 27.4, 37.42),
        nearer="TUR",
    ),
    Stretch(
        ARRIVAL,
        "rhodes-symi",
        "Rhodes, Symi, Tilos and Chalki",
        "GRC",
        12,
        RHODES,
        nearer="TUR",
    ),
    Stretch(ARRIVAL, "karpathos", "Karpathos and Kasos", "GRC", 12, _box(26.8, 35.3, 27.3, 35.95)),
    Stretch(
        ARRIVAL,
        "kastellorizo",
        "Kastellorizo",
        "GRC",
        12,
        _box(29.4, 36.0, 29.8, 36.2),
        nearer="TUR",
    ),
    Stretch(
        ARRIVAL,
        "peloponnese",
        "the western and southern Peloponnese and Kythira",
        "GRC",
        24,
        PELOPONNESE,
        PELOPONNESE_SEA,
    ),
    Stretch(ARRIVAL, "cyprus", "Cyprus", "CYP", 24, _box(32.0, 34.4, 34.8, 35.8)),
    Stretch(ARRIVAL, "malta", "Malta and Gozo", "MLT", 24, _box(14.0, 35.7, 14.8, 36.2)),
)
