"""A new spool for a database whose spool is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ais.spool.layout import open_path, split, sync_folder
from service.errors import WrongUseError
from service.pipeline.live import SPOOL_KEY
from store import audit
from store.board import committed_offset
from store.connect import database, session
from store.server_keys import forget_key

if TYPE_CHECKING:
    from service.settings import Settings
    from store.changes import Change


def begin_behind(settings: Settings, made: Change) -> int:
    """Begin an empty spool behind all that the database has read; return its first segment.

    Raises WrongUseError where a spool lies there already, StoreError without the service's
    database, OSError where the folder cannot be written to.
    """
    folder = settings.folder / "spool"
    if folder.is_dir() and any(folder.iterdir()):
        msg = (
            f"{folder} is not empty: expected an empty folder; move what is left of the old spool"
        )
        raise WrongUseError(msg)
    with database(settings.database.folder, existing=True) as dsn, session(dsn) as connection:
        read = committed_offset(dsn)
        number = split(read)[0] + 1
        folder.mkdir(parents=True, exist_ok=True)
        open_path(folder, number).touch()
        sync_folder(folder)
        forget_key(connection, SPOOL_KEY)
        details = {"read": read, "segment": number}
        audit.append(connection, made, "spool.begin", "spool", details)
    return number
