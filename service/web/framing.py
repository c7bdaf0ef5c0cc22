"""The text of the frame of marks: what has not changed since the frame before is not made again.

A mark depends on the alert and on how much of it is seen, not on who looks: it is encoded once for
all classes of rights, and stays until its alert changes. With a thousand alerts open one more
costs one, and not a thousand for each class.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from service.marks import contacts_for, in_turn, listed_for, mark
from service.web.answers import to_json
from service.web.disclosing import Marks, marks_in

if TYPE_CHECKING:
    from alerts.alert import Alert
    from alerts.routing import RoutingSettings
    from service.marks import Concern
    from service.rights import Person
    from service.sight import Sight

_Key: TypeAlias = "tuple[int, Sight, str, str]"
_Piece: TypeAlias = "tuple[Alert, str]"


class Framing:
    """Frames as texts, equal to ``to_json(service.marks.marks(…))``."""

    def __init__(self, routing: RoutingSettings) -> None:
        """Keep nothing yet."""
        self._routing = routing
        # The alert beside its text: a number of Python's is given again once its object is gone.
        self._old: dict[_Key, _Piece] = {}
        self._new: dict[_Key, _Piece] = {}

    def turn(self) -> None:
        """Begin with a new concern: what the one before did not show either is forgotten."""
        self._old, self._new = self._new, {}

    def frame(self, person: Person, concern: Concern) -> tuple[str, Marks]:
        """Return the frame of ``person``, and what it tells of."""
        seen, more = in_turn(person, concern, self._routing)
        pieces = ",".join(
            self._piece(one, how, concern.taken.get(one.id, ""), concern.language)
            for one, how in seen
        )
        listed, contacts = listed_for(person, concern), contacts_for(person, concern)
        text = (
            f'{{"type":"marks","listed":{to_json(listed)},"alerts":[{pieces}],"more":{more},'
            f'"contacts":{to_json(contacts)}}}'
        )
        ids = [{"id": one.id} for one, _ in seen]
        return text, marks_in({"alerts": ids, "listed": listed, "contacts": contacts})

    def _piece(self, alert: Alert, how: Sight, taken: str, language: str) -> str:
        key = id(alert), how, taken, language
        found = self._new.get(key) or self._old.get(key)
        if found is None or found[0] is not alert:
            found = alert, to_json(mark(alert, how, taken, language))
        self._new[key] = found
        return found[1]
