"""What a package of evidence proves: faults, events, lines, and what is not shown."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from service.evidence.package import Fault

if TYPE_CHECKING:
    from service.evidence import chain
    from service.evidence.judging import Judged

ONLY_AUDIT = (
    "card.pdf, alert.json, settings and editions, and that nothing came after the last line: only "
    "--audit shows that these are as the service made them."
)


@dataclass(slots=True)
class Verdict:
    """What a package proves.

    sha256   of the file · alert, made  as its manifest says · faults  what is not as it was
    events   each version of each event, and what became of it when run again
    unproven versions that the lines alone do not tell so: true only if the audit knows the file
    lines    carried · spool  how many of them a spool proves; None = none was asked
    answers  of the coverage, taken as written down · counted  they were counted anew
    notes    what is not shown, in words
    """

    sha256: str
    alert: str = ""
    made: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    events: list[Judged] = field(default_factory=list)
    unproven: list[Judged] = field(default_factory=list)
    lines: int = 0
    answers: int = 0
    counted: bool = False
    spool: chain.Proven | None = None
    audit: str = ""
    notes: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Tell whether nothing is other than it was, and all of it was shown."""
        shown = bool(self.audit) and any(one.outcome == "same" for one in self.events)
        return not self.faults and (shown or not self.unproven)

    def in_audit(self, row: str) -> None:
        """Note which row of the audit knows this file."""
        self.audit = row
        self.notes = [one for one in self.notes if one != ONLY_AUDIT]

    def not_in_audit(self) -> None:
        """Note that the audit does not know this file."""
        what = f"its SHA-256 {self.sha256} stands in no row of the audit: not the file as made"
        self.faults.append(Fault("the package", "", what))

    def as_dict(self) -> dict[str, Any]:
        """Return the verdict as JSON values."""
        return {**asdict(self), "ok": self.ok}
