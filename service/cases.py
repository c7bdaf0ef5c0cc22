"""Who may do what with a case, under which codes: pure rules, default deny.

::

    member? no ─▶ supervisor: that it exists, nothing else · everybody else: nothing, 404
            yes ─▶ cleared for the strictest of what is in it? no ─▶ that it exists
                                                              yes ─▶ reads; lead and member change
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from service.errors import ServiceError
from service.sight import sees

if TYPE_CHECKING:
    from alerts.alert import Codes
    from service.rights import Person
    from store.case_parts import MemberRole, Whole

Standing: TypeAlias = Literal["nothing", "exists", "reads", "changes", "leads"]
STANDINGS: tuple[Standing, ...] = ("nothing", "exists", "reads", "changes", "leads")
"""In this order each may what the one before may."""
_BY_ROLE: dict[str, Standing] = {"reader": "reads", "member": "changes", "lead": "leads"}


class CaseError(ServiceError):
    """What a person may not do with a case; the text is for them."""


class UnknownCaseError(CaseError):
    """A case that a person may not know of: it does not exist for them."""


def codes_of(held: Whole) -> Codes:
    """Return the codes that hold for a case: the most restrictive that it ever held."""
    return held.codes


def may_lower(held: Whole, person: Person) -> bool:
    """Tell whether a supervisor who reads a case may have it under the codes of now."""
    return (
        person.may("cases.release")
        and standing(held, person) not in {"nothing", "exists"}
        and held.codes != held.present
    )


def standing(held: Whole, person: Person) -> Standing:
    """Return how far ``person`` may go with a case."""
    member = held.member(person.account)
    if not person.may("cases.read"):
        return "nothing"
    if member is None:
        return "exists" if person.may("cases.release") else "nothing"
    if not sees(person, codes_of(held)):
        return "exists"
    return _BY_ROLE[member.role] if person.may("cases.edit") else "reads"


def require(held: Whole, person: Person, wanted: Standing) -> None:
    """Raise where a person may not go as far as ``wanted``, or the case is closed for changes.

    UnknownCaseError where they may not know of it, CaseError with the reason else.
    """
    may = standing(held, person)
    if may == "nothing":
        raise UnknownCaseError("There is no such case, or you are no member of it.")
    if STANDINGS.index(may) < STANDINGS.index(wanted):
        raise CaseError(why_not(held, person))
    if wanted == "changes" and held.case.state == "closed":
        raise CaseError(f"{held.case.id} is closed; its lead may open it again.")


def why_not(held: Whole, person: Person) -> str:
    """Return why a person may not go on with a case that they know of."""
    case, codes = held.case, codes_of(held)
    if held.member(person.account) is None:
        return f"You are no member of {case.id}."
    if not sees(person, codes):
        return f"Your clearance does not reach as far as the codes of {case.id}."
    if not person.may("cases.edit"):
        return f"Your role ({person.role}) reads cases and does not change them."
    return f"Your place in {case.id} does not include this; ask who leads it."


def reason_of(held: Whole, person: Person) -> str:
    """Return the reason of a case, for a read of list, dossier or export made within it.

    Raises CaseError for who is no member or not cleared, and for a case that is closed.
    """
    require(held, person, "reads")
    if held.case.state == "closed":
        raise CaseError(f"{held.case.id} is closed; nothing is read in its name any more.")
    return f"{held.case.id}: {held.case.reason}"


def check_member(held: Whole, person: Person, role: MemberRole, by: Person) -> None:
    """Raise CaseError where ``person`` cannot be a member in ``role``; ``by`` whom it is asked.

    Under which codes the case is, only who reads it is told.
    """
    if not person.may("cases.read"):
        raise CaseError(f"{person.name}: the role {person.role} does not include cases.")
    if role != "reader" and not person.may("cases.edit"):
        raise CaseError(f"{person.name}: the role {person.role} only reads cases; choose reader.")
    if not sees(person, codes_of(held)):
        reads = standing(held, by) not in {"nothing", "exists"}
        codes = f"{marked(codes_of(held))}, under which" if reads else "the codes under which"
        raise CaseError(f"{person.name} is not cleared for {codes} the case is handled.")


def check_opens(person: Person, codes: Codes) -> None:
    """Raise CaseError where ``person`` could not read a case that they open under ``codes``."""
    if not sees(person, codes):
        raise CaseError(f"You are not cleared for {marked(codes)}; you could not read the case.")


def marked(codes: Codes) -> str:
    """Return codes as a document carries them: H2, TLP:AMBER, GRC."""
    states = f", {', '.join(codes.contributors)}" if codes.contributors else ""
    return f"{codes.handling}, TLP:{codes.tlp.upper()}{states}"
