"""What the host lacks is a loud skip for a user and a failure in CI."""

import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).with_name("conftest.py")
TEST = """
def test_page(chromium): pass
def test_replay(shared_data): pass
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Give a project with the real conftest, no recordings beside it and nothing on PATH."""
    tests = tmp_path / "project" / "tests"
    tests.mkdir(parents=True)
    own = [line for line in CONFTEST.read_text().splitlines() if "pytest_plugins" not in line]
    (tests / "conftest.py").write_text("\n".join(own))
    (tests / "test_x.py").write_text(TEST)
    return tests


def pytest_in(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-ra", "-p", "no:cacheprovider", "."],
        cwd=folder,
        env={"PATH": str(folder)} | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_user_is_told_loudly_what_did_not_run_and_how_to_cure_it(project: Path) -> None:
    done = pytest_in(project)
    assert done.returncode == 0
    assert "NOT TESTED: Chromium not found: apt install chromium" in done.stdout
    assert "2 tests DID NOT RUN" in done.stdout


def test_ci_allows_no_such_skip(project: Path) -> None:
    done = pytest_in(project, VEDETTA_CI="1")
    assert done.returncode == 1
    assert "2 errors" in done.stdout
    assert "../shared/data not found, and VEDETTA_CI=1 allows no skips" in done.stdout


def test_what_is_there_is_given(project: Path) -> None:
    chromium = project / "chromium"
    chromium.write_text("#!/bin/sh\n")
    chromium.chmod(0o755)
    (project.parent.parent / "shared" / "data").mkdir(parents=True)
    assert "2 passed" in pytest_in(project, VEDETTA_CI="1").stdout
