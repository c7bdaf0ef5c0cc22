"""Feeds' settings choose their dialects."""

import pytest

from ais.dialects.for_feeds import dialects_for
from ais.dialects.json_lines import JsonDialect
from ais.feeds.file import FileFeed
from ais.feeds.udp import UdpFeed
from ais.lines import LineBlock

COLUMNS = "id=id,time=t,lon=x,lat=y"
LINES = [b"id,t,x,y", b"a,1700000000,1,2"]


def file(name: str, layout: str) -> FileFeed:
    return FileFeed(name=name, path="-", layout=layout)


def test_json_is_read_on_every_feed_and_rows_on_those_with_a_layout() -> None:
    found = dialects_for([UdpFeed(name="u", port=1), file("plain", ""), file("rows", COLUMNS)])
    assert list(found) == ["{", "rows"]
    assert isinstance(found["{"], JsonDialect)


def test_two_feeds_never_share_a_pseudo_id() -> None:
    found = dialects_for([file("one", COLUMNS), file("two", COLUMNS)])
    ids = [found[name].decode(LineBlock.of(LINES)).positions.mmsi[0] for name in ("one", "two")]
    assert ids == [200000001, 200100001]


def test_wrong_layout_is_told_when_the_settings_are_read() -> None:
    with pytest.raises(ValueError, match="layout: columns: unknown field 'when'"):
        file("rows", "id=a,when=b")
