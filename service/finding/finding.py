"""A question asked: read, answered with patience, and its ships told by their names."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from alerts.distances import bearing, metres, turned
from alerts.roles import role_of
from alerts.scene import ROLES
from geofence.land import load_land
from service.editions import zones_in_force
from service.errors import WrongUseError
from service.finding.question import PATIENCE_S, Answer, Sea, Ship
from service.finding.questions import QUESTIONS
from store import audit
from store.errors import UnavailableError
from store.finding import patience
from store.past import known

if TYPE_CHECKING:
    from collections.abc import Mapping

    import psycopg

    from store.changes import Change

ASKED = "sea.ask"
"""What the audit calls it."""
_GAVE_UP = "57014"
"""SQLSTATE of a statement that took longer than it may."""


def find(
    connection: psycopg.Connection,
    name: str,
    given: Mapping[str, str],
    cell_deg: float,
    now: dt.datetime,
) -> Answer:
    """Return the answer to the question ``name`` of QUESTIONS.

    Raises WrongUseError where it is not understood or costs too much, StoreError.
    """
    if name not in QUESTIONS:
        raise WrongUseError(f"question {name[:40]!r}; expected one of {', '.join(QUESTIONS)}")
    sea = Sea(connection, zones_in_force(connection), cell_deg, now)
    question = QUESTIONS[name].of(given, sea.zones, now)
    patience(connection, PATIENCE_S)
    answer = question.answer(sea)
    return replace(answer, ships=named(connection, answer.ships))


def named(connection: psycopg.Connection, ships: tuple[Ship, ...]) -> tuple[Ship, ...]:
    """Return ``ships`` with the name and type that each says of itself."""
    said = {int(row["mmsi"]): row for row in known(connection, [one.mmsi for one in ships])}
    return tuple(_named(one, said.get(one.mmsi)) for one in ships)


def ready() -> None:
    """Load and compile what questions use, so that the first one is as quick as others."""
    here = 12.0, 35.0, 12.5, 35.5
    metres(*here)
    bearing(*here)
    turned(10.0, 20.0)
    load_land()


def noted(
    connection: psycopg.Connection,
    change: Change,
    name: str,
    given: Mapping[str, str],
    answer: Answer,
) -> None:
    """Append to the audit what was asked, by whom and why, and how many ships were told."""
    audit.append(connection, change, ASKED, name, facts(given, answer))


def facts(given: Mapping[str, str], answer: Answer) -> dict[str, Any]:
    """Return what the audit keeps of a question."""
    return {"asked": dict(given), "ships": len(answer.ships)}


def too_dear(error: UnavailableError) -> bool:
    """Tell whether the database gave up a question because it took too long."""
    return error.sqlstate == _GAVE_UP


def _named(ship: Ship, row: Any) -> Ship:  # noqa: ANN401 (a row of numpy)
    if row is None:
        return replace(ship, kind=ROLES[0])
    name = row["name"].decode("utf-8", "replace").strip()
    return replace(ship, name=name, kind=ROLES[role_of(int(row["ship_type"]))])
