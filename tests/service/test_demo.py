"""The parts of the demo, without starting it; tests/integration starts it."""

from __future__ import annotations

import datetime as dt
import json
import os
import socket
import threading
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace

import pytest
import yaml

from service import demo
from service.demo import HOST, PORTS_TRIED, Demo
from service.errors import ServiceError, WrongUseError
from service.exercise.exercise import Exercise
from service.exercise.scenario import SCENARIOS, load_scenario
from service.schedule import Turn
from service.settings import read_settings
from service.traffic.against import against_traffic
from service.traffic.job import Learning
from service.traffic.learning import TrafficSettings
from store import watchlist
from store.connect import session
from store.traffic import models

NOW = dt.datetime.now(dt.UTC)
DEMO = Demo(minutes=None, speed=5.0, port=8600, seed=3, vessels=None)


@contextmanager
def taken_ports(count: int):
    """Hold ``count`` neighbouring ports; yields the first."""
    for first in range(40_000, 60_000, 101):
        held = []
        try:
            held = [socket.create_server((HOST, first + n)) for n in range(count)]
        except OSError:
            continue
        finally:
            if len(held) < count:
                for one in held:
                    one.close()
        try:
            yield first
        finally:
            for one in held:
                one.close()
        return


@pytest.fixture
def page(monkeypatch):
    """A page whose /health says what the test puts into ``answer``; ``port`` is where."""
    told = SimpleNamespace(answer="", asked=[])

    class Health(BaseHTTPRequestHandler):
        def do_GET(self):
            told.asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(told.answer.encode())

        def log_message(self, *_: object):
            """Say nothing."""

    with HTTPServer((HOST, 0), Health) as server:
        told.port = server.server_port
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield told
        server.shutdown()
        thread.join()


# --- ports ---------------------------------------------------------------------------------------


def free_port() -> int:
    with demo._door(0) as door:
        return demo._port(door)


def test_a_free_port_is_taken_as_asked():
    free = free_port()
    with demo._door(free) as door:
        assert demo._port(door) == free


def test_a_port_in_use_gives_way_to_the_next_free_one():
    with taken_ports(3) as first, demo._door(first) as door:
        assert demo._port(door) >= first + 3


def test_a_port_that_was_chosen_is_nobody_else_s_from_then_on():
    with demo._door(0) as door, pytest.raises(OSError, match="in use"):
        socket.create_server((HOST, demo._port(door)))


def test_any_port_is_a_real_one():
    assert 1024 <= free_port() <= 65_535


@pytest.mark.parametrize("wanted", [65_536, 99_999])
def test_a_port_that_cannot_be_is_wrong_use(wanted):
    with pytest.raises(WrongUseError, match=rf"--port {wanted}: .* try others"):
        demo._door(wanted)


def test_a_range_all_in_use_is_wrong_use(monkeypatch):
    monkeypatch.setattr(demo, "PORTS_TRIED", 2)
    with taken_ports(2) as first, pytest.raises(WrongUseError, match="the next 2 are in use"):
        demo._door(first)


def test_fifty_ports_are_tried():
    assert PORTS_TRIED == 50


def test_its_log_is_set_up_before_anything_is_logged(monkeypatch, tmp_path):
    done = []

    def made() -> None:
        done.append("assets")
        raise ServiceError

    monkeypatch.setattr(demo.platformdirs, "user_data_path", lambda _name: tmp_path)
    monkeypatch.setattr(demo, "set_up_log", lambda settings: done.append(settings.level))
    monkeypatch.setattr(demo, "assets_folder", made)
    with pytest.raises(ServiceError):
        demo.run_demo(DEMO)
    assert done == ["warning", "assets"]


# --- one demo at a time --------------------------------------------------------------------------


def test_a_second_demo_is_refused_and_names_the_first(tmp_path):
    with demo._alone(tmp_path), pytest.raises(ServiceError) as refused, demo._alone(tmp_path):
        pytest.fail("two demos at once")
    assert str(refused.value) == f"a demo runs already (process {os.getpid()}); stop it first"


def test_after_the_first_demo_the_next_may_run(tmp_path):
    for _ in range(2):
        with demo._alone(tmp_path):
            assert (tmp_path / "demo.lock").read_text() == str(os.getpid())


def test_what_a_killed_demo_left_in_the_lock_refuses_nobody(tmp_path):
    (tmp_path / "demo.lock").write_text("1234567")
    with demo._alone(tmp_path):
        assert (tmp_path / "demo.lock").read_text() == str(os.getpid())


# --- what an earlier demo left -------------------------------------------------------------------


@pytest.fixture
def server(tmp_path, monkeypatch):
    """A database server that notes what is asked of it."""
    calls = []
    account = SimpleNamespace(give=lambda folder: calls.append(("give", folder)))
    found = SimpleNamespace(
        folder=tmp_path / "database", account=account, stop=lambda: calls.append(("stop",))
    )
    monkeypatch.setattr(demo, "locate", lambda _folder: found)
    return SimpleNamespace(calls=calls, folder=found.folder)


def test_nothing_of_an_earlier_demo_is_kept(tmp_path, server):
    for name in ("spool", "snapshots", "database", "sent", "digests", "editions", "anchors"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "old").touch()
    (tmp_path / "quarantine.jsonl").touch()
    demo._clear(tmp_path)
    assert [path.name for path in tmp_path.rglob("*")] == ["database"]


def test_the_server_is_stopped_before_its_files_go_and_owns_the_new_folder(tmp_path, server):
    demo._clear(tmp_path)
    assert server.calls == [("stop",), ("give", server.folder)]


def test_only_what_is_the_demo_s_is_removed(tmp_path, server):
    (tmp_path / "notes.txt").write_text("mine")
    demo._clear(tmp_path)
    assert (tmp_path / "notes.txt").read_text() == "mine"


# --- how its processes are started ---------------------------------------------------------------


def test_the_settings_of_the_demo_are_good_ones_and_stay_on_this_machine(tmp_path):
    config = tmp_path / "config.yaml"
    config.write_text(yaml.safe_dump(demo._settings(tmp_path, DEMO, 8601, 4001)))
    settings = read_settings(config)
    assert (settings.exercise, settings.folder) == (True, tmp_path)
    assert settings.ingest.clock_speed == 5.0
    [feed] = settings.feeds
    assert (feed.host, feed.port) == ("127.0.0.1", 4001)
    assert (settings.web.host, settings.web.port) == ("127.0.0.1", 8601)


def test_whom_the_incidents_look_for_is_in_force_before_the_first_line(dsn, tmp_path):
    demo._list(tmp_path / "list.csv", DEMO, dsn, ())
    scenario = load_scenario()
    sea = Exercise(scenario, DEMO.seed, 20)
    listed = {one.mmsi for one in sea.begin(1_800_000_000).listed}
    with session(dsn) as connection:
        in_force = {mmsi for row in watchlist.in_force(connection) for mmsi in row.entry.mmsi}
    assert in_force == listed
    assert len(listed) >= 4


@pytest.fixture
def started(monkeypatch, tmp_path):
    """The children that a demo would start."""
    supervisors = []

    def supervisor(children, environment):
        one = SimpleNamespace(
            children=children, environment=environment, stop=threading.Event(), run=lambda: 7
        )
        one.stop.set()
        supervisors.append(one)
        return one

    monkeypatch.setattr(demo, "Supervisor", supervisor)
    monkeypatch.setattr(demo, "stop_on_signals", lambda _stop: None)

    def start(wanted: Demo):
        with demo._door(0) as page, demo._door(0) as nmea:
            code = demo._supervise(
                wanted, tmp_path / "config.yaml", "host=x", (page, nmea), "operator  word"
            )
            supervisors[0].fds = page.fileno(), nmea.fileno()
        return code, supervisors.pop()

    return start


def test_four_processes_share_one_database(started):
    code, supervisor = started(DEMO)
    assert code == 7
    assert [child.name for child in supervisor.children] == ["exercise", "web", "ingest", "jobs"]
    assert supervisor.environment == {"DATABASE_URL": "host=x"}


@pytest.mark.parametrize(("totp", "said"), [(False, "off"), (True, "required")])
def test_the_second_step_is_asked_for_where_it_is_wanted(tmp_path, totp, said):
    settings = demo._settings(tmp_path, replace(DEMO, totp=totp), 8601, 4001)
    assert settings["people"]["totp"] == said


@pytest.mark.parametrize("vessels,named", [(None, False), (40, True)])
def test_the_exercise_gets_the_seed_the_speed_and_the_vessels(started, vessels, named):
    _, supervisor = started(Demo(None, 5.0, 8600, 3, vessels))
    words = " ".join(supervisor.children[0].command)
    assert f"exercise send --fd {supervisor.fds[1]} --seed 3 --speed 5.0" in words
    assert ("--vessels 40" in words) == named


def test_page_and_exercise_get_the_sockets_that_the_demo_holds(started):
    _, supervisor = started(DEMO)
    exercise, web, *others = supervisor.children
    page, nmea = supervisor.fds
    assert web.command[-2:] == ["--fd", str(page)]
    assert (web.inherits, exercise.inherits) == ((page,), (nmea,))
    assert {child.inherits for child in others} == {()}


def test_a_scenario_of_ones_own_is_sent_and_listed(started, tmp_path, dsn):
    own = tmp_path / "own.yaml"
    given = yaml.safe_load((SCENARIOS / "mediterranean.yaml").read_text("utf-8"))
    own.write_text(yaml.safe_dump(given | {"incidents": [{"kind": "visit", "at_s": 5}]}), "utf-8")
    wanted = replace(DEMO, scenario=own)
    _, supervisor = started(wanted)
    assert supervisor.children[0].command[-2:] == ["--scenario", str(own)]
    demo._list(tmp_path / "list.csv", wanted, dsn, ())
    with session(dsn) as connection:
        assert len(watchlist.in_force(connection)) == 1


def test_what_is_usual_in_the_exercise_is_in_force_as_if_learned_until_midnight(dsn):
    demo._learned(DEMO, dsn, (), NOW)
    with session(dsn) as connection:
        [model] = models(connection)
        assert model.in_force
        assert dt.timedelta(0) <= NOW - model.until < dt.timedelta(days=1)
        assert Learning(dsn, TrafficSettings()).work(Turn(model.until, None, lambda: False)) == {
            "learned": 0
        }


def test_a_ferry_of_the_demo_is_on_the_list_and_a_known_line_explains_her(dsn, tmp_path):
    usual = demo._Usual.of(replace(DEMO, vessels=120), NOW)
    demo._list(tmp_path / "list.csv", DEMO, dsn, usual.at_sea)
    demo._learned(DEMO, dsn, usual.lines, NOW)
    [ferry, *_] = usual.at_sea
    [line] = [one for one in usual.lines if one.mmsi == ferry.mmsi]
    with session(dsn) as connection:
        listed = {mmsi for one in watchlist.in_force(connection) for mmsi in one.entry.mmsi}
        found = against_traffic(connection, ferry.mmsi, NOW, NOW + dt.timedelta(hours=1))
    assert ferry.mmsi in listed
    assert found.line == line.words
    assert " times in 30 days" in line.words


def test_another_scenario_s_sea_is_not_known(dsn, tmp_path):
    other = replace(DEMO, scenario=tmp_path / "own.yaml")
    demo._learned(other, dsn, (), NOW)
    assert demo._Usual.of(other, NOW) == demo._Usual()
    with session(dsn) as connection:
        assert models(connection) == []


# --- the announcement ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer,ships",
    [
        ('{"map": {"vessels": 12}}', 12),
        ('{"map": null}', 0),
        ("{}", 0),
        ("not yet", 0),
    ],
)
def test_the_number_of_ships_is_what_the_page_says(page, answer, ships):
    page.answer = answer
    assert demo._ships(page.port) == ships
    assert page.asked == ["/health"]


def test_a_page_that_does_not_answer_has_no_ships():
    assert demo._ships(free_port()) == 0


def test_the_address_is_printed_once_ships_are_there(page, capsys, monkeypatch):
    monkeypatch.setattr(demo, "POLL_S", 0.01)
    page.answer = json.dumps({"map": {"vessels": 0}})
    stop = threading.Event()
    thread = threading.Thread(
        target=demo._announce, args=(page.port, "operator  word", None, stop)
    )
    thread.start()
    while len(page.asked) < 3:
        assert thread.is_alive()
    assert capsys.readouterr().out == ""
    page.answer = json.dumps({"map": {"vessels": 5}})
    thread.join(10)
    address = f"http://127.0.0.1:{page.port}/"
    said = f"EXERCISE, simulated vessels only. Open {address}\noperator  word\n"
    assert capsys.readouterr().out == said
    assert not stop.is_set()


def test_after_its_minutes_the_demo_ends_itself(page, capsys):
    page.answer = json.dumps({"map": {"vessels": 5}})
    stop = threading.Event()
    demo._announce(page.port, "", 0.0, stop)
    assert stop.is_set()


def test_a_demo_that_is_stopped_before_the_first_ship_prints_no_address(capsys):
    stop = threading.Event()
    stop.set()
    demo._announce(free_port(), "", None, stop)
    assert capsys.readouterr().out == ""
