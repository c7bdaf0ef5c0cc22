"""Which column of a CSV file holds what: the published layouts, and those of a user."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|", "space": " "}
"""Delimiters by name, in the order in which they are tried."""
REQUIRED = ("id", "time", "lon", "lat")
_SETTINGS = ("time_format", "speed_scale", "delimiter", "mmsi_ids")
_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class CsvLayout:
    """The columns of a CSV file, by the name in its header or by number from 1 without a header.

    id, time, lon, lat: must be there; the others "" = not in the file
    sog (times ``speed_scale`` = kn), cog and heading (degrees), nav_status (number or DMA's words)
    kind: class of the sender («Class A», «B», «Base Station»); ship_type: number or DMA's words
    lengths and draught in metres; eta in the format of ``time``
    time_format: a strptime format, "iso", "epoch" (s), "epoch_ms", or "auto" = one of these three
    delimiter: one character, "" = found from the header or the first line
    mmsi_ids: ids are MMSIs however short; else what has not nine digits becomes a pseudo id
    """

    id: str
    time: str
    lon: str
    lat: str
    sog: str = ""
    cog: str = ""
    heading: str = ""
    nav_status: str = ""
    kind: str = ""
    imo: str = ""
    call_sign: str = ""
    name: str = ""
    ship_type: str = ""
    destination: str = ""
    eta: str = ""
    draught_m: str = ""
    length_m: str = ""
    width_m: str = ""
    to_bow_m: str = ""
    to_stern_m: str = ""
    to_port_m: str = ""
    to_starboard_m: str = ""
    time_format: str = "auto"
    speed_scale: float = 1.0
    delimiter: str = ""
    mmsi_ids: bool = False

    def columns(self) -> dict[str, str]:
        """Return the fields that the file has, with the name (or number) of their column."""
        every = {name: str(getattr(self, name)) for name in COLUMNS}
        return {name: column for name, column in every.items() if column}

    @property
    def numbered(self) -> bool:
        """Whether columns are given by number: such a file has no header."""
        return self.time.isdecimal()


COLUMNS = tuple(f.name for f in fields(CsvLayout) if f.name not in _SETTINGS)
"""The fields of a layout that name a column."""

DMA = CsvLayout(
    id="MMSI",
    time="Timestamp",
    lon="Longitude",
    lat="Latitude",
    sog="SOG",
    cog="COG",
    heading="Heading",
    nav_status="Navigational status",
    kind="Type of mobile",
    imo="IMO",
    call_sign="Callsign",
    name="Name",
    ship_type="Ship type",
    destination="Destination",
    eta="ETA",
    draught_m="Draught",
    length_m="Length",
    width_m="Width",
    to_bow_m="A",
    to_stern_m="B",
    to_port_m="C",
    to_starboard_m="D",
    time_format="%d/%m/%Y %H:%M:%S",
    mmsi_ids=True,
)
"""Danish Maritime Authority, daily files (aisdata.ais.dk)."""

MARINECADASTRE = CsvLayout(
    id="MMSI",
    time="BaseDateTime",
    lon="LON",
    lat="LAT",
    sog="SOG",
    cog="COG",
    heading="Heading",
    nav_status="Status",
    kind="TransceiverClass",
    imo="IMO",
    call_sign="CallSign",
    name="VesselName",
    ship_type="VesselType",
    draught_m="Draft",
    length_m="Length",
    width_m="Width",
    time_format="iso",
    mmsi_ids=True,
)
"""MarineCadastre.gov, daily files to 2024."""

MARINECADASTRE_2025 = CsvLayout(
    id="mmsi",
    time="base_date_time",
    lon="longitude",
    lat="latitude",
    sog="sog",
    cog="cog",
    heading="heading",
    nav_status="status",
    kind="transceiver",
    imo="imo",
    call_sign="call_sign",
    name="vessel_name",
    ship_type="vessel_type",
    draught_m="draft",
    length_m="length",
    width_m="width",
    time_format="iso",
    mmsi_ids=True,
)
"""MarineCadastre.gov, daily files from 2025 (longitude before latitude, other names)."""

LAYOUTS = {
    "dma": DMA,
    "marinecadastre": MARINECADASTRE,
    "marinecadastre-2025": MARINECADASTRE_2025,
}
"""The published layouts, which ``sniff`` knows by their header."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a header line (or, without one, a first row) says of the rows that follow.

    line: as received; delimiter: one character; width: columns in a row
    places: field of the layout → column, counted from 0
    """

    layout: CsvLayout
    line: bytes
    delimiter: str
    width: int
    places: dict[str, int]


def sniff(first_line: bytes) -> CsvLayout | None:
    """Return the published layout whose header ``first_line`` is, None if it is none of them."""
    for layout in LAYOUTS.values():
        if match_header(layout, first_line) is not None:
            return layout
    return None


def match_header(layout: CsvLayout | None, line: bytes) -> Header | None:
    """Return how to read the rows under ``line``, None if it is no header of ``layout``.

    ``layout`` None = any published one. A numbered layout takes its first long enough row.
    """
    if layout is None:
        layout = sniff(line)
        if layout is None:
            return None
    text = line.decode("utf-8", "replace").removeprefix(_MARK)
    delimiters = [layout.delimiter] if layout.delimiter else list(DELIMITERS.values())
    for delimiter in delimiters:
        cells = [cell.strip().strip('"').strip() for cell in text.split(delimiter)]
        places = _numbered(layout, cells) if layout.numbered else _named(layout, cells)
        if places is not None:
            return Header(layout, line, delimiter, len(cells), places)
    return None


def _numbered(layout: CsvLayout, cells: Sequence[str]) -> dict[str, int] | None:
    places = {name: int(column) - 1 for name, column in layout.columns().items()}
    return places if len(cells) > max(places.values()) else None


def _named(layout: CsvLayout, cells: Sequence[str]) -> dict[str, int] | None:
    """Match exact names first (DMA has a column «D»), then in any case; «# » may stand before."""
    plain = [cell.removeprefix("#").strip() for cell in cells]
    folded = [cell.casefold() for cell in plain]
    places: dict[str, int] = {}
    for name, column in layout.columns().items():
        # The exact name wins, then the first that differs only in case.
        if column in plain:
            places[name] = plain.index(column)
        elif column.casefold() in folded:
            places[name] = folded.index(column.casefold())
        elif name in REQUIRED:
            return None
    return places
