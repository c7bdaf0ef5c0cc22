"""The rooms are ours, and no file names what belongs to one machine or to one network."""

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ["ais", "geofence", "watchlist", "alerts", "maps", "store", "service", "bench"]

# One letter of each in brackets, so that this file does not name them itself.
REGISTRIES = rb"p[y]pi\.org|python[h]osted|registry\.n[p]m|d[e]b\.debian|security\.d[e]bian"
MACHINES = rb"/w[o]rk/|/f[a]rm/|bash_j[o]bs"


def project_files(folder: Path = ROOT) -> Iterator[Path]:
    """Every file that is or could be committed; hidden folders but ``.ci`` hold none."""
    for path in sorted(folder.iterdir()):
        hidden = path.name.startswith(".") and path.name != ".ci"
        if path.is_dir() and not hidden and path.name not in {"__pycache__", "node_modules"}:
            yield from project_files(path)
        elif path.is_file():
            yield path


@pytest.mark.parametrize("room", ROOMS)
def test_each_room_is_ours(room: str) -> None:
    found = importlib.import_module(room).__file__
    assert found is not None
    assert Path(found).resolve().parent == ROOT / room, (
        f"another distribution, perhaps libais, provides {room!r}: {found}"
    )


def test_the_search_for_files_sees_the_whole_project() -> None:
    seen = {path.relative_to(ROOT).as_posix() for path in project_files()}
    assert {".ci/run", "vedetta", "pyproject.toml", "requirements/run.lock"} <= seen
    assert "maps/assets/package-lock.json" in seen


@pytest.mark.parametrize("names", [REGISTRIES, MACHINES], ids=["registries", "machines"])
def test_no_file_names_a_registry_or_a_folder_of_one_machine(names: bytes) -> None:
    pattern = re.compile(names)
    found = {path: pattern.search(path.read_bytes()) for path in project_files()}
    assert {str(path.relative_to(ROOT)): hit[0] for path, hit in found.items() if hit} == {}
