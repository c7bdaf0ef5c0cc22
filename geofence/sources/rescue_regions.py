"""Search-and-rescue regions as coarse corners, with the rescue centres that answer in each.

Drawn by hand after the limits of flight information regions and declarations that are public
knowledge; not the agreed limits, which the IMO's Global SAR Plan holds. Where regions overlap or
are disputed, each party's is drawn: all of them are to be told. Names of centres are to be checked
against the Global SAR Plan before any is enabled; telephone numbers are left out for that reason.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Region:
    """A region: the end of its id, its country, its centres, and corners (longitude, latitude)."""

    id: str
    name: str
    country: str
    centres: tuple[str, ...]
    corners: str
    overlaps: str = ""


REGIONS = (
    Region(
        "spain",
        "Spain, Mediterranean",
        "ESP",
        (
            "MRCC Madrid",
            "MRCC Tarifa",
            "MRCC Almería",
            "MRCC Valencia",
            "MRCC Barcelona",
            "MRCC Palma",
        ),
        "-6.5 36.9 -6.5 35.9 -5.5 35.93 -5.25 35.8 "
        "-2.0 35.9 0.0 36.6 4.67 38.3 4.67 42.0 3.1 42.43 "
        "0.0 43.0 -4.0 38.0",
        "Morocco near Ceuta and Melilla.",
    ),
    Region(
        "france",
        "France, Mediterranean",
        "FRA",
        ("MRCC La Garde", "MRSC Corse"),
        "3.1 42.43 4.67 42.0 4.67 39.0 8.0 39.0 8.0 41.2 9.2 41.33 9.85 41.33 9.85 43.0 7.53 43.3 "
        "7.53 44.2 3.0 44.2 1.5 43.0",
    ),
    Region(
        "monaco",
        "Monaco",
        "MCO",
        ("MRCC La Garde",),
        "7.40 43.8 7.40 43.5 7.55 43.5 7.55 43.8",
        "France.",
    ),
    Region(
        "italy",
        "Italy",
        "ITA",
        ("MRCC Roma",),
        "7.53 44.6 7.53 43.3 9.85 43.0 9.85 41.33 9.2 41.33 8.0 41.2 8.0 38.0 10.6 37.9 11.5 37.2 "
        "11.5 36.5 11.9 35.25 14.0 35.25 14.6 36.2 "
        "15.5 36.3 19.0 36.5 19.0 40.4 18.4 41.4 17.6 42.0 "
        "16.2 42.6 15.0 43.3 13.6 44.4 13.2 45.4 13.6 45.62 14.2 46.4 11.0 46.4",
        "Malta round the Pelagie and south of Sicily; Tunisia west of them.",
    ),
    Region(
        "malta",
        "Malta",
        "MLT",
        ("RCC Malta",),
        "11.5 36.5 19.0 36.5 23.6 34.33 11.5 34.33",
        "Italy round the Pelagie; Tunisia in the west; Libya in the south.",
    ),
    Region(
        "tunisia",
        "Tunisia",
        "TUN",
        ("MRCC Tunis",),
        "8.62 36.5 8.62 38.0 10.6 37.9 11.5 37.2 "
        "11.5 36.5 12.1 35.5 12.6 34.33 12.3 33.5 11.55 33.1 "
        "9.0 32.5 9.0 36.0",
        "Malta, Italy and Libya in the Gulf of Gabes and west of Lampedusa.",
    ),
    Region(
        "libya",
        "Libya",
        "LBY",
        ("JRCC Tripoli",),
        "11.55 33.1 11.6 34.5 23.6 34.5 24.17 34.0 25.15 31.6 25.15 30.5 11.0 29.5 11.0 32.5",
        "Malta and Tunisia in the north; declared in 2018.",
    ),
    Region(
        "egypt",
        "Egypt",
        "EGY",
        ("JRCC Cairo",),
        "25.15 30.0 25.15 31.6 24.17 34.0 27.17 34.0 30.0 33.5 32.3 32.9 33.8 31.9 34.25 31.3 "
        "34.5 29.0 25.0 29.0",
    ),
    Region(
        "israel",
        "Israel",
        "ISR",
        ("MRCC Haifa",),
        "34.25 31.3 33.8 31.9 33.6 32.6 34.0 33.15 35.1 33.1 35.6 33.0 35.0 31.0",
        "Sea off Gaza included.",
    ),
    Region(
        "lebanon",
        "Lebanon",
        "LBN",
        ("JRCC Beirut",),
        "35.1 33.1 34.0 33.15 34.3 33.9 35.0 34.6 36.0 34.65 36.5 34.5 35.6 33.0",
        "Cyprus in the west.",
    ),
    Region(
        "syria",
        "Syria",
        "SYR",
        ("MRCC Latakia",),
        "36.0 34.65 35.0 34.6 35.1 35.9 35.95 35.95 36.5 36.0 36.5 34.5",
    ),
    Region(
        "cyprus",
        "Cyprus",
        "CYP",
        ("JRCC Larnaca",),
        "30.0 36.05 30.0 33.5 32.3 32.9 33.8 31.9 33.6 32.6 "
        "34.0 33.15 34.5 33.9 35.2 34.6 35.2 35.95 33.5 36.0",
        "Turkey in the north and the west; Lebanon in the east.",
    ),
    Region(
        "turkey",
        "Turkey",
        "TUR",
        ("MSRCC Ankara",),
        "26.0 41.0 25.6 40.5 25.0 40.2 25.0 37.0 "
        "26.0 36.0 28.0 34.0 30.0 33.6 32.2 34.0 32.3 35.1 "
        "33.0 35.2 34.6 35.6 35.1 35.9 36.0 35.93 37.5 36.5 37.5 41.8 28.0 42.0 26.0 41.8",
        "Greece in the Aegean and south-east of it; Cyprus in the north and the west.",
    ),
    Region(
        "greece",
        "Greece",
        "GRC",
        ("JRCC Piraeus",),
        "19.0 39.7 19.0 36.5 23.6 34.33 24.17 34.0 27.17 34.0 30.0 33.5 30.0 36.05 29.0 36.2 "
        "28.1 36.4 27.9 36.7 27.2 36.8 27.1 37.6 "
        "26.6 38.0 26.3 38.4 26.8 39.0 26.4 39.45 25.9 39.8 "
        "26.0 40.2 26.2 40.6 26.1 41.3 22.0 41.3 20.2 39.9 20.0 39.75 19.6 39.85",
        "Turkey in the Aegean and round the Dodecanese.",
    ),
    Region(
        "albania",
        "Albania",
        "ALB",
        ("MRCC Durrës",),
        "19.37 41.87 18.6 41.6 18.4 41.4 18.9 40.4 "
        "19.0 39.7 19.6 39.85 20.0 39.75 20.2 39.65 20.5 42.0",
    ),
    Region(
        "montenegro",
        "Montenegro",
        "MNE",
        ("MRCC Bar",),
        "18.47 42.42 17.6 42.0 18.4 41.4 18.6 41.6 19.37 41.87 19.5 42.6",
    ),
    Region(
        "croatia",
        "Croatia",
        "HRV",
        ("MRCC Rijeka",),
        "13.55 45.48 13.2 45.4 13.6 44.4 15.0 43.3 "
        "16.2 42.6 17.6 42.0 18.47 42.42 18.5 43.2 15.0 45.6",
        "Waters off Neum (Bosnia and Herzegovina) included.",
    ),
    Region(
        "slovenia",
        "Slovenia",
        "SVN",
        ("MRCC Koper",),
        "13.55 45.48 13.2 45.4 13.6 45.62 14.0 45.6 13.9 45.4",
    ),
    Region(
        "algeria",
        "Algeria",
        "DZA",
        ("MRCC Alger",),
        "-2.2 34.8 -2.0 35.9 0.0 36.6 4.67 38.3 4.67 39.0 8.0 39.0 8.0 38.0 8.62 38.0 8.62 36.5",
    ),
    Region(
        "morocco",
        "Morocco, Mediterranean",
        "MAR",
        ("MRCC Rabat",),
        "-6.5 35.3 -6.5 35.93 -5.5 35.97 -4.0 35.95 -2.0 35.9 -2.2 34.8",
        "Spain near Ceuta and Melilla.",
    ),
)
