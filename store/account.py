"""Who the embedded server runs as.

PostgreSQL refuses root, and users that are not in ``/etc/passwd`` (containers with made-up user
ids, users of a directory service): for these a user namespace maps them to ``nobody``.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from shutil import which

from store.errors import EmbeddedError

# Debian's nobody and nogroup: the one unprivileged id that every /etc/passwd has.
NOBODY = 65_534
_UNSHARE = ("unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}", "--")
_SETPRIV = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--")


@dataclass(frozen=True, slots=True)
class Account:
    """How to start a program of the server, and who owns its files.

    prefix  words to put before the program's command line
    owner   user id that the server's folders must belong to
    """

    prefix: tuple[str, ...]
    owner: int

    def run(self, *command: str | Path) -> tuple[str, ...]:
        """Return ``command`` as this account starts it."""
        return (*self.prefix, *map(str, command))

    def place(self, folder: Path, elsewhere: Path) -> Path:
        """Return ``folder`` made, or its twin below ``elsewhere`` if the account cannot reach it.

        A home of mode 0700 hides what is in it from any account that is not its owner.
        """
        folder.mkdir(parents=True, exist_ok=True)
        if self._reaches(folder):
            return folder
        twin = elsewhere / folder.resolve().relative_to("/")
        twin.mkdir(parents=True, exist_ok=True)
        if self._reaches(twin):
            return twin
        msg = f"folder {twin} cannot be entered by user id {self.owner}"
        raise EmbeddedError(msg)

    def give(self, folder: Path) -> None:
        """Make the account own ``folder`` itself, closed to everybody else."""
        folder.mkdir(parents=True, exist_ok=True)
        # PostgreSQL refuses a data folder that others may enter.
        folder.chmod(0o700)
        if folder.stat().st_uid != self.owner:
            os.chown(folder, self.owner, self.owner)

    def _reaches(self, folder: Path) -> bool:
        return not self.prefix or _works(self.run("test", "-x", folder))


def account() -> Account:
    """Return the account for this process's user; raises EmbeddedError where none works.

    Itself, if PostgreSQL takes it; else itself under another number in a user namespace; else,
    for root in a container that refuses namespaces, the real nobody.
    """
    user = os.geteuid()
    if user != 0 and _listed(user):
        return Account((), user)
    if _works((*_UNSHARE, "true")):
        return Account(_UNSHARE, user)
    if user == 0 and _works((*_SETPRIV, "true")):
        return nobody()
    msg = f"PostgreSQL refuses user id {user}, and neither unshare nor setpriv works here"
    raise EmbeddedError(msg)


def nobody() -> Account:
    """Return the account that root falls back to."""
    return Account(_SETPRIV, NOBODY)


def _listed(user: int, passwd: Path = Path("/etc/passwd")) -> bool:
    """Return whether the C library that the server brings will know ``user``: files only."""
    try:
        lines = passwd.read_text("utf-8", "replace").splitlines()
    except OSError:
        return False
    return any(line.split(":")[2:3] == [str(user)] for line in lines)


def _works(command: tuple[str, ...]) -> bool:
    return (
        which(command[0]) is not None
        and subprocess.run(command, capture_output=True, check=False).returncode == 0
    )
