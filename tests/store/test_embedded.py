from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from store.account import Account, _listed, account, nobody
from store.embedded import embedded, locate, revive
from store.errors import EmbeddedError
from store.server import Server

ROOT = Path(__file__).parents[2]
HOLD = """
import sys
from pathlib import Path
from store.embedded import embedded
with embedded(Path(sys.argv[1])) as dsn:
    print("ready", flush=True)
    sys.stdin.readline()
"""


class Command:
    """Another command that uses the server of a folder until it is told to leave."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(folder)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def wait_until_ready(self) -> None:
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ready\n"

    def leave(self) -> None:
        self.process.communicate("\n", timeout=60)

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=60)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Give a folder for a server, which is stopped whatever happened."""
    yield tmp_path / "database"
    server = locate(tmp_path / "database")
    server.stop()


def kill_server(server: Server) -> None:
    pid = server.pid()
    assert pid is not None
    children = psutil.Process(pid).children(recursive=True)
    for victim in (pid, *(child.pid for child in children)):
        try:
            os.kill(victim, signal.SIGKILL)
        except ProcessLookupError:
            continue


def answer(dsn: str, statement: str) -> object:
    with psycopg.connect(dsn, autocommit=True) as connection:
        [value] = connection.execute(statement).fetchone() or [None]
    return value


def test_the_server_runs_only_while_it_is_used(folder: Path) -> None:
    with embedded(folder) as dsn:
        assert answer(dsn, "SHOW shared_preload_libraries") == "timescaledb"
        assert answer(dsn, "SHOW listen_addresses") == ""
        assert answer(dsn, "SHOW synchronous_commit") == "on"
    assert locate(folder).pid() is None


def test_a_stopped_server_leaves_no_socket_folder(folder: Path) -> None:
    with embedded(folder) as dsn:
        socket = Path(dsn.split()[0].removeprefix("host="))
        assert socket.stat().st_mode & 0o777 == 0o700
    assert not socket.exists()


def test_data_and_log_are_closed_to_others(folder: Path) -> None:
    with embedded(folder):
        server = locate(folder)
        assert [path.stat().st_mode & 0o777 for path in (server.data, server.log)] == [
            0o700,
            0o600,
        ]


def test_what_was_written_is_there_at_the_next_start(folder: Path) -> None:
    with embedded(folder) as dsn, psycopg.connect(dsn) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS x")
    with embedded(folder) as dsn:
        assert answer(dsn, "SELECT x FROM kept") == 42


def test_several_databases_share_one_server(folder: Path) -> None:
    with embedded(folder, database="one") as one, embedded(folder, database="two") as two:
        assert answer(one, "SELECT current_database()") == "one"
        assert answer(two, "SELECT current_database()") == "two"


def test_the_last_command_out_stops_the_server(folder: Path) -> None:
    with embedded(folder) as dsn:
        other = Command(folder)
        other.wait_until_ready()
    assert answer(dsn, "SELECT 1") == 1
    other.leave()
    assert locate(folder).pid() is None


def test_two_commands_that_start_at_once_share_one_server(folder: Path) -> None:
    commands = [Command(folder), Command(folder)]
    for command in commands:
        command.wait_until_ready()
    for command in commands:
        command.leave()
        assert command.process.returncode == 0
    assert locate(folder).pid() is None


def test_a_killed_command_does_not_keep_the_server_from_stopping(folder: Path) -> None:
    with embedded(folder):
        other = Command(folder)
        other.wait_until_ready()
        other.kill()
    assert locate(folder).pid() is None


def test_a_server_that_outlived_its_killed_command_is_used_again(folder: Path) -> None:
    command = Command(folder)
    command.wait_until_ready()
    command.kill()
    before = locate(folder).pid()
    assert before is not None
    with embedded(folder):
        assert locate(folder).pid() == before
    assert locate(folder).pid() is None


def test_a_killed_server_is_revived_with_all_that_was_acknowledged(folder: Path) -> None:
    with embedded(folder) as dsn:
        with psycopg.connect(dsn) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS x")
        server = locate(folder)
        kill_server(server)
        revive(server)
        assert answer(dsn, "SELECT x FROM kept") == 42


def test_a_killed_server_is_started_by_the_next_command(folder: Path) -> None:
    with embedded(folder):
        kill_server(locate(folder))
    with embedded(folder) as dsn:
        assert answer(dsn, "SELECT 1") == 1


def test_a_foreign_process_with_the_old_number_is_left_alone(folder: Path) -> None:
    with embedded(folder):
        pass
    server = locate(folder)
    (server.data / "postmaster.pid").write_text(f"{os.getpid()}\n{server.data}\n")
    assert server.pid() is None
    server.stop()


def test_a_moved_data_folder_goes_on(folder: Path) -> None:
    with embedded(folder) as dsn, psycopg.connect(dsn) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS x")
    moved = folder.parent / "elsewhere"
    folder.rename(moved)
    with embedded(moved) as dsn:
        assert answer(dsn, "SELECT x FROM kept") == 42


def test_a_long_path_gets_a_short_socket(tmp_path: Path) -> None:
    folder = tmp_path / ("deep" * 20) / ("deeper" * 10)
    with embedded(folder) as dsn:
        assert answer(dsn, "SELECT 1") == 1


def test_a_server_that_cannot_start_says_why_in_one_line(folder: Path) -> None:
    with embedded(folder):
        pass
    server = locate(folder)
    (server.data / "postgresql.auto.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(EmbeddedError) as error, embedded(folder):
        pytest.fail("it started")
    assert "FATAL:  configuration file" in str(error.value)
    assert "DATABASE_URL" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EmbeddedError, match=r"file/database cannot be used.*Not a directory"):
        locate(tmp_path / "file" / "database")


def test_a_second_start_of_a_running_server_finds_it(folder: Path) -> None:
    with embedded(folder) as dsn:
        locate(folder).start()
        assert answer(dsn, "SELECT 1") == 1


def test_a_half_made_data_folder_is_made_again(folder: Path) -> None:
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "PG_VERSION").write_text("17\n")
    (folder / "being-made").touch()
    for _ in range(2):
        with embedded(folder) as dsn:
            assert answer(dsn, "SELECT 1") == 1


def test_what_others_keep_there_is_never_removed(folder: Path) -> None:
    mine = folder / "data" / "harbour-2024.nmea"
    mine.parent.mkdir(parents=True)
    mine.write_text("!AIVDM")
    refused = pytest.raises(EmbeddedError, match="holds other things and no database")
    with refused, embedded(folder):
        pass
    assert mine.read_text() == "!AIVDM"


def test_the_data_of_a_backup_alone_is_a_database(folder: Path, tmp_path: Path) -> None:
    with embedded(folder) as dsn, psycopg.connect(dsn) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    (tmp_path / "again").mkdir()
    (folder / "data").rename(tmp_path / "again" / "data")
    with embedded(tmp_path / "again") as dsn:
        assert answer(dsn, "SELECT n FROM kept") == 7


def test_who_only_looks_makes_no_database(folder: Path) -> None:
    missing = pytest.raises(EmbeddedError, match="there is no database in")
    with missing, embedded(folder, existing=True):
        pass
    assert not (folder / "data").exists()


def test_a_socket_folder_of_somebody_else_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = Path(tempfile.mkdtemp(dir="/tmp"))
    monkeypatch.setattr(tempfile, "tempdir", str(short))
    server = Server(tmp_path, tmp_path, Account(("true",), os.geteuid()))
    folder = server.socket_folder()
    folder.rmdir()
    folder.symlink_to(tmp_path)
    with pytest.raises(EmbeddedError, match="belongs to"):
        server.socket_folder()
    shutil.rmtree(short)


def test_root_lends_the_server_another_identity() -> None:
    assert (os.geteuid() == 0) <= (account().prefix[:1] in {("unshare",), ("setpriv",)})


def test_only_users_of_the_password_file_are_known(tmp_path: Path) -> None:
    passwd = tmp_path / "passwd"
    passwd.write_text("root:x:0:0::/root:/bin/sh\nanna:x:1000:1000::/home/anna:/bin/sh\n\n")
    assert [_listed(user, passwd) for user in (0, 1000, 1001)] == [True, True, False]
    assert not _listed(0, tmp_path / "missing")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become nobody")
def test_root_without_user_namespaces_runs_it_as_nobody() -> None:
    base = Path(tempfile.mkdtemp(dir="/var/tmp"))
    base.chmod(0o755)
    cache = locate(base / "unused").programs.parents[5]
    shutil.copytree(cache, base / "cache" / "timescaledb", symlinks=True)
    with embedded(base / "database", base / "cache", owner=nobody()) as dsn:
        assert answer(dsn, "SELECT 1") == 1
        server = locate(base / "database", base / "cache", nobody())
        assert psutil.Process(server.pid()).uids().real == 65_534
    shutil.rmtree(base)


def test_a_database_that_cannot_be_made_is_told_in_one_line(tmp_path: Path) -> None:
    with (
        pytest.raises(EmbeddedError, match="cannot be made"),
        embedded(tmp_path, database="no\0name"),
    ):
        pytest.fail("it was made")
    assert locate(tmp_path).pid() is None
