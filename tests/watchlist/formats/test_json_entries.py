import json

import pytest

from watchlist.entries import Link, Person, WatchlistEntry
from watchlist.errors import RefusedFileError
from watchlist.formats import write_list

ENTRY = {"mmsi": [247000001], "name": "AURORA", "info_grade": 2, "length_m": 24.5}


@pytest.mark.parametrize("wrap", [lambda said: said, lambda said: {"entries": said}])
def test_a_list_and_an_object_with_entries_are_read(read, wrap):
    found = read(json.dumps(wrap([ENTRY])), "list.json")
    assert found.layout == "json"
    (entry,) = found.entries
    assert (entry.mmsi, entry.name, entry.info_grade) == ((247000001,), "AURORA", 2)


def test_persons_are_written_only_when_asked_and_read_apart(read, tmp_path):
    entry = WatchlistEntry(id="W1", mmsi=(247000001,), links=(Link("owner", "W2", "since 2020"),))
    path = tmp_path / "out.json"
    write_list([entry], path, "json")
    assert "Rossi" not in path.read_text()
    write_list([entry], path, "json", {"W1": [Person("owner", "Rossi", "half")]})
    found = read(path.read_bytes(), "list.json")
    assert found.persons == ((Person("owner", "Rossi", "half"),),)
    assert found.entries[0].links == (Link("owner", "W2", "since 2020"),)


@pytest.mark.parametrize(
    "said, reason",
    [
        ({"mmsi": [247000001], "colour": "red"}, "'colour' is no field"),
        ({"mmsi": [[247000001]]}, "expected a text or a number"),
        ({"mmsi": True}, "expected a text or a number"),
        ({"mmsi": [1]}, "nine digits"),
        ({"mmsi": [247000001], "links": [{"relation": 1, "entry": "W2"}]}, "texts only"),
        ({"mmsi": [247000001], "persons": [{"role": "boss", "name": "X"}]}, "role 'boss'"),
        ({"name": "A|B"}, "holds |"),
        ({"name": "A\ud800"}, "U+D800"),
        (["247000001"], "no entry"),
        ("247000001", "no entry"),
    ],
)
def test_a_bad_entry_is_named_by_its_number(read, said, reason):
    found = read(json.dumps([ENTRY, said]), "list.json")
    assert len(found.entries) == 1
    assert found.bad[0].line == 2
    assert reason in found.bad[0].reason


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000 + "]" * 100_000,
        '{"a":' * 100_000,
        "[{]",
        '{"vessels": []}',
        "[NaN]",
        '[{"mmsi": ' + "1" * 5_000 + "}]",
    ],
)
def test_json_that_is_no_list_or_too_deep_is_refused(read, text):
    with pytest.raises(RefusedFileError):
        read(text, "list.json")


@pytest.mark.parametrize("part", ["[],", "{},", '"",', '[{"a":[1]}],'])
def test_json_of_millions_of_values_is_refused_before_it_is_parsed(read, part, monkeypatch):
    monkeypatch.setattr(json, "loads", lambda *_, **__: pytest.fail("was parsed"))
    text = "[" + part * (5_000_000 // part.count(",") + 1) + "1]"
    with pytest.raises(RefusedFileError, match="values; expected at most 5,000,000: split"):
        read(text, "list.json")
