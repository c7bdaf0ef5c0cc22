"""Files that people brought, between looking at what they would change and saying yes to it."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import TYPE_CHECKING, BinaryIO

import anyio
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

if TYPE_CHECKING:
    from starlette.datastructures import FormData
    from starlette.requests import Request
KEPT_S = 1800.0
"""Half an hour to read a preview; after it the file is brought again."""
_OF_ONE_PERSON = 4
_CHUNK = 1 << 20
_LONGEST_NAME = 80
_PREFIX = "vedetta-uploads-"


@dataclass(frozen=True, slots=True)
class Upload:
    """One file of one account: ``name`` as it came, ``path`` where it lies alone.

    rights  class of who made it (service.sight), where it says something of the list; () else
    """

    account: str
    name: str
    path: Path
    until: float
    rights: tuple[str, ...] = ()

    @property
    def token(self) -> str:
        """Return by what the person who brought it asks for it again."""
        return self.path.parent.name


class Uploads:
    """Files by a token that only the person who brought one can use; the oldest go first."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """``clock`` in seconds; the folder is made with the first file."""
        self._clock = clock
        self._lock = threading.Lock()
        self._folder: tuple[TemporaryDirectory[str], int] | None = None
        self._kept: dict[str, Upload] = {}

    def keep(
        self, account: str, name: str, data: bytes | BinaryIO, rights: tuple[str, ...] = ()
    ) -> str:
        """Keep a file and return its token; ``data`` is read from where it stands, by chunks."""
        token = secrets.token_urlsafe(16)
        with self._lock:
            self._forget(account)
            self._folder = self._folder or _own_folder()
            folder = Path(self._folder[0].name) / token
            folder.mkdir(mode=0o700)
        path = folder / _safe(name)
        # Without the lock: a large file takes seconds, in which others ask for theirs.
        with path.open("xb") as file:
            shutil.copyfileobj(BytesIO(data) if isinstance(data, bytes) else data, file, _CHUNK)
        with self._lock:
            self._kept[token] = Upload(account, path.name, path, self._clock() + KEPT_S, rights)
        return token

    async def of(self, account: str, form: FormData, brought: UploadFile | None) -> Upload:
        """Return the file of a form: the one in it, or one that went ahead and is kept already.

        Raises HTTPException where there is neither.
        """
        ahead = form.get("token")
        if brought is None and isinstance(ahead, str) and ahead:
            return self.get(account, ahead)
        if brought is None:
            raise HTTPException(400, "choose a file first")
        token = await anyio.to_thread.run_sync(
            self.keep, account, brought.filename or "", brought.file
        )
        return self.get(account, token)

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
            folder[0].cleanup()
            os.close(folder[1])

    def _forget(self, account: str) -> None:
        own = [token for token, one in self._kept.items() if one.account == account]
        old = [token for token, one in self._kept.items() if one.until < self._clock()]
        for token in {*old, *own[: max(0, len(own) - _OF_ONE_PERSON + 1)]}:
            gone = self._kept.pop(token).path
            gone.unlink(missing_ok=True)
            gone.parent.rmdir()


def remove_left() -> None:
    """Remove what services of this account left in TMPDIR that were killed; theirs were unlocked.

    What cannot be removed stays: it keeps nobody from starting.
    """
    for folder in Path(gettempdir()).glob(f"{_PREFIX}*"):
        try:
            if folder.lstat().st_uid != os.getuid():
                continue
            handle = _locked(folder)
        except OSError:  # no folder, gone meanwhile, or in use
            continue
        shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)


def _own_folder() -> tuple[TemporaryDirectory[str], int]:
    """Return a new folder and the handle that locks it; the kernel unlocks it when we die."""
    while True:
        folder = TemporaryDirectory(prefix=_PREFIX)
        with suppress(OSError):  # a service that started in this moment took it for left over
            handle = _locked(Path(folder.name))
            if Path(folder.name).is_dir():
                return folder, handle
            os.close(handle)


def _locked(folder: Path) -> int:
    """Lock ``folder`` and return its handle; raises OSError where it is none or another has it."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise
    return handle


async def form_of(request: Request) -> tuple[FormData, UploadFile | None]:
    """Return a form and the file in it, None where none was chosen.

    A form with a file was read by the doorkeeper, who closes it after the answer.
    """
    form = getattr(request.state, "form", None) or await request.form()
    given = form.get("file")
    return form, given if isinstance(given, UploadFile) and given.filename else None


def goes_ahead(request: Request) -> bool:
    """Tell whether a script sent the file alone, to show how much of it is there."""
    return request.headers.get("accept", "") == "application/json"


def _safe(name: str) -> str:
    """Return a file's name without folders and signs of the shell; its ending is kept."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(one if one.isalnum() or one in "-_. " else "_" for one in last).strip(". ")
    stem, dot, ending = clean.rpartition(".")
    return f"{(stem or 'file')[:_LONGEST_NAME]}{dot}{ending[:10]}" if dot else f"{clean}_"
