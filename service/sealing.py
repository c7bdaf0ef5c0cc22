"""Secrets of second factors, sealed in the database: who copies it cannot make anybody's codes.

::

    environment ── people.totp_key_env ──▶ one or more texts: the first seals, all of them open
    secret ──seal──▶ "sealed:" + Fernet token ──open──▶ secret

A secret without the mark was kept before there was a key: it opens as it is, and is sealed at the
next start.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import structlog
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from service.errors import ServiceError
from store.connect import session
from store.people import reseal_totp

if TYPE_CHECKING:
    from service.people_settings import PeopleSettings

MARK = "sealed:"
_SHORTEST = 32
_USE = b"vedetta second factor 1:"
_log = structlog.get_logger()


class SealError(ServiceError):
    """A key that is none, or a secret that no key opens; the text says the cure."""


class Seal:
    """Seals with the first of its keys and opens with each; without a key it does neither."""

    def __init__(self, keys: tuple[str, ...] = ()) -> None:
        """``keys`` are texts of 32 characters or more."""
        self._fernets = [Fernet(_key(one)) for one in keys]

    @property
    def seals(self) -> bool:
        """Tell whether there is a key."""
        return bool(self._fernets)

    def sealed(self, secret: str) -> str:
        """Return what is kept of ``secret``; "" stays so, as all does without a key."""
        if not secret or not self._fernets:
            return secret
        return MARK + self._fernets[0].encrypt(secret.encode()).decode("ascii")

    def opened(self, kept: str) -> str:
        """Return the secret that is ``kept``; raises SealError where no key opens it."""
        if not kept.startswith(MARK):
            return kept
        if not self._fernets:
            raise SealError("second factors are sealed, and people.totp_key_env names no key")
        try:
            token = kept.removeprefix(MARK).encode("ascii")
            return MultiFernet(self._fernets).decrypt(token).decode()
        except (InvalidToken, ValueError):
            raise SealError("a second factor was sealed with another key: add it again") from None

    def renewed(self, kept: str) -> str:
        """Return ``kept``, sealed with the first key where it was not; raises SealError."""
        if not kept or not self._fernets:
            return kept
        try:
            self._fernets[0].decrypt(kept.removeprefix(MARK).encode("ascii"))
        except (InvalidToken, ValueError):
            return self.sealed(self.opened(kept))
        return kept


def seal_of(settings: PeopleSettings, environment: Mapping[str, str] = os.environ) -> Seal:
    """Return the seal of ``settings``; raises SealError where the variable it names has no key."""
    name = settings.totp_key_env
    if not name:
        return Seal()
    keys = tuple(environment.get(name, "").split())
    if not keys or min(map(len, keys)) < _SHORTEST:
        found = f"a key of {min(map(len, keys))} characters" if keys else "nothing"
        raise SealError(
            f"people.totp_key_env: {name} holds {found}; expected {_SHORTEST} random characters "
            "or more, and behind a space those of a key that was used before"
        )
    return Seal(keys)


def seal_old(
    dsn: str, seal: Seal, clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)
) -> int:
    """Seal what was kept open or under an older key; return how many. Raises StoreError.

    One that no key opens stays as it is, and is logged: its person has it set up anew.
    """
    if not seal.seals:
        return 0

    def renewed(kept: str) -> str:
        """Seal it anew where it can be opened."""
        try:
            return seal.renewed(kept)
        except SealError as error:
            _log.error("second_factor_not_opened", error=str(error))
            return kept

    with session(dsn) as connection:
        return reseal_totp(connection, renewed, clock())


def _key(text: str) -> bytes:
    # Of random characters: a hash is enough, and gives a Fernet key its 32 bytes.
    return base64.urlsafe_b64encode(hashlib.sha256(_USE + text.encode()).digest())
