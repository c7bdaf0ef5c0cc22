"""One PostgreSQL server on one data folder: made, started, found and stopped."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import psycopg

from store.errors import EmbeddedError

if TYPE_CHECKING:
    from store.account import Account

USER = "vedetta"
_SOCKET = ".s.PGSQL.5432"
# unix(7): sun_path holds 108 bytes with its end mark.
_SOCKET_LIMIT = 107
# Recovery after a kill replays up to 1 GB of log, and others may compete for the processor.
_START_S = 60.0
# After a kill the old children still hold the shared memory, and a start is refused meanwhile.
_RETRY_S = 20.0
_PASSING = ("lock file", "shared memory", "already in use", "starting up", "no message")
# A fast shutdown writes a checkpoint: up to shared_buffers on a slow disk.
_STOP_S = 60.0
_SETTINGS = {
    "shared_preload_libraries": "timescaledb",
    "listen_addresses": "",
    "port": "5432",
    "timescaledb.telemetry_level": "off",
    # More makes COPY no faster and recovery long: 16 GB took 48 s instead of 0.5.
    "max_wal_size": "1GB",
    "shared_buffers": "256MB",
    "jit": "off",
    # The one zone that is compiled in: a slim container has no time zone files.
    "timezone": "GMT",
    "log_timezone": "GMT",
    "unix_socket_permissions": "0700",
    # Three processes with some connections each, tests with a database each.
    "max_connections": "60",
    # A day is a table with two indexes: a question about years of everybody locks them all.
    "max_locks_per_transaction": "512",
}


@dataclass(frozen=True, slots=True)
class Server:
    """A server's programs, its folder, and the account that it runs as.

    programs  folder of postgres and initdb
    folder    holds ``data`` and ``server.log``
    """

    programs: Path
    folder: Path
    account: Account

    @property
    def data(self) -> Path:
        """Return the folder that initdb made."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """Return the file that the server writes its messages to."""
        return self.folder / "server.log"

    def dsn(self, database: str) -> str:
        """Return the connection string of ``database``."""
        return f"host={self.socket_folder()} port=5432 user={USER} dbname={database}"

    def socket_folder(self) -> Path:
        """Return the folder of the socket: short, the same for every command, nobody else's.

        Raises EmbeddedError when each candidate is too long or belongs to another user.
        """
        name = f"vedetta-{hashlib.sha256(bytes(self.data.resolve())).hexdigest()[:16]}"
        for base in self._runtime_folders():
            folder = base / name
            # macOS-like and pytest temporary folders are long; /tmp always fits.
            if len(bytes(folder / _SOCKET)) > _SOCKET_LIMIT:
                continue
            folder.mkdir(mode=0o700, exist_ok=True)
            # The name can be guessed: somebody else may have made it first, or a link there.
            found = folder.lstat()
            if folder.is_symlink() or found.st_uid not in {os.geteuid(), self.account.owner}:
                msg = f"socket folder {folder} belongs to user id {found.st_uid}; set TMPDIR"
                raise EmbeddedError(msg)
            self.account.give(folder)
            return folder
        msg = f"a socket's path has at most {_SOCKET_LIMIT} bytes; set TMPDIR to a shorter folder"
        raise EmbeddedError(msg)

    def _runtime_folders(self) -> list[Path]:
        runtime = os.environ.get("XDG_RUNTIME_DIR", "")
        # Root's runtime folder is closed to nobody.
        own = Path(runtime) if runtime and self.account.owner == os.geteuid() else None
        if own is not None and os.access(own, os.W_OK | os.X_OK):
            return [own, Path(tempfile.gettempdir()), Path("/tmp")]  # noqa: S108
        return [Path(tempfile.gettempdir()), Path("/tmp")]  # noqa: S108  (0700 and ours, or refused)

    def exists(self) -> bool:
        """Return whether a database was made here, or is being made."""
        return (self.data / "PG_VERSION").exists()

    def create(self) -> None:
        """Make the data folder if there is none; one half-made in an earlier try is replaced.

        Raises EmbeddedError where something else lies there: nothing of others is removed.
        """
        # PG_VERSION is written early: while our own mark is there, initdb has not come to its end.
        begun = self.folder / "being-made"
        if self.exists() and not begun.exists():
            return
        if not begun.exists() and self.data.is_dir() and any(self.data.iterdir()):
            msg = (
                f"the database folder {self.data} holds other things and no database; expected an "
                "empty folder, or the data of a backup; name another in database.folder"
            )
            raise EmbeddedError(msg)
        begun.touch()
        shutil.rmtree(self.data, ignore_errors=True)
        self.account.give(self.data)
        done = subprocess.run(
            self.account.run(
                *(self.programs / "initdb", "-D", self.data, "-U", USER, "-A", "trust"),
                *("-E", "UTF8", "--locale=C", "--locale-provider=builtin"),
                "--builtin-locale=C.UTF-8",
            ),
            cwd="/",
            env=_environment(),
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
        if done.returncode != 0:
            fault = (done.stderr.strip().splitlines() or ["no message"])[-1]
            msg = f"the database folder {self.data} cannot be made ({fault})"
            raise EmbeddedError(msg)
        begun.unlink()

    def answers(self) -> bool:
        """Return whether a connection can be made just now."""
        try:
            psycopg.connect(self.dsn("postgres"), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def start(self) -> None:
        """Start the server and wait until it answers.

        A start that is refused is tried again for some seconds. Raises EmbeddedError with the
        last line of the server's log.
        """
        begun = time.monotonic()
        self.log.touch()
        # A row that the server refuses stands in its log, with what it says of a vessel.
        self.log.chmod(0o600)
        logged = self.log.stat().st_size
        while not (self._start_once() or self.answers()):
            # A server that is there but does not answer yet is still recovering.
            patience_s = _RETRY_S if self.pid() is None else _START_S
            said = self._last_words(logged)
            passing = any(sign in said for sign in _PASSING)
            if not passing or time.monotonic() > begun + patience_s:
                msg = f"the database in {self.data} does not start ({said})"
                raise EmbeddedError(msg)
            time.sleep(0.5)

    def _start_once(self) -> bool:
        settings = [word for k, v in _SETTINGS.items() for word in ("-c", f"{k}={v}")]
        command = self.account.run(
            *(self.programs / "postgres", "-D", self.data),
            *("-c", f"unix_socket_directories={self.socket_folder()}", *settings),
        )
        # The shell lets go of the server, so that it outlives the command that started it.
        launched = subprocess.run(
            ["sh", "-c", '"$@" </dev/null >>"$0" 2>&1 & echo $!', str(self.log), *command],
            cwd="/",
            env=_environment(),
            capture_output=True,
            start_new_session=True,
            check=True,
        )
        pid = int(launched.stdout)
        end = time.monotonic() + _START_S
        while time.monotonic() < end and _lives(pid):
            if self.answers():
                return True
            time.sleep(0.05)
        return False

    def _last_words(self, logged: int) -> str:
        """Return the last fatal line of the log after its first ``logged`` bytes."""
        lines = self.log.read_bytes()[logged:].decode("utf-8", "replace").strip().splitlines()
        fatal = [line for line in lines if "FATAL" in line]
        return (fatal or lines or ["no message"])[-1]

    def stop(self) -> None:
        """Stop the server, if it runs, so that the next start needs no recovery."""
        pid = self.pid()
        if pid is None:
            return
        # Fast shutdown ends sessions; immediate shutdown is safe too, and costs a recovery.
        for sign, wait_s in ((signal.SIGINT, _STOP_S), (signal.SIGQUIT, _STOP_S)):
            os.kill(pid, sign)
            end = time.monotonic() + wait_s
            while time.monotonic() < end:
                if not _lives(pid):
                    self._tidy()
                    return
                time.sleep(0.02)
        msg = f"the database server (process {pid}) does not stop"
        raise EmbeddedError(msg)

    def _tidy(self) -> None:
        """Remove the socket's folder, which a stopped server leaves empty."""
        with suppress(OSError):
            self.socket_folder().rmdir()

    def pid(self) -> int | None:
        """Return the process id of the running server of this data folder, None if none runs."""
        # The number may have been given to another process since: its command line must name us.
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n")[0])
            ours = str(self.data) in psutil.Process(pid).cmdline()
        except (OSError, ValueError, psutil.Error):
            return None
        return pid if ours and _lives(pid) else None


def _lives(pid: int) -> bool:
    """Return whether ``pid`` runs; in a container without a reaper the dead stay as zombies."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _environment() -> dict[str, str]:
    """Return the environment without what would steer PostgreSQL behind our back."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**kept, "LC_ALL": "C"}
