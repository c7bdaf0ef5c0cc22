"""Passwords and second factors: how they are made, kept and checked."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime
from functools import cache

import argon2
import pyotp

from store.changes import folded

SHORTEST, LONGEST = 12, 200
"""Characters of a password that a person chooses."""
LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
"""Of passwords that we make: none is read as another."""
_STEP_S = 30
_DRIFT = (0, -1, 1)  # half minutes by which a telephone's clock may be off
_HASHER = argon2.PasswordHasher()


def hashed(password: str) -> str:
    """Return the argon2id hash of ``password``; some 50 ms and 64 MiB."""
    return _HASHER.hash(password)


def matches(kept: str, password: str) -> bool:
    """Tell whether ``kept`` is the hash of ``password``; as slow where it is no hash at all."""
    try:
        _HASHER.verify(kept or _nobody(), password)
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False
    return bool(kept)


def fault_of(password: str, name: str) -> str:
    """Return what is wrong with a new password of the person ``name``, "" when it will do."""
    if len(password) < SHORTEST:
        return f"The password has {len(password)} characters; it needs {SHORTEST} at least."
    if len(password) > LONGEST:
        return f"The password is longer than {LONGEST} characters."
    bare, own = folded(password), folded(name)
    if own in bare and len(bare.replace(own, "")) < SHORTEST // 2:
        return "The password is little more than the name; choose another."
    if len(set(bare)) < SHORTEST // 2:
        return "The password repeats too few characters; choose another."
    return ""


def temporary() -> str:
    """Return a password for the first sign-in, easy to read out: four groups of four letters."""
    letters = [secrets.choice(LETTERS) for _ in range(16)]
    return "-".join("".join(letters[n : n + 4]) for n in range(0, 16, 4))


def new_secret() -> str:
    """Return the secret of a new second factor, base32."""
    return pyotp.random_base32()


def address_of(secret: str, name: str) -> str:
    """Return what an authenticator's camera reads."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name="Vedetta")


def step_of(secret: str, code: str, now: datetime, last: int = 0) -> int:
    """Return the half minute after ``last`` whose code ``code`` is; 0 = of none near ``now``."""
    typed = "".join(code.split())
    if not (typed.isascii() and typed.isdigit()):
        return 0
    totp, at = pyotp.TOTP(secret), int(now.timestamp()) // _STEP_S
    good = [at + off for off in _DRIFT if hmac.compare_digest(_code(totp, at + off), typed)]
    return next((step for step in good if step > last), 0)


def _code(totp: pyotp.TOTP, step: int) -> str:
    return totp.at(step * _STEP_S)


@cache
def _nobody() -> str:
    """Return a hash that no password has: an unknown name must take as long as a known one."""
    return _HASHER.hash(secrets.token_hex(16))
