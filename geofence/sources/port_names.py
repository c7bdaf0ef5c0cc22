"""Port names as people write them today, where the World Port Index has another or an old one.

Keys are the index's own words; a number after a name is the whole degree of longitude, where one
country has the name twice. ``OWN_PORTS`` are places that the index lacks and the service needs.
"""

from __future__ import annotations

NAMES = {
    "ABU KHAMMASH": "Abu Kammash",
    "AIYION": "Aigio",
    "AKRA KAVONISI": "Kavonisi (Kissamos)",
    "AL BURAYQAH": "Marsa el Brega",
    "AL ISKANDARIYH (ALEXANDRIA)": "Alexandria",
    "AL LADHIQIYAH": "Latakia",
    "ALGER": "Algiers",
    "ARGOSTOLION": "Argostoli",
    "ARZEW EL DJEDID": "Arzew El Djedid",
    "AS SIDR": "Es Sider",
    "AS SUWAYS": "Suez",
    "AYIOS NIKOLAOS 23": "Agios Nikolaos (Salamis)",
    "AYIOS NIKOLAOS 25": "Agios Nikolaos (Crete)",
    "BANGHAZI": "Benghazi",
    "BANIYAS": "Baniyas",
    "BANZART": "Bizerte",
    "BAYRUT": "Beirut",
    "BUR SAID (PORT SAID)": "Port Said",
    "CUETA": "Ceuta",
    "DARNAH": "Derna",
    "DHIAVLOS STENO": "Steno Euripou",
    "EL GRAO": "Castellón",
    "EL ISMAILIYA": "Ismailia",
    "ELEVSIS": "Elefsina",
    "EUROPA POINT": "Gibraltar",
    "EZ ZUEITINA": "Zueitina",
    "FOS": "Fos-sur-Mer",
    "GENOVA": "Genoa",
    "IRAKLION": "Heraklion",
    "KALIMNOS": "Kalymnos",
    "KERKIRA": "Corfu",
    "KHIOS": "Chios",
    "LAGOS": "Porto Lagos",
    "LAKKI": "Lakki (Leros)",
    "LAVRIO": "Lavrio",
    "LIMIN KOS": "Kos",
    "LIMIN SIROU": "Ermoupoli (Syros)",
    "LIVORNO": "Livorno",
    "MERSA SFAX": "Sfax",
    "MERSA TOBRUQ": "Tobruk",
    "MESOLONGION": "Mesolongi",
    "MIKONOS": "Mykonos",
    "MINA TARABULUS (TRIPOLI)": "Tripoli",
    "MISRATAH": "Misrata",
    "MITILINI": "Mytilene",
    "NAPOLI": "Naples",
    "NAVPLIO": "Nafplio",
    "NEON KARLOVAS": "Karlovasi",
    "NISOS NAXOS": "Naxos",
    "ORMOS ALIVERIOU": "Aliveri",
    "ORMOS MIKRO VATHI": "Mikro Vathy",
    "PATRAI": "Patras",
    "PILOS": "Pylos",
    "PIRAIEVS": "Piraeus",
    "PITHAGORION": "Pythagoreio",
    "PORT D AL HOCEIMA": "Al Hoceima",
    "PORT METHANIER": "Port Méthanier (Skikda)",
    "PORT NADOR": "Nador",
    "PORTHMOS EVRIPOU": "Evripos",
    "PORTO DI LIDO-VENEZIA": "Venice (Lido)",
    "PORTO DI MALAMOCCO": "Venice (Malamocco)",
    "PORTO DI CORSINI": "Ravenna (Porto Corsini)",
    "PORTOVECCHIO DI PIOMBINO": "Piombino",
    "RADA DI VADO": "Vado Ligure",
    "RIJEKA LUKA": "Rijeka",
    "RODHOS": "Rhodes",
    "ROSAS": "Roses",
    "SAYDA": "Sidon",
    "SIDON/ZAHRANI TERMINAL": "Zahrani Terminal",
    "SAMOS": "Vathy (Samos)",
    "SAN FELIU DE GUIXOLS": "Sant Feliu de Guíxols",
    "SAN REMO": "Sanremo",
    "SIRACUSA": "Syracuse",
    "SOUDHA": "Souda",
    "STILIS": "Stylida",
    "TANGER": "Tangier",
    "TANGIER-MEDITERRANEAN": "Tangier Med",
    "TARABULUS": "Tripoli",
    "VALLETTA HARBORS": "Valletta",
    "VILLANUEVA Y GELTRU": "Vilanova i la Geltrú",
    "VLORES": "Vlora",
    "VRAKHONISIS KALLONIS": "Kalloni (Lesvos)",
    "YERAKINI": "Gerakini",
    "YITHION": "Gythio",
}
OWN_PORTS = (
    ("ITA", "Lampedusa", 12.604, 35.497),
    ("ITA", "Pantelleria", 11.940, 36.835),
    ("MLT", "Mgarr (Gozo)", 14.299, 36.024),
    ("ESP", "Melilla", -2.930, 35.290),
    ("GRC", "Igoumenitsa", 20.262, 39.503),
    ("GRC", "Rafina", 24.010, 38.022),
    ("GRC", "Kastellorizo", 29.592, 36.151),
    ("CYP", "Paphos", 32.408, 34.754),
    ("LBY", "Zuwara", 12.085, 32.928),
)
"""Country, name, longitude, latitude: approximate, as wide as a circle of 3 km forgives."""
TERMINALS = {
    "port-grc-piraeus": ((23.595, 37.950),),  # Ikonio, the container terminal
    "port-egy-port-said": ((32.350, 31.230),),  # the east port
    "port-egy-alexandria": ((29.790, 31.140),),  # El Dekheila
    "port-ita-genoa": ((8.780, 44.415),),  # Pra'
    "port-ita-taranto": ((17.140, 40.495),),  # the western basin
    "port-ita-cagliari": ((9.060, 39.200),),  # the canal port
    "port-cyp-limassol": ((33.010, 34.648),),  # the new port
}
"""Quays of a port beyond the 3 km of its place in the index: a circle more each, approximate."""
