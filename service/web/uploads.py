"""Files that people brought, between looking at what they would change and saying yes to it."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, TypeAlias

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

if TYPE_CHECKING:
    from starlette.datastructures import FormData
    from starlette.requests import Request

Brought: TypeAlias = "tuple[str, bytes]"
"""Name and content of a file."""
KEPT_S = 1800.0
"""Half an hour to read a preview; after it the file is brought again."""
_OF_ONE_PERSON = 4
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Upload:
    """One file of one account: ``name`` as it came, ``path`` where it lies alone."""

    account: str
    name: str
    path: Path
    until: float


class Uploads:
    """Files by a token that only the person who brought one can use; the oldest go first."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """``clock`` in seconds; the folder is made with the first file."""
        self._clock = clock
        self._lock = threading.Lock()
        self._folder: TemporaryDirectory[str] | None = None
        self._kept: dict[str, Upload] = {}

    def keep(self, account: str, name: str, data: bytes) -> str:
        """Keep a file and return its token."""
        token = secrets.token_urlsafe(16)
        with self._lock:
            self._forget(account)
            self._folder = self._folder or TemporaryDirectory(prefix="vedetta-uploads-")
            folder = Path(self._folder.name) / token
            folder.mkdir(mode=0o700)
            path = folder / _safe(name)
            path.write_bytes(data)
            self._kept[token] = Upload(account, path.name, path, self._clock() + KEPT_S)
        return token

    def get(self, account: str, token: str) -> Upload:
        """Return the file of ``token``; raises HTTPException where this person has none."""
        with self._lock:
            found = self._kept.get(token)
        if found is None or found.account != account or found.until < self._clock():
            raise HTTPException(404, "this file is not kept any more; bring it again")
        return found

    def close(self) -> None:
        """Remove all files with their folder."""
        with self._lock:
            folder, self._folder = self._folder, None
            self._kept.clear()
        if folder:
            folder.cleanup()

    def _forget(self, account: str) -> None:
        own = [token for token, one in self._kept.items() if one.account == account]
        old = [token for token, one in self._kept.items() if one.until < self._clock()]
        for token in {*old, *own[: max(0, len(own) - _OF_ONE_PERSON + 1)]}:
            gone = self._kept.pop(token).path
            gone.unlink(missing_ok=True)
            gone.parent.rmdir()


async def form_of(request: Request, name: str = "file") -> tuple[FormData, Brought | None]:
    """Return a form and the file in it, None where none was chosen; both are read to their end."""
    form = await request.form()
    try:
        given = form.get(name)
        if not isinstance(given, UploadFile) or not given.filename:
            return form, None
        return form, (given.filename, await given.read())
    finally:
        await form.close()


def chosen(brought: Brought | None) -> Brought:
    """Return the file that somebody brought; raises HTTPException where they chose none."""
    if brought is None:
        raise HTTPException(400, "choose a file first")
    return brought


def _safe(name: str) -> str:
    """Return a file's name without folders and signs of the shell; its ending is kept."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(one if one.isalnum() or one in "-_. " else "_" for one in last).strip(". ")
    stem, dot, ending = clean.rpartition(".")
    return f"{(stem or 'file')[:_LONGEST_NAME]}{dot}{ending[:10]}" if dot else f"{clean}_"
