"""Who reads at the command line: the account of the name that is given, with its rights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.errors import WrongUseError
from service.proving import person_of
from service.rights import Person
from store.people import ACTIVE, account_named

if TYPE_CHECKING:
    import psycopg


def reader(connection: psycopg.Connection, name: str, deed: str) -> Person:
    """Return the person as whom ``name`` reads; it is asserted, as every name there.

    A name without an account reads as a desk of the usual clearance does (operator, H1, of no
    Member State). Raises WrongUseError for an account that is closed, or may not do ``deed``.
    """
    found = account_named(connection, name)
    if found is None:
        return Person("", name, name, "operator")
    if found.state != ACTIVE:
        raise WrongUseError(f"--by: the account {found.name} is {_STATES[found.state]}")
    person = person_of(found)
    if not person.may(deed):
        msg = (
            f"--by: the role of {found.name} ({found.role}) does not include {deed}; "
            "expected a role that does (docs/people.md), or --whole with a reason"
        )
        raise WrongUseError(msg)
    return person


_STATES = {"disabled": "closed", "must_set_password": "not in use yet: sign in on the page first"}
