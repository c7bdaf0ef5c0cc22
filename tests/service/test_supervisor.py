"""Processes are started, restarted and stopped; real ones."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time

import psutil
import pytest
from structlog.testing import capture_logs

from service import supervisor as supervisor_module
from service.supervisor import Child, Supervisor, command

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]


def until(condition, seconds: float = 20.0) -> None:
    """Wait for ``condition``; fails after ``seconds``."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


@pytest.fixture
def supervised():
    """Start a supervisor over commands; stops it at the end."""
    running = []

    def start(*commands):
        children = [c if isinstance(c, Child) else Child(f"c{i}", c)
                    for i, c in enumerate(commands)]  # fmt: skip
        supervisor = Supervisor(children, {})
        codes: list[int] = []
        thread = threading.Thread(target=lambda: codes.append(supervisor.run()))
        thread.start()
        running.append((supervisor, thread))
        return supervisor, thread, codes

    yield start
    for supervisor, thread in running:
        supervisor.stop.set()
        thread.join(30)


def test_a_killed_process_is_started_again_and_its_sibling_left_alone(supervised):
    supervisor, _, _ = supervised(SLEEP, SLEEP)
    first, second = supervisor.children
    until(lambda: first.process and second.process)
    sibling = second.process.pid
    os.kill(first.process.pid, signal.SIGKILL)
    until(lambda: first.starts == 2)
    assert (second.process.pid, second.starts) == (sibling, 1)


def test_stopping_ends_every_process(supervised):
    supervisor, thread, codes = supervised(SLEEP, SLEEP)
    until(lambda: all(child.process for child in supervisor.children))
    pids = [child.process.pid for child in supervisor.children]
    supervisor.stop.set()
    thread.join(30)
    assert codes == [0]
    assert not any(psutil.pid_exists(pid) for pid in pids)


def test_wrong_settings_are_not_tried_again(supervised):
    with capture_logs() as told:
        supervisor, thread, codes = supervised([sys.executable, "-c", "raise SystemExit(2)"])
        thread.join(30)
    assert codes == [2]
    assert supervisor.children[0].starts == 1
    assert [one["event"] for one in told] == ["process_refused"]


def test_who_ran_before_and_is_refused_now_is_tried_again(supervised, tmp_path):
    ran = tmp_path / "ran"
    script = (
        f"import pathlib, sys; ran = pathlib.Path({str(ran)!r}); code = 2 if ran.exists() else 1\n"
        "ran.touch(); sys.exit(code)"
    )
    supervisor, thread, _ = supervised([sys.executable, "-c", script], SLEEP)
    first, second = supervisor.children
    until(lambda: first.starts == 3)
    assert (thread.is_alive(), second.starts) == (True, 1)


def test_a_child_serves_on_a_socket_that_it_is_given(supervised):
    script = "import socket, sys; socket.socket(fileno=int(sys.argv[1])).accept()[0].send(b'here')"
    with socket.create_server(("127.0.0.1", 0)) as door:
        words = [sys.executable, "-c", script, str(door.fileno())]
        supervised(Child("web", words, (door.fileno(),)))
        with socket.create_connection(door.getsockname()) as client:
            assert client.recv(9) == b"here"


def test_a_web_port_in_use_stops_the_service(supervised, tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "host=127.0.0.1 port=1")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        config = tmp_path / "config.yaml"
        config.write_text(f"web: {{port: {taken.getsockname()[1]}}}\nfolder: {tmp_path}\n")
        _, thread, codes = supervised(SLEEP, command("run", "web", "-c", str(config)))
        thread.join(60)
    assert codes == [2]


def test_a_process_that_keeps_failing_waits_longer_each_time(supervised):
    supervisor, _, _ = supervised([sys.executable, "-c", "raise SystemExit(1)"])
    [child] = supervisor.children
    until(lambda: child.starts == 2)
    assert child.wait_s >= 1.0


def test_who_ran_calmly_is_started_again_soon_however_often_it_failed_before(
    supervised, monkeypatch
):
    monkeypatch.setattr(supervisor_module, "CALM_S", 0.0)
    supervisor, _, _ = supervised(Child("c", SLEEP, wait_s=supervisor_module.LONGEST_WAIT_S))
    [child] = supervisor.children
    until(lambda: child.process)
    os.kill(child.process.pid, signal.SIGKILL)
    until(lambda: child.starts == 2, seconds=supervisor_module.LONGEST_WAIT_S / 2)
    assert child.wait_s == 2 * supervisor_module.FIRST_WAIT_S


def test_a_child_ends_when_its_supervisor_was_killed(tmp_path):
    child = (
        "import os, pathlib, threading; from service.supervisor import stop_on_signals\n"
        f"pathlib.Path({str(tmp_path / 'pid')!r}).write_text(str(os.getpid()))\n"
        "stop = threading.Event(); stop_on_signals(stop); stop.wait()\n"
    )
    top = (
        "import sys; from service.supervisor import *\n"
        f"Supervisor([Child('c', [sys.executable, '-c', {child!r}])], {{}}).run()\n"
    )
    supervisor = subprocess.Popen([sys.executable, "-c", top])
    until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text())
    supervisor.kill()
    supervisor.wait()
    until(lambda: not psutil.pid_exists(int((tmp_path / "pid").read_text())))
