"""Bodies of posts: every form in which AIS-catcher and its kin send messages."""

import gzip
import json
import zlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ais.feeds.posts import Refusal, inflate, posted_messages

# As AIS-catcher's documentation shows it, shortened.
POST = b"""{
\t"protocol": "jsonaiscatcher",
\t"encodetime": "20221102171325",
\t"receiver":
\t\t{
\t\t"description": "AIS-catcher v0.39"
\t\t},
\t"msgs": [
\t\t{"class":"AIS","rxtime":"20221102171324","nmea":["!AIVDM,1,1,,A,13`fL1PP140KCELMBO7SS?wH0@Jv,0*50"],"speed":6.800000},
\t\t{"class":"AIS","nmea":["!AIVDM,1"], "name":"a \\"b\\" [c]"}
\t]
}
"""


def test_messages_of_a_post_are_kept_byte_for_byte() -> None:
    first, second = posted_messages(POST)
    assert first.startswith(b'{"class":"AIS","rxtime":"20221102171324","nmea":["!AIVDM,1,1,,A,13`')
    assert first.endswith(b'"],"speed":6.800000}')
    assert second == b'{"class":"AIS","nmea":["!AIVDM,1"], "name":"a \\"b\\" [c]"}'


@pytest.mark.parametrize(
    "body, messages",
    [
        (b"", []),
        (b'{"msgs":[]}', []),
        (b'{"class":"AIS"}', [b'{"class":"AIS"}']),
        (b'{"a":1}\n{"b":2}\n', [b'{"a":1}', b'{"b":2}']),
        (b'[{"a":1},\n {"b":2}]', [b'{"a":1}', b'{"b":2}']),
        (b'{"msgs":[{\n"a":1}]}', [b'{ "a":1}']),
        (b'{"msgs":"none"}', [b'{"msgs":"none"}']),
        (b"!AIVDM,1\r\n\r\n!AIVDM,2\r\n", [b"!AIVDM,1", b"!AIVDM,2"]),
    ],
)
def test_every_form_of_a_body(body: bytes, messages: list[bytes]) -> None:
    assert posted_messages(body) == messages


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"msgs":[',
        b'{"msgs":[1]}',
        b'{"a" 1}',
        b'{"a":1 "b":2}',
        b"[1]",
        b'{"a":1}x',
        b"{\xff}",
    ],
)
def test_body_of_another_form_is_refused(body: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        posted_messages(body)
    assert refused.value.status == 400
    assert "\n" not in str(refused.value)


def test_body_nested_without_end_is_refused() -> None:
    with pytest.raises(Refusal):
        posted_messages(b'{"a":' + b"[" * 500_000)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.dictionaries(st.text(), st.text() | st.integers() | st.lists(st.text()))))
def test_whatever_a_message_holds_comes_out_as_the_same_json(messages: list[object]) -> None:
    body = json.dumps({"x": [1, {"msgs": 2}], "msgs": messages}, indent=1).encode()
    assert [json.loads(one) for one in posted_messages(body)] == messages


@pytest.mark.parametrize("pack, encoding", [(gzip.compress, b"gzip"), (zlib.compress, b"deflate")])
def test_packed_body_is_unpacked(pack, encoding: bytes) -> None:
    assert inflate(pack(b"{}"), encoding, 100) == b"{}"


@pytest.mark.parametrize(
    "body, encoding, status",
    [
        (gzip.compress(bytes(10_000), mtime=0), b"gzip", 413),
        (b"{}", b"gzip", 400),
        (gzip.compress(b"{}" * 30, mtime=0)[:-9], b"gzip", 400),
        (b"{}", b"br", 415),
    ],
)
def test_body_that_cannot_be_unpacked_within_bounds_is_refused(body, encoding, status) -> None:
    with pytest.raises(Refusal) as refused:
        inflate(body, encoding, 1_000)
    assert refused.value.status == status


def test_every_member_of_a_packed_body_is_unpacked() -> None:
    first, second = gzip.compress(b"!AIVDM,1\n"), gzip.compress(b"!AIVDM,2\n")
    for body in (first + second, first + second + bytes(8), first + zlib.compress(b"!AIVDM,2\n")):
        assert posted_messages(inflate(body, b"gzip", 18)) == [b"!AIVDM,1", b"!AIVDM,2"]


@pytest.mark.parametrize(
    "behind, status",
    [
        pytest.param(b"rubbish", 400, id="rubbish"),
        pytest.param(gzip.compress(b"x" * 90)[:-9], 400, id="cut"),
        pytest.param(gzip.compress(b"x" * 92), 413, id="too large"),
        pytest.param(gzip.compress(b"") * 100, 413, id="too many"),
    ],
)
def test_what_follows_a_member_is_refused_if_it_is_none_or_too_much(
    behind: bytes, status: int
) -> None:
    with pytest.raises(Refusal) as refused:
        inflate(gzip.compress(b"!AIVDM,1\n") + behind, b"gzip", 100)
    assert refused.value.status == status
