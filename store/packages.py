"""PostgreSQL and TimescaleDB out of Debian's packages, unpacked into a folder of our own.

Nothing is installed: each program is started through the loader and the libraries that came with
it, so it runs on an older Debian as well, and the machine's own libraries are never touched.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from store.debian import debian_mirrors
from store.errors import EmbeddedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# The first release with TimescaleDB, whatever the machine runs: its libraries come along.
SUITE = "trixie"
PROGRAMS = ("postgres", "initdb", "psql")
# What PostgreSQL needs to run, and no more: apt's own closure brings perl and 60 MB.
_PACKAGES = """
    postgresql-17 postgresql-client-17 postgresql-17-timescaledb libpq5 libc6 libgcc-s1
    libstdc++6 libzstd1 liblz4-1 libxml2 libpam0g libssl3t64 libgssapi-krb5-2 zlib1g libldap2
    libicu76 libsystemd0 libkrb5-3 libk5crypto3 libcom-err2 libkrb5support0 libkeyutils1
    libsasl2-2 liblzma5 libaudit1 libcap-ng0 libcap2 libgcrypt20 libgpg-error0 libselinux1
    libpcre2-8-0 libreadline8t64 libtinfo6
""".split()
_KEYRINGS = (
    Path("/usr/share/keyrings/debian-archive-keyring.gpg"),
    Path("/usr/share/keyrings/debian-archive-keyring.pgp"),
)
_WRAPPER = '#!/bin/sh\nexec "{loader}" --library-path "{libraries}" --argv0 "$0" "{real}" "$@"\n'


def prepare(folder: Path, say: Callable[[str], None], etc: Path = Path("/etc/apt")) -> Path:
    """Make sure that ``folder`` holds the programs; return the folder ``bin`` that they are in.

    1. Wait for whoever prepares the same folder just now.
    2. Done already: return. Done, but in another place: write the wrappers again.
    3. Else fetch, unpack beside the goal, rename, write the wrappers, then the marker.

    ``etc`` is the folder of the machine's apt sources. Raises EmbeddedError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    folder = folder.resolve()
    root = folder / "root"
    with _alone(folder / "lock"):
        if not (folder / "unpacked").exists():
            say("preparing TimescaleDB once: about 40 MB from this machine's Debian mirror")
            _fetch(folder, etc)
            _unpack(folder, root)
            (folder / "unpacked").touch()
        marker = folder / "ready.json"
        if _read(marker) != str(folder):
            _wrap(root)
            marker.write_text(json.dumps({"folder": str(folder)}), encoding="utf-8")
    return _bin(root)


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _read(marker: Path) -> str:
    try:
        return str(json.loads(marker.read_text(encoding="utf-8"))["folder"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _fetch(folder: Path, etc: Path) -> None:
    missing = [name for name in ("apt-get", "apt-config", "dpkg-deb") if not shutil.which(name)]
    if missing:
        msg = f"{missing[0]} is not on this machine"
        raise EmbeddedError(msg)
    mirrors = debian_mirrors(etc)
    keyring = next((path for path in _KEYRINGS if path.exists()), None)
    if not mirrors or keyring is None:
        lack = "no Debian archive in its apt sources" if keyring else "no Debian archive keyring"
        msg = f"this machine has {lack}"
        raise EmbeddedError(msg)
    faults = [fault for mirror in mirrors if (fault := _download(folder, mirror, keyring))]
    if len(faults) == len(mirrors):
        msg = f"Debian's packages cannot be fetched ({faults[0]})"
        raise EmbeddedError(msg)


def _download(folder: Path, mirror: str, keyring: Path) -> str:
    """Fetch every package from ``mirror`` into ``folder/debs``; return the fault, '' if none."""
    if list((folder / "debs").glob("*.deb")) and (folder / "debs" / "complete").exists():
        return ""
    environment = _private_apt(folder, mirror, keyring)
    debs = folder / "debs"
    shutil.rmtree(debs, ignore_errors=True)
    debs.mkdir()
    for command in (["update"], ["download", *_PACKAGES]):
        done = subprocess.run(
            ["apt-get", "-q", *command],
            cwd=debs,
            env=environment,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
        if done.returncode != 0:
            return _last_error(done.stderr)
    (debs / "complete").touch()
    return ""


def _last_error(text: str) -> str:
    lines = [line for line in text.splitlines() if line.startswith(("E:", "W:"))]
    return lines[-1] if lines else text.strip().splitlines()[-1] if text.strip() else "apt-get"


def _private_apt(folder: Path, mirror: str, keyring: Path) -> dict[str, str]:
    """Write an apt state of our own; return the environment in which apt-get uses it."""
    state = folder / "apt"
    for part in ("state/lists/partial", "cache/archives/partial", "sources"):
        (state / part).mkdir(parents=True, exist_ok=True)
    (state / "status").touch()
    (state / "sources" / "debian.sources").write_text(
        f"Types: deb\nURIs: {mirror}\nSuites: {SUITE}\nComponents: main\nSigned-By: {keyring}\n",
        encoding="utf-8",
    )
    # Everything that apt would write lies in our folder; the machine's lists are not touched.
    settings = {
        "Dir::State": state / "state",
        "Dir::State::status": state / "status",
        "Dir::Cache": state / "cache",
        "Dir::Etc::sourcelist": "/dev/null",
        "Dir::Etc::sourceparts": state / "sources",
        "Dir::Etc::parts": "/dev/null",
        "Dir::Etc::main": "/dev/null",
        # apt would change to the user _apt, who cannot enter our folder.
        "APT::Sandbox::User": "",
        "Acquire::Languages": "none",
        "Acquire::Retries": "2",
        # Without it «update» succeeds when nothing could be fetched.
        "APT::Update::Error-Mode": "any",
    }
    lines = [f'{name} "{value}";' for name, value in settings.items()]
    config = state / "apt.conf"
    # It may repeat the password of a proxy that the machine's own settings carry.
    config.touch(mode=0o600)
    config.write_text("\n".join([*_network_settings(), *lines, ""]), encoding="utf-8")
    return {**os.environ, "APT_CONFIG": str(config), "LC_ALL": "C"}


def _network_settings() -> list[str]:
    """Return the machine's own proxy and transport settings; its hooks must not run for us."""
    dump = subprocess.run(
        ["apt-config", "dump"], capture_output=True, text=True, check=False, errors="replace"
    )
    return [line for line in dump.stdout.splitlines() if line.startswith("Acquire::")]


def _unpack(folder: Path, root: Path) -> None:
    partial = folder / "root.partial"
    shutil.rmtree(partial, ignore_errors=True)
    shutil.rmtree(root, ignore_errors=True)
    for deb in sorted((folder / "debs").glob("*.deb")):
        done = subprocess.run(
            ["dpkg-deb", "-x", deb, partial], capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            msg = f"{deb.name} cannot be unpacked ({_last_error(done.stderr)})"
            raise EmbeddedError(msg)
    # dpkg-deb gives the folder the packages' mode; the account must be able to enter it.
    partial.chmod(0o755)
    partial.rename(root)
    # 40 MB that nobody needs again: a moved folder only needs its wrappers.
    shutil.rmtree(folder / "debs")
    shutil.rmtree(folder / "apt")


def _bin(root: Path) -> Path:
    return root / "usr" / "lib" / "postgresql" / "17" / "bin"


def _wrap(root: Path) -> None:
    """Put a script in place of each program; the paths of this folder are baked into it."""
    libraries = next((root / "usr" / "lib").glob("*-linux-gnu"), None)
    loader = next(libraries.glob("ld-linux-*.so.*"), None) if libraries else None
    if libraries is None or loader is None:
        msg = f"the packages in {root} hold no loader"
        raise EmbeddedError(msg)
    real = _bin(root).parent / "real"
    real.mkdir(exist_ok=True)
    for name in PROGRAMS:
        # In a folder that moved the real program is in its place already.
        if not (real / name).exists():
            (_bin(root) / name).rename(real / name)
        wrapper = _bin(root) / name
        wrapper.write_text(
            _WRAPPER.format(loader=loader, libraries=libraries, real=real / name),
            encoding="utf-8",
        )
        wrapper.chmod(0o755)
