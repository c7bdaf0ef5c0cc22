"""config.yaml: parsed once, frozen, and loud about what it does not know."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from ais.feeds.tcp import TcpFeed
from service.errors import SettingsError
from service.settings import Settings, parse_settings, read_settings

ROOT = Path(__file__).parents[2]


def test_the_config_that_comes_along_says_what_the_defaults_are():
    settings = read_settings(ROOT / "config.yaml")
    assert settings.tracks == Settings().tracks
    assert settings.thinning == Settings().thinning
    assert settings.spool == Settings().spool
    assert settings.ingest == Settings().ingest
    assert settings.retention == Settings().retention


def test_a_feed_is_made_of_its_section():
    [feed] = read_settings(ROOT / "config.yaml").feeds
    assert isinstance(feed, TcpFeed)
    assert (feed.name, feed.host, feed.port) == ("receiver", "127.0.0.1", 10110)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("tracks: {sped_kn: 3}", "x.yaml: tracks.sped_kn: 3 is not accepted: remove it"),
        ("trakcs: {}", "x.yaml: trakcs:"),
        ("tracks: {speed_kn: fast}", "x.yaml: tracks.speed_kn: 'fast'"),
        ("feeds: [{kind: telepathy}]", "x.yaml: feeds[0].kind: 'telepathy' is unknown"),
        ("feeds: [{kind: tcp, name: a, host: h, prot: 1}]", "x.yaml: feeds[0]: "),
        ("feeds: 7", "x.yaml: feeds: 7 is no list"),
        ("- a", "x.yaml: ['a'] is no mapping"),
    ],
)
def test_a_wrong_setting_fails_with_its_path(text, says):
    with pytest.raises(SettingsError) as error:
        parse_settings(yaml.safe_load(text), "x.yaml")
    assert str(error.value).startswith(says)
    assert "\n" not in str(error.value)


def test_two_feeds_of_one_name_are_refused():
    feed = {"kind": "tcp", "name": "a", "host": "h", "port": 1}
    with pytest.raises(SettingsError, match="'a' stands twice"):
        parse_settings({"feeds": [feed, feed]})


def test_a_file_that_is_not_there_is_named_with_the_cure(tmp_path):
    with pytest.raises(SettingsError, match=r"no\.yaml: cannot be read .* see config\.yaml"):
        read_settings(tmp_path / "no.yaml")


def test_what_is_no_yaml_is_one_line(tmp_path):
    (tmp_path / "x.yaml").write_text("feeds: [")
    with pytest.raises(SettingsError) as error:
        read_settings(tmp_path / "x.yaml")
    assert "\n" not in str(error.value)


def test_settings_cannot_be_changed_once_parsed():
    with pytest.raises(AttributeError):
        parse_settings({}).exercise = True
