"""Settings of signing in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class PeopleSettings:
    """How people sign in.

    totp        required: a code of an authenticator is the second step; off only in an exercise
    totp_key_env  environment variable with the key that seals the secrets of second factors in the
                database, 32 random characters or more; behind a space older keys. "" = not sealed
    idle_min    a session that nobody uses ends after so long, minutes
    absolute_h  a session ends after so long whatever is done: a watch and its hand-over, hours
    first_h     a temporary password is good for so long, hours
    demo        the sign-in page says that names and passwords stand in the demo's terminal
    machine_token_env  environment variable with the token by which a machine elsewhere reads
                /health and /metrics; from this machine none is needed
    """

    totp: Literal["required", "off"] = "required"
    totp_key_env: str = ""
    idle_min: float = 720
    absolute_h: float = 14
    first_h: float = 72
    demo: bool = False
    machine_token_env: str = ""
