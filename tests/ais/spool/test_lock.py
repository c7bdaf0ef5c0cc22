from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ais.errors import SpoolLockedError
from ais.spool.lock import locked, take_lock

ROOT = Path(__file__).resolve().parents[3]
HOLDER = """
import sys
from pathlib import Path
from ais.spool.lock import take_lock
take_lock(Path(sys.argv[1]))
print(flush=True)
sys.stdin.read()
"""


def test_another_processes_number_is_told_and_its_death_frees_the_lock(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(SpoolLockedError) as caught:
            take_lock(tmp_path)
        holder.kill()
    assert caught.value.pid == holder.pid
    os.close(take_lock(tmp_path))


def test_a_holder_that_wrote_no_number_is_called_unknown(tmp_path: Path) -> None:
    handle = take_lock(tmp_path)
    (tmp_path / "spool.lock").write_bytes(b"")
    with pytest.raises(SpoolLockedError, match="process unknown") as caught:
        take_lock(tmp_path)
    os.close(handle)
    assert caught.value.pid is None


def test_a_short_lock_is_given_back_after_an_error(tmp_path: Path) -> None:
    for _ in range(2):
        with pytest.raises(KeyError), locked(tmp_path / "x.lock"):
            raise KeyError
