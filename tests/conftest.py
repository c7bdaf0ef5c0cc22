"""What tests need of the host: missing, it is a loud skip for a user and a failure in CI."""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import httpx
import pytest
from hypothesis import settings

PLUGINS = ("browsing", "database", "hands", "order", "scratch", "seas")
pytest_plugins = [f"tests.plugins.{one}" for one in PLUGINS]

ROOT = Path(__file__).resolve().parent.parent

# The gate says the same of the same commit, on however busy a machine; new examples are drawn by
# whoever runs the suite by hand.
settings.register_profile("gate", derandomize=True, deadline=None)
if os.environ.get("VEDETTA_CI") == "1":
    settings.load_profile("gate")

# An answer that takes longer on a loaded machine is not wrong: five seconds are httpx's own.
httpx._config.DEFAULT_TIMEOUT_CONFIG.read = 60.0


def _missing(what: str, cure: str) -> NoReturn:
    if os.environ.get("VEDETTA_CI") == "1":
        pytest.fail(f"{what} not found, and VEDETTA_CI=1 allows no skips: {cure}", pytrace=False)
    pytest.skip(f"NOT TESTED: {what} not found: {cure}")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real recordings beside the checkout."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        _missing("../shared/data", f"put the recordings into {folder}")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Chromium's program."""
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        if path := shutil.which(name):
            return path
    _missing("Chromium", "apt install chromium")


@pytest.fixture(scope="session")
def coast_file() -> Path:
    """The file of the fine coast, made here once if it is not there: a hundred megabytes."""
    from service.fine_coast import FineCoastError, fine_coast

    try:
        return fine_coast()
    except FineCoastError as error:
        _missing("the fine coast", str(error))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one loud line how much was not tested for want of something on the host."""
    skipped = terminalreporter.stats.get("skipped", [])
    if count := sum("NOT TESTED" in str(report.longrepr) for report in skipped):
        line = f"{count} tests DID NOT RUN: something that they need is not on this machine"
        terminalreporter.write_line(line, red=True, bold=True)
