"""Watch rules: what analysts want to be told, as data; an edition of them is in force.

A rule carries its own areas, so that it means the same whatever becomes of a zone.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, Self, TypeAlias, get_args

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from alerts.errors import AlertsError
from alerts.scene import ROLES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

RuleKind: TypeAlias = Literal["in_turn", "near", "silent", "enters"]
RULE_KINDS: tuple[RuleKind, ...] = get_args(RuleKind)
MOST_RULES = 64
"""In force at once: each is held against every row."""
_GRID = 1e-5


class RuleError(AlertsError):
    """A rule cannot be what it says; one line."""


@dataclass(frozen=True)
class Rule:
    """One watch rule, released.

    id     of the saved question · name  in its author's words · area, then  degrees; ``then`` of
           in_turn only · hours  within which (in_turn), or of silence (silent)
    roles  words of scene.ROLES that it is about; none = all

    Raises RuleError for what no rule can be.
    """

    id: str
    name: str
    kind: RuleKind
    area: BaseGeometry
    then: BaseGeometry | None = None
    hours: float = 0.0
    roles: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what no rule can be."""
        if self.kind not in RULE_KINDS:
            raise RuleError(f"rule {self.id}: {self.kind!r}; expected {', '.join(RULE_KINDS)}")
        if self.area.is_empty or (self.then is None) == (self.kind == "in_turn"):
            raise RuleError(f"rule {self.id}: its areas are not those of {self.kind}")
        if self.kind in {"in_turn", "silent"} and not 0 < self.hours <= 24 * 31:
            raise RuleError(
                f"rule {self.id}: {self.hours:g} h; expected above 0 and up to a month"
            )
        if set(self.roles) - set(ROLES):
            raise RuleError(f"rule {self.id}: roles {self.roles}; expected of {', '.join(ROLES)}")

    @cached_property
    def role_numbers(self) -> NDArray[np.int64]:
        """Numbers of ``roles``."""
        return np.array([ROLES.index(one) for one in self.roles], np.int64)

    def inside(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return which places lie in ``area``, (n,); NaN do not."""
        return _inside(self.area, lon, lat)

    def inside_then(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return which places lie in ``then``, (n,)."""
        return _inside(self.then, lon, lat)

    def as_dict(self) -> dict[str, Any]:
        """Return the rule as JSON has it."""
        return {
            "id": self.id, "name": self.name, "kind": self.kind, "area": _text(self.area),
            "then": None if self.then is None else _text(self.then), "hours": self.hours,
            "roles": list(self.roles),
        }  # fmt: skip

    @classmethod
    def from_dict(cls, said: Mapping[str, Any]) -> Self:
        """Return the rule that ``as_dict`` gave; raises RuleError."""
        try:
            then = said["then"]
            return cls(
                str(said["id"]), str(said["name"]), said["kind"], shapely.from_wkt(said["area"]),
                None if then is None else shapely.from_wkt(then), float(said["hours"]),
                tuple(said["roles"]),
            )  # fmt: skip
        except (KeyError, TypeError, ValueError, shapely.errors.ShapelyError) as error:
            raise RuleError(f"{str(said)[:80]} is no rule: {error!r}") from error


@dataclass(frozen=True, slots=True)
class Rules:
    """An edition: all rules in force, by id."""

    rules: tuple[Rule, ...] = ()

    def __post_init__(self) -> None:
        """Refuse more rules than there is time for; raises RuleError."""
        if len(self.rules) > MOST_RULES:
            raise RuleError(
                f"{len(self.rules)} rules; expected at most {MOST_RULES}: withdraw some"
            )

    def to_bytes(self) -> bytes:
        """Return the edition; the same rules always give the same bytes."""
        rows = [one.as_dict() for one in sorted(self.rules, key=lambda one: one.id)]
        return json.dumps({"rules": rows}, ensure_ascii=False, sort_keys=True).encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> Self:
        """Return the edition that ``to_bytes`` gave; raises RuleError."""
        try:
            rows = [*json.loads(content)["rules"]]
        except (ValueError, KeyError, TypeError) as error:
            raise RuleError(f"edition of rules: {error!r}; expected JSON with rules") from error
        return cls(tuple(Rule.from_dict(row) for row in rows))

    def sha256(self) -> str:
        """Return the hash of ``to_bytes``."""
        return hashlib.sha256(self.to_bytes()).hexdigest()


def _text(area: BaseGeometry) -> str:
    fixed = shapely.normalize(shapely.set_precision(area, _GRID))
    return str(shapely.to_wkt(fixed, rounding_precision=5))


def _inside(
    area: BaseGeometry | None, lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> NDArray[np.bool_]:
    west, south, east, north = shapely.bounds(area).tolist()
    found: NDArray[np.bool_] = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    if found.any():
        # The box first: almost every row ends there.
        shapely.prepare(area)
        found[found] = shapely.intersects_xy(area, lon[found], lat[found])
    return found
