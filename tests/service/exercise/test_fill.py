import gzip
from datetime import UTC, datetime

import pytest
import zstandard

from service.exercise.fill import generate
from service.exercise.scenario import ScenarioError

START = datetime(2026, 11, 23, 20, tzinfo=UTC)


def written(tmp_path, name, hours=0.05):
    out = tmp_path / name
    result = generate("mediterranean", 3, 120, START, hours, out)
    return out, result


def test_a_span_becomes_a_plain_file_of_lines(tmp_path, exercise):
    out, result = written(tmp_path, "a.nmea")
    data = out.read_bytes()
    assert data.count(b"\r\n") == result.lines > 200
    assert (len(data), result.vessels) == (result.size, 120)


@pytest.mark.parametrize("name", ["a.nmea.gz", "a.nmea.zst"])
def test_packed_files_hold_the_same_lines(tmp_path, name):
    plain, _ = written(tmp_path, "a.nmea")
    packed, _ = written(tmp_path, name)
    if name.endswith("gz"):
        text = gzip.decompress(packed.read_bytes())
    else:
        text = zstandard.ZstdDecompressor().stream_reader(packed.read_bytes()).read()
    assert text == plain.read_bytes()


def test_the_same_exercise_is_the_same_file(tmp_path):
    first, _ = written(tmp_path, "a.nmea.gz")
    second, _ = written(tmp_path, "b.nmea.gz")
    assert first.read_bytes() == second.read_bytes()


def test_progress_ends_at_one(tmp_path):
    shares = []
    generate("mediterranean", 3, 20, START, 0.1, tmp_path / "a.nmea", shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1.0)


def test_a_start_without_a_time_zone_is_refused(tmp_path):
    naive = START.replace(tzinfo=None)
    with pytest.raises(ScenarioError, match="no time zone"):
        generate("mediterranean", 1, 10, naive, 1, tmp_path / "a.nmea")


def test_no_hours_are_refused(tmp_path):
    with pytest.raises(ScenarioError, match="0 hours are no span"):
        generate("mediterranean", 1, 10, START, 0, tmp_path / "a.nmea")
