"""The table of feeds, and their settings as config.yaml gives them."""

import asyncio
from dataclasses import fields

import pytest
from pydantic import TypeAdapter, ValidationError

from ais.feeds import FEEDS

NEEDED = {
    "tcp": {"host": "h", "port": 1},
    "file": {"path": "-"},
    "listen": {"port": 1},
    "udp": {"port": 1},
    "aisstream": {},
    "ais-catcher-http": {"port": 1},
    "ais-catcher-udp": {"port": 1},
}


@pytest.mark.parametrize("kind", FEEDS)
def test_feed_is_made_from_plain_settings(kind: str) -> None:
    feed = TypeAdapter(FEEDS[kind]).validate_python({"name": "f", **NEEDED[kind]})
    assert (feed.kind, feed.name, feed.time, feed.silence_s) == (kind, "f", "receive", 300.0)


@pytest.mark.parametrize("kind", FEEDS)
def test_key_that_is_no_setting_is_refused_by_its_name(kind: str) -> None:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(FEEDS[kind]).validate_python({"name": "f", **NEEDED[kind], "colour": 1})
    assert [error["loc"] for error in refused.value.errors()] == [("colour",)]


@pytest.mark.parametrize("kind", FEEDS)
def test_every_setting_is_explained(kind: str) -> None:
    words = FEEDS[kind].__doc__ or ""
    shared = FEEDS[kind].__mro__[1].__doc__ or ""
    assert [one.name for one in fields(FEEDS[kind]) if one.name not in words + shared] == []  # type: ignore[arg-type]


def test_setting_of_the_wrong_kind_is_refused_by_its_name() -> None:
    with pytest.raises(ValidationError, match="port"):
        TypeAdapter(FEEDS["tcp"]).validate_python({"name": "f", "host": "h", "port": "x"})
    with pytest.raises(ValidationError, match="'source' or 'receive'"):
        TypeAdapter(FEEDS["udp"]).validate_python({"name": "f", "port": 1, "time": "now"})


def test_feeds_of_all_kinds_live_side_by_side(run, story) -> None:
    async def told() -> None:
        free = {"listen": 0, "udp": 0, "ais-catcher-http": 0, "ais-catcher-udp": 0}
        feeds = [FEEDS[kind](name=kind, port=port) for kind, port in free.items()]  # type: ignore[call-arg]
        async with run(*feeds, FEEDS["tcp"](name="tcp", host="127.0.0.1", port=9)) as running:  # type: ignore[call-arg]
            await running.until(lambda: running.health["tcp"].state == "waiting")
            await asyncio.gather(*(running.port(kind) for kind in free))

    story(told())
