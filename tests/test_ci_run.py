"""``.ci/run``: everything runs, every failure counts, pytest's summary is the last line."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SUMMARY = "========== 3 passed in 0.10s =========="

VEDETTA = f"""#!/bin/sh
echo "vedetta $* ci=$VEDETTA_CI" >>"$CALLS"
[ "$2" = --version ] && exit
echo '{SUMMARY}'
echo 'a library has the last word' >&2
exit "${{TESTS_EXIT:-0}}"
"""
LINTER = """#!/bin/sh
echo "$(basename "$0") $*" >>"$CALLS"
case "$*" in *"${BROKEN:-nothing}"*) echo "a fault"; exit 1 ;; esac
"""

Run = Callable[..., subprocess.CompletedProcess[str]]


def program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


@pytest.fixture
def ci(tmp_path: Path) -> Run:
    """Give a function that runs ``.ci/run`` where the script and the linters are stand-ins."""
    root = tmp_path / "a checkout"
    (root / ".ci").mkdir(parents=True)
    shutil.copy(ROOT / ".ci" / "run", root / ".ci")
    program(root / "vedetta", VEDETTA)
    program(root / ".venv" / "bin" / "python", LINTER)
    program(root / ".venv" / "bin" / "lint-imports", LINTER)
    program(tmp_path / "bin" / "id", "#!/bin/sh\necho 1000\n")

    def run(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
        path = f"{tmp_path / 'bin'}:{os.environ['PATH']}"
        environment = {"PATH": path, "CALLS": str(tmp_path / "calls")} | more
        command = [str(root / ".ci" / "run"), *words]
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=60, check=False
        )

    return run


def calls(folder: Path) -> list[str]:
    return (folder / "calls").read_text().splitlines()


def test_a_sound_project_passes_and_the_summary_is_the_last_line(ci: Run) -> None:
    done = ci()
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == SUMMARY


def test_all_gates_run_in_ci_mode(ci: Run, tmp_path: Path) -> None:
    ci("-k", "x")
    said = "\n".join(calls(tmp_path))
    gates = ["ruff check .", "ruff format --check .", "mypy", "lint-imports", "interrogate"]
    assert [gate for gate in gates if gate not in said] == []
    assert calls(tmp_path)[-1] == "vedetta test --color=no -k x ci=1"


@pytest.mark.parametrize("gate", ["ruff check", "ruff format", "mypy", "interrogate"])
def test_one_failing_gate_fails_the_run_but_the_others_still_run(
    ci: Run, tmp_path: Path, gate: str
) -> None:
    done = ci(BROKEN=gate)
    assert done.returncode == 1
    assert f"failed: .venv/bin/python -m {gate}" in done.stdout
    assert done.stdout.splitlines()[-1] == SUMMARY
    assert len(calls(tmp_path)) == 7


def test_failing_tests_fail_the_run(ci: Run) -> None:
    done = ci(TESTS_EXIT="1")
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == SUMMARY
