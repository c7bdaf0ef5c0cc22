"""All questions by their name in addresses and on the command line, one file each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.finding.questions.first_seen import FirstSeen
from service.finding.questions.gaps import Gaps
from service.finding.questions.in_turn import InTurn
from service.finding.questions.mother_ship import MotherShip
from service.finding.questions.near import Near
from service.finding.questions.no_port import NoPort

if TYPE_CHECKING:
    from service.finding.question import Question

QUESTIONS: dict[str, type[Question]] = {
    # one line each
    "mother-ship": MotherShip,
    "in-turn": InTurn,
    "near": Near,
    "gaps": Gaps,
    "first-seen": FirstSeen,
    "no-port": NoPort,
}
