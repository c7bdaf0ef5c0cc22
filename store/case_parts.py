"""What a case is made of, and under which codes all of it stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from alerts.alert import Codes
from alerts.incidents.codes import strictest

if TYPE_CHECKING:
    from alerts.alert import Alert

MemberRole: TypeAlias = Literal["lead", "member", "reader"]
ItemKind: TypeAlias = Literal["vessel", "alert", "contact"]
ITEM_KINDS: tuple[ItemKind, ...] = ("vessel", "alert", "contact")


@dataclass(frozen=True, slots=True)
class Case:
    """A case without what is in it.

    id         "K-" and six digits, given by the store · basis, reference  the law and the order
    reason     asked once, used for every read within the case
    handling, comment, tlp, contributor  as its lead says; what is in it may be stricter
    review_by  last day by which somebody looks whether it is still needed
    """

    title: str
    basis: str
    reference: str
    reason: str
    review_by: dt.date
    handling: str = "H1"
    comment: str = ""
    tlp: str = "amber"
    contributor: str = ""
    id: str = ""
    state: str = "open"
    opened_by: str = ""
    opened_at: dt.datetime | None = None
    closed_at: dt.datetime | None = None
    closed_why: str = ""

    @property
    def codes(self) -> Codes:
        """Return the codes that the case itself says."""
        given = (self.contributor,) if self.contributor else ()
        return Codes(self.handling, self.comment, self.tlp, contributors=given)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who may read a case; ``role`` lead, member or reader."""

    account: str
    name: str
    role: MemberRole


@dataclass(frozen=True, slots=True)
class Item:
    """A vessel (MMSI, or imo:N), an alert or a contact in a case, with the codes it brings."""

    kind: ItemKind
    ref: str
    note: str
    codes: Codes
    author: str = ""
    at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class CaseNote:
    """What somebody wrote, of several lines; never changed."""

    number: int
    text: str
    author: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Paper:
    """A file without its bytes; ``name`` as its giver called it: shown, never used."""

    name: str
    ending: str
    media: str
    size: int
    sha256: str
    note: str
    codes: Codes
    id: str = ""
    author: str = ""
    at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Whole:
    """A case with all that is in it; ``alerts`` as they are now, by id.

    ever   the strictest codes that it held at an act; None: those of now
    """

    case: Case
    members: tuple[Member, ...] = ()
    items: tuple[Item, ...] = ()
    notes: tuple[CaseNote, ...] = ()
    papers: tuple[Paper, ...] = ()
    alerts: Mapping[str, Alert] = field(default_factory=dict)
    ever: Codes | None = None

    @property
    def present(self) -> Codes:
        """Return the most restrictive codes of the case and of what is in it now.

        An alert counts as it is now, and as it was when it came in.
        """
        items, papers = (one.codes for one in self.items), (one.codes for one in self.papers)
        alerts = (one.codes for one in self.alerts.values())
        return strictest(self.case.codes, *items, *papers, *alerts)

    @property
    def codes(self) -> Codes:
        """Return the codes that hold: what was taken out is still told of by notes and files."""
        return strictest(self.present, self.ever) if self.ever else self.present

    def member(self, account: str) -> Member | None:
        """Return who has ``account`` among the members."""
        return next((one for one in self.members if one.account == account), None)
