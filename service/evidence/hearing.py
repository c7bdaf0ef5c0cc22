"""The coverage in a package of evidence: as it was heard by all, or as it was written down.

A package carries the lines of few vessels, and the coverage counts those of all. So whoever makes
it counts with the whole spool (``Overheard``) and writes down each answer that a detector got;
whoever runs it again gives these answers back (``Recalled``), and says that they are not counted
anew.
"""

from __future__ import annotations

import bisect
import json
import math
from dataclasses import astuple, dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import numpy as np

from ais.coverage import MAP_CELL, Coverage, Receiver, Silence
from service.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from ais.batches import Receptions

Said = TypeVar("Said")
Place: TypeAlias = "tuple[float, float]"
_NOT_A_NUMBER, _ENDLESS = "nan", "inf"


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered at the tick ``now_us`` to a question; both as JSON text."""

    now_us: int
    question: str
    said: str

    def line(self) -> str:
        """Return the answer as one line of JSON."""
        return f"[{self.now_us},{self.question},{self.said}]"

    @classmethod
    def of(cls, line: str) -> Answer:
        """Return the answer of a ``line``; raises ServiceError for another one."""
        try:
            now_us, question, said = json.loads(line)
            return cls(int(now_us), _json(question), _json(said))
        except (ValueError, TypeError) as error:
            msg = f"{line[:80]!r} is no answer of the coverage: {error}"
            raise ServiceError(msg) from error


class Overheard(Coverage):
    """Answers from the coverage of all lines, and writes down what it answered.

    whole  counts the lines of the whole spool; it is fed from outside, up to the same tick
    """

    def __init__(self, whole: Coverage) -> None:
        """Answer from ``whole``."""
        super().__init__(whole.settings)
        self.whole = whole
        self.answers: list[Answer] = []
        self._last: dict[str, str] = {}

    def step(self, receptions: Receptions) -> None:
        """Count nothing: the few lines of the package are among those of the whole."""

    def tick(self, now_us: int) -> None:
        """Let the time of the whole pass."""
        self._now_us = now_us
        self.whole.tick(now_us)

    def cells(self) -> NDArray[Any]:
        """Return nothing: there is no map."""
        return np.zeros(0, MAP_CELL)

    def receivers(self) -> list[Receiver]:
        """Return the receivers of the whole."""
        return self._noted(self.whole.receivers(), "receivers")

    def standing(self, steady_s: float) -> NDArray[np.uint8]:
        """Return the outages of the whole."""
        return self._noted(self.whole.standing(steady_s), "standing", steady_s)

    def ships(self, code: int, since_us: int) -> int:
        """Return how many ships a receiver of the whole heard."""
        return self._noted(self.whole.ships(code, since_us), "ships", code, since_us)

    def last_heard_us(self, mmsi: int) -> int:
        """Return when anything of a ship was heard."""
        return self._noted(self.whole.last_heard_us(mmsi), "last_heard_us", mmsi)

    def heard_by(self, mmsi: int) -> list[Receiver]:
        """Return the receivers that heard a ship."""
        return self._noted(self.whole.heard_by(mmsi), "heard_by", mmsi)

    def silence(self, mmsi: int, place: Place, class_b: int, lasted_us: int) -> Silence:
        """Return how usual a silence is in the whole."""
        said = self.whole.silence(mmsi, place, class_b, lasted_us)
        return self._noted(said, "silence", mmsi, *place, class_b, lasted_us)

    def endings(
        self, mmsi: int, place: Place, class_b: int, lasted_us: int
    ) -> tuple[float, float]:
        """Return how many visits near a place ended so in the whole."""
        said = self.whole.endings(mmsi, place, class_b, lasted_us)
        return self._noted(said, "endings", mmsi, *place, class_b, lasted_us)

    def p99_s(self, place: Place, class_b: int) -> float:
        """Return the usual gap between reports at a place."""
        return self._noted(self.whole.p99_s(place, class_b), "p99_s", *place, class_b)

    def is_heard(self, place: Place, class_b: int, enough: float = 2.0) -> bool:
        """Tell whether a ship at a place would be heard."""
        said = self.whole.is_heard(place, class_b, enough)
        return self._noted(said, "is_heard", *place, class_b, enough)

    def _noted(self, said: Said, *question: Any) -> Said:  # noqa: ANN401 (numbers and words)
        """Write an answer down where it is another one than the last to this question."""
        asked, told = _json(list(question)), _json(_plain(said))
        if self._last.get(asked) != told:
            self._last[asked] = told
            self.answers.append(Answer(self._now_us, asked, told))
        return said


@dataclass(slots=True)
class Missing:
    """Questions to which a package holds no answer: how many, and the first of them."""

    count: int = 0
    first: str = ""


@dataclass(slots=True)
class Book:
    """Answers by question, each with the ticks from which they hold."""

    ticks: dict[str, list[int]] = field(default_factory=dict)
    said: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, answers: Iterable[Answer]) -> Book:
        """Return a book of ``answers``, which come in the order of time."""
        book = cls()
        for one in answers:
            book.ticks.setdefault(one.question, []).append(one.now_us)
            book.said.setdefault(one.question, []).append(one.said)
        return book

    def at(self, question: str, now_us: int) -> str | None:
        """Return the answer in force at ``now_us``, None without one."""
        found = bisect.bisect_right(self.ticks.get(question, []), now_us)
        return self.said[question][found - 1] if found else None


class Recalled(Coverage):
    """Answers what is written in a book; what is not there is counted and answered as deaf."""

    def __init__(self, book: Book) -> None:
        """Answer from ``book``."""
        super().__init__()
        self.missing = Missing()
        self._book = book

    def step(self, receptions: Receptions) -> None:
        """Count nothing."""

    def tick(self, now_us: int) -> None:
        """Let the time pass."""
        self._now_us = now_us

    def cells(self) -> NDArray[Any]:
        """Return nothing: there is no map."""
        return np.zeros(0, MAP_CELL)

    def receivers(self) -> list[Receiver]:
        """Return the receivers as written down."""
        return [Receiver(*one) for one in self._told([], "receivers")]

    def standing(self, steady_s: float) -> NDArray[np.uint8]:
        """Return the outages as written down."""
        return np.array(self._told([], "standing", steady_s), np.uint8)

    def ships(self, code: int, since_us: int) -> int:
        """Return the number written down."""
        return int(self._told(0, "ships", code, since_us))

    def last_heard_us(self, mmsi: int) -> int:
        """Return the time written down."""
        return int(self._told(super().last_heard_us(mmsi), "last_heard_us", mmsi))

    def heard_by(self, mmsi: int) -> list[Receiver]:
        """Return the receivers written down."""
        return [Receiver(*one) for one in self._told([], "heard_by", mmsi)]

    def silence(self, mmsi: int, place: Place, class_b: int, lasted_us: int) -> Silence:
        """Return the numbers written down."""
        asked = ("silence", mmsi, *place, class_b, lasted_us)
        return Silence(*self._told((0.0, 0.0, 0), *asked))

    def endings(
        self, mmsi: int, place: Place, class_b: int, lasted_us: int
    ) -> tuple[float, float]:
        """Return the numbers written down."""
        ended, visits = self._told((0.0, 0.0), "endings", mmsi, *place, class_b, lasted_us)
        return float(ended), float(visits)

    def p99_s(self, place: Place, class_b: int) -> float:
        """Return the gap written down."""
        return float(self._told(_NOT_A_NUMBER, "p99_s", *place, class_b))

    def is_heard(self, place: Place, class_b: int, enough: float = 2.0) -> bool:
        """Return what is written down."""
        return bool(self._told(False, "is_heard", *place, class_b, enough))  # noqa: FBT003

    def _told(self, deaf: Any, *question: Any) -> Any:  # noqa: ANN401 (as its question)
        asked = _json(list(question))
        said = self._book.at(asked, self._now_us)
        if said is None:
            self.missing.count += 1
            self.missing.first = self.missing.first or f"{asked} at {self._now_us}"
            return deaf
        return json.loads(said)


def _plain(said: Any) -> Any:  # noqa: ANN401 (whatever was answered)
    """Return an answer as JSON values."""
    if isinstance(said, (Receiver, Silence)):
        return [_plain(one) for one in astuple(said)]
    if isinstance(said, (list, tuple, np.ndarray)):
        return [_plain(one) for one in said]
    if isinstance(said, np.generic):
        return _plain(said.item())
    if isinstance(said, float) and not math.isfinite(said):
        return _NOT_A_NUMBER if math.isnan(said) else _ENDLESS
    return said


def _json(said: Any) -> str:  # noqa: ANN401 (a JSON value)
    return json.dumps(_plain(said), separators=(",", ":"))
