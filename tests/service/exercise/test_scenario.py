import pytest
import yaml

from service.exercise.incidents import INCIDENTS
from service.exercise.scenario import SCENARIOS, ScenarioError, load_scenario

CARRIED = SCENARIOS / "mediterranean.yaml"


def changed(tmp_path, change):
    raw = yaml.safe_load(CARRIED.read_text())
    change(raw)
    path = tmp_path / "changed.yaml"
    path.write_text(yaml.safe_dump(raw))
    return path


def test_the_default_scenario_has_its_cast_ports_and_receivers():
    scenario = load_scenario()
    assert sum(scenario.cast.values()) >= 600
    assert len(scenario.ports) >= 40
    assert len(scenario.receivers) >= 25
    assert {one.kind for one in scenario.incidents} == INCIDENTS.keys()


def test_an_unknown_key_is_named_with_its_path(tmp_path):
    path = changed(tmp_path, lambda raw: raw["ports"]["GENOA"].update(depth=12))
    with pytest.raises(ScenarioError, match=r"ports\.GENOA\.depth: unknown key"):
        load_scenario(path)


def test_an_unknown_key_at_the_top_is_named(tmp_path):
    path = changed(tmp_path, lambda raw: raw.update(wether="fine"))
    with pytest.raises(ScenarioError, match=r"changed\.yaml: wether: unknown key"):
        load_scenario(path)


def test_a_latitude_of_a_hundred_is_refused_with_its_path(tmp_path):
    path = changed(tmp_path, lambda raw: raw["receivers"]["GENOA"].update(at=[9.0, 100.0]))
    with pytest.raises(ScenarioError, match=r"receivers\.GENOA\.at\.1: .*less than or equal"):
        load_scenario(path)


def test_a_departure_that_is_no_time_of_day_is_refused(tmp_path):
    path = changed(tmp_path, lambda raw: raw["ferries"][0].update(leaves=["25:00", "08:00"]))
    with pytest.raises(ScenarioError, match=r"ferries\.0\.leaves\.0"):
        load_scenario(path)


def test_a_line_to_a_port_that_does_not_exist_is_refused(tmp_path):
    path = changed(tmp_path, lambda raw: raw["lanes"]["MALTA"].append("ATLANTIS"))
    with pytest.raises(ScenarioError, match=r"MALTA-ATLANTIS: 'ATLANTIS' is no port"):
        load_scenario(path)


def test_an_incident_has_a_place_in_the_schema(tmp_path):
    incident = {"kind": "gap", "at_s": 600, "vessels": ["VEDETTA UNO"]}
    path = changed(tmp_path, lambda raw: raw["incidents"].append(incident))
    assert load_scenario(path).incidents[-1].vessels == ("VEDETTA UNO",)


def test_a_scenario_that_does_not_exist_names_those_that_do():
    with pytest.raises(ScenarioError, match=r"scenario atlantic .*one of: mediterranean"):
        load_scenario("atlantic")


def test_a_file_that_is_no_yaml_is_refused_in_one_line(tmp_path):
    path = tmp_path / "broken.yaml"
    path.write_text("ports: {GENOA: [")
    with pytest.raises(ScenarioError, match="is no YAML") as caught:
        load_scenario(path)
    assert "\n" not in str(caught.value)


def test_each_pair_of_ports_is_one_line_whichever_way_it_is_written():
    pairs = load_scenario().lines()
    assert len({frozenset(pair) for pair in pairs}) == len(pairs)
