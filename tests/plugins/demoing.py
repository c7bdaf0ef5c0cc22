"""A demo as a user starts it: a process of its own, its data in a folder of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).parents[2]
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+/")


@dataclass(frozen=True)
class Shown:
    """A demo that is up: its ``process``, the page's ``address``, ``passwords`` by name."""

    process: subprocess.Popen[str]
    address: str
    passwords: dict[str, str]

    @property
    def dsn(self) -> str:
        """The demo's own database, as its processes are told of it."""
        for child in psutil.Process(self.process.pid).children():
            if found := child.environ().get("DATABASE_URL"):
                return found
        pytest.fail("no process of the demo knows its database")


@contextmanager
def demoing(folder: Path, *options: str) -> Iterator[Shown]:
    """Run ``vedetta demo`` while the block does; a demo that does not come up says why."""
    told = folder / "stderr"
    with told.open("w") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-m", "service", "demo", *options],
            cwd=ROOT,
            env={**os.environ, "XDG_DATA_HOME": str(folder / "data")},
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )
    try:
        first = process.stdout.readline()
        found = _ADDRESS.search(first)
        if not found:
            said = f"stdout {first!r}, exit code {process.poll()}, stderr:\n{told.read_text()}"
            pytest.fail(f"the demo printed no address: {said}", pytrace=False)
        yield Shown(process, found.group(), _passwords(process))
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(90)
        process.stdout.close()


def _passwords(process: subprocess.Popen[str]) -> dict[str, str]:
    """Read the table of those who may sign in; its last line is the auditor's."""
    process.stdout.readline()
    told: dict[str, str] = {}
    while "auditor" not in told:
        name, password, *_ = process.stdout.readline().split()
        told[name] = password
    return told
