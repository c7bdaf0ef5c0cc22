"""Headers: which published layout a file has, and where its columns are."""

import pytest

from ais.dialects.csv_layouts import (
    DMA,
    MARINECADASTRE,
    MARINECADASTRE_2025,
    CsvLayout,
    match_header,
    sniff,
)

DMA_HEADER = (
    b"# Timestamp,Type of mobile,MMSI,Latitude,Longitude,Navigational status,ROT,SOG,COG,Heading,"
    b"IMO,Callsign,Name,Ship type,Cargo type,Width,Length,Type of position fixing device,Draught,"
    b"Destination,ETA,Data source type,A,B,C,D"
)
OLD_HEADER = (
    b"MMSI,BaseDateTime,LAT,LON,SOG,COG,Heading,VesselName,IMO,CallSign,VesselType,Status,Length,"
    b"Width,Draft,Cargo,TransceiverClass"
)
NEW_HEADER = (
    b"mmsi,base_date_time,longitude,latitude,sog,cog,heading,vessel_name,imo,call_sign,"
    b"vessel_type,status,length,width,draft,cargo,transceiver"
)
NUMBERED = CsvLayout(id="1", lon="2", lat="3", time="4")


@pytest.mark.parametrize(
    "line, layout",
    [
        (DMA_HEADER, DMA),
        (OLD_HEADER, MARINECADASTRE),
        (NEW_HEADER, MARINECADASTRE_2025),
        (b"\xef\xbb\xbf" + OLD_HEADER, MARINECADASTRE),
        (b'"' + OLD_HEADER.replace(b",", b'","') + b'"', MARINECADASTRE),
        (b"ID,ais_pos_timestamp,longitude,latitude", None),
        (b"!AIVDM,1,1,,A,13`fL1PP140KCELMBO7SS?wH0@Jv,0*50", None),
        (b"", None),
    ],
)
def test_published_layouts_are_known_by_their_header(line: bytes, layout: CsvLayout) -> None:
    assert sniff(line) == layout


def test_places_follow_the_header_not_the_layout() -> None:
    old, new = match_header(None, OLD_HEADER), match_header(None, NEW_HEADER)
    assert (old.places["lat"], old.places["lon"], old.width) == (2, 3, 17)  # type: ignore[union-attr]
    assert (new.places["lat"], new.places["lon"], new.width) == (3, 2, 17)  # type: ignore[union-attr]


def test_column_names_differ_by_case_where_both_are_there() -> None:
    header = match_header(CsvLayout(id="D", time="t", lon="x", lat="y"), b"d,D,t,x,y")
    assert header.places["id"] == 1  # type: ignore[union-attr]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", " "])
def test_delimiter_is_found(delimiter: str) -> None:
    line = delimiter.join(["5", "23.48402", "37.35515", "1722468684"]).encode()
    header = match_header(NUMBERED, line)
    assert (header.delimiter, header.width) == (delimiter, 4)  # type: ignore[union-attr]


def test_row_too_short_for_its_numbers_is_no_first_row() -> None:
    assert match_header(NUMBERED, b"5 23.4 37.3") is None


def test_optional_column_may_be_missing() -> None:
    header = match_header(CsvLayout(id="a", time="b", lon="c", lat="d", sog="e"), b"a,b,c,d")
    assert "sog" not in header.places  # type: ignore[union-attr]
