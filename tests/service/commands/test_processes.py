"""``demo``, ``serve`` and ``run``: options reach the work; wrong settings do not start it."""

from __future__ import annotations

import socket
import threading
from types import SimpleNamespace

import pytest

from service import demo, processes, serving
from service.settings import parse_settings


@pytest.fixture
def config(tmp_path):
    file = tmp_path / "config.yaml"
    file.write_text("exercise: true\nlog:\n  level: warning\n")
    return file


def test_the_demo_gets_its_options(vedetta, monkeypatch):
    asked = []
    monkeypatch.setattr(demo, "run_demo", lambda one: asked.append(one) or 0)
    words = "--minutes 2 --speed 5 --port 9000 --seed 4 --vessels 30"
    assert vedetta("demo", *words.split()).code == 0
    assert asked == [demo.Demo(2.0, 5.0, 9000, 4, 30)]


def test_the_demo_runs_in_real_time_until_it_is_stopped(vedetta, monkeypatch):
    asked = []
    monkeypatch.setattr(demo, "run_demo", lambda one: asked.append(one) or 0)
    vedetta("demo")
    assert asked == [demo.Demo(None, 1.0, 8600, 1, None)]


@pytest.mark.parametrize(
    "words",
    ["--minutes 0", "--minutes nan", "--minutes inf", "--minutes -1", "--port 0", "--port 65536",
     "--vessels 0", "--speed nan"],
)  # fmt: skip
def test_a_demo_that_cannot_be_is_refused(vedetta, words):
    told = vedetta("demo", *words.split())
    assert told.code == 2
    assert words.split()[0] in told.complaint
    assert told.complaint.endswith("; see vedetta demo --help")


@pytest.mark.parametrize("code", [0, 1, 2])
def test_serving_ends_with_the_code_of_its_supervisor(vedetta, monkeypatch, config, code):
    asked = []
    monkeypatch.setattr(processes, "serve_all", lambda *words: asked.append(words) or code)
    assert vedetta("serve", "-c", config).code == code
    [(settings, path)] = asked
    assert (settings.exercise, path) == (True, config)


@pytest.mark.parametrize("part", ["ingest", "web", "jobs"])
def test_one_part_runs_alone(vedetta, monkeypatch, config, part):
    asked = []
    monkeypatch.setattr(processes, "run_part", lambda *words: asked.append(words))
    assert vedetta("run", part, "-c", config).code == 0
    assert asked[0][0] == part
    assert asked[0][1].log.level == "warning"


@pytest.mark.parametrize("words", [["serve"], ["run", "ingest"], ["run", "web"], ["run", "jobs"]])
def test_settings_that_are_not_there_start_nothing(vedetta, tmp_path, words):
    told = vedetta(*words, "-c", tmp_path / "no.yaml")
    assert told.code == 2
    assert "no.yaml: cannot be read" in told.complaint


@pytest.mark.parametrize(
    "text,named",
    [
        ("wether: fine", "wether"),
        ("feeds:\n  - kind: pigeon", "feeds[0].kind: 'pigeon'"),
        ("ingest:\n  block_lines: many", "ingest.block_lines"),
        ("feeds: [", "is not YAML"),
        ("- one", "is no mapping"),
    ],
)
def test_wrong_settings_are_named_with_their_path(vedetta, config, text, named):
    config.write_text(text)
    told = vedetta("run", "ingest", "-c", config)
    assert told.code == 2
    assert named in told.complaint


def test_a_web_port_in_use_is_wrong_use_and_names_the_setting(vedetta, config, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "host=127.0.0.1 port=1")
    monkeypatch.setattr(processes, "set_up_log", lambda _settings: None)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        config.write_text(f"web: {{port: {port}}}\n")
        told = vedetta("run", "web", "-c", config)
    assert told.code == 2
    assert told.complaint == (
        f"vedetta: web.port: {port} on 127.0.0.1 is in use; choose another, or free this one"
    )


def test_it_says_that_it_serves_once_it_listens(monkeypatch):
    server = SimpleNamespace(started=False, should_exit=False)
    told: list[tuple[bool, str]] = []
    stops: list[threading.Event] = []
    said = threading.Event()

    def run(sockets):
        assert told == []
        server.started = True
        assert said.wait(10)
        stops[0].set()

    def info(event, address):
        told.append((server.started, event))
        said.set()

    server.run = run
    monkeypatch.setattr(serving, "_log", SimpleNamespace(info=info, warning=lambda *_, **__: None))
    monkeypatch.setattr(serving, "create_app", lambda *_, **__: None)
    monkeypatch.setattr(serving, "server_of", lambda *_: server)
    monkeypatch.setattr(serving, "stop_on_signals", stops.append)
    serving.serve(parse_settings({"web": {"port": 0}}), "dsn")
    assert told == [(True, "serving")]


def test_a_database_of_someone_else_is_not_waited_for(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "host=nowhere")
    with processes._database(SimpleNamespace()) as dsn:
        assert dsn == "host=nowhere"


@pytest.mark.parametrize("answers,revived", [(True, 0), (False, 1)])
def test_an_embedded_server_that_was_killed_is_started_again(monkeypatch, answers, revived):
    stop, calls = threading.Event(), []

    def looked() -> bool:
        stop.set()
        return answers

    monkeypatch.setattr(processes, "KEEP_ALIVE_S", 0.0)
    monkeypatch.setattr(processes, "revive", calls.append)
    processes.keep_alive(SimpleNamespace(answers=looked, folder="f"), stop)
    assert len(calls) == revived
