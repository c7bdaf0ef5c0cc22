"""Limits between the sub-basins, cape by cape, and the basins that they part.

``S-23`` marks a limit that the IHO's «Limits of Oceans and Seas» (Special Publication 23, 3rd
edition, 1953, section 28) names: its capes are used as facts, in our words. ``own`` marks an
indicative line of ours where that book names none, or names only the whole basin. A point without
a name carries the line over land. Longitude, latitude in degrees.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limit:
    """A line from cape to cape: who drew it, and its places with longitude and latitude."""

    name: str
    drawn_by: str
    line: str


@dataclass(frozen=True, slots=True)
class Basin:
    """A sub-basin: the end of its id, its name, points inside it, a note on its limits."""

    id: str
    name: str
    inside: str
    note: str


S23, OWN = "S-23", "own"
LIMITS = (
    Limit(
        "Strait of Gibraltar, east: Europa Point to Punta Almina (Ceuta)",
        S23,
        "-5.40 36.30, -5.345 36.18, Europa Point -5.346 36.110, Punta Almina -5.280 35.898, "
        "-5.36 35.885, -5.45 35.83",
    ),
    Limit(
        "Alboran Sea, east: Cabo de Gata to Cap Figalo",
        S23,
        "-2.15 36.85, Cabo de Gata -2.190 36.722, Cap Figalo -1.197 35.592, -1.10 35.50",
    ),
    Limit(
        "Balearic Sea, south-west: Cabo San Antonio to Cabo Berberia (Formentera)",
        S23,
        "0.05 38.78, Cabo San Antonio 0.197 38.802, Cabo Berberia 1.389 38.641",
    ),
    Limit(
        "Balearic Sea, south-east: Formentera, Cabrera, Isla del Aire (Menorca)",
        S23,
        "Cabo Berberia 1.389 38.641, Punta Rotja 1.575 38.665, Cabrera 2.922 39.118, "
        "Isla del Aire 4.293 39.800",
    ),
    Limit(
        "Balearic Sea, north-east: Cabo Favaritx (Menorca) to Cabo San Sebastian",
        S23,
        "Isla del Aire 4.293 39.800, 4.20 39.93, Cabo Favaritx 4.267 39.997, "
        "Cabo San Sebastian 3.202 41.892, 3.05 41.93",
    ),
    Limit(
        "Gulf of Lion: Cap de Creus to Cap Sicie",
        OWN,
        "3.15 42.37, Cap de Creus 3.322 42.319, Cap Sicie 5.857 43.046, 5.90 43.18",
    ),
    Limit(
        "Algerian and Provençal Basins: Isla del Aire (Menorca) to Capo Sandalo (Sardinia)",
        OWN,
        "Isla del Aire 4.293 39.800, Capo Sandalo 8.222 39.145, 8.50 39.15, 8.75 39.25",
    ),
    Limit(
        "Ligurian Sea, south-west: border of France and Italy to Cap Corse",
        S23,
        "7.54 43.90, border 7.530 43.783, Cape Grosso 9.383 43.005, 9.40 42.80",
    ),
    Limit(
        "Ligurian Sea, south-east: Cap Corse to Tinetto and Punta San Pietro",
        S23,
        "9.40 42.80, Cap Corse 9.430 43.010, Tinetto 9.851 44.024, Punta San Pietro 9.826 44.050, "
        "9.82 44.15",
    ),
    Limit(
        "Tyrrhenian Sea, Strait of Bonifacio: Capo Testa to Capo di Feno",
        S23,
        "9.25 41.10, Capo Testa 9.145 41.244, Capo di Feno 9.095 41.390, 9.20 41.52",
    ),
    Limit(
        "Tyrrhenian Sea, south-west: Capo Teulada (Sardinia) to Capo Lilibeo (Sicily)",
        S23,
        "8.64 39.05, Capo Teulada 8.645 38.864, Capo Lilibeo 12.424 37.802, 12.60 37.85",
    ),
    Limit(
        "Tyrrhenian Sea, Strait of Messina: Capo Peloro to Capo Paci",
        S23,
        "15.50 38.22, Capo Peloro 15.652 38.268, Capo Paci 15.702 38.258, 15.85 38.25",
    ),
    Limit(
        "Strait of Messina, south: Capo d'Alì to Capo dell'Armi",
        OWN,
        "15.35 38.05, Capo d'Ali 15.452 38.020, Capo dell'Armi 15.680 37.953, 15.78 38.02",
    ),
    Limit(
        "Western Basin, east: Capo Lilibeo to Cap Bon",
        S23,
        "12.60 37.85, Capo Lilibeo 12.424 37.802, Cap Bon 11.040 37.085, 10.90 36.95",
    ),
    Limit(
        "Ionian Sea, north: Butrint, Corfu, Capo Santa Maria di Leuca",
        S23,
        "20.10 39.80, Butrint 20.000 39.733, Karagol 19.937 39.750, Kefali 19.628 39.752, "
        "Santa Maria di Leuca 18.367 39.797, 18.25 39.92",
    ),
    Limit(
        "Ionian Sea, south: Cape Matapan to Capo Passero",
        S23,
        "22.38 36.70, 22.45 36.55, Matapan 22.483 36.386, Capo Passero 15.155 36.682, 15.00 36.80",
    ),
    Limit(
        "Ionian and Aegean: Isthmus of Corinth",
        OWN,
        "22.95 37.85, 22.99 37.93, 23.09 38.00",
    ),
    Limit(
        "Sicily Channel, east: Capo Passero to Delimara (Malta)",
        OWN,
        "15.00 36.80, Capo Passero 15.155 36.682, Delimara 14.560 35.818",
    ),
    Limit(
        "Sicily Channel, south: Delimara (Malta), south of Lampedusa, Ras Kaboudia",
        OWN,
        "Delimara 14.560 35.818, south of Lampedusa 12.60 35.20, Ras Kaboudia 11.160 35.233, "
        "11.00 35.25",
    ),
    Limit(
        "Gulf of Gabes: Ras Kaboudia, east of Kerkennah, Ras Taguermess (Djerba)",
        OWN,
        "11.00 35.25, Ras Kaboudia 11.160 35.233, east of Kerkennah 11.60 34.83, "
        "Ras Taguermess 11.060 33.825, 10.90 33.80, 10.93 33.70, 11.03 33.66, 11.06 33.55, "
        "10.90 33.35",
    ),
    Limit(
        "Gulf of Sidra: Ras Misrata to Benghazi",
        OWN,
        "15.05 32.25, Ras Misrata 15.205 32.375, Benghazi 20.050 32.120, 20.20 32.10",
    ),
    Limit(
        "Libyan Sea, north-east: off Messenia, 40 nm west of Matapan, to Cape Krios (Crete)",
        OWN,
        "off Messenia 21.650 36.420, Krios 23.522 35.237, 23.65 35.32",
    ),
    Limit(
        "Libyan and Levantine Seas: Cape Goudouras (Crete) to the Gulf of Sallum",
        OWN,
        "26.05 35.10, Goudouras 26.105 34.985, Sallum 25.155 31.650, 25.10 31.50",
    ),
    Limit(
        "Aegean Sea, south-east: Cape Aspro, Rhodes, Karpathos, Cape Plaka (Crete)",
        S23,
        "28.30 36.85, Cape Aspro 28.267 36.560, Kum Burnu 28.228 36.456, 28.05 36.25, "
        "Prasonisi 27.757 35.878, Vrontos 27.143 35.553, Kastello 27.223 35.404, "
        "Plaka 26.322 35.200, 26.15 35.18",
    ),
    Limit(
        "Aegean Sea, south-west: Cape Grambousa, Antikythira, Kythira, Cape Santa Maria",
        S23,
        "23.70 35.42, 23.59 35.57, Grambousa 23.593 35.640, Apolitares 23.309 35.825, "
        "Psira 23.247 35.905, Trachili 23.000 36.130, Karavougia 22.935 36.330, "
        "Santa Maria 22.950 36.467, 23.00 36.62, 22.90 36.85",
    ),
    Limit(
        "Dardanelles, west: Kum Kale to Cape Helles",
        S23,
        "26.40 39.95, Kum Kale 26.200 40.012, Helles 26.175 40.043, 26.22 40.09, 26.32 40.22, "
        "26.45 40.36, 26.70 40.53, 26.90 40.60, 27.00 40.75",
    ),
    Limit(
        "Bosporus, north: Cape Rumili to Cape Anatoli",
        S23,
        "28.98 41.18, Rumili 29.112 41.235, Anatoli 29.152 41.217, 29.28 41.15",
    ),
    Limit(
        "Suez Canal, north: Port Said and the bank to Lake Manzala",
        OWN,
        "32.45 31.15, 32.40 31.24, Port Said 32.33 31.285, 32.27 31.25, 32.27 31.12, 32.25 31.05, "
        "32.20 31.00",
    ),
    Limit("Suez Canal, south: Port Tewfik", OWN, "32.40 29.935, 32.75 29.935"),
)
BY_S23 = "Limits as IHO S-23 (1953) names them."
OWN_LINE = "S-23 names no such area; indicative line of ours."
REST = f"Part of S-23's Western Basin outside its named seas. {OWN_LINE}"
BASINS = (
    Basin("gibraltar-strait", "Strait of Gibraltar", "-5.6 35.95", BY_S23),
    Basin("alboran", "Alboran Sea", "-3.5 36.0", BY_S23),
    Basin("balearic", "Balearic (Iberian) Sea", "2.0 40.2", BY_S23),
    Basin("gulf-of-lion", "Gulf of Lion", "4.2 42.8", OWN_LINE),
    Basin("ligurian", "Ligurian Sea", "9.0 43.8", BY_S23),
    Basin("tyrrhenian", "Tyrrhenian Sea", "12.0 40.0", BY_S23),
    Basin("provencal", "Provençal Basin", "4.5 41.0", REST),
    Basin("algerian", "Algerian Basin with the Sardinian Channel", "5.5 39.0", REST),
    Basin("messina-strait", "Strait of Messina", "15.60 38.15", f"North by S-23. {OWN_LINE}"),
    Basin("sicily-channel", "Sicily Channel", "12.5 36.5", f"West by S-23. {OWN_LINE}"),
    Basin("gulf-of-gabes", "Gulf of Gabes", "10.7 34.2 10.8 33.65", OWN_LINE),
    Basin("gulf-of-sidra", "Gulf of Sidra", "18.5 31.3", OWN_LINE),
    Basin("adriatic", "Adriatic Sea", "16.0 42.5 18.6 40.5", BY_S23),
    Basin("ionian", "Ionian Sea", "18.5 37.5 22.3 38.2", BY_S23),
    Basin("kythira", "Kythira and Antikythira passages", "22.75 36.35", OWN_LINE),
    Basin("libyan-sea", "Libyan Sea", "19.0 34.0", OWN_LINE),
    Basin("aegean", "Aegean Sea", "25.0 38.0 23.5 37.8 26.2 40.5", BY_S23),
    Basin(
        "marmara",
        "Sea of Marmara with the Dardanelles and the Bosporus",
        "28.0 40.7 26.4 40.15 29.05 41.1",
        BY_S23,
    ),
    Basin("black-sea-approach", "Approach of the Bosporus, Black Sea", "29.2 41.5", OWN_LINE),
    Basin("levantine", "Levantine Sea", "32.0 33.5", OWN_LINE),
    Basin("suez-canal", "Suez Canal", "32.33 30.8", "Line of ours, 5 km to each side."),
    Basin("gulf-of-suez", "Gulf of Suez, its head", "32.55 29.7", OWN_LINE),
)
