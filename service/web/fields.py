"""Fields of a form, checked: each fault is one sentence for the person who filled it in."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from alerts.plain import plain
from service.errors import ServiceError

if TYPE_CHECKING:
    from starlette.datastructures import FormData

_LINE, _TEXT = 300, 8000
_STATE = re.compile(r"[A-Z]{3}")


class FieldError(ServiceError):
    """A field that cannot be taken as it is."""


def line(form: FormData, name: str, label: str, *, needed: bool = True, most: int = _LINE) -> str:
    """Return a text on one line; raises FieldError where it is missing or too long."""
    return _checked(plain(raw(form, name)), label, needed=needed, most=most)


def text(form: FormData, name: str, label: str, *, needed: bool = True, most: int = _TEXT) -> str:
    """Return a text of several lines, each made harmless; raises as ``line`` does."""
    lines = [plain(one) for one in raw(form, name).strip().splitlines()]
    return _checked("\n".join(lines).strip(), label, needed=needed, most=most)


def raw(form: FormData, name: str) -> str:
    """Return what stands in a field, "" where it is a file or not there."""
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


def one_of(form: FormData, name: str, label: str, words: tuple[str, ...]) -> str:
    """Return a word of ``words``; raises FieldError for another."""
    word = raw(form, name)
    if word not in words:
        raise FieldError(f"{label}: choose one of {', '.join(words)}.")
    return word


def number(form: FormData, name: str, label: str, least: int, most: int) -> int | None:
    """Return a whole number, None where the field is empty; raises FieldError out of bounds."""
    said = raw(form, name).strip()
    if not said:
        return None
    if not (said.isascii() and said.isdigit() and len(said) <= len(str(most))):
        raise FieldError(f"{label}: {plain(said, 20)!r} is no number.")
    if not least <= int(said) <= most:
        raise FieldError(f"{label}: {said} is not between {least} and {most}.")
    return int(said)


def day(form: FormData, name: str, label: str) -> dt.date:
    """Return a day as a browser sends it; raises FieldError for another text."""
    said = raw(form, name).strip()
    try:
        return dt.date.fromisoformat(said)
    except ValueError as error:
        raise FieldError(f"{label}: {plain(said, 20)!r} is no day; as 2027-11-30.") from error


def moment(said: str, label: str) -> dt.datetime | None:
    """Return a time, UTC where it says no zone, None where it is empty; raises FieldError."""
    if not said.strip():
        return None
    try:
        at = dt.datetime.fromisoformat(said.strip())
        # A zone at the edge of the calendar leads out of it.
        return at.replace(tzinfo=dt.UTC) if at.tzinfo is None else at.astimezone(dt.UTC)
    except (ValueError, OverflowError) as error:
        raise FieldError(
            f"{label}: {plain(said, 30)!r} is no time; as 2026-11-28T22:00."
        ) from error


def state(form: FormData, name: str, label: str) -> str:
    """Return a Member State as ISO 3166 alpha-3, "" where the field is empty."""
    said = raw(form, name).strip().upper()
    if said and not _STATE.fullmatch(said):
        raise FieldError(f"{label}: {plain(said, 10)!r} is no code of a state; as GRC or ITA.")
    return said


def _checked(said: str, label: str, *, needed: bool, most: int) -> str:
    if needed and not said:
        raise FieldError(f"{label}: is empty; say it in a few words.")
    if len(said) > most:
        raise FieldError(f"{label}: has {len(said):,} letters; {most:,} are the most.")
    return said
