"""In which language a page speaks: its reader's office knows it, else the browser says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts.routing import LANGUAGES

if TYPE_CHECKING:
    from starlette.requests import Request

_LONGEST = 200


def spoken(request: Request, office: str = "") -> str:
    """Return the language of ``office`` (default: the person's), else what the browser asks."""
    person = request.state.person
    known = request.app.state.routing.office(office or (person.office if person else ""))
    return str(known.language) if known is not None else asked_for(request)


def asked_for(request: Request) -> str:
    """Return the first language of ours that the browser names, English where it names none."""
    asked = request.headers.get("accept-language", "")[:_LONGEST].lower().split(",")
    wanted = (one.strip()[:2] for one in asked)
    return next((one for one in wanted if one in LANGUAGES), "en")
