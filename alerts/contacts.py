"""Contacts: what somebody saw or heard of and AIS cannot show, as a boat that sends nothing."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, Self

from alerts.errors import AlertsError

if TYPE_CHECKING:
    from collections.abc import Iterable

KINDS = ("call", "aircraft", "ngo", "navy", "other")
"""Who told of it: a call from the boat or of its people's kin, an aircraft, an organisation of
sea rescue, a navy or coast guard, somebody else."""
SOURCE_GRADES = ("A", "B", "C", "X")
INFO_GRADES = (1, 2, 3, 4)
LONGEST_TEXT = 500
LARGEST_ERROR_NM = 200.0
MOST_PERSONS = 10_000


class ContactError(AlertsError):
    """A contact that no contact can be."""


@dataclass(frozen=True, slots=True)
class Contact:
    """One sighting, by a person, of something at sea; the sightings of one id are its track.

    id            given by the store, "" before · version from 1, one more with each sighting
    kind          one of KINDS
    lon, lat      degrees · error_nm nautical miles: where it may be round that place
    time_us       when it was there, µs since 1970
    description   printable, for people; no names of persons
    persons       how many are said to be aboard, None not known
    source_grade, info_grade   4x4: A, B, C, X and 1-4
    by            who entered it
    closed        nobody looks for it any more
    reckoned      in words from what the place was reckoned, "" where it was given as such

    Raises ContactError for what cannot be.
    """

    kind: str
    lon: float
    lat: float
    error_nm: float
    time_us: int
    description: str
    persons: int | None = None
    source_grade: str = "X"
    info_grade: int = 4
    by: str = ""
    id: str = ""
    version: int = 1
    closed: bool = False
    reckoned: str = ""

    def __post_init__(self) -> None:
        """Refuse what no contact can be."""
        persons = self.persons
        for name, good, expected in (
            ("kind", self.kind in KINDS, f"one of {', '.join(KINDS)}"),
            ("lon", abs(self.lon) <= 180.0, "degrees from -180 to 180"),  # noqa: PLR2004
            ("lat", abs(self.lat) <= 90.0, "degrees from -90 to 90"),  # noqa: PLR2004
            ("error_nm", 0 <= self.error_nm <= LARGEST_ERROR_NM, "nautical miles from 0 to 200"),
            ("description", _is_text(self.description), "one printable line, 1 to 500 letters"),
            ("reckoned", not self.reckoned or _is_text(self.reckoned), "at most 500 letters"),
            ("persons", persons is None or 0 <= persons <= MOST_PERSONS, "0 to 10,000, or none"),
            ("source_grade", self.source_grade in SOURCE_GRADES, ", ".join(SOURCE_GRADES)),
            ("info_grade", self.info_grade in INFO_GRADES, "1 to 4"),
        ):
            if not good:
                msg = f"contact: {name} {getattr(self, name)!r}; expected {expected}"
                raise ContactError(msg)

    def as_dict(self) -> dict[str, Any]:
        """Return what JSON keeps of it; ``from_dict`` gives the same contact back."""
        return asdict(self)

    @classmethod
    def from_dict(cls, said: Mapping[str, Any]) -> Self:
        """Return the contact that ``as_dict`` gave; raises ContactError for another thing."""
        said = {"reckoned": "", **said}  # older ones do not say it
        try:
            return cls(**{name: said[name] for name in (one.name for one in fields(cls))})
        except (KeyError, TypeError) as error:
            raise ContactError(f"contact {str(said)[:80]!r} cannot be read: {error!r}") from error

    @property
    def aboard(self) -> str:
        """Return how many are aboard, for people, as "1 person"; "" where it is not known."""
        return "" if self.persons is None else f"{self.persons} person{'s' * (self.persons != 1)}"

    @property
    def grade(self) -> str:
        """Return source and information together, as B3."""
        return f"{self.source_grade}{self.info_grade}"


def newest(versions: Iterable[Contact]) -> tuple[Contact, ...]:
    """Return the last version of each contact that is not closed, in the order of ids."""
    last: dict[str, Contact] = {}
    for one in versions:
        if one.id not in last or one.version > last[one.id].version:
            last[one.id] = one
    return tuple(last[key] for key in sorted(last) if not last[key].closed)


def track(versions: Iterable[Contact], contact_id: str) -> tuple[Contact, ...]:
    """Return the sightings of one contact in the order of their times: what a map draws."""
    own = [one for one in versions if one.id == contact_id]
    return tuple(sorted(own, key=lambda one: (one.time_us, one.version)))


def near(
    contacts: Sequence[Contact], lon: float, lat: float, at_us: int, within_nm: float, hours: float
) -> tuple[Contact, ...]:
    """Return the contacts that may have to do with a place and a time, the nearest first.

    Within ``within_nm`` beyond their own error, and seen within ``hours`` before or after.
    """
    # Late: it loads what compiles, a second that --help need not take.
    from alerts.distances import NM_M, metres

    found = []
    for one in contacts:
        apart = metres(lon, lat, one.lon, one.lat) / NM_M
        in_time = abs(one.time_us - at_us) <= hours * 3_600_000_000
        if apart <= within_nm + one.error_nm and in_time and not one.closed:
            found.append((apart, one.id, one))
    return tuple(one for *_, one in sorted(found, key=lambda each: each[:2]))


def _is_text(text: str) -> bool:
    return bool(text.strip()) and text.isprintable() and len(text) <= LONGEST_TEXT


def at_a_place(lon: float | None, lat: float | None) -> bool:
    """Tell whether both coordinates are known: neither None nor NaN."""
    return lon is not None and lat is not None and math.isfinite(lon) and math.isfinite(lat)
