import dataclasses
import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from watchlist.entries import (
    HANDLING,
    INFO_GRADES,
    PRIORITIES,
    RELATIONS,
    SOURCE_GRADES,
    TLP,
    Link,
    WatchlistEntry,
)
from watchlist.errors import WatchlistError
from watchlist.formats import Defaults, read_asked, read_list, write_list
from watchlist.formats.texts import ValueFault, clean

TODAY = dt.date(2026, 11, 23)
IMOS = (9187629, 7406784, 8230663, 1000007)


def is_plain(text):
    try:
        return clean(text) == text
    except ValueFault:
        return False


TEXTS = st.text(min_size=1, max_size=20).filter(lambda text: is_plain(text) and "|" not in text)
# What spreadsheets compute and separators that a CSV must quote, more often than chance makes.
HARD = st.sampled_from(["=1+1", "'=x", "''+a", "@x", "-x", "A;B", 'A"B', "A,B", "A\tB", "+A|B"])
NAMES = TEXTS | HARD.filter(lambda text: is_plain(text) and "|" not in text)


def several(values):
    return st.lists(values, max_size=3, unique=True).map(tuple)


DAYS = st.dates(dt.date(2026, 1, 1), dt.date(2029, 1, 1))
ENTRIES = st.builds(
    WatchlistEntry,
    mmsi=st.lists(st.integers(201_000_000, 799_999_999), min_size=1, max_size=3, unique=True).map(
        tuple
    ),
    imo=several(st.sampled_from(IMOS)),
    call_sign=several(st.sampled_from(["IBCD", "T2EU4", "9HXX5"])),
    name=NAMES,
    aliases=several(NAMES),
    former_names=several(NAMES),
    type=st.sampled_from(["", "cargo", "fishing"]),
    flag=st.sampled_from(["", "ITA", "GRC"]),
    length_m=st.none() | st.floats(1, 500),
    beam_m=st.none() | st.floats(1, 100),
    photograph=st.just("") | TEXTS,
    reason=NAMES | st.just("two\nlines, a | and more"),
    contributor=st.sampled_from(["ITA", "Europol"]),
    handling=st.sampled_from(HANDLING),
    handling_comment=NAMES,
    source_grade=st.sampled_from(SOURCE_GRADES),
    info_grade=st.sampled_from(INFO_GRADES),
    tlp=st.sampled_from(TLP),
    priority=st.sampled_from(PRIORITIES),
    valid_from=st.none() | st.just(dt.date(2026, 1, 1)),
    valid_until=st.none() | DAYS,
    review_by=DAYS,
    links=several(
        st.builds(
            Link, st.sampled_from(RELATIONS), st.just("W1"), st.sampled_from(["", "since 1"])
        )
    ),
)


@pytest.mark.parametrize("layout", ["csv", "xlsx", "json"])
@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(entries=st.lists(ENTRIES, min_size=1, max_size=4))
def test_what_is_written_is_read_again(tmp_path, layout, entries):
    if layout == "csv":  # the columns of DESIGN §6 have no room for these
        entries = [
            dataclasses.replace(entry, former_names=(), beam_m=None, photograph="", links=())
            for entry in entries
        ]
    path = tmp_path / f"list.{layout}"
    write_list(entries, path, layout)
    found = read_list(path, Defaults(), today=TODAY)
    assert found.bad == ()
    assert found.layout == layout
    assert list(found.entries) == entries


BEGINNINGS = (
    "",
    "mmsi,name,handling,valid_from\n",
    "[",
    '{"entries": [{"mmsi": ',
    "<sdnList><sdnEntry><sdnType>Vessel</sdnType>",
    "id,schema,name,aliases\n1,Vessel,",
    "type,caption,imo\nvessel,",
    '{"schema": "Vessel", "properties": {}}\n{"schema": "Vessel", "properties": ',
    '1,"A","vessel",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,',
)


@settings(deadline=None, max_examples=300, suppress_health_check=list(HealthCheck))
@given(begin=st.sampled_from(BEGINNINGS), rest=st.binary(max_size=99) | st.text().map(str.encode))
def test_any_bytes_are_read_or_refused_in_one_line(tmp_path, begin, rest):
    path = tmp_path / "list"
    path.write_bytes(begin.encode() + rest)
    said = [_refusal(lambda: read_list(path, Defaults(), today=TODAY))]
    said.append(_refusal(lambda: read_asked(path)))
    assert "\n" not in "".join(said)


def _refusal(read):
    try:
        read()
    except WatchlistError as error:
        return str(error)
    return ""
