"""One supervisor over the processes ingest, web and jobs: starts, restarts, stops them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import FrameType

_log = structlog.get_logger()
FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 30.0
CALM_S = 60.0
"""A process that ran so long starts again with the first, short wait."""
STOP_S = 15.0
WRONG_USE = 2


@dataclass(slots=True)
class Child:
    """A process under supervision: ``name``, its command, and how often it was started.

    inherits  file descriptors that it gets from us, under the same numbers
    """

    name: str
    command: Sequence[str]
    inherits: Sequence[int] = ()
    process: subprocess.Popen[bytes] | None = None
    starts: int = 0
    started_at: float = 0.0
    wait_s: float = FIRST_WAIT_S
    due: float = field(default=0.0)


class Supervisor:
    """Keeps its children alive until it is told to stop."""

    def __init__(self, children: Sequence[Child], environment: Mapping[str, str]) -> None:
        """Take the children in the order in which they start."""
        self.children = list(children)
        self.stop = threading.Event()
        self._environment = {**os.environ, **environment, PARENT: str(os.getpid())}

    def run(self) -> int:
        """Run until ``stop``; returns 0, or 2 when a child's first start says: wrong settings.

        Who ran before and is refused now is tried again: the others must not end with it.
        """
        code = 0
        while not self.stop.is_set():
            for child in self.children:
                if self._look_after(child) == WRONG_USE:
                    code = WRONG_USE
                    self.stop.set()
            self.stop.wait(0.2)
        self._end()
        return code

    def _look_after(self, child: Child) -> int | None:
        """Start a child that is due, note one that ended; returns WRONG_USE to end them all."""
        if child.process is None:
            if time.monotonic() >= child.due:
                child.process = subprocess.Popen(
                    child.command, env=self._environment, pass_fds=child.inherits
                )
                child.starts += 1
                child.started_at = time.monotonic()
            return None
        code = child.process.poll()
        if code is None:
            return None
        if code == WRONG_USE and child.starts == 1:
            _log.error("process_refused", process=child.name, code=code)
            child.process = None
            return code
        if time.monotonic() - child.started_at > CALM_S:
            child.wait_s = FIRST_WAIT_S
        _log.warning("process_ended", process=child.name, code=code, again_in_s=child.wait_s)
        child.process = None
        child.due = time.monotonic() + child.wait_s
        child.wait_s = min(2 * child.wait_s, LONGEST_WAIT_S)
        return None

    def _end(self) -> None:
        """Ask each to stop, the last started first; kill who does not in time."""
        for process in [c.process for c in reversed(self.children) if c.process]:
            process.terminate()
            try:
                process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


PARENT = "VEDETTA_SUPERVISOR"


def command(*words: str) -> list[str]:
    """Return the command line of another process of ours."""
    return [sys.executable, "-m", "service", *words]


def stop_on_signals(stop: threading.Event) -> None:
    """Set ``stop`` on SIGTERM and SIGINT, and when the supervisor above is gone."""

    def ask(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    _when_alone(stop.set, stop)


def end_with_parent() -> None:
    """End this process by SIGTERM when the supervisor above is gone; nobody would any more."""
    _when_alone(lambda: os.kill(os.getpid(), signal.SIGTERM), threading.Event())


def _when_alone(end: Callable[[], None], stop: threading.Event) -> None:
    """Call ``end`` when the supervisor was killed; watch until ``stop``."""
    parent = os.environ.get(PARENT)
    if not parent or parent == str(os.getpid()):
        return

    def watch() -> None:
        while os.getppid() == int(parent):
            if stop.wait(1.0):
                return
        end()

    threading.Thread(target=watch, daemon=True).start()
