"""Routes of what people keep by hand: zones, the list of vessels of interest, contacts."""

from __future__ import annotations

from starlette.routing import Route

from service.web import (
    api,
    contact_api,
    contact_pages,
    list_acts,
    list_check,
    list_forms,
    list_import,
    list_pages,
    purpose,
    zone_drawing,
    zone_import,
    zone_pages,
)
from service.web.purpose import with_purpose
from service.web.workroom import answered, told

_GET, _POST = ["GET"], ["POST"]


def routes() -> list[Route]:
    """Return them, in the order in which they are asked: fixed words before ids."""
    pages = [*_zones(), *_list(), *_contacts()]
    return [Route(path, answered(work), methods=methods) for path, work, methods in pages] + [
        # After /api/v1/zones/at, which app.py has before these.
        Route("/api/v1/zones", told(zone_drawing.save), methods=_POST),
        Route("/api/v1/zones/{id}", api.guarded(zone_drawing.one_zone)),
        Route("/api/v1/contacts", api.guarded(contact_api.contacts)),
        Route("/api/v1/contacts", told(contact_api.enter), methods=_POST),
        Route("/api/v1/rescue", api.guarded(contact_api.rescue)),
        Route("/api/v1/places", api.guarded(contact_api.places)),
    ]


def _zones() -> list[tuple[str, api.Endpoint, list[str]]]:
    return [
        ("/zones", zone_pages.zones_page, _GET),
        ("/zones/import", zone_import.ask, _GET),
        ("/zones/import", zone_import.preview, _POST),
        ("/zones/import/apply", zone_import.apply, _POST),
        ("/zones/export", with_purpose(zone_pages.export), _GET),
        ("/zones/{id}", zone_pages.zone_page, _GET),
        ("/zones/{id}/remove", zone_pages.remove, _POST),
    ]


def _list() -> list[tuple[str, api.Endpoint, list[str]]]:
    one = "/watchlist/{id}"
    return [
        ("/watchlist", with_purpose(list_pages.entries), _GET),
        ("/watchlist/purpose", purpose.state_purpose, _POST),
        ("/watchlist/reviews", with_purpose(list_pages.reviews), _GET),
        ("/watchlist/proposals", with_purpose(list_acts.proposals), _GET),
        ("/watchlist/proposals/release", list_acts.release_shown, _POST),
        ("/watchlist/new", with_purpose(list_forms.ask_new), _GET),
        ("/watchlist/new", list_forms.add, _POST),
        ("/watchlist/import", with_purpose(list_import.ask), _GET),
        ("/watchlist/import", with_purpose(list_import.preview), _POST),
        ("/watchlist/import/apply", list_import.apply, _POST),
        ("/watchlist/check", list_check.ask, _GET),
        ("/watchlist/check", list_check.check, _POST),
        ("/watchlist/check/{token}", with_purpose(list_check.as_csv), _GET),
        (one, with_purpose(list_pages.entry), _GET),
        (f"{one}/edit", with_purpose(list_forms.ask_change), _GET),
        (f"{one}/edit", list_forms.change, _POST),
        (f"{one}/release", list_acts.release, _POST),
        (f"{one}/reject", list_acts.reject, _POST),
        (f"{one}/withdraw", list_acts.withdraw, _POST),
        (f"{one}/erase", list_acts.erase, _POST),
        (f"{one}/persons", with_purpose(list_pages.persons), _GET),
        (f"{one}/persons", list_acts.add_person, _POST),
        (f"{one}/persons/remove", list_acts.remove_person, _POST),
    ]


def _contacts() -> list[tuple[str, api.Endpoint, list[str]]]:
    return [
        ("/contacts", contact_pages.contacts_page, _GET),
        ("/contacts/new", contact_pages.ask, _GET),
        ("/contacts/new", contact_pages.enter, _POST),
        ("/contacts/{id}", contact_pages.contact_page, _GET),
        ("/contacts/{id}/report", contact_pages.enter, _POST),
        ("/contacts/{id}/close", contact_pages.close, _POST),
    ]
