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
    walls       names of accounts of screens that nobody sits at, as (wall-1,): none by default
    wall_h      their sessions end after so long instead, hours; the server ends them too
    first_h     a temporary password is good for so long, hours
    demo        the sign-in page says that names and passwords stand in the demo's terminal
    machine_token_env  environment variable with the token by which a machine elsewhere reads
                /health and /metrics; from this machine none is needed
    """

    totp: Literal["required", "off"] = "required"
    totp_key_env: str = ""
    idle_min: float = 720
    absolute_h: float = 14
    walls: tuple[str, ...] = ()
    wall_h: float = 168
    first_h: float = 72
    demo: bool = False
    machine_token_env: str = ""

    def hours(self, name: str) -> float:
        """Return after how many hours a session of the account ``name`` ends."""
        walls = {one.casefold() for one in self.walls}
        return self.wall_h if name.casefold() in walls else self.absolute_h
