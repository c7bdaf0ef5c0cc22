"""config.yaml: parsed once, frozen, and loud about what it does not know."""

from __future__ import annotations

import dataclasses
import math
import re
from operator import attrgetter
from pathlib import Path

import pytest
import yaml

from ais.feeds.tcp import TcpFeed
from service import bounds
from service.errors import SettingsError
from service.settings import IngestSettings, Settings, parse_settings, read_settings
from service.strict_yaml import load_yaml

ROOT = Path(__file__).parents[2]


def leaves(part, path=""):
    """Yield every setting below a part of the settings: its dotted path and its value."""
    for one in dataclasses.fields(part):
        here, value = path + one.name, getattr(part, one.name)
        if dataclasses.is_dataclass(value):
            yield from leaves(value, f"{here}.")
        elif here == "detectors":
            for name, detector in value.items():
                yield from leaves(detector, f"detectors.{name}.")
        elif one.init:
            yield here, value


def said_at(path, data):
    """Return what a file says at a dotted path; "not said" where it says nothing."""
    for step in path.split("."):
        if not isinstance(data, dict) or step not in data:
            return "not said"
        data = data[step]
    return data


ONLY_EXAMPLES = {"folder", "database.folder", "feeds"}
"""A place on a disk and receivers have no default that would suit anybody."""


def test_the_config_that_comes_along_says_every_setting_with_its_default():
    said = load_yaml((ROOT / "config.yaml").read_bytes())
    wanted = {path: list(value) if isinstance(value, tuple) else value
              for path, value in leaves(Settings()) if path not in ONLY_EXAMPLES}  # fmt: skip
    assert {path: said_at(path, said) for path in wanted} == wanted


def test_the_config_that_comes_along_changes_no_default():
    settings = read_settings(ROOT / "config.yaml")
    assert dataclasses.replace(settings, feeds=()) == Settings()


@pytest.mark.parametrize("line", [r"# folder: /\S+", r"# database:\n#   folder: /\S+"])
def test_what_has_no_default_stands_there_as_an_example(line):
    assert re.search(f"^{line}$", (ROOT / "config.yaml").read_text(), re.MULTILINE)


def test_blocks_grow_while_lines_wait_and_are_small_again_after():
    ingest = IngestSettings(block_lines=4096, catch_up_lines=10_000)
    assert ingest.next_lines(4096, 4096) == 8192
    assert ingest.next_lines(8192, 8192) == 10_000
    assert ingest.next_lines(10_000, 10_000) == 10_000
    assert ingest.next_lines(10_000, 9_999) == 4096


def test_a_feed_is_made_of_its_section():
    [feed] = read_settings(ROOT / "config.yaml").feeds
    assert isinstance(feed, TcpFeed)
    assert (feed.name, feed.host, feed.port) == ("receiver", "127.0.0.1", 10110)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("tracks: {sped_kn: 3}", "x.yaml: tracks.sped_kn: is unknown; remove it"),
        ("trakcs: {}", "x.yaml: trakcs:"),
        ("tracks: {speed_kn: fast}", "x.yaml: tracks.speed_kn: 'fast'"),
        ("feeds: [{kind: telepathy}]", "x.yaml: feeds[0].kind: 'telepathy' is unknown"),
        ("feeds: [{kind: tcp, name: a, host: h, prot: 1}]", "x.yaml: feeds[0].prot: is unknown"),
        ("feeds: [{kind: tcp, name: a, host: h}]", "x.yaml: feeds[0].port: is missing"),
        ("feeds: [{kind: tcp, name: a b, host: h, port: 1}]", "x.yaml: feeds[0]: "),
        ("feeds: [{kind: tcp, name: a, host: h, port: x}]", "x.yaml: feeds[0].port: 'x' is"),
        ("feeds: [{kind: [tcp]}]", "x.yaml: feeds[0].kind: a list is unknown"),
        ("feeds: [tcp]", "x.yaml: feeds[0]: 'tcp' is no mapping"),
        ("tracks: 7", "x.yaml: tracks: 7 is not accepted"),
        ("tracks: [1]", "x.yaml: tracks: a list is not accepted"),
        ("1: {}", "x.yaml: 1: "),
        ("trakcs:", "x.yaml: trakcs: is unknown"),
        ("feeds: 7", "x.yaml: feeds: 7 is no list"),
        ("roles: {pilots: 7}", "x.yaml: roles.pilots: 7 is not accepted: expected a list"),
        ("sar: {contacts: 4}", "x.yaml: sar.contacts: 4 is not accepted: expected a mapping"),
        ("sar: {wind_kn: 20}", "x.yaml: sar: wind_kn 20.0, wind_from_deg None; expected both"),
        ("sar: {ships: 999}", "x.yaml: sar: ships 999; expected 0 to 100"),
        (
            "routing: {offices: [{id: a, name: A, channels: [mail]}]}",
            "x.yaml: routing: office a: channels: 'mail' is unknown; expected none, as",
        ),
        ("- a", "x.yaml: a list is no mapping"),
    ],
)
def test_a_wrong_setting_fails_with_its_path(text, says):
    with pytest.raises(SettingsError) as error:
        parse_settings(yaml.safe_load(text), "x.yaml")
    assert str(error.value).startswith(says)
    assert "\n" not in str(error.value)
    assert ": :" not in str(error.value)


@pytest.mark.parametrize(
    "path,value",
    [
        ("retention.positions_days", 0),
        ("retention.spool_days", -1),
        ("retention.runs_days", 1_000_000),
        ("retention.latest_days", math.inf),
        ("spool.segment_bytes", 0),
        ("spool.segment_bytes", 1 << 40),
        ("spool.segment_age_s", math.nan),
        ("spool.buffer_bytes", -5),
        ("ingest.clock_speed", 0),
        ("ingest.clock_speed", math.nan),
        ("ingest.block_lines", 0),
        ("ingest.catch_up_lines", 0),
        ("ingest.block_ms", 0),
        ("ingest.snapshot_s", 0),
        ("web.port", 65_536),
        ("web.port", -1),
        ("web.poll_s", 0),
        ("web.max_clients", 0),
        ("web.silent_s", 0),
        ("thinning.every_s", -1),
        ("thinning.turn_deg", math.inf),
        ("tracks.speed_kn", 0),
        ("tracks.hypotheses", 0),
    ],
)
def test_a_number_out_of_its_range_is_one_line_with_path_value_and_expectation(path, value):
    section, name = path.split(".")
    with pytest.raises(SettingsError) as error:
        parse_settings({section: {name: value}}, "x.yaml")
    assert str(error.value).startswith(f"x.yaml: {path}: {value} is not accepted: expected ")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("path", ["web.port", "thinning.every_s", "thinning.speed_kn"])
def test_zero_has_a_meaning_in_some_places(path):
    section, name = path.split(".")
    settings = parse_settings({section: {name: 0}})
    assert getattr(getattr(settings, section), name) == 0


@pytest.mark.parametrize(
    "data,where",
    [
        ({"retention": {"spool_days": True}}, "retention.spool_days: True"),
        ({"sar": {"hours": [1, True]}}, "sar.hours[1]: True"),
        ({"alerts": {"incidents": {"weights": {"points": {"gap": False}}}}},
         "alerts.incidents.weights.points.gap: False"),
        ({"detectors": {"gap": {"floor_min": True}}}, "detectors.gap.floor_min: True"),
        ({"feeds": [{"kind": "tcp", "name": "a", "host": "h", "port": True}]},
         "feeds[0].port: True"),
    ],
)  # fmt: skip
def test_true_is_no_number(data, where):
    with pytest.raises(SettingsError) as error:
        parse_settings(data, "x.yaml")
    assert str(error.value) == f"x.yaml: {where} is not accepted: expected a number"


def test_true_is_true_where_that_is_asked():
    assert parse_settings({"exercise": True, "watchlist": {"four_eyes": False}}).exercise


def test_numbers_of_a_feed_are_finite():
    feed = {"kind": "tcp", "name": "a", "host": "h", "port": 1, "silence_s": math.inf}
    with pytest.raises(SettingsError, match=r"feeds\[0\]\.silence_s: inf is not accepted"):
        parse_settings({"feeds": [feed]})


@pytest.mark.parametrize("log", [{"level": "loud"}, {"form": "poem"}])
def test_a_log_speaks_in_known_ways_only(log):
    [(name, value)] = log.items()
    with pytest.raises(SettingsError, match=rf"log\.{name}: '{value}' is not accepted"):
        parse_settings({"log": log})


@pytest.mark.parametrize(
    "data",
    [
        {"aisstream_api_key": "s3cret"},
        {"feeds": [{"kind": "aisstream", "name": "a", "key": "s3cret"}]},
        {"feeds": [{"kind": "tcp", "name": "a", "host": "s3cret"}]},
        {"web": {"password": "s3cret"}},
    ],
)
def test_what_stands_at_an_unknown_key_is_never_printed(data):
    with pytest.raises(SettingsError) as error:
        parse_settings(data)
    assert "s3cret" not in str(error.value)


@pytest.mark.parametrize("text", ["web:\n  # port: 1\nlog:\n", "", "# nothing\n", "folder:\n"])
def test_a_section_of_comments_alone_takes_its_defaults(tmp_path, text):
    (tmp_path / "x.yaml").write_text(text)
    assert read_settings(tmp_path / "x.yaml") == Settings()


@pytest.mark.parametrize(
    "text,says",
    [
        (b"web: {port: 1}\nlog: {}\nweb: {port: 2}\n", "the key 'web' stands twice (line 3)"),
        (b"web:\n  port: 1\n  port: 2\n", "the key 'port' stands twice (line 3)"),
        (b"web: {host: \xff}\n", "is not UTF-8 (byte 12)"),
        (b"key: s3cret: [\n", "is not YAML (mapping values are not allowed here, line 1)"),
        (b"key: !!python/name:os.system\n", "is not YAML (could not determine a constructor"),
        (b"at: 2026-99-99\n", "is not YAML (month must be in 1..12)"),
        (b"web: {}\n? [1]\n: 2\n", "a key is no plain word (line 2)"),
        (b"? {s3cret: 1}\n: 2\n", "a key is no plain word (line 1)"),
    ],
)
def test_a_file_that_says_no_settings_is_one_line(tmp_path, text, says):
    (tmp_path / "x.yaml").write_bytes(text)
    with pytest.raises(SettingsError) as error:
        read_settings(tmp_path / "x.yaml")
    assert str(error.value).startswith(f"{tmp_path / 'x.yaml'}: {says}")
    assert "\n" not in str(error.value)
    assert "s3cret" not in str(error.value)


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


@pytest.mark.parametrize("path", sorted(bounds._ABOVE_ZERO | bounds._RANGES.keys()))
def test_every_bound_is_that_of_a_setting(path):
    assert isinstance(attrgetter(path)(Settings()), int | float)


def test_a_folder_is_a_place(monkeypatch):
    monkeypatch.setenv("HOME", "/home/anna")
    assert parse_settings({"folder": "~/vedetta"}).folder == Path("/home/anna/vedetta")
    with pytest.raises(SettingsError, match="folder: is empty"):
        parse_settings({"folder": ""})


@pytest.mark.parametrize(
    "wrong,where",
    [
        ({"web": {"max_per_peer": 0}}, "web.max_per_peer"),
        ({"web": {"upload_mib": 0}}, "web.upload_mib"),
        ({"delivery": {"give_up_h": 0}}, "delivery.give_up_h"),
        ({"delivery": {"longest_sar_wait_s": 86_400}}, "delivery.longest_sar_wait_s"),
        ({"traffic": {"half_life_days": 0}}, "traffic.half_life_days"),
        ({"duty": {"escalation": {"sar_repeat_min": 0}}}, "duty.escalation.sar_repeat_min"),
        ({"roles": {"pilots": [1_234_567_890]}}, "roles"),
        ({"people": {"idle_min": 0}}, "people.idle_min"),
        ({"coverage": {"cell_deg": 0}}, "coverage.cell_deg"),
        ({"sar": {"fresh_min": 0}}, "sar.fresh_min"),
        ({"alerts": {"budget": {"sar_an_hour": 0}}}, "alerts.budget.sar_an_hour"),
        ({"alerts": {"incidents": {"rescue_nm": 0}}}, "alerts.incidents.rescue_nm"),
    ],
)
def test_numbers_that_would_switch_something_off_for_good_are_refused(wrong, where):
    with pytest.raises(SettingsError, match=where.replace(".", r"\.")):
        parse_settings(wrong)


def test_a_clock_may_run_faster_in_an_exercise_only():
    fast = {"ingest": {"clock_speed": 60}}
    assert parse_settings({**fast, "exercise": True}).ingest.clock_speed == 60
    with pytest.raises(SettingsError, match=r"ingest\.clock_speed: 60 is not accepted"):
        parse_settings(fast)


def test_four_eyes_may_be_switched_off_in_an_exercise_only():
    off = {"watchlist": {"four_eyes": False}}
    assert not parse_settings({**off, "exercise": True}).watchlist.four_eyes
    with pytest.raises(SettingsError, match="only an exercise may release"):
        parse_settings(off, "x.yaml")
