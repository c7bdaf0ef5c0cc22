"""The script ``./vedetta``, run for real with a Python that only notes how it was called."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

ROOT = Path(__file__).resolve().parent.parent

FAKE_PYTHON = """#!/bin/sh
for last; do :; done
echo "$*" | head -n 1 >>"$CALLS"
echo "bytecode ${PYTHONDONTWRITEBYTECODE-kept} ${PYTHONPYCACHEPREFIX-beside}" >>"$CALLS"
case "$*" in
    *version_info*) exit "${OLD:-0}" ;;
    *ensurepip*) [ -z "${NO_VENV-}" ] || exit 1; echo "$0" ;;
    "-m venv"*) mkdir -p "$last/bin"; cp "$0" "$last/bin/python"; cp "$0" "$last/bin/pip" ;;
    "-m pip"*) sleep "${PIP_S:-0}"; exit "${PIP_EXIT:-0}" ;;
    "-m "*) printf '%s\\n' "$PWD" "$PYTHONPATH" "$PYTHONSAFEPATH" "$@" ;;
esac
"""
TOOLS = "cat cksum cmp cp cut dirname flock head mkdir readlink rm sh sleep".split()


@dataclass(frozen=True)
class Checkout:
    """A copy of the script in a folder with a space, and a PATH that holds nothing unneeded."""

    folder: Path

    @property
    def root(self) -> Path:
        return self.folder / "a checkout"

    @property
    def tools(self) -> Path:
        return self.folder / "bin"

    def environment(self, **more: str) -> dict[str, str]:
        own = {"PATH": str(self.tools), "CALLS": str(self.folder / "calls")}
        return own | {"HOME": str(self.folder / "home")} | more

    def run(
        self, *words: str, cwd: Path | None = None, prefix: tuple[str, ...] = (), **more: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*prefix, str(self.root / "vedetta"), *words],
            env=self.environment(**more),
            cwd=cwd or self.folder,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def calls(self, start: str) -> list[str]:
        lines = (self.folder / "calls").read_text().splitlines()
        return [line for line in lines if line.startswith(start)]


@pytest.fixture
def bare() -> Iterator[Checkout]:
    """A checkout on a machine without any Python; another user may look into it."""
    with TemporaryDirectory() as name:
        checkout = Checkout(Path(name).resolve())
        checkout.folder.chmod(0o755)
        checkout.tools.mkdir()
        for tool in TOOLS:
            (checkout.tools / tool).symlink_to(str(shutil.which(tool)))
        checkout.root.mkdir()
        shutil.copy(ROOT / "vedetta", checkout.root)
        shutil.copytree(ROOT / "requirements", checkout.root / "requirements")
        yield checkout


@pytest.fixture
def checkout(bare: Checkout) -> Checkout:
    """A checkout on a machine with a Python."""
    python = bare.tools / "python3"
    python.write_text(FAKE_PYTHON)
    python.chmod(0o755)
    return bare


def test_no_python_is_one_line_with_the_cure(bare: Checkout) -> None:
    done = bare.run("demo")
    assert done.returncode == 1
    assert done.stderr == (
        "vedetta: needs Python 3.11 or newer and found none on PATH: "
        "apt install python3 python3-venv\n"
    )


def test_an_old_python_is_as_good_as_none(checkout: Checkout) -> None:
    done = checkout.run("demo", OLD="1")
    assert done.returncode == 1
    assert "needs Python 3.11 or newer" in done.stderr


def test_a_missing_venv_module_is_named_with_its_cure(checkout: Checkout) -> None:
    done = checkout.run("demo", NO_VENV="1")
    assert done.returncode == 1
    assert done.stderr == "vedetta: python3 has no venv module: apt install python3-venv\n"
    assert not (checkout.root / ".venv").exists()


def test_a_python_with_the_module_is_preferred_to_a_newer_one_without(checkout: Checkout) -> None:
    newer = checkout.tools / "python3.13"
    newer.write_text(FAKE_PYTHON.replace('"${NO_VENV-}"', "no"))
    newer.chmod(0o755)
    assert checkout.run("demo").returncode == 0


def test_the_first_run_says_that_it_prepares_and_the_second_starts_at_once(
    checkout: Checkout,
) -> None:
    assert "preparing its Python packages" in checkout.run("demo").stderr
    assert checkout.run("demo").stderr == ""
    assert len(checkout.calls("-m pip install")) == 1
    assert len(checkout.calls("-m service demo")) == 2


def test_packages_are_installed_by_hash_and_as_wheels_only(checkout: Checkout) -> None:
    checkout.run("demo")
    (call,) = checkout.calls("-m pip install")
    assert "--require-hashes" in call
    assert "--only-binary :all:" in call
    assert call.endswith(f"-r {checkout.root}/requirements/run.lock")


def test_what_python_compiles_is_kept_in_the_environment(checkout: Checkout) -> None:
    checkout.run("demo", PYTHONDONTWRITEBYTECODE="1")
    assert checkout.calls("bytecode")[-1] == f"bytecode kept {checkout.root}/.venv/bytecode"
    checkout.run("demo", PYTHONPYCACHEPREFIX="/elsewhere")
    assert checkout.calls("bytecode")[-1] == "bytecode kept /elsewhere"


def test_the_caller_stays_where_they_stand(checkout: Checkout) -> None:
    done = checkout.run("decode", "a file.nmea", "--x=", cwd=checkout.tools)
    words = ["-m", "service", "decode", "a file.nmea", "--x="]
    assert done.stdout.splitlines() == [str(checkout.tools), str(checkout.root), "1", *words]


def test_a_link_to_the_script_finds_the_checkout(checkout: Checkout) -> None:
    link = checkout.tools / "vedetta"
    link.symlink_to(checkout.root / "vedetta")
    done = subprocess.run(
        ["vedetta", "demo"],
        executable=str(link),
        env=checkout.environment(),
        cwd=checkout.folder,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[1] == str(checkout.root)


def test_a_changed_lock_is_installed_again(checkout: Checkout) -> None:
    checkout.run("demo")
    with (checkout.root / "requirements" / "run.lock").open("a") as lock:
        lock.write("# another version\n")
    checkout.run("demo")
    assert len(checkout.calls("-m pip install")) == 2
    assert len(checkout.calls("-m venv")) == 1


def test_what_was_left_half_made_is_made_anew(checkout: Checkout) -> None:
    failed = checkout.run("demo", PIP_EXIT="1")
    assert failed.returncode == 1
    assert "pip could not install requirements/run.lock" in failed.stderr
    assert checkout.run("demo").returncode == 0
    assert [call.split()[2] for call in checkout.calls("-m venv")] == ["--clear", "--clear"]


def test_an_environment_whose_python_is_gone_is_made_anew(checkout: Checkout) -> None:
    checkout.run("demo")
    (checkout.root / ".venv" / "bin" / "python").unlink()
    assert checkout.run("demo").returncode == 0
    assert len(checkout.calls("-m venv --clear")) == 2


def test_two_at_once_prepare_once(checkout: Checkout) -> None:
    command = [str(checkout.root / "vedetta"), "demo"]
    both = [
        subprocess.Popen(
            command,
            env=checkout.environment(PIP_S="0.3"),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(2)
    ]
    assert [b"service" in process.communicate()[0] for process in both] == [True, True]
    assert len(checkout.calls("-m pip install")) == 1


def test_a_checkout_that_cannot_be_written_uses_the_callers_cache(checkout: Checkout) -> None:
    cache = checkout.folder / "cache"
    for folder in (cache, checkout.folder):
        folder.mkdir(exist_ok=True)
        folder.chmod(0o777)
    checkout.root.chmod(0o555)
    # Root may write anywhere, so root becomes somebody else.
    setpriv = (str(shutil.which("setpriv")), "--reuid=65534", "--regid=65534", "--clear-groups")
    prefix = setpriv if os.geteuid() == 0 else ()
    done = checkout.run("demo", prefix=prefix, XDG_CACHE_HOME=str(cache))
    checkout.root.chmod(0o755)
    assert done.returncode == 0, done.stderr
    assert not (checkout.root / ".venv").exists()
    assert len(list((cache / "vedetta").glob("venv-*/run.lock"))) == 1


def test_the_verb_test_runs_pytest_at_the_root_with_both_locks(checkout: Checkout) -> None:
    (checkout.folder / "test_x.py").touch()
    done = checkout.run("test", "-k", "not slow", "test_x.py::test_a")
    where, _, _, *words = done.stdout.splitlines()
    assert where == str(checkout.root)
    assert words == ["-m", "pytest", "-k", "not slow", f"{checkout.folder}/test_x.py::test_a"]
    assert checkout.calls("-m pip install")[0].endswith("/requirements/test.lock")
    assert checkout.run("demo").stderr == ""


def test_words_of_the_verb_test_stay_as_they_are_at_the_root(checkout: Checkout) -> None:
    (checkout.root / "ais").mkdir()
    done = checkout.run("test", "-k", "ais", cwd=checkout.root)
    assert done.stdout.splitlines()[3:] == ["-m", "pytest", "-k", "ais"]
