"""A scenario that breaks its schema is refused with the path of what is wrong."""

from __future__ import annotations

import copy

import pytest
import yaml

from service.exercise.scenario import SCENARIOS, Incident, ScenarioError, load_scenario

CARRIED = yaml.safe_load((SCENARIOS / "mediterranean.yaml").read_text()) | {"incidents": []}
INCIDENT = {"kind": "gap", "at_s": 600, "vessels": ["VEDETTA UNO"], "place": [12.5, 38.0]}


@pytest.fixture
def scenario(tmp_path):
    """Write the carried scenario with the value at ``path`` replaced; returns the file."""

    def write(path: str, value: object):
        raw = copy.deepcopy(CARRIED)
        *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
        place = raw
        for step in steps:
            place = place[step]
        if isinstance(place, list) and last == len(place):
            place.append(value)
        else:
            place[last] = value
        file = tmp_path / "changed.yaml"
        file.write_text(yaml.safe_dump(raw))
        return file

    return write


def refusal(file) -> str:
    """The one line with which ``file`` is refused, without what every one begins with."""
    with pytest.raises(ScenarioError) as refused:
        load_scenario(file)
    text = str(refused.value)
    assert "\n" not in text
    assert text.startswith(f"scenario {file}: ")
    assert refused.value.exit_code == 2
    return text.removeprefix(f"scenario {file}: ")


@pytest.mark.parametrize(
    "path,value",
    [
        ("ports.GENOA.harbour", [200.0, 44.0]),
        ("ports.GENOA.approach", [9.0]),
        ("ports.GENOA.gate", "perhaps"),
        ("ports.GENOA.locode", "A DESTINATION OF TWENTY-ONE"),
        ("lanes.GENOA", "LIVORNO"),
        ("cast.cargo", -1),
        ("cast.cargo", "many"),
        ("ferries.0.speed_kn", 0),
        ("ferries.0.speed_kn", 61),
        ("ferries.0.ships", 0),
        ("ferries.1.leaves", ["06:30"]),
        ("fast_lines.2.speed_kn", "fast"),
        ("grounds.LION.radius_km", 500),
        ("grounds.LION.ports", []),
        ("receivers.GENOA.range_nm", 0),
        ("aids.0.kind", 32),
        ("aids.0.name", "A NAME OF TWENTY-TWO XX"),
        ("faults.bad_checksum", 0.6),
        ("faults.truncated", -0.1),
        ("vessels.0.mmsi", 99),
        ("vessels.0.kind", "submarine"),
        ("incidents", {}),
        ("seed", "one"),
    ],
)
def test_a_wrong_value_is_named_with_its_path(scenario, path, value):
    assert refusal(scenario(path, value)).startswith(path)


@pytest.mark.parametrize(
    "path",
    [
        "weather",
        "ports.GENOA.quay",
        "ferries.0.name",
        "fast_lines.0.leaves",
        "grounds.LION.depth",
        "receivers.GENOA.height",
        "aids.0.light",
        "faults.noise",
        "vessels.0.crew",
    ],
)
def test_an_unknown_key_is_named_with_its_path(scenario, path):
    assert refusal(scenario(path, 1)).startswith(f"{path}: unknown key; see docs/exercise.md")


@pytest.mark.parametrize("key", ["name", "ports", "lanes", "receivers", "cast"])
def test_what_every_scenario_needs_is_missed_by_name(tmp_path, key):
    file = tmp_path / "changed.yaml"
    file.write_text(yaml.safe_dump({k: v for k, v in CARRIED.items() if k != key}))
    assert refusal(file).startswith(f"{key}: ")


@pytest.mark.parametrize("name", ["two words", "lower", "A_NAME_OF_16_CHRS"])
def test_a_station_must_fit_a_tag_block(scenario, name):
    receiver = {"at": [9.0, 44.0], "range_nm": 50}
    assert f"receivers.{name}" in refusal(scenario(f"receivers.{name}", receiver))


@pytest.mark.parametrize(
    "path,value,named",
    [
        ("lanes.GENOA", ["ATLANTIS"], "line GENOA-ATLANTIS: 'ATLANTIS'"),
        ("ferries.0.line", ["GENOA", "AVALON"], "line GENOA-AVALON: 'AVALON'"),
        ("fast_lines.0.line", ["YS", "CAPRI"], "line YS-CAPRI: 'YS'"),
        ("vessels.0.line", ["GENOA", "LYONESSE"], "line GENOA-LYONESSE: 'LYONESSE'"),
        ("grounds.LION.ports", ["VINETA"], "grounds.LION.ports: 'VINETA'"),
    ],
)
def test_a_port_that_does_not_exist_is_named_with_the_cure(scenario, path, value, named):
    assert refusal(scenario(path, value)) == f"{named} is no port: add it to `ports`"


# --- incidents -----------------------------------------------------------------------------------


def test_an_incident_says_what_when_to_whom_and_where(scenario):
    [incident] = load_scenario(scenario("incidents.0", INCIDENT)).incidents
    assert incident == Incident("gap", 600.0, ("VEDETTA UNO",), (12.5, 38.0))


def test_an_incident_may_be_without_vessels_and_place(scenario):
    [incident] = load_scenario(scenario("incidents.0", {"kind": "storm", "at_s": 0})).incidents
    assert (incident.vessels, incident.place) == ((), None)


@pytest.mark.parametrize(
    "change,where",
    [
        ({"at_s": -1}, "incidents.0.at_s"),
        ({"at_s": "soon"}, "incidents.0.at_s"),
        ({"kind": 7}, "incidents.0.kind"),
        ({"vessels": "VEDETTA UNO"}, "incidents.0.vessels"),
        ({"place": [12.5, 91.0]}, "incidents.0.place"),
        ({"severity": 3}, "incidents.0.severity: unknown key"),
    ],
)
def test_a_wrong_incident_is_named_with_its_path(scenario, change, where):
    assert refusal(scenario("incidents.0", INCIDENT | change)).startswith(where)


@pytest.mark.parametrize("key", ["kind", "at_s"])
def test_an_incident_needs_a_kind_and_a_time(scenario, key):
    lacking = {k: v for k, v in INCIDENT.items() if k != key}
    assert refusal(scenario("incidents.0", lacking)).startswith(f"incidents.0.{key}: ")


# --- files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "just words", "- a\n- list"])
def test_a_file_that_holds_no_scenario_is_refused(tmp_path, text):
    file = tmp_path / "odd.yaml"
    file.write_text(text)
    assert refusal(file)


def test_a_scenario_is_found_by_its_name_and_by_its_path():
    assert load_scenario("mediterranean") == load_scenario(SCENARIOS / "mediterranean.yaml")


def test_a_folder_is_no_scenario(tmp_path):
    (tmp_path / "folder.yaml").mkdir()
    with pytest.raises(ScenarioError, match=r"cannot be read .*one of: mediterranean"):
        load_scenario(tmp_path / "folder.yaml")
