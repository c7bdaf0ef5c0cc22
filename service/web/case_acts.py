"""What can be done to a case, one act a row: who may, and the work.

What is said afterwards stands in the catalogue, ``cases.done``, by the name of the act.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias, cast

from alerts.alert import HANDLING, Codes
from alerts.incidents.codes import TLP, strictest
from alerts.plain import plain
from service.cases import CaseError, check_member, may_lower
from service.proving import person_of
from service.sight import sees, sees_contact, sight
from service.sniffing import sniffed
from service.web import fields
from service.web.fields import FieldError
from store import cases as kept
from store.case_parts import ITEM_KINDS, Case, Item, ItemKind, Member, MemberRole, Paper
from store.changes import Change
from store.contacts import contact_history
from store.errors import RuleError
from store.people import ACTIVE, account_named
from store.watch_log import alert_by

if TYPE_CHECKING:
    import psycopg
    from starlette.datastructures import FormData

    from service.cases import Standing
    from service.rights import Person
    from store.case_parts import Whole
    from watchlist.entries import WatchlistEntry

LARGEST = 25 << 20
"""Bytes of a file."""
_REVIEW_DAYS = 3 * 366
_MMSI_DIGITS, _IMO_DIGITS = 9, 7
_ROLES = ("lead", "member", "reader")
Work: TypeAlias = Callable[["Doing"], None]


@dataclass(frozen=True, slots=True)
class Doing:
    """One act: on which case, by whom, with which form; ``file`` is its name and bytes."""

    connection: psycopg.Connection
    held: Whole
    person: Person
    form: FormData
    file: tuple[str, bytes]
    now: dt.datetime

    @property
    def id(self) -> str:
        """Return the id of the case."""
        return self.held.case.id

    def change(self) -> Change:
        """Return who, when and why: the case's own reason where the form gives none."""
        why = fields.line(self.form, "why", "Why", needed=False)
        return Change(self.person.name, why or self.held.case.reason, self.now)

    def because(self) -> Change:
        """Return who, when and why, of an act that needs a reason of its own."""
        why = fields.line(self.form, "why", "Why")
        return Change(self.person.name, why, self.now)


@dataclass(frozen=True, slots=True)
class Act:
    """``needs`` of a standing · ``work``."""

    needs: Standing
    work: Work


def case_of(form: FormData, today: dt.date) -> Case:
    """Return the case that a form describes; raises FieldError."""
    handling = fields.one_of(form, "handling", "Handling code", HANDLING)
    comment = fields.line(form, "comment", "What H3 restricts", needed=handling == "H3")
    review = fields.day(form, "review_by", "Look at it again by")
    if not today <= review <= today + dt.timedelta(days=_REVIEW_DAYS):
        raise FieldError("Look at it again by: must be from today to three years from now.")
    return Case(
        fields.line(form, "title", "Title", most=120),
        fields.text(form, "basis", "Legal basis", most=1000),
        fields.line(form, "reference", "Reference", most=120),
        fields.line(form, "reason", "Reason"),
        review,
        handling,
        comment,
        fields.one_of(form, "tlp", "TLP", TLP),
        fields.state(form, "contributor", "Member State"),
    )


def add_vessel(do: Doing) -> None:
    """Put a vessel in, by MMSI or IMO number, with the codes of entries that the person sees."""
    ref = fields.line(do.form, "ref", "MMSI or IMO number", most=20).lower().replace(" ", "")
    digits = ref.removeprefix("imo:").removeprefix("imo")
    is_imo = ref.startswith("imo") or len(digits) == _IMO_DIGITS
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _MMSI_DIGITS and int(digits)):
        raise FieldError(f"Vessel: {ref!r}; expected nine digits of an MMSI, or imo:9074729.")
    named = kept.entries_naming(
        do.connection, None if is_imo else int(digits), int(digits) if is_imo else None
    )
    codes = [_codes(one) for one in named if sees(do.person, one)]
    _put(do, "vessel", f"imo:{digits}" if is_imo else digits, strictest(*codes))


def add_alert(do: Doing) -> None:
    """Put an alert in; one that a person may not read in full is not there."""
    ref = fields.line(do.form, "ref", "Alert", most=20)
    found = alert_by(do.connection, ref)
    if found is None or sight(do.person, found) != "full":
        raise FieldError(f"Alert {ref}: there is none; look at its id again.")
    _put(do, "alert", ref, found.codes)


def add_contact(do: Doing) -> None:
    """Put a contact in."""
    ref = fields.line(do.form, "ref", "Contact", most=20)
    if not (sees_contact(do.person) and contact_history(do.connection, ref)):
        raise FieldError(f"Contact {ref}: there is none; look at its id again.")
    _put(do, "contact", ref, strictest())


def add_note(do: Doing) -> None:
    """Add a note."""
    kept.add_case_note(do.connection, do.id, fields.text(do.form, "text", "Note"), do.change())


def add_file(do: Doing) -> None:
    """Keep a file, called by its own id, its type told by its bytes."""
    name, content = do.file
    if not content:
        raise FieldError("File: choose one that is not empty.")
    if len(content) > LARGEST:
        raise FieldError(f"File: {len(content) >> 20} MiB; at most {LARGEST >> 20} MiB.")
    own, kind = do.held.case.codes, sniffed(content)
    codes = Codes(
        fields.raw(do.form, "handling") or own.handling, "",
        fields.raw(do.form, "tlp") or own.tlp, contributors=own.contributors,
    )  # fmt: skip
    if codes.handling not in HANDLING or codes.tlp not in TLP:
        raise FieldError("File: choose its handling code and TLP from the lists.")
    paper = Paper(
        plain(name, 120), kind.ending, kind.media, len(content),
        hashlib.sha256(content).hexdigest(),
        fields.line(do.form, "note", "What it is", needed=False), codes,
    )  # fmt: skip
    kept.add_paper(do.connection, do.id, paper, content, do.change())


def put_member(do: Doing) -> None:
    """Make somebody a member, or give them another role."""
    _open(do)
    name = fields.line(do.form, "name", "Name", most=64)
    role = cast("MemberRole", fields.one_of(do.form, "role", "Role", _ROLES))
    account = account_named(do.connection, name)
    if account is None or account.state != ACTIVE:
        raise FieldError(f"{name}: nobody signs in by this name.")
    check_member(do.held, person_of(account), role, do.person)
    one = Member(account.id, account.name, role)
    kept.put_member(do.connection, do.id, one, do.change())


def take_over(do: Doing) -> None:
    """Make a supervisor the lead of a case whose lead is gone; the audit holds the reason."""
    if do.held.member(do.person.account) is not None:
        raise CaseError("You are a member of this case already.")
    change = do.because()
    check_member(do.held, do.person, "lead", do.person)
    one = Member(do.person.account, do.person.name, "lead")
    kept.put_member(do.connection, do.id, one, change)


def take_out(do: Doing) -> None:
    """Take a vessel, an alert, a contact or a member out; notes and files stay."""
    kind = fields.one_of(do.form, "kind", "What", (*ITEM_KINDS, "member"))
    ref, change = fields.raw(do.form, "ref"), do.because()
    if kind == "member":
        if (mine := do.held.member(do.person.account)) is None or mine.role != "lead":
            raise CaseError("Only who leads a case takes members out.")
        kept.drop_member(do.connection, do.id, ref, change)
    else:
        kept.drop_item(do.connection, do.id, kind, ref, change)


def change_terms(do: Doing) -> None:
    """Change title, basis, reason, codes or the day of review."""
    old, seen = _open(do), fields.raw(do.form, "seen")
    if seen and seen != seen_as(old):
        raise CaseError(f"{do.id} was changed while you wrote: open it again.")
    said = case_of(do.form, do.now.date())
    kept.change_case(do.connection, replace(
        old, title=said.title, basis=said.basis, reference=said.reference, reason=said.reason,
        review_by=said.review_by, handling=said.handling, comment=said.comment, tlp=said.tlp,
        contributor=said.contributor,
    ), do.because())  # fmt: skip


def seen_as(case: Case) -> str:
    """Return what a form carries of the terms that it shows: other terms have another one."""
    return hashlib.sha256(repr(case).encode()).hexdigest()[:20]


def _open(do: Doing) -> Case:
    if do.held.case.state == "closed":
        raise CaseError(f"{do.id} is closed; its lead may open it again.")
    return do.held.case


def lower(do: Doing) -> None:
    """Have a case under the codes of what is in it now; a supervisor's, who says why."""
    change = do.because()
    if not may_lower(do.held, do.person):
        raise CaseError(f"{do.id} is under the codes of what is in it; there is nothing to lower.")
    kept.lower_codes(do.connection, do.id, change)


def close(do: Doing) -> None:
    """Close a case with a reason."""
    if do.held.case.state == "closed":
        raise CaseError(f"{do.id} is closed already.")
    change = do.because()
    closed = replace(do.held.case, state="closed", closed_at=do.now, closed_why=change.why)
    kept.change_case(do.connection, closed, change, "close")


def reopen(do: Doing) -> None:
    """Open a closed case again, with a reason."""
    if do.held.case.state == "open":
        raise CaseError(f"{do.id} is open.")
    again = replace(do.held.case, state="open", closed_at=None, closed_why="")
    kept.change_case(do.connection, again, do.because(), "reopen")


ACTS: dict[str, Act] = {
    "vessels": Act("changes", add_vessel),
    "alerts": Act("changes", add_alert),
    "contacts": Act("changes", add_contact),
    "notes": Act("changes", add_note),
    "files": Act("changes", add_file),
    "members": Act("leads", put_member),
    "take-out": Act("changes", take_out),
    "terms": Act("leads", change_terms),
    "lower": Act("reads", lower),
    "close": Act("leads", close),
    "reopen": Act("leads", reopen),
    "take-over": Act("exists", take_over),
}
"""By the end of the path ``/cases/{id}/…``."""


def _put(do: Doing, kind: ItemKind, ref: str, codes: Codes) -> None:
    note = fields.line(do.form, "note", "Note", needed=False)
    if not kept.put_item(do.connection, do.id, Item(kind, ref, note, codes), do.change()):
        raise RuleError(f"{kind.capitalize()} {ref} is in {do.id} already.")


def _codes(entry: WatchlistEntry) -> Codes:
    given = (entry.contributor,) if entry.contributor else ()
    return Codes(entry.handling, entry.handling_comment, entry.tlp, entry.source_grade,
                 entry.info_grade, given)  # fmt: skip
