"""For what somebody reads the list and what it tells: their own words, or a case of theirs.

::

    case ─▶ open, a member, cleared? yes ─▶ its reason and legal basis, asked when it was opened
                                     no  ─▶ CaseError, one line
    no case ─▶ what they say, once in a session

A case is looked at again for each reading: who was taken out of it reads in its name no more.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from alerts.plain import plain
from service import cases as rules
from service.cases import UnknownCaseError
from store import cases as kept
from store.errors import RuleError
from store.purposes import Purpose, purpose_of

if TYPE_CHECKING:
    import psycopg

    from service.rights import Person
    from store.case_parts import Case

_READS = frozenset({"reads", "changes", "leads"})
_LONGEST_BASIS = 500


def for_case(
    connection: psycopg.Connection, person: Person, case_id: str, at: dt.datetime
) -> Purpose:
    """Return the reason of a case as the purpose of ``person`` since ``at``.

    Raises CaseError with one line: there is no such case, it is closed, they are no member of it,
    or not cleared for it.
    """
    try:
        held = kept.whole(connection, case_id)
    except RuleError:
        raise UnknownCaseError("There is no such case, or you are no member of it.") from None
    reason, case = rules.reason_of(held, person), held.case
    basis = plain(f"{case.basis} ({case.reference})", _LONGEST_BASIS)
    return Purpose(plain(reason), at, case.id, basis)


def stated(connection: psycopg.Connection, person: Person) -> Purpose | None:
    """Return for what ``person`` reads in this session, None where they did not say.

    Raises CaseError where it is a case in whose name they may read no more.
    """
    found = purpose_of(connection, person.account, person.session)
    if found is None or not found.case_id:
        return found
    return for_case(connection, person, found.case_id, found.at)


def stated_or_none(connection: psycopg.Connection, person: Person) -> Purpose | None:
    """Return as ``stated``, None also where it does not hold any more: for programs and panels."""
    try:
        return stated(connection, person)
    except rules.CaseError:
        return None


def readable(connection: psycopg.Connection, person: Person) -> list[Case]:
    """Return the open cases in whose name ``person`` may read, newest first."""
    if not person.may("cases.read"):
        return []
    found = kept.cases(connection, person.account)
    return [one.case for one in found
            if one.case.state == "open" and rules.standing(one, person) in _READS]  # fmt: skip


def told(purpose: Purpose | None) -> dict[str, str]:
    """Return what the audit's details say of the case of a reading, nothing where it has none."""
    if purpose is None or not purpose.case_id:
        return {}
    return {"case": purpose.case_id, "basis": purpose.basis}
