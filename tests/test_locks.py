"""What may be installed: exact versions with hashes, the same for the tests as for the service."""

import ast
import json
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ["run", "test", "npm", "coast"]
ROOMS = {"ais", "geofence", "watchlist", "alerts", "maps", "store", "service", "bench"}


def pins(name: str) -> set[str]:
    text = (ROOT / "requirements" / f"{name}.lock").read_text()
    return {
        line.split(" \\")[0] for line in text.splitlines() if re.match(r"[\w.-]+(\[|==)", line)
    }


def imported(path: Path) -> set[str]:
    """Top-level names of the modules that a file imports."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)]
    return {name.partition(".")[0] for name in names}


def test_what_the_rooms_import_is_asked_for_by_name() -> None:
    asked = (ROOT / "requirements" / "run.in").read_text().lower()
    wanted = {re.match(r"[\w-]+", line)[0] for line in asked.splitlines() if line[0] != "#"}
    ours = ROOMS | set(sys.stdlib_module_names)
    used = set().union(*(imported(p) for room in ROOMS for p in (ROOT / room).rglob("*.py")))
    # `vedetta bench` runs on test.lock: it drives a browser.
    used -= {"playwright"}
    # coast.in: read once by a program of its own, then thrown away.
    used -= {"roaring_landmask"}
    homes = packages_distributions()
    missing = [
        name
        for name in sorted(used - ours)
        if not {home.lower().replace("_", "-") for home in homes.get(name, [])} & wanted
    ]
    assert missing == []


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_of_a_lock_has_a_version_and_a_hash(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.lock").read_text()
    entries = re.split(r"\n(?=[a-z])", text.strip())
    assert pins(name)
    assert [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_address(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.lock").read_text()
    assert re.findall(r"\w+://|--(?:extra-)?index|--find-links", text) == []


def test_the_tests_run_on_the_versions_that_the_service_runs_on() -> None:
    assert pins("run") <= pins("test")


def test_every_browser_asset_is_pinned_by_hash_and_names_no_address() -> None:
    packages = json.loads((ROOT / "maps/assets/package-lock.json").read_text())["packages"]
    packages.pop("")
    assert "node_modules/leaflet" in packages
    assert all(entry["integrity"].startswith("sha512-") for entry in packages.values())
    assert not any("resolved" in entry for entry in packages.values())
